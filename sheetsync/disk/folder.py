"""Which workbooks a user means: a file, a folder, a pattern, or a base of Feishu."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetsync.address import Book, BookAddress, is_remote, parse
from sheetsync.errors import UsageError
from sheetsync.text import Text, same

SUFFIXES = (".xlsx", ".xlsm")
_TEXTS = (".csv", ".tsv")
_NOT_OURS = ("~$", ".~", "._")
_SIDE_COPY = "（SheetSync 副本）"
COPIES = ("冲突副本", "conflicted copy", ".sync-conflict-", ".conflict")


def expand(names: Iterable[str]) -> tuple[Book | UsageError, ...]:
    """Return the workbooks that `names` mean, each once, in the order given.

    Args:
        names: Files (existing or not: a missing one is reported when it is read), folders (their workbooks,
            not those of folders inside), or patterns such as `项目/*.xlsx`. Text files with tables are meant
            only where they are named, or by a pattern that ends as they do, such as `*.csv`. Addresses of
            Feishu mean what they name.

    Returns:
        The workbooks; in the place of a folder or pattern without one, the error that says so.
    """
    found: dict[Book | UsageError, None] = {}
    for name in names:
        found.update(dict.fromkeys(_meant(name)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Unit:
    """Workbooks that are judged together.

    Args:
        judged: Positions of those that are judged, among all that the user named.
        beside: Others that belong to them and are only looked into.
    """

    judged: tuple[int, ...]
    beside: tuple[Book, ...] = ()


def units_of(paths: Sequence[Book | UsageError], project: Collection[Book]) -> list[Unit]:
    """Return what is judged together: the workbooks of the project; every other one stands alone.

    Args:
        paths: What `expand` returned.
        project: The project's workbooks, resolved.
    """
    places = {number: resolved(path) for number, path in enumerate(paths) if not isinstance(path, UsageError)}
    inside = tuple(number for number, place in places.items() if place in project)
    units = [Unit((number,)) for number in range(len(paths)) if number not in inside]
    if inside:
        named = {places[number] for number in inside}
        units.append(Unit(inside, tuple(_as_seen(path) for path in project if path not in named)))
    return sorted(units, key=lambda unit: unit.judged)


def side_copy_of(path: Path) -> Path:
    """Return where the marked copy of a workbook goes that somebody has open."""
    return path.with_name(f"{path.stem[:60]}{_SIDE_COPY}{path.suffix}")


def books_in(folder: Path) -> list[Path]:
    """Return the workbooks of a folder by name; none if there is no such folder."""
    return sorted(_workbooks(folder.iterdir())) if folder.is_dir() else []


def resolved(book: Book) -> Book:
    """Return where a workbook lies in the one way that all names of it come to."""
    return book.resolve() if isinstance(book, Path) else book


def _as_seen(path: Book) -> Book:
    """Return a path as short as a person would write it."""
    if not isinstance(path, Path):
        return path
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def outputs_of(paths: Sequence[Book | UsageError], output: Path | None) -> list[Path | None]:
    """Return where each marked copy goes: the file itself for one workbook, a folder for several.

    Args:
        paths: What `expand` returned.
        output: What the user gave, None to mark the workbooks themselves.

    Raises:
        UsageError: Several workbooks and no folder, or two of one name.
    """
    if output is None:
        return [None] * len(paths)
    if len(paths) == 1 and not output.is_dir():
        return [output]
    if not output.is_dir():
        raise UsageError(
            Text(
                "检查多个工作簿时，-o 应为已有的文件夹。",
                "With several workbooks, -o must be an existing folder.",
            ),
            where=str(output),
        )
    copies = [output / path.name if isinstance(path, Path) else output for path in paths]
    names = [path.name for path in paths if isinstance(path, Path)]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                Text(
                    f"有多个工作簿都叫 {name}，副本会互相覆盖。",
                    f"Several workbooks are called {name}; their copies would replace one another.",
                ),
                where=str(output),
            )
    return list(copies)


def place_of(name: str) -> Book:
    """Return where a single workbook lies that a user names.

    Raises:
        UsageError: It is an address, and means nothing.
    """
    if not is_remote(name):
        return Path(name)
    found = parse(name)
    return found.path if isinstance(found, BookAddress) else found


def _meant(name: str) -> Sequence[Book | UsageError]:
    if is_remote(name):
        try:
            return [place_of(name)]
        except UsageError as error:
            error.where = name
            return [error]
    try:
        return _found(name)
    except (OSError, ValueError, RuntimeError) as error:
        # Too long a name, a folder nobody may list, links in a circle, a pattern like a**.
        reason = getattr(error, "strerror", None) or str(error)
        return [
            UsageError(
                Text("不是可用的文件名或文件夹。", "Not a usable name of a file or folder."),
                why=same(f"({reason})"),
                where=name,
            )
        ]


def _found(name: str) -> Sequence[Path | UsageError]:
    path = Path(name)
    path.resolve().exists()
    if path.is_dir():
        books = sorted(_workbooks(path.iterdir()))
        return books or [UsageError(Text("文件夹里没有工作簿。", "The folder has no workbook."), where=name)]
    if not path.exists() and any(letter in name for letter in "*?["):
        root = Path(path.anchor)
        endings = _TEXTS if name.lower().endswith(_TEXTS) else SUFFIXES
        books = sorted(_workbooks(root.glob(str(path.relative_to(path.anchor))), endings))
        return books or [UsageError(Text("没有符合的工作簿。", "No workbook matches."), where=name)]
    return [path]


def _workbooks(paths: Iterable[Path], endings: tuple[str, ...] = SUFFIXES) -> Iterator[Path]:
    """Yield the files that end so, without owner files and conflict copies of other programs."""
    for path in paths:
        ours = not path.name.startswith(_NOT_OURS) and not any(
            word in path.name for word in (*COPIES, _SIDE_COPY)
        )
        if ours and path.suffix.lower() in endings and path.is_file():
            yield path
