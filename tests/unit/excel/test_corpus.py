"""Real workbooks come out of a whole run with everything they had."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell import Cell

from sheetsync.errors import InputRefusedError
from sheetsync.excel import ours
from sheetsync.excel.gate import LIMITS, open_package
from sheetsync.excel.originals import put_back
from sheetsync.excel.patch import apply
from sheetsync.excel.reader import read_book
from sheetsync.excel.verify import verify
from sheetsync.model.edit import Edit, RemoveColumns, RemoveSheet
from sheetsync.model.table import RawSheet, Version
from tests.structure import Judged, faults
from tests.unit.excel.conftest import COLUMNS

Orders = Callable[..., tuple[Edit, ...]]
FOLDER = Path(__file__).parents[2] / "data" / "corpus"
REFUSED = "Test_Issue_11573_BlankValues.xlsx"
ACCEPTED = sorted(
    path.name for path in FOLDER.iterdir() if not path.name.startswith("refuse-") and path.name != REFUSED
)


def run(content: bytes, orders: Orders, sheet: RawSheet, **more: str) -> tuple[bytes, int]:
    """Apply the edits of a whole run to a sheet whose first row is taken for the header."""
    filled = [index for index, value in enumerate(sheet.rows[0]) if value != ""] if sheet.rows else []
    edits = orders(
        sheet.name,
        header_row=sheet.first_row,
        last_row=sheet.first_row + max(len(sheet.rows), 2),
        after_column=sheet.first_column + max(filled, default=0),
        **more,
    )
    package, book = open_package(content, "x.xlsx")
    changes = apply(package, book, edits, where="x.xlsx")
    new = package.build() if changes else content
    if changes:
        verify(new, package, where="x.xlsx", limits=LIMITS)
    return new, len(changes)


def first_sheet(content: bytes) -> RawSheet:
    book = read_book(content, name="x", version=Version("v"), where="x.xlsx")
    return next(sheet for sheet in book.sheets if not sheet.ours)


@pytest.fixture(params=ACCEPTED)
def original(request: pytest.FixtureRequest) -> bytes:
    return (FOLDER / request.param).read_bytes()


def test_no_fault_is_added_and_untouched_parts_are_the_same_bytes(original: bytes, orders: Orders) -> None:
    changed, _ = run(original, orders, first_sheet(original))
    assert faults(changed) <= faults(original)
    before, after = Judged(original), Judged(changed)
    names = [name for name in before.zip.namelist() if name in after.zip.namelist()]
    assert after.zip.namelist()[: len(names)] == names
    may_change = {
        "[content_types].xml",
        before.workbook,
        re.sub(r"([^/]+)$", r"_rels/\1.rels", before.workbook),
    }
    relations = before.relations(before.workbook)
    may_change |= {target for kind, target in relations.values() if kind in ("styles", "calcChain")}
    touched = dict(before.sheets)[first_sheet(original).name]
    may_change |= {
        touched,
        *(target for kind, target in before.relations(touched).values() if kind == "table"),
    }
    may_change = {name.lower() for name in may_change}
    for key, name in before.parts.items():
        if key not in may_change:
            assert after.zip.getinfo(after.parts[key]).date_time == before.zip.getinfo(name).date_time
            assert after.read(key) == before.read(key), name


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl warns of what it would drop
def test_cells_of_people_keep_value_formula_and_style(original: bytes, orders: Orders) -> None:
    try:
        before = openpyxl.load_workbook(io.BytesIO(original))
    except (TypeError, ValueError, KeyError):
        pytest.skip("openpyxl cannot read the original")
    sheet = first_sheet(original)
    changed, _ = run(original, orders, sheet)
    after = openpyxl.load_workbook(io.BytesIO(changed))
    if Judged(original).styles is None:
        pytest.skip("without styles openpyxl makes up a font of its own")
    ours = {number for own in first_sheet(changed).own for number in own.columns.values()}
    for name in before.sheetnames:
        old, new = before[name], after[name]
        if not hasattr(old, "iter_rows"):
            continue
        assert [str(area) for area in new.merged_cells.ranges] == [
            str(area) for area in old.merged_cells.ranges
        ]
        for row in old.iter_rows():
            for cell in row:
                other = new.cell(cell.row, cell.column)
                if name == sheet.name and cell.column in ours:
                    continue
                assert _look(other) == _look(cell), cell.coordinate


def test_a_second_run_changes_nothing_and_later_runs_pile_nothing_up(original: bytes, orders: Orders) -> None:
    sheet = first_sheet(original)
    first, _ = run(original, orders, sheet)
    again, changes = run(first, orders, sheet)
    assert (again, changes) == (first, 0)
    second, _ = run(first, orders, sheet, status="正常", fingerprint="two")
    third, changes = run(second, orders, sheet, status="延期", fingerprint="three")
    assert changes > 0
    assert faults(third) <= faults(original)
    counts = [_counts(content) for content in (first, second, third)]
    assert counts[0] == counts[1] == counts[2]


def test_fifty_runs_leave_as_many_parts_and_styles_as_one(orders: Orders) -> None:
    """Each run tells other words, other colours' order and another dashboard."""
    content = (FOLDER / "conditionalFormattingDataBarTest.xlsx").read_bytes()
    sheet = first_sheet(content)
    words = ("延期", "正常", "数据存疑")
    first, _ = run(content, orders, sheet)
    for number in range(2, 51):
        content, changes = run(
            first if number == 2 else content,
            orders,
            sheet,
            status=words[number % 3],
            fingerprint=str(number),
        )
        assert changes > 0
        assert _counts(content) == _counts(first)
    assert abs(len(content) - len(first)) < 200


