"""What the client does with every kind of answer: over bare HTTP, with no waiting."""

import logging
import pickle
import re
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from sheetsync.errors import BugError, BusyError
from sheetsync.feishu.client import FeishuClient, Times
from sheetsync.feishu.codes import FIXES, kind_of
from sheetsync.feishu.errors import (
    AlreadySoError,
    FeishuError,
    NotAllowedError,
    NotFoundError,
    NotReachedError,
    TooLargeError,
    UnknownOutcomeError,
    ValueRefusedError,
)
from sheetsync.feishu.line import Call, judge
from sheetsync.feishu.throttle import Throttle, rate_of
from sheetsync.feishu.token import TokenKeeper, asking
from tests.feishu_server import (
    Fault,
    FeishuServer,
    bare_client,
    bare_line,
    coded,
    dropped,
    html,
    limited,
    running,
)
from tests.feishu_server.routes import Route
from tests.feishu_server.server import ROUTES
from tests.feishu_server.tables import Table

CREATE = "batch_create"
READ = "/search"


@pytest.fixture(name="feishu")
def _feishu() -> Iterator[FeishuServer]:
    with running() as server:
        yield server


@pytest.fixture(name="tasks")
def _tasks(feishu: FeishuServer) -> Table:
    return feishu.base().table("任务", {"编号": 1})


def path(table: Table) -> str:
    return f"/open-apis/bitable/v1/apps/{table.base.token}/tables/{table.id}/records"


def read(client: FeishuClient, table: Table) -> object:
    return client.call("POST", f"{path(table)}/search", body={})["items"]


def write(client: FeishuClient, table: Table, token: str | None = None) -> object:
    return client.call(
        "POST",
        f"{path(table)}/batch_create",
        body={"records": [{"fields": {"编号": "T-1"}}]},
        writes=table.base.token,
        client_token=token,
    )["records"]


def token() -> str:
    return str(uuid.uuid4())


class TestTriedAgain:
    @pytest.mark.parametrize(
        "fault",
        [
            coded(READ, 1254290),
            coded(READ, 1254291, status=400),
            coded(READ, 1254607, status=500),
            coded(READ, 1255040, status=504),
            coded(READ, 1255001),
            limited(READ),
            html(READ, status=502),
            html(READ, status=200),
            html(READ, status=429),
            coded(READ, 123456789, status=429),
            dropped(READ, applied=True),
        ],
    )
    def test_a_reading_is(self, feishu: FeishuServer, tasks: Table, fault: Fault) -> None:
        tasks.add({"编号": "T-1"})
        feishu.faults.add(fault)
        assert len(read(bare_client(feishu), tasks)) == 1

    @pytest.mark.parametrize("code", [1254290, 1254291, 1254607, 99991400])
    def test_a_write_that_was_not_applied_is(self, feishu: FeishuServer, tasks: Table, code: int) -> None:
        feishu.faults.add(coded(CREATE, code, status=429 if code == 99991400 else 200))
        write(bare_client(feishu), tasks)
        assert len(tasks.records) == 1

    @pytest.mark.parametrize("applied", [True, False])
    @pytest.mark.parametrize(
        "fault",
        [
            lambda applied: dropped(CREATE, applied=applied, times=2),
            lambda applied: coded(CREATE, 1255001, applied=applied),
            lambda applied: coded(CREATE, 1255040, applied=applied, status=504),
            lambda applied: html(CREATE, applied=applied),
            lambda applied: html(CREATE, applied=applied, status=200),
            lambda applied: coded(CREATE, 1254608, applied=applied, status=403),
        ],
    )
    def test_a_write_with_a_token_is_and_lands_once(
        self, feishu: FeishuServer, tasks: Table, fault: Callable[[bool], Fault], applied: bool
    ) -> None:
        feishu.faults.add(fault(applied))
        write(bare_client(feishu), tasks, token())
        assert len(tasks.records) == 1

    def test_pauses_grow_and_end(self, feishu: FeishuServer, tasks: Table) -> None:
        """Each at most twice the one before, no longer than 8 s, until patience has ended."""
        waited: list[float] = []
        now = [0.0]

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            now[0] += seconds

        access = bare_client(feishu, patience=30)._access  # noqa: SLF001 - as the others have it
        times = Times(clock=lambda: now[0], sleep=sleep, chance=lambda: 1.0)
        client = FeishuClient(access, line=bare_line(feishu.url), times=times, throttle=Throttle())
        feishu.faults.add(coded(READ, 1254290, times=99))
        with pytest.raises(NotReachedError):
            read(client, tasks)
        assert waited == [1, 2, 4, 8, 8]

    def test_those_who_failed_together_do_not_come_back_together(
        self, feishu: FeishuServer, tasks: Table
    ) -> None:
        waits: set[float] = set()
        for _ in range(4):
            feishu.faults.add(coded(READ, 1254290))
            read(bare_client(feishu, sleep=waits.add), tasks)
        assert len(waits) == 4
        assert all(0.5 <= wait <= 1 for wait in waits)


