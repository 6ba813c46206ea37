"""A connection that is kept from one transaction to the next."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from sheetsync.errors import StateUnusableError
from sheetsync.state.database import Database
from sheetsync.state.held import connections_held
from sheetsync.state.tables import books


def names(connection: Connection) -> list[str]:
    return list(connection.execute(select(books.c.name)).scalars())


def twice(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(books), [{"name": "a"}])
        connection.execute(insert(books), [{"name": "a"}])


def test_one_connection_serves_all_transactions_of_a_block(tmp_path: Path) -> None:
    """Of two objects for one database, too; each transaction is committed when it ends."""
    one, other = Database(tmp_path), Database(tmp_path)
    with connections_held():
        with one.writing() as connection:
            first = connection.connection.dbapi_connection
            connection.execute(insert(books).values(name="a"))
        with other.reading() as connection:
            assert connection.connection.dbapi_connection is first
            assert names(connection) == ["a"]
        with one.writing() as connection:
            connection.execute(insert(books).values(name="b"))
    with other.reading() as connection:
        assert names(connection) == ["a", "b"]
        assert connection.connection.dbapi_connection is not first


def test_a_transaction_inside_another_has_a_connection_of_its_own(tmp_path: Path) -> None:
    """It does not see what is not committed yet."""
    database = Database(tmp_path)
    with connections_held(), database.writing() as connection:
        connection.execute(insert(books).values(name="a"))
        with database.reading() as inner:
            assert names(inner) == []


def test_what_fails_is_undone_and_what_follows_goes_on(tmp_path: Path) -> None:
    """Whatever was the matter with the connection, the next transaction gets a new one."""
    database = Database(tmp_path)
    with connections_held():
        with pytest.raises(StateUnusableError):
            twice(database)
        with database.writing() as connection:
            assert names(connection) == []


def test_after_the_block_no_file_stays_open(tmp_path: Path) -> None:
    """SQLite drops its files beside the database when the last connection ends."""
    database = Database(tmp_path)
    with connections_held():
        with database.writing() as connection:
            connection.execute(insert(books).values(name="a"))
        assert database.file is not None
        assert len(list(database.file.parent.glob("*-wal"))) == 1
    assert list(database.file.parent.glob("*-wal")) == []
