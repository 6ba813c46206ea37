"""The look of a workbook: one place for cell formats, each made once per workbook."""

from functools import cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from sheetsync import palette
from sheetsync.model.value import Kind
from sheetsync.templates.layout import Slot

# Always handed out as a copy: xlsxwriter writes into the mapping it is given.
DEFAULT = {"font_name": palette.FONT, "font_size": 10, "font_color": f"#{palette.INK}", "valign": "vcenter"}

_CENTRED: frozenset[Kind] = frozenset(
    {"word", "raci", "percent", "date", "datetime", "id", "reference", "number"}
)
WRAPPED: frozenset[Kind] = frozenset(
    {"text", "long", "list", "milestones", "resolutions", "persons", "departments", "references", "files"}
)
_NUMBER_FORMATS: dict[Kind, str] = {
    "date": palette.NUMBER_FORMATS["date"],
    "datetime": palette.NUMBER_FORMATS["datetime"],
    "percent": palette.NUMBER_FORMATS["percent"],
}


class Styles:
    """The formats of one workbook.

    Args:
        book: The xlsxwriter workbook they belong to.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.get = cache(self._make)
        self.dxf = cache(self._dxf)

    def header(self, *, required: bool, engine: bool, marked: bool = False) -> Format:
        """Return the format of a header cell, with a star behind its text if `marked`."""
        fill = palette.ENGINE if engine else palette.ACCENT if required else palette.ACCENT_SOFT
        ink = palette.PAPER if engine or required else palette.ACCENT
        return self.get(
            bold=True,
            font_color=f"#{ink}",
            bg_color=f"#{fill}",
            align="center",
            text_wrap=True,
            border=1,
            border_color=f"#{palette.LINE}",
            **({"num_format": '@" *"'} if marked else {}),
        )

    def header_of(self, slot: Slot) -> Format:
        """Return the format of a column's header; it shows a mark that the text itself does not have.

        A black-and-white print tells required and computed columns by the mark.
        """
        if slot.engine:
            return self.header(required=False, engine=True)
        if slot.is_live:
            return self.live_header()
        return self.header(required=slot.required, engine=False, marked=slot.required)

    def live_header(self) -> Format:
        """Return the format of the header of a computed column, with an ƒ behind its text."""
        return self.get(
            bold=True,
            font_color=f"#{palette.MUTED}",
            bg_color=f"#{palette.MIST}",
            align="center",
            text_wrap=True,
            border=1,
            border_color=f"#{palette.LINE}",
            num_format='@" ƒ"',
        )

    def live(self, kind: Kind, shown: str | None) -> Format:
        """Return the format of a computed cell."""
        given: dict[str, Any] = {"num_format": shown} if shown else {}
        return self.get(
            border=1,
            border_color=f"#{palette.LINE}",
            bg_color=f"#{palette.MIST}",
            align="center",
            **({"num_format": _NUMBER_FORMATS[kind]} if kind in _NUMBER_FORMATS else {}) | given,
        )

    def cell(self, kind: Kind, *, engine: bool = False) -> Format:
        """Return the format of a body cell of this kind."""
        given: dict[str, Any] = {"border": 1, "border_color": f"#{palette.LINE}"}
        if kind in _CENTRED:
            given["align"] = "center"
        else:
            given |= {"align": "left", "indent": 1}
        if kind in WRAPPED and not engine:
            given["text_wrap"] = True
        if kind in _NUMBER_FORMATS:
            given["num_format"] = _NUMBER_FORMATS[kind]
        if engine:
            given["font_color"] = f"#{palette.ENGINE}"
        return self.get(**given)

    def _dxf(self, style: str, *, bold: bool = False) -> Format:
        """Return the differential format of a marked row or cell, by style name of the palette."""
        look = palette.STYLES[style]
        given: dict[str, Any] = {"font_color": f"#{look.font}"} | ({"bold": True} if bold else {})
        if look.hatch:
            given |= {"pattern": 14, "bg_color": f"#{look.fill}", "fg_color": f"#{look.hatch}"}
        else:
            given["bg_color"] = f"#{look.fill}"
        return self._book.add_format(given)

    def _make(self, **given: Any) -> Format:  # noqa: ANN401 - format properties are of any kind
        return self._book.add_format({**DEFAULT, **given})
