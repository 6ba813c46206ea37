"""Tables in text files, CSV and TSV, as spreadsheet programs in China write them: read only.

The encoding is found, not asked for: a byte order mark, else UTF-8, else GB18030 (which contains GBK and
GB2312). So is the separator. Every cell is text as it stands, `=1+1` too.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from sheetsync.collector import uncollected
from sheetsync.disk.content import digest
from sheetsync.errors import InputRefusedError
from sheetsync.excel.gate import LIMITS, Limits, read_bytes
from sheetsync.excel.refusals import beyond
from sheetsync.model.table import RawBook, RawSheet, Version
from sheetsync.text import Text

SUFFIXES = (".csv", ".tsv")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATORS = (",", "\t", ";")
_SNIFFED = 50
"""Rows that the separator is found by."""

_LONGEST = 2**31 - 1
_END = "\ue000end of the file\ue000"
_SAVE_ANEW = Text(
    "请在 Excel 或 WPS 中打开检查，另存为 .xlsx 再试。",
    "Open it in Excel or WPS, check it, save it as .xlsx, and try again.",
)


class DelimitedFile:
    """One CSV or TSV file; meets the port TableReader.

    Args:
        path: The file, as the user named it.
        limits: How much of a file we are ready to take in.
    """

    def __init__(self, path: Path, *, limits: Limits = LIMITS) -> None:
        self._path = path
        self._limits = limits

    def read(self) -> RawBook:
        """Return the table as the one sheet of a workbook, named after the file.

        Raises:
            InputRefusedError: It cannot be read safely.
            BusyError: Another program holds it.
        """
        where = str(self._path)
        content = read_bytes(self._path, self._limits)
        with uncollected():
            rows = parse(_decoded(content, where), self._path.suffix, limits=self._limits, where=where)
        return RawBook(
            name=self._path.name,
            version=Version(digest(content)),
            sheets=(RawSheet(name=self._path.stem, rows=rows),),
        )


def is_delimited(path: Path) -> bool:
    """Return True if the name is that of a text file with a table."""
    return path.suffix.lower() in SUFFIXES


def read_only(path: Path) -> InputRefusedError:
    """Return the refusal to write to a text file."""
    return InputRefusedError(
        Text("CSV 文件只能读取，不能写入。", "A CSV file can be read but not written to."),
        why=Text("它存不下颜色和多个工作表。", "It cannot hold colours and several sheets."),
        fix=Text(
            "请在 Excel 或 WPS 中另存为 .xlsx，再对它写入。",
            "Save it as .xlsx in Excel or WPS and write to that.",
        ),
        where=str(path),
    )


def parse(text: str, suffix: str, *, limits: Limits = LIMITS, where: str = "") -> list[list[str]]:
    """Return the cells row by row, each row equally long, without empty rows and columns at the end.

    Args:
        text: The whole file.
        suffix: Its ending; decides where the text does not tell the separator.
        limits: How much is acceptable.
        where: The path, for messages.

    Raises:
        InputRefusedError: It is beyond the limits, or a quotation mark is not closed.
    """
    text, separator = _separated(text, suffix)
    shared: dict[str, str] = {}
    rows: list[list[str]] = []
    width = height = 0
    # A quotation mark that nobody closes swallows all that follows: then the end does not come out alone.
    for cells in _records(text.rstrip("\r\n\0\x1a") + f"\n{_END}", separator):
        row = [shared.setdefault(cell, cell) for cell in map(_cell, cells)]
        if any(row) and row[0] != _END:
            while not row[-1]:
                row.pop()
            width, height = max(width, len(row)), len(rows) + 1
        rows.append(row)
        if len(rows) > limits.rows + 1:
            raise beyond(f"多于 {limits.rows} 行", f"more than {limits.rows} rows", "rows", where)
    if rows.pop() != [_END]:
        raise InputRefusedError(
            Text(
                "有一个引号没有成对，它之后的内容无法分清。",
                "A quotation mark is not closed; what follows is unclear.",
            ),
            fix=_SAVE_ANEW,
            where=where,
        )
    if width > limits.columns:
        raise beyond(f"多于 {limits.columns} 列", f"more than {limits.columns} columns", "columns", where)
    if width * len(rows) > limits.area:
        raise beyond(f"多于 {limits.area} 个单元格", f"more than {limits.area} cells", "cells", where)
    del rows[height:]
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def _decoded(content: bytes, where: str) -> str:
    if not content:
        raise InputRefusedError(Text("文件是空的（0 字节）。", "The file is empty (0 bytes)."), where=where)
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        raise InputRefusedError(
            Text("这不是 CSV，而是工作簿。", "This is no CSV but a workbook."),
            fix=Text("请把扩展名改回 .xlsx 再试。", "Give it back its ending .xlsx and try again."),
            where=where,
        )
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _as(encoding, content[len(mark) :], where)
    if b"\0" in content.rstrip(b"\0"):
        raise _undecodable(where)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _as("gb18030", content, where)


def _as(encoding: str, content: bytes, where: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(where) from error


def _undecodable(where: str) -> InputRefusedError:
    return InputRefusedError(
        Text("文字编码认不出来，或文件已损坏。", "The text encoding is not known, or the file is damaged."),
        why=Text("能读 UTF-8、UTF-16 和 GB18030（GBK）。", "UTF-8, UTF-16 and GB18030 (GBK) can be read."),
        fix=Text(
            "请在 Excel 或 WPS 中打开，另存为“CSV UTF-8”或 .xlsx 再试。",
            "Open it in Excel or WPS, save it as 'CSV UTF-8' or .xlsx, and try again.",
        ),
        where=where,
    )


def _separated(text: str, suffix: str) -> tuple[str, str]:
    """Return the text without a first line like `sep=;`, and the separator."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r")
    if first[:4].lower() == "sep=" and len(first) == 5:
        return rest, first[4]
    usual = "\t" if suffix.lower() == ".tsv" else ","
    order = sorted(_SEPARATORS, key=lambda separator: separator != usual)
    return text, max(order, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> int:
    """Return how much the first rows look like a table: rows of the commonest width, times the width."""
    widths = Counter(len(row) for row in islice(_records(text, separator), _SNIFFED) if row)
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def _records(text: str, separator: str) -> Iterator[Sequence[str]]:
    csv.field_size_limit(_LONGEST)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _cell(cell: str) -> str:
    """Return a cell with line breaks as workbooks have them."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
