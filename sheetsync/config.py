"""Settings of a project: `sheetsync.toml`, found upwards from the current folder, on top of the defaults."""

import re
from collections.abc import Mapping
from datetime import date
from email.utils import parseaddr
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from sheetsync import specfile
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.mistakes import WrongValueError, nearest
from sheetsync.secret import is_reference
from sheetsync.specfile import SpecTree
from sheetsync.text import Text
from sheetsync.tomlfile import parse_toml

FILE_NAME = "sheetsync.toml"

_COLOURS = re.compile(r"#?([0-9A-F]{6})(?:/#?([0-9A-F]{6}))?")
_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_LENGTH = re.compile(r"[1-9]\d*(h|wh|wd)")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProjectSettings(_Section):
    """`[project]`.

    Args:
        name: What the project is called on dashboards and in mails.
        language: What people read.
        timezone: Where the project's clocks hang.
    """

    name: str = ""
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            near = nearest(value, available_timezones()) or "Asia/Shanghai"
            raise WrongValueError(
                Text(f"没有这个时区，是否想写 {near}", f"no such time zone; did you mean {near}")
            ) from error
        return value


def _hours(value: object) -> object:
    if isinstance(value, str) and not _SPAN.fullmatch(value):
        raise WrongValueError(Text("应写成 09:00-12:00", "write it like 09:00-12:00"))
    return value


Hours = Annotated[
    str,
    BeforeValidator(_hours, json_schema_input_type=Annotated[str, Field(pattern=f"^{_SPAN.pattern}$")]),
]


class CalendarSettings(_Section):
    """`[calendar]`: the official Chinese calendar, the company's own exceptions and its hours.

    Args:
        region: Whose official holidays and make-up days count.
        working_hours: The working stretches of a day, in order.
        workdays: The company's own working days.
        holidays: The company's own rest days.
    """

    region: Literal["CN"] = "CN"
    working_hours: Annotated[tuple[Hours, ...], Field(min_length=1)] = ("09:00-12:00", "13:00-18:00")
    workdays: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()

    @field_validator("working_hours")
    @classmethod
    def _spans(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        last = -1
        for span in value:
            start, end = (int(clock[:-3]) * 60 + int(clock[-2:]) for clock in span.split("-"))
            if not last < start < end:
                raise WrongValueError(
                    Text(
                        f"“{span}”要先开始后结束，并在上一段之后",
                        f"'{span}' must end after it starts, and after the span before it",
                    )
                )
            last = end
        return value

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if both := set(self.workdays) & set(self.holidays):
            day = min(both)
            raise WrongValueError(
                Text(
                    f"{day} 既在 workdays 又在 holidays",
                    f"{day} is given both in workdays and in holidays",
                )
            )
        return self


def _plain(value: object) -> object:
    if isinstance(value, str | int | float) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ):
        return value
    raise WrongValueError(
        Text(
            "应为文字、数字、true、false 或文字的列表",
            "must be a text, a number, true, false or a list of texts",
        )
    )


