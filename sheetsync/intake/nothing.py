"""Cells with nothing in them to read: words for "none", and the errors a spreadsheet shows."""

from sheetsync.intake.cell import EMPTY, Cell, failed
from sheetsync.intake.normalise import error_value, is_marker
from sheetsync.text import Text


def nothing(text: str) -> Cell | None:
    """Return the reading of a text that says nothing of its own, None where there is something to read."""
    if is_marker(text):
        return EMPTY
    error = error_value(text)
    if error is None:
        return None
    return failed(
        f"单元格是错误值 {error}",
        f"the cell is the error {error}",
        Text("修正公式，或直接填写内容", "mend the formula, or type the value"),
    )
