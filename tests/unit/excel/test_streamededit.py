"""A part that is changed while it streams comes out like one that is changed as a whole."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.excel.cellvalue import content_xml
from sheetsync.excel.codec import Packed
from sheetsync.excel.endings import Endings
from sheetsync.excel.facts import kind_of, style_of
from sheetsync.excel.outlineedit import NewCell, RowEnds, cell_xml
from sheetsync.excel.sheet import SheetPart, Stored
from sheetsync.excel.sheetedit import SheetEdit
from sheetsync.excel.streamededit import StreamedEdit
from sheetsync.excel.survey import survey
from sheetsync.excel.zipped import unpacked
from sheetsync.marks import column_letters

DIMENSION = re.compile(rb'<(?:x:)?dimension ref="[A-Z0-9:]+"/>')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

cells = st.dictionaries(st.integers(1, 9), st.sampled_from(["", "<v>1</v>", "<f>A1</f><v>2</v>"]), max_size=5)
some_cells = st.dictionaries(st.integers(1, 8), st.sampled_from(["", "<v>1</v>"]), min_size=1, max_size=5)
rows = st.dictionaries(st.integers(1, 30), cells, max_size=12)
orders = st.dictionaries(st.integers(1, 33), st.text("甲 <&", max_size=3), max_size=12)


def sheet(prefix: str, content: dict[int, dict[int, str]], *, spans: bool = False) -> bytes:
    p = prefix
    lines = []
    for number, row in sorted(content.items()):
        tag = f'<{p}row r="{number}"' + (' spans="1:4"' if spans else "")
        made = "".join(
            f'<{p}c r="{column_letters(column)}{number}" s="{column}"'
            + (f">{inner.replace('<', f'<{p}').replace(f'<{p}/', f'</{p}')}</{p}c>" if inner else "/>")
            for column, inner in sorted(row.items())
        )
        lines.append(f"{tag}>{made}</{p}row>" if made else f"{tag}/>")
    name = f"xmlns:{p[:-1]}" if p else "xmlns"
    return (
        f'<{p}worksheet {name}="{MAIN}"><{p}dimension ref="A1:B2"/><{p}sheetData>{"".join(lines)}'
        f"</{p}sheetData><{p}pageMargins/></{p}worksheet>"
    ).encode()


def pieces(xml: bytes, size: int) -> Callable[[], Iterator[bytes]]:
    return lambda: (xml[at : at + size] for at in range(0, len(xml), size))


def streamed(xml: bytes, size: int = 1 << 16) -> StreamedEdit:
    found = survey(pieces(xml, size)())
    assert found is not None
    return StreamedEdit(pieces(xml, size), found)


class Column:
    """Leaves every seventh row's cell as it is, and gives the others their text."""

    def __init__(self, column: int, rows: Mapping[int, str]) -> None:
        self.column, self.rows = column, rows

    def decide(self, row: int, cell: Stored | None, left_style: Callable[[], int]) -> NewCell | None:
        if cell is None:
            return self.new(row, left_style()) if self.rows[row] else None
        return None if row % 7 == 0 else self.new(row, 99)

    def fresh(self, ends: RowEnds, prefix: bytes, proof: Callable[[bytes], None]) -> list[bytes]:
        assert ends.numbers, "asked for the cells of no row"
        found = [
            cell_xml(prefix, row, self.column, self.new(row, left)) if self.rows.get(row) else b""
            for row, left in zip(ends.numbers, ends.styles, strict=True)
        ]
        for cell in found:
            proof(cell)
        return found

    def new(self, row: int, style: int) -> NewCell:
        return NewCell(style, *content_xml(self.rows[row], date1904=False))


def seen(found: Iterable[Stored]) -> list[tuple[object, ...]]:
    return sorted((cell.row, cell.column, style_of(cell), kind_of(cell), cell.inner) for cell in found)


def bytes_of(packed: Packed | None, otherwise: bytes) -> bytes:
    return otherwise if packed is None else b"".join(unpacked(packed))


@given(
    prefix=st.sampled_from(["", "x:"]),
    content=rows,
    spans=st.booleans(),
    fills=st.dictionaries(st.integers(1, 12), orders, max_size=3),
    size=st.integers(1, 400),
)
def test_it_comes_out_like_one_changed_as_a_whole(
    prefix: str, content: dict[int, dict[int, str]], spans: bool, fills: dict[int, dict[int, str]], size: int
) -> None:
    xml = sheet(prefix, content, spans=spans)
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml, size)
    for edit in (whole, stream):
        edit.set_cell(3, 11, NewCell(5, "", b"<v>7</v>"))
        for column, values in fills.items():
            edit.fill(Column(column, values))
    # While rows stream by it is not known yet which cells will change: the stated dimension may be wider.
    assert DIMENSION.sub(b"", bytes_of(stream.packed(), xml)) == DIMENSION.sub(b"", whole.apply())


