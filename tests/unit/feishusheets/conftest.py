"""A Feishu of the tests' own that never finds us too fast, and a spreadsheet with a small table."""

from collections.abc import Callable, Iterator

import pytest

from sheetsync.feishusheets.store import FeishuSheetStore
from sheetsync.model.edit import AppendColumns, CellValue, Edit, MarkRows, SetCells
from sheetsync.templates.layout import engine_columns
from tests.feishu_server import FeishuServer, running
from tests.feishu_server.sheets import Sheet, Spreadsheet
from tests.spreadsheets import store_of

OURS = ("预警状态", "预警说明", "预警时间")
Open = Callable[[], FeishuSheetStore]


@pytest.fixture(scope="package", name="server")
def _server() -> Iterator[FeishuServer]:
    with running() as server:
        server.meter.full = lambda *_, **__: False  # type: ignore[method-assign] # how fast we are is proved elsewhere
        yield server


@pytest.fixture
def feishu(server: FeishuServer) -> FeishuServer:
    """The server, with nothing that goes wrong yet."""
    server.faults.clear()
    server.calls.clear()
    return server


@pytest.fixture
def document(feishu: FeishuServer) -> Spreadsheet:
    return feishu.spreadsheet()


@pytest.fixture
def tasks(document: Spreadsheet) -> Sheet:
    """A tab with two records."""
    return document.sheet("任务", [["编号", "负责人"], ["A1", "张三"], ["A2", "李四"]])


@pytest.fixture
def opened(feishu: FeishuServer, document: Spreadsheet) -> Open:
    """Return the spreadsheet as a store, each time anew."""
    return lambda: store_of(feishu, document)


def orders(
    status: dict[int, CellValue], note: dict[int, CellValue] | None = None, last: int = 3
) -> list[Edit]:
    """Return the orders to mark the table of the tab."""
    return [
        AppendColumns(
            sheet="任务", number=1, header_row=1, last_row=last, after_column=2, columns=engine_columns("zh")
        ),
        SetCells(sheet="任务", number=1, column="status", values=status),
        SetCells(sheet="任务", number=1, column="note", values=note or {}),
        MarkRows(
            sheet="任务",
            number=1,
            header_row=1,
            last_row=last,
            first_column=1,
            column="status",
            styles=(("延期", "late"), ("正常", "normal")),
        ),
    ]


def mark(opened: Open, edits: list[Edit]) -> int:
    """Carry orders out; return how many changes that took."""
    store = opened()
    return len(store.present(edits, based_on=store.read().version).changes)
