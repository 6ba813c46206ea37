"""Spreadsheets: cells and looks by range, written one call at a time; no ids of rows, no tokens of calls.

Where the documents leave open what becomes of a text that looks like something else, the worst is assumed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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

Area = tuple[int, int, int, int]
"""First row and column, last row and column, from 1."""


_RENDERS = {None, "ToString", "FormattedValue", "Formula", "UnformattedValue"}
_RULES = {
    *("containsBlanks", "notContainsBlanks", "duplicateValues", "uniqueValues"),
    *("cellIs", "containsText", "timePeriod"),
}
_TEXT_RULES = {"containsText", "notContains", "is", "beginsWith", "endsWith"}
_MOST_RULES, _RULES_A_CALL = 20, 10
_TITLE = re.compile(r"[^/\\?*\[\]:]{1,100}")


@dataclass(frozen=True)
class Formula:
    """A cell that is computed."""

    text: str
    result: Any


@dataclass
class Sheet:
    """A tab.

    Args:
        grid: How many rows and columns it has, empty ones too.
        merges: First row, first column, last row, last column, from 1.
        rules: Conditional formats by id.
        kind: `sheet`, or what else stands in the tab.
    """

    title: str
    id: str = field(default_factory=lambda: new_id("s"))
    cells: dict[Place, Any] = field(default_factory=dict)
    looks: dict[Place, dict[str, Any]] = field(default_factory=dict)
    grid: tuple[int, int] = (200, 20)
    hidden: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    kind: str = "sheet"

    @property
    def bottom(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    def text(self, row: int, column: int) -> str:
        """Return what people read in a cell."""
        return str(_rendered(self, (row, column), "ToString") or "")

    def fills(self, row: int, last: int) -> list[str]:
        """Return the backgrounds of a row's cells up to a column, empty where nobody gave one."""
        return [self.looks.get((row, column), {}).get("backColor", "") for column in range(1, last + 1)]

    def fill(self, colour: str, *places: Place) -> None:
        """Give cells a background as a person does."""
        for place in places:
            self.looks[place] = self.looks.get(place, {}) | {"backColor": colour}

    def format(self, formatter: str, *places: Place) -> None:
        """Give cells a number format as a person does."""
        for place in places:
            self.looks[place] = self.looks.get(place, {}) | {"formatter": formatter}


@dataclass
class Spreadsheet:
    """A document of tabs.

    Args:
        locked: Whether somebody protects it.
        allowed: Whether the app was added to it.
        most_bytes: Of an answer.
        keeps_links: False where links become plain texts.
    """

    title: str
    sheets: dict[str, Sheet] = field(default_factory=dict)
    token: str = field(default_factory=lambda: new_id("sht"))
    revision: int = 1
    locked: bool = False
    allowed: bool = True
    most_bytes: int = 10_000_000
    keeps_links: bool = True
    writing: Lock = field(default_factory=Lock)

    def sheet(self, title: str, rows: list[list[object]]) -> Sheet:
        """Make a tab as a person does."""
        made = Sheet(title)
        self.sheets[made.id] = made
        made.grid = (max(200, len(rows)), max(20, *map(len, rows)) if rows else 20)
        for row, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells, 1):
                if cell is not None and cell != "":
                    made.cells[row, column] = cell
        return made

    def tab(self, title: str) -> Sheet:
        """Return the tab of a title."""
        return next(one for one in self.sheets.values() if one.title == title)

    def type(self, sheet: Sheet, row: int, column: int, value: object) -> None:
        """Fill in a cell as a person does."""
        _put(sheet, row, column, [[value]])
        self.revision += 1


def spreadsheet_of(server: "FeishuServer", token: str) -> Spreadsheet:
    found = server.spreadsheets.get(token)
    if found is None:
        raise Refusal(90214, "spreadsheet not found")
    if not found.allowed:
        raise Refusal(1310213, "Permission Fail", status=400)
    return found


