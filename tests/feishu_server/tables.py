"""Bases, tables, fields and records as the server keeps them; and how tests fill and look at them."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any

from tests.feishu_server.answers import Refusal
from tests.feishu_server.fieldtypes import EMPTY, TYPES, take

_IDS = count(1)
ME = "ou_app"
"""Who writes through the app."""


def new_id(prefix: str) -> str:
    return f"{prefix}{next(_IDS):08x}"


@dataclass
class Field:
    """A column.

    Args:
        compute: For formulas and lookups of tests: a record to its list of values.
    """

    name: str
    type: int
    ui_type: str
    traits: dict = field(default_factory=dict)
    id: str = field(default_factory=lambda: new_id("fld"))
    description: object = None
    compute: Callable[["Record"], list] | None = None

    @property
    def option_names(self) -> set[str]:
        return {option["name"] for option in self.traits.get("options", ())}

    def add_option(self, name: str, colour: int | None = None) -> None:
        options = self.traits.setdefault("options", [])
        colour = colour if colour is not None else len(options) % 55
        options.append({"name": name, "id": new_id("opt"), "color": colour})

    def shown(self, *, primary: bool) -> dict:
        return {
            "field_id": self.id,
            "field_name": self.name,
            "type": self.type,
            "ui_type": self.ui_type,
            "property": copy.deepcopy(self.traits) or None,
            "is_primary": primary,
            "is_hidden": False,
            **({"description": self.description} if self.description else {}),
        }


@dataclass
class Record:
    """A row: values by id of field, as they are kept."""

    id: str
    number: int
    created: int
    modified: int
    values: dict[str, Any] = field(default_factory=dict)
    author: str = ME
    editor: str = ME


class Table:
    """A table of a base."""

    def __init__(self, base: "Base", name: str) -> None:
        self.base = base
        self.name = name
        self.id = new_id("tbl")
        self.revision = 1
        self.fields: dict[str, Field] = {}
        self.records: dict[str, Record] = {}
        self.views: dict[str, dict] = {}
        self._numbers = count(1)

    # --- for the server ---

    def named(self, name: str) -> Field | None:
        return next((one for one in self.fields.values() if one.name == name), None)

    def read_in(self, given: object) -> dict[str, Any]:
        """Return what is kept of the `fields` of a record; refuse all of it where one does not fit."""
        if not isinstance(given, dict):
            raise Refusal(1254001, "WrongRequestBody: fields")
        kept = {}
        for name, value in given.items():
            column = self.named(name)
            if column is None:
                raise Refusal(1254045, f"FieldNameNotFound: {name}")
            kept[column.id] = take(value, column, self)
        return kept

    def create(self, values: Mapping[str, Any], who: str = ME) -> Record:
        now = self.base.now_ms()
        record = Record(new_id("rec"), next(self._numbers), now, now, author=who, editor=who)
        self.records[record.id] = record
        self._set(record, values)
        return record

    def update(self, record: Record, values: Mapping[str, Any], who: str = ME) -> None:
        record.modified, record.editor = self.base.now_ms(), who
        self._set(record, values)

    def changed(self) -> None:
        self.revision += 1
        self.base.revision += 1

    def shape(self, record: Record, column: Field, *, old: bool) -> Any:
        """Return a cell as it reads, None where it is empty; `old` for list and get."""
        kind = TYPES[column.type]
        if column.type in {19, 20}:
            values = column.compute(record) if column.compute else []
            if old:
                return [{"text": str(one), "type": "text"} for one in values] or None
            data = column.traits.get("type", {}).get("data_type", 1)
            return {"type": data, "ui_type": TYPES[data].names[0], "value": values} if values else None
        automatic = self._automatic(record, column.type)
        if automatic is not None:
            return automatic[0] if old and column.type in {1003, 1004} else automatic
        kept = record.values.get(column.id)
        if kept is EMPTY:
            return None
        show = kind.listed if old and kind.listed else kind.found
        return copy.deepcopy(show(kept, column, self))

    def _automatic(self, record: Record, type_: int) -> Any:
        match type_:
            case 1001:
                return record.created
            case 1002:
                return record.modified
            case 1003 | 1004:
                return [self.base.person(record.author if type_ == 1003 else record.editor)]
            case 1005:
                return str(record.number)
        return None

    def _set(self, record: Record, values: Mapping[str, Any]) -> None:
        record.values |= values
        record.values = {key: value for key, value in record.values.items() if value is not EMPTY}

    # --- for tests ---

    def add(self, given: Mapping[str, object], *, by: str = "ou_human") -> str:
        """Enter a row as a person does; return its id."""
        record = self.create(self.read_in(dict(given)), by)
        self.changed()
        return record.id

    def edit(self, record_id: str, given: Mapping[str, object], *, by: str = "ou_human") -> None:
        """Change cells as a person does."""
        self.update(self.records[record_id], self.read_in(dict(given)), by)
        self.changed()

    def remove(self, record_id: str) -> None:
        """Delete a row as a person does."""
        del self.records[record_id]
        self.changed()

    def rename(self, old: str, new: str) -> None:
        """Rename a column as a person does."""
        column = self.named(old)
        assert column is not None
        column.name = new
        self.changed()

    def formula(self, name: str, compute: Callable[[Record], list], data_type: int = 1) -> Field:
        """Add a column that is computed; `data_type` is the type that its values look like."""
        column = Field(name, 20, "Formula", {"type": {"data_type": data_type}}, compute=compute)
        self.fields[column.id] = column
        self.changed()
        return column

    def rows(self) -> list[dict[str, Any]]:
        """Return what is kept, by name of column, without empty cells."""
        return [
            {self.fields[key].name: value for key, value in one.values.items()}
            for one in self.records.values()
        ]


class Base:
    """A base of the tenant.

    Args:
        allowed: Whether our app was added to it.
        blind: Whether advanced permission hides all rows from us, which looks like success.
    """

    def __init__(self, name: str, now: Callable[[], float], people: dict[str, dict]) -> None:
        self.name = name
        self.token = new_id("bas")
        self.time_zone = "Asia/Shanghai"
        self.revision = 1
        self.allowed = True
        self.blind = False
        self.copying = False
        self.people = people
        self.tables: dict[str, Table] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.writing = Lock()
        self._now = now

    def now_ms(self) -> int:
        return int(self._now() * 1000)

    def person(self, open_id: str) -> dict:
        return {
            "id": open_id,
            "avatar_url": "",
            "en_name": "",
            **self.people.get(open_id, {"name": "", "email": ""}),
        }

    def table(self, name: str, fields: Mapping[str, int] | Sequence[Mapping[str, object]]) -> Table:
        """Make a table as a person does: names of columns to their types, or what the API takes."""
        from tests.feishu_server.schema import new_table  # noqa: PLC0415 - the checks of the API stand on tables

        given = (
            [{"field_name": one, "type": type_} for one, type_ in fields.items()]
            if isinstance(fields, Mapping)
            else list(fields)
        )
        return new_table(self, {"name": name, "fields": given})
