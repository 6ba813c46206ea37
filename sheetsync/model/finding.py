"""What a run says about records and cells: findings (a rule is not met) and problems (a cell is not read)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from sheetsync.model.tableid import TableId
from sheetsync.model.value import RawValue
from sheetsync.text import Language, Text

Level = Literal["info", "yellow", "red"]
LEVELS: tuple[Level, ...] = ("info", "yellow", "red")
"""From mild to severe."""


class Status(StrEnum):
    """预警状态: the one word the engine gives to a record (spec section 2, second axis)."""

    LATE = "延期"
    FAULTY = "数据异常"
    RISK = "风险"
    SOON = "即将到期"
    NORMAL = "正常"
    DONE = "已完成"

    # They are counted by the ten thousand; an enumeration hashes its members by a slower way.
    __hash__ = str.__hash__


STATUS_TEXT: dict[Status, Text] = {
    Status.LATE: Text("延期", "Late"),
    Status.FAULTY: Text("数据异常", "Data fault"),
    Status.RISK: Text("风险", "At risk"),
    Status.SOON: Text("即将到期", "Due soon"),
    Status.NORMAL: Text("正常", "On track"),
    Status.DONE: Text("已完成", "Done"),
}

ProblemKind = Literal["error", "warning", "info"]


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Problem:
    """One cell that could not be read, or was read with a doubt.

    Nobody changes one. It is not frozen only because a large sheet has many, and frozen ones take three times
    as long to make.

    Args:
        sheet: The sheet.
        row: Row number as a person sees it, or None when the whole sheet is meant.
        cell: Address such as `F9`, or None.
        column: The header as written, or None.
        raw: The cell as typed.
        kind: `error` (not read), `warning` (read, with a doubt), `info` (read, with an assumption).
        read_as: The value it was read as, in words; None when it was not read.
        message: What is wrong or was assumed, and why.
        suggestion: What to type instead.
        owner: Who can mend it, if the row tells.
        table: The table whose record is meant, None where no single one is.
    """

    sheet: str
    row: int | None = None
    cell: str | None = None
    column: str | None = None
    raw: RawValue = ""
    kind: ProblemKind
    read_as: str | None = None
    message: Text
    suggestion: Text | None = None
    owner: str | None = None
    table: TableId | None = None


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Account:
    """The clock of one due time; times are wall clock of the project's time zone.

    Nobody changes one; why it is not frozen `Problem` tells.

    Args:
        started: When the clock began to run, or None for a fixed date.
        limit: The limit as written in the rule, such as `2h` or `3wd`; None for a fixed date.
        due: When it must be done.
        stopped: When it was done, or None while it runs.
        provisional: True when the official calendar is not published that far (暂定).
    """

    started: datetime | None
    limit: str | None
    due: datetime
    stopped: datetime | None = None
    provisional: bool = False


class Plan(NamedTuple):
    """The days that a computed plan is spread over, both included."""

    first: date
    last: date


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class Finding:
    """One rule that one record does not meet.

    Nobody changes one; why it is not frozen `Problem` tells.

    Args:
        rule: Rule id, such as `T16`.
        variant: Which entry of the rule, where one id has several.
        level: How severe.
        status: The word this finding gives its record.
        table: The table.
        position: Position of the record in the table, from 0.
        row: Row number as a person sees it.
        key: The record's business key, None if the cell is empty or unreadable.
        field: The field that is watched.
        column: Its header as written (or the form's title where the sheet lacks it).
        value: The watched cell as typed; None when empty.
        account: The clock, for rules of time.
        plan: The plan, for rules that compare with one that was computed.
        overdue: How long past the due time, None for rules without a clock or not yet due.
        actor: Who must act.
        owner: The person the row names, if any.
        message: What is not met.
        step: The next step.
        done: True when the record was completed late: a fact for statistics, nothing to act on.
    """

    rule: str
    variant: str | None = None
    level: Level
    status: Status
    table: TableId
    position: int
    row: int
    key: str | None
    field: str
    column: str
    value: RawValue | None
    account: Account | None = None
    plan: Plan | None = None
    overdue: timedelta | None = None
    actor: Text
    owner: str | None = None
    message: Text
    step: Text
    done: bool = False

    @property
    def form(self) -> str:
        """Form id."""
        return self.table.form

    @property
    def sheet(self) -> str:
        """The sheet."""
        return self.table.sheet

    @property
    def brief(self) -> Text:
        """The message without the id it may begin with, for places that show the id beside it."""
        return Text(self.brief_in("zh"), self.brief_in("en"))

    def brief_in(self, language: Language) -> str:
        """Return `brief` in one language."""
        words = self.message.say(language)
        return words if self.key is None else words.removeprefix(self.key).lstrip(" :").removeprefix("的")


@dataclass(slots=True, unsafe_hash=True)
class Verdict:
    """The 预警状态 of one record, with the findings that led to it, worst first.

    Nobody changes one; why it is not frozen `Problem` tells.

    Args:
        table: The table.
        position: Position of the record in the table, from 0.
        row: Row number as a person sees it.
        key: The record's business key, None if the cell is empty or unreadable.
        status: The word.
        findings: Those of the record, and those of the records that its texts hold.
        problems: How many of its cells could not be read.
    """

    table: TableId
    position: int
    row: int
    key: str | None
    status: Status
    findings: tuple[Finding, ...] = ()
    problems: int = 0

    @property
    def form(self) -> str:
        """Form id."""
        return self.table.form

    @property
    def sheet(self) -> str:
        """The sheet."""
        return self.table.sheet
