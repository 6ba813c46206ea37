"""Finds and reads `sheetsync.toml`."""

from pathlib import Path

from sheetsync import specfile
from sheetsync.config.section import FILE_NAME
from sheetsync.config.settings import Settings
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.specfile import SpecTree
from sheetsync.text import Text
from sheetsync.tomlfile import parse_toml


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
