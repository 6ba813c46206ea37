"""What a project did and saw, told day by day as a person reads it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.tick import TICK_TEXT
from sheetsync.operations.pastlists import one_line
from sheetsync.operations.pasts import MESSAGE_STATES, Pasts, Row, Value
from sheetsync.text import Text

_TOLD = 12
"""Lines of one sort that are told of one day before the rest is only counted."""

_COUNTED = (
    ("late", Status.LATE),
    ("faulty", Status.FAULTY),
    ("risk", Status.RISK),
    ("soon", Status.SOON),
)
"""Figures of a run that its line tells, with the word that each counts."""

_ORDER = {status.value: rank for rank, status in enumerate(STATUS_TEXT)}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the story.

    Args:
        day: Which.
        lines: What happened, in the order of the day's sorts.
    """

    day: date
    lines: tuple[Text, ...]


def story(pasts: Pasts) -> tuple[Day, ...]:
    """Return what happened day by day, the latest day last; days on which nothing happened are left out."""
    told: dict[date, dict[str, list[Text]]] = {}
    for sort, moment, line in _happened(pasts):
        if pasts.span.holds(moment):
            told.setdefault(moment.date(), {}).setdefault(sort, []).append(line)
    return tuple(
        Day(day, tuple(line for lines in sorts.values() for line in _cut(lines)))
        for day, sorts in sorted(told.items())
    )


def _happened(pasts: Pasts) -> Iterator[tuple[str, datetime, Text]]:
    """Yield what happened: its sort, when, and the line that tells it; sort by sort."""
    runs = sorted(pasts.lists.get("runs", ()), key=lambda row: (_at(row["taken"]).date(), str(row["book"])))
    for _, group in groupby(runs, key=lambda row: (_at(row["taken"]).date(), row["book"])):
        yield "runs", *_runs_told(list(group))
    worst_first = sorted(pasts.lists.get("findings", ()), key=lambda row: _ORDER[str(row["status"])])
    for row in worst_first:
        yield "become", _at(row["since"]), _turned(row, Text("变为", "became"))
        if row["until"] is not None:
            yield "ended", _at(row["until"]), _turned(row, Text("不再", "no longer"))
    for row in pasts.lists.get("audit", ()):
        before, after = one_line(row["old"]), one_line(row["new"])
        rule = f" [{row['rule']}]" if row["rule"] else ""
        line = f"{row['id']} {row['field']}: {before} → {after}{rule}"
        yield "audit", _at(row["at"]), Text(f"改动 {line}", f"changed {line}")
    for row in pasts.lists.get("messages", ()):
        state = MESSAGE_STATES[str(row["state"])]
        what = f"{row['recipient']} {row['key']}"
        yield "messages", _at(row["changed"]), Text(f"消息{state.zh} {what}", f"message {state.en} {what}")
    for row in pasts.lists.get("reminders", ()):
        who, what = row["receiver"], one_line(row["content"])
        yield "reminders", _at(row["at"]), Text(f"提醒 {who}：{what}", f"reminded {who}: {what}")
    for row in pasts.lists.get("ticks", ()):
        state, note = TICK_TEXT[str(row["state"])], row["note"]
        said = Text(
            f"作业 {row['job']} {state.zh}" + (f"：{note}" if note else ""),
            f"job {row['job']} {state.en}" + (f": {note}" if note else ""),
        )
        yield (
            "ticks",
            _at(row["due"]),
            Text(f"{_at(row['due']):%H:%M} {said.zh}", f"{_at(row['due']):%H:%M} {said.en}"),
        )


def _runs_told(rows: Sequence[Row]) -> tuple[datetime, Text]:
    """Return when, and what is told of the runs over one workbook on one day."""
    last = rows[-1]
    figures = last["figures"] if isinstance(last["figures"], Mapping) else {}
    counted = [(STATUS_TEXT[status], figures[name]) for name, status in _COUNTED if figures.get(name)]
    zh = "，".join(f"{title.zh} {count:g}" for title, count in counted) or "没有预警"
    en = ", ".join(f"{title.en} {count:g}" for title, count in counted) or "nothing to be seen to"
    times, moment = len(rows), _at(last["taken"])
    total = f"{figures.get('total', 0):g}"
    return moment, Text(
        f"{moment:%H:%M} 检查 {last['book']}（当天 {times} 次）：{total} 条记录，{zh}",
        f"{moment:%H:%M} checked {last['book']} ({times} that day): {total} records, {en}",
    )


def _turned(row: Row, verb: Text) -> Text:
    status = STATUS_TEXT[Status(str(row["status"]))]
    rules = row["rules"]
    behind = f" [{', '.join(rules)}]" if isinstance(rules, tuple) and rules else ""
    what, owner = f"{row['id']} {row['name']}".strip(), row["owner"]
    return Text(
        f"{verb.zh}{status.zh}：{what}{f'（{owner}）' if owner else ''}{behind}",
        f"{verb.en} {status.en}: {what}{f' ({owner})' if owner else ''}{behind}",
    )


def _cut(lines: Sequence[Text]) -> Sequence[Text]:
    if len(lines) <= _TOLD:
        return lines
    rest = len(lines) - _TOLD
    return (*lines[:_TOLD], Text(f"…… 同类另有 {rest} 条", f"… {rest} more of these"))


def _at(value: Value) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"no time: {value!r}")
    return value
