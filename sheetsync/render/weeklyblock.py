"""The block of one workbook on the page that leaders read, and what every part of it is drawn with."""

from collections.abc import Sequence
from typing import Any

from sheetsync import palette
from sheetsync.model.weekly import Reported
from sheetsync.render.pages import Column, Link, Look, Page, Value
from sheetsync.render.weeklytabs import Places
from sheetsync.text import Text

LEFT = 1
"""Columns are counted from 0; the first is a margin."""
GRID = 24
GRID_WIDTH = 6.6
DATA = LEFT + GRID + 2
"""First column of what the charts are drawn from and no table shows; outside of the printed page."""


class Block:
    """Draws from top to bottom.

    Args:
        page: The first tab.
        number: Which workbook it is, from 0.
        book: The workbook.
        places: Where its rows stand on the other tabs.
        row: Where the next part begins.
        data: First free row of what charts are drawn from.
    """

    def __init__(self, page: Page, number: int, book: Reported, places: Places, row: int, data: int) -> None:
        self.page, self.number, self.book, self.places = page, number, book, places
        self.row, self.data = row, data
        self.breaks: list[int] = []
        self.language = page.pages.language

    def say(self, zh: str, en: str) -> str:
        """Return words in the language of the workbook."""
        return en if self.language == "en" else zh

    def heading(self, text: str) -> None:
        """Draw a heading."""
        self.page.heading(self.row, LEFT, text, GRID)
        self.row += 1

    def quiet(self, text: str) -> None:
        """Draw a remark."""
        self.page.note(self.row, LEFT, text, GRID, GRID_WIDTH)
        self.row += 1

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Value]], nothing: str) -> None:
        """Draw a table, or say that there is nothing in it."""
        if rows:
            self.row = self.page.table(self.row, LEFT, columns, rows, GRID_WIDTH)
        else:
            self.quiet(nothing)

    def leads(self, total: int, tab: Text) -> None:
        """Draw a link to the tab that lists all."""
        self.page.put(self.row, LEFT, Link(self.all_of(total), tab.say(self.language), "A1"), GRID)
        self.row += 1

    def all_of(self, total: int) -> str:
        """Return what a link to all is called."""
        return self.say(f"全部 {total} 项 →", f"all {total} →")

    def chart_data(self, titles: Sequence[Text], rows: Any) -> int:  # noqa: ANN401
        """Write what a chart is drawn from beside the page; return its first row."""
        columns = [title.say(self.language) for title in titles]
        top = max(self.data, self.row)
        look: Look = {"font_size": 8, "font_color": f"#{palette.MUTED}"}
        self.page.put(top, DATA, self.say("图表数据", "chart data"), **look)
        for number, title in enumerate(columns):
            self.page.put(top + 1, DATA + number, title, **look)
        row = top + 1
        for row, values in enumerate(rows, start=top + 2):
            for number, value in enumerate(values):
                self.page.put(row, DATA + number, value, **look)
        self.data = row + 2
        return top + 2
