"""The project's own words (form B3) and departments (B1), taught to the vocabularies of a run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.directory import DEPARTMENTS, FULL_ENDINGS, NO_DIRECTORY, Directory
from sheetsync.intake.normalise import cell_address, clean, fold, split
from sheetsync.intake.teaching import pointed, taught, with_departments
from sheetsync.intake.words import WordReader, word_key
from sheetsync.model.finding import Problem
from sheetsync.model.table import Table
from sheetsync.text import Text

FORM = "vocabulary"
"""Id of the form that lists the project's own words."""

_EVERYWHERE = frozenset({"", "*", "全部", "所有", "所有表", "全部表", "全部表单", "通用", "不限", "all"})
_PERSONS = frozenset({"person", "persons"})
_LONGEST = 40
_SHOWN = 3
_ALIKE = 0.5


def extended(
    catalogue: Catalogue, tables: Sequence[Table], directory: Directory = NO_DIRECTORY
) -> tuple[Catalogue, list[Problem]]:
    """Return a catalogue that also knows the project's own words and departments.

    A word of one table only is known in that table's form alone, which then has a vocabulary of its own. What
    the workbook says comes before what is shipped, and behind what the project's files say.

    Args:
        catalogue: The shipped forms and vocabularies.
        tables: Tables of a document, typed in full; those of form `vocabulary` count.
        directory: Its departments are standard words, and can be named short.

    Returns:
        The catalogue, and what could not be made use of, each at its cell.
    """
    known = _with_settled_departments(with_departments(catalogue, directory), catalogue)
    lesson = _Lesson(known, directory)
    problems = [
        problem for table in tables if table.form == FORM for problem in _learn(lesson, _entries(table))
    ]
    return (lesson.learnt() if lesson.words else known), problems


def _with_settled_departments(known: Catalogue, before: Catalogue) -> Catalogue:
    """Return a catalogue in which the departments that the project's files name mean what they say."""
    settled = before.settled.get(DEPARTMENTS)
    if not settled or known is before:
        return known
    words = WordReader(before.vocabularies[DEPARTMENTS])
    standards = {
        word_key(spelling): standard
        for spelling in settled
        if (standard := words.standard(spelling)) is not None
    }
    vocabulary = taught(known.vocabularies[DEPARTMENTS], standards)
    return replace(known, vocabularies={**known.vocabularies, DEPARTMENTS: vocabulary})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record of a word list: cells by field, and where they stand."""

    table: Table
    row: int
    scope: str
    word: str
    standard: str

    def problem(self, column: str, message: Text, suggestion: Text | None = None) -> Problem:
        place, number = self.table.places[column], int(self.table.rows[self.row])
        return Problem(
            sheet=self.table.sheet,
            row=number,
            cell=cell_address(number, place.number),
            column=place.title,
            raw=self.table.raw[column][self.row],
            kind="warning",
            message=message,
            suggestion=suggestion,
            table=self.table.id,
        )


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a word was said to mean, and in which row."""

    standard: str
    row: int
    sheet: str


@dataclass(frozen=True, slots=True)
class _Letters:
    """Names with the letters in them."""

    names: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> "_Letters":
        return cls(tuple((name, frozenset(fold(name))) for name in dict.fromkeys(names)))

    def near(self, text: str) -> list[str]:
        """Return the names that share most letters with `text`, the best first."""
        letters = frozenset(fold(text[:_LONGEST]))
        rated = [
            (-2 * len(letters & others) / (len(letters) + len(others) or 1), name)
            for name, others in self.names
        ]
        return [name for share, name in sorted(rated, key=lambda pair: pair[0])[:_SHOWN] if -share >= _ALIKE]


