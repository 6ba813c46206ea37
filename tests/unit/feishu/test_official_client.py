"""The real client of the vendor against the server of the tests: the one module that pays for its import."""

import contextlib
import socket
import ssl
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
import trustme

from sheetsync.feishu.access import Access
from sheetsync.feishu.client import FeishuClient, Times, Upload
from sheetsync.feishu.errors import (
    NotAllowedError,
    UnknownOutcomeError,
    ValueRefusedError,
)
from sheetsync.feishu.line import UnsentError
from sheetsync.feishu.sdk import SdkLine, sdk
from sheetsync.feishu.throttle import Throttle
from sheetsync.feishu.token import asking
from tests.feishu_server import FeishuServer, coded, dropped, html, limited, running, slow
from tests.feishu_server.tables import Base, Table

pytestmark = pytest.mark.xdist_group("lark_oapi")


@pytest.fixture(name="feishu")
def _feishu() -> Iterator[FeishuServer]:
    with running() as server:
        yield server


@pytest.fixture(name="base")
def _base(feishu: FeishuServer) -> Base:
    return feishu.base()


@pytest.fixture(name="tasks")
def _tasks(base: Base) -> Table:
    return base.table("任务", {"编号": 1, "工时": 2, "状态": 3, "截止": 5, "完成": 7})


def client(
    feishu: FeishuServer, *, secret: str = "", timeout: float = 5, patience: float = 60
) -> FeishuClient:
    """Return a client that does not wait between its attempts."""
    access = Access(
        app_id=feishu.app_id,
        app_secret=secret or feishu.app_secret,
        domain=feishu.url,
        timeout=timeout,
        patience=patience,
    )
    return FeishuClient(access, times=Times(sleep=lambda _: None), throttle=Throttle())


def records(table: Table) -> str:
    return f"/open-apis/bitable/v1/apps/{table.base.token}/tables/{table.id}/records"


def create(
    way: FeishuClient, table: Table, *rows: dict[str, object], token: str | None = None
) -> list[dict[str, object]]:
    data = way.call(
        "POST",
        f"{records(table)}/batch_create",
        body={"records": [{"fields": row} for row in rows]},
        writes=table.base.token,
        client_token=token,
    )
    made: list[dict[str, object]] = data["records"]
    return made


class TestCalls:
    def test_rows_are_written_and_read_back(self, feishu: FeishuServer, tasks: Table) -> None:
        """Written values and read values have shapes of their own; empty cells are absent."""
        way = client(feishu)
        create(way, tasks, {"编号": "T-1", "工时": 2.5, "完成": False}, {"编号": "T-2", "工时": None})
        found = way.call("POST", f"{records(tasks)}/search", query={"page_size": 500}, body={})
        assert [one["fields"] for one in found["items"]] == [
            {"编号": [{"text": "T-1", "type": "text"}], "工时": 2.5, "完成": False},
            {"编号": [{"text": "T-2", "type": "text"}]},
        ]

    def test_null_clears_a_cell(self, feishu: FeishuServer, tasks: Table) -> None:
        """The vendor's typed models would drop it without a word."""
        way = client(feishu)
        row = tasks.add({"编号": "T-1", "工时": 8})
        change = {"records": [{"record_id": row, "fields": {"工时": None}}]}
        way.call("POST", f"{records(tasks)}/batch_update", body=change, writes=tasks.base.token)
        assert tasks.rows() == [{"编号": "T-1"}]

    def test_a_switch_in_the_query_is_written_small(self, feishu: FeishuServer, tasks: Table) -> None:
        client(feishu).call("GET", records(tasks), query={"automatic_fields": True})
        assert feishu.called("GET")[0].query == {"automatic_fields": "true"}

    @pytest.mark.parametrize("value", ["\ud83d", float("nan")])
    def test_what_is_no_json_is_refused_before_it_leaves(
        self, feishu: FeishuServer, tasks: Table, value: object
    ) -> None:
        with pytest.raises(ValueRefusedError):
            create(client(feishu), tasks, {"编号": value})
        assert not feishu.called("batch_create")

    def test_a_file_is_sent_again_whole(self, feishu: FeishuServer) -> None:
        """Of each attempt the form is new: a form that was sent once is empty."""
        feishu.faults.add(coded("/im/v1/files", 1254290))
        path, file = "/open-apis/im/v1/files", Upload(field="file", name="周报.xlsx", content=b"PK" * 9)
        answer = client(feishu).upload(path, {"file_type": "xls", "file_name": "周报.xlsx"}, file)
        assert feishu.chat.files[answer["file_key"]] == ("周报.xlsx", b"PK" * 9)


