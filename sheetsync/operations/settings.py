"""`config show`: the settings in force, each with where it came from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from sheetsync.config.file import places
from sheetsync.config.settings import Settings
from sheetsync.specfile import SpecTree
from sheetsync.text import Text, same

DEFAULT = Text("默认", "default")

_REFERENCE = re.compile(r"(env|file):.+")
_SECRET = re.compile(r"password|passwd|secret|token|webhook", re.IGNORECASE)
_PASSWORD = re.compile(r"(://[^:/@\s]*):[^@\s]+@")
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force.

    Args:
        name: Such as `calendar.region`.
        value: As JSON has it; secrets are hidden, and references to them are not followed.
        origin: Where it came from: a line of the file, an option, the environment, or the default.
    """

    name: str
    value: object
    origin: Text


def effective(
    settings: Settings, tree: SpecTree | None, given: Mapping[str, tuple[object, str]]
) -> tuple[Setting, ...]:
    """Return all settings in force.

    Args:
        settings: The settings.
        tree: The file they were read from, None where there is none.
        given: What was said for this run alone: name to value and origin.
    """
    lines = places(tree) if tree is not None else {}
    found: dict[str, Setting] = {}
    for name, value in _values(settings, tree.data if tree is not None else {}, ""):
        # An empty section says nothing.
        stated = name in lines and value != {}
        found[name] = Setting(name, _shown(name, value), same(lines[name]) if stated else DEFAULT)
    found |= {name: Setting(name, value, same(origin)) for name, (value, origin) in given.items()}
    return tuple(found.values())


def _values(model: BaseModel, written: Mapping[str, object], above: str) -> Iterator[tuple[str, object]]:
    """Yield the settings of a section by name; what people name themselves as they wrote it."""
    for field in type(model).model_fields:
        name, value = f"{above}{field}", getattr(model, field)
        said = written.get(field)
        inside = said if isinstance(said, Mapping) else {}
        if isinstance(value, BaseModel):
            yield from _values(value, inside, f"{name}.")
        elif isinstance(value, Mapping) and (inside or value):
            yield from _flat(inside or value, f"{name}.")
        else:
            yield name, value


def _flat(values: Mapping[str, object], above: str) -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _shown(name: str, value: object) -> object:
    """Return a value as JSON has it, without what nobody but its owner may see."""
    plain = to_jsonable_python(value)
    if not isinstance(plain, str) or not plain or _REFERENCE.fullmatch(plain):
        return plain
    if _SECRET.search(name.rpartition(".")[2]):
        return _HIDDEN
    return _PASSWORD.sub(rf"\1:{_HIDDEN}@", plain)
