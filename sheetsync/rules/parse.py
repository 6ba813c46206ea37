"""Rule files to rule packs: each form, column and word a rule names must exist; mistakes carry their line."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sheetsync import specfile
from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, Form, Spec, Words
from sheetsync.rules import wording
from sheetsync.rules.checks.registry import RULES
from sheetsync.rules.rows import state_column
from sheetsync.rules.spec import Rule
from sheetsync.specfile import Path, SpecTree
from sheetsync.text import Text


class PackHead(Spec):
    """What a rule file says before its rules.

    Args:
        pack: Name of the pack, that of the file.
        title: What it is called.
        rules: The rules.
    """

    pack: str
    title: Words
    rules: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """The rules of one file.

    Args:
        name: The file's name without ending.
        title: What the pack is called.
        rules: The rules in their order.
        places: `file:line` of each rule, by its name such as `T43/unrequested`.
        own: True for a pack of the project, False for a shipped one.
        origins: Where a key was changed from outside the pack: (name of the rule, key) to place.
    """

    name: str
    title: Text
    rules: tuple[Rule, ...]
    places: Mapping[str, str]
    own: bool = False
    origins: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def only(self, ids: Iterable[str]) -> "RulePack":
        """Return the pack with the rules of these ids alone."""
        wanted = set(ids)
        kept = tuple(rule for rule in self.rules if rule.id in wanted)
        return replace(self, rules=kept)


def build(files: Iterable[tuple[str, str, str]], catalogue: Catalogue) -> tuple[RulePack, ...]:
    """Build the packs from rule files.

    Args:
        files: (name without ending, path to show in messages, text); of two files of one name the first wins.
        catalogue: The forms the rules are about.

    Raises:
        SpecFileError: A file is wrong, with its line.
    """
    packs: dict[str, RulePack] = {}
    homes: dict[str, str] = {}
    for name, shown, text in files:
        if name in packs:
            continue
        packs[name] = pack = parse(text, shown, catalogue)
        for rule in pack.rules:
            if homes.setdefault(rule.name, name) != name:
                other = packs[homes[rule.name]].places[rule.name]
                raise SpecFileError(
                    Text(
                        f"规则 {rule.name} 已在 {other} 定义",
                        f"rule {rule.name} is already defined in {other}",
                    ),
                    where=pack.places[rule.name],
                )
    return tuple(packs.values())


def parse(text: str, name: str, catalogue: Catalogue) -> RulePack:
    """Read one rule file.

    Args:
        text: The whole file.
        name: What to call it in messages.
        catalogue: The forms the rules are about.

    Raises:
        SpecFileError: With every mistake of the file, each with its line.
    """
    tree = specfile.parse_yaml(text, name)
    head = specfile.check(tree, PackHead)
    mistakes: list[SpecFileError] = []
    rules: list[Rule] = []
    places: dict[str, str] = {}
    for index in range(len(head.rules)):
        branch = _branch(tree, ("rules", index))
        try:
            rule = _rule(branch)
        except SpecFileError as error:
            mistakes.append(error)
            continue
        mistakes += unknown(rule, branch, catalogue)
        if rule.name in places:
            mistakes.append(
                specfile.mistake(
                    branch, ("id",), Text(f"规则 {rule.name} 重复", f"rule {rule.name} stands twice")
                )
            )
        places.setdefault(rule.name, f"{name}:{branch.line(())}")
        rules.append(rule)
    if mistakes:
        raise _together(mistakes)
    return RulePack(name=head.pack, title=head.title, rules=tuple(rules), places=places)


def needed_fields(packs: Iterable[RulePack], catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the columns that the rules read, by form; what else a sheet holds need not be read for them."""
    needed: dict[str, set[str]] = {}
    for rule in (rule for pack in packs for rule in pack.rules):
        for name in rule.forms:
            form = catalogue.forms[name]
            own = set(rule.reads(form, catalogue))
            own |= {form.key} | ({form.owner} if form.owner else set())
            own |= {column.id for column in form.columns if column.kind == "word" and column.vocabulary}
            own |= {derive.source for field in own if (derive := form.column(field).derive)}
            needed.setdefault(name, set()).update(own)
        for _, name, columns in rule.elsewhere():
            fields = {field for holder in columns.values() for field in holder}
            needed.setdefault(name, set()).update(fields, {catalogue.forms[name].key})
    return {form: frozenset(fields) for form, fields in needed.items()}


def _rule(branch: SpecTree) -> Rule:
    """Read one rule by the model of its check."""
    data = branch.data
    check = data.get("check") if isinstance(data, dict) else None
    if check is None:
        return specfile.check(branch, Rule)  # says what is missing
    if not isinstance(check, str) or check not in RULES:
        raise specfile.mistake(branch, ("check",), _no_such("check", "检查方式", str(check), RULES))
    return specfile.check(branch, RULES[check])


