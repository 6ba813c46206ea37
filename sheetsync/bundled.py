"""Finds the declarative folders: a project's own spec files, and those that ship with SheetSync."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from sheetsync.errors import SpecFileError
from sheetsync.text import Text

Kind = Literal["workbook_templates", "rules", "jobs"]


def bundled(kind: Kind) -> Traversable:
    """Return the folder of shipped `kind` files.

    A wheel carries them inside the package; an editable install and a checkout have them beside it.
    """
    package = files("sheetsync")
    shipped = package / "_bundled" / kind
    return shipped if shipped.is_dir() else Path(str(package)).parent / kind


def spec_files(project: Path | None, kind: Kind, inside: str | None = None) -> Iterator[tuple[str, str, str]]:
    """Yield spec files, the project's own before the shipped ones.

    Args:
        project: The project folder, if there is one.
        kind: Which declarative folder.
        inside: A folder inside it, such as `cases`.

    Yields:
        Name without ending, path to show in messages, text.

    Raises:
        SpecFileError: A file is no UTF-8 text.
    """
    own: list[tuple[Traversable, str]] = [] if project is None else [(project / kind, str(project / kind))]
    for root, shown in [*own, (bundled(kind), kind)]:
        folder = root / inside if inside else root
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.name.endswith((".yaml", ".yml")):
                path = f"{shown}/{inside}/{file.name}" if inside else f"{shown}/{file.name}"
                yield file.name.rsplit(".", 1)[0], path, read_spec(file, path)


def read_spec(file: Traversable, shown: str) -> str:
    """Return the text of one spec file.

    Args:
        file: The file.
        shown: What messages call it.

    Raises:
        SpecFileError: It cannot be read, or is no UTF-8 text.
    """
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecFileError(
            Text("读不出来，应为 UTF-8 文本文件。", "Cannot be read; it must be a UTF-8 text file."),
            where=shown,
        ) from error
