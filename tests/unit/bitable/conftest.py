"""A Feishu of the tests' own that never finds us too fast, and ways to it that wait for nothing."""

from collections.abc import Callable, Iterator

import pytest

from sheetsync.bitable.base import Base as Way
from sheetsync.bitable.store import BitableStore
from sheetsync.feishu.access import Access
from sheetsync.feishu.client import FeishuClient, Times
from sheetsync.feishu.throttle import Throttle
from tests.feishu_server import FeishuServer, bare_line, running
from tests.feishu_server.tables import Base, Table

Reach = Callable[[Base | Table], Way]


@pytest.fixture(scope="package", name="server")
def _server() -> Iterator[FeishuServer]:
    with running() as server:
        server.meter.full = lambda *_, **__: False  # type: ignore[method-assign] # how fast we are is proved elsewhere
        yield server


@pytest.fixture
def feishu(server: FeishuServer) -> FeishuServer:
    """The server, with nothing that goes wrong yet."""
    server.faults.clear()
    server.calls.clear()
    return server


@pytest.fixture
def base(feishu: FeishuServer) -> Base:
    return feishu.base()


@pytest.fixture
def client(feishu: FeishuServer) -> FeishuClient:
    return client_of(feishu)


def client_of(feishu: FeishuServer) -> FeishuClient:
    """Return a client whose time passes only while it waits, and whose patience is a few attempts."""
    waited = [0.0]

    def sleep(seconds: float) -> None:
        waited[0] += seconds

    def clock() -> float:
        return waited[0]

    access = Access(
        app_id=feishu.app_id, app_secret=feishu.app_secret, domain=feishu.url, timeout=5, patience=12
    )
    return FeishuClient(
        access,
        line=bare_line(feishu.url),
        times=Times(clock=clock, sleep=sleep),
        throttle=Throttle(clock, sleep),
    )


@pytest.fixture
def reach(client: FeishuClient) -> Reach:
    """Return a base, or that of a table, as the calls that it answers."""

    def way(to: Base | Table) -> Way:
        token = to.base.token if isinstance(to, Table) else to.token
        return Way(client, token, sleep=lambda _: None)

    return way


@pytest.fixture
def store(client: FeishuClient, base: Base) -> BitableStore:
    return BitableStore(client, base.token, sleep=lambda _: None)
