"""What the names and words of an expression mean: columns of a form, standard words of its lists."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetsync.forms.spec import Column, Form, Vocabulary
from sheetsync.rules.expression import syntax
from sheetsync.rules.expression.mistakes import nearest

_WORDS = {"now": "now", "today": "today", "true": "true", "false": "false"}


@dataclass(frozen=True)
class Columns:
    """The columns of a form by every spelling.

    Args:
        form: The form.
    """

    form: Form
    _known: Mapping[str, tuple[Column, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known: dict[str, tuple[Column, ...]] = {}
        for rank in range(3):
            found: dict[str, list[Column]] = {}
            for column in self.form.shown:
                for key in {_key(spelling) for spelling in _spellings(column)[rank]}:
                    found.setdefault(key, []).append(column)
            for key, columns in found.items():
                known.setdefault(key, tuple(columns))
        object.__setattr__(self, "_known", known)

    def named(self, name: str) -> tuple[Column, ...]:
        """Return the columns that `name` may mean: by id, else by title, else by synonym."""
        return self._known.get(_key(name), ())

    def meant(self, name: str) -> str | None:
        """Return what an unknown name was probably to be, as an expression writes it."""
        apart = syntax.parted(name)
        if apart and any(_key(part) in self._known for part in apart.split()):
            return apart
        spellings = dict(_WORDS)
        for column in self.form.shown:
            for row in _spellings(column):
                for spelling in row:
                    spellings.setdefault(spelling.casefold(), syntax.canonical(syntax.Name(spelling)))
        near = nearest(name.casefold(), spellings)
        return spellings[near] if near else None


def standard(word: str, words: Vocabulary) -> str | None:
    """Return the standard word that `word` is a spelling of, or None."""
    return _words(words).get(_word_key(word))


def nearest_word(word: str, words: Vocabulary) -> str | None:
    """Return the standard word that is most like `word`, or None if none is."""
    known = _words(words)
    near = nearest(_word_key(word), known)
    if near is None:
        # Chinese words are too short for a ratio: the one that shares most characters.
        letters = set(_word_key(word))
        best = max(known, key=lambda spelling: len(letters & set(spelling)) / len(spelling), default="")
        near = best if letters & set(best) else None
    return known[near] if near else None


def _spellings(column: Column) -> tuple[tuple[str, ...], ...]:
    return (column.id,), (column.title.zh, column.title.en), column.synonyms


def _words(words: Vocabulary) -> dict[str, str]:
    """Return the standard word of every spelling, as intake reads them: the first that claims it."""
    known: dict[str, str] = {}
    for word in words.words:
        for spelling in (word.zh, word.en, *word.synonyms):
            known.setdefault(_word_key(spelling), word.zh)
    return known


def _key(name: str) -> str:
    """Return what names are compared by: half width, without spaces, case-folded."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _word_key(word: str) -> str:
    folded = _key(word)
    return folded.rstrip(".。!！;,、") or folded
