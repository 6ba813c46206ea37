"""Settings of a project: `sheetsync.toml`, found upwards from the current folder, on top of the defaults."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sheetsync.errors import SpecFileError, UsageError
from sheetsync.text import Text

FILE_NAME = "sheetsync.toml"

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


class RulesSettings(_Section):
    """`[rules]`: which packs are in force; all that are found when empty."""

    packs: tuple[str, ...] = ()


class WorkbookSettings(_Section):
    """`[workbooks.NAME]`."""

    path: str
    forms: tuple[str, ...] = ()


class BackupSettings(_Section):
    """`[backup]`: how many earlier versions of each workbook are kept."""

    keep: Annotated[int, Field(ge=1, le=1000)] = 10


class LimitsSettings(_Section):
    """`[limits]`: what is too large to be read safely."""

    file_megabytes: Annotated[int, Field(ge=1, le=2000)] = 100
    unpacked_megabytes: Annotated[int, Field(ge=1, le=8000)] = 512


class Settings(_Section):
    """Everything `sheetsync.toml` can say, with the defaults for what it does not say."""

    project: ProjectSettings = ProjectSettings()
    calendar: CalendarSettings = CalendarSettings()
    rules: RulesSettings = RulesSettings()
    workbooks: Mapping[str, WorkbookSettings] = {}
    backup: BackupSettings = BackupSettings()
    limits: LimitsSettings = LimitsSettings()

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


def _known_keys() -> list[str]:
    sections: tuple[type[BaseModel], ...] = (
        ProjectSettings,
        CalendarSettings,
        RulesSettings,
        WorkbookSettings,
        BackupSettings,
        LimitsSettings,
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
