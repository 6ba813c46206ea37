"""The calls that a spreadsheet of Feishu answers, in our words: whole blocks or an error, single writes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Literal

from sheetsync.errors import RemoteError
from sheetsync.feishu.client import FeishuClient
from sheetsync.feishu.errors import UnknownOutcomeError
from sheetsync.feishusheets.cells import Body
from sheetsync.marks import column_letters
from sheetsync.text import Text

MOST_ROWS, MOST_COLUMNS = 5000, 100
"""Of one call that writes (reference, 9)."""

_RULES = 10
"""Conditional formats of one call, and tabs that one call asks for."""

_RANGES = 500
"""Ranges of one call that writes; how many Feishu takes is not documented."""

Render = Literal["UnformattedValue", "FormattedValue", "Formula"]
Merge = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab of a spreadsheet.

    Args:
        id: Its id.
        title: What people call it.
        hidden: True where people do not see it.
        rows: How many rows it has, empty ones too.
        columns: How many columns.
        merges: Merged ranges as first row, first column, last row, last column, from 1.
    """

    id: str
    title: str
    hidden: bool
    rows: int
    columns: int
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A range of a tab; rows and columns from 1, inclusive."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """How many cells it has."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def __str__(self) -> str:
        first, last = column_letters(self.left), column_letters(self.right)
        return f"{self.sheet}!{first}{self.top}:{last}{self.bottom}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What ranges hold.

    Args:
        grids: Range by range, its rows, as long as Feishu told them.
        revisions: By id of tab, its count of changes.
    """

    grids: tuple[Sequence[Sequence[object]], ...]
    revisions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A conditional format of the kind that we make: a text that a cell is, and how the cell looks then.

    Args:
        sheet: Id of the tab.
        ranges: Where it holds.
        text: The text, None where the rule is of another kind.
        fill: Background, as #rrggbb in small letters.
        font: Text colour, likewise.
        id: Its id, empty where it is not made yet.
    """

    sheet: str
    ranges: tuple[str, ...]
    text: str | None
    fill: str
    font: str
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A background for cells.

    Args:
        block: The cells.
        colour: As #rrggbb in small letters.
    """

    block: Block
    colour: str


class Document:
    """A spreadsheet as one app sees it.

    Args:
        client: Feishu.
        token: Of the spreadsheet.
    """

    def __init__(self, client: FeishuClient, token: str) -> None:
        self.token = token
        self._client = client
        self._v2 = f"/open-apis/sheets/v2/spreadsheets/{token}"
        self._v3 = f"/open-apis/sheets/v3/spreadsheets/{token}"

    def writing(self) -> AbstractContextManager[None]:
        """Hold the spreadsheet: it takes one write at a time.

        Raises:
            BusyError: Another writer has it.
        """
        return self._client.writing(self.token)

    # --- reading ---

    def title(self) -> str:
        """Return what people call the spreadsheet."""
        told = _mapping(self._client.call("GET", self._v3).get("spreadsheet"))
        return str(told.get("title") or self.token)

    def tabs(self) -> tuple[Tab, ...]:
        """Return the tabs that have cells, in their order: a base that is put in as a tab has none."""
        told = _mappings(self._client.call("GET", f"{self._v3}/sheets/query").get("sheets"))
        inside = [one for one in told if one.get("resource_type", "sheet") == "sheet"]
        return tuple(_tab(one) for one in sorted(inside, key=lambda one: _whole(one.get("index"))))

    def values(self, blocks: Sequence[Block], render: Render) -> Answer:
        """Return what ranges hold.

        Raises:
            TooLargeError: It is more than Feishu gives at once.
            RemoteError: Some of it is missing.
        """
        ranges = ",".join(map(str, blocks))
        query = {"ranges": ranges, "valueRenderOption": render, "user_id_type": "open_id"}
        data = self._client.call("GET", f"{self._v2}/values_batch_get", query=query)
        told = _mappings(data.get("valueRanges"))
        if len(told) != len(blocks):
            raise self._incomplete()
        return Answer(
            grids=tuple(self._grid(one) for one in told),
            revisions={
                block.sheet: _whole(one.get("revision")) for block, one in zip(blocks, told, strict=True)
            },
        )

    def _grid(self, told: Mapping[str, object]) -> Sequence[Sequence[object]]:
        values = told.get("values")
        if isinstance(values, list):
            return [row if isinstance(row, list) else [] for row in values]
        if not told.get("range"):
            return []  # So Feishu says that there is nothing.
        raise self._incomplete()

    def _incomplete(self) -> RemoteError:
        return RemoteError(
            Text(
                "飞书没有给出全部单元格，没有采用半张表。",
                "Feishu did not give all cells; half a sheet is not used.",
            ),
            fix=Text("请稍后再运行。", "Run again later."),
            where=f"feishu-sheet:{self.token}",
        )

    def rules(self, sheets: Sequence[str]) -> tuple[Rule, ...]:
        """Return the conditional formats of tabs."""
        found: list[Rule] = []
        for start in range(0, len(sheets), _RULES):
            query = {"sheet_ids": ",".join(sheets[start : start + _RULES])}
            data = self._client.call("GET", f"{self._v2}/condition_formats", query=query)
            found += [_rule(one) for one in _mappings(data.get("sheet_condition_formats"))]
        return tuple(found)

    # --- writing; whoever calls holds the spreadsheet ---

    def write(self, cells: Sequence[tuple[Block, Sequence[Sequence[Body]]]]) -> list[int]:
        """Give ranges other values; return the counts of changes after each call. It may be repeated."""
        revisions = []
        for part in _parts(cells):
            body = {"valueRanges": [{"range": str(block), "values": rows} for block, rows in part]}
            data = self._write("POST", "values_batch_update", body, repeatable=True)
            revisions.append(_whole(data.get("revision")))
        return revisions

    def paint(self, fills: Sequence[Fill]) -> int:
        """Give cells a background and leave all else of their looks; return how many calls that took.

        It may be repeated.
        """
        calls = 0
        for part in _coats(fills):
            ranges: dict[str, list[str]] = {}
            for one in part:
                ranges.setdefault(one.colour, []).append(str(one.block))
            data = [{"ranges": some, "style": {"backColor": colour}} for colour, some in ranges.items()]
            self._write("PUT", "styles_batch_update", {"data": data}, repeatable=True)
            calls += 1
        return calls

    def grow(self, tab: Tab, *, rows: int = 0, columns: int = 0) -> int:
        """Give a tab rows and columns at its end until it has so many; return how many calls that took."""
        calls = 0
        for dimension, has, wanted in (("ROWS", tab.rows, rows), ("COLUMNS", tab.columns, columns)):
            for start in range(has, wanted, MOST_ROWS):
                length = min(MOST_ROWS, wanted - start)
                body = {"dimension": {"sheetId": tab.id, "majorDimension": dimension, "length": length}}
                self._write("POST", "dimension_range", body)
                calls += 1
        return calls

    def add_tab(self, title: str, place: int) -> Tab:
        """Make a tab; one that was made although the answer was lost is found again."""
        known = {one.id for one in self.tabs()}
        body = {"requests": [{"addSheet": {"properties": {"title": title, "index": place}}}]}
        try:
            self._write("POST", "sheets_batch_update", body)
        except UnknownOutcomeError:
            if not self._made(known, title):
                raise
        made = self._made(known, title)
        if not made:
            raise self._incomplete()
        return made[0]

    def _made(self, known: set[str], title: str) -> list[Tab]:
        return [one for one in self.tabs() if one.id not in known and one.title == title]

    def delete_tab(self, sheet: str) -> None:
        """Delete a tab."""
        try:
            self._write("POST", "sheets_batch_update", {"requests": [{"deleteSheet": {"sheetId": sheet}}]})
        except UnknownOutcomeError:
            if any(one.id == sheet for one in self.tabs()):
                raise

    def add_rules(self, rules: Sequence[Rule]) -> None:
        """Make conditional formats.

        Raises:
            RemoteError: Feishu refuses one.
        """
        for start in range(0, len(rules), _RULES):
            made = [_told(one) for one in rules[start : start + _RULES]]
            body = {"sheet_condition_formats": made}
            self._agreed(self._write("POST", "condition_formats/batch_create", body))

    def drop_rules(self, rules: Sequence[Rule]) -> None:
        """Delete conditional formats; those that are gone are as wanted."""
        for start in range(0, len(rules), _RULES):
            ids = [{"sheet_id": one.sheet, "cf_id": one.id} for one in rules[start : start + _RULES]]
            self._write("DELETE", "condition_formats/batch_delete", {"sheet_cf_ids": ids}, repeatable=True)

    def _agreed(self, data: Mapping[str, object]) -> None:
        for one in _mappings(data.get("responses")):
            if one.get("res_code"):
                raise RemoteError(
                    Text("飞书没有接受行颜色。", "Feishu did not take the colours."),
                    why=Text(
                        f"（飞书答复：{one.get('res_code')} {one.get('res_msg')}）",
                        f"(Feishu says: {one.get('res_code')} {one.get('res_msg')})",
                    ),
                    where=f"feishu-sheet:{self.token}",
                )

    def _write(
        self, method: str, path: str, body: Mapping[str, object], *, repeatable: bool = False
    ) -> Mapping[str, object]:
        return self._client.call(
            method, f"{self._v2}/{path}", body=body, writes=self.token, repeatable=repeatable
        )


def _parts(
    cells: Sequence[tuple[Block, Sequence[Sequence[Body]]]],
) -> Iterator[list[tuple[Block, Sequence[Sequence[Body]]]]]:
    """Yield ranges call by call, each with no more rows, columns and ranges than one may have."""
    part: list[tuple[Block, Sequence[Sequence[Body]]]] = []
    rows = 0
    for block, values in cells:
        for start in range(0, len(values), MOST_ROWS):
            piece = values[start : start + MOST_ROWS]
            top = block.top + start
            if part and (rows + len(piece) > MOST_ROWS or len(part) >= _RANGES):
                yield part
                part, rows = [], 0
            part.append((replace(block, top=top, bottom=top + len(piece) - 1), piece))
            rows += len(piece)
    if part:
        yield part


def _coats(fills: Sequence[Fill]) -> Iterator[list[Fill]]:
    """Yield fills call by call, each with no more rows of all its ranges, columns and ranges than allowed.

    Whether the rows are counted by range or by call is not documented: by call is the safe reading.
    """
    part: list[Fill] = []
    rows = 0
    for fill in fills:
        for piece in _pieces(fill.block):
            height = piece.bottom - piece.top + 1
            if part and (rows + height > MOST_ROWS or len(part) >= _RANGES):
                yield part
                part, rows = [], 0
            part.append(replace(fill, block=piece))
            rows += height
    if part:
        yield part


def _pieces(block: Block) -> Iterator[Block]:
    """Yield a range in ranges of which one call takes each."""
    for top in range(block.top, block.bottom + 1, MOST_ROWS):
        for left in range(block.left, block.right + 1, MOST_COLUMNS):
            yield replace(
                block,
                top=top,
                left=left,
                bottom=min(block.bottom, top + MOST_ROWS - 1),
                right=min(block.right, left + MOST_COLUMNS - 1),
            )


def _tab(told: Mapping[str, object]) -> Tab:
    grid = _mapping(told.get("grid_properties"))
    return Tab(
        id=str(told.get("sheet_id")),
        title=str(told.get("title")),
        hidden=told.get("hidden") is True,
        rows=_whole(grid.get("row_count")),
        columns=_whole(grid.get("column_count")),
        merges=tuple(
            (
                _whole(one.get("start_row_index")) + 1,
                _whole(one.get("start_column_index")) + 1,
                _whole(one.get("end_row_index")) + 1,
                _whole(one.get("end_column_index")) + 1,
            )
            for one in _mappings(told.get("merges"))
        ),
    )


def _rule(told: Mapping[str, object]) -> Rule:
    given = _mapping(told.get("condition_format"))
    attributes = next(iter(_mappings(given.get("attrs"))), {})
    style = _mapping(given.get("style"))
    is_text = given.get("rule_type") == "containsText" and attributes.get("operator") == "is"
    ranges = given.get("ranges")
    return Rule(
        sheet=str(told.get("sheet_id")),
        ranges=tuple(map(str, ranges)) if isinstance(ranges, list) else (),
        text=str(attributes.get("text")) if is_text else None,
        fill=str(style.get("back_color", "")).lower(),
        font=str(style.get("fore_color", "")).lower(),
        id=str(given.get("cf_id")),
    )


def _told(rule: Rule) -> dict[str, object]:
    return {
        "sheet_id": rule.sheet,
        "condition_format": {
            "ranges": list(rule.ranges),
            "rule_type": "containsText",
            "attrs": [{"operator": "is", "text": rule.text}],
            "style": {"back_color": rule.fill, "fore_color": rule.font},
        },
    }


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
