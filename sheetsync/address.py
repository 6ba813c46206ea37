"""Where tables lie: `path.xlsx`, `path.xlsx#Sheet`, `bitable:APP_TOKEN/TABLE_ID` or `bitable:APP_TOKEN`."""

import re
from dataclasses import dataclass
from pathlib import Path

from sheetsync.errors import UsageError
from sheetsync.text import Text

_BITABLE = re.compile(r"bitable:([A-Za-z0-9]+)(?:/([A-Za-z0-9]+))?", re.IGNORECASE)
_LINK = re.compile(
    r"https://[a-z0-9.-]+/base/([A-Za-z0-9]+)(?:\?(?:[^#]*&)?table=([A-Za-z0-9]+)[^#]*|\?[^#]*)?(?:#.*)?"
)
_REMOTE = ("bitable:", "https://")
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


Address = BookAddress | BitableAddress

Book = Path | BitableAddress
"""Where tables that are judged together lie: a workbook, or a base."""


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
        found = _BITABLE.fullmatch(text) or _LINK.fullmatch(text)
        if found is None:
            raise UsageError(
                Text(f"多维表格地址写错了：{text}。", f"This is no address of a Bitable table: {text}."),
                fix=Text(
                    "应写成 bitable:APP_TOKEN/TABLE_ID，两者都在表格网址里：/base/APP_TOKEN?table=TABLE_ID。",
                    "Write bitable:APP_TOKEN/TABLE_ID; both stand in its web address: "
                    "/base/APP_TOKEN?table=TABLE_ID.",
                ),
            )
        return BitableAddress(found[1], found[2])
    if not text.strip():
        raise UsageError(
            Text("地址是空的。", "The address is empty."),
            fix=Text("应写成 文件.xlsx 或 文件.xlsx#工作表。", "Write book.xlsx or book.xlsx#Sheet."),
        )
    named = _SHEET.fullmatch(text)
    if named is None or _at(text, folder).exists():
        return BookAddress(_at(text, folder))
    return BookAddress(_at(named[1], folder), named[2])


def _at(path: str, folder: Path | None) -> Path:
    return Path(path) if folder is None else folder / path
