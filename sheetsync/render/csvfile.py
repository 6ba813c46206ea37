"""CSV files that Excel opens as they are meant: UTF-8 with its mark, no text taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

_DANGEROUS = tuple("=+-@\t\r\n\0＝＋－＠")
"""What a text begins with that spreadsheets take for a formula (reliability, 11)."""


def csv_file(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as a CSV file.

    Args:
        titles: Of the columns.
        rows: In their order; whole numbers are written without a decimal point.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([harmless(title) for title in titles])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig", "replace")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _written(cell: Cell) -> str | int | float:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return "" if cell is None else cell
