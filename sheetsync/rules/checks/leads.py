"""Checks of lead time: what must be there some days before something else."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.model.value import Milestone
from sheetsync.rules.checks import joins
from sheetsync.rules.checks.hits import Hits, repeated
from sheetsync.rules.checks.links import lacking
from sheetsync.rules.rows import Objects, Rows
from sheetsync.rules.spec import CLOCK_FACTS, Fields, Length, Rule, WordsOfState
from sheetsync.rules.standing import standing
from sheetsync.text import Text
from sheetsync.worktime import Limit, Moments, WorkTime

_NaT = np.datetime64("NaT", "us")
_LAST_MINUTE = np.timedelta64(23 * 60 + 59, "m")
_LEAD = re.compile(
    r"提前(?P<many>\d{1,3}|[一二两三四五六七八九]?十?[一二三四五六七八九]?)个?(?P<unit>工作日|天|日|周|星期)"
)
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

_NOT_ASKED = re.compile(
    r"(?:已|比(?!赛)[^,，;；]*|争取|力争|尽量|希望|如需[^,，;；]*|可能?|最好|预计)提前"
    r"|提前[^,，;；]*(?:提醒|通知|告知|申请|完成了?|结束|报备|预警)"
)

"""What makes of a lead time a wish, a comparison, a report or a reminder."""


class Beforehand(Rule):
    """Something must go out some days before an event.

    Args:
        sent: When it went out; watched, as long as it is missing.
        event: When the event is.
        days: How many days before: on that day of the calendar at the latest.
        asks: Further columns that must be filled by then.
        out: States that say that it went out, though nobody entered when.
    """

    sent: FieldName
    event: FieldName
    days: Annotated[int, Field(ge=1)]
    asks: Fields = ()
    out: WordsOfState = ()

    column_keys = ("sent", "event", "asks")
    state_keys = ("out",)
    constants = ("days",)
    facts = (*CLOCK_FACTS, "missing", "limit")


def beforehand(rule: Beforehand, rows: Rows) -> Hits:
    """Records for which something is missing shortly before the event, or went out too late.

    After the event nothing can be made up for, and the cell may only have been forgotten: nothing is asked.
    """
    event = rows.late_moments(rule.event)
    last = rows.days(rule.event) - np.timedelta64(rule.days, "D")
    due = (last + _LAST_MINUTE).astype("datetime64[us]")
    sent = rows.early_moments(rule.sent)
    done = rows.days(rule.sent) > last
    missing, watch = _wanting(rule, rows)
    running = (missing != "") & ~rows.broken(rule.sent) & (due < rows.book.instant)
    running &= (rows.book.instant <= event) & ~rows.in_finished_state & ~rows.broken(rows.state or "")
    said = Text(f"提前 {rule.days} 天", f"{rule.days} days ahead")
    return Hits(
        fires=running | done,
        watch=np.where(running, watch, rule.sent),
        done=done & ~running,
        due=due,
        stopped=sent,
        facts={"missing": missing, "limit": repeated(said, len(rows))},
    )


class Buffer(Rule):
    """A sub-task is due so shortly before its task that nothing may go wrong.

    Args:
        due: The due time of the sub-task; the column that is watched.
        whole_form: The form of the tasks.
        whole: Its column of ids.
        whole_due: The due time of the task.
        days: How many days should lie between.
    """

    due: FieldName
    whole_form: str
    whole: FieldName
    whole_due: FieldName
    days: Annotated[int, Field(ge=1)]

    column_keys = ("due",)
    other_keys = {"whole_form": ("whole", "whole_due")}  # noqa: RUF012 - as its base declares it
    constants = ("days",)
    facts = (*CLOCK_FACTS, "outer")


def buffer(rule: Buffer, rows: Rows) -> Hits:
    """Open sub-tasks still to come without the buffer; what is due after its task is another matter."""
    due, outer = rows.late_moments(rule.due), np.full(len(rows), _NaT)
    left = standing(rows).open & (due >= rows.book.instant)
    for pairs in joins.referring(joins.only(rows.keys, left), rows.book.of(rule.whole_form), rule.whole):
        # Of two tasks with one id the later due time counts.
        outer = np.fmax(outer, joins.latest(pairs, (rule.whole_due,), len(rows)))
    days, last = due.astype("datetime64[D]"), outer.astype("datetime64[D]")
    tight = (days > last - np.timedelta64(rule.days, "D")) & (days <= last)
    fires = tight & left
    shown = np.full(len(rows), "", object)
    shown[fires] = np.datetime_as_string(last[fires])
    return Hits(fires=fires, watch=rule.due, due=due, facts={"outer": shown})


class Lead(Rule):
    """What must be ready some days before a dated event, as its label says: 11月1日上市，物料提前10天.

    Args:
        milestones: The dated nodes; the column that is watched.
        progress: The actual progress.
        handed_in: States that count as handed in once the progress is 100 %.
        within: How near the day is, in working days after today; without it, the day has passed and the
            event has not.
    """

    milestones: FieldName
    progress: FieldName
    handed_in: WordsOfState = ()
    within: Length | None = None

    column_keys = ("milestones", "progress")
    state_keys = ("handed_in",)
    facts = (*CLOCK_FACTS, "label", "event")


def lead(rule: Lead, rows: Rows) -> Hits:
    """Open records with a lead time that is near, or has passed while the event is still to come.

    Only the last node is looked at: a lead time beside an earlier one may be meant for what comes after it.
    """
    book = rows.book
    due, event = np.full(len(rows), _NaT), np.full(len(rows), _NaT)
    label = np.full(len(rows), "", object)
    plans = rows.texts(rule.milestones).tolist()
    for here in _alike(plans):
        node = max(plans[here[0]], key=_at, default=None)
        length = lead_time(node.label) if node else None
        if node and length:
            event[here] = _at(node)
            label[here] = node.label
            due[here] = _before(_at(node), length, book.worktime)
    if np.isnat(due).all():
        return Hits(fires=rows.none(), watch=rule.milestones, due=due)
    today = np.array([book.instant], "datetime64[D]")
    if rule.within is None:
        told = (due < book.instant) & (today <= event.astype("datetime64[D]"))
    else:
        horizon = book.worktime.add_workdays(today, int(rule.within.amount))
        told = (due >= book.instant) & (due.astype("datetime64[D]") <= horizon)
    left = standing(rows, progress=rule.progress, handed_in=rule.handed_in).open
    shown = np.datetime_as_string(event.astype("datetime64[D]")).astype(object)
    return Hits(fires=told & left, watch=rule.milestones, due=due, facts={"label": label, "event": shown})


@lru_cache(maxsize=4096)
def lead_time(label: str) -> Limit | int | None:
    """Read 提前10天 or 提前三个工作日 out of a label: a number of days, or a limit in working days."""
    words = unicodedata.normalize("NFKC", label).replace(" ", "")
    found = _LEAD.search(words)
    many = _number(found["many"]) if found else 0
    if found is None or not many or _NOT_ASKED.search(words):
        return None
    if found["unit"] == "工作日":
        return Limit(many, "wd")
    return many * 7 if found["unit"] in {"周", "星期"} else many


def _alike(plans: Sequence[object]) -> Iterable[list[int]]:
    """Return the records with a plan, those with one and the same together."""
    # Cells of one content hold the same object; to compare the nodes themselves would cost much more.
    found: dict[int, list[int]] = {}
    for place, plan in enumerate(plans):
        if plan is not None:
            found.setdefault(id(plan), []).append(place)
    return found.values()


def _wanting(rule: Beforehand, rows: Rows) -> tuple[Objects, Objects]:
    """Return the titles of the columns that each record still has to fill, and the first of them."""
    missing, watch = lacking(rows, (rule.sent, *rule.asks))
    gone = rows.among(rows.state or "", rule.out)
    missing[gone] = ""
    if rule.asks:
        rest, first = lacking(rows, rule.asks)
        missing[gone], watch[gone] = rest[gone], first[gone]
    return missing, watch


def _before(event: np.datetime64, length: Limit | int, worktime: WorkTime) -> Moments:
    """Return the end of work so long before an event, as an array of one."""
    day = np.array([event], "datetime64[D]")
    if isinstance(length, Limit):
        day = worktime.add_workdays(day, -int(length.amount))
    else:
        day -= np.timedelta64(length, "D")
    end = worktime.day_end
    ends: Moments = day.astype("datetime64[us]")
    ends += np.timedelta64(end.hour * 60 + end.minute, "m")
    return ends


def _number(text: str) -> int:
    """Read a number up to 99; 0 if there is none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _at(node: Milestone) -> np.datetime64:
    return np.datetime64(node.moment.at, "us")
