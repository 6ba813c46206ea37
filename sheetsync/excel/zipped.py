"""Zip archives as bytes: the directory, one member inflated, and new archives that copy the rest raw.

The standard library cannot copy a member without inflating it. Here an untouched member keeps its local
record (header, data, data descriptor) and its directory record byte for byte; only the offset moves.
Layouts are those of PKWARE's APPNOTE sections 4.3.7 to 4.3.16.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sheetsync.excel.codec import CodecError, Packed, crc32, inflater, pack

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64_PLACE = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ONES = 0xFFFFFFFF

ENCRYPTED, DESCRIPTOR, UTF8 = 0x1, 0x8, 0x800
STORED, DEFLATED = 0, 8


class DamagedZipError(ValueError):
    """The bytes are no whole zip archive; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
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
    """A zip archive in memory.

    Args:
        content: The whole file.

    Raises:
        DamagedZipError: It is truncated or contradicts itself.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.members, self.directory_start, self.comment = _read_directory(content)

    def inflate(self, member: Member, at_most: int | None = None) -> bytes:
        """Return the bytes of `member`, or its first `at_most` bytes without a check.

        Raises:
            DamagedZipError: Size or CRC differ from the directory, or the method is unknown.
        """
        packed = memoryview(self.content)[member.data : member.data + member.packed]
        if at_most is not None:
            size = min(at_most, member.size)
            return bytes(packed[:size]) if member.method == STORED else _inflate(packed, size)[:size]
        return b"".join(self.pieces(member))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of `member` piece by piece; never more of them than the directory says.

        Raises:
            DamagedZipError: Size or CRC differ from the directory (seen at the end), or unknown method.
        """
        packed = memoryview(self.content)[member.data : member.data + member.packed]
        if member.method not in (STORED, DEFLATED):
            raise DamagedZipError(f"{member.name}: unknown compression method {member.method}")
        size = crc = 0
        for piece in _slices(packed) if member.method == STORED else _inflated(packed):
            size += len(piece)
            if size > member.size:
                break
            crc = crc32(piece, crc)
            yield piece
        if size != member.size or crc != member.crc:
            raise DamagedZipError(f"{member.name}: size or checksum is wrong")

    def rewrite(
        self,
        *,
        replaced: Mapping[str, bytes | Packed],
        dropped: AbstractSet[str],
        added: Iterable[tuple[str, bytes]],
    ) -> bytes:
        """Return a new archive: same order, dates and flags; `added` at the end.

        Args:
            replaced: New bytes of members, packed or not, by exact name.
            dropped: Exact names of members to leave out.
            added: Names and bytes of new members.
        """
        chunks: list[bytes | memoryview] = []
        directory: list[bytes] = []
        offset = 0
        view = memoryview(self.content)
        for member in self.members:
            if member.name in dropped:
                continue
            if member.name in replaced:
                local, record = _renew(self.content, member, replaced[member.name], offset)
                chunks.extend(local)
                offset += sum(map(len, local))
            else:
                chunks.append(view[member.start : member.end])
                record = _moved(member.record, offset)
                offset += member.end - member.start
            directory.append(record)
        stamp = self.members[0].record[12:16] if self.members else b"\0\0\x21\0"
        for name, data in added:
            local, record = _fresh(name, data, stamp, offset)
            chunks.extend(local)
            offset += sum(map(len, local))
            directory.append(record)
        size = sum(map(len, directory))
        count = len(directory)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, len(self.comment))
        return b"".join([*chunks, *directory, end, self.comment])


def _inflate(packed: memoryview, limit: int) -> bytes:
    try:
        return inflater().decompress(packed, limit)
    except CodecError as error:
        raise DamagedZipError(f"compressed data is damaged: {error}") from error


def unpacked(packed: Packed) -> Iterator[bytes]:
    """Yield the bytes of what was packed, piece by piece."""
    return _inflated(memoryview(packed.data))


def _slices(data: memoryview, size: int = 1 << 19) -> Iterator[bytes]:
    return (bytes(data[at : at + size]) for at in range(0, len(data), size))


def _inflated(packed: memoryview) -> Iterator[bytes]:
    """Yield inflated bytes in pieces that stay small, however tightly they are packed."""
    unpacker = inflater()
    try:
        for part in _slices(packed, 1 << 16):
            waiting = part
            while waiting:
                piece = unpacker.decompress(waiting, 1 << 20)
                if piece:
                    yield piece
                waiting = unpacker.unconsumed_tail
        if last := unpacker.flush():
            yield last
    except CodecError as error:
        raise DamagedZipError(f"compressed data is damaged: {error}") from error
    if not unpacker.eof:
        raise DamagedZipError("compressed data ends too early")


