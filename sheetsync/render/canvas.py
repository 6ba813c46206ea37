"""A sheet to draw on: a one-tab workbook with the house's formats, handed out as its parts."""

import re

from sheetsync import palette
from sheetsync.model.edit import Parts
from sheetsync.render.look import Look, look
from sheetsync.render.quickbook import QuickBook

LONGEST = 32_000
"""Characters of a cell; Excel takes 32,767."""

_CONTROL = re.compile(r"[\x00-\x1f\ufffe\uffff]")


class Canvas:
    """One tab under construction.

    Args:
        title: The tab's name.
        tab: Colour of the tab, RRGGBB.
    """

    def __init__(self, title: str, tab: str = palette.ACCENT) -> None:
        self._book = QuickBook(title)
        self.title, self.sheet = title, self._book.sheet
        self.sheet.set_tab_color(f"#{tab}")
        self.sheet.hide_gridlines(2)
        self.difference = self._book.difference
        self.style = look

    def cells(
        self,
        row: int,
        column: int,
        span: int,
        value: str | float | None,
        look: Look,
        *,
        link: str | None = None,
    ) -> None:
        """Write one value over `span` columns; with `link` it jumps to a place of the workbook."""
        if link is None:
            self.sheet.write_block(row, column, 1, span, value, look)
        else:
            self.block(row, column, 1, span, value, look, link=link)

    def block(
        self,
        row: int,
        column: int,
        rows: int,
        columns: int,
        value: str | float | None,
        look: Look,
        *,
        link: str | None = None,
    ) -> None:
        """Write one value over some rows and columns; with `link` it jumps to a place of the workbook."""
        if link is None:
            self.sheet.write_block(row, column, rows, columns, value, look)
        else:
            self.sheet.write_link(row, column, rows, columns, link_text(str(value)), look, link)

    def done(self) -> Parts:
        """Return the parts of the workbook."""
        return self._book.parts()


def link_text(text: str) -> str:
    """Return a text as a link can bear it: XlsxWriter writes it into an attribute as it is, and cells end."""
    return _CONTROL.sub(" ", text)[:LONGEST]


def link_to(sheet: str, cell: str) -> str:
    """Return the target of a hyperlink to a cell of the same workbook."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"
