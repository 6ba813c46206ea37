"""How the cells of a preset's project are put into words: names, days, lists and standard words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.templates.build import Row
from sheetsync.templates.preset import Preset
from sheetsync.templates.presetplan import Plan
from sheetsync.text import Language, Text

NONE = Text("无", "None")
_TOKEN = re.compile(r"\{([+-]\d+)\}")


def in_words(form: Form, row: Row, catalogue: Catalogue, language: Language) -> Row:
    """Return a row with standard words in `language`; the rest stays as it is."""
    if language == "zh":
        return row
    made = dict(row)
    for column in form.columns:
        given = row.get(column.id)
        if column.vocabulary and column.kind == "word" and isinstance(given, str):
            words = {word.zh: word.en for word in catalogue.vocabulary(column.vocabulary).words}
            made[column.id] = words.get(given, given)
    return made


class Names:
    """What people and departments are called in a language.

    Args:
        preset: Whose people.
        catalogue: What departments are called in English that have their usual names.
        language: The language.
    """

    def __init__(self, preset: Preset, catalogue: Catalogue, language: Language) -> None:
        self.language = language
        usual = {word.zh: word.en for word in catalogue.vocabulary("departments").words}
        self._departments = {}
        for one in preset.team:
            name = one.department
            if language == "en" and name.en == name.zh:
                name = Text(name.zh, usual.get(name.zh, name.zh))
            self._departments[one.department.zh] = name.say(language)
        self._people = {person.zh: person.say(language) for one in preset.team for person in one.people}

    def department(self, name: str) -> str:
        """Return what a department is called."""
        return self._departments[name]

    def person(self, name: str) -> str:
        """Return what a person is called."""
        return self._people[name]

    def departments(self, names: Iterable[str]) -> str:
        """Return several departments as people list them."""
        return self.listed(map(self.department, names))

    def everybody(self, names: Iterable[str]) -> str:
        """Return several people as people list them, NONE for nobody."""
        return self.listed(map(self.person, names)) or NONE.say(self.language)

    def listed(self, items: Iterable[str]) -> str:
        """Return items as people list them."""
        return (", " if self.language == "en" else "、").join(items)


@dataclass(frozen=True)
class Told:
    """The plan, and how its cells are put into words.

    Args:
        plan: The dated project.
        catalogue: Forms and vocabularies.
        language: The language to fill in.
    """

    plan: Plan
    catalogue: Catalogue
    language: Language

    @cached_property
    def names(self) -> Names:
        """What people and departments are called."""
        return Names(self.plan.preset, self.catalogue, self.language)

    def say(self, text: Text) -> str:
        """Return a text in the language, with days for marks such as `{+5}`."""
        return _TOKEN.sub(lambda mark: self.day(self.plan.days(int(mark[1]))), text.say(self.language))

    def day(self, day: date) -> str:
        """Return a day as people write it within a sentence."""
        return f"{day:%Y-%m-%d}" if self.language == "en" else f"{day.year}年{day.month}月{day.day}日"

    def milestones(self, start: date, due: date) -> str:
        """Return start and delivery as people write them into one cell."""
        if self.language == "en":
            return f"{start:%Y-%m-%d} start, {due:%Y-%m-%d} delivery"
        return f"{self.day(start)}启动，{self.day(due)}交付"

    def numbered(self, items: Iterable[str]) -> str:
        """Return items as a numbered list in one cell, a line each."""
        gap = " " if self.language == "en" else ""
        return "\n".join(f"{number}.{gap}{item}" for number, item in enumerate(items, start=1))

    def agreed(self, who: str, due: date, what: Text) -> str:
        """Return a resolution as the minutes put it: who, by when, what."""
        name = self.names.person(who)
        if self.language == "en":
            return f"{name}: {due:%Y-%m-%d}, {self.say(what)}"
        return f"{name}{self.day(due)}前{self.say(what)}"

    def in_language(self, form: Form, row: Row) -> Row:
        """Return a row with its standard words in the language."""
        return in_words(form, row, self.catalogue, self.language)