def test_what_we_put_in_is_taken_out_again(
    original: bytes, orders: Orders, request: pytest.FixtureRequest
) -> None:
    sheet = first_sheet(original)
    marked, _ = run(original, orders, sheet)
    package, book = open_package(marked, "x.xlsx")
    last = sheet.first_row + max(len(sheet.rows), 2)
    edits = [
        *(
            RemoveColumns(
                sheet=sheet.name, number=own.number, columns=COLUMNS, rows=tuple(range(own.row + 1, last + 1))
            )
            for own in ours.find(book).on(sheet.name)
        ),
        RemoveSheet(role="dashboard"),
    ]
    apply(package, book, edits, where="x.xlsx")
    clean = package.build()
    verify(clean, package, where="x.xlsx", limits=LIMITS)
    assert faults(clean) <= faults(original)
    package, book = open_package(clean, "x.xlsx")
    assert not ours.find(book)
    before, after = _texts(original), _texts(clean)
    assert after == before
    put_back(package, open_package(original, "x.xlsx")[0])
    changed = _changed_parts(original, package.build())
    # Where cells have no place of their own, or had a format before we came, traces stay: blanks, formats.
    traces = {"59746_NoRowNums.xlsx", "Issue494_shared_string.xlsx"}
    name = request.node.callspec.params["original"]
    allowed = {part for part in changed if name in traces and ("sheet" in part or "styles" in part)}
    assert changed == allowed


def _texts(content: bytes) -> dict[str, list[tuple[int, int, object]]]:
    """Return what stands in every cell that holds something."""
    book = read_book(content, name="x", version=Version("v"), where="x.xlsx")
    return {
        sheet.name: [
            (sheet.first_row + row, sheet.first_column + column, value)
            for row, cells in enumerate(sheet.rows)
            for column, value in enumerate(cells)
            if value != ""
        ]
        for sheet in book.sheets
    }


def _changed_parts(one: bytes, other: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(one)) as before, zipfile.ZipFile(io.BytesIO(other)) as after:
        names = set(before.namelist()) ^ set(after.namelist())
        return names | {
            name for name in before.namelist() if name not in names and before.read(name) != after.read(name)
        }


def test_every_part_that_was_touched_stays_well_formed(original: bytes, orders: Orders) -> None:
    changed, _ = run(original, orders, first_sheet(original))
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("refuse-*")), ids=lambda path: path.name)
def test_what_we_cannot_keep_whole_is_refused(path: Path) -> None:
    with pytest.raises(InputRefusedError):
        read_book(path.read_bytes(), name="x", version=Version("v"), where=path.name)


def test_a_strict_workbook_is_read_but_takes_no_tab(orders: Orders) -> None:
    content = (FOLDER / REFUSED).read_bytes()
    sheet = first_sheet(content)
    with pytest.raises(InputRefusedError, match="Strict"):
        run(content, orders, sheet)


def _counts(content: bytes) -> tuple[int, ...]:
    book = Judged(content)
    return (
        len(book.parts),
        *(book.count(group) for group in ("cellXfs", "fonts", "fills", "borders", "dxfs")),
    )


def _look(cell: Cell) -> tuple[str, ...]:
    value = getattr(cell.value, "text", cell.value)
    return (
        repr(value),
        cell.number_format,
        repr(cell.font),
        repr(cell.fill),
        repr(cell.border),
        repr(cell.alignment),
    )
