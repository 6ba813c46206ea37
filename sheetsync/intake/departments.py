"""Department cells: one or several, by their usual or short names."""

from dataclasses import dataclass
from functools import cached_property

from sheetsync.intake.cell import Cell, failed
from sheetsync.intake.normalise import as_text, clean, is_chinese, split, trim
from sheetsync.intake.nothing import nothing
from sheetsync.intake.words import WordReader
from sheetsync.model.table import RawValue
from sheetsync.text import Text

_ENDINGS = ("部", "部门", "中心", "事业部", "科室", "小组", "分公司")
_LONGEST = 20


@dataclass(frozen=True)
class Departments:
    """What a run knows of departments: a list that is mostly not complete.

    Args:
        words: The vocabulary, None where there is none.
    """

    words: WordReader | None = None

    def standard(self, text: str) -> str | None:
        """Return the usual name of a department we know, or None."""
        return self.words.standard(text) if self.words else None

    def looks_like(self, text: str) -> bool:
        """Tell whether `text` names a department, known or not."""
        return self.standard(text) is not None or (len(text) <= _LONGEST and text.endswith(_ENDINGS))

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
            )
        return Cell(cell.value[0])

    def read_many(self, raw: RawValue) -> Cell:
        """Read a cell that holds departments; a tuple of names."""
        text = as_text(raw)
        if (unsaid := nothing(text)) is not None:
            return unsaid
        names: list[str] = []
        for part in _parts(text, self):
            name = self.standard(part)
            if name is None and (near := self._misspelt(part)) is not None:
                return failed(
                    f"没有“{part}”",
                    f"there is no '{part}'",
                    Text(f"是否是“{near}”？", f"did you mean {near}?"),
                )
            names.append(name or part)
        if not names:
            return failed(f"“{trim(text)[:20]}”不是部门", f"'{trim(text)[:20]}' is not a department")
        return Cell(tuple(dict.fromkeys(names)))

    def _misspelt(self, text: str) -> str | None:
        """Return the known department that differs from `text` in exactly one character."""
        for name in self._names:
            if len(name) == len(text) >= 3 and sum(a != b for a, b in zip(name, text, strict=True)) == 1:
                return name
        return None

    @cached_property
    def _names(self) -> tuple[str, ...]:
        if self.words is None:
            return ()
        return tuple(word.zh for word in self.words.vocabulary.words)


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