def _flattened(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tables of rules as one, their keys joined by dots."""
    flat: dict[str, Any] = {}
    for key, value in given.items():
        flat |= (
            {f"{key}.{inner}": it for inner, it in value.items()} if isinstance(value, dict) else {key: value}
        )
    return flat


def _shape(value: object) -> str:
    return "table" if isinstance(value, Mapping) else "value"


_Parameter = Annotated[
    str | int | float | bool | list[str],
    BeforeValidator(_plain, json_schema_input_type=str | int | float | bool | list[str]),
]
_Parameters = Annotated[
    Annotated[_Parameter, Tag("value")] | Annotated[dict[str, _Parameter], Tag("table")],
    Discriminator(_shape),
]


class RulesSettings(_Section):
    """`[rules]`: which packs are in force (all that are found when empty), and what is changed in them.

    Args:
        packs: Names of packs.
        parameters: `T16.limit` to value; tables such as `[rules.parameters.T16]` are read as that, too.
    """

    packs: tuple[str, ...] = ()
    parameters: Annotated[Mapping[str, _Parameters], AfterValidator(_flattened)] = {}


class WorkbookSettings(_Section):
    """`[workbooks.NAME]`.

    Args:
        path: Where it lies, from the project folder.
        forms: Only these forms are looked for in it; all when empty.
    """

    path: str
    forms: tuple[str, ...] = ()


class StateSettings(_Section):
    """`[state]`: where the project remembers what it saw, and for how long.

    Args:
        url: Address of a database, its password by reference; a file in `.sheetsync/` when there is none.
        days: For how many days it is kept how the workbooks stood; the audit trail is kept for good.
        copies: How many daily copies of the file are kept.
    """

    url: str | None = None
    days: Annotated[int, Field(ge=30, le=36_600)] = 400
    copies: Annotated[int, Field(ge=1, le=1000)] = 14


_ADDRESS = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or set(value) & set('<>"(),;:\\[]'):
        raise WrongValueError(
            Text(
                "应为一个邮箱地址，如 zhang@example.com（中文域名写成 xn-- 开头的形式）",
                "must be one mail address, such as zhang@example.com",
            )
        )
    return value


def _sender(value: str) -> str:
    name, address = parseaddr(value)
    if value and (any(letter in value for letter in "\r\n") or not address or "," in name):
        raise WrongValueError(Text("应写成 项目办 <pmo@example.com>", "write it like PMO <pmo@example.com>"))
    if value:
        _address(address)
    return value


Address = Annotated[str, AfterValidator(_address)]


class MailSettings(_Section):
    """`[mail]`: how mails leave; as files in the outbox folder when there is no server.

    Args:
        host: The mail server, such as smtp.exmail.qq.com; none when empty.
        port: Its port; when it is not given, 465 with tls, 587 with starttls, 25 with none.
        security: tls from the first byte, starttls before the login; none only to a server on this machine.
        user: The account to log in with; no login when empty.
        password: Where the account's password is: env:NAME, or file:PATH of a file that only you may read.
        sender: Who the mails are from; the account when empty.
        to: Who gets the weekly report, each a mail of their own.
        ca_file: Certificates of those who vouch for the server, from the project folder; the system's when
            empty.
        timeout: Seconds that a step of the sending may take.
        outbox: The folder for mails as files, from the project folder.
    """

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    password: Annotated[str, Field(json_schema_extra={"pattern": "^((env|file):.+)?$"})] = ""
    sender: Annotated[str, AfterValidator(_sender)] = ""
    to: tuple[Address, ...] = ()
    ca_file: str = ""
    timeout: Annotated[int, Field(ge=1, le=600)] = 30
    outbox: Annotated[str, Field(min_length=1)] = "outbox"

    @model_validator(mode="before")
    @classmethod
    def _no_password_here(cls, given: object) -> object:
        """Refuse what is no reference before anything may say what stands there."""
        password = given.get("password", "") if isinstance(given, Mapping) else ""
        if password != "" and not (isinstance(password, str) and is_reference(password)):
            raise WrongValueError(
                Text(
                    "password 里不能写密码，只能写 env:变量名 或 file:路径",
                    "no password may stand in password, only env:NAME or file:PATH",
                )
            )
        return given

    @model_validator(mode="after")
    def _safe_and_whole(self) -> Self:
        if bool(self.user) != bool(self.password):
            raise WrongValueError(
                Text("user 和 password 要一起写", "user and password must be given together")
            )
        if self.security == "none" and (self.user or (self.host and self.host not in _LOOPBACK)):
            raise WrongValueError(
                Text(
                    'security 为 "none" 时只能用本机的邮件服务器，且不能登录',
                    'with security "none" there is no login, and the server must be on this machine',
                )
            )
        if self.host and not (self.sender or _ADDRESS.fullmatch(self.user)):
            raise WrongValueError(
                Text(
                    "缺少 sender，如 项目办 <pmo@example.com>",
                    "sender is missing; write it like PMO <pmo@example.com>",
                )
            )
        return self


class Look(NamedTuple):
    """Colours of a row, RRGGBB: fill, and font where it is not the usual one."""

    fill: str
    font: str | None = None


def _look(value: object) -> object:
    match = _COLOURS.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise WrongValueError(
            Text(
                "不是颜色，应写成 FFC7CE，或连同字色 FFC7CE/9C0006",
                "no colour; write it like FFC7CE, or FFC7CE/9C0006 with the font's",
            )
        )
    return Look(match[1], match[2])


_STATUSES = {
    "late": "延期",
    "faulty": "数据异常",
    "risk": "风险",
    "soon": "即将到期",
    "normal": "正常",
    "done": "已完成",
}


def _status(key: object) -> object:
    """Read the name of a status: late, or 延期 in quotes."""
    if key not in _STATUSES and key not in _STATUSES.values():
        near = nearest(str(key), (*_STATUSES, *_STATUSES.values()))
        listed = "、".join(_STATUSES)
        raise WrongValueError(
            Text(
                f"没有这个状态，是否想写 {near}" if near else f"没有这个状态，可用：{listed}",
                f"no such status; did you mean {near}"
                if near
                else f"no such status; there are {listed.replace('、', ', ')}",
            )
        )
    return _STATUSES.get(str(key), key)


StatusName = Literal[
    "late", "faulty", "risk", "soon", "normal", "done",
    "延期", "数据异常", "风险", "即将到期", "正常", "已完成",
]  # fmt: skip
StatusWord = Annotated[
    Literal["延期", "数据异常", "风险", "即将到期", "正常", "已完成"],
    BeforeValidator(_status, json_schema_input_type=StatusName),
]
LookText = Annotated[str, Field(pattern=r"^#?[0-9A-Fa-f]{6}(/#?[0-9A-Fa-f]{6})?$")]


class BackupSettings(_Section):
    """`[backup]`: the earlier versions of each workbook that are kept.

    Args:
        keep: How many of the last versions.
        days: For how many days one version a day is kept besides, the first of it.
        megabytes: How much room they may take; the last version is kept in any case.
    """

    keep: Annotated[int, Field(ge=1, le=1000)] = 10
    days: Annotated[int, Field(ge=0, le=3660)] = 30
    megabytes: Annotated[int, Field(ge=1, le=1_000_000)] = 2048


Share = Annotated[int, Field(ge=1, le=10_000)]
"""A share of a limit in %."""


def _length(value: object) -> object:
    if isinstance(value, str) and not _LENGTH.fullmatch(value):
        raise WrongValueError(Text("应写成 2wd、4wh 或 24h", "write it like 2wd, 4wh or 24h"))
    return value


Length = Annotated[
    str,
    BeforeValidator(_length, json_schema_input_type=Annotated[str, Field(pattern=f"^{_LENGTH.pattern}$")]),
]


class EscalationSettings(_Section):
    """`[escalation]`: who is told when a limit runs out (spec 4.4).

    Args:
        shares: When whoever must act is reminded, and when each further rung of the ladder is told: shares of
            the limit in %. What is below 100 means nothing where there is a due date and no limit.
        first_rung: Word of an issue's class to the rung, counted from whoever must act, that is told as early
            as that person.
        after_due: What 100 % more mean after a due date without a limit, in working days or hours.
        levels: The levels of findings that go beyond whoever must act.
    """

    shares: Annotated[tuple[Annotated[int, Field(ge=1, le=10_000)], ...], Field(min_length=1)] = (
        80,
        100,
        200,
    )
    first_rung: Mapping[str, Annotated[int, Field(ge=1, le=5)]] = {"紧急": 2, "严重": 2}
    after_due: Length = "2wd"
    levels: tuple[Literal["info", "yellow", "red"], ...] = ("yellow", "red")

    @field_validator("shares")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(earlier >= later for earlier, later in pairwise(value)):
            raise WrongValueError(Text("要从小到大，如 [80, 100, 200]", "must rise, such as [80, 100, 200]"))
        return value


class ChangesSettings(_Section):
    """`[changes]`: what change requests in force do.

    Args:
        apply: Whether a check with --write updates the task's cell that a change request in force names; if
            not, such requests are only reported.
    """

    apply: bool = True


class LimitsSettings(_Section):
    """`[limits]`: what is too large to be read safely (reliability, 10).

    Args:
        file_megabytes: Size of the file.
        unpacked_megabytes: Size of all its inner parts together, unpacked.
        part_megabytes: Size of one of them.
        members: Number of inner parts.
        packing_ratio: Unpacked to packed size of a large part.
        sheets: Number of sheets.
        rows: Rows with content in one sheet.
        columns: Last column with content.
        cells: Cells of the rectangles around the content of all sheets.
        empty_rows: What stands behind so many empty rows is not read in a sheet that is huge without them.
    """

    file_megabytes: Annotated[int, Field(ge=1, le=2000)] = 100
    unpacked_megabytes: Annotated[int, Field(ge=1, le=8000)] = 512
    part_megabytes: Annotated[int, Field(ge=1, le=4000)] = 256
    members: Annotated[int, Field(ge=10, le=1_000_000)] = 20_000
    packing_ratio: Annotated[int, Field(ge=10, le=1100)] = 200
    sheets: Annotated[int, Field(ge=1, le=100_000)] = 2_000
    rows: Annotated[int, Field(ge=1, le=1_048_576)] = 200_000
    columns: Annotated[int, Field(ge=1, le=16_384)] = 1_000
    cells: Annotated[int, Field(ge=1, le=1_000_000_000)] = 40_000_000
    empty_rows: Annotated[int, Field(ge=1, le=1_048_576)] = 1_000


class OwnWord(_Section):
    """A standard word that only this project has.

    Args:
        en: Its English counterpart; the word itself when empty.
        synonyms: What people type instead.
        finished: True for a state in which nothing is left to do.
        paused: True for a state in which the work rests.
    """

    en: str = ""
    synonyms: tuple[str, ...] = ()
    finished: bool = False
    paused: bool = False


_Word = Annotated[
    Annotated[tuple[str, ...], Tag("value")] | Annotated[OwnWord, Tag("table")], Discriminator(_shape)
]


class Settings(_Section):
    """Everything `sheetsync.toml` can say, with the defaults for what it does not say.

    Args:
        workbooks: The workbooks of the project by a name of yours; those in `workbooks/` when there are none.
        colours: Status to the colours of its rows: fill, or fill/font.
        words: Vocabulary to its words: what else people type for one, or a word of your own.
    """

    project: ProjectSettings = ProjectSettings()
    calendar: CalendarSettings = CalendarSettings()
    rules: RulesSettings = RulesSettings()
    workbooks: Mapping[str, WorkbookSettings] = {}
    state: StateSettings = StateSettings()
    colours: Mapping[
        StatusWord, Annotated[Look, BeforeValidator(_look, json_schema_input_type=LookText)]
    ] = {}
    backup: BackupSettings = BackupSettings()
    limits: LimitsSettings = LimitsSettings()
    escalation: EscalationSettings = EscalationSettings()
    changes: ChangesSettings = ChangesSettings()
    mail: MailSettings = MailSettings()
    words: Mapping[str, Mapping[str, _Word]] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The project's time zone."""
        return ZoneInfo(self.project.timezone)


def find_project(start: Path) -> Path | None:
    """Return the nearest folder at or above `start` that has a `sheetsync.toml`."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    return None


def read(folder: Path) -> Settings:
    """Read the settings of a project folder.

    Raises:
        UsageError: The folder has no `sheetsync.toml`.
        SpecFileError: The file is wrong, with its line.
    """
    return parse(_text(folder), str(folder / FILE_NAME))


def tree(folder: Path) -> SpecTree:
    """Return what stands in the `sheetsync.toml` of a project folder, with its lines.

    Raises:
        UsageError: The folder has no `sheetsync.toml`.
        SpecFileError: The file is no TOML, with its line.
    """
    return parse_toml(_text(folder), FILE_NAME)


def parse(text: str, name: str) -> Settings:
    """Parse the text of a settings file.

    Raises:
        SpecFileError: With every mistake, each with its line.
    """
    return specfile.check(parse_toml(text, name), Settings)


def places(given: SpecTree) -> dict[str, str]:
    """Return where each setting of a file stands: `calendar.region` to `sheetsync.toml:12`."""
    return {".".join(map(str, path)): f"{given.name}:{line}" for path, line in given.lines.items()}


def parameter_places(text: str, settings: Settings) -> dict[str, str]:
    """Return where each of `[rules.parameters]` stands: `T16.limit` to `sheetsync.toml:12`."""
    given = places(parse_toml(text, FILE_NAME))
    return {name: given[f"rules.parameters.{name}"] for name in settings.rules.parameters}


def _text(folder: Path) -> str:
    path = folder / FILE_NAME
    try:
        # Editors on Windows may put a byte order mark before the text.
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(
            Text("这里没有 sheetsync.toml。", "There is no sheetsync.toml here."),
            fix=Text(
                "请用 --project 指定项目文件夹，或用 sheetsync init 新建。",
                "Name the project folder with --project, or make one with sheetsync init.",
            ),
            where=str(folder),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SpecFileError(
            Text("读不出来，应为 UTF-8 文本文件。", "Cannot be read; it must be a UTF-8 text file."),
            where=str(path),
        ) from error
