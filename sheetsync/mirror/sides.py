"""One table of each store as the sides of a merge, and a plan as what the stores are to do."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sheetsync.forms.spec import Column, Form
from sheetsync.mirror.tokens import UNORDERED, WORDED, tokens
from sheetsync.model.mirror import EMPTY, UNREAD, Action, Move, Side, SideName, Token
from sheetsync.model.rowchange import AppendRow, CellChange, DeleteRow, FieldValue, RowChange, UpdateRow
from sheetsync.model.table import Place, Table
from sheetsync.model.value import MOMENTS, NUMBERS, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What two tables of one form have in common.

    Args:
        fields: Field to its kind, in the order of the form; the key's field among them.
        alone: The headers that only one side has, or that are no column of the form, by side.
        computed: The headers of columns that hold formulas and follow from the others.
    """

    fields: Mapping[str, Kind]
    alone: Mapping[SideName, tuple[str, ...]]
    computed: tuple[str, ...]


def mapped(form: Form, left: Table, right: Table) -> Mapped:
    """Return which columns of two tables are kept in step."""
    tables: Mapping[SideName, Table] = {"left": left, "right": right}
    known: dict[str, Column] = {column.id: column for column in form.columns}
    own = {side: _own_places(form, table) for side, table in tables.items()}
    kinds = {column.id: column.kind for column in form.columns if not (column.is_live or column.composed_of)}
    if form.open_columns is not None:
        kinds |= dict.fromkeys((*left.open_fields, *right.open_fields), form.open_columns.kind)
    common = {name: kind for name, kind in kinds.items() if name in own["left"] and name in own["right"]}
    computed = [
        name for name in own["left"] if name in own["right"] and name in known and known[name].is_live
    ]
    if form.key not in common:
        # A key that is composed of other columns stands on no sheet; the records bear it all the same.
        common = {form.key: known[form.key].kind, **common}
    return Mapped(
        fields=common,
        alone={
            side: (
                *(place.title for name, place in own[side].items() if name not in {*common, *computed}),
                *table.unread,
            )
            for side, table in tables.items()
        },
        computed=tuple(left.places[name].title for name in computed),
    )


def _own_places(form: Form, table: Table) -> Mapping[str, Place]:
    """Return where fields stand that have a column of their own; one read out of another has that one's."""
    sources = {column.id: column.derive.source for column in form.columns if column.derive is not None}
    return {
        name: place
        for name, place in table.places.items()
        if name not in sources or place != table.places.get(sources[name])
    }


