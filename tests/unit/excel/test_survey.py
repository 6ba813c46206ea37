"""The cheap bounds of a sheet: never smaller than what stands there, and silent where it is written oddly."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.excel.facts import SheetFacts
from sheetsync.excel.sheet import SheetPart
from sheetsync.excel.styles import MINIMAL, Styles
from sheetsync.excel.survey import Survey, row_chunks, survey
from sheetsync.marks import column_letters

OPEN = '<?xml version="1.0"?>\n<{0}worksheet xmlns{1}="http://x"><{0}cols><{0}col min="1" max="2"/></{0}cols>'
BEHIND = '<{0}mergeCells><{0}mergeCell ref="A1:B2"/></{0}mergeCells></{0}worksheet>'
CONTENTS = (
    "",
    "<{0}v>1</{0}v>",
    "<{0}f>A1</{0}f><{0}v>2</{0}v>",
    "<{0}f>A1</{0}f>",
    '<{0}f t="shared" ref="A1:A9" si="0">A1</{0}f><{0}v>2</{0}v>',
    '<{0}f t="shared" si="0"/><{0}v>2</{0}v>',
    "<{0}is><{0}t>字</{0}t></{0}is>",
)


def sheet_of(rows: str, prefix: str = "", behind: str = BEHIND) -> bytes:
    opening = OPEN.format(prefix, f":{prefix[:-1]}" if prefix else "")
    return f"{opening}<{prefix}sheetData>{rows}</{prefix}sheetData>{behind.format(prefix)}".encode()


def pieces_of(xml: bytes, size: int) -> Iterator[bytes]:
    return (xml[at : at + size] for at in range(0, len(xml), size))


def seen_in(rows: str, prefix: str = "", size: int = 100) -> Survey | None:
    return survey(pieces_of(sheet_of(rows, prefix), size))


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, str]:
    """Rows as programs write them: ascending, some blank, with or without a prefix."""
    prefix = draw(st.sampled_from(["", "x:"]))
    numbers = sorted(draw(st.sets(st.integers(1, 1_048_576), max_size=12)))
    rows = []
    for number in numbers:
        columns = sorted(draw(st.sets(st.integers(1, 16_384), max_size=4)))
        cells = "".join(
            f'<{prefix}c r="{column_letters(column)}{number}" s="{column % 3}">'
            f"{draw(st.sampled_from(CONTENTS)).format(prefix)}</{prefix}c>"
            for column in columns
        )
        rows.append(f'<{prefix}row r="{number}" spans="1:4">{cells}</{prefix}row>')
    return "".join(rows), prefix


@given(sheets(), st.integers(40, 4000))
def test_bounds_are_never_smaller_than_the_sheet(sheet: tuple[str, str], size: int) -> None:
    rows, prefix = sheet
    xml = sheet_of(rows, prefix)
    part = SheetPart(xml)
    seen = survey(pieces_of(xml, size))
    assert seen is not None
    assert seen.rows == len(part.rows)
    assert [seen.first_row, seen.last_row] == (
        [part.rows[0].number, part.rows[-1].number] if part.rows else [1, 0]
    )
    assert seen.lowest >= seen.last_row
    assert seen.last_column >= max((part.last_column(row) or 0 for row in part.rows), default=0)
    assert SheetPart(seen.outline).merged == part.merged


@given(sheets(), st.integers(40, 4000))
def test_facts_do_not_depend_on_how_a_part_is_looked_at(sheet: tuple[str, str], size: int) -> None:
    rows, prefix = sheet
    xml = sheet_of(rows, prefix)
    styles = Styles(MINIMAL)
    quick, slow = (
        SheetFacts(lambda: pieces_of(xml, size), lambda: styles, seen)
        for seen in (survey(pieces_of(xml, size)), None)
    )
    columns = {cell.column for row in SheetPart(xml).rows for cell in SheetPart(xml).cells(row)}
    assert quick.unreadable() == slow.unreadable()
    for column in columns | {1}:
        assert quick.number_formats(column) == slow.number_formats(column)


@st.composite
def formula_cells(draw: st.DrawFn) -> str:
    """A row of formulas as programs write them, with and without values."""
    kinds = st.sampled_from(["", ' t="str"', ' t="b"', ' t="n"', ' t="e"', ' t="str" cm="1"'])
    opened = st.sampled_from(["<f>", '<f ca="1">', '<f t="shared" ref="A1:A9" si="0">', "<f a='>'>"])
    formula = st.one_of(
        opened.map(lambda tag: f"{tag}IF(A1,&quot;/&gt;&quot;,1)</f>"),
        st.sampled_from(['<f t="shared" si="0"/>', "<f/>", "<f></f>", '<f a="/>"></f>', "<f />", "<f\n/>"]),
    )
    value = st.sampled_from(["", "<v></v>", "<v/>", "<v> </v>", "<v>1</v>", "<v>#N/A</v>", '<v a="1">1</v>'])
    written = (
        f'<c r="{column_letters(column)}1"{draw(kinds)}>{draw(formula)}{draw(value)}</c>'
        for column in range(1, draw(st.integers(1, 4)) + 1)
    )
    return "".join(written)


@given(formula_cells())
def test_formulas_without_a_value_are_found_either_way(cells: str) -> None:
    xml = sheet_of(f'<row r="1">{cells}</row>')
    styles = Styles(MINIMAL)
    seen = survey([xml])
    assert seen is not None
    slow = SheetFacts(lambda: iter([xml]), lambda: styles, None).unreadable()
    assert SheetFacts(lambda: iter([xml]), lambda: styles, seen).unreadable() == slow
    assert not (seen.valued and slow)


@given(st.integers(1, 60), st.integers(30, 200))
def test_chunks_are_whole_rows_and_all_of_them(rows: int, size: int) -> None:
    written = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(1, rows + 1))
    seen = seen_in(written, size=size)
    assert seen is not None
    chunks = list(row_chunks(pieces_of(sheet_of(written), size), seen))
    assert b"".join(chunks).decode() == written
    assert all(re.fullmatch(rb"(<row .*?</row>)*", chunk) for chunk in chunks)


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c r="A1"/></row>',
        "<row r='1'/>",
        '<row spans="1:2" r="1"/>',
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="1048577"/>',
        '<row r="4294967297"/>',
        '<row r="1"><c><v>1</v></c></row>',
        "<row r=\"1\"><c r='A1'/></row>",
        '<row r="1"><c s="1" r="XFD1"/></row>',
        '<row r="1"><c r="a1"/></row>',
        '<row r="1"><c r="$A$1"/></row>',
        '<row r="1"><c r="ABCD1"/></row>',
        '<row r="1"><c r="A1048576"/></row>',
        '<row r="1"><c r="A20"/></row>',
        '<row r="1"/><!-- x -->',
        '<row r="1"><c r="A1"><is><t><![CDATA[<row>]]></t></is></c></row>',
        '<row r="1"/><?x?>',
        '<c r="A1"/>',
        '<x:row r="1"/>',
    ],
)
def test_what_is_written_oddly_has_no_survey(rows: str) -> None:
    assert seen_in(rows) is None


def test_a_cell_far_to_the_right_widens_the_bounds() -> None:
    seen = seen_in('<row r="1"><c r="A1"/><c r="XFD1"/></row>')
    assert seen is not None
    assert seen.last_column == 16_384


@pytest.mark.parametrize("rows", ["", '<row r="1"/>'])
def test_a_sheet_without_cells_has_one(rows: str) -> None:
    seen = seen_in(rows)
    assert seen is not None
    assert not seen.suspects


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<worksheet>",
        b"<worksheet><sheetData>",
        b"<worksheet><!-- <sheetData> --><sheetData></sheetData></worksheet>",
        b"<!DOCTYPE a><worksheet><sheetData></sheetData></worksheet>",
        '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData/></worksheet>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="nonsense"?><worksheet><sheetData/></worksheet>',
        b"<x:worksheet><sheetData/></x:worksheet>",
    ],
)
def test_unusual_parts_have_none(xml: bytes) -> None:
    assert survey([xml]) is None


def test_an_empty_element_is_opened_in_the_outline() -> None:
    seen = survey([b"<worksheet><sheetData/><mergeCells/></worksheet>"])
    assert seen is not None
    assert seen.outline == b"<worksheet><sheetData></sheetData><mergeCells/></worksheet>"


@pytest.mark.parametrize(
    ("kind", "booleans"), [("b", True), ("s", False), ("inlineStr", False), ("e", False)]
)
@pytest.mark.parametrize("column", ["A", "AA", "AAA"])
def test_true_and_false_are_told(kind: str, column: str, booleans: bool) -> None:
    seen = seen_in(f'<row r="1"><c r="{column}1" t="{kind}"><v>1</v></c></row>')
    assert seen is not None
    assert seen.booleans == booleans


@pytest.mark.parametrize(
    ("cell", "valued"),
    [
        ('<c r="A1"><f>B1</f><v>2</v></c>', True),
        ('<c r="AB1" s="3"><f>B1</f><v>2</v></c>', True),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', True),
        ('<c r="A1" t="str"><f>IF(B1="#","!?",C1)</f><v>字</v></c>', True),
        ('<c r="A1"><f>B1</f><v></v></c>', False),
        ('<c r="A1"><f>B1</f></c>', False),
        ('<c r="A1" t="str"><f>B1</f></c>', False),
        ('<c r="A1" t="str"><f>B1</f><v/></c>', False),
        ('<c r="A1"><f t="shared" ref="A1:A9" si="0">B1</f><v>1</v></c>', True),
        ('<c r="A1"><f t="shared" si="0"/><v>1</v></c>', True),
        ('<c r="A1"><f ca="1">B1</f><v>1</v></c>', True),
        ('<c r="A1" s="2" t="str"><f t="shared" ca="1" si="0"/><v></v></c>', True),
        ('<c r="A1"><f t="shared" si="0"/><v></v></c>', False),
        ('<c r="A1" t="str"><f t="shared" si="0"/><v/></c>', False),
        ('<c r="A1" t="str"><f t="shared" si="0"/></c>', False),
        ('<c r="A1"><f t="shared" ref="A1:A9" si="0">B1</f></c>', False),
        ('<c r="A1"><f a="/>">B1</f><v></v></c>', False),
        ('<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>', False),
    ],
)
def test_a_formula_is_valued_where_its_value_plainly_follows(cell: str, valued: bool) -> None:
    formula = '<c r="B1"><f>C1</f><v>1</v></c>'
    for first, second in ((cell, formula), (formula, cell)):
        seen = seen_in(f'<row r="1">{first}</row><row r="2">{second.replace("1", "2", 1)}</row>')
        assert seen is not None
        assert seen.formulas
        assert seen.valued == valued
