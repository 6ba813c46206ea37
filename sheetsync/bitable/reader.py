"""Reads a base, or one table of it, whole: nothing half, nothing that changed underneath."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetsync.bitable.base import Base, TableInfo
from sheetsync.bitable.field import Field
from sheetsync.bitable.reading import Lens, Titles, read_cell
from sheetsync.bitable.state import BaseState, TableState, version_of
from sheetsync.errors import InputRefusedError
from sheetsync.model.table import Version
from sheetsync.text import Text

_TRIES = 3
"""Readings of a table that is being changed meanwhile; the last one is complete, if not of one moment."""


def read_base(base: Base, table: str | None, zone: ZoneInfo, before: BaseState | None = None) -> BaseState:
    """Return what a base holds.

    Args:
        base: The base.
        table: Id of the only table that is asked for; all when None.
        zone: Where the base names none of its own.
        before: How it was read before, None where it was not.

    Raises:
        InputRefusedError: There is no such table, or advanced permissions hide its records.
        FeishuError: Feishu does not answer, or refuses.
    """
    info = base.info()
    place = _zone(info.zone, zone)
    infos = chosen(base, table)
    read: dict[str, TableState] = {}
    for _ in range(_TRIES):
        wanted = [one for one in infos if one.id not in read or read[one.id].revision != one.revision]
        found = base.at_once(lambda one: _table(base, one, Lens(zone=place)), wanted)
        read |= {one.id: one for one in found}
        after = chosen(base, table)
        if after == infos:
            break
        # What changed while it was read is read again, and known by the count before the reading.
        infos = after
    known = [one for one in infos if one.id in read]
    tables = tuple(read[one.id] for one in known)
    state = BaseState(info=info, tables=_linked(base, tables, place))
    _refuse_blind(state, base)
    if before is not None:
        _refuse_vanished(state, before, base)
    return state


def read_heads(base: Base, zone: ZoneInfo) -> BaseState:
    """Return a base without its records: which tables and fields it has."""
    info = base.info()
    lens = Lens(zone=_zone(info.zone, zone))
    infos = base.tables()
    fields = base.at_once(base.fields, [one.id for one in infos])
    tables = (
        TableState(one.id, one.name, one.revision, heads, (), lens)
        for one, heads in zip(infos, fields, strict=True)
    )
    return BaseState(info=info, tables=tuple(tables))


def chosen(base: Base, table: str | None) -> list[TableInfo]:
    """Return the tables that are asked for.

    Raises:
        InputRefusedError: There is no such table.
    """
    tables = base.tables()
    found = [one for one in tables if table in {None, one.id}]
    if table is not None and not found:
        names = "、".join(f"{one.name}（{one.id}）" for one in tables)
        raise InputRefusedError(
            Text(f"多维表格里没有数据表 {table}。", f"The base has no table {table}."),
            fix=Text(f"现有：{names}。", f"There are {names}."),
            where=f"bitable:{base.token}/{table}",
        )
    return found


def version_now(base: Base, table: str | None) -> Version:
    """Return the version that a base has now."""
    return version_of([(one.id, one.name, one.revision) for one in chosen(base, table)])


def _table(base: Base, info: TableInfo, lens: Lens) -> TableState:
    fields = base.fields(info.id)
    role = fields[0].table_of_ours if fields else ""
    return TableState(
        id=info.id,
        name=info.name,
        revision=info.revision,
        fields=fields,
        # Our own tables are nobody's input; whoever rewrites one reads it then.
        records=() if role else base.records(info.id),
        lens=lens,
    )


def _linked(base: Base, tables: Sequence[TableState], zone: ZoneInfo) -> tuple[TableState, ...]:
    """Return tables that know what their links show: the index field of the records they point to."""
    wanted = {of.linked for table in tables for of in table.fields if of.linked}
    if not wanted:
        return tuple(tables)
    known = {table.id: table for table in tables}
    titles: dict[str, Mapping[str, str]] = {}
    for id_ in sorted(wanted):
        fields = known[id_].fields if id_ in known else base.fields(id_)
        records = known[id_].records if id_ in known else base.records(id_, [fields[0].name])
        titles[id_] = {one.id: _shown(one.cells.get(fields[0].name), fields[0], zone) for one in records}
    lens = Lens(zone=zone, titles=titles)
    return tuple(TableState(one.id, one.name, one.revision, one.fields, one.records, lens) for one in tables)


def _shown(value: object, of: Field, zone: ZoneInfo) -> str:
    return str(read_cell(value, of, Lens(zone=zone)))


def titles_of(state: BaseState) -> Titles:
    """Return what the links of a base show."""
    return state.tables[0].lens.titles if state.tables else {}


def _refuse_blind(state: BaseState, base: Base) -> None:
    """Refuse what looks like empty tables where advanced permissions may only hide their records."""
    people = [table for table in state.tables if not table.role]
    if not state.info.is_guarded or not people or any(table.records for table in people):
        return
    raise InputRefusedError(
        Text(
            "飞书没有给出任何记录，而这个多维表格开了高级权限：多半是应用没有读的权限，不能当作空表。",
            "Feishu gave no record at all and the base has advanced permissions: most likely the app may not "
            "read them; that is not taken for an empty table.",
        ),
        fix=Text(
            "请在“高级权限”里把应用加到能读写这些数据表的角色；确实是空表的，先手工加一行。",
            "Add the app to a role that may read and write these tables; where they are empty, add a row.",
        ),
        where=f"bitable:{base.token}",
    )


def _refuse_vanished(state: BaseState, before: BaseState, base: Base) -> None:
    """Refuse a table without records that had some at the same revision: nobody has deleted them."""
    known = {table.id: table for table in before.tables}
    for table in state.tables:
        was = known.get(table.id)
        if was is None or table.records or not was.records or was.revision != table.revision:
            continue
        raise InputRefusedError(
            Text(
                f"飞书刚才说“{table.name}”有 {len(was.records)} 条记录，现在说没有，表却没有变过：没有采用。",
                f"Feishu told of {len(was.records)} records of '{table.name}', now of none though nothing "
                "has changed; that is not believed.",
            ),
            fix=Text("请检查应用的权限，稍后再运行。", "Check the app's rights and run again later."),
            where=f"bitable:{base.token}/{table.id}",
        )


def _zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise
