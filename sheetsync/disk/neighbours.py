"""What lies in a folder, by name: no paths are made of hundreds of files that nobody asked for."""

import os
from pathlib import Path


def names_in(folder: Path) -> list[str]:
    """Return the names of all that lies in a folder, in no order.

    Raises:
        OSError: It is missing, or may not be looked into.
    """
    return os.listdir(folder)  # noqa: PTH208 - a path of each takes longer than the list


def beginning(folder: Path, start: str) -> list[Path]:
    """Return what in a folder has a name that begins so, by name; nothing where it cannot be looked into."""
    try:
        names = names_in(folder)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
    return [folder / name for name in sorted(name for name in names if name.startswith(start))]