def about(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    return {"spreadsheet": {"title": found.title, "token": found.token, "owner_id": "ou_owner"}}


def query(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    return {
        "sheets": [
            {
                "sheet_id": one.id,
                "title": one.title,
                "index": number,
                "hidden": one.hidden,
                "resource_type": one.kind,
            }
            | _grid_told(one)
            for number, one in enumerate(found.sheets.values())
        ]
    }


def get_values(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    return {"revision": found.revision, "spreadsheetToken": found.token} | {
        "valueRange": _read(found, request.names["range"], request.query)
    }


def batch_get(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    ranges = [_read(found, one, request.query) for one in request.query.get("ranges", "").split(",")]
    if len(json.dumps(ranges, ensure_ascii=False).encode()) > found.most_bytes:
        raise Refusal(90221, "TooLargeResponse")
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
    sheet.grid = (max(sheet.grid[0], top + len(values) - 1), sheet.grid[1])
    _put(sheet, top, left, values)
    found.revision += 1
    return {"revision": found.revision, "tableRange": f"{sheet.id}!A{top}:A{top + len(values) - 1}"}


def put_style(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    given = request.body.get("appendStyle") or {}
    for area in _styled(found, [given.get("range")], given.get("style")):
        _look(*area, given["style"])
    found.revision += 1
    return {"revision": found.revision, "updates": {"updatedRange": given.get("range")}}


def batch_styles(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    data = request.body.get("data")
    if set(request.body) != {"data"} or not isinstance(data, list) or not data:
        raise Refusal(90204, "wrong data")
    if not all(isinstance(one, dict) and set(one) == {"ranges", "style"} for one in data):
        raise Refusal(90204, "wrong data")
    # All is looked at before anything is done; what is asked for later wins.
    work = [(area, one["style"]) for one in data for area in _styled(found, one["ranges"], one["style"])]
    if sum(area[2] - area[0] + 1 for (_, area), _ in work) > _MOST_ROWS:
        # Unverified: whether rows are counted by range or by call.
        raise Refusal(90227, "too many rows")
    for area, style in work:
        _look(*area, style)
    found.revision += 1
    return {"revision": found.revision, "spreadsheetToken": found.token, "responses": []}


def _writable(server: "FeishuServer", request: Request) -> Spreadsheet:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    if found.locked:
        raise Refusal(90218, "the sheet is locked")
    return found


def _place(found: Spreadsheet, given: object) -> tuple[Sheet, Area]:
    """Return the tab of a range, and its first row and column, and its last ones."""
    parts = _RANGE.fullmatch(given) if isinstance(given, str) else None
    sheet = found.sheets.get(parts["sheet"]) if parts else None
    if parts is None or sheet is None:
        raise Refusal(90202, f"invalid range: {given}")
    if parts["left"] is None:
        return sheet, (1, 1, *sheet.grid)
    top, bottom = int(parts["top"]), int(parts["bottom"])
    left, right = _column(parts["left"]), _column(parts["right"])
    if not (1 <= top <= bottom <= sheet.grid[0] and left <= right <= sheet.grid[1]):
        raise Refusal(90202, f"invalid range: {given}")
    return sheet, (top, left, bottom, right)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _read(found: Spreadsheet, given: str, how: Mapping[str, str]) -> dict[str, Any]:
    sheet, (top, left, bottom, right) = _place(found, given)
    render = how.get("valueRenderOption")
    if render not in _RENDERS:
        raise Refusal(90203, "wrong valueRenderOption")
    rows, columns = range(top, bottom + 1), range(left, right + 1)
    values = [[_rendered(sheet, (row, column), render) for column in columns] for row in rows]
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
        if not found.keeps_links:
            values = [[cell["text"] if isinstance(cell, dict) else cell for cell in row] for row in values]
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
                sheet.cells[row, column] = _taken(cell)


def _taken(cell: Any) -> Any:
    """Return what a cell holds after somebody handed it over."""
    if isinstance(cell, str):
        if cell.startswith("="):
            return Formula(cell, "#NAME?")
        return [{"type": "url", "text": cell, "link": cell, "cellPosition": None}] if "://" in cell else cell
    if isinstance(cell, dict):
        if cell.get("type") == "formula":
            return Formula(cell["text"], "#NAME?")
        if cell.get("type") == "url" and {"text", "link"} <= set(cell):
            return [dict(cell, cellPosition=None)]
        raise Refusal(90204, "wrong cell")
    if isinstance(cell, list):
        if not all(isinstance(one, dict) and one.get("type") == "text" and "text" in one for one in cell):
            raise Refusal(90204, "wrong segments")
        return "".join(one["text"] for one in cell)
    return cell


def _rendered(sheet: Sheet, place: Place, render: str | None) -> Any:
    cell = sheet.cells.get(place)
    if isinstance(cell, Formula):
        if render in {None, "Formula"}:
            return cell.text
        cell = cell.result
    if render == "ToString" and isinstance(cell, list):
        return "".join(one.get("text", "") for one in cell)
    if render == "FormattedValue" and isinstance(cell, int | float) and not isinstance(cell, bool):
        return _formatted(cell, sheet.looks.get(place, {}).get("formatter", ""))
    return cell


def _formatted(number: float, formatter: str) -> Any:
    if formatter.endswith("%"):
        return f"{number * 100:.{formatter.count('0') - 1}f}%"
    if "yy" in formatter or "HH" in formatter:
        moment = datetime(1899, 12, 30) + timedelta(days=number)
        for ours, theirs in (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M")):
            formatter = formatter.replace(ours, theirs)
        return moment.strftime(formatter)
    return number


def _grid_told(sheet: Sheet) -> dict[str, Any]:
    if sheet.kind != "sheet":
        return {}
    told: dict[str, Any] = {"grid_properties": {"row_count": sheet.grid[0], "column_count": sheet.grid[1]}}
    if sheet.merges:
        names = ("start_row_index", "start_column_index", "end_row_index", "end_column_index")
        told["merges"] = [
            {name: number - 1 for name, number in zip(names, one, strict=True)} for one in sheet.merges
        ]
    return told


def grow(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    given = request.body.get("dimension") or {}
    sheet, length = found.sheets.get(given.get("sheetId")), given.get("length")
    if sheet is None:
        raise Refusal(90215, "sheet not found")
    if given.get("majorDimension") not in {"ROWS", "COLUMNS"} or not isinstance(length, int):
        raise Refusal(90204, "wrong dimension")
    if not 0 < length <= _MOST_ROWS:
        raise Refusal(90204, "wrong length")
    rows, columns = sheet.grid
    by_row = given["majorDimension"] == "ROWS"
    sheet.grid = (rows + length, columns) if by_row else (rows, columns + length)
    found.revision += 1
    return {"addCount": length, "majorDimension": given["majorDimension"]}


def change_tabs(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    replies = []
    for one in request.body.get("requests") or [{}]:
        if "addSheet" in one:
            replies.append({"addSheet": {"properties": _add_tab(found, one["addSheet"]["properties"])}})
        elif "deleteSheet" in one:
            if len(found.sheets) == 1 or found.sheets.pop(one["deleteSheet"]["sheetId"], None) is None:
                raise Refusal(90215, "sheet not found")
            replies.append({"deleteSheet": {"result": True, "sheetId": one["deleteSheet"]["sheetId"]}})
        else:
            raise Refusal(90204, "wrong request")
    found.revision += 1
    return {"replies": replies}


def _add_tab(found: Spreadsheet, given: dict[str, Any]) -> dict[str, Any]:
    title, place = given.get("title", ""), given.get("index", 0)
    if not _TITLE.fullmatch(title) or any(one.title == title for one in found.sheets.values()):
        raise Refusal(90204, "wrong title")
    made = Sheet(title)
    tabs = list(found.sheets.values())
    tabs.insert(place, made)
    found.sheets = {one.id: one for one in tabs}
    return {"sheetId": made.id, "title": title, "index": place}


def get_rules(server: "FeishuServer", request: Request) -> dict:
    found = spreadsheet_of(server, request.names["spreadsheet"])
    ids = request.query.get("sheet_ids", "").split(",")
    if len(ids) > _RULES_A_CALL or any(one not in found.sheets for one in ids):
        raise Refusal(90215, "sheet not found")
    return {
        "sheet_condition_formats": [
            {"sheet_id": one, "condition_format": {"cf_id": id_, **rule}}
            for one in ids
            for id_, rule in found.sheets[one].rules.items()
        ]
    }


def add_rules(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    given = request.body.get("sheet_condition_formats") or []
    if not 0 < len(given) <= _RULES_A_CALL:
        raise Refusal(90204, "wrong number of condition formats")
    responses = []
    for one in given:
        sheet, rule = found.sheets.get(one.get("sheet_id")), one.get("condition_format") or {}
        code = 0 if sheet is not None and _is_rule(found, sheet, rule) else 90230
        id_ = new_id("cf")
        if sheet is not None and code == 0:
            sheet.rules[id_] = rule
        responses.append({"sheet_id": one.get("sheet_id"), "cf_id": id_, "res_code": code, "res_msg": ""})
    found.revision += 1
    return {"responses": responses}


def _is_rule(found: Spreadsheet, sheet: Sheet, rule: dict[str, Any]) -> bool:
    for one in rule.get("ranges") or [""]:
        _place(found, one)
    attributes = (rule.get("attrs") or [{}])[0]
    if rule.get("rule_type") == "containsText" and attributes.get("operator") not in _TEXT_RULES:
        return False
    return rule.get("rule_type") in _RULES and len(sheet.rules) < _MOST_RULES


def drop_rules(server: "FeishuServer", request: Request) -> dict:
    found = _writable(server, request)
    given = request.body.get("sheet_cf_ids") or []
    if not 0 < len(given) <= _RULES_A_CALL:
        raise Refusal(90204, "wrong number of condition formats")
    for one in given:
        found.sheets[one["sheet_id"]].rules.pop(one["cf_id"], None)
    found.revision += 1
    return {"responses": []}


def _styled(found: Spreadsheet, ranges: object, style: object) -> list[tuple[Sheet, Area]]:
    """Return the cells of ranges that may be given a look."""
    if not isinstance(ranges, list) or not ranges or not isinstance(style, dict) or set(style) - _STYLE:
        raise Refusal(90204, "wrong style")
    colours = [style[key] for key in ("foreColor", "backColor") if key in style]
    if not style or not all(isinstance(one, str) and _COLOUR.fullmatch(one) for one in colours):
        raise Refusal(90204, "wrong colour")
    areas = [_place(found, one) for one in ranges]
    if any(area[2] - area[0] >= _MOST_ROWS or area[3] - area[1] >= _MOST_COLUMNS for _, area in areas):
        raise Refusal(90227, "too many cells")
    return areas


def _look(sheet: Sheet, area: Area, style: dict[str, Any]) -> None:
    for place in _cells(area):
        # What is not named stays.
        sheet.looks[place] = {} if style.get("clean") else sheet.looks.get(place, {}) | style


def _cells(area: Area) -> Iterator[Place]:
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


ROUTES = (
    Route("GET", "/open-apis/sheets/v3/spreadsheets/:spreadsheet", about, 100),
    Route("GET", "/open-apis/sheets/v3/spreadsheets/:spreadsheet/sheets/query", query, 100),
    Route("GET", f"{_V2}/values_batch_get", batch_get, 100),
    Route("GET", f"{_V2}/values/:range", get_values, 100),
    Route("PUT", f"{_V2}/values", put_values, 100, writes=True),
    Route("POST", f"{_V2}/values_batch_update", batch_update, 100, writes=True),
    Route("POST", f"{_V2}/values_append", append, 100, writes=True),
    Route("POST", f"{_V2}/dimension_range", grow, 100, writes=True),
    Route("POST", f"{_V2}/sheets_batch_update", change_tabs, 100, writes=True),
    Route("GET", f"{_V2}/condition_formats", get_rules, 100),
    Route("POST", f"{_V2}/condition_formats/batch_create", add_rules, 100, writes=True),
    Route("DELETE", f"{_V2}/condition_formats/batch_delete", drop_rules, 100, writes=True),
    Route("PUT", f"{_V2}/style", put_style, 100, writes=True),
    Route("PUT", f"{_V2}/styles_batch_update", batch_styles, 100, writes=True),
)
