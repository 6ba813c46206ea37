"""Deflate: ISA-L where it is installed (fifteen times as fast as zlib), zlib otherwise; one format."""

import zlib
from typing import NamedTuple, Protocol

from sheetsync.disk.content import Content, Spool

_HELD = 8 << 20
"""Packed bytes that are held in memory; more of them go into a temporary file (bytes)."""


class Inflater(Protocol):
    """What unpacks a raw deflate stream."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What was not unpacked yet."""

    @property
    def eof(self) -> bool:
        """True at the end of the stream."""

    def decompress(self, data: bytes | memoryview, max_length: int = ..., /) -> bytes:
        """Return unpacked bytes, at most so many."""

    def flush(self) -> bytes:
        """Return what is left."""


class Deflater(Protocol):
    """What packs into a raw deflate stream."""

    def compress(self, data: bytes | memoryview, /) -> bytes:
        """Return packed bytes, as far as there are any yet."""

    def flush(self) -> bytes:
        """Return what is left, and end the stream."""


try:
    from isal import isal_zlib
except ImportError:  # no wheel for this machine
    CodecError: type[Exception] = zlib.error
    crc32 = zlib.crc32

    def inflater() -> Inflater:
        """Return what unpacks a raw deflate stream."""
        return zlib.decompressobj(-15)

    def deflater() -> Deflater:
        """Return what packs fast, not small."""
        return zlib.compressobj(1, zlib.DEFLATED, -15)

else:
    CodecError = isal_zlib.error  # type: ignore[assignment] # its stubs call it an instance
    crc32 = isal_zlib.crc32

    def inflater() -> Inflater:
        """Return what unpacks a raw deflate stream."""
        return isal_zlib.decompressobj(-15)

    def deflater() -> Deflater:
        """Return what packs fast, not small: a fifth more disk, a tenth of the time."""
        return isal_zlib.compressobj(2, isal_zlib.DEFLATED, -15)


class Packed(NamedTuple):
    """The bytes of a member, packed.

    Args:
        data: The raw deflate stream.
        size: How many bytes it holds.
        crc: Their checksum.
        stored: True if the data are the bytes themselves.
    """

    data: Content
    size: int
    crc: int
    stored: bool = False


class Packer:
    """Packs bytes that come piece by piece."""

    def __init__(self) -> None:
        self._deflater = deflater()
        self._spool = Spool(_HELD)
        self._size = self._crc = 0

    def add(self, piece: bytes | memoryview) -> None:
        """Take more bytes."""
        self._size += len(piece)
        self._crc = crc32(piece, self._crc)
        if packed := self._deflater.compress(piece):
            self._spool.write(packed)

    def packed(self) -> Packed:
        """Return all that came."""
        self._spool.write(self._deflater.flush())
        return Packed(self._spool, self._size, self._crc)


def pack(*pieces: bytes | memoryview, stored: bool = False) -> Packed:
    """Return bytes packed.

    Args:
        pieces: The bytes, one piece behind the other.
        stored: True to leave them as they are: for what is read at once and not kept.
    """
    size, crc = sum(map(len, pieces)), 0
    for piece in pieces:
        crc = crc32(piece, crc)
    if stored:
        return Packed(b"".join(pieces), size, crc, stored=True)
    maker = deflater()
    return Packed(b"".join([*map(maker.compress, pieces), maker.flush()]), size, crc)
