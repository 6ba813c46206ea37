"""Reads preset files: the model first, then what only shows when names are looked up."""

from collections.abc import Iterable, Iterator, Mapping
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from sheetsync import specfile
from sheetsync.errors import UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Spec
from sheetsync.mistakes import nearest
from sheetsync.templates.preset import Names, Preset
from sheetsync.text import Text

Files = Iterable[tuple[str, str, str]]
"""(name without ending, path to show in messages, text), a project's own first."""

_Named = tuple[specfile.Path, Names, str]


def read_preset(name: str, files: Files, catalogue: Catalogue) -> Preset:
    """Return the preset of this name.

    Args:
        name: Name of its file without ending.
        files: The preset files.
        catalogue: All forms and vocabularies.

    Raises:
        UsageError: There is none of this name.
        SpecFileError: Its file is wrong, with the line.
    """
    known: dict[str, tuple[str, str]] = {}
    for own, shown, text in files:
        known.setdefault(own, (shown, text))
    if name not in known:
        near = nearest(name, known)
        names = "、".join(sorted(known))
        raise UsageError(
            Text(f"没有名为“{name}”的场景预设。", f"There is no preset '{name}'."),
            fix=Text(
                (f"是否想写 {near}？" if near else "") + f"可用：{names}。",
                (f"Did you mean {near}? " if near else "") + f"There are {names.replace('、', ', ')}.",
            ),
        )
    return _read(*known[name], catalogue)


def read_presets(files: Files, catalogue: Catalogue) -> Mapping[str, Preset]:
    """Return all presets by name, in the order of their names.

    Args:
        files: The preset files; of two of one name the first counts.
        catalogue: All forms and vocabularies.

    Raises:
        SpecFileError: A file is wrong, with its line.
    """
    known: dict[str, Preset] = {}
    for name, shown, text in files:
        if name not in known:
            known[name] = _read(shown, text, catalogue)
    return dict(sorted(known.items()))


def _read(shown: str, text: str, catalogue: Catalogue) -> Preset:
    tree = specfile.parse_yaml(text, shown)
    preset = specfile.check(tree, Preset)
    for path, said in (*_unknown(preset, catalogue), *_wrong(preset)):
        raise specfile.mistake(tree, path, said)
    return preset


def _unknown(preset: Preset, catalogue: Catalogue) -> Iterator[tuple[specfile.Path, Text]]:
    """Yield names that nothing bears."""
    steps = {
        f"{number}-{step}"
        for number, task in enumerate(preset.tasks, start=1)
        for step in range(1, len(task.steps) + 1)
    }
    tasks = {str(number) for number in range(1, len(preset.tasks) + 1)}
    known: dict[str, Iterable[str]] = {
        "person": preset.people,
        "department": {one.department.zh for one in preset.team},
        "form": {form.id for form in catalogue.sheets},
        "task": tasks,
        "step": steps,
        "part": tasks | steps,
        "node": {str(number) for number in range(1, len(preset.nodes) + 1)},
    }
    for path, names, given in _walk(Preset, preset, ()):
        if names.what == "word":
            possible: Iterable[str] = [word.zh for word in catalogue.vocabulary(names.vocabulary).words]
        else:
            possible = known[names.what]
        # A step is named by its number within its task, and the task is on the way to it.
        name = f"{int(path[1]) + 1}-{given}" if names.what == "step" else given
        if name in possible:
            continue
        near = nearest(name, possible)
        what = _WHAT[names.what]
        yield (
            path,
            Text(
                f"没有{what.zh}“{name}”" + (f"，是否想写 {near}" if near else ""),
                f"there is no {what.en} '{name}'" + (f"; did you mean {near}" if near else ""),
            ),
        )


_WHAT: Mapping[str, Text] = {
    "person": Text("人员（team）", "person in the team"),
    "department": Text("部门（team）", "department in the team"),
    "form": Text("表单", "form"),
    "task": Text("任务", "task"),
    "step": Text("子任务", "step"),
    "part": Text("任务或子任务", "task or step"),
    "node": Text("节点", "node"),
    "word": Text("标准词", "standard word"),
}


def _walk(kind: Any, value: Any, path: specfile.Path) -> Iterator[_Named]:  # noqa: ANN401 - types and values
    """Yield every marked text or number inside a value, with its place."""
    inner = get_args(kind)
    if get_origin(kind) is Annotated:
        if value is not None:
            yield from ((path, mark, str(value)) for mark in inner[1:] if isinstance(mark, Names))
        yield from _walk(inner[0], value, path)
    elif NoneType in inner:
        yield from _walk(inner[0], value, path)
    else:
        for part, item, step in _parts(inner, value):
            yield from _walk(part, item, (*path, step))


def _parts(inner: tuple[Any, ...], value: Any) -> Iterator[tuple[Any, Any, str | int]]:  # noqa: ANN401 - as above
    """Yield what a value is made of: its type, itself, and the step that leads to it."""
    if isinstance(value, Spec):
        hints = get_type_hints(type(value), include_extras=True)
        yield from ((hints[name], getattr(value, name), name) for name in type(value).model_fields)
    elif isinstance(value, tuple):
        yield from ((inner[0], item, number) for number, item in enumerate(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield inner[0], key, key
            yield inner[1], item, key


def _wrong(preset: Preset) -> Iterator[tuple[specfile.Path, Text]]:
    """Yield matrices and due days that our own rules would flag."""
    for number, task in enumerate(preset.tasks):
        letters = "".join(task.raci.values())
        if letters.count("A") != 1 or "R" not in letters:
            said = Text("RACI 应恰好一个 A、至少一个 R", "RACI needs exactly one A and at least one R")
            yield ("tasks", number, "raci"), said
        last = max(step.days[1] for step in task.steps)
        if task.due < last:
            said = Text(f"早于子任务的截止日 {last}", f"is before the due day {last} of a step")
            yield ("tasks", number, "due"), said
