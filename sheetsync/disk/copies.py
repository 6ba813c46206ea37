"""Conflict copies that sync programs put beside a workbook: told once, never read or deleted."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from sheetsync.disk.commit import create_file, just
from sheetsync.disk.folder import COPIES
from sheetsync.disk.neighbours import names_in
from sheetsync.errors import SheetSyncError
from sheetsync.text import Text

_TOLD = "conflict-copies.txt"


def tell_copies(path: Path, attic: Path, said: Sequence[Text] = ()) -> tuple[Text, ...]:
    """Return what to tell of the conflict copies of a workbook that were not told before.

    Args:
        path: The workbook itself, links resolved.
        attic: The folder of ours that remembers what was told; if there is none yet, nothing is remembered.
        said: What is told already; it may name some.
    """
    own, stem = path.name, path.stem.casefold()[:60]
    try:
        beside = names_in(path.parent)
    except OSError:
        # Whoever reads the workbook will say so.
        return ()
    found = sorted(
        name for name in beside if name.casefold().startswith(stem) and name != own and _is_copy(name)
    )
    told = attic / _TOLD
    known = told.read_text("utf-8", "replace").split("\n") if told.is_file() else []
    new = [name for name in found if name not in known]
    if not new:
        return ()
    if attic.is_dir():
        # Where it cannot be remembered it is told once more.
        with contextlib.suppress(SheetSyncError):
            create_file(told, just("\n".join(found).encode("utf-8", "replace")), replace=True)
    names = "、".join(name for name in new if not any(name in text.zh for text in said))
    if not names:
        return ()
    return (
        Text(
            f"旁边有冲突副本：{names}；没有读取它，请自行合并。",
            f"There are conflict copies beside it: {names}; they were not read, please merge them by hand.",
        ),
    )


def _is_copy(name: str) -> bool:
    return any(word in name for word in COPIES)