@given(
    prefix=st.sampled_from(["", "x:"]),
    content=st.dictionaries(st.integers(1, 30), some_cells, min_size=2, max_size=12),
    spans=st.booleans(),
    columns=st.lists(st.integers(8, 12), min_size=1, max_size=3, unique=True),
    left_out=st.sets(st.integers(1, 30), max_size=1),
    header=st.booleans(),
    size=st.integers(50, 2000),
)
def test_rows_that_all_get_cells_come_out_alike_too(
    prefix: str,
    content: dict[int, dict[int, str]],
    spans: bool,
    columns: list[int],
    left_out: set[int],
    header: bool,
    size: int,
) -> None:
    xml = sheet(prefix, content, spans=spans)
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml, size)
    if header:
        left_out = {min(content)}
    for edit in (whole, stream):
        for column in columns:
            if header:
                edit.set_cell(min(content), column, NewCell(5, "", b"<v>7</v>"))
            said = {row: f"{row}<{column}" * (row % 5 < 4 or column == min(columns)) for row in content}
            edit.fill(Column(column, {row: text for row, text in said.items() if row not in left_out}))
    assert DIMENSION.sub(b"", bytes_of(stream.packed(), xml)) == DIMENSION.sub(b"", whole.apply())


@given(content=rows, numbers=st.sets(st.integers(1, 9), min_size=1), size=st.integers(1, 400))
def test_cells_are_found_alike(content: dict[int, dict[int, str]], numbers: set[int], size: int) -> None:
    xml = sheet("", content)
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml, size)
    assert seen(stream.column(*numbers)) == seen(whole.column(*numbers))
    assert all(seen(stream.row_cells(row)) == seen(whole.row_cells(row)) for row in range(1, 32))


@given(
    content=st.dictionaries(st.integers(1, 30), some_cells, min_size=2, max_size=12),
    second=st.sampled_from([11, 12, 9]),
    begins=st.integers(1, 30),
    size=st.integers(50, 2000),
)
def test_tables_below_and_beside_each_other_fill_their_own_rows(
    content: dict[int, dict[int, str]], second: int, begins: int, size: int
) -> None:
    xml = sheet("", content)
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml, size)
    for edit in (whole, stream):
        below = second == 11
        edit.fill(Column(11, {row: f"{row}" for row in content if row < begins or not below}))
        edit.fill(Column(second, {row: f"{row}" for row in content if row >= begins}))
    assert DIMENSION.sub(b"", bytes_of(stream.packed(), xml)) == DIMENSION.sub(b"", whole.apply())


def test_nothing_ordered_or_nothing_decided_changes_nothing() -> None:
    xml = sheet("", {1: {1: "<v>1</v>"}, 2: {1: "<v>1</v>"}})
    stream = streamed(xml)
    assert stream.packed() is None
    stream.fill(Column(8, {1: "", 2: ""}))
    assert stream.packed() is None


def test_what_is_not_well_formed_never_gets_out() -> None:
    stream = streamed(sheet("", {1: {1: "<v>1</v>"}}))
    stream.set_cell(1, 2, NewCell(0, "inlineStr", b"<is><t>&</t></is>"))
    with pytest.raises(ValueError, match="not well-formed"):
        stream.packed()


@given(
    lengths=st.lists(st.sampled_from([1, 40, 3000]), min_size=3, max_size=40),
    wanted=st.sets(st.integers(1, 40), min_size=1),
    size=st.integers(200, 20_000),
)
def test_rows_of_very_different_sizes_are_found(lengths: list[int], wanted: set[int], size: int) -> None:
    """A row is looked for where it should be by the size of those before."""
    content = {row: {1: f"<v>{'1' * length}</v>"} for row, length in enumerate(lengths, 1)}
    xml = sheet("", content)
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml, size)
    for edit in (whole, stream):
        edit.fill(Column(9, {row: f"{row}" for row in wanted & content.keys()}))
    assert DIMENSION.sub(b"", bytes_of(stream.packed(), xml)) == DIMENSION.sub(b"", whole.apply())


def test_an_empty_cell_before_the_last_one_is_not_the_last_one() -> None:
    """Rows that begin alike, of which one ends in another column."""
    xml = sheet("", {1: {1: ""}, 2: {1: "", 2: "<v>1</v>"}, 3: {1: ""}})
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml, 2000)
    for edit in (whole, stream):
        edit.fill(Column(9, {1: "a", 2: "b", 3: "c"}))
    assert DIMENSION.sub(b"", bytes_of(stream.packed(), xml)) == DIMENSION.sub(b"", whole.apply())


@pytest.mark.parametrize("empty", [2, 3, 5])
def test_a_row_without_cells_among_those_that_get_some_is_seen(empty: int) -> None:
    xml = sheet("", {row: {1: "<v>1</v>"} if row != empty else {} for row in range(2, 6)})
    whole, stream = SheetEdit(SheetPart(xml)), streamed(xml)
    for edit in (whole, stream):
        edit.fill(Column(3, {row: f"{row}" for row in range(2, 6)}))
    assert DIMENSION.sub(b"", bytes_of(stream.packed(), xml)) == DIMENSION.sub(b"", whole.apply())


def test_a_row_that_closes_itself_is_not_taken_for_the_one_behind_it() -> None:
    endings = Endings(b"", lambda _: 0)
    assert endings.parted(b'<row r="2"><c r="A2"/></row>', [2], 5) is not None
    assert endings.parted(b'<row r="2"/><row r="3"><c r="A3"/></row>', [2], 5) is None
