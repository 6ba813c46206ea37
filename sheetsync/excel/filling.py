"""One of our columns, cell by cell: what a row shall show, in which style, and what that changes."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from itertools import compress

from sheetsync import palette
from sheetsync.excel import splice
from sheetsync.excel.cellvalue import cell_text, content_xml, has_formula, same_value
from sheetsync.excel.host import Host
from sheetsync.excel.numberformats import is_date
from sheetsync.excel.outlineedit import Halves, NewCell, RowEnds, halves
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.sheet import Stored
from sheetsync.excel.styles import Styles
from sheetsync.marks import column_letters
from sheetsync.model.edit import CellValue

_TOLD_APART = frozenset({str, datetime, type(None)})
"""Types of values of which no two are equal; truth values equal numbers."""

_KEPT = 5_000
"""Different cells that are kept to be put in again."""


class Filling:
    """What one of our columns shall show; meets the protocol Fill.

    Args:
        host: The workbook under change.
        sheet: The sheet.
        column: Number of the column.
        values: What its cells shall show, by row number.
        hidden: Rows whose cell a merged range hides.
        sentence: True for long text.
    """

    def __init__(
        self,
        host: Host,
        sheet: str,
        column: int,
        values: Mapping[int, CellValue],
        hidden: AbstractSet[int],
        *,
        sentence: bool,
    ) -> None:
        self.column = column
        self.rows = values
        self._host = host
        self._sheet = sheet
        self._hidden = hidden
        self._sentence = sentence
        self._changing = host.changing(sheet, column, values)
        self._standing: dict[tuple[bytes, bytes, type, CellValue], bool] = {}
        self._made: dict[tuple[int, type, CellValue], tuple[bytes, bytes]] = {}

    def decide(self, row: int, cell: Stored | None, left_style: Callable[[], int]) -> NewCell | None:
        """Return what a cell shall be, None for what it is."""
        host, value = self._host, self.rows[row]
        if row in self._hidden or self._stands(cell, value):
            return None
        before = host.value(cell)
        if cell is not None and has_formula(cell.inner):
            release_formula(host, cell, self._sheet)
        own = None if cell is None else _own_style(cell.attributes)
        style = self._style(value, left_style() if own is None else own, own=own is not None)
        self._changing.add(row, "" if before is None else cell_text(before))
        return NewCell(style, *content_xml(value, date1904=host.date1904))

    def _stands(self, cell: Stored | None, value: CellValue) -> bool:
        """Tell whether a cell shows a value already; on most days most cells do."""
        if cell is None:
            return value is None or value == ""
        if self._sentence:
            return same_value(self._host.value(cell), value, date1904=self._host.date1904)
        known = cell.attributes, cell.inner, value.__class__, value
        if known not in self._standing:
            self._standing[known] = same_value(self._host.value(cell), value, date1904=self._host.date1904)
        return self._standing[known]

    def fresh(self, ends: RowEnds, prefix: bytes, proof: Callable[[bytes], None]) -> list[bytes]:
        """Return the cells of rows that have none yet, nothing for a row without one."""
        values = list(map(self.rows.get, ends.numbers))
        alike = not self._hidden and ends.styles.count(ends.styles[0]) == len(values)
        if alike and set(map(type, values)) <= _TOLD_APART:
            return self._alike(ends, values, prefix, proof)
        cells = []
        filled = []
        for row, digits, style, value in zip(ends.numbers, ends.digits, ends.styles, values, strict=True):
            if value is None or value == "" or row in self._hidden:
                cells.append(b"")
                continue
            filled.append(row)
            head, tail = self._halves(value, style, prefix, digits, proof)
            cells.append(head + digits + tail)
        self._changing.add_fresh(filled)
        return cells

    def _alike(
        self, ends: RowEnds, values: list[CellValue], prefix: bytes, proof: Callable[[bytes], None]
    ) -> list[bytes]:
        """Return the cells of rows that all end with one format: most of what they show comes again."""
        style = ends.styles[0]
        made: dict[CellValue, tuple[bytes, ...]] = {None: (), "": ()}
        for value in dict.fromkeys(values):
            if value not in made:
                made[value] = self._halves(value, style, prefix, ends.digits[0], proof)
        # Digits join two halves to a cell, and nothing to nothing.
        cells = list(map(bytes.join, ends.digits, map(made.__getitem__, values)))
        self._changing.add_fresh(list(compress(ends.numbers, cells)))
        return cells

    def _halves(
        self, value: CellValue, style: int, prefix: bytes, digits: bytes, proof: Callable[[bytes], None]
    ) -> Halves:
        """Return a cell before and behind its row's number; what is made anew is proofread."""
        known = style, value.__class__, value
        new = self._made.get(known)
        if new is None:
            new = self._new(value, style, prefix)
            proof(new[0] + digits + new[1])
            # Words and times come again and again, many sentences never.
            if len(self._made) == _KEPT:
                self._made.clear()
            self._made[known] = new
        return new

    def _new(self, value: CellValue, left_style: int, prefix: bytes) -> Halves:
        """Return a cell before and behind its row's number."""
        style = self._style(value, left_style, own=False)
        return halves(prefix, self.column, NewCell(style, *content_xml(value, date1904=self._host.date1904)))

    def _style(self, value: CellValue, style: int, *, own: bool) -> int:
        """Return the style of a cell of ours: its own, or its left neighbour's fitted to what we write."""
        return fitted(self._host, isinstance(value, datetime), self._sentence, own, style)


