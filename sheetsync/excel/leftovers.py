"""What a crash in the middle of a write left beside a workbook: put right by content, never by guess."""

import re
from pathlib import Path

from sheetsync.excel.commit import OURS, SHORT, digest_of, keep_aside, name_key
from sheetsync.excel.rename import rename_new

_NAME = re.compile(r"-([0-9a-f]{16})-([0-9a-f]{16})\.(swap|aside)$")


def recover(path: Path) -> list[Path]:
    """Put right what an interrupted write of this workbook left; call it while holding its lock.

    Args:
        path: The workbook itself, links resolved; it may be missing.

    Returns:
        Conflict copies: versions of people that were kept beside the workbook.
    """
    kept = []
    for found in sorted(path.parent.glob(f"{OURS}{name_key(path)}-*")):
        match = _NAME.search(found.name)
        if match is None:
            if found.suffix in (".tmp", ".new"):
                found.unlink()
            continue
        content = digest_of(found)[:SHORT]
        read, made, _ = match.groups()
        if not path.exists() and content != made:
            rename_new(found, path)
        elif content in (read, made):
            # What was read was backed up before the write began; what was made can be made again.
            found.unlink()
        else:
            kept.append(keep_aside(found, path))
    return kept