def unknown(rule: Rule, branch: SpecTree, catalogue: Catalogue) -> Iterator[SpecFileError]:
    """Yield what the rule's own model cannot see: unknown forms, columns, words and names in messages."""
    forms: list[Form] = []
    for name in rule.forms:
        if name in catalogue.forms:
            forms.append(catalogue.forms[name])
        else:
            yield specfile.mistake(branch, ("form",), _no_such("form", "表单", name, catalogue.forms))
    if len(forms) < len(rule.forms):
        return
    for key, fields in rule.columns():
        yield from _unknown_columns(key, fields, forms, branch)
    yield from _unknown_elsewhere(rule, branch, catalogue)
    for form in forms:
        yield from _unknown_words(rule, form, branch, catalogue)
        for key, said in rule.mistakes(form, catalogue):
            yield specfile.mistake(branch, (key,), said)
    for key, said in (("message", rule.message), ("step", rule.step)):
        for language, words in (("zh", said.zh), ("en", said.en)):
            yield from _unknown_names((key, language), words, rule, branch)


def _unknown_columns(
    key: str, fields: tuple[str, ...], forms: list[Form], branch: SpecTree
) -> Iterator[SpecFileError]:
    known = {column.id: None for form in forms for column in form.columns}
    for name in fields:
        if name not in known:
            yield specfile.mistake(branch, (key, name), _no_such("column", "列", name, known))
    for form in forms:
        if fields and all(name in known for name in fields) and not any(map(form.has, fields)):
            yield specfile.mistake(
                branch,
                (key,),
                Text(
                    f"表单 {form.id} 没有列 {'、'.join(fields)}",
                    f"form {form.id} has no column {', '.join(fields)}",
                ),
            )


def _unknown_elsewhere(rule: Rule, branch: SpecTree, catalogue: Catalogue) -> Iterator[SpecFileError]:
    for key, other, columns in rule.elsewhere():
        if other not in catalogue.forms:
            yield specfile.mistake(branch, (key,), _no_such("form", "表单", other, catalogue.forms))
            continue
        for holder, fields in columns.items():
            yield from _unknown_columns(holder, fields, [catalogue.forms[other]], branch)


def _unknown_words(rule: Rule, form: Form, branch: SpecTree, catalogue: Catalogue) -> Iterator[SpecFileError]:
    """Yield the words that the columns of a form do not know."""
    named: list[tuple[Path, Column, tuple[str, ...]]] = [
        (("when", field), form.column(field), words) for field, words in rule.when.items() if form.has(field)
    ]
    if state := state_column(form, catalogue):
        named += [((key,), state, getattr(rule, key)) for key in rule.state_keys]
    for path, column, words in named:
        if column.vocabulary is None:
            yield specfile.mistake(
                branch, path, Text(f"列 {column.id} 没有词表", f"the column {column.id} has no list of words")
            )
            continue
        known = {word.zh: None for word in catalogue.vocabulary(column.vocabulary).words}
        for word in words:
            if word not in known:
                yield specfile.mistake(branch, path, _no_such("word", "词", word, known))


def _unknown_names(path: Path, words: str, rule: Rule, branch: SpecTree) -> Iterator[SpecFileError]:
    known = dict.fromkeys((*rule.facts, *rule.constants))
    try:
        names = wording.template(words).names
    except ValueError as error:
        yield specfile.mistake(branch, path, Text(f"花括号只能写成 {{due}} 这样：{words}", str(error)))
        return
    for name in names:
        if name not in known:
            yield specfile.mistake(branch, path, _no_such("name", "占位符", name, known))


def _no_such(kind: str, chinese: str, given: str, known: Mapping[str, object]) -> Text:
    near = difflib.get_close_matches(given, known, n=1, cutoff=0.5)
    return Text(
        f"没有{chinese} {given}" + (f"，是否想写 {near[0]}" if near else f"，可用：{'、'.join(known)}"),
        f"there is no {kind} '{given}'"
        + (f"; did you mean {near[0]}" if near else f"; known: {', '.join(known)}"),
    )


def _branch(tree: SpecTree, path: Path) -> SpecTree:
    """Return a part of a file as a tree of its own that knows its lines."""
    data = tree.data
    for step in path:
        data = data[step]
    size = len(path)
    return SpecTree(
        tree.name, data, {at[size:]: line for at, line in tree.lines.items() if at[:size] == path}
    )


def _together(mistakes: list[SpecFileError]) -> SpecFileError:
    """Return all mistakes of a file as one error, at the place of the first."""
    if len(mistakes) == 1:
        return mistakes[0]
    said = [(mistake.where or "").rpartition(":")[2] for mistake in mistakes]
    return SpecFileError(
        Text(
            "；".join(_with_line(m.what.zh, f"第 {line} 行") for m, line in zip(mistakes, said, strict=True)),
            "; ".join(_with_line(m.what.en, f"line {line}:") for m, line in zip(mistakes, said, strict=True)),
        ),
        where=mistakes[0].where,
    )


def _with_line(words: str, line: str) -> str:
    return words if words.startswith(line) else f"{line} {words}"
