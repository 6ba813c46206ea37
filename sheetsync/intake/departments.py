"""Department cells: one or several, by their usual or short names."""

from dataclasses import dataclass
from functools import cached_property

from sheetsync.intake.cell import Cell, Doubt, failed
from sheetsync.intake.directory import FULL_ENDINGS, NO_DIRECTORY, Directory
from sheetsync.intake.normalise import as_text, clean, is_chinese, split, trim
from sheetsync.intake.nothing import nothing
from sheetsync.intake.spellings import Spellings
from sheetsync.intake.words import WordReader
from sheetsync.model.table import RawValue
from sheetsync.text import Text, join

_EVERYWHERE = frozenset(
    {"各部门", "全体部门", "所有部门", "全部部门", "全公司", "全体", "相关部门", "各相关部门"}
)
_LONGEST = 20
_NAMED = 3
"""So many unknown departments of one cell are named."""


@dataclass(frozen=True)
class Departments:
    """What a run knows of departments: a list that is mostly not complete.

    Args:
        words: The vocabulary, None where there is none; it knows the directory's departments
            (`wordlist.extended`).
        directory: Who works where; its departments are all there are.
    """

    words: WordReader | None = None
    directory: Directory = NO_DIRECTORY

    def standard(self, text: str) -> str | None:
        """Return the usual name of a department we know, or None."""
        return self.words.standard(text) if self.words else None

    def looks_like(self, text: str) -> bool:
        """Tell whether `text` names a department, known or not."""
        return self.standard(text) is not None or (len(text) <= _LONGEST and text.endswith(FULL_ENDINGS))

    def read(self, raw: RawValue) -> Cell:
        """Read a cell that holds one department."""
        cell = self.read_many(raw)
        if not isinstance(cell.value, tuple):
            return cell
        if len(cell.value) > 1:
            named = "、".join(cell.value)
            return failed(
                f"只能填一个部门，这里有 {named}",
                f"only one department is allowed; here are {named}",
                Text(f"只写一个，如 {cell.value[0]}", f"write one, such as {cell.value[0]}"),
            )
        return Cell(cell.value[0], cell.doubt)

    def read_many(self, raw: RawValue) -> Cell:
        """Read a cell that holds departments; a tuple of names."""
        text = as_text(raw)
        if (unsaid := nothing(text)) is not None:
            return unsaid
        names: list[str] = []
        for part in _parts(text, self):
            name = self.standard(part)
            if name is None and part not in _EVERYWHERE and (near := self._misspelt(part)) is not None:
                return failed(
                    f"没有“{part}”",
                    f"there is no '{part}'",
                    Text(f"是否是“{near}”？", f"did you mean {near}?"),
                )
            names.append(name or part)
        if not names:
            shown = trim(text)[:20]
            return failed(
                f"“{shown}”不是部门",
                f"'{shown}' is not a department",
                Text("写部门名，如 市场部", "write a department's name, such as 市场部"),
            )
        distinct = tuple(dict.fromkeys(names))
        return Cell(distinct, self._unlisted(distinct))

    def _misspelt(self, text: str) -> str | None:
        """Return the known department that differs from `text` in exactly one character."""
        return next(iter(self._spellings.near(text)), None)

    def _unlisted(self, names: tuple[str, ...]) -> Doubt | None:
        """Return the doubt about departments that the directory does not have."""
        if not self._listed:
            return None
        unknown = [name for name in names if name not in self._listed and name not in _EVERYWHERE]
        if not unknown:
            return None
        said = [
            Text(f"名册中没有“{name}”这个部门", f"the directory has no department '{name}'")
            for name in unknown[:_NAMED]
        ]
        near = self._misspelt(unknown[0])
        suggestion = Text("请核对部门名，或补进名册", "check the name, or add it to the directory")
        if near is not None:
            suggestion = Text(
                f"如是“{near}”请改正，否则补进名册", f"correct it if {near} is meant, else add it"
            )
        return Doubt("warning", join(said), suggestion)

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self.directory.departments)

    @cached_property
    def _spellings(self) -> Spellings:
        names = self.directory.departments
        if not names and self.words is not None:
            names = tuple(word.zh for word in self.words.vocabulary.words)
        return Spellings(names, shortest=3)


def _parts(text: str, known: Departments) -> list[str]:
    """Return the names in a cell; a space parts them where Chinese stands on both sides."""
    found: list[str] = []
    for part in split(clean(text.replace("\n", ";"))):
        words = part.split(" ")
        apart = len(words) > 1 and all(is_chinese(word) or known.standard(word) for word in words)
        if known.standard(part) is None and apart:
            found.extend(words)
        else:
            found.append(part)
    return found
