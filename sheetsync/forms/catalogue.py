"""All forms and vocabularies a run knows: the project's own before the shipped ones."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sheetsync import specfile
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.forms.extension import FormExtension, extended, wrong
from sheetsync.forms.spec import Column, Form, Vocabulary, VocabularyFile
from sheetsync.text import Text

VOCABULARIES = "vocabularies"


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What a run knows of forms and words; equal only to itself: what it gives can be kept by it.

    Args:
        forms: The forms by id.
        vocabularies: The lists of words by name.
        settled: By vocabulary, the spellings that files of the project give a meaning, with the place such as
            `sheetsync.toml:12`; a workbook cannot give them another one.
    """

    forms: Mapping[str, Form]
    vocabularies: Mapping[str, Vocabulary]
    settled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def sheets(self) -> tuple[Form, ...]:
        """The forms that people keep sheets of, in the order of their codes."""
        return tuple(form for form in self.forms.values() if not form.internal)

    def form(self, name: str) -> Form:
        """Return a form by its id, code (`F11`) or title.

        Raises:
            UsageError: There is no such form.
        """
        known_forms = {form.id: form for form in self.sheets}
        for form in known_forms.values():
            if name in {form.id, form.title.zh, form.title.en} or name.upper() == form.code:
                return form
        near = difflib.get_close_matches(name, known_forms, n=1, cutoff=0.5)
        known = "、".join(known_forms)
        raise UsageError(
            Text(f"没有名为“{name}”的表单。", f"There is no form '{name}'."),
            fix=Text(
                (f"是否想写 {near[0]}？" if near else "") + f"可用的表单：{known}。",
                (f"Did you mean {near[0]}? " if near else "")
                + f"The forms are: {known.replace('、', ', ')}.",
            ),
        )

    def vocabulary(self, name: str) -> Vocabulary:
        """Return a vocabulary by its name."""
        return self.vocabularies[name]


def build(files: Iterable[tuple[str, str, str]]) -> Catalogue:
    """Build the catalogue from spec files.

    Args:
        files: (name without ending, path to show in messages, text); of two files of one name the first wins.
            Files that extend a form come on top of it, whatever their names.
            Of two files of vocabularies the first is the project's; what lists it has come before the others.

    Returns:
        The catalogue, forms in the order of their codes, support sheets (B…) last.

    Raises:
        SpecFileError: A file is wrong, with its line.
    """
    forms: dict[str, Form] = {}
    words: dict[str, Vocabulary] = {}
    settled: dict[str, dict[str, str]] = {}
    trees: dict[str, specfile.SpecTree] = {}
    extensions: list[tuple[specfile.SpecTree, FormExtension]] = []
    for name, shown, text in files:
        if name == VOCABULARIES:
            tree = specfile.parse_yaml(text, shown)
            if words:
                settled = _spellings(words, trees[VOCABULARIES])
            words = specfile.check(tree, VocabularyFile).vocabularies | words
            trees.setdefault(name, tree)
            continue
        if name in trees:
            continue
        tree = specfile.parse_yaml(text, shown)
        if isinstance(tree.data, dict) and "extends" in tree.data:
            extensions.append((tree, specfile.check(tree, FormExtension)))
            continue
        trees[name] = tree
        form = specfile.check(tree, Form)
        if form.id != name:
            raise specfile.mistake(
                tree,
                ("id",),
                Text(f"id 应与文件名一致：{name}", f"the id must equal the file's name: {name}"),
            )
        forms[form.id] = form
    for form in forms.values():
        _check_columns(form.columns, words, trees[form.id])
    for tree, extension in extensions:
        forms[extension.extends] = _extended(tree, extension, forms, words)
    ordered = sorted(forms.values(), key=lambda form: (form.is_support, form.code))
    return Catalogue({form.id: form for form in ordered}, words, settled)


def _spellings(words: Mapping[str, Vocabulary], tree: specfile.SpecTree) -> dict[str, dict[str, str]]:
    """Return all spellings of the vocabularies of a file, each with its place."""
    return {
        name: {
            spelling: f"{tree.name}:{tree.line(('vocabularies', name, 'words', number))}"
            for number, word in enumerate(vocabulary.words)
            for spelling in (word.zh, word.en, *word.synonyms)
        }
        for name, vocabulary in words.items()
    }


def _extended(
    tree: specfile.SpecTree,
    extension: FormExtension,
    forms: Mapping[str, Form],
    words: Mapping[str, Vocabulary],
) -> Form:
    """Return the form that a file extends, with what it adds."""
    if extension.extends not in forms:
        near = difflib.get_close_matches(extension.extends, forms, n=1)
        raise specfile.mistake(
            tree,
            ("extends",),
            Text(
                f"没有表单 {extension.extends}" + (f"，是否想写 {near[0]}" if near else ""),
                f"there is no form {extension.extends}" + (f"; did you mean {near[0]}" if near else ""),
            ),
        )
    form = forms[extension.extends]
    for path, said in wrong(extension, form):
        raise specfile.mistake(tree, path, said)
    _check_columns(extension.columns, words, tree)
    return extended(form, extension)


def _check_columns(
    columns: Iterable[Column], words: Mapping[str, Vocabulary], tree: specfile.SpecTree
) -> None:
    """Refuse what a form's own model cannot see: unknown vocabularies, broken patterns, missing words."""
    for index, column in enumerate(columns):
        path: specfile.Path = ("columns", index)
        if column.vocabulary is not None and column.vocabulary not in words:
            near = difflib.get_close_matches(column.vocabulary, words, n=1)
            raise specfile.mistake(
                tree,
                (*path, "vocabulary"),
                Text(
                    f"没有词表 {column.vocabulary}" + (f"，是否想写 {near[0]}" if near else ""),
                    f"there is no vocabulary {column.vocabulary}"
                    + (f"; did you mean {near[0]}" if near else ""),
                ),
            )
        if column.kind in {"word", "raci"} and column.vocabulary is None:
            raise specfile.mistake(
                tree, path, Text("kind 为 word 时需要 vocabulary", "kind word needs a vocabulary")
            )
        if column.pattern is not None:
            _check_pattern(column.pattern, tree, (*path, "pattern"))


def _check_pattern(pattern: str, tree: specfile.SpecTree, path: specfile.Path) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise SpecFileError(
            Text(f"正则表达式不对：{error}", f"not a regular expression: {error}"),
            where=f"{tree.name}:{tree.line(path)}",
        ) from error