class TestNotTriedAgain:
    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            *((1254060, ValueRefusedError), (1254015, ValueRefusedError), (1254045, ValueRefusedError)),
            *((99992402, ValueRefusedError), (1254130, ValueRefusedError), (1254104, TooLargeError)),
            *((1254030, TooLargeError), (1254043, NotFoundError), (91402, NotFoundError)),
            *((1254014, AlreadySoError), (1254606, AlreadySoError), (91403, NotAllowedError)),
            *((99991672, NotAllowedError), (1254103, NotAllowedError), (1254302, NotAllowedError)),
            *((99991668, FeishuError), (123456789, FeishuError)),
        ],
    )
    def test_a_refusal_is_not(
        self, feishu: FeishuServer, tasks: Table, code: int, kind: type[FeishuError]
    ) -> None:
        feishu.faults.add(coded(CREATE, code))
        with pytest.raises(kind) as caught:
            write(bare_client(feishu), tasks, token())
        assert type(caught.value) is kind
        assert (caught.value.code, caught.value.exit_code, len(feishu.called(CREATE))) == (code, 4, 1)

    @pytest.mark.parametrize("applied", [True, False])
    def test_a_lost_write_without_a_token_is_not(
        self, feishu: FeishuServer, tasks: Table, applied: bool
    ) -> None:
        feishu.faults.add(dropped(CREATE, applied=applied))
        with pytest.raises(UnknownOutcomeError):
            write(bare_client(feishu), tasks)
        assert len(feishu.called(CREATE)) == 1

    def test_what_stays_busy_is_too_large(self, feishu: FeishuServer, tasks: Table) -> None:
        """Three tries, then the store halves its batch."""
        feishu.faults.add(coded(CREATE, 1254607, times=99))
        with pytest.raises(TooLargeError):
            write(bare_client(feishu), tasks, token())
        assert len(feishu.called(CREATE)) == 3

    def test_a_token_that_was_used_for_something_else_is_a_doubt(
        self, feishu: FeishuServer, tasks: Table
    ) -> None:
        one = token()
        write(bare_client(feishu), tasks, one)
        with pytest.raises(UnknownOutcomeError):
            bare_client(feishu).call(
                "POST",
                f"{path(tasks)}/batch_create",
                body={"records": [{"fields": {}}]},
                writes="x",
                client_token=one,
            )
        assert len(tasks.records) == 1

    def test_nobody_there_is_told_soon(self) -> None:
        """Five attempts, however long patience is: the network is down, or the name is wrong."""
        with running() as gone:
            pass
        waits: list[float] = []
        with pytest.raises(NotReachedError, match="HTTPS_PROXY"):
            bare_client(gone, sleep=waits.append).check()
        assert len(waits) == 4


