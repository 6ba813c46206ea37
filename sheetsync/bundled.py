"""Finds the declarative folders that ship with SheetSync, installed or in a checkout."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

Kind = Literal["workbook_templates", "rules", "jobs"]


def bundled(kind: Kind) -> Traversable:
    """Return the folder of shipped `kind` files.

    A wheel carries them inside the package; an editable install and a checkout have them beside it.
    """
    package = files("sheetsync")
    shipped = package / "_bundled" / kind
    return shipped if shipped.is_dir() else Path(str(package)).parent / kind
