"""The gate: what a file is and whether it may be opened, before any library sees it (reliability, 10)."""

import errno
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from sheetsync.disk.content import Content, FileContent
from sheetsync.errors import BusyError, InputRefusedError
from sheetsync.excel.book import Book
from sheetsync.excel.package import TYPES, Package
from sheetsync.excel.refusals import beyond, damaged, not_a_workbook, unsafe, unsupported
from sheetsync.excel.zipped import DEFLATED, ENCRYPTED, STORED, Archive, DamagedZipError, Member
from sheetsync.text import Text, same

MEGABYTE = 1 << 20
_TEXT_SUFFIXES = (".xml", ".rels", ".vml")
_HEAD = 4096
_PROLOG, _PROLOG_MOST = 512, 1 << 20
"""Bytes in which the root element of a part usually begins, and in which it must begin."""
_REMARK = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ROOT = re.compile(rb"<[^!?]")
_WORKBOOKS = ("spreadsheetml.sheet.main+xml", "sheet.macroenabled.main+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file we are ready to take in; sizes in bytes.

    Args:
        file_bytes: Size of the file.
        members: Number of members in the archive.
        unpacked_bytes: Inflated size of all members.
        part: Inflated size of one member.
        ratio: Inflated to packed size, for members above `ratio_from`.
        ratio_from: See `ratio`.
        sheets: Number of tabs.
        rows: Number of rows with content in one sheet.
        columns: Number of the last column with content.
        gap: Rows behind so many empty ones in a row are not read.
        area: Cells of the rectangle that holds all content of one sheet.
    """

    file_bytes: int = 100 * MEGABYTE
    members: int = 20_000
    unpacked_bytes: int = 512 * MEGABYTE
    part: int = 256 * MEGABYTE
    ratio: int = 200
    ratio_from: int = 8 * MEGABYTE
    sheets: int = 2_000
    rows: int = 200_000
    columns: int = 1_000
    gap: int = 1_000
    area: int = 40_000_000


LIMITS = Limits()


def open_content(path: Path, limits: Limits = LIMITS) -> FileContent:
    """Return a regular file of acceptable size, open for reading.

    Raises:
        InputRefusedError: It is missing, no regular file, too large or may not be read.
        BusyError: Another program holds it.
    """
    where = str(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        if error.errno in (errno.EBUSY, errno.ETXTBSY):
            raise BusyError(
                Text("文件正被其他程序占用。", "Another program holds the file."), where=where
            ) from error
        raise InputRefusedError(
            Text("无法读取这个文件。", "The file cannot be read."),
            why=same(f"({error.strerror})"),
            where=where,
        ) from error
    try:
        _check_kind(os.fstat(handle), limits, where)
    except BaseException:
        os.close(handle)
        raise
    return FileContent(os.fdopen(handle, "rb", buffering=0))


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """Return the bytes of a regular file of acceptable size.

    Raises:
        InputRefusedError: It is missing, no regular file, too large or may not be read.
        BusyError: Another program holds it.
    """
    with open_content(path, limits) as content:
        try:
            return content[:]
        except (OSError, ValueError) as error:
            raise damaged(str(error), str(path)) from error


def open_package(
    content: Content,
    where: str,
    limits: Limits = LIMITS,
    *,
    archive: Archive | None = None,
    known: bool = False,
) -> tuple[Package, Book]:
    """Return the package and its workbook part, once they are found safe.

    Args:
        content: The bytes of the file.
        where: The path, for messages.
        limits: How much is acceptable.
        archive: The same as an archive, where its directory was read already.
        known: True if it is known already that no part holds a document type.

    Raises:
        InputRefusedError: They are no workbook that we can read, or not safe.
    """
    _recognise(content, where)
    try:
        archive = archive or Archive(content)
        _check_members(archive, limits, where)
        package = Package(archive)
        if not package.has(TYPES):
            raise not_a_workbook(Text("别的压缩文件", "another kind of archive"), where)
        book = _workbook(package, where)
        _check_signature(package, where)
        if not known:
            _check_parts(archive, where)
    except (DamagedZipError, ValueError) as error:
        raise damaged(str(error), where) from error
    if len(book.sheets) > limits.sheets:
        raise beyond(
            f"工作表多于 {limits.sheets} 个", f"it has more than {limits.sheets} sheets", "sheets", where
        )
    names = [sheet.name.casefold() for sheet in book.sheets]
    if len(set(names)) < len(names):
        raise damaged("two sheets have one name", where)
    return package, book


def _check_kind(status: os.stat_result, limits: Limits, where: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise InputRefusedError(
            Text("这是文件夹，不是工作簿。", "This is a folder, not a workbook."), where=where
        )
    if not stat.S_ISREG(status.st_mode):
        raise InputRefusedError(Text("这不是普通文件。", "This is no regular file."), where=where)
    if status.st_size > limits.file_bytes:
        size = limits.file_bytes // MEGABYTE
        raise beyond(f"文件大于 {size} MB", f"the file is larger than {size} MB", "file_megabytes", where)


def _missing(path: Path) -> InputRefusedError:
    return InputRefusedError(
        Text("找不到这个文件。", "There is no such file."),
        fix=Text("请检查路径和文件名。", "Check the path and the name."),
        where=str(path),
    )


def _recognise(content: Content, where: str) -> None:
    """Refuse what is no zip archive, and say what it is."""
    head = content[:_HEAD]
    if head.startswith(b"PK\3\4"):
        return
    if not head:
        raise not_a_workbook(Text("空文件（0 字节）", "an empty file (0 bytes)"), where)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _compound(content[:], where)
    if head.startswith(b"%PDF"):
        raise not_a_workbook(Text(" PDF 文件", "a PDF"), where)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<meta", b"<table", b"<head")):
        raise not_a_workbook(Text("网页（HTML）", "a web page (HTML)"), where)
    if start.startswith(b"<?xml"):
        raise not_a_workbook(Text(" XML 文件（例如 Excel 2003 XML）", "an XML file (Excel 2003 XML?)"), where)
    if where.lower().endswith(".txt") or (b"\0" not in head and b"," in head):
        raise InputRefusedError(
            Text(
                "这不是 .xlsx 工作簿，而是文本文件（CSV）。",
                "This is no .xlsx workbook but a text file (CSV).",
            ),
            fix=Text(
                "请把扩展名改为 .csv，或在 Excel、WPS 中另存为 .xlsx。",
                "Give it the ending .csv, or save it as .xlsx in Excel or WPS.",
            ),
            where=where,
        )
    raise not_a_workbook(Text("未知格式的文件", "a file of unknown format"), where)


def _compound(content: bytes, where: str) -> InputRefusedError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return unsupported(
            "工作簿有打开密码，无法读取。",
            "The workbook is encrypted with a password.",
            Text("请在 Excel 中去掉打开密码后再试。", "Remove the password in Excel and try again."),
            where,
        )
    return not_a_workbook(Text("旧版 .xls 文件", "an old .xls file"), where)


def _check_members(archive: Archive, limits: Limits, where: str) -> None:
    members = archive.members
    if len(members) > limits.members:
        raise beyond(
            f"内部文件多于 {limits.members} 个",
            f"it has more than {limits.members} members",
            "members",
            where,
        )
    seen: set[str] = set()
    for member in members:
        _check_name(member, seen, where)
        _check_size(member, limits, where)
        if member.flags & ENCRYPTED:
            raise unsupported("工作簿内部有加密部分。", "The workbook has encrypted parts.", where=where)
        if member.method not in (STORED, DEFLATED):
            raise unsupported("工作簿用了不支持的压缩方法。", "An unknown compression method.", where=where)
    if sum(member.size for member in members) > limits.unpacked_bytes:
        raise beyond(
            f"展开后大于 {limits.unpacked_bytes // MEGABYTE} MB",
            f"it is larger than {limits.unpacked_bytes // MEGABYTE} MB when unpacked",
            "unpacked_megabytes",
            where,
        )
    ordered = sorted(members, key=lambda member: member.start)
    ends = [member.start for member in ordered[1:]] + [archive.directory_start]
    if any(member.end > limit for member, limit in zip(ordered, ends, strict=False)):
        raise unsafe("内部文件互相重叠", "its members overlap", where)


def _check_name(member: Member, seen: set[str], where: str) -> None:
    raw = member.name
    key = raw.replace("\\", "/").lstrip("/").lower()
    if key in seen:
        raise unsafe(f"内部文件重名（{raw}）", f"two members have the name {raw}", where)
    seen.add(key)
    if "\0" in raw or ".." in key.split("/"):
        raise unsafe("内部文件名不安全", f"an unsafe member name ({raw!r})", where)


def _check_size(member: Member, limits: Limits, where: str) -> None:
    if member.size > limits.part:
        raise beyond(
            f"{member.name} 展开后大于 {limits.part // MEGABYTE} MB",
            f"{member.name} is larger than {limits.part // MEGABYTE} MB when unpacked",
            "part_megabytes",
            where,
        )
    if member.size > limits.ratio_from and member.size > limits.ratio * max(member.packed, 1):
        raise beyond(
            f"{member.name} 压缩比异常",
            f"{member.name} is packed suspiciously tightly",
            "packing_ratio",
            where,
        )


def _workbook(package: Package, where: str) -> Book:
    part = package.related("", "officeDocument")
    if part is None:
        raise not_a_workbook(Text("别的 Office 或压缩文件", "another kind of Office file or archive"), where)
    kind = (package.content_type(part) or "").lower()
    if "binary" in kind or part.lower().endswith(".bin"):
        raise not_a_workbook(Text("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"), where)
    if not kind.endswith(_WORKBOOKS):
        raise not_a_workbook(
            Text(f"别的 Office 文件（{kind}）", f"another kind of Office file ({kind})"), where
        )
    book = Book(package, package.proper_name(part))
    if not book.sheets:
        raise damaged("no sheets", where)
    missing = next((sheet.name for sheet in book.sheets if not sheet.part), None)
    if missing is not None:
        raise damaged(f"sheet {missing} has no part", where)
    return book


def _check_signature(package: Package, where: str) -> None:
    if any(name.lower().startswith("_xmlsignatures/") for name in package.names()):
        raise unsupported(
            "工作簿带有数字签名，任何改动都会使签名失效。",
            "The workbook is digitally signed; any change would void the signature.",
            Text(
                "请在 Excel 中移除签名，或另存一份未签名的副本。",
                "Remove the signature in Excel, or save an unsigned copy.",
            ),
            where,
        )


def _check_parts(archive: Archive, where: str) -> None:
    """Refuse document types anywhere; a declaration can only stand before the root element."""
    for member in archive.members:
        if not member.name.lower().endswith(_TEXT_SUFFIXES):
            continue
        head = _prolog(archive, member)
        if head is None:
            raise unsafe(f"{member.name} 没有正文", f"{member.name} begins with remarks without end", where)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise unsafe(
                f"{member.name} 含有 DOCTYPE", f"{member.name} has a document type declaration", where
            )


def _prolog(archive: Archive, member: Member) -> bytes | None:
    """Return the start of a part up to its root element at least, or None if that does not come."""
    size = _PROLOG
    while True:
        head = archive.inflate(member, size).replace(b"\0", b"")
        if size >= member.size or _ROOT.search(_REMARK.sub(b"", head)):
            return head
        if size >= _PROLOG_MOST:
            return None
        size *= 4
