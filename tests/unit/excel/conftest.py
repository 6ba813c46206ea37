"""What the tests of the Excel room write with: a dashboard with charts, and the edits of a whole run."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from sheetsync.model.edit import (
    AppendColumns,
    Edit,
    EngineColumn,
    MarkRows,
    Parts,
    ReplaceSheet,
    SetCells,
)
from tests.packing import unpacked

Orders = Callable[..., tuple[Edit, ...]]
COLUMNS = (
    EngineColumn(name="status", title="预警状态", width=10),
    EngineColumn(name="note", title="预警说明", width=40, sentence=True),
    EngineColumn(name="since", title="预警时间", width=16, kind="datetime"),
)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real workbooks."""
    return Path(__file__).parents[2] / "data" / "corpus"


@pytest.fixture(scope="session")
def tab() -> Callable[[str], Parts]:
    """Make a one-sheet workbook with two charts, links, a rule, merged cells and a print area."""

    def make(title: str, value: float = 0.25, link: str = "问题") -> Parts:
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet(title)
        look = book.add_format({"bold": True, "bg_color": "#DCE6F1", "num_format": "0.0%", "border": 1})
        sheet.set_column(0, 2, 18, look)
        sheet.write_string(0, 0, "项目总览", look)
        sheet.write_rich_string(1, 0, look, "粗", "常规")
        sheet.write_number(2, 0, value, look)
        sheet.write_number(3, 0, 1 - value, look)
        sheet.write_url(4, 0, f"internal:'{link}'!A1", string="看")
        sheet.merge_range(6, 0, 6, 2, "合并", look)
        red = book.add_format({"bg_color": "#FFC7CE"})
        sheet.conditional_format(2, 0, 3, 0, {"type": "cell", "criteria": ">", "value": 0.5, "format": red})
        for number, kind in enumerate(("column", "doughnut")):
            chart = book.add_chart({"type": kind})
            chart.add_series({"values": [title, 2, 0, 3, 0], "name": [title, 0, 0]})
            sheet.insert_chart(8 + 16 * number, 0, chart)
        sheet.freeze_panes(1, 0)
        sheet.print_area(0, 0, 40, 8)
        book.close()
        return unpacked(stream.getvalue())

    return make


@pytest.fixture(scope="session")
def orders(tab: Callable[..., Parts]) -> Orders:
    """Make the edits of a whole run over one table."""
    parts = tab("仪表盘")

    def make(
        sheet: str,
        *,
        number: int = 1,
        header_row: int = 1,
        last_row: int = 4,
        after_column: int = 2,
        status: str = "延期",
        fingerprint: str = "one",
        columns: Sequence[EngineColumn] = COLUMNS,
    ) -> tuple[Edit, ...]:
        rows = range(header_row + 1, last_row + 1)
        return (
            AppendColumns(
                sheet=sheet,
                number=number,
                header_row=header_row,
                last_row=last_row,
                after_column=after_column,
                columns=tuple(columns),
            ),
            SetCells(sheet=sheet, number=number, column="status", values=dict.fromkeys(rows, status)),
            SetCells(
                sheet=sheet,
                number=number,
                column="note",
                values={row: f"{status} <&> _x0041_\n第{row}行" for row in rows},
            ),
            SetCells(
                sheet=sheet,
                number=number,
                column="since",
                values={row: datetime(2023, 10, 16, 9, 30) for row in rows},
            ),
            MarkRows(
                sheet=sheet,
                number=number,
                header_row=header_row,
                last_row=last_row,
                first_column=1,
                column="status",
                styles=(("延期", "late"), ("数据存疑", "faulty"), ("正常", "normal")),
            ),
            ReplaceSheet(
                role="dashboard", title="仪表盘", draw=lambda: parts, fingerprint=fingerprint, first=True
            ),
        )

    return make


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook as people have it: two columns, three records, on sheet 任务."""

    def make(name: str = "计划.xlsx", change: Callable[..., None] | None = None) -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("任务")
        bold = book.add_format({"bold": True, "border": 1})
        plain = book.add_format({"border": 1})
        for column, title in enumerate(("编号", "名称")):
            sheet.write_string(0, column, title, bold)
        for row in range(1, 4):
            sheet.write_string(row, 0, f"T{row}", plain)
            sheet.write_string(row, 1, f"任务{row}", plain)
        if change is not None:
            change(book, sheet)
        book.close()
        return path

    return make
