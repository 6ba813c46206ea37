"""What a project did and saw: lists of runs, findings, changed cells, messages, reminders and due moments."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sheetsync.errors import UsageError
from sheetsync.model.audit import AuditEntry
from sheetsync.model.chronicle import RunKept, Spell
from sheetsync.model.message import Entry
from sheetsync.model.reminder import Reminder
from sheetsync.model.tick import TickRun
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.text import Text, same

Kind = Literal["runs", "findings", "audit", "messages", "reminders", "ticks"]
KINDS: tuple[Kind, ...] = ("runs", "findings", "audit", "messages", "reminders", "ticks")

Value = str | int | float | datetime | tuple[str, ...] | Mapping[str, float] | None
Row = Mapping[str, Value]

STORY_DAYS = 7
"""Days that the story tells of when nobody says since when."""

COLUMNS: Mapping[Kind, Mapping[str, Text]] = {
    "runs": {
        "taken": Text("时间", "Time"),
        "book": Text("工作簿", "Workbook"),
        "figures": Text("数字", "Figures"),
    },
    "findings": {
        "id": Text("编号", "ID"),
        "name": Text("名称", "Name"),
        "status": Text("预警状态", "Status"),
        "since": Text("开始", "Since"),
        "until": Text("结束", "Until"),
        "rules": Text("规则号", "Rules"),
        "owner": Text("负责人", "Owner"),
        "department": Text("部门", "Department"),
        "due": Text("截止时间", "Due"),
        "form": Text("表单", "Form"),
        "book": Text("工作簿", "Workbook"),
    },
    # The columns of the form 操作留痕 (spec B5) come first and as they are; two more tell where and why.
    "audit": {
        "at": Text("时间", "Time"),
        "source": Text("来源", "Source"),
        "actor": Text("操作人", "Changed by"),
        "table": Text("表", "Table"),
        "id": Text("行编号", "Row ID"),
        "field": Text("字段", "Field"),
        "old": Text("旧值", "Before"),
        "new": Text("新值", "After"),
        "rule": Text("规则号", "Rule"),
        "book": Text("工作簿", "Workbook"),
        "cause": Text("依据", "Ordered by"),
    },
    "messages": {
        "first": Text("提出时间", "First offered"),
        "changed": Text("最近变化", "Last change"),
        "channel": Text("渠道", "Channel"),
        "recipient": Text("收件人", "Recipient"),
        "key": Text("消息", "Message"),
        "state": Text("状态", "State"),
        "tries": Text("次数", "Tries"),
        "reply": Text("答复", "Reply"),
    },
    # Those of the form 提醒台账 (spec B6), and two more.
    "reminders": {
        "at": Text("提醒时间", "Reminded at"),
        "receiver": Text("提醒对象", "Receiver"),
        "content": Text("提醒内容", "Reminder"),
        "table": Text("表", "Table"),
        "id": Text("行编号", "Row ID"),
        "rule": Text("规则号", "Rule"),
        "level": Text("升级级别", "Escalation level"),
        "channel": Text("提醒渠道", "Channel"),
        "read": Text("已读时间", "Read at"),
        "acted": Text("处理时间", "Acted on at"),
        "book": Text("工作簿", "Workbook"),
        "state": Text("状态", "State"),
    },
    "ticks": {
        "due": Text("应运行时间", "Due"),
        "job": Text("作业", "Job"),
        "state": Text("状态", "State"),
        "tries": Text("次数", "Tries"),
        "started": Text("开始", "Started"),
        "changed": Text("最近变化", "Last change"),
        "again": Text("下次重试", "Again"),
        "note": Text("说明", "Note"),
        "owner": Text("运行者", "Run by"),
    },
}
"""Of each list the columns by the names that JSON has; CSV has the titles."""

MESSAGE_STATES: Mapping[str, Text] = {
    "pending": Text("待发", "waiting"),
    "sending": Text("正在发送", "being sent"),
    "sent": Text("已发送", "sent"),
    "refused": Text("被拒收", "refused"),
    "doubt": Text("不知是否送达", "in doubt"),
}


CHANNELS: Mapping[str, Text] = {
    "feishu": Text("飞书", "Feishu"),
    "bot": Text("飞书", "Feishu"),
    "mail": Text("邮件", "Mail"),
    "eml": Text("邮件", "Mail"),
    "webhook": Text("Webhook", "Webhook"),
}
"""How a reminder went, in the words of the form 提醒台账; a file is a mail that somebody still sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time, and what in it is asked for.

    Args:
        since: Included, wall clock of the project's zone; None from the beginning.
        until: Not included; None to the present.
        book: Only this workbook: its path in the project, its file name, with or without the ending.
        record: Only this record, by its business key.
    """

    since: datetime | None = None
    until: datetime | None = None
    book: str | None = None
    record: str | None = None

    def holds(self, moment: datetime) -> bool:
        """Return True if a moment lies in the span."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasts:
    """What a project did and saw in a span.

    Args:
        now: When it was asked, wall clock of the project's zone.
        span: Which span.
        lists: The rows of each list that was asked for, the oldest first.
    """

    now: datetime
    span: Span
    lists: Mapping[Kind, Sequence[Row]]


def span_of(
    since: str | None,
    until: str | None,
    *,
    zone: ZoneInfo,
    book: str | None = None,
    record: str | None = None,
) -> Span:
    """Return the span that a user means.

    Args:
        since: A day or a time, ISO 8601, in the project's zone where it has no offset; None from the first.
        until: Likewise; a day is meant whole.
        zone: The project's zone.
        book: As in `Span`.
        record: As in `Span`.

    Raises:
        UsageError: That is no day and no time, or the end comes before the beginning.
    """
    first = None if since is None else _moment(since, "--since", zone)
    last = None if until is None else _moment(until, "--until", zone, whole=True)
    if first is not None and last is not None and first >= last:
        raise UsageError(
            Text("--until 在 --since 之前。", "--until lies before --since."),
            fix=Text("请对调两个日期。", "Swap the two dates."),
        )
    return Span(since=first, until=last, book=book, record=record)


