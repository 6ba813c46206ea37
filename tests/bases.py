"""Tables of forms in bases of the tests, and records on their way from one store to another."""

from collections.abc import Iterator

from sheetsync.bitable.base import Base as Way
from sheetsync.bitable.blueprint import Persons, blueprint
from sheetsync.bitable.provision import lack_of, supply
from sheetsync.bitable.store import BitableStore
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.mirror.sides import Source, value_of, value_said
from sheetsync.mirror.tokens import tokens
from sheetsync.model.mirror import EMPTY, UNREAD
from sheetsync.model.rowchange import AppendRow, FieldValue
from sheetsync.model.table import Table
from sheetsync.ports import TableReader
from sheetsync.templates.layout import engine_columns
from sheetsync.worktime import WorkTime
from tests.feishu_server import FeishuServer, bare_client
from tests.feishu_server.tables import Base


def filled(
    feishu: FeishuServer,
    source: TableReader,
    forms: list[str],
    catalogue: Catalogue,
    *,
    persons: Persons = "user",
    marked: bool = True,
) -> Base:
    """Return a base that has the tables of forms with the records of another store.

    Args:
        feishu: Where it is.
        source: The other store.
        forms: Ids of the forms.
        catalogue: All of them.
        persons: What columns of people are.
        marked: Whether our columns are there from the beginning.
    """
    base = feishu.base()
    way = Way(bare_client(feishu), base.token)
    for name in forms:
        columns = engine_columns("zh") if marked else ()
        plan = blueprint(catalogue.forms[name], catalogue, columns, language="zh", persons=persons)
        supply(way, lack_of(way, plan, None, {}))
    worktime = WorkTime.standard()
    tables = [one for one in told(source, catalogue, worktime) if one.form in forms]
    for table in tables:
        for name in people(table, catalogue):
            known(feishu, name)
    store = store_of(feishu, base, catalogue)
    book = store.read()
    places = {one.form: one for one in interpret(book, catalogue, worktime=worktime).tables}
    changes = [one for table in tables for one in appended(table, places[table.form], catalogue)]
    receipt = store.apply(changes, based_on=book.version)
    assert not receipt.setbacks, [one.why.zh for one in receipt.setbacks]
    return base


def store_of(
    feishu: FeishuServer, base: Base, catalogue: Catalogue, table: str | None = None, **how: object
) -> BitableStore:
    """Return a base of the tests as a store that knows everybody whom the tenant has."""
    words = {word.zh for one in catalogue.vocabularies.values() for word in one.words}

    def open_ids(name: str) -> list[str]:
        return [id_ for id_, one in feishu.people.items() if one["name"] == name]

    return BitableStore(
        bare_client(feishu),
        base.token,
        table,
        words=words,
        people=open_ids,
        sleep=lambda _: None,
        **how,  # type: ignore[arg-type] # what the store takes
    )


def known(feishu: FeishuServer, name: str) -> None:
    """Let the tenant have a user of that name."""
    if not any(one["name"] == name for one in feishu.people.values()):
        feishu.person(f"ou_{len(feishu.people)}", name)


def told(store: TableReader, catalogue: Catalogue, worktime: WorkTime) -> list[Table]:
    return [
        table
        for table in interpret(store.read(), catalogue, worktime=worktime).tables
        if table.exploded_from is None
    ]


def people(table: Table, catalogue: Catalogue) -> Iterator[str]:
    for column in catalogue.forms[table.form].columns:
        if column.kind in {"person", "persons"} and column.id in table.places:
            for one in table.frame[column.id]:
                yield from one if isinstance(one, tuple) else [one] if isinstance(one, str) else []


def appended(table: Table, place: Table, catalogue: Catalogue) -> Iterator[AppendRow]:
    """Yield the records of a table as new rows of another one."""
    form = catalogue.forms[table.form]
    kinds = {
        column.id: column.kind
        for column in form.shown
        if column.id in table.places and column.id in place.places and not column.is_live
    }
    if form.open_columns is not None:
        kinds |= {title: form.open_columns.kind for title in table.open_fields if title in place.places}
    source = Source(table=table, places={str(number): number for number in range(len(table))})
    columns = {field: tokens(table, field, kind) for field, kind in kinds.items()}
    for number in range(len(table)):
        cells: dict[int, FieldValue] = {}
        for field, kind in kinds.items():
            token = columns[field][number]
            if token != EMPTY and not token.startswith(UNREAD):
                # A field of people has no room for the department that was typed beside a name.
                said = value_said(kind, token) if kind == "person" else None
                cells[place.places[field].number] = said or value_of(source, str(number), field, kind, token)
        if cells:
            yield AppendRow(
                sheet=place.sheet,
                header_row=place.header_row,
                last_row=place.last_row,
                key=str(number),
                cells=cells,
            )
