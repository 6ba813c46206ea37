"""Who has a workbook open: the little files that Excel, WPS and LibreOffice put beside it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sheetsync.errors import OpenElsewhereError
from sheetsync.text import Text

FRESH_SECONDS = 12 * 3600
"""An owner file older than this was left behind by a crash, if the workbook has not changed since."""

_COARSE = 2.0
"""Seconds: the step of times on some disks."""


def refuse_if_open(path: Path, *, ours: Callable[[], bool] = lambda: False) -> tuple[Text, ...]:
    """Raise if another program has the workbook open.

    Args:
        path: The workbook itself, links resolved.
        ours: Tells whether it is as our last write made it: then nobody has changed it since.

    Returns:
        Warnings of owner files that a crash of another program left behind; they stay where they are.

    Raises:
        OpenElsewhereError: An owner file says so; it names the person if it can.
    """
    warnings = []
    for owner in _owner_files(path):
        try:
            since = owner.stat().st_mtime
            content = owner.read_bytes()
            changed = path.exists() and path.stat().st_mtime > since + _COARSE
        except OSError:
            continue
        old = time.time() - since >= FRESH_SECONDS
        if not old or (changed and not ours()):
            raise _open(path, _person(owner, content), owner if old else None)
        warnings.append(_left_behind(owner))
    return tuple(warnings)


def _open(path: Path, name: str, doubtful: Path | None) -> OpenElsewhereError:
    fix = Text(
        "请关闭后再运行。",
        "Close it and run again.",
    )
    if doubtful is not None:
        fix = Text(
            f"如果已经没有人打开它，请删除 {doubtful.name}，再运行。",
            f"If nobody has it open any more, delete {doubtful.name} and run again.",
        )
    return OpenElsewhereError(
        Text(
            f"工作簿正由{name or '其他人'}打开，没有写入。",
            f"The workbook is open{f' by {name}' if name else ' elsewhere'}; nothing was written.",
        ),
        fix=fix,
        where=str(path),
    )


def _left_behind(owner: Path) -> Text:
    return Text(
        f"{owner.name} 已超过 12 小时，工作簿此后没有变化，按未打开处理。",
        f"{owner.name} is more than 12 hours old and the workbook has not changed since;"
        " it is taken as not open.",
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
