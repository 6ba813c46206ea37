"""Deflate: ISA-L where it is installed (fifteen times as fast as zlib), zlib otherwise; one format."""

import zlib
from typing import NamedTuple, Protocol

from sheetsync.disk.content import Content, Spool

LARGE = 1 << 16
"""From this size on a part is packed fast instead of small (bytes).

A sheet of 200 rows takes a fifth more disk so, and a tenth of the time.
"""

_SMALL_LEVEL = 6
_WINDOW = 13
"""How far zlib looks back (bits): over 8 KB it takes two thirds of the time of 32 KB on rows that look alike,
half of it on small parts, and the sizes differ by less than a hundredth."""
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
    _fast_level = 1
    crc32 = zlib.crc32

    def inflater() -> Inflater:
        """Return what unpacks a raw deflate stream."""
        return zlib.decompressobj(-15)

    def _fast() -> Deflater:
        return zlib.compressobj(_fast_level, zlib.DEFLATED, -15)

else:
    CodecError = isal_zlib.error  # type: ignore[assignment] # its stubs call it an instance
    _fast_level = 2
    crc32 = isal_zlib.crc32

    def inflater() -> Inflater:
        """Return what unpacks a raw deflate stream."""
        return isal_zlib.decompressobj(-15)

    def _fast() -> Deflater:
        return isal_zlib.compressobj(_fast_level, isal_zlib.DEFLATED, -15)


def deflater(size: int) -> Deflater:
    """Return what packs about `size` bytes."""
    return _fast() if size > LARGE else zlib.compressobj(_SMALL_LEVEL, zlib.DEFLATED, -_WINDOW)


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
    """Packs bytes that come piece by piece.

    Args:
        size: About how many will come.
    """

    def __init__(self, size: int) -> None:
        self._deflater = deflater(size)
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
    maker = deflater(size)
    return Packed(b"".join([*map(maker.compress, pieces), maker.flush()]), size, crc)
