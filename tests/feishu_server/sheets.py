"""Spreadsheets: cells and looks by range, written one call at a time; no ids of rows, no tokens of calls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from tests.feishu_server.answers import Refusal
from tests.feishu_server.request import Request
from tests.feishu_server.routes import Route
from tests.feishu_server.tables import new_id

if TYPE_CHECKING:
    from tests.feishu_server.server import FeishuServer

_V2 = "/open-apis/sheets/v2/spreadsheets/:spreadsheet"
_RANGE = re.compile(
    r"(?P<sheet>\w+)(!(?P<left>[A-Z]{1,3})(?P<top>\d+):(?P<right>[A-Z]{1,3})(?P<bottom>\d+))?"
)
_MOST_ROWS, _MOST_COLUMNS, _MOST_LETTERS = 5000, 100, 50_000
_STYLE = {
    *("font", "textDecoration", "formatter", "hAlign", "vAlign", "foreColor", "backColor"),
    *("borderType", "borderColor", "clean"),
}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

Place = tuple[int, int]
"""Row and column from 1."""


@dataclass
class Sheet:
    """A tab."""

    title: str
    id: str = field(default_factory=lambda: new_id("s"))
    cells: dict[Place, Any] = field(default_factory=dict)
    looks: dict[Place, dict[str, Any]] = field(default_factory=dict)

    @property
    def bottom(self) -> int:
        return max((row for row, _ in self.cells), default=0)


@dataclass
class Spreadsheet:
    """A document of tabs.

    Args:
        locked: Whether somebody protects it.
    """

    title: str
    sheets: dict[str, Sheet] = field(default_factory=dict)
    token: str = field(default_factory=lambda: new_id("sht"))
    revision: int = 1
    locked: bool = False
    writing: Lock = field(default_factory=Lock)

    def sheet(self, title: str, rows: list[list[object]]) -> Sheet:
        """Make a tab as a person does."""
        made = Sheet(title)
        self.sheets[made.id] = made
        _put(made, 1, 1, rows)
        return made


def spreadsheet_of(server: "FeishuServer", token: str) -> Spreadsheet:
    found = server.spreadsheets.get(token)
    if found is None:
        raise Refusal(90214, "spreadsheet not found")
    return found


def query(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    return {
        "sheets": [
            {
                "sheet_id": one.id,
                "title": one.title,
                "index": number,
                "hidden": False,
                "grid_properties": {"row_count": max(200, one.bottom), "column_count": 20},
                "resource_type": "sheet",
            }
            for number, one in enumerate(found.sheets.values())
        ]
    }


def get_values(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    return {"revision": found.revision, "spreadsheetToken": found.token} | {
        "valueRange": _read(found, request.names["range"])
    }


def batch_get(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    ranges = [_read(found, one) for one in request.query.get("ranges", "").split(",")]
    return {"revision": found.revision, "spreadsheetToken": found.token, "valueRanges": ranges}


def put_values(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    return _write(found, [request.body.get("valueRange")])


def batch_update(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    return _write(found, request.body.get("valueRanges"))


def append(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    given = request.body.get("valueRange") or {}
    sheet, (_, left, _, _) = _place(found, given.get("range"))
    values = _values(given)
    top = sheet.bottom + 1
    _put(sheet, top, left, values)
    found.revision += 1
    return {"revision": found.revision, "tableRange": f"{sheet.id}!A{top}:A{top + len(values) - 1}"}


def put_style(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    given = request.body.get("appendStyle") or {}
    _style(found, [given.get("range")], given.get("style"))
    return {"revision": found.revision, "updates": {"updatedRange": given.get("range")}}


def batch_styles(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    for one in request.body.get("data") or [{}]:
        _style(found, one.get("ranges"), one.get("style"))
    return {"revision": found.revision, "responses": []}


def _writable(server: "FeishuServer", request: Request) -> Spreadsheet:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    if found.locked:
        raise Refusal(90218, "the sheet is locked")
    return found


def _place(found: Spreadsheet, given: object) -> tuple[Sheet, tuple[int, int, int, int]]:
    """Return the tab of a range, and its first row and column, and its last ones."""
    parts = _RANGE.fullmatch(given) if isinstance(given, str) else None
    sheet = found.sheets.get(parts["sheet"]) if parts else None
    if parts is None or sheet is None:
        raise Refusal(90202, f"invalid range: {given}")
    if parts["left"] is None:
        right = max((column for _, column in sheet.cells), default=1)
        return sheet, (1, 1, max(1, sheet.bottom), right)
    top, bottom = int(parts["top"]), int(parts["bottom"])
    left, right = _column(parts["left"]), _column(parts["right"])
    if not (1 <= top <= bottom and left <= right):
        raise Refusal(90202, f"invalid range: {given}")
    return sheet, (top, left, bottom, right)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _read(found: Spreadsheet, given: str) -> dict[str, Any]:
    sheet, (top, left, bottom, right) = _place(found, given)
    rows = range(top, bottom + 1)
    values = [[sheet.cells.get((row, column)) for column in range(left, right + 1)] for row in rows]
    return {"majorDimension": "ROWS", "range": given, "revision": found.revision, "values": values}


def _values(given: dict[str, Any]) -> list[list[Any]]:
    values = given.get("values")
    if not isinstance(values, list) or not values or not all(isinstance(row, list) for row in values):
        raise Refusal(90204, "wrong values")
    if len(values) > _MOST_ROWS or max(map(len, values)) > _MOST_COLUMNS:
        raise Refusal(90227, "too many cells")
    if any(isinstance(cell, str) and len(cell) > _MOST_LETTERS for row in values for cell in row):
        raise Refusal(90221, "cell too long")
    return values


def _write(found: Spreadsheet, ranges: object) -> dict:
    if not isinstance(ranges, list) or not ranges or not all(isinstance(one, dict) for one in ranges):
        raise Refusal(90204, "no range")
    work = []
    for one in ranges:
        sheet, (top, left, bottom, right) = _place(found, one.get("range"))
        values = _values(one)
        if len(values) > bottom - top + 1 or max(map(len, values)) > right - left + 1:
            raise Refusal(90202, "the range is smaller than the values")
        work.append((sheet, top, left, values))
    for sheet, top, left, values in work:
        _put(sheet, top, left, values)
    found.revision += 1
    return {"revision": found.revision, "spreadsheetToken": found.token}


def _put(sheet: Sheet, top: int, left: int, values: list[list[Any]]) -> None:
    for row, cells in enumerate(values, top):
        for column, cell in enumerate(cells, left):
            if cell is None or cell == "":
                sheet.cells.pop((row, column), None)
            else:
                sheet.cells[row, column] = cell


def _style(found: Spreadsheet, ranges: object, style: object) -> None:
    if not isinstance(ranges, list) or not ranges or not isinstance(style, dict) or set(style) - _STYLE:
        raise Refusal(90204, "wrong style")
    if any(not _COLOUR.fullmatch(style.get(key, "#000000")) for key in ("foreColor", "backColor")):
        raise Refusal(90204, "wrong colour")
    areas = [_place(found, one) for one in ranges]
    for sheet, area in areas:
        if area[2] - area[0] >= _MOST_ROWS or area[3] - area[1] >= _MOST_COLUMNS:
            raise Refusal(90227, "too many cells")
        for place in _cells(area):
            # What is asked for later wins; what is not named stays.
            sheet.looks[place] = {} if style.get("clean") else sheet.looks.get(place, {}) | style
    found.revision += 1


def _cells(area: tuple[int, int, int, int]) -> Iterator[Place]:
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


ROUTES = (
    Route("GET", "/open-apis/sheets/v3/spreadsheets/:spreadsheet/sheets/query", query, 100),
    Route("GET", f"{_V2}/values_batch_get", batch_get, 100),
    Route("GET", f"{_V2}/values/:range", get_values, 100),
    Route("PUT", f"{_V2}/values", put_values, 100, writes=True),
    Route("POST", f"{_V2}/values_batch_update", batch_update, 100, writes=True),
    Route("POST", f"{_V2}/values_append", append, 100, writes=True),
    Route("PUT", f"{_V2}/style", put_style, 100, writes=True),
    Route("PUT", f"{_V2}/styles_batch_update", batch_styles, 100, writes=True),
)