@dataclass(frozen=True)
class _Lesson:
    """What the word lists say so far.

    Args:
        catalogue: What is known before.
        directory: To tell persons from words.
        words: Form (None for all) and vocabulary to word to meaning.
        letters: Form (None for all) to its standard words, as far as they were asked for.
    """

    catalogue: Catalogue
    directory: Directory
    words: dict[tuple[str | None, str], dict[str, _Meaning]] = field(default_factory=dict)
    letters: dict[str | None, "_Letters"] = field(default_factory=dict)

    def learnt(self) -> Catalogue:
        """Return the catalogue with all words."""
        vocabularies = dict(self.catalogue.vocabularies)
        forms = dict(self.catalogue.forms)
        for (form, name), meanings in self.words.items():
            if form is None:
                vocabularies[name] = taught(self.catalogue.vocabularies[name], _standards(meanings))
        for (form, name), meanings in self.words.items():
            if form is not None:
                own = f"{name}@{form}"
                vocabularies[own] = taught(vocabularies[name], _standards(meanings))
                forms[form] = pointed(forms[form], name, own)
        return replace(self.catalogue, forms=forms, vocabularies=vocabularies)

    @cached_property
    def forms(self) -> Mapping[str, str]:
        """Every way of naming a form, folded, to its id; titles before synonyms."""
        found: dict[str, str] = {}
        for form in self.catalogue.forms.values():
            for name in (form.title.zh, form.title.en, form.id, form.code):
                found.setdefault(fold(name), form.id)
        for form in self.catalogue.forms.values():
            for name in form.synonyms:
                found.setdefault(fold(name), form.id)
        return found

    @cached_property
    def used(self) -> Mapping[str | None, tuple[str, ...]]:
        """Form (None for all) to the vocabularies that its columns are read with."""
        found: dict[str | None, tuple[str, ...]] = {None: tuple(self.catalogue.vocabularies)}
        for form in self.catalogue.forms.values():
            names = [column.vocabulary for column in form.columns]
            names.append(form.open_columns.vocabulary if form.open_columns else None)
            if any(column.kind in _PERSONS for column in form.columns):
                names.append(DEPARTMENTS)  # persons are named with their departments
            distinct = dict.fromkeys(name for name in names if name in self.catalogue.vocabularies)
            found[form.id] = tuple(name for name in distinct if name is not None)
        return found

    @cached_property
    def exact(self) -> Mapping[str, Mapping[str, str]]:
        """Vocabulary to its standard words by what they are compared by."""
        return {
            name: {word_key(word.zh): word.zh for word in vocabulary.words}
            for name, vocabulary in self.catalogue.vocabularies.items()
        }

    @cached_property
    def spelled(self) -> Mapping[str, Mapping[str, str]]:
        """Vocabulary to all spellings to the standard word."""
        found: dict[str, dict[str, str]] = {}
        for name, vocabulary in self.catalogue.vocabularies.items():
            known = found.setdefault(name, {})
            for word in vocabulary.words:
                for spelling in (word.zh, word.en, *word.synonyms):
                    known.setdefault(word_key(spelling), word.zh)
        return found

    @cached_property
    def settled(self) -> Mapping[str, Mapping[str, str]]:
        """Vocabulary to the spellings that the project's files settle, as compared, to the place."""
        return {
            name: {word_key(spelling): place for spelling, place in spellings.items()}
            for name, spellings in self.catalogue.settled.items()
        }

    @cached_property
    def titles(self) -> "_Letters":
        """The titles of the forms, to look for the nearest."""
        return _Letters.of(form.title.zh for form in self.catalogue.forms.values())

    def near(self, form: str | None, standard: str) -> list[str]:
        """Return the standard words of a form that look most like a text."""
        if form not in self.letters:
            words = (word for name in self.used[form] for word in self.exact[name].values())
            self.letters[form] = _Letters.of(words)
        return self.letters[form].near(standard)

    def targets(self, form: str | None, standard: str) -> dict[str, str]:
        """Return the vocabularies of a form that have a standard word, each with its spelling there."""
        key = word_key(standard)
        for known in (self.exact, self.spelled):
            found = {name: known[name][key] for name in self.used[form] if key in known[name]}
            if found:
                return found
        return {}


def _entries(table: Table) -> Iterator[_Entry]:
    """Yield the records that say what a word stands for; what is missing is told when the sheet is read."""
    columns = [
        table.columns[name].tolist() if name in table.columns else [None] * len(table)
        for name in ("table", "word", "standard")
    ]
    for row, (scope, word, standard) in enumerate(zip(*columns, strict=True)):
        if isinstance(word, str) and isinstance(standard, str):
            yield _Entry(table, row, scope if isinstance(scope, str) else "", clean(word), clean(standard))


def _learn(lesson: _Lesson, entries: Iterable[_Entry]) -> Iterator[Problem]:
    """Take up what the entries say, and yield what is wrong with them."""
    for entry in entries:
        for form in _scopes(entry.scope):
            if form and fold(form) not in lesson.forms:
                yield _no_form(entry, form, lesson)
                continue
            problem = _take(lesson, entry, lesson.forms[fold(form)] if form else None)
            if problem is not None:
                yield problem


def _scopes(typed: str) -> list[str]:
    """Return the forms a cell names; one empty text for all of them."""
    if fold(typed) in _EVERYWHERE:
        return [""]
    return list(dict.fromkeys(split(clean(typed.replace("\n", ";"))))) or [""]


