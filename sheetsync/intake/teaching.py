"""Vocabularies that have learnt more: words of the project, and its departments with their short names."""

from collections.abc import Mapping
from dataclasses import replace

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, Form, Vocabulary, Word
from sheetsync.intake.directory import DEPARTMENTS, Directory
from sheetsync.intake.words import word_key
from sheetsync.text import Text

_ENDINGS = ("部", "事业部", "部门", "中心", "分公司", "小组", "组", "室", "处", "科")
"""What a short name leaves out; an earlier one has the first claim to it."""
_STEPS = 4
"""So many renamings are followed."""


def with_departments(catalogue: Catalogue, directory: Directory) -> Catalogue:
    """Return the catalogue with the directory's departments as standard words, short names among them."""
    names = directory.departments
    if not names:
        return catalogue
    shipped = catalogue.vocabularies.get(DEPARTMENTS)
    if shipped is None:
        shipped = Vocabulary(title=Text("部门", "Departments"), words=(), open=True)
    listed = {word.zh: word for word in shipped.words}
    own = tuple(listed.get(name) or Word(zh=name, en=name) for name in names)
    others = tuple(word for word in shipped.words if word.zh not in set(names))
    vocabulary = shipped.model_copy(update={"words": own + others})
    vocabulary = taught(vocabulary, {word_key(name): name for name in names} | _short(directory))
    return replace(catalogue, vocabularies={**catalogue.vocabularies, DEPARTMENTS: vocabulary})


def _short(directory: Directory) -> dict[str, str]:
    """Return the short names of departments, as compared, to their full ones; persons' names are none."""
    names = directory.departments
    full = {word_key(name) for name in names}
    found: dict[str, str] = {}
    for ending in _ENDINGS:
        for name in names:
            short = word_key(name.removesuffix(ending))
            if not name.endswith(ending) or len(short) < 2 or short in full or directory.find(short):
                continue
            found.setdefault(short, name)
    return found


def taught(vocabulary: Vocabulary, standards: Mapping[str, str]) -> Vocabulary:
    """Return a vocabulary in which words (as compared) stand for standard words, and for nothing else.

    A standard word that is said to stand for another one is none any more; what stood for it now stands for
    the other one.
    """
    added: dict[str, list[str]] = {}
    for key, standard in standards.items():
        added.setdefault(_final(standard, standards), []).append(key)
    kept: list[Word] = []
    for word in vocabulary.words:
        final = _final(word.zh, standards)
        if final == word.zh:
            kept.append(word)
        else:
            added.setdefault(final, []).extend((word.en, *word.synonyms))
    present = {word.zh for word in kept}
    kept.extend(Word(zh=standard, en=standard) for standard in added if standard not in present)

    def means(text: str, word: Word) -> bool:
        return standards.get(word_key(text), word.zh) == word.zh

    words = tuple(
        word.model_copy(
            update={
                "en": word.en if means(word.en, word) else word.zh,
                "synonyms": (
                    *(text for text in word.synonyms if means(text, word)),
                    *added.get(word.zh, ()),
                ),
            }
        )
        for word in kept
    )
    return vocabulary.model_copy(update={"words": words})


def _final(standard: str, standards: Mapping[str, str]) -> str:
    """Return what a word stands for in the end: departments are merged and renamed."""
    for _ in range(_STEPS):
        following = standards.get(word_key(standard), standard)
        if following == standard:
            break
        standard = following
    return standard


def pointed(form: Form, name: str, own: str) -> Form:
    """Return a form whose columns are read with a vocabulary of its own instead of `name`."""

    def of_its_own(column: Column) -> Column:
        return column.model_copy(update={"vocabulary": own}) if column.vocabulary == name else column

    group = form.open_columns
    if group is not None and group.vocabulary == name:
        group = group.model_copy(update={"vocabulary": own})
    return form.model_copy(update={"columns": tuple(map(of_its_own, form.columns)), "open_columns": group})
