"""Many rows in one statement are stored as one by one."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql

from sheetsync.errors import StateUnusableError
from sheetsync.state.bulk import insert_rows
from sheetsync.state.database import Database
from sheetsync.state.tables import cells

NAMES = ("book", "form", "key", "field", "value", "since", "before")
ROWS = [
    ("a.xlsx", "progress", f"T{number}", "state", "half a \ud83d pair", datetime(2023, 10, 9 + number), None)
    for number in range(3)
]


def kept(folder: Path, *, at_once: bool) -> list[tuple[object, ...]]:
    database = Database(folder)
    with database.writing() as connection:
        if at_once:
            insert_rows(connection, cells, NAMES, ROWS)
        else:
            connection.execute(insert(cells), [dict(zip(NAMES, row, strict=True)) for row in ROWS])
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(cells))]


def test_rows_are_stored_as_one_by_one(tmp_path: Path) -> None:
    """In whatever order the columns are given; what no database takes is replaced."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert kept(one, at_once=True) == kept(other, at_once=False)


def test_no_rows_ask_nothing_of_the_database(tmp_path: Path) -> None:
    """A workbook of which nothing is new is written nowhere."""
    with Database(tmp_path).writing() as connection:
        insert_rows(connection, cells, NAMES, [])


def test_a_value_that_cannot_be_stored_is_told_as_ever(tmp_path: Path) -> None:
    """None of the rows is stored."""
    database, broken = Database(tmp_path), (*ROWS[0][:5], "yesterday", None)
    with pytest.raises(StateUnusableError), database.writing() as connection:
        insert_rows(connection, cells, NAMES, [ROWS[1], broken])
    with database.reading() as connection:
        assert connection.execute(select(cells)).all() == []


def test_a_server_that_goes_by_names_is_told_the_names() -> None:
    """PostgreSQL takes the values of a row by the names of its columns."""

    class Recorded:
        dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own
        told: tuple[str, list[dict[str, object]]]

        def exec_driver_sql(self, statement: str, rows: list[dict[str, object]]) -> None:
            self.told = statement, rows

    connection = Recorded()
    insert_rows(connection, cells, NAMES, ROWS)  # type: ignore[arg-type] # all that is asked of one
    statement, rows = connection.told
    assert "%(since)s" in statement
    assert rows[0] == dict(zip(NAMES, (*ROWS[0][:4], "half a \ufffd pair", *ROWS[0][5:]), strict=True))


def test_more_rows_than_one_statement_takes_are_stored_in_their_order(tmp_path: Path) -> None:
    """Some together, the rest one by one."""
    rows = [
        ("a.xlsx", "progress", f"T{n:04}", "state", "行", datetime(2023, 10, 9), None) for n in range(300)
    ]
    database = Database(tmp_path)
    with database.writing() as connection:
        insert_rows(connection, cells, NAMES, rows)
    with database.reading() as connection:
        found = connection.execute(select(cells.c.key, cells.c.value).order_by(cells.c.key)).all()
    assert [tuple(one) for one in found] == [(row[2], "行") for row in rows]
