"""What every store must do: the real definition of the ports a workbook meets."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pytest

from sheetsync.errors import StaleError
from sheetsync.excel.store import ExcelStore
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.edit import (
    AppendColumns,
    Edit,
    ListedColumn,
    Listing,
    MarkRows,
    Parts,
    RemoveColumns,
    RemoveSheet,
    ReplaceSheet,
    SetCells,
)
from sheetsync.model.table import Version
from sheetsync.ports import Cleanable, Workbook
from sheetsync.render.canvas import Canvas
from sheetsync.templates.build import Order, build
from sheetsync.templates.layout import engine_columns
from sheetsync.testing import MemoryStore
from sheetsync.worktime import WorkTime
from tests import spreadsheets
from tests.bases import filled, store_of
from tests.feishu_server import FeishuServer

CREATED = datetime(2023, 10, 16, 9)
SHEET = "任务执行进度跟踪表"


class Document(Workbook, Cleanable, Protocol):
    """What a store is, as a whole."""


Make = Callable[[], Document]


@pytest.fixture(params=["memory", "excel", "bitable", "feishu-sheet"])
def make(request: pytest.FixtureRequest, catalogue: Catalogue, tmp_path: Path, feishu: FeishuServer) -> Make:
    """A store that holds the sample of the progress tracker; each call opens the same document anew."""
    form = catalogue.forms["progress"]
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        build(Order(forms=[form], catalogue=catalogue, created=CREATED, rows={form.id: form.sample}))
    )
    if request.param == "excel":
        return lambda: ExcelStore(path)
    if request.param == "bitable":
        base = filled(feishu, ExcelStore(path), ["progress"], catalogue, marked=False)
        return lambda: store_of(feishu, base, catalogue)
    if request.param == "feishu-sheet":
        document = spreadsheets.copied(feishu, ExcelStore(path))
        return lambda: spreadsheets.store_of(feishu, document)
    sheets = [sheet for sheet in ExcelStore(path).read().sheets if sheet.name == SHEET]
    memory = MemoryStore(sheets)
    return lambda: memory


def tab(text: str) -> ReplaceSheet:
    def draw() -> Parts:
        canvas = Canvas("仪表盘")
        canvas.cells(0, 0, 1, text, canvas.style())
        return canvas.done()

    return ReplaceSheet(
        role="dashboard",
        title="仪表盘",
        draw=draw,
        fingerprint=text,
        first=True,
        listing=Listing(columns=(ListedColumn(name="metric", title="指标"),), rows=((text,),)),
    )


def head_of(store: Document) -> int:
    """Return the number of the header row: below two lines of title on a sheet, the first one of a base."""
    (sheet,) = (one for one in store.read().sheets if one.name == SHEET)
    return next(row for row, cells in enumerate(sheet.rows, sheet.first_row) if "子任务编号" in cells)


def orders(store: Document, status: str, figure: str = "1") -> list[Edit]:
    """Mark the two records of the sample."""
    head = head_of(store)
    one, two = head + 1, head + 2
    return [
        AppendColumns(
            sheet=SHEET,
            number=1,
            header_row=head,
            last_row=two,
            after_column=21,
            columns=engine_columns("zh"),
        ),
        SetCells(sheet=SHEET, number=1, column="status", values={one: status, two: "正常"}),
        SetCells(sheet=SHEET, number=1, column="since", values={one: CREATED}),
        MarkRows(
            sheet=SHEET,
            number=1,
            header_row=head,
            last_row=two,
            first_column=1,
            column="status",
            styles=(("延期", "late"), ("正常", "normal")),
        ),
        tab(figure),
    ]


def test_what_people_typed_is_read(make: Make, catalogue: Catalogue, worktime: WorkTime) -> None:
    """The two records of the sample, wherever they are kept."""
    table = interpret(make().read(), catalogue, worktime=worktime).tables[0]
    assert table.frame["subtask_id"].tolist() == ["XZB20231001-01", "XZB20231001-02"]
    assert table.frame["actual_progress"].tolist() == [70.0, 100.0]


def test_reading_twice_gives_one_version(make: Make) -> None:
    """The version changes with the document, not with the reading."""
    assert make().read().version == make().read().version


def test_a_preview_changes_nothing(make: Make) -> None:
    """It names what would come."""
    store = make()
    version = store.read().version
    assert store.preview(orders(make(), "延期"), based_on=version).changes
    assert make().read().version == version


def test_a_preview_says_what_a_presentation_does(make: Make) -> None:
    """The same changes in the same order."""
    store = make()
    version = store.read().version
    previewed = store.preview(orders(make(), "延期"), based_on=version).changes
    assert store.present(orders(make(), "延期"), based_on=version).changes == previewed


def test_a_presentation_gives_the_new_version(make: Make) -> None:
    """The version it returns is the one the next reading has."""
    presented = make().present(orders(make(), "延期"), based_on=make().read().version)
    assert presented.changes
    assert make().read().version == presented.version


def test_the_second_presentation_changes_nothing(make: Make) -> None:
    """What stands there already is not written again."""
    make().present(orders(make(), "延期"), based_on=make().read().version)
    version = make().read().version
    again = make().present(orders(make(), "延期"), based_on=version)
    assert again.changes == ()
    assert again.version == version


def test_a_stale_version_is_refused_whole(make: Make) -> None:
    """Who has not seen the latest document may not write to it."""
    version = make().read().version
    make().present(orders(make(), "延期"), based_on=version)
    marked = make().read().version
    with pytest.raises(StaleError):
        make().present(orders(make(), "正常"), based_on=version)
    assert make().read().version == marked


def test_a_changed_word_is_one_change(make: Make) -> None:
    """Only the cell whose text differs."""
    make().present(orders(make(), "延期"), based_on=make().read().version)
    (change,) = make().present(orders(make(), "正常"), based_on=make().read().version).changes
    assert (change.what, change.before, change.after) == ("cell", "延期", "正常")


def test_a_tab_is_replaced_when_its_figures_change(make: Make) -> None:
    """And only then."""
    make().present(orders(make(), "延期"), based_on=make().read().version)
    (change,) = make().present(orders(make(), "延期", "2"), based_on=make().read().version).changes
    assert change.what == "tab"


def test_a_tab_is_taken_out_again(make: Make) -> None:
    """Once; the second time there is nothing to do."""
    make().present(orders(make(), "延期"), based_on=make().read().version)
    gone = make().present([RemoveSheet(role="dashboard")], based_on=make().read().version)
    assert [change.what for change in gone.changes] == ["tab"]
    assert not make().present([RemoveSheet(role="dashboard")], based_on=make().read().version).changes


def removal(store: Document) -> list[Edit]:
    columns, head = engine_columns("zh"), head_of(store)
    return [
        RemoveColumns(sheet=SHEET, number=1, columns=columns, rows=(head + 1, head + 2)),
        RemoveSheet(role="dashboard"),
    ]


def test_everything_of_ours_is_taken_out_once(make: Make) -> None:
    make().present(orders(make(), "延期"), based_on=make().read().version)
    version = make().read().version
    preview = make().clean(removal(make()), based_on=version, dry_run=True)
    assert make().read().version == version
    gone = make().clean(removal(make()), based_on=version)
    assert list(gone.changes) == list(preview.changes)
    assert {change.what for change in gone.changes} >= {"column", "tab"}
    assert make().read().version == gone.version
    assert not make().clean(removal(make()), based_on=gone.version).changes


def test_nothing_is_taken_out_of_another_version(make: Make) -> None:
    make().present(orders(make(), "延期"), based_on=make().read().version)
    before = make().read().version
    with pytest.raises(StaleError):
        make().clean(removal(make()), based_on=Version("other"))
    assert make().read().version == before
