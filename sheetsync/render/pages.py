"""A workbook of several tabs to draw tables on: the house's formats, values only, handed out as bytes."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import ceil
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Unit
from sheetsync.render.canvas import LONGEST, link_text, link_to
from sheetsync.text import Language, Text

LINE_POINTS = 15.0
TALLEST = 400.0
"""Points; Excel takes rows of at most 409.5."""
LINKED = 60_000
"""Rows that carry a link; Excel takes 65,530 links on a sheet."""

_DEFAULT = {"font_name": palette.FONT, "font_size": 10, "font_color": f"#{palette.INK}", "valign": "vcenter"}

Look = dict[str, Any]
"""Properties of a format."""

Tone = str
"""Name of a style of the palette."""


class Link(NamedTuple):
    """A text that jumps to a cell of the same workbook."""

    text: str
    tab: str
    cell: str

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return {"font_color": f"#{palette.ACCENT}", "underline": 1}


class Quiet(NamedTuple):
    """Words that stand where there is nothing to say."""

    value: str

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return {"align": "center", "font_color": f"#{palette.MUTED}"}


class Toned(NamedTuple):
    """A value with a colour of the palette behind it; the value itself says the same."""

    value: str | float
    tone: Tone

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return _tone(self.tone)


class Number(NamedTuple):
    """A number with the format it is shown in."""

    value: float
    number_format: str

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return {"align": "center", "num_format": self.number_format}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        title: Its header.
        width: In characters on a list; in columns of the grid on a page with one.
        centred: Whether its texts stand in the middle; numbers and days always do.
    """

    title: Text
    width: float
    centred: bool = False


Value = str | float | date | Status | Link | Quiet | Toned | Number | None

_SUFFIXES: dict[Unit, str] = {"count": "", "percent": '"%"', "days": ""}


def measured(value: float | None, unit: Unit, missing: str) -> Number | Quiet:
    """Return a number as it is said in words (`sheetsync.render.figures`), but to reckon with.

    Args:
        value: The number, rounded to one place as words have it; None where it is not known.
        unit: Percent are 0 to 100 and bear their sign.
        missing: What stands there where it is not known.
    """
    if value is None:
        return Quiet(missing)
    shown = round(value, 1) + 0.0
    return Number(shown, ("0" if shown.is_integer() else "0.0") + _SUFFIXES[unit])


class Pages:
    """A workbook under construction.

    Args:
        created: Stamped into the properties, so that equal content gives equal bytes.
        language: The language to write in.
    """

    def __init__(self, created: datetime, language: Language) -> None:
        self._buffer = io.BytesIO()
        self._book = Workbook(
            self._buffer,
            {
                "in_memory": True,
                "default_format_properties": dict(_DEFAULT),
                "strings_to_urls": False,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"created": created})
        self.language: Language = language
        self.style = cache(self._style)

    def _style(self, **given: Any) -> Format:  # noqa: ANN401 - format properties are of any kind
        return self._book.add_format({**_DEFAULT, **given})

    def page(self, title: Text, colour: str = palette.ACCENT) -> "Page":
        """Add a tab."""
        return Page(self, title.say(self.language), colour)

    def chart(self, kind: str, subtype: str | None = None) -> Chart:
        """Return a new native chart."""
        return self._book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))

    def done(self) -> bytes:
        """Return the workbook as bytes of an xlsx file."""
        self._book.close()
        return self._buffer.getvalue()