class TestDoubt:
    @pytest.mark.parametrize("code", [91403, 1254043, 1254291, 99991672])
    def test_no_later_refusal_takes_a_doubt_away(self, feishu: FeishuServer, tasks: Table, code: int) -> None:
        """What was handed over without an answer may stand, whatever is said to the second attempt."""
        feishu.faults.add(dropped(CREATE, applied=True), coded(CREATE, code, times=99))
        with pytest.raises(UnknownOutcomeError):
            write(bare_client(feishu, patience=2), tasks, token())

    def test_a_token_that_cannot_be_had_any_more_takes_no_doubt_away(
        self, feishu: FeishuServer, tasks: Table
    ) -> None:
        feishu.faults.add(
            dropped(CREATE, applied=True),
            coded(CREATE, 99991663, status=400),
            coded("tenant_access_token", 10014, skip=1, times=9),
        )
        with pytest.raises(UnknownOutcomeError):
            write(bare_client(feishu), tasks, token())

    def test_a_reading_is_never_in_doubt(self, feishu: FeishuServer, tasks: Table) -> None:
        feishu.faults.add(dropped(READ, applied=True), coded(READ, 91403))
        with pytest.raises(NotAllowedError):
            read(bare_client(feishu), tasks)


class TestTokens:
    @pytest.mark.parametrize("code", [99991661, 99991663, 99991664, 99991671, 99991677])
    def test_a_refused_token_is_replaced_once(self, feishu: FeishuServer, tasks: Table, code: int) -> None:
        feishu.faults.add(coded(READ, code, status=400))
        read(bare_client(feishu), tasks)
        assert feishu.tokens.given == 2

    def test_a_token_that_is_refused_again_ends_it(self, feishu: FeishuServer, tasks: Table) -> None:
        feishu.faults.add(coded(READ, 99991663, status=400, times=99))
        with pytest.raises(NotAllowedError):
            read(bare_client(feishu), tasks)
        assert len(feishu.called(READ)) == 2

    def test_it_is_renewed_before_it_ends(self, feishu: FeishuServer, tasks: Table) -> None:
        now = [0.0]
        access = bare_client(feishu)._access  # noqa: SLF001 - as the others have it
        client = FeishuClient(
            access, line=bare_line(feishu.url), times=Times(clock=lambda: now[0]), throttle=Throttle()
        )
        for at, asked in ((0.0, 1), (6599.0, 1), (6601.0, 2)):
            now[0] = feishu.ahead = at
            read(client, tasks)
            assert feishu.tokens.given == asked

    def test_a_token_that_another_thread_has_replaced_is_kept(self) -> None:
        """Many calls learn at once that the old one is no good; the first gets a new one for all."""
        asked = iter("abc")
        keeper = TokenKeeper(lambda: (next(asked), 7200.0), lambda: 0.0)
        old = keeper.token()
        keeper.drop(old)
        new = keeper.token()
        keeper.drop(old)
        assert (old, new, keeper.token()) == ("a", "b", "b")

    def test_a_short_life_is_no_reason_to_ask_each_time(self, feishu: FeishuServer, tasks: Table) -> None:
        feishu.tokens.life = 60
        client = bare_client(feishu)
        read(client, tasks)
        read(client, tasks)
        assert feishu.tokens.given == 1

    def test_a_doctor_asks_for_one(self, feishu: FeishuServer) -> None:
        bare_client(feishu).check()
        assert feishu.tokens.given == 1


