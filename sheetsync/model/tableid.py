"""What tells one table of a document from the others; apart from the tables, which need pandas."""

from typing import NamedTuple


class TableId(NamedTuple):
    """Tells one table of a document from the others.

    Args:
        form: Id of its form.
        sheet: Name of its sheet.
        header_row: Row number of its header, from 1.
        column: Number of its first column, from 1.
    """

    form: str
    sheet: str
    header_row: int = 1
    column: int = 1