class TestTokens:
    def test_many_threads_ask_for_one_token(self, feishu: FeishuServer, tasks: Table) -> None:
        way = client(feishu)
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: way.call("GET", records(tasks)), range(6)))
        assert feishu.tokens.given == 1

    def test_a_token_that_ran_out_early_is_replaced(self, feishu: FeishuServer, tasks: Table) -> None:
        way = client(feishu)
        way.call("GET", records(tasks))
        feishu.tokens.expire()
        way.call("GET", records(tasks))
        assert feishu.tokens.given == 2

    def test_two_domains_do_not_share_tokens(self, feishu: FeishuServer, tasks: Table) -> None:
        """The client of the vendor would: its cache knows the app's id only."""
        client(feishu).call("GET", records(tasks))
        with running() as other:
            table = other.base().table("任务", {"编号": 1})
            client(other).call("GET", records(table))
            assert (feishu.tokens.given, other.tokens.given) == (1, 1)

    def test_a_wrong_secret_is_told_and_not_shown(self, feishu: FeishuServer, tasks: Table) -> None:
        wrong = "wr0ng-one"
        with pytest.raises(NotAllowedError) as caught:
            client(feishu, secret=wrong).call("GET", records(tasks))
        assert "app_secret" in caught.value.say("zh")
        assert wrong not in caught.value.say("zh") + repr(caught.value.__dict__)


class TestFaults:
    def test_what_was_lost_before_it_was_applied_is_written_once(
        self, feishu: FeishuServer, tasks: Table
    ) -> None:
        feishu.faults.add(dropped("batch_create", applied=False))
        create(client(feishu), tasks, {"编号": "T-1"}, token=str(uuid.uuid4()))
        assert tasks.rows() == [{"编号": "T-1"}]

    def test_what_was_lost_after_it_was_applied_is_written_once(
        self, feishu: FeishuServer, tasks: Table
    ) -> None:
        feishu.faults.add(dropped("batch_create", applied=True))
        (made,) = create(client(feishu), tasks, {"编号": "T-1"}, token=str(uuid.uuid4()))
        assert list(tasks.records) == [made["record_id"]]

    @pytest.mark.parametrize(
        "fault", [dropped("batch_delete", applied=True), html("batch_delete", applied=True)]
    )
    def test_a_lost_write_without_a_token_is_never_repeated(
        self, feishu: FeishuServer, tasks: Table, fault: object
    ) -> None:
        feishu.faults.add(fault)
        row = tasks.add({"编号": "T-1"})
        with pytest.raises(UnknownOutcomeError):
            client(feishu).call(
                "POST", f"{records(tasks)}/batch_delete", body={"records": [row]}, writes=tasks.base.token
            )
        assert len(feishu.called("batch_delete")) == 1

    def test_a_slow_answer_is_a_lost_one(self, feishu: FeishuServer, tasks: Table) -> None:
        feishu.faults.add(slow("batch_create", 0.4))
        with pytest.raises(UnknownOutcomeError):
            create(client(feishu, timeout=0.1), tasks, {"编号": "T-1"})

    def test_too_many_calls_wait_as_long_as_they_are_told(self, feishu: FeishuServer, tasks: Table) -> None:
        waited: list[float] = []
        access = Access(app_id=feishu.app_id, app_secret=feishu.app_secret, domain=feishu.url)
        times = Times(sleep=waited.append, chance=lambda: 0.0)
        feishu.faults.add(limited("/search", reset=7))
        FeishuClient(access, times=times, throttle=Throttle()).call(
            "POST", f"{records(tasks)}/search", body={}
        )
        assert [int(one) for one in waited] == [7]

    def test_nobody_there_is_no_doubt(self) -> None:
        with running() as gone:
            pass
        line = SdkLine(Access(app_id="cli_a", app_secret="x", domain=gone.url))  # noqa: S106 - of nothing
        with pytest.raises(UnsentError):
            line(asking("cli_a", "x"), None)

    def test_a_path_that_is_none_is_a_mistake_of_ours(self, feishu: FeishuServer) -> None:
        with pytest.raises(Exception, match="HTTP 404"):
            client(feishu).call("GET", "/open-apis/nothing/v1")

    def test_writers_stand_in_line(self, feishu: FeishuServer, tasks: Table) -> None:
        """Overlapping writes to one base are refused; two clients of a process never overlap."""
        feishu.latency = 0.02
        ways = [client(feishu), client(feishu)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: create(ways[n % 2], tasks, {"编号": f"T-{n}"}), range(6)))
        assert not [call for call in feishu.calls if call.code == 1254291]
        assert len(tasks.records) == 6


def test_the_official_client_writes_nothing_to_stdout() -> None:
    """It comes with a log on stdout, where our own answers go."""
    assert sdk().logger.handlers == []


def test_a_certificate_of_nobody_ends_it_before_anything_is_said() -> None:
    """No doubt, either: the secret and the call stayed here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    said: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                with line, contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as safe:
                    said.append(safe.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, args=(listener,), daemon=True).start()
        domain = f"https://localhost:{listener.getsockname()[1]}"
        access = Access(app_id="cli_a", app_secret="x", domain=domain, timeout=2, patience=1)  # noqa: S106
        line = SdkLine(access)
        with pytest.raises(UnsentError) as caught:
            line(asking("cli_a", "x"), None)
        listener.shutdown(socket.SHUT_RDWR)
    assert not any(said)
    assert not caught.value.trusted
