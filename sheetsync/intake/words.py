"""Vocabulary cells: the standard word for what people type, and RACI letters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sheetsync.forms.spec import Doubtful, Vocabulary
from sheetsync.intake.cell import Cell, Doubt, failed
from sheetsync.intake.normalise import as_text, clean, fold, trim
from sheetsync.intake.nothing import nothing
from sheetsync.model.table import RawValue
from sheetsync.text import Text

_SEPARATOR = re.compile(r"[、,;/|]")
_TRAILING = ".。!！;,、"
LONGEST = 60
"""No status word is longer; patterns of spec files are never tried on prose."""


@dataclass(frozen=True)
class WordReader:
    """Reads the cells of one vocabulary; built once a column."""

    vocabulary: Vocabulary
    _known: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known: dict[str, str] = {}
        for word in self.vocabulary.words:
            for spelling in (word.zh, word.en, *word.synonyms):
                known.setdefault(word_key(spelling), word.zh)
        object.__setattr__(self, "_known", known)

    @cached_property
    def _doubtful(self) -> tuple[tuple[re.Pattern[str], Doubtful], ...]:
        return tuple((re.compile(item.pattern, re.IGNORECASE), item) for item in self.vocabulary.doubtful)

    @cached_property
    def listed(self) -> str:
        """The standard words for a message."""
        return "、".join(word.zh for word in self.vocabulary.words)

    def standard(self, text: str) -> str | None:
        """Return the standard word that `text` is a spelling of, or None."""
        return self._known.get(word_key(text)) if len(text) <= LONGEST else None

    def nearest(self, text: str) -> str | None:
        """Return the standard word whose spelling shares most letters with `text`, or None."""
        letters = set(word_key(text[:LONGEST]))
        best, nearest = 0.5, None
        for spelling, word in self._known.items():
            shared = 2 * len(letters & set(spelling)) / (len(letters) + len(set(spelling)) or 1)
            if shared > best:
                best, nearest = shared, word
        return nearest

    def read(self, raw: RawValue) -> Cell:
        """Read one cell."""
        text = as_text(raw)
        if (word := self.standard(text)) is not None:
            return Cell(word)
        if (unsaid := nothing(text)) is not None:
            return unsaid
        if len(text) <= LONGEST:
            spaced = clean(text).casefold()
            for pattern, item in self._doubtful:
                if pattern.fullmatch(spaced.replace(" ", "")) or pattern.fullmatch(spaced):
                    return self._doubted(item)
        return Cell(trim(text)) if self.vocabulary.open else self._refused(text)

    def _doubted(self, item: Doubtful) -> Cell:
        choice = Text(f"可选：{self.listed}", f"one of: {self.listed}") if item.kind != "info" else None
        refused = item.kind == "error" and item.read_as is None
        return Cell(item.read_as, Doubt(item.kind, item.message, choice), refused, read_as=item.read_as)

    def _refused(self, text: str) -> Cell:
        shown = text if len(text) <= 20 else text[:20] + "…"
        nearest = self.nearest(text) if len(text) <= LONGEST else None
        suggestion = (
            Text(f"是否是“{nearest}”？可选：{self.listed}", f"did you mean {nearest}? One of: {self.listed}")
            if nearest
            else Text(f"可选：{self.listed}", f"one of: {self.listed}")
        )
        title = self.vocabulary.title
        return failed(f"“{shown}”不在{title.zh}词表中", f"'{shown}' is no word of {title.en}", suggestion)


def read_raci(raw: RawValue, words: WordReader) -> Cell:
    """Read one cell of a responsibility matrix as its letters in the order R, A, C, I."""
    cell = words.read(raw)
    if not isinstance(cell.value, str):
        return cell
    return Cell("".join(letter for letter in "RACI" if letter in cell.value))


@lru_cache(maxsize=16_384)
def word_key(text: str) -> str:
    """Return what words are compared by: folded, one separator, no full stop at the end."""
    folded = fold(text)
    return _SEPARATOR.sub("/", folded.rstrip(_TRAILING) or folded)