def side_of(table: Table, form: Form, fields: Mapping[str, Kind]) -> tuple[Side, tuple[int, ...]]:
    """Return a table as one side of a merge.

    Args:
        table: The table.
        form: Its form.
        fields: The fields that are kept in step, with their kinds.

    Returns:
        The side, and the position in the table of each of its records.
    """
    keys = tokens(table, form.key, fields[form.key])
    named = [place for place, key in enumerate(keys) if key != EMPTY and not key.startswith(UNREAD)]
    counts = Counter(keys[place] for place in named)
    usable = [place for place in named if counts[keys[place]] == 1]
    derived = {column.id for column in form.columns if column.derive is not None}
    lost = sorted(set(range(len(keys))) - set(usable))
    columns: dict[str, Sequence[Token]] = {}
    astray: dict[str, Sequence[Token]] = {}
    for name, kind in fields.items():
        column = keys if name == form.key else tokens(table, name, kind)
        if name in derived:
            # What is only read out of another column is mirrored there.
            typed = [str(raw).strip() != EMPTY for raw in table.raw[name]]
            column = [token if own else EMPTY for token, own in zip(column, typed, strict=True)]
        columns[name] = column if not lost else [column[place] for place in usable]
        if name != form.key:
            astray[name] = [column[place] for place in lost]
    side = Side(
        keys=tuple(keys[place] for place in usable),
        fields=columns,
        repeated=frozenset(key for key, count in counts.items() if count > 1),
        unnamed=tuple(int(table.rows[place]) for place in sorted(set(range(len(keys))) - set(named))),
        strays=tuple({name: column[at] for name, column in astray.items()} for at in range(len(lost))),
    )
    return side, tuple(usable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The records that values are copied from, or written to.

    Args:
        table: The table.
        places: Position in the table of each record, by key.
    """

    table: Table
    places: Mapping[str, int]


def spelled(actions: Sequence[Action], target: Source) -> tuple[Action, ...]:
    """Return the actions of a side with what people typed where something else is to come.

    Args:
        actions: Of one side of a plan.
        target: The records of that side.
    """
    return tuple(
        replace(act, moves={name: _spelled(act, name, move, target) for name, move in act.moves.items()})
        if act.kind != "create"
        else act
        for act in actions
    )


def _spelled(action: Action, field: str, move: Move, target: Source) -> Move:
    raw = target.table.raw[field][target.places[action.key]] if field in target.table.raw else ""
    return replace(move, spelled=raw) if isinstance(raw, str) and raw not in {"", move.before} else move


def value_of(source: Source, key: str, field: str, kind: Kind, token: Token) -> FieldValue:
    """Return the value of a cell as it is to be written elsewhere.

    Args:
        source: Where it comes from.
        key: The record there.
        field: The field.
        kind: Its kind.
        token: Its token.
    """
    place, value = source.places[key], value_said(kind, token)
    if token == EMPTY or kind in WORDED:
        return value
    if kind in UNORDERED:
        # The token has names in an order of its own; people named them in another.
        named = source.table.frame[field].iloc[place]
        return replace(value, value=named, text="、".join(named)) if isinstance(named, tuple) else value
    typed = source.table.raw[field][place]
    if kind == "person" and isinstance(typed, str):
        # Beside the name a person may have typed the department: `设计部-李娜`.
        return replace(value, text=typed.strip())
    return value


def value_said(kind: Kind, token: Token) -> FieldValue:
    """Return the value that a token says.

    Args:
        kind: Of the column.
        token: The token, of a cell that could be read.
    """
    if token == EMPTY:
        return FieldValue(kind=kind, value=None, text="")
    if kind in MOMENTS:
        moment = datetime.fromisoformat(token)
        return FieldValue(kind=kind, value=moment, whole_day=" " not in token, text=token)
    if kind in NUMBERS:
        text = f"{token}%" if kind == "percent" else token
        return FieldValue(kind=kind, value=float(token), text=text)
    if kind in UNORDERED:
        return FieldValue(kind=kind, value=tuple(token.split("、")), text=token)
    return FieldValue(kind=kind, value=token, text=token)


Given = Callable[[Action, str, Move], FieldValue]
"""Returns the value that a move brings, for its action and field."""


def orders(
    actions: Sequence[Action], target: Source, key: str, given: Given
) -> Iterator[tuple[Action, RowChange]]:
    """Yield what a store is to do for each action that asks for anything.

    Args:
        actions: Of one side of a plan.
        target: The table of that side.
        key: The field of the key.
        given: Where the values come from.
    """
    table = target.table
    for action in actions:
        cells = {
            table.places[name].number: given(action, name, move)
            for name, move in action.moves.items()
            if name in table.places and action.kind != "delete"
        }
        change: RowChange
        if action.kind == "create":
            if key in table.places:
                cells[table.places[key].number] = FieldValue(kind="id", value=action.key, text=action.key)
            change = AppendRow(
                sheet=table.sheet,
                header_row=table.header_row,
                last_row=table.last_row,
                key=action.key,
                cells=cells,
            )
        elif action.kind == "delete":
            row = int(table.rows[target.places[action.key]])
            own = tuple(place.number for place in table.places.values())
            change = DeleteRow(
                sheet=table.sheet, row=row, key=action.key, header_row=table.header_row, columns=own
            )
        elif cells:
            change = _update(action, target, cells)
        else:
            continue
        yield action, change


def _update(action: Action, target: Source, cells: Mapping[int, FieldValue]) -> UpdateRow:
    table, place = target.table, target.places[action.key]
    held = {
        table.places[name].number: table.raw[name][place] for name in action.moves if name in table.places
    }
    return UpdateRow(
        sheet=table.sheet,
        row=int(table.rows[place]),
        key=action.key,
        cells={number: CellChange(expected=held[number], value=value) for number, value in cells.items()},
    )
