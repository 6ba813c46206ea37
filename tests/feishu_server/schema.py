"""Tables and fields as the API lets them be made and changed."""

import copy
from collections.abc import Mapping
from typing import Any

from tests.feishu_server.answers import Refusal
from tests.feishu_server.fieldtypes import TYPES
from tests.feishu_server.tables import Base, Field, Table, new_id

_FORMATTERS = {
    "0",
    "0.0",
    "0.00",
    "0.000",
    "0.0000",
    "1,000",
    "1,000.00",
    "%",
    "0.00%",
    "¥",
    "¥0.00",
    "$",
    "$0.00",
}
_DATES = {
    f"{day}{time}"
    for day in ("yyyy/MM/dd", "yyyy-MM-dd", "MM-dd", "MM/dd/yyyy", "dd/MM/yyyy")
    for time in ("", " HH:mm")
}
_REQUIRED = {
    "Progress": ("formatter",),
    "Currency": ("formatter", "currency_code"),
    "Rating": ("formatter", "min", "max"),
    "SingleLink": ("table_id",),
    "DuplexLink": ("table_id",),
}
# The vendor names the codes 1254080-1254096 by type of field; which is which is unverified but for these.
_PROPERTY = {1: 1254080, 2: 1254081, 3: 1254082, 4: 1254083, 5: 1254084}


def new_table(base: Base, given: Mapping[str, Any]) -> Table:
    """Make a table; the base keeps it only when all of it fits."""
    name = given.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 100 or set(name) & set("[]"):
        raise Refusal(1254003, "WrongTableName", status=400)
    if any(table.name == name for table in base.tables.values()):
        raise Refusal(1254013, "TableNameDuplicated")
    if len(base.tables) >= 100:
        raise Refusal(1254100, "TableExceedLimit")
    fields = given.get("fields")
    if fields is not None and not 1 <= len(fields) <= 300:
        raise Refusal(1254105, "FieldExceedLimit")
    if given.get("default_view_name") and not fields:
        raise Refusal(1254001, "WrongRequestBody: default_view_name without fields")
    table = Table(base, name)
    for one in fields or [{"field_name": "多行文本", "type": 1}]:
        new_field(table, one)
    view = {
        "view_id": new_id("vew"),
        "view_name": given.get("default_view_name") or "表格",
        "view_type": "grid",
    }
    table.views[view["view_id"]] = view
    base.tables[table.id] = table
    base.revision += 1
    return table


def new_field(table: Table, given: Mapping[str, Any]) -> Field:
    """Make a field at the right end."""
    made = _checked(table, given, None)
    if not table.fields and not TYPES[made.type].index:
        raise Refusal(1254047, "the type cannot be the index field", status=400)
    if len(table.fields) >= 300:
        raise Refusal(1254105, "FieldExceedLimit")
    table.fields[made.id] = made
    table.changed()
    return made


def update_field(table: Table, old: Field, given: Mapping[str, Any]) -> Field:
    """Overwrite a field in full: options that are not given are gone."""
    made = _checked(table, given, old)
    same = (made.name, made.type, made.ui_type, _plain(made), made.description) == (
        old.name,
        old.type,
        old.ui_type,
        _plain(old),
        old.description,
    )
    if same:
        raise Refusal(1254606, "DataNotChange")
    gone = old.option_names - made.option_names
    old.name, old.type, old.ui_type, old.description = made.name, made.type, made.ui_type, made.description
    old.traits = made.traits
    for record in table.records.values():
        kept = record.values.get(old.id)
        if kept in gone if isinstance(kept, str) else False:
            del record.values[old.id]
    table.changed()
    return old


def delete_field(table: Table, column: Field) -> None:
    if next(iter(table.fields)) == column.id:
        raise Refusal(1254046, "PrimaryFieldNotDelete")
    del table.fields[column.id]
    for record in table.records.values():
        record.values.pop(column.id, None)
    table.changed()


def _plain(column: Field) -> object:
    return column.traits


def _checked(table: Table, given: Mapping[str, Any], old: Field | None) -> Field:
    name, type_ = given.get("field_name"), given.get("type")
    if not isinstance(name, str) or not name.strip() or len(name) > 1000:
        raise Refusal(1254028, "InvalidFieldNames", status=400)
    if not isinstance(type_, int) or type_ not in TYPES or not TYPES[type_].created:
        raise Refusal(1254001, f"WrongRequestBody: type {type_}")
    kind = TYPES[type_]
    ui_type = given.get("ui_type") or kind.names[0]
    if ui_type not in kind.names:
        raise Refusal(1254001, f"WrongRequestBody: ui_type {ui_type}")
    other = table.named(name)
    if other is not None and other is not old:
        raise Refusal(1254014, "FieldNameDuplicated")
    property_ = copy.deepcopy(given.get("property") or {})
    if not isinstance(property_, dict):
        raise Refusal(_PROPERTY.get(type_, 1254090), "property", status=400)
    if any(one not in property_ for one in _REQUIRED.get(ui_type, ())):
        raise Refusal(_PROPERTY.get(type_, 1254090), f"property of {ui_type}", status=400)
    _check_property(type_, ui_type, property_, table)
    description = given.get("description")
    if description is not None and not isinstance(description, dict):
        raise Refusal(1254001, "WrongRequestBody: description")
    text = None if description is None else description.get("text")
    if old is not None:
        return Field(name, type_, ui_type, property_, old.id, text)
    return Field(name, type_, ui_type, property_, description=text)


def _check_property(type_: int, ui_type: str, property_: dict, table: Table) -> None:
    bad = Refusal(_PROPERTY.get(type_, 1254090), f"property of {ui_type}: {property_}", status=400)
    if type_ in {3, 4} and "options" in property_:
        options = property_["options"]
        names = [option.get("name") for option in options]
        if len(options) > 20_000 or len(set(names)) != len(names) or not all(names):
            raise bad
        for number, option in enumerate(options):
            if not 0 <= option.setdefault("color", number % 55) <= 54:
                raise bad
            option.setdefault("id", new_id("opt"))
    if ui_type == "Number":
        property_.setdefault("formatter", "0")
        if property_["formatter"] not in _FORMATTERS:
            raise bad
    if type_ in {5, 1001, 1002}:
        property_.setdefault("date_formatter", "yyyy/MM/dd")
        if property_["date_formatter"] not in _DATES:
            raise bad
    if type_ in {18, 21} and property_["table_id"] not in table.base.tables:
        raise bad
