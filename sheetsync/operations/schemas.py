"""JSON Schemas of the files that people write, from the models that read them, for editors."""

import inspect
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from sheetsync.config.settings import Settings
from sheetsync.errors import UsageError
from sheetsync.forms.extension import FormExtension
from sheetsync.forms.spec import Form, VocabularyFile
from sheetsync.jobs.lengths import said
from sheetsync.jobs.spec import JobFile
from sheetsync.mistakes import nearest
from sheetsync.operations.rule_cases import CaseFile
from sheetsync.rules.checks.registry import RULES
from sheetsync.rules.eventspec import EventFile
from sheetsync.rules.parse import PackHead
from sheetsync.templates.preset import Preset
from sheetsync.text import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_ENTRY = re.compile(r"(\w+): (.+)")


def schema(name: str) -> dict[str, Any]:
    """Return one schema (draft 2020-12).

    Args:
        name: One of `SCHEMAS`.

    Raises:
        UsageError: There is no such schema.
    """
    if name not in SCHEMAS:
        near = nearest(name, SCHEMAS)
        names = "、".join(SCHEMAS)
        raise UsageError(
            Text(f"没有名为“{name}”的 JSON Schema。", f"There is no schema '{name}'."),
            fix=Text(
                (f"是否想写 {near}？" if near else "") + f"可用：{names}。",
                (f"Did you mean {near}? " if near else "") + f"There are {names.replace('、', ', ')}.",
            ),
        )
    return {"$schema": DIALECT, **SCHEMAS[name]()}


def hint(name: str, file: Path, project: Path) -> str:
    """Return the line that tells an editor which schema a file has; it stands first in the file.

    Args:
        name: The schema.
        file: Where it lies.
        project: The project folder.
    """
    place = Path(os.path.relpath(file, (project / FILES[name]).parent)).as_posix()
    if name == "settings":
        return f"#:schema {place if place.startswith(('../', '/')) else f'./{place}'}"
    return f"# yaml-language-server: $schema={place}"


class _Described(GenerateJsonSchema):
    """Takes descriptions from docstrings, and describes times as these files write them."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Describe a model and its keys."""
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        made.pop("title", None)
        made["description"] = _summary(model)
        told = _arguments(model)
        for name, info in model.model_fields.items():
            key = info.alias or name
            if name in told and key in made.get("properties", {}):
                made["properties"][key] = {**made["properties"][key], "description": told[name]}
        return made

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the parent's signature
        """Leave out titles: they would say the key once more."""
        return False

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Describe a mapping; a key that is not written like a key is a mistake."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made

    def encode_default(self, dft: object) -> Any:  # noqa: ANN401 - any JSON value, as the parent has it
        """Write a default as these files write it; lengths of time are not ISO 8601 there."""
        if isinstance(dft, timedelta):
            return said(dft)
        if isinstance(dft, tuple):
            return [self.encode_default(one) for one in dft]
        return super().encode_default(dft)

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:  # noqa: ARG002 - as above
        """Describe a time of day without zone and, mostly, without seconds."""
        return {"type": "string", "pattern": f"^{_CLOCK}$"}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:  # noqa: ARG002 - as above
        """Describe a moment, with or without seconds and zone."""
        return {"type": "string", "pattern": rf"^\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(Z|[+-]\d\d:\d\d)?$"}


def _of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True, schema_generator=_Described)


def _rules() -> dict[str, Any]:
    """Return the schema of rule packs: what a rule may say depends on its `check`."""
    whole = _of(PackHead)
    definitions: dict[str, Any] = {}
    for check, model in RULES.items():
        one = _of(model)
        definitions |= one.pop("$defs", {})
        one["properties"]["check"] = {"const": check, "description": one["description"]}
        definitions[f"check-{check}"] = one
    whole["properties"]["rules"] = {
        "type": "array",
        "description": "The rules; what else a rule may say depends on its check.",
        "items": {"oneOf": [{"$ref": f"#/$defs/check-{check}"} for check in RULES]},
    }
    return {**whole, "$defs": {**whole.get("$defs", {}), **definitions}}


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "settings": lambda: _of(Settings),
    "rules": _rules,
    "events": lambda: _of(EventFile),
    "job": lambda: _of(JobFile),
    "form": lambda: _of(Form),
    "form-extension": lambda: _of(FormExtension),
    "preset": lambda: _of(Preset),
    "vocabularies": lambda: _of(VocabularyFile),
    "cases": lambda: _of(CaseFile),
}
"""Name of each schema to what makes it."""

FILES: Mapping[str, str] = {
    "settings": "sheetsync.toml",
    "rules": "rules/*.yaml",
    "events": "rules/events/*.yaml",
    "job": "jobs/*.yaml",
    "form": "workbook_templates/*.yaml",
    "form-extension": "workbook_templates/*.yaml",
    "preset": "workbook_templates/presets/*.yaml",
    "vocabularies": "workbook_templates/vocabularies.yaml",
    "cases": "rules/cases/*.yaml",
}
"""Name of each schema to the files it is for."""


def _summary(model: type[BaseModel]) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join(inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].split())


def _arguments(model: type[BaseModel]) -> dict[str, str]:
    """Return what the docstrings of a model and its parents say of each field."""
    told: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if issubclass(parent, BaseModel):
            told |= dict(_entries(inspect.cleandoc(parent.__doc__ or "")))
    return told


def _entries(document: str) -> Iterator[tuple[str, str]]:
    """Yield the entries of the section `Args:`; lines that are indented further belong to the one before."""
    _, _, section = document.partition("\nArgs:\n")
    name, words = "", ""
    for line in section.split("\n\n")[0].splitlines():
        entry = _ENTRY.fullmatch(line.removeprefix("    "))
        if entry:
            if name:
                yield name, words
            name, words = entry[1], entry[2]
        else:
            words += f" {line.strip()}"
    if name:
        yield name, words
