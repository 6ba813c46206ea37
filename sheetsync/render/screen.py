"""The screen that a dashboard is drawn on: an even grid of columns, headings, tables, places for charts.

Charts refer to cells of the same tab. Values that no table shows stand in hidden columns at the right of the
grid, outside the printed area, so that every line of a chart can still be traced to its numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from xlsxwriter.utility import quote_sheetname

from sheetsync import palette
from sheetsync.marks import column_letters
from sheetsync.model.edit import Parts
from sheetsync.render import chart
from sheetsync.render.canvas import Canvas
from sheetsync.render.look import Look, look
from sheetsync.text import Language, Text

MARGIN = 1
"""Columns are counted from 0; the first is a margin."""
GRID = 24
GRID_WIDTH = 6.6
COLUMN_PIXELS = 51
LINE_PIXELS = 16
"""Least height of a line of the middle part, where charts, bars and tables stand beside each other."""
LOW_PIXELS = 18
"""Lines below this height have no room for a heading of the usual size."""
HEADING_PIXELS = 21
"""Height of a row that holds headings only."""
DEFAULT_PIXELS = 20
PRINT_SCALE = 68
"""Percent: a screen fills a page of A4 on its side, also where columns are a fifth wider than meant.

Were it fit to a page, programs would ignore the break before the details and make all too small to read.
"""
GAP_PIXELS = 8
"""Left free between two charts."""

_STORE = MARGIN + GRID + 1
"""First hidden column; one column is left free for the eye."""
_STORE_WIDTH = 11

FRAME = chart.shape(chart.line(palette.LINE))
"""Around charts whose title stands in a cell above them."""
LEGEND = f'<c:legend><c:legendPos val="b"/><c:layout/>{chart.letters()}</c:legend>'

UNDERLINED: Mapping[str, Any] = MappingProxyType({"bottom": 1, "bottom_color": f"#{palette.LINE}"})
"""Below each row of a table."""

_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Part of the grid, counted from 0.

    Args:
        row: First row.
        column: First column.
        rows: Number of rows.
        columns: Number of columns.
    """

    row: int
    column: int
    rows: int
    columns: int


class Screen:
    """A tab under construction in one language.

    Args:
        canvas: The tab.
        language: The language to write in.
    """

    def __init__(self, canvas: Canvas, language: Language) -> None:
        self.canvas, self.language, self.sheet = canvas, language, canvas.sheet
        self._free, self._quoted = _STORE, quote_sheetname(canvas.title)
        self.line_pixels = DEFAULT_PIXELS
        self._low = range(0)
        self.sheet.set_column(0, 0, 1.5)
        self.sheet.set_column(MARGIN, MARGIN + GRID - 1, GRID_WIDTH)

    def say(self, zh: str, en: str) -> str:
        """Return the wording in the language of the tab."""
        return en if self.language == "en" else zh

    def word(self, text: Text) -> str:
        """Return a text in the language of the tab."""
        return text.say(self.language)

    def lines(self, row: int, count: int, height: int) -> None:
        """Make rows lines of the middle part: places are measured in lines of this height, in pixels.

        The first one holds headings and has their height.
        """
        # A row of the default height is written without one, and LibreOffice chooses its own.
        height += height == DEFAULT_PIXELS
        self.line_pixels = height
        self._low = range(row + 1, row + count) if height < LOW_PIXELS else range(0)
        self.sheet.set_row_pixels(row, HEADING_PIXELS)
        for at in range(row + 1, row + count):
            self.sheet.set_row_pixels(at, height)

    def heading(self, row: int, column: int, span: int, text: str) -> None:
        """Write the title of a part, smaller where lines are low."""
        look = self.canvas.style(
            bold=True,
            font_size=9 if row in self._low else 10,
            font_color=f"#{palette.ACCENT}",
            bottom=2,
            bottom_color=f"#{palette.ACCENT}",
        )
        self.canvas.cells(row, column, span, text, look)

    def titles(self, row: int, column: int, titles: Sequence[tuple[str, int]]) -> None:
        """Write the titles of a table's columns: each with the grid columns that it takes."""
        look = self.canvas.style(
            bold=True,
            font_size=8,
            align="center",
            bg_color=f"#{palette.ACCENT_SOFT}",
            font_color=f"#{palette.ACCENT}",
            text_wrap=True,
        )
        for title, span in titles:
            self.canvas.cells(row, column, span, title, look)
            column += span

    def quiet(self, row: int, column: int, span: int, text: str) -> None:
        """Write a line that explains."""
        look = self.canvas.style(font_color=f"#{palette.MUTED}", font_size=8)
        self.canvas.cells(row, column, span, text, look)

    def store(
        self, title: str, values: Sequence[float | None], number_format: str = "General"
    ) -> chart.Cells:
        """Put numbers where only charts look and return their place; None leaves the cell empty."""
        column, look = self._new_store(title, number_format)
        told = self.sheet.write_down(1, column, values, look) or [None]
        return chart.numbers(self._stored(column, len(told)), told)

    def store_names(self, title: str, names: Sequence[str]) -> chart.Cells:
        """Put names where only charts look and return their place."""
        column, look = self._new_store(title, "General")
        for row, name in enumerate(names, start=1):
            self.sheet.write_string(row, column, name, look)
        return chart.texts(self._stored(column, max(len(names), 1)), names)

    def _new_store(self, title: str, number_format: str) -> tuple[int, Look]:
        column, look = self._free, self.canvas.style(num_format=number_format, font_size=8)
        self._free += 1
        self.sheet.write_string(0, column, title, look)
        return column, look

    def _stored(self, column: int, rows: int) -> str:
        letters = column_letters(column + 1)
        last = f":${letters}${rows + 1}" if rows > 1 else ""
        return f"{self._quoted}!${letters}$2{last}"

    def place(self, drawn: chart.Chart, place: Place, *, title: str) -> None:
        """Put a chart on the grid; `title` is what is read aloud to those who do not see it."""
        drawn.width = place.columns * COLUMN_PIXELS - GAP_PIXELS
        drawn.height = drawn.height or place.rows * self.line_pixels
        self.sheet.place_chart(place.row, place.column, drawn, title)

    def done(self, last_row: int, *, page_row: int | None = None) -> Parts:
        """Hide what only charts look at, set up the page and return the parts of the workbook.

        Args:
            last_row: Last row to print.
            page_row: The row that begins the second page, None for one page.
        """
        if self._free > _STORE:
            folded = {"hidden": True, "level": 1}
            self.sheet.set_column(_STORE, self._free - 1, _STORE_WIDTH, None, folded)
            self.sheet.set_column(self._free, self._free, None, None, {"collapsed": True})
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.set_print_scale(PRINT_SCALE)
        if page_row is not None:
            self.sheet.set_h_pagebreaks([page_row])
        self.sheet.print_area(0, 0, last_row, MARGIN + GRID - 1)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        return self.canvas.done()


def chip(style: str, **more: Any) -> Look:  # noqa: ANN401 - format properties are of any kind
    """Return the look of a word in the colours of its style."""
    colours = palette.STYLES[style]
    return look(align="center", bg_color=f"#{colours.fill}", font_color=f"#{colours.font}", **more)


def serial(day: date) -> int:
    """Return a day as spreadsheets count it.

    >>> serial(date(2023, 10, 16))
    45215
    """
    return (day - _EPOCH).days
