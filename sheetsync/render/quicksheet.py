"""A worksheet of XlsxWriter that writes its usual cells in one go; a tab of ours has thousands of them."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheetsync.marks import column_letters


class QuickSheet(Worksheet):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes what its base writes, without the spans of rows, which are hints only.

    What it replaces are inner steps of the library. Where a later version no longer takes them, cells are
    written by the library again, in the same form.
    """

    def __init__(self) -> None:
        super().__init__()
        self._styles: dict[Format, int] = {}

    def _calculate_spans(self) -> None:
        self.row_spans: dict[int, str] = {}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401 - of a dozen kinds
        look = cell.format
        kind = type(cell).__name__
        if not look or kind not in ("String", "Number", "Blank"):
            super()._write_cell(row, col, cell)
            return
        style = self._styles.get(look)
        if style is None:
            # The library compares all properties at each call where two formats are equal.
            style = self._styles[look] = look._get_xf_index()  # noqa: SLF001 - as its own cells do
        place = f'<c r="{column_letters(col + 1)}{row + 1}" s="{style}"'
        if kind == "String":
            self.fh.write(f'{place} t="s"><v>{cell.string}</v></c>')
        elif kind == "Number":
            self.fh.write(f"{place}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f"{place}/>")
