"""`clean`: takes everything of ours out of a workbook again; what people typed stays."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetsync.collector import uncollected
from sheetsync.marks import BESIDE, column_letters
from sheetsync.model.edit import Change, Edit, RemoveColumns, RemoveSheet
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.model.table import OwnColumns, RawBook, RawSheet, RawValue, Table
from sheetsync.ports import Cleanable
from sheetsync.templates.layout import engine_columns
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanResult:
    """What a cleaning came to.

    Args:
        path: The workbook, or the cleaned copy, as the user knows it.
        changes: What was (in a dry run: would be) taken out.
        kept: Cells in our columns that hold something people typed; they stay.
        written: True when something was written.
    """

    path: str
    changes: Sequence[Change]
    kept: tuple[str, ...]
    written: bool

    def document(self) -> dict[str, object]:
        """Return the result as a JSON document."""
        return {
            "schema": "sheetsync.clean/1",
            "path": self.path,
            "written": self.written,
            "changes": [
                {"sheet": change.sheet, "cell": change.cell, "what": change.what, "before": change.before}
                for change in self.changes
            ],
            "kept": list(self.kept),
        }

    def told(self) -> Text:
        """Return the result in one line."""
        if not self.changes:
            return Text(f"{self.path} 里没有系统写入的内容。", f"{self.path} holds nothing of ours.")
        columns = sum(change.what == "column" for change in self.changes)
        tabs = sum(change.what == "tab" for change in self.changes)
        verb = ("已移除", "Took out") if self.written else ("将移除", "Would take out")
        return Text(
            f"{self.path}：{verb[0]}系统列 {columns} 个、系统页签 {tabs} 个和全部行颜色。",
            f"{self.path}: {verb[1].lower()} {columns} columns and {tabs} tabs of ours, and all row colours.",
        )


def _no_tables(_: RawBook) -> Sequence[Table]:
    return ()


def clean(
    document: Cleanable,
    *,
    path: str,
    dry_run: bool = False,
    tables: Callable[[RawBook], Sequence[Table]] = _no_tables,
) -> CleanResult:
    """Take our columns, colours, tabs and marks out of a workbook, in one step or not at all.

    Args:
        document: The workbook.
        path: As the user named it.
        dry_run: Only say what would be taken out.
        tables: Finds the tables of a workbook whose store coloured their rows cell by cell.

    Raises:
        SheetSyncError: It cannot be read or written; then nothing was written.
    """
    with uncollected():
        book = document.read()
        edits = tuple(_edits(book, tables(book)))
        kept = tuple(place for sheet in book.sheets for own in sheet.own for place in _typed(sheet, own))
        done = document.clean(edits, based_on=book.version, dry_run=dry_run)
    elsewhere = Path(done.path) != Path(path)
    return CleanResult(
        path=done.path,
        changes=done.changes,
        kept=kept,
        written=not dry_run and (elsewhere or bool(done.changes)),
    )


def _edits(book: RawBook, tables: Sequence[Table]) -> Iterator[Edit]:
    beside = {(table.sheet, table.own.number): table for table in tables if table.own is not None}
    for sheet in book.sheets:
        for own in sheet.own:
            people = [row for row, values in _rows(sheet, own) if _by_people(values)]
            table = beside.get((sheet.name, own.number))
            yield RemoveColumns(
                sheet=sheet.name,
                number=own.number,
                columns=engine_columns("zh"),
                rows=tuple(row for row, values in _rows(sheet, own) if not _by_people(values)),
                kept=frozenset(own.columns) if people else frozenset(),
                first_column=None if table is None else table.first_column,
                last_column=None if table is None else table.last_column,
                before=None if table is None else table.before,
            )
    for role in sorted(book.tabs - BESIDE):
        yield RemoveSheet(role=role)


def _rows(sheet: RawSheet, own: OwnColumns) -> Iterator[tuple[int, dict[str, RawValue]]]:
    """Yield the rows below our headers that hold something in our columns, with what they hold."""
    places = {name: column - sheet.first_column for name, column in own.columns.items()}
    for number, cells in enumerate(sheet.rows, sheet.first_row):
        if number <= own.row:
            continue
        values = {name: cells[at] for name, at in places.items() if 0 <= at < len(cells) and cells[at] != ""}
        if values:
            yield number, values


_WORDS = {text.say(language) for text in STATUS_TEXT.values() for language in ("zh", "en")}


def _by_people(values: dict[str, RawValue]) -> bool:
    """Return True if what stands in our columns of a row does not begin with a status that we write."""
    return values.get("status") not in _WORDS


def _typed(sheet: RawSheet, own: OwnColumns) -> Iterator[str]:
    """Yield the cells in our columns that people typed."""
    for number, values in _rows(sheet, own):
        if _by_people(values):
            for name in values:
                yield f"{sheet.name}!{column_letters(own.columns[name])}{number}"
