"""Who has a workbook open: the little files that Excel, WPS and LibreOffice put beside it."""

import time
from collections.abc import Iterator
from pathlib import Path

from sheetsync.errors import BusyError
from sheetsync.text import Text

FRESH_SECONDS = 12 * 3600
"""An owner file older than this was left behind by a crash."""


def refuse_if_open(path: Path) -> None:
    """Raise if another program has the workbook open.

    Args:
        path: The workbook itself, links resolved.

    Raises:
        BusyError: An owner file says so; it names the person if it can.
    """
    for owner in _owner_files(path):
        try:
            age = time.time() - owner.stat().st_mtime
            content = owner.read_bytes()
        except OSError:
            continue
        if age < FRESH_SECONDS:
            name = _person(owner, content)
            raise BusyError(
                Text(
                    f"工作簿正由{name or '其他人'}打开，没有写入。",
                    f"The workbook is open{f' by {name}' if name else ' elsewhere'}; nothing was written.",
                ),
                fix=Text(
                    "请关闭后再运行，或用 -o 写到别处。",
                    "Close it and run again, or write elsewhere with -o.",
                ),
                where=str(path),
            )


def _owner_files(path: Path) -> Iterator[Path]:
    # Excel drops the first two characters of long names.
    for name in (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#", f".~{path.name}"):
        owner = path.with_name(name)
        if owner.is_file():
            yield owner


def _person(owner: Path, content: bytes) -> str:
    """Return the name in an owner file: Office stores a length byte and the name, LibreOffice fields."""
    if owner.name.startswith(".~lock."):
        fields = content.decode("utf-8", "replace").split(",")
        return next((field.strip() for field in fields[:2] if field.strip()), "")
    if not content or not 0 < content[0] <= 54:
        return ""
    wide = content[55 : 57 + 2 * content[0]]
    if len(wide) > 2 and wide[0] == content[0] and wide[1] == 0:
        return wide[2:].decode("utf-16-le", "replace").strip()
    return content[1 : 1 + content[0]].decode("gb18030", "replace").strip()
