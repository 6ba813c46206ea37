"""One connection for all that is asked of a file while a block runs: to open one costs more than to ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_HELD: ContextVar[dict[Engine, Connection] | None] = ContextVar("held", default=None)
"""The connections that wait for the next transaction; None where none is kept."""


@contextmanager
def connections_held() -> Iterator[None]:
    """Keep the connection to an SQLite file from one transaction to the next, until the block ends.

    Each transaction is committed as ever. Whoever works on long should not hold one: the file may be put
    back from a copy meanwhile.
    """
    held: dict[Engine, Connection] = {}
    before = _HELD.set(held)
    try:
        yield
    finally:
        _HELD.reset(before)
        for connection in held.values():
            connection.close()


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Open a connection for one transaction, or take the one that is held; a failed one is not used again."""
    held = _HELD.get()
    if held is None or engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            yield connection
        return
    # Meanwhile it is nobody else's: a transaction inside this one opens another.
    connection = held.pop(engine) if engine in held else engine.connect()
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    if held.setdefault(engine, connection) is not connection:
        connection.close()
