"""Zip archives: the directory, one member inflated, and new archives that copy the rest raw.

The standard library cannot copy a member without inflating it. Here an untouched member keeps its local
record (header, data, data descriptor) and its directory record byte for byte; only the offset moves.
Layouts are those of PKWARE's APPNOTE sections 4.3.7 to 4.3.16.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import BinaryIO, NamedTuple

from sheetsync.disk.content import Content, blocks
from sheetsync.excel.codec import CodecError, Packed, crc32, inflater, pack

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ONES = 0xFFFFFFFF
_SLICE = 1 << 17
"""Packed bytes that are inflated at a time."""
_PIECE = 1 << 20
"""Inflated bytes that come at a time, at most."""
_HEADROOM = 1 << 9

ENCRYPTED, DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
STORED, DEFLATED = 0, 8


class DamagedZipError(ValueError):
    """The bytes are no whole zip archive; the message says what is wrong."""


class Member(NamedTuple):
    """One member as the directory describes it.

    Args:
        name: Its name, decoded; separators as they are.
        flags: General purpose bits.
        method: 0 stored, 8 deflated.
        crc: CRC-32 of the inflated bytes.
        size: Inflated size in bytes.
        packed: Size of the data in the archive, in bytes.
        start: Offset of the local record.
        data: Offset of its data.
        end: Offset behind the local record, data descriptor included.
        record: Its directory record, raw.
    """

    name: str
    flags: int
    method: int
    crc: int
    size: int
    packed: int
    start: int
    data: int
    end: int
    record: bytes


class Archive:
    """A zip archive.

    Args:
        content: Its bytes.

    Raises:
        DamagedZipError: It is truncated or contradicts itself.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self.members, self.directory_start, self.comment = _read_directory(content)

    def inflate(self, member: Member, at_most: int | None = None) -> bytes:
        """Return the bytes of `member`, or its first `at_most` bytes without a check.

        Raises:
            DamagedZipError: Size or CRC differ from the directory, or the method is unknown.
        """
        if at_most is not None:
            size = min(at_most, member.size)
            stored = member.method == STORED
            # Deflate makes the worst bytes hardly longer.
            most = member.data + min(member.packed, size if stored else 2 * size + _HEADROOM)
            packed = self._content[member.data : most]
            found = packed if stored else _beginning(packed, size)[:size]
            if len(found) < size and most < member.data + member.packed:
                # A stream may be padded with empty blocks, so that its beginning says nothing.
                found = _beginning(self._content[member.data : member.data + member.packed], size)[:size]
            return found
        return b"".join(self.pieces(member))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of `member` piece by piece; never more of them than the directory says.

        Raises:
            DamagedZipError: Size or CRC differ from the directory (seen at the end), or unknown method.
        """
        if member.method not in (STORED, DEFLATED):
            raise DamagedZipError(f"{member.name}: unknown compression method {member.method}")
        packed = blocks(self._content, member.data, member.data + member.packed, _SLICE)
        size = crc = 0
        for piece in packed if member.method == STORED else _inflated(packed, member.size):
            size += len(piece)
            if size > member.size:
                break
            crc = crc32(piece, crc)
            yield piece
        if size != member.size or crc != member.crc:
            raise DamagedZipError(f"{member.name}: size or checksum is wrong")

    def rewrite(
        self,
        file: BinaryIO,
        *,
        replaced: Mapping[str, bytes | Packed],
        dropped: AbstractSet[str],
        added: Iterable[tuple[str, bytes]],
    ) -> None:
        """Write a new archive: same order, dates and flags; `added` at the end.

        Args:
            file: Where to, at its beginning.
            replaced: New bytes of members, packed or not, by exact name.
            dropped: Exact names of members to leave out.
            added: Names and bytes of new members.
        """
        directory: list[bytes] = []
        offset = 0
        for member in self.members:
            if member.name in dropped:
                continue
            if member.name in replaced:
                head, data, record = _renew(self._content, member, replaced[member.name], offset)
                written = _write(file, [head], blocks(data))
            else:
                record = _moved(member.record, offset)
                written = _write(file, blocks(self._content, member.start, member.end))
            offset += written
            directory.append(record)
        stamp = self.members[0].record[12:16] if self.members else b"\0\0\x21\0"
        for name, plain in added:
            head, data, record = _fresh(name, plain, stamp, offset)
            offset += _write(file, [head], blocks(data))
            directory.append(record)
        size = sum(map(len, directory))
        count = len(directory)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, len(self.comment))
        _write(file, [*directory, end, self.comment])


def _write(file: BinaryIO, *parts: Iterable[bytes]) -> int:
    """Write bytes one after another and return how many there were."""
    written = 0
    for part in parts:
        for piece in part:
            file.write(piece)
            written += len(piece)
    return written


def _beginning(packed: bytes, limit: int) -> bytes:
    """Return the first inflated bytes; zlib's inflater is made faster than the one for whole members."""
    try:
        return zlib.decompressobj(-15).decompress(packed, limit)
    except zlib.error as error:
        raise DamagedZipError(f"compressed data is damaged: {error}") from error


