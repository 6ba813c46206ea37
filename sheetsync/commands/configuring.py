"""What the settings are, and the schemas of all files that people write.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.project import Project

if TYPE_CHECKING:
    from sheetsync.operations.settings import Setting

NOW_VARIABLE = "SHEETSYNC_NOW"
"""The environment variable that fixes the clock."""


@dataclass(frozen=True)
class Configuring(Project):
    """The commands about settings."""

    def config_show(
        self, *, language_given: bool = False, now: str | None = None, environ: Mapping[str, str] = os.environ
    ) -> tuple[Setting, ...]:
        """Return the settings in force, each with where it came from.

        Args:
            language_given: True if the language was chosen for this run (`--lang`), not by the settings.
            now: The time chosen for this run (`--now`).
            environ: The environment.
        """
        from sheetsync.config.file import tree
        from sheetsync.operations.settings import effective

        given: dict[str, tuple[object, str]] = {}
        if language_given:
            given["project.language"] = (self.language, "--lang")
        if fixed := now or environ.get(NOW_VARIABLE):
            given["now"] = (fixed, "--now" if now else NOW_VARIABLE)
        return effective(self.settings, None if self.folder is None else tree(self.folder), given)

    def config_document(self, found: Iterable[Setting]) -> dict[str, object]:
        """Return the JSON document of the settings in force."""
        return {
            "schema": "sheetsync.config/1",
            "project": None if self.folder is None else str(self.folder),
            "settings": [{"name": one.name, "value": one.value, "origin": one.origin.en} for one in found],
        }

    def schemas(self) -> Mapping[str, str]:
        """Return the names of the JSON Schemas, each with the files it is for."""
        from sheetsync.operations.schemas import FILES

        return FILES

    def config_schema(self, name: str) -> dict[str, object]:
        """Return one JSON Schema.

        Raises:
            UsageError: There is no such schema.
        """
        from sheetsync.operations.schemas import schema

        return schema(name)

    def write_schemas(self, folder: Path, names: Sequence[str] = ()) -> tuple[tuple[Path, str], ...]:
        """Write JSON Schemas; return the files, each with the line that names it to an editor.

        Args:
            folder: Where to; what an earlier version wrote there is replaced.
            names: Which; all when empty.

        Raises:
            UsageError: There is no such schema.
            OutputRefusedError: The folder cannot be written.
        """
        import json

        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.schemas import hint

        wanted = names or tuple(self.schemas())
        made = []
        for name, content in {name: self.config_schema(name) for name in wanted}.items():
            path = folder / f"{name}.schema.json"
            text = json.dumps(content, ensure_ascii=False, indent=2)
            write_fresh(path, f"{text}\n".encode(), force=True)
            made.append((path, hint(name, path, self.folder or Path())))
        return tuple(made)