def last_days(now: datetime, span: Span) -> Span:
    """Return a span for the story: the last days, where nobody said since when."""
    if span.since is not None:
        return span
    end = min(now, span.until or now)
    return replace(span, since=datetime.combine(end.date(), time.min) - timedelta(days=STORY_DAYS - 1))


def run_rows(runs: Iterable[RunKept]) -> list[Row]:
    """Return the rows of the list of runs."""
    return [{"taken": one.taken, "book": one.book, "figures": one.figures} for one in runs]


def finding_rows(spells: Iterable[Spell]) -> list[Row]:
    """Return the rows of the list of findings: when each record became red or yellow, and when it ended."""
    return [
        {
            "id": one.key,
            "name": one.name,
            "status": one.status.value,
            "since": one.since,
            "until": one.until,
            "rules": one.rules,
            "owner": one.owner,
            "department": one.department,
            "due": one.due,
            "form": one.form,
            "book": one.book,
        }
        for one in spells
    ]


def audit_rows(entries: Iterable[AuditEntry]) -> list[Row]:
    """Return the rows of the audit trail."""
    return [
        {
            "at": one.at,
            "source": one.source,
            "actor": one.actor,
            "table": one.table,
            "id": one.record_id,
            "field": one.field,
            "old": one.old_value,
            "new": one.new_value,
            "rule": one.rule,
            "book": one.book,
            "cause": one.cause,
        }
        for one in entries
    ]


def message_rows(entries: Iterable[Entry], span: Span) -> list[Row]:
    """Return the rows of the list of messages that changed in a span."""
    return [
        {
            "first": one.first,
            "changed": one.changed,
            "channel": one.channel,
            "recipient": one.recipient,
            "key": one.key,
            "state": one.state,
            "tries": one.tries,
            "reply": one.reply,
        }
        for one in entries
        if span.holds(one.changed)
    ]


def reminder_rows(reminders: Iterable[Reminder], span: Span) -> list[Row]:
    """Return the rows of the reminder ledger of a span."""
    return [
        {
            "at": one.at,
            "receiver": one.receiver,
            "content": one.content,
            "table": one.table,
            "id": one.record_id,
            "rule": one.rule,
            "level": one.level,
            "channel": one.channel,
            # No channel tells so far whether somebody read it.
            "read": None,
            "acted": one.acted_at,
            "book": one.book,
            "state": one.state,
        }
        for one in reminders
        if span.holds(one.at)
    ]


def tick_rows(ticks: Iterable[TickRun], span: Span, zone: ZoneInfo) -> list[Row]:
    """Return the rows of the list of due moments, the earliest first, in the project's zone."""
    local = _in(zone)
    rows: list[Row] = [
        {
            "due": local(one.tick.due),
            "job": one.tick.job,
            "state": one.state,
            "tries": one.tries,
            "started": local(one.started),
            "changed": local(one.changed),
            "again": None if one.again is None else local(one.again),
            "note": one.note,
            "owner": one.owner,
        }
        for one in ticks
        if span.holds(local(one.tick.due))
    ]
    return sorted(rows, key=lambda row: str(row["due"]))


def chosen(rows: Iterable[Row], span: Span) -> list[Row]:
    """Return the rows that are about the workbook and the record of a span."""
    return [
        row
        for row in rows
        if (span.book is None or _is_book(str(row.get("book") or ""), span.book))
        and (span.record is None or str(row.get("id") or "").casefold() == span.record.strip().casefold())
    ]


def pasts_document(pasts: Pasts, *, zone: ZoneInfo) -> Document:
    """Return the JSON document; times bear their offset."""
    span = pasts.span
    return {
        "schema": "sheetsync.history/1",
        "now": zoned(pasts.now, zone),
        "since": None if span.since is None else zoned(span.since, zone),
        "until": None if span.until is None else zoned(span.until, zone),
        "book": span.book,
        "id": span.record,
        **{
            kind: [{name: _as_json(value, zone) for name, value in row.items()} for row in rows]
            for kind, rows in pasts.lists.items()
        },
    }


def _moment(text: str, option: str, zone: ZoneInfo, *, whole: bool = False) -> datetime:
    """Read a day or a time; of a day that is meant whole, return its end."""
    try:
        if len(text) == len("2026-11-20"):
            day = datetime.combine(date.fromisoformat(text), time.min)
            return day + timedelta(days=1) if whole else day
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            Text(f"{option} 的值“{text}”不是日期。", f"{option}: '{text}' is no date."),
            fix=Text(
                "请写成 2026-11-20 或 2026-11-20T09:00。", "Write it like 2026-11-20 or 2026-11-20T09:00."
            ),
        ) from error
    return found if found.tzinfo is None else found.astimezone(zone).replace(tzinfo=None)


def _in(zone: ZoneInfo) -> Callable[[datetime], datetime]:
    return lambda moment: moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _is_book(known: str, asked: str) -> bool:
    asked = re.sub(r"\\", "/", asked).removeprefix("./").casefold()
    name = known.casefold()
    file = name.rpartition("/")[2]
    return asked in {name, file, file.rpartition(".")[0]} or asked.endswith(f"/{name}")


def titles(kind: Kind, rows: Sequence[Row]) -> Mapping[str, Text]:
    """Return names and titles of the columns of a list; a list without titles is called by its names."""
    known = COLUMNS[kind]
    return known if known or not rows else {name: same(name) for name in rows[0]}


def _as_json(value: Value, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return zoned(value, zone)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