def _read_directory(content: bytes) -> tuple[tuple[Member, ...], int, bytes]:
    end = content.rfind(b"PK\5\6", max(0, len(content) - _END.size - 0xFFFF))
    if end < 0 or end + _END.size > len(content):
        raise DamagedZipError("the directory at the end is missing; the file is truncated")
    _, _, _, _, count, size, start, comment = _END.unpack_from(content, end)
    if end + _END.size + comment > len(content):
        raise DamagedZipError("the comment at the end is cut off; the file is truncated")
    bottom = end
    place = end - _END64_PLACE.size
    if place >= 0 and content[place : place + 4] == b"PK\6\7":
        _, _, bottom, _ = _END64_PLACE.unpack_from(content, place)
        if bottom + _END64.size > place or content[bottom : bottom + 4] != b"PK\6\6":
            raise DamagedZipError("the zip64 directory is damaged")
        _, _, _, _, _, _, _, count, size, start = _END64.unpack_from(content, bottom)
    if start + size != bottom:
        raise DamagedZipError("the directory is not where the file says")
    members = []
    position = start
    for _ in range(count):
        member, position = _read_member(content, position, bottom)
        members.append(member)
    if position != bottom:
        raise DamagedZipError("the directory has another length than the file says")
    return tuple(members), start, content[end + _END.size : end + _END.size + comment]


def _read_member(content: bytes, position: int, bottom: int) -> tuple[Member, int]:
    if position + _CENTRAL.size > bottom or content[position : position + 4] != b"PK\1\2":
        raise DamagedZipError("the directory is damaged")
    fields = _CENTRAL.unpack_from(content, position)
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra_length, comment_length, start = fields[10], fields[11], fields[12], fields[16]
    raw_name = content[position + 46 : position + 46 + name_length]
    after = position + 46 + name_length + extra_length + comment_length
    if after > bottom:
        raise DamagedZipError("the directory is damaged")
    record = content[position:after]
    wide = iter(_zip64_numbers(record))
    size, packed, start = (
        next(wide, _ONES) if number == _ONES else number for number in (size, packed, start)
    )
    if start + _LOCAL.size > len(content) or content[start : start + 4] != b"PK\3\4":
        raise DamagedZipError("a member is not where the directory says")
    local = _LOCAL.unpack_from(content, start)
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


def _descriptor(content: bytes, at: int, crc: int, packed: int) -> int:
    """Return the length of a data descriptor: with or without its mark, with 4 or 8 byte sizes."""
    for mark in (b"PK\7\x08", b""):
        for size in (4, 8):
            wanted = mark + crc.to_bytes(4, "little") + packed.to_bytes(size, "little")
            if content.startswith(wanted, at):
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


def _renew(content: bytes, member: Member, data: bytes | Packed, offset: int) -> tuple[list[bytes], bytes]:
    """Return local record (in pieces) and directory record of a member with new data."""
    packed = data if isinstance(data, Packed) else pack(data)
    fields = list(_CENTRAL.unpack_from(member.record))
    base, extra = _extra_of(member.record)
    raw_name, tail = member.record[46:base], member.record[base + len(extra) :]
    local = _LOCAL.unpack_from(content, member.start)
    local_extra_at = member.start + _LOCAL.size + local[9]
    local_extra = _without_zip64(content[local_extra_at : local_extra_at + local[10]])
    extra = _without_zip64(extra)
    fields[2] = 20
    fields[3] &= UTF8
    fields[4] = DEFLATED
    fields[7:10] = packed.crc, len(packed.data), packed.size
    fields[11] = len(extra)
    fields[16] = offset
    head = _LOCAL.pack(b"PK\3\4", *fields[2:10], len(raw_name), len(local_extra))
    return [head, raw_name, local_extra, packed.data], _CENTRAL.pack(*fields) + raw_name + extra + tail


def _fresh(name: str, data: bytes, stamp: bytes, offset: int) -> tuple[list[bytes], bytes]:
    packed = pack(data)
    raw_name = name.encode()
    flags = 0 if name.isascii() else UTF8
    time, date = struct.unpack("<2H", stamp)
    sizes = len(packed.data), packed.size
    shape = (20, flags, DEFLATED, time, date, packed.crc, *sizes, len(raw_name), 0)
    record = _CENTRAL.pack(b"PK\1\2", 20, *shape, 0, 0, 0, 0, offset) + raw_name
    return [_LOCAL.pack(b"PK\3\4", *shape), raw_name, packed.data], record