def unpacked(packed: Packed) -> Iterator[bytes]:
    """Yield the bytes of what was packed, piece by piece."""
    pieces = blocks(packed.data, size=_SLICE)
    return pieces if packed.stored else _inflated(pieces, packed.size)


def _inflated(packed: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield inflated bytes in pieces that stay small, however tightly they are packed.

    Args:
        packed: A raw deflate stream, piece by piece.
        size: How many bytes it should hold: room is made for one more, so that a longer one is seen.
    """
    unpacker = inflater()
    left = size
    try:
        for part in packed:
            waiting = part
            while waiting:
                piece = unpacker.decompress(waiting, min(_PIECE, max(left, 0) + 1))
                if piece:
                    left -= len(piece)
                    yield piece
                waiting = unpacker.unconsumed_tail
        if last := unpacker.flush():
            yield last
    except CodecError as error:
        raise DamagedZipError(f"compressed data is damaged: {error}") from error
    if not unpacker.eof:
        raise DamagedZipError("compressed data ends too early")


def _read_directory(content: Content) -> tuple[tuple[Member, ...], int, bytes]:
    whole = len(content)
    last = max(0, whole - _END.size - 0xFFFF)
    tail = content[last:whole]
    end = tail.rfind(b"PK\5\6")
    if end < 0 or end + _END.size > len(tail):
        raise DamagedZipError("the directory at the end is missing; the file is truncated")
    _, _, _, _, count, size, start, comment = _END.unpack_from(tail, end)
    if end + _END.size + comment > len(tail):
        raise DamagedZipError("the comment at the end is cut off; the file is truncated")
    bottom = last + end
    place = bottom - _END64_PLACE.size
    mark = content[place:bottom] if place >= 0 else b""
    if mark.startswith(b"PK\6\7"):
        _, _, bottom, _ = _END64_PLACE.unpack(mark)
        wide = content[bottom : bottom + _END64.size]
        if bottom + _END64.size > place or not wide.startswith(b"PK\6\6"):
            raise DamagedZipError("the zip64 directory is damaged")
        _, _, _, _, _, _, _, count, size, start = _END64.unpack(wide)
    if start + size != bottom:
        raise DamagedZipError("the directory is not where the file says")
    directory = content[start:bottom]
    members = []
    position = 0
    for _ in range(count):
        member, position = _read_member(content, directory, position)
        members.append(member)
    if position != len(directory):
        raise DamagedZipError("the directory has another length than the file says")
    return tuple(members), start, tail[end + _END.size : end + _END.size + comment]


def _read_member(content: Content, directory: bytes, position: int) -> tuple[Member, int]:
    if position + _CENTRAL.size > len(directory) or directory[position : position + 4] != b"PK\1\2":
        raise DamagedZipError("the directory is damaged")
    fields = _CENTRAL.unpack_from(directory, position)
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra_length, comment_length, start = fields[10], fields[11], fields[12], fields[16]
    raw_name = directory[position + 46 : position + 46 + name_length]
    after = position + 46 + name_length + extra_length + comment_length
    if after > len(directory):
        raise DamagedZipError("the directory is damaged")
    record = directory[position:after]
    if _ONES in (size, packed, start):
        wide = iter(_zip64_numbers(record))
        size, packed, start = (
            next(wide, _ONES) if number == _ONES else number for number in (size, packed, start)
        )
    head = content[start : start + _LOCAL.size]
    if len(head) < _LOCAL.size or not head.startswith(b"PK\3\4"):
        raise DamagedZipError("a member is not where the directory says")
    local = _LOCAL.unpack(head)
    data = start + _LOCAL.size + local[9] + local[10]
    if data + packed > len(content):
        raise DamagedZipError("a member reaches beyond the file")
    member = Member(
        name=raw_name.decode("utf-8" if flags & UTF8 else "cp437", "replace"),
        flags=flags,
        method=method,
        crc=crc,
        size=size,
        packed=packed,
        start=start,
        data=data,
        end=data + packed + (_descriptor(content, data + packed, crc, packed) if flags & DESCRIPTOR else 0),
        record=record,
    )
    return member, after


def _descriptor(content: Content, at: int, crc: int, packed: int) -> int:
    """Return the length of a data descriptor: with or without its mark, with 4 or 8 byte sizes."""
    found = content[at : at + 24]
    for mark in (b"PK\7\x08", b""):
        for size in (4, 8):
            wanted = mark + crc.to_bytes(4, "little") + packed.to_bytes(size, "little")
            if found.startswith(wanted):
                return len(wanted) + size
    return 0


def _extra_fields(extra: bytes) -> Iterable[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, at, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _extra_of(record: bytes) -> tuple[int, bytes]:
    name_length, extra_length = struct.unpack_from("<2H", record, 28)
    return 46 + name_length, record[46 + name_length : 46 + name_length + extra_length]


def _zip64_numbers(record: bytes) -> tuple[int, ...]:
    for kind, _, body in _extra_fields(_extra_of(record)[1]):
        if kind == 1:
            return struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8])
    return ()


def _moved(record: bytes, offset: int) -> bytes:
    """Return the directory record with a new offset, in the field that holds it."""
    packed, size = struct.unpack_from("<2L", record, 20)
    changed = bytearray(record)
    if struct.unpack_from("<L", record, 42)[0] != _ONES:
        struct.pack_into("<L", changed, 42, offset)
        return bytes(changed)
    base, extra = _extra_of(record)
    for kind, at, _ in _extra_fields(extra):
        if kind == 1:
            before = 8 * (size == _ONES) + 8 * (packed == _ONES)
            struct.pack_into("<Q", changed, base + at + 4 + before, offset)
    return bytes(changed)


def _without_zip64(extra: bytes) -> bytes:
    return b"".join(
        struct.pack("<2H", kind, len(body)) + body for kind, _, body in _extra_fields(extra) if kind != 1
    )


def _renew(
    content: Content, member: Member, data: bytes | Packed, offset: int
) -> tuple[bytes, Content, bytes]:
    """Return local header, data and directory record of a member with new data."""
    packed = data if isinstance(data, Packed) else pack(data)
    fields = list(_CENTRAL.unpack_from(member.record))
    base, extra = _extra_of(member.record)
    raw_name, tail = member.record[46:base], member.record[base + len(extra) :]
    local = content[member.start : member.data]
    local_extra = _without_zip64(local[_LOCAL.size + _LOCAL.unpack_from(local)[9] :])
    extra = _without_zip64(extra)
    fields[2] = 20
    fields[3] &= UTF8
    fields[4] = STORED if packed.stored else DEFLATED
    fields[7:10] = packed.crc, len(packed.data), packed.size
    fields[11] = len(extra)
    fields[16] = offset
    head = _LOCAL.pack(b"PK\3\4", *fields[2:10], len(raw_name), len(local_extra))
    return head + raw_name + local_extra, packed.data, _CENTRAL.pack(*fields) + raw_name + extra + tail


def _fresh(name: str, data: bytes, stamp: bytes, offset: int) -> tuple[bytes, Content, bytes]:
    """Return local header, data and directory record of a new member."""
    packed = pack(data)
    raw_name = name.encode()
    flags = 0 if name.isascii() else UTF8
    time, date = struct.unpack("<2H", stamp)
    sizes = len(packed.data), packed.size
    shape = (20, flags, DEFLATED, time, date, packed.crc, *sizes, len(raw_name), 0)
    record = _CENTRAL.pack(b"PK\1\2", 20, *shape, 0, 0, 0, 0, offset) + raw_name
    return _LOCAL.pack(b"PK\3\4", *shape) + raw_name, packed.data, record
