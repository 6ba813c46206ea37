"""What the contracts are tested with beside what is in the house."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.postgres import running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own; skips where there is none."""
    with running() as url:
        yield url


NUMBERS = count()


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The address of a part of it that nothing was put into."""
    schema = f"part{next(NUMBERS)}"
    with create_engine(postgres, poolclass=NullPool).begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    return f"{postgres}&options={quote(f'-c search_path={schema}')}"
