"""Many rows in one statement, at a price near that of the database alone."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.exc import StatementError

from sheetsync.state.words import Words, is_storable

_PLACES = 900
"""Values in one statement: a little fewer than any SQLite takes."""


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows into a table.

    SQLAlchemy makes each value of each row ready by itself. The thousands of cells of a workbook hold few
    different values: here each of them is made ready once.

    Args:
        connection: A transaction that writes.
        table: The table.
        names: Its columns that are given.
        rows: Their values, row by row.

    Raises:
        SQLAlchemyError: They cannot be stored; none of them is.
    """
    if not rows:
        return
    dialect = connection.dialect
    statement, by_place = _statement(table, tuple(names), dialect)
    given = zip(names, zip(*rows, strict=True), strict=True)
    try:
        ready = {name: _ready(table, name, values, dialect) for name, values in given}
    except (TypeError, ValueError) as error:
        # As SQLAlchemy says it of a value that no column of the kind can hold.
        raise StatementError(str(error), statement, None, error) from error
    if by_place is not None:
        _insert_by_place(connection, statement, list(zip(*[ready[name] for name in by_place], strict=True)))
    else:
        every = zip(*ready.values(), strict=True)
        connection.exec_driver_sql(statement, [dict(zip(ready, row, strict=True)) for row in every])


def _insert_by_place(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert many rows at once: to step from one to the next takes a quarter of the time of all."""
    many = max(_PLACES // len(rows[0]), 1)
    whole = len(rows) - len(rows) % many
    if whole:
        head, places = statement.split(" VALUES ")
        joined = f"{head} VALUES {', '.join([places] * many)}"
        parts = [tuple(chain.from_iterable(rows[at : at + many])) for at in range(0, whole, many)]
        connection.exec_driver_sql(joined, parts)
    if whole < len(rows):
        connection.exec_driver_sql(statement, list(rows[whole:]))


def _ready(table: Table, name: str, values: Sequence[object], dialect: Dialect) -> Sequence[object]:
    """Return the values of a column as the driver takes them."""
    process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    distinct = set(values)
    # Hardly any text of people holds what a database does not take.
    if isinstance(table.c[name].type, Words) and is_storable(distinct - {None}):  # type: ignore[arg-type] # texts
        return values
    made = {value: process(value) for value in distinct}
    return [made[value] for value in values]


@lru_cache(maxsize=32)
def _statement(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
    """Return the statement, and the columns in the order of its places, None where it goes by their names."""
    # Nobody asks for the numbers that the new rows get.
    made = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
    return str(made), tuple(made.positiontup) if made.positiontup is not None else None