class TestTurns:
    def test_writes_to_one_base_never_overlap(self, feishu: FeishuServer, tasks: Table) -> None:
        feishu.latency = 0.01
        clients = [bare_client(feishu) for _ in range(3)]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda number: write(clients[number % 3], tasks), range(12)))
        assert [call.code for call in feishu.called(CREATE)] == [0] * 12

    def test_overlapping_writes_would_be_refused(self, feishu: FeishuServer, tasks: Table) -> None:
        """The test above could not fail otherwise."""
        feishu.latency = 0.05
        line = bare_line(feishu.url)
        pass_ = judge(line(asking(feishu.app_id, feishu.app_secret), None)).data["tenant_access_token"]
        body = {"records": [{"fields": {}}]}
        call = Call(method="POST", path=f"{path(tasks)}/batch_create", body=body)
        with ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(lambda _: judge(line(call, pass_)).code, range(2)))
        assert sorted(codes) == [0, 1254291]

    def test_several_writes_ask_for_one_lease(self, feishu: FeishuServer, tasks: Table) -> None:
        held: list[str] = []

        @contextmanager
        def lease(document: str) -> Iterator[None]:
            held.append(document)
            yield

        client = bare_client(feishu, lease=lease)
        with client.writing(tasks.base.token):
            write(client, tasks)
            write(client, tasks)
        assert held == [tasks.base.token]

    def test_a_base_that_another_process_writes_is_not_written(
        self, feishu: FeishuServer, tasks: Table
    ) -> None:
        @contextmanager
        def lease(_: str) -> Iterator[None]:
            raise BusyError(what=FIXES[91403])
            yield

        for _ in range(2):
            with pytest.raises(BusyError):
                write(bare_client(feishu, lease=lease), tasks)
        assert not feishu.called(CREATE)
        write(bare_client(feishu), tasks)


class TestWords:
    def test_a_refusal_says_what_to_click_in_both_languages(self, feishu: FeishuServer, tasks: Table) -> None:
        tasks.base.allowed = False
        with pytest.raises(NotAllowedError) as caught:
            read(bare_client(feishu), tasks)
        assert "添加文档应用" in caught.value.say("zh")
        assert "Add document app" in caught.value.say("en")
        assert "20261120090000ABCDEF" in caught.value.say("zh")

    def test_logs_hold_neither_tokens_nor_ids_nor_values(
        self, feishu: FeishuServer, tasks: Table, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        feishu.faults.add(coded(CREATE, 1254290))
        write(bare_client(feishu), tasks)
        assert "1254290" in caplog.text
        for secret in (feishu.app_secret, "t-token", tasks.base.token, tasks.id, "T-1"):
            assert secret not in caplog.text

    def test_the_access_hides_its_secret(self, feishu: FeishuServer) -> None:
        assert feishu.app_secret not in repr(bare_client(feishu)._access)  # noqa: SLF001 - shown in tracebacks

    def test_errors_come_whole_out_of_another_process(self) -> None:
        error = ValueRefusedError(FIXES[91403], code=1254060, log_id="L")
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(copy), copy.code, copy.log_id, copy.say("zh")) == (
            ValueRefusedError,
            1254060,
            "L",
            error.say("zh"),
        )

    def test_every_fix_is_for_a_code_that_stops(self) -> None:
        assert {kind_of(code) for code in FIXES} <= {"right", "missing"}


@pytest.mark.parametrize(
    "name",
    [
        "x/../../y",
        "/open-apis/a/../../b",
        "https://evil.example/",
        "/open-apis/a b",
        "/open-apis/a?b=1",
        "/open-apis/a#b",
        "/open-apis//a",
    ],
)
def test_a_path_with_something_else_in_it_never_leaves(feishu: FeishuServer, name: str) -> None:
    with pytest.raises(BugError):
        bare_client(feishu).call("GET", name)
    assert not feishu.calls


def test_the_throttle_lets_no_more_through_in_any_second() -> None:
    now = [0.0]
    passed: list[float] = []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    throttle = Throttle(lambda: now[0], sleep)
    for step in range(60):
        throttle.wait("search", 16, 1.0)
        passed.append(now[0])
        now[0] += (step % 3) / 256  # times that add up without a rest
    assert max(sum(start <= one < start + 1.0 for one in passed) for start in passed) == 16


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_every_endpoint_is_called_less_often_than_it_may_be(route: Route) -> None:
    """By what the server of the tests lets through, for paths with any ids."""
    ids = re.sub(r":\w+", "AbC123", route.pattern)
    calls, seconds = rate_of(Call(method=route.method, path=ids).endpoint)
    assert calls / seconds < route.rate