def fitted(host: Host, moment: bool, sentence: bool, own: bool, style: int) -> int:
    """Return the position of a format that shows our content in what is around it.

    Args:
        host: The workbook under change.
        moment: True for a point in time.
        sentence: True for long text.
        own: True if the cell had a format before, False to make one of its left neighbour's.
        style: That format.
    """
    wanted = moment, sentence, own, style
    if wanted not in host.fitted:
        host.fitted[wanted] = _fitted(host.styles, *wanted)
    return host.fitted[wanted]


def _fitted(styles: Styles, moment: bool, sentence: bool, own: bool, style: int) -> int:
    code = palette.NUMBER_FORMATS["datetime"] if moment else "General"
    if own and (not moment or is_date(styles.number_format(style))):
        return style
    number = styles.number_format_id(code)
    if own:
        return styles.derive(style, ("moment", number), lambda xf: formatted(xf, number))

    def fit(xf: bytes) -> bytes:
        return _aligned(formatted(xf, number), sentence=sentence)

    return styles.derive(style, ("ours", number, sentence), fit)


@lru_cache(maxsize=1000)
def _own_style(attributes: bytes) -> int | None:
    """Return the style that a cell states, None if it states none."""
    given = splice.attribute(b"<c " + attributes + b">", "s")
    return None if given is None else int(given)


# Workbooks of one office are formatted alike.
@lru_cache(maxsize=1000)
def formatted(xf: bytes, number: int) -> bytes:
    """Return a cell format, written without prefixes, with another number format."""
    end = xf.index(b">") + 1
    tag = splice.set_attribute(xf[:end], "numFmtId", str(number))
    tag = splice.set_attribute(splice.drop_attribute(tag, "quotePrefix"), "applyNumberFormat", "1")
    return tag + xf[end:]


@lru_cache(maxsize=1000)
def _aligned(xf: bytes, *, sentence: bool) -> bytes:
    """Return a cell format for a sentence (at the left) or a word (centred); unknown children are kept."""
    wanted = (
        b'<alignment horizontal="left" vertical="center"/>'
        if sentence
        else b'<alignment horizontal="center" vertical="center"/>'
    )
    mask = splice.masked(xf)
    root = splice.root(mask)
    tag = splice.set_attribute(root.open_tag(xf), "applyAlignment", "1")
    if root.closed:
        return tag[:-2].rstrip() + b">" + wanted + b"</xf>"
    rest = b"".join(child.text(xf) for child in splice.children(mask, root) if child.name != "alignment")
    return tag + wanted + rest + b"</xf>"


def release_formula(host: Host, cell: Stored, sheet: str) -> None:
    """Allow a formula in our column to be overwritten, unless other cells depend on it.

    Raises:
        InputRefusedError: They do.
    """
    inner = cell.inner
    values = splice.attributes(b"<c " + cell.attributes + b">")
    kind = splice.attribute(inner[inner.index(b"<") :], "t")
    master = splice.attribute(inner, "ref") is not None
    if kind in ("array", "dataTable") or (kind == "shared" and master) or "cm" in values:
        place = f"{sheet}!{column_letters(cell.column)}{cell.row}"
        raise uneditable(
            "系统列里有其他单元格依赖的公式",
            "A column of ours holds a formula that other cells depend on",
            place,
        )
    host.formula_removed = True
