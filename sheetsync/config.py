"""Settings of a project: `sheetsync.toml`, found upwards from the current folder, on top of the defaults."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from sheetsync.errors import SpecFileError, UsageError
from sheetsync.text import Text

FILE_NAME = "sheetsync.toml"

_COLOURS = re.compile(r"#?([0-9A-F]{6})(?:/#?([0-9A-F]{6}))?")
_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProjectSettings(_Section):
    """`[project]`."""

    name: str = ""
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("no such time zone; write it like Asia/Shanghai") from error
        return value


class CalendarSettings(_Section):
    """`[calendar]`: the official Chinese calendar, the company's own exceptions and its hours."""

    region: Literal["CN"] = "CN"
    working_hours: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    workdays: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()

    @field_validator("working_hours")
    @classmethod
    def _spans(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("needs at least one span such as 09:00-12:00")
        last = -1
        for span in value:
            match = _SPAN.fullmatch(span)
            if not match:
                raise ValueError(f"'{span}' is no span; write it like 09:00-12:00")
            start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
            if not last < start < end:
                raise ValueError(f"'{span}' must end after it starts, and after the span before it")
            last = end
        return value

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if both := set(self.workdays) & set(self.holidays):
            raise ValueError(f"{min(both)} is given both in workdays and in holidays")
        return self


ParameterValue = str | int | float | bool | list[str]


class RulesSettings(_Section):
    """`[rules]`: which packs are in force (all that are found when empty), and what is changed in them.

    Args:
        packs: Names of packs.
        parameters: `T16.limit` to value; tables such as `[rules.parameters.T16]` are read as that, too.
    """

    packs: tuple[str, ...] = ()
    parameters: Mapping[str, ParameterValue] = {}

    @field_validator("parameters", mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        return _flattened(value) if isinstance(value, dict) else value


class WorkbookSettings(_Section):
    """`[workbooks.NAME]`."""

    path: str
    forms: tuple[str, ...] = ()


class StateSettings(_Section):
    """`[state]`: where the project remembers what it saw; a file in `.sheetsync/` when there is no url."""

    url: str | None = None


class Look(NamedTuple):
    """Colours of a row, RRGGBB: fill, and font where it is not the usual one."""

    fill: str
    font: str | None = None


def _look(value: object) -> object:
    match = _COLOURS.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"'{value}' is no colour; write it like FFC7CE, or FFC7CE/9C0006 with the font's")
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
    return _STATUSES.get(key, key) if isinstance(key, str) else key


StatusWord = Annotated[
    Literal["延期", "数据异常", "风险", "即将到期", "正常", "已完成"], BeforeValidator(_status)
]


class BackupSettings(_Section):
    """`[backup]`: how many earlier versions of each workbook are kept."""

    keep: Annotated[int, Field(ge=1, le=1000)] = 10


Share = Annotated[int, Field(ge=1, le=10_000)]
"""A share of a limit in %."""


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

    shares: Annotated[tuple[Share, ...], Field(min_length=1)] = (80, 100, 200)
    first_rung: Mapping[str, Annotated[int, Field(ge=1, le=5)]] = {"紧急": 2, "严重": 2}
    after_due: Annotated[str, Field(pattern=r"^[1-9]\d*(h|wh|wd)$")] = "2wd"
    levels: tuple[Literal["info", "yellow", "red"], ...] = ("yellow", "red")

    @field_validator("shares")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(earlier >= later for earlier, later in pairwise(value)):
            raise ValueError("must rise, such as [80, 100, 200]")
        return value


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


class Settings(_Section):
    """Everything `sheetsync.toml` can say, with the defaults for what it does not say."""

    project: ProjectSettings = ProjectSettings()
    calendar: CalendarSettings = CalendarSettings()
    rules: RulesSettings = RulesSettings()
    workbooks: Mapping[str, WorkbookSettings] = {}
    state: StateSettings = StateSettings()
    colours: Mapping[StatusWord, Annotated[Look, BeforeValidator(_look)]] = {}
    backup: BackupSettings = BackupSettings()
    limits: LimitsSettings = LimitsSettings()
    escalation: EscalationSettings = EscalationSettings()

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
    path = folder / FILE_NAME
    try:
        text = path.read_text("utf-8")
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
    return parse(text, str(path))


def parse(text: str, name: str) -> Settings:
    """Parse the text of a settings file.

    Raises:
        SpecFileError: With every mistake, each with its line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecFileError(
            Text(f"不是有效的 TOML：{error}。", f"Not valid TOML: {error}."), where=name
        ) from error
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        said = [_mistake(text, item["loc"], item["type"], item["msg"]) for item in error.errors()]
        raise SpecFileError(
            Text("；".join(zh for _, zh, _ in said), "; ".join(en for _, _, en in said)),
            where=f"{name}:{min(line for line, _, _ in said)}",
        ) from error


def _mistake(text: str, location: tuple[int | str, ...], kind: str, message: str) -> tuple[int, str, str]:
    """Return line, Chinese and English wording of one mistake."""
    line = _line(text, [str(step) for step in location if isinstance(step, str)])
    place = ".".join(str(step) for step in location)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), _known_keys(), n=1)
        zh = f"第 {line} 行 不认识的设置 {place}" + (f"，是否想写 {near[0]}" if near else "")
        en = f"line {line}: unknown setting {place}" + (f"; did you mean {near[0]}" if near else "")
        return line, zh, en
    reason = message.removeprefix("Value error, ")
    return line, f"第 {line} 行 {place} 的值不对：{reason}", f"line {line}: {place} is wrong: {reason}"


def _flattened(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return nested tables as one, their keys joined by dots."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= _flattened(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = value
    return flat


def parameter_places(text: str, settings: Settings) -> dict[str, str]:
    """Return where each of `[rules.parameters]` stands, as `sheetsync.toml:12`."""
    return {name: f"{FILE_NAME}:{_parameter_line(text, name)}" for name in settings.rules.parameters}


def _parameter_line(text: str, name: str) -> int:
    """Return the line of a parameter, written as a dotted key, a quoted key or a table of its rule."""
    rule, _, key = name.rpartition(".")
    lines = text.splitlines()
    whole = re.compile(rf"\s*[\"']?{re.escape(rule)}[\"']?\s*\.\s*{re.escape(key)}[\"']?\s*=")
    for number, line in enumerate(lines, start=1):
        if whole.match(line):
            return number
    return _line(text, ["rules", "parameters", *name.split(".")])


def _known_keys() -> list[str]:
    sections: tuple[type[BaseModel], ...] = (
        ProjectSettings,
        CalendarSettings,
        RulesSettings,
        WorkbookSettings,
        StateSettings,
        BackupSettings,
        LimitsSettings,
        EscalationSettings,
    )
    return [*Settings.model_fields, *(name for section in sections for name in section.model_fields)]


def _line(text: str, steps: list[str]) -> int:
    """Find the line of a dotted setting: the TOML reader of the standard library keeps no positions."""
    lines = text.splitlines()
    at = 0
    for step in steps:
        wanted = re.compile(rf"\s*(\[.*\b{re.escape(step)}\b.*\]|\"?{re.escape(step)}\"?\s*=)")
        at = next((number for number in range(at, len(lines)) if wanted.match(lines[number])), at)
    return at + 1
