"""Copying a file's content into another one: by the file system itself where it can, else in blocks."""

import contextlib
import os
import shutil
import sys
from io import FileIO
from typing import BinaryIO

_BLOCK = 1 << 20
"""Bytes held at a time."""


def copy_content(source: FileIO, file: BinaryIO) -> None:
    """Copy all that a file holds into an empty one; whoever calls checks what arrived.

    Raises:
        OSError: The source cannot be read, or the disk failed.
    """
    if sys.platform == "linux":
        # Shares the blocks where the file system can; where it cannot, all is left to do.
        with contextlib.suppress(OSError):
            while os.copy_file_range(source.fileno(), file.fileno(), _BLOCK << 6):
                pass
    file.seek(source.tell())
    shutil.copyfileobj(source, file, _BLOCK)
