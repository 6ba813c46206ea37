"""What the contracts are tested with beside what is in the house."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.feishu_server import FeishuServer
from tests.feishu_server import running as feishu_running
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


@pytest.fixture(scope="session")
def feishu() -> Iterator[FeishuServer]:
    """A Feishu of the tests' own that never finds us too fast: how fast we are is proved elsewhere."""
    with feishu_running() as server:
        server.meter.full = lambda *_, **__: False  # type: ignore[method-assign] # see above
        yield server
