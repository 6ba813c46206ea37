"""The workbook under change: its parts, opened when an edit needs them, and written back together."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, partial

from sheetsync.excel import ours
from sheetsync.excel.book import Book, Sheet
from sheetsync.excel.cellvalue import read_value
from sheetsync.excel.changes import CellChanges, Changes
from sheetsync.excel.codec import Packed
from sheetsync.excel.facts import kind_of
from sheetsync.excel.package import OFFICE, Package
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.sheet import Area, SheetPart, Stored
from sheetsync.excel.sheetedit import SheetEdit
from sheetsync.excel.streamededit import StreamedEdit
from sheetsync.excel.strings import SharedStrings
from sheetsync.excel.styles import MINIMAL, Styles
from sheetsync.excel.survey import Survey, survey
from sheetsync.model.edit import CellValue, Change, EngineColumn

RowsEdit = SheetEdit | StreamedEdit
"""The changes to a worksheet part: read whole where its rows are written in an unusual way, else streamed."""

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


class Host:
    """One workbook under change.

    Args:
        package: Its parts.
        book: Its workbook part.
        surveys: What is known of regular sheets, by title.
    """

    def __init__(self, package: Package, book: Book, surveys: Mapping[str, Survey]) -> None:
        self.package = package
        self._surveys = dict(surveys)
        self.book = book
        self.changes: list[Change] = []
        self._cells: list[CellChanges] = []
        self.wanted: dict[tuple[str, str], EngineColumn] = {}
        self.date1904 = book.date1904
        self.formula_removed = False
        self.fitted: dict[tuple[bool, bool, bool, int], int] = {}
        self.formulas: dict[tuple[str, bool], AbstractSet[str]] = {}
        self._edits: dict[str, RowsEdit] = {}
        self._packed: dict[str, Packed] = {}
        self._claims: dict[str, list[Area]] = {}
        self._ours: tuple[int, ours.Ours] | None = None

    @property
    def ours(self) -> ours.Ours:
        """What is ours now."""
        if self._ours is None or self._ours[0] != self.book.revision:
            self._ours = self.book.revision, ours.find(self.book)
        return self._ours[1]

    def sheet(self, name: str) -> Sheet:
        """Return a worksheet by its title.

        Raises:
            InputRefusedError: There is none, or it holds no cells.
        """
        sheet = self.book.sheet(name)
        if sheet is None:
            raise uneditable(f"找不到工作表“{name}”", f"There is no sheet '{name}'")
        if sheet.kind != "worksheet":
            raise uneditable(f"“{name}”不是普通工作表", f"'{name}' is no ordinary worksheet", name)
        return sheet

    def edit(self, name: str) -> RowsEdit:
        """Return the changes to a worksheet, to be added to.

        Raises:
            InputRefusedError: There is no such worksheet, or its rows are out of order.
        """
        sheet = self.sheet(name)
        if sheet.part not in self._edits:
            self._edits[sheet.part] = self._opened(sheet)
        return self._edits[sheet.part]

    def _opened(self, sheet: Sheet) -> RowsEdit:
        pieces = partial(self.package.pieces, sheet.part)
        # A part in another encoding was read from a copy in UTF-8: its survey is that of the copy.
        known = self._surveys.get(sheet.name) if self.package.in_utf8(sheet.part) else None
        seen = known or survey(pieces())
        if seen is None:
            return SheetEdit(SheetPart(self.package.read_xml(sheet.part)))
        self._surveys[sheet.name] = seen
        return StreamedEdit(pieces, seen)

    def may_hold_formulas(self, sheet: Sheet) -> bool:
        """Return False if a sheet, as it was read, is known to hold no formula."""
        seen = self._surveys.get(sheet.name)
        return seen is None or seen.formulas

    def claim(self, sheet: str, area: Area) -> None:
        """Remember that this run puts columns of ours there."""
        self._claims.setdefault(sheet, []).append(area)

    def claimed(self, sheet: str) -> Sequence[Area]:
        """Return the cells of a sheet that this run puts columns of ours into."""
        return self._claims.get(sheet, ())

    def forget(self, part: str) -> None:
        """Drop the changes to a sheet part that is being replaced or removed as a whole."""
        self._edits.pop(part, None)

    @cached_property
    def styles(self) -> Styles:
        """The workbook's style sheet; a minimal one where it has none."""
        part = self.package.related(self.book.part, "styles")
        return Styles(self.package.read_xml(part) if part else MINIMAL)

    @cached_property
    def strings(self) -> SharedStrings:
        """The workbook's shared strings."""
        part = self.package.related(self.book.part, "sharedStrings")
        return SharedStrings(self.package.read_xml(part) if part else None)

    def value(self, cell: Stored | None) -> str | float | bool | None:
        """Return what a cell shows; None for an empty or missing one."""
        return (
            read_value(kind_of(cell), cell.inner, self.strings) if cell is not None and cell.inner else None
        )

    def changing(self, sheet: str, column: int, values: Mapping[int, CellValue]) -> CellChanges:
        """Return where to note the cells of a column that change.

        Args:
            sheet: The sheet.
            column: Number of the column.
            values: What its cells shall hold, by row number.
        """
        cells = CellChanges(sheet, column, values)
        self._cells.append(cells)
        return cells

    @property
    def columns_changed(self) -> dict[str, set[int]]:
        """The columns in which cells change, by sheet."""
        found: dict[str, set[int]] = {}
        for cells in self._cells:
            if cells:
                found.setdefault(cells.sheet, set()).add(cells.column)
        return found

    @property
    def all_changes(self) -> Sequence[Change]:
        """Everything that changes: our columns, their cells, and what is around them."""
        columns = [change for change in self.changes if change.what == "column"]
        rest = [change for change in self.changes if change.what != "column"]
        return Changes([columns, *self._cells, rest])

    def settle(self) -> None:
        """Let the rows of large sheets stream by: only then is it known which cells change."""
        for part, edit in self._edits.items():
            if isinstance(edit, StreamedEdit) and (packed := edit.packed()) is not None:
                self._packed[part] = packed

    def save(self) -> None:
        """Give the package every part that changed."""
        for part, packed in self._packed.items():
            self.package.write_packed(part, packed)
        for part, edit in self._edits.items():
            if isinstance(edit, SheetEdit) and edit:
                self.package.write_xml(part, edit.apply())
        if "styles" in self.__dict__ and self.styles.changed:
            self._save_styles()
        if self.formula_removed:
            self.drop_chain()
        self.book.save()

    def drop_chain(self) -> None:
        """Remove the calculation chain, which Excel builds anew: an entry without a formula is a defect."""
        for relation in self.package.relations(self.book.part):
            if relation.kind == "calcChain":
                self.package.unrelate(self.book.part, relation.id)
                if self.package.has(relation.target):
                    self.package.drop(relation.target)

    def _save_styles(self) -> None:
        part = self.package.related(self.book.part, "styles")
        if part is not None:
            self.package.write_xml(part, self.styles.to_bytes())
            return
        # Some readers look for this very name instead of following the relationship.
        name = f"{self.book.folder}/styles.xml".lstrip("/")
        if self.package.has(name):
            name = self.package.free_name(self.book.folder, "styles", "xml")
        self.package.add(name, self.styles.to_bytes(), _STYLES_TYPE)
        self.package.relate(self.book.part, f"{OFFICE}/styles", name)
