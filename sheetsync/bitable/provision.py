"""Makes the tables of forms in a base, and adds what they lack; what people made is never changed."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetsync.bitable.base import Base, TableInfo
from sheetsync.bitable.blueprint import Blueprint, PlannedField, PlannedView
from sheetsync.bitable.field import SELECT, Field
from sheetsync.bitable.names import free_name
from sheetsync.bitable.tabs import drop_blank
from sheetsync.text import Text

COLOUR_BY_HAND = Text(
    "行颜色：请在视图的“条件格式/填色”里按“预警状态”给整行上色（接口设不了，设一次即可）。",
    "Row colours: let the view colour whole rows by 预警状态 (no call can; once is enough).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What the table of a form lacks.

    Args:
        plan: What it should be.
        table: The table, None where there is none.
        fields: The fields that it lacks.
        views: The views that it lacks.
        words: Options that its select fields lack, as `field: word`; people add those.
    """

    plan: Blueprint
    table: TableInfo | None
    fields: tuple[PlannedField, ...]
    views: tuple[PlannedView, ...]
    words: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """True where there is nothing to do."""
        return self.table is not None and not self.fields and not self.views


def lack_of(base: Base, plan: Blueprint, table: TableInfo | None, known: Mapping[str, str]) -> Lack:
    """Return what the table of a form lacks.

    Args:
        base: The base.
        plan: What it should be.
        table: The table of the form, None where there is none.
        known: Columns of the form that it has, however they are called: our name to the field's.
    """
    if table is None:
        return Lack(plan=plan, table=None, fields=plan.fields, views=plan.views)
    fields = {one.name: one for one in base.fields(table.id)}
    ours = {one.ours for one in fields.values()}
    views = base.views(table.id)
    lacking = [
        one
        for one in plan.fields
        if (one.name not in ours if one.ours else one.name not in known and one.title not in fields)
    ]
    words = [
        f"{named.name}: {word}"
        for one in plan.fields
        if not one.ours
        and (named := fields.get(known.get(one.name, one.title))) is not None
        and named.type == SELECT
        for word in _words(one)
        if word not in named.options
    ]
    return Lack(
        plan=plan,
        table=table,
        fields=tuple(lacking),
        views=tuple(one for one in plan.views if one.title not in views),
        words=tuple(words),
    )


def supply(base: Base, lack: Lack) -> str:
    """Make what a table lacks; return its id. Whoever calls holds the base."""
    if lack.table is None:
        table = _made(base, lack)
        views = lack.views[1:]
    else:
        table = lack.table.id
        views = lack.views
        taken = {one.name for one in base.fields(table)}
        for planned in lack.fields:
            name = free_name(planned.title, taken)
            taken.add(name)
            base.create_field(table, {**planned.head, "field_name": name}, str(uuid.uuid4()))
    if views:
        fields = base.seen(lambda: base.fields(table))
        for view in views:
            made = base.create_view(table, view.title)
            filter_info = _filter(view, fields)
            if filter_info is not None:
                base.filter_view(table, made, filter_info)
    return table


def _made(base: Base, lack: Lack) -> str:
    plan = lack.plan
    name = free_name(plan.title, [one.name for one in base.tables()])
    heads = [dict(one.head) for one in plan.fields]
    titles = [one.title for one in plan.fields]

    def is_ours(table: str) -> bool:
        return [one.name for one in base.seen(lambda: base.fields(table))] == titles

    table = base.create_table(name, heads, is_ours, view=plan.views[0].title)
    drop_blank(base, table)
    return table


def _filter(view: PlannedView, fields: Sequence[Field]) -> Mapping[str, object] | None:
    """Return the filter of a view; its values are JSON inside a text, and options go by their ids."""
    if view.status is None:
        return None
    of = next((one for one in fields if one.ours == "status"), None)
    options = of.traits.get("options") if of is not None else None
    known = [one for one in options if isinstance(one, Mapping)] if isinstance(options, list) else []
    ids = [str(one.get("id")) for one in known if one.get("name") == view.status]
    if of is None or not ids:
        return None
    condition = {"field_id": of.id, "operator": "is", "value": json.dumps(ids)}
    return {"conjunction": "and", "conditions": [condition]}


def _words(planned: PlannedField) -> list[str]:
    traits = planned.head.get("property")
    options = traits.get("options") if isinstance(traits, Mapping) else None
    return [str(one["name"]) for one in options] if isinstance(options, list) else []