def _take(lesson: _Lesson, entry: _Entry, form: str | None) -> Problem | None:
    """Take up one entry for one form, or for all."""
    key = word_key(entry.word)
    targets = lesson.targets(form, entry.standard)
    if not targets:
        if not (entry.standard.endswith(FULL_ENDINGS) and DEPARTMENTS in lesson.used[form]):
            return _no_word(entry, form, lesson)
        targets = {DEPARTMENTS: entry.standard}
    for name, standard in targets.items():
        if lesson.catalogue.vocabularies[name].open and word_key(standard) == key:
            targets[name] = entry.standard  # 研发部 is called 技术部 here, though that is its synonym
    free = {
        name: standard
        for name, standard in targets.items()
        if lesson.catalogue.vocabularies[name].open or lesson.exact[name].get(key, standard) == standard
    }
    if not free:
        return entry.problem(
            "word",
            Text(
                f"“{entry.word}”本身就是标准词，不能再表示“{entry.standard}”",
                f"'{entry.word}' is a standard word itself and cannot stand for '{entry.standard}'",
            ),
            Text("改用另一个原词，或删去这一行", "use another word, or delete the row"),
        )
    overruled = contradicted = None
    for name, standard in free.items():
        place = lesson.settled.get(name, {}).get(key)
        if place is not None:
            meant = lesson.spelled[name].get(key, standard)
            overruled = overruled or (None if meant == standard else (meant, place))
            continue
        # Departments are one list for the whole document.
        said = lesson.words.setdefault((None if name == DEPARTMENTS else form, name), {})
        first = said.setdefault(key, _Meaning(standard, int(entry.table.rows[entry.row]), entry.table.sheet))
        if first.standard != standard:
            contradicted = first
    if overruled is not None:
        return _overruled(entry, *overruled)
    return None if contradicted is None else _contradiction(entry, contradicted)


def _overruled(entry: _Entry, meant: str, place: str) -> Problem:
    return entry.problem(
        "standard",
        Text(
            f"项目设置里“{entry.word}”是“{meant}”（{place}），以设置为准",
            f"the project's files say that '{entry.word}' is '{meant}' ({place}), which counts",
        ),
        Text("删去这一行，或改项目设置", "delete the row, or change the project's files"),
    )


def _contradiction(entry: _Entry, first: _Meaning) -> Problem:
    where = Text(f"第 {first.row} 行", f"row {first.row}")
    if first.sheet != entry.table.sheet:
        where = Text(f"“{first.sheet}”{where.zh}", f"'{first.sheet}' {where.en}")
    return entry.problem(
        "standard",
        Text(
            f"与{where.zh}矛盾：那里“{entry.word}”是“{first.standard}”，按那一行读",
            f"contradicts {where.en}: there '{entry.word}' is '{first.standard}', which counts",
        ),
        Text("两行只留一行", "keep one of the two rows"),
    )


def _no_form(entry: _Entry, typed: str, lesson: _Lesson) -> Problem:
    near = lesson.titles.near(typed)
    every = Text("空着表示所有表", "blank stands for all")
    suggestion = (
        Text(f"是否是“{'”“'.join(near)}”？{every.zh}", f"did you mean {' or '.join(near)}? {every.en}")
        if near
        else Text(f"写表单的名称或编号，如“F02”；{every.zh}", f"write its title or number; {every.en}")
    )
    return entry.problem(
        "table",
        Text(f"没有名为“{typed[:_LONGEST]}”的表单", f"there is no form '{typed[:_LONGEST]}'"),
        suggestion,
    )


def _no_word(entry: _Entry, form: str | None, lesson: _Lesson) -> Problem:
    """Return what to say of a standard word that no vocabulary of the form knows."""
    shown = entry.standard[:_LONGEST]
    if lesson.directory.find(entry.standard):
        return entry.problem(
            "standard",
            Text(f"“{shown}”是人名，不是标准词", f"'{shown}' is a person, not a standard word"),
            Text(
                f"请在名册的“别名”里加上“{entry.word}”",
                f"add '{entry.word}' to the other names in the directory",
            ),
        )
    near = lesson.near(form, entry.standard)
    where = Text("", "") if form is None else lesson.catalogue.forms[form].title
    message = Text(
        f"{f'“{where.zh}”的' if where.zh else ''}词表中没有“{shown}”",
        f"no word list{f' of {where.en}' if where.en else ''} has '{shown}'",
    )
    if near:
        suggestion = Text(f"是否是“{'”“'.join(near)}”？", f"did you mean {' or '.join(near)}?")
    else:
        suggestion = Text(
            "写词表里的标准词，如“已完成”", "write a standard word of the lists, such as 已完成"
        )
    return entry.problem("standard", message, suggestion)


def _standards(meanings: Mapping[str, _Meaning]) -> dict[str, str]:
    return {key: meaning.standard for key, meaning in meanings.items()}
