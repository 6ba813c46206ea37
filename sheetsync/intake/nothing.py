"""Cells with nothing in them to read: words for "none", and the errors a spreadsheet shows."""

from sheetsync.intake.cell import EMPTY, Cell, failed
from sheetsync.intake.normalise import error_value, is_marker


def nothing(text: str) -> Cell | None:
    """Return the reading of a text that says nothing of its own, None where there is something to read."""
    if is_marker(text):
        return EMPTY
    error = error_value(text)
    return None if error is None else failed(f"单元格是错误值 {error}", f"the cell is the error {error}")
