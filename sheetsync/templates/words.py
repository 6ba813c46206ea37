"""The tab 词表: the words that dropdowns offer, and the spellings that formulas look for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Word
from sheetsync.templates.layout import WORDS_SHEET, quoted
from sheetsync.templates.measure import width
from sheetsync.templates.names import Names
from sheetsync.templates.page import print_on_a4
from sheetsync.templates.styles import Styles
from sheetsync.text import Language, Text

_FULL_WIDTH = str.maketrans({number: number + 0xFEE0 for number in range(0x21, 0x7F)})
_WIDEST = 30
_LETTERS = 3
"""What people type in full width: letters such as Ｒ and Ｒ／Ａ, hardly a whole word."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """A list of spellings on the tab.

    Args:
        name: What formulas call it.
        known: The spellings in lower case: formulas do not tell the case, either.
    """

    name: str
    known: frozenset[str]

    def has(self, value: object) -> bool:
        """Tell whether a formula finds the value in the list."""
        return isinstance(value, str) and value.lower() in self.known


@dataclass(slots=True)
class WordsTab:
    """The lists that the forms of one workbook need, in the order in which they ask for them.

    Args:
        catalogue: The vocabularies.
        language: The language of the workbook.
        names: The names of the workbook.
    """

    catalogue: Catalogue
    language: Language
    names: Names
    _lists: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def source(self, vocabulary: str) -> str:
        """Return the range that a dropdown of this vocabulary offers."""
        known = self.catalogue.vocabulary(vocabulary)
        words = tuple(word_in(self.language, word) for word in known.words)
        return self._range((vocabulary, ""), known.title.say(self.language), words)

    def spellings(self, vocabulary: str, title: Text, chosen: Callable[[Word], bool]) -> Spellings:
        """Return all spellings of the chosen words of a vocabulary, under a heading of their own."""
        known = self.catalogue.vocabulary(vocabulary)
        written = [
            spelling
            for word in known.words
            if chosen(word)
            for spelling in (word.zh, word.en, *word.synonyms)
        ]
        written += [
            text.translate(_FULL_WIDTH) for text in written if text.isascii() and len(text) <= _LETTERS
        ]
        distinct = tuple({text.lower(): text for text in written}.values())
        heading = f"{known.title.say(self.language)}·{title.say(self.language)}"
        place = self._range((vocabulary, title.en), heading, distinct)
        known_as = self.names.give(WORDS_SHEET.say(self.language), heading, place)
        return Spellings(known_as.name, frozenset(text.lower() for text in distinct))

    def write(self, sheet: Worksheet, styles: Styles) -> None:
        """Write the tab; protected without a password, because nothing typed there would be used."""
        for index, (heading, words) in enumerate(self._lists.values()):
            room = min(_WIDEST, max(12, *(width(text) + 2 for text in (heading, *words))))
            sheet.set_column(index, index, room, styles.get(indent=1))
            sheet.write_string(0, index, heading, styles.header(required=True, engine=False))
            for row, text in enumerate(words, start=1):
                sheet.write_string(row, index, text)
        sheet.set_row(0, 30)
        sheet.freeze_panes(1, 0)
        print_on_a4(sheet, repeat=(0, 0), widths=[16.0] * len(self._lists))
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _range(self, key: tuple[str, str], heading: str, words: tuple[str, ...]) -> str:
        self._lists.setdefault(key, (heading, words))
        column = xl_col_to_name(list(self._lists).index(key))
        return f"{quoted(WORDS_SHEET.say(self.language))}!${column}$2:${column}${len(words) + 1}"


def word_in(language: Language, word: Word) -> str:
    """Return a standard word as a workbook of this language shows it."""
    return word.en if language == "en" else word.zh


def named(words: Iterable[str]) -> Callable[[Word], bool]:
    """Return a choice of words by their Chinese standard form."""
    wanted = frozenset(words)
    return lambda word: word.zh in wanted
