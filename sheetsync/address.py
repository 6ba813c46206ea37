"""Where tables lie: `path.xlsx`, `path.xlsx#Sheet`, or at Feishu.

There, `bitable:APP_TOKEN` is a base, `bitable:APP_TOKEN/TABLE_ID` a table of it, `feishu-sheet:TOKEN` a
spreadsheet, and `feishu-sheet:TOKEN/SHEET_ID` a tab of it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from sheetsync.errors import UsageError
from sheetsync.text import Text

_BITABLE = re.compile(r"bitable:([A-Za-z0-9]+)(?:/([A-Za-z0-9]+))?", re.IGNORECASE)
_LINK = re.compile(
    r"https://[a-z0-9.-]+/base/([A-Za-z0-9]+)(?:\?(?:[^#]*&)?table=([A-Za-z0-9]+)[^#]*|\?[^#]*)?(?:#.*)?"
)
_SHEETS = re.compile(r"feishu-sheet:([A-Za-z0-9]+)(?:/([A-Za-z0-9]+))?", re.IGNORECASE)
_SHEETS_LINK = re.compile(
    r"https://[a-z0-9.-]+/sheets/([A-Za-z0-9]+)(?:\?(?:[^#]*&)?sheet=([A-Za-z0-9]+)[^#]*|\?[^#]*)?(?:#.*)?"
)
_REMOTE = ("bitable:", "feishu-sheet:", "https://")
_SHEET = re.compile(r"(.+\.[A-Za-z]{3,4})#(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BookAddress:
    """A table of a workbook.

    Args:
        path: The workbook.
        sheet: Its sheet, None where there is but one with the form.
    """

    path: Path
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class BitableAddress:
    """A Feishu base, or a table of it.

    Args:
        app_token: Of the base.
        table_id: Of the table; None for the base as a whole.
    """

    app_token: str
    table_id: str | None = None

    def __str__(self) -> str:
        table = "" if self.table_id is None else f"/{self.table_id}"
        return f"bitable:{self.app_token}{table}"

    @property
    def name(self) -> str:
        """What it is called where a file would be by its name."""
        return str(self)


@dataclass(frozen=True, slots=True)
class FeishuSheetAddress:
    """A spreadsheet of Feishu, or a tab of it.

    Args:
        token: Of the spreadsheet.
        sheet_id: Of the tab; None for the spreadsheet as a whole.
    """

    token: str
    sheet_id: str | None = None

    def __str__(self) -> str:
        tab = "" if self.sheet_id is None else f"/{self.sheet_id}"
        return f"feishu-sheet:{self.token}{tab}"

    @property
    def name(self) -> str:
        """What it is called where a file would be by its name."""
        return str(self)


Address = BookAddress | BitableAddress | FeishuSheetAddress

Book = Path | BitableAddress | FeishuSheetAddress
"""Where tables that are judged together lie: a workbook, a base, or a spreadsheet of Feishu."""


def is_remote(text: str) -> bool:
    """Tell whether an address is none of a file."""
    return text.lower().startswith(_REMOTE)


def parse(text: str, folder: Path | None = None) -> Address:
    """Return what an address means.

    Args:
        text: As it was given. Of a file whose own name looks like file and sheet, the file is meant.
        folder: What a path is counted from; the current folder when None.

    Raises:
        UsageError: It means nothing.
    """
    if is_remote(text):
        return _remote(text)
    if not text.strip():
        raise UsageError(
            Text("地址是空的。", "The address is empty."),
            fix=Text("应写成 文件.xlsx 或 文件.xlsx#工作表。", "Write book.xlsx or book.xlsx#Sheet."),
        )
    named = _SHEET.fullmatch(text)
    if named is None or _at(text, folder).exists():
        return BookAddress(_at(text, folder))
    return BookAddress(_at(named[1], folder), named[2])


def _remote(text: str) -> BitableAddress | FeishuSheetAddress:
    """Return what an address at Feishu means.

    Raises:
        UsageError: It means nothing.
    """
    sheet = _SHEETS.fullmatch(text) or _SHEETS_LINK.fullmatch(text)
    if sheet is not None:
        return FeishuSheetAddress(sheet[1], sheet[2])
    found = _BITABLE.fullmatch(text) or _LINK.fullmatch(text)
    if found is not None:
        return BitableAddress(found[1], found[2])
    if text.lower().startswith("feishu-sheet:") or "/sheets/" in text:
        raise UsageError(
            Text(f"飞书表格地址写错了：{text}。", f"This is no address of a Feishu spreadsheet: {text}."),
            fix=Text(
                "应写成 feishu-sheet:TOKEN 或 feishu-sheet:TOKEN/SHEET_ID，"
                "都在表格网址里：/sheets/TOKEN?sheet=SHEET_ID。",
                "Write feishu-sheet:TOKEN or feishu-sheet:TOKEN/SHEET_ID; both stand in its web address: "
                "/sheets/TOKEN?sheet=SHEET_ID.",
            ),
        )
    raise UsageError(
        Text(f"多维表格地址写错了：{text}。", f"This is no address of a Bitable table: {text}."),
        fix=Text(
            "应写成 bitable:APP_TOKEN/TABLE_ID，两者都在表格网址里：/base/APP_TOKEN?table=TABLE_ID。",
            "Write bitable:APP_TOKEN/TABLE_ID; both stand in its web address: "
            "/base/APP_TOKEN?table=TABLE_ID.",
        ),
    )


def _at(path: str, folder: Path | None) -> Path:
    return Path(path) if folder is None else folder / path