class Page:
    """One tab under construction.

    Args:
        pages: The workbook.
        title: Its name.
        colour: Of the tab, RRGGBB.
    """

    def __init__(self, pages: Pages, title: str, colour: str) -> None:
        self.pages, self.title = pages, title
        self.sheet = pages._book.add_worksheet(title)  # noqa: SLF001 - a page is a part of its workbook
        self.sheet.set_tab_color(f"#{colour}")
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&L&F&C&A&R&P / &N")

    def put(self, row: int, column: int, value: Value, span: int = 1, **look: Any) -> None:  # noqa: ANN401
        """Write one value over `span` columns, in the look that its kind asks for and `look` adds to."""
        shown, own = _shown(value, self.pages.language)
        if look.get("border") and "align" not in (look | own):
            own = {**own, "indent": 1}
        drawn = self.pages.style(**{**look, **own})
        if span > 1:
            self.sheet.merge_range(row, column, row, column + span - 1, "", drawn)
        self._write(row, column, shown, drawn)

    def relink(self, row: int, column: int, value: Link | str, **look: Any) -> None:  # noqa: ANN401
        """Write a cell anew that was drawn before, over the columns that it has."""
        self._write(row, column, value, self.pages.style(**look))

    def _write(self, row: int, column: int, value: Value, look: Format) -> None:
        match value:
            case None | "":
                self.sheet.write_blank(row, column, None, look)
            case Link():
                text = link_text(value.text)
                if row < LINKED:
                    target = f"internal:{link_to(value.tab, value.cell)}"
                    self.sheet.write_url(row, column, target, look, text)
                else:
                    self.sheet.write_string(row, column, text, look)
            case str():
                self.sheet.write_string(row, column, value[:LONGEST], look)
            case date():
                self.sheet.write_datetime(row, column, value, look)
            case int() | float():
                self.sheet.write_number(row, column, value, look)

    def heading(self, row: int, column: int, text: str, span: int) -> None:
        """Write the heading of a block, underlined over its width."""
        self.sheet.set_row(row, 24)
        self.put(
            row,
            column,
            text,
            span,
            bold=True,
            font_size=12,
            font_color=f"#{palette.ACCENT}",
            bottom=2,
            bottom_color=f"#{palette.ACCENT}",
        )

    def note(self, row: int, column: int, text: str, span: int, width: float) -> None:
        """Write a quiet remark, as high as it needs; `width` is that of one column in characters."""
        self.sheet.set_row(row, height([(text, span * width)]))
        self.put(row, column, text, span, font_color=f"#{palette.MUTED}", font_size=9, text_wrap=True)

    def table(
        self, top: int, left: int, columns: Sequence[Column], rows: Iterable[Sequence[Value]], grid: float = 0
    ) -> int:
        """Draw a table and return the row below it.

        Args:
            top: Row of its headers.
            left: Its first column.
            columns: Its columns.
            rows: Values, one a column.
            grid: Characters that one column of the page is wide where a column of the table spans several;
                0 on a list, where each has a width of its own.
        """
        spans = [round(column.width) if grid else 1 for column in columns]
        widths = [column.width * (grid or 1) for column in columns]
        titles = [column.title.say(self.pages.language) for column in columns]
        self.sheet.set_row(top, max(22.0, height(zip(titles, widths, strict=True))))
        head = {
            "bold": True, "align": "center", "text_wrap": True, "bg_color": f"#{palette.ACCENT}",
            "font_color": f"#{palette.PAPER}", "border": 1, "border_color": f"#{palette.LINE}",
        }  # fmt: skip
        self._row(top, left, titles, spans, [head] * len(columns))
        row = top
        for row, values in enumerate(rows, start=top + 1):
            looks = [_line(column) for column in columns]
            self.sheet.set_row(row, height(zip(map(_words, values), widths, strict=True)))
            self._row(row, left, values, spans, looks)
        return row + 1

    def _row(
        self,
        row: int,
        left: int,
        values: Sequence[Value],
        spans: Sequence[int],
        looks: Sequence[dict[str, Any]],
    ) -> None:
        column = left
        for value, span, look in zip(values, spans, looks, strict=True):
            self.put(row, column, value, span, **look)
            column += span


def height(texts: Iterable[tuple[str, float]]) -> float:
    """Return how high a row must be for wrapped texts, in points.

    Args:
        texts: Each with the width it has, in characters of the default font.
    """
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(TALLEST, 5 + LINE_POINTS * max(1, lines))


def _lines(text: str, width: float) -> int:
    room = max(1.0, width - 2.0)
    return sum(max(1, ceil(_units(line) / room)) for line in text.splitlines() or [""])


def _units(text: str) -> float:
    """Return the width of a text in characters of the default font; a Chinese one takes nearly two."""
    return sum(1.9 if east_asian_width(letter) in "WFA" else 1.0 for letter in text)


def _words(value: Value) -> str:
    match value:
        case Link():
            return value.text
        case Quiet():
            return value.value
        case str():
            return value
        case _:
            return ""


def _line(column: Column) -> dict[str, Any]:
    line = {"border": 1, "border_color": f"#{palette.LINE}", "text_wrap": True}
    return line | ({"align": "center"} if column.centred else {})


def _shown(value: Value, language: Language) -> tuple[str | float | date | Link | None, Look]:
    """Return what is written for a value, and the look that its kind asks for."""
    match value:
        case Status():
            return STATUS_TEXT[value].say(language), _tone(palette.STATUS_STYLE[value]) | {"bold": True}
        case Quiet() | Toned() | Number():
            return value.value, value.look
        case Link():
            return value, value.look
        case date():
            kind = "datetime" if isinstance(value, datetime) else "date"
            return value, {"align": "center", "num_format": palette.NUMBER_FORMATS[kind]}
        case int() | float():
            return value, {"align": "center"}
        case _:
            return value, {}


def _tone(name: str) -> Look:
    look = palette.STYLES[name]
    return {"align": "center", "bg_color": f"#{look.fill}", "font_color": f"#{look.font}"}
