"""Spreadsheets of Feishu in the tests: workbooks copied into them, and ways to them as stores."""

from datetime import date, datetime, time, timedelta

from sheetsync.feishusheets.store import FeishuSheetStore
from sheetsync.ports import TableReader
from sheetsync.templates.layout import engine_columns
from tests.feishu_server import FeishuServer, bare_client
from tests.feishu_server.sheets import Sheet, Spreadsheet

EPOCH = datetime(1899, 12, 30)
TITLES = (engine_columns("zh"), engine_columns("en"))


def copied(feishu: FeishuServer, source: TableReader, title: str = "任务表") -> Spreadsheet:
    """Return a spreadsheet that holds what a workbook holds, as if a person had imported it.

    Our marks are lost on the way, our tabs stay behind.
    """
    made = feishu.spreadsheet(title)
    for sheet in source.read().sheets:
        if sheet.ours:
            continue
        tab = made.sheet(sheet.name, [])
        width = max((len(cells) for cells in sheet.rows), default=0)
        bottom = sheet.first_row + len(sheet.rows)
        tab.grid = (max(200, bottom), max(20, sheet.first_column + width - 1))
        tab.merges = list(sheet.merged)
        tab.hidden = sheet.hidden
        formats = [
            sheet.facts.number_formats(column)
            for column in range(sheet.first_column, sheet.first_column + width)
        ]
        for row, cells in enumerate(sheet.rows, sheet.first_row):
            for place, cell in enumerate(cells):
                if cell != "":
                    code = formats[place].get(row, "")
                    fill(tab, row, sheet.first_column + place, cell, code if "%" in code else "")
    return made


def fill(tab: Sheet, row: int, column: int, cell: object, formatter: str = "") -> None:
    """Fill in a cell as a person does: days and times become numbers that are shown as such."""
    if isinstance(cell, datetime):
        formatter = "yyyy/MM/dd" if cell.time() == time() else "yyyy/MM/dd HH:mm"
        cell = (cell - EPOCH) / timedelta(days=1)
    elif isinstance(cell, date):
        formatter, cell = "yyyy/MM/dd", (cell - EPOCH.date()).days
    elif isinstance(cell, time):
        formatter, cell = "HH:mm", (cell.hour * 60 + cell.minute) / 1440
    tab.cells[row, column] = cell
    if formatter:
        tab.format(formatter, (row, column))


def store_of(
    feishu: FeishuServer, document: Spreadsheet, sheet: str | None = None, *, whole_rows: bool = False
) -> FeishuSheetStore:
    """Return a spreadsheet of the tests as a store."""
    return FeishuSheetStore(bare_client(feishu), document.token, sheet, titles=TITLES, whole_rows=whole_rows)
