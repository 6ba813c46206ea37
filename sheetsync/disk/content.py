"""Files that are looked at in places, so that a large one is never held as a whole."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

BLOCK = 1 << 20
"""Bytes that are read or copied at a time."""


class Content(Protocol):
    """Bytes that can be looked at in places: `bytes` themselves, or those of a file."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __getitem__(self, place: slice, /) -> bytes:
        """Return those of a place, fewer where it reaches beyond the end."""


class FileContent:
    """The bytes of an open file, read when somebody looks at them; those of a small one once, all together.

    Not mapped into memory: a file that another program cuts short would then end the process.

    Args:
        file: The file, open for reading and unbuffered or flushed; closed with this.
        size: How many bytes count; those it has now when None.
    """

    def __init__(self, file: BinaryIO, size: int | None = None) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size if size is None else size
        self._whole: bytes | None = None

    @classmethod
    def at(cls, path: Path) -> Self:
        """Open a file for reading."""
        return cls(path.open("rb", buffering=0))

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice, /) -> bytes:
        start, stop, step = place.indices(self._size)
        if step != 1:
            raise ValueError("bytes of a file are read one after another")
        if self._size > BLOCK:
            return self._read(start, stop)
        if self._whole is None:
            self._whole = self._read(0, self._size)
        return self._whole[start:stop]

    def _read(self, start: int, stop: int) -> bytes:
        self._file.seek(start)
        found = self._file.read(max(stop - start, 0))
        while len(found) < stop - start:
            more = self._file.read(stop - start - len(found))
            if not more:
                raise ValueError("the file became shorter while it was read")
            found += more
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """True once it is closed."""
        return self._file.closed

    def close(self) -> None:
        """Close the file; nothing can be read any more."""
        self._file.close()


class Spool:
    """Bytes that are written once and then looked at: few in memory, many in a temporary file without a name.

    Args:
        held: So many are held in memory.
    """

    def __init__(self, held: int) -> None:
        self._most = held
        self._held = bytearray()
        self._written = 0
        self._file: BinaryIO | None = None

    def write(self, piece: bytes) -> None:
        """Take more bytes at the end."""
        self._written += len(piece)
        if self._file is None and self._written <= self._most:
            self._held += piece
            return
        if self._file is None:
            self._file = cast("BinaryIO", tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - lives as long as this
            _write_all(self._file, bytes(self._held))
            self._held.clear()
        _write_all(self._file, piece)

    def __len__(self) -> int:
        return self._written

    def __getitem__(self, place: slice, /) -> bytes:
        if self._file is None:
            return bytes(self._held[place])
        return FileContent(self._file, self._written)[place]

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()


def _write_all(file: BinaryIO, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[file.write(view) :]


def blocks(content: Content, start: int = 0, end: int | None = None, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the bytes from `start` to `end` (None: all), block by block."""
    last = len(content) if end is None else end
    return (content[at : min(at + size, last)] for at in range(start, last, size))


def digest(content: Content) -> str:
    """Return the SHA-256 of all bytes, in hexadecimal."""
    made = hashlib.sha256()
    for block in blocks(content):
        made.update(block)
    return made.hexdigest()
