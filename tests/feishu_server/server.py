"""The server: takes calls, lets go wrong what is scheduled, and writes down what came in."""

import hashlib
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread

from tests.feishu_server import bitable, chat, drive, hook, sheets
from tests.feishu_server.answers import Answer, Refusal, good
from tests.feishu_server.auth import Tokens
from tests.feishu_server.chat import Chat
from tests.feishu_server.faults import Fault, Faults
from tests.feishu_server.limits import Meter, too_many
from tests.feishu_server.request import Request
from tests.feishu_server.routes import Route, find
from tests.feishu_server.sheets import Spreadsheet, spreadsheet_of
from tests.feishu_server.tables import Base
from tests.feishu_server.wire import Hangup, Wire

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105 - a path

ROUTES = (*bitable.ROUTES, *chat.ROUTES, *drive.ROUTES, *sheets.ROUTES)


@dataclass(frozen=True)
class Call:
    """A call that came in, and what became of it.

    Args:
        code: What was answered; None where the line broke or the answer was no JSON.
        applied: Whether it did what was asked.
        again: Whether it repeated an earlier one, whose answer it got.
        writes: Whether it is one of those that change something.
    """

    method: str
    path: str
    query: dict[str, str]
    content: bytes
    code: int | None
    applied: bool
    again: bool
    writes: bool


@dataclass
class FeishuServer:
    """A tenant of Feishu with one app.

    Args:
        latency: Seconds that every call takes while it holds what it writes to.
        most_records: Rows that a table may have.
    """

    app_id: str = "cli_test"
    app_secret: str = "secret-of-the-tests"  # noqa: S105 - of nothing
    latency: float = 0.0
    most_records: int = 20_000
    people: dict[str, dict] = field(default_factory=dict)
    bases: dict[str, Base] = field(default_factory=dict)
    spreadsheets: dict[str, Spreadsheet] = field(default_factory=dict)
    wiki: dict[str, str] = field(default_factory=dict)
    chat: Chat = field(default_factory=Chat)
    bots: dict[str, hook.Bot] = field(default_factory=dict)
    uploading: Lock = field(default_factory=Lock)
    calls: list[Call] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    url: str = ""

    def __post_init__(self) -> None:
        self.ahead = 0.0
        self.tokens = Tokens(self.app_id, self.app_secret, self.now)
        self.meter = Meter(time.monotonic)
        self._repeats: dict[str, tuple[bytes, Answer]] = {}
        self._lock = Lock()

    # --- for tests ---

    def now(self) -> float:
        """Return the server's time, seconds since 1970; `ahead` puts it forward."""
        return time.time() + self.ahead

    def base(self, name: str = "项目库") -> Base:
        """Make a base without tables that the app was added to."""
        base = Base(name, self.now, self.people)
        self.bases[base.token] = base
        return base

    def spreadsheet(self, title: str = "任务表") -> Spreadsheet:
        """Make a spreadsheet without tabs."""
        made = Spreadsheet(title)
        self.spreadsheets[made.token] = made
        return made

    def bot(self, **how: object) -> tuple[str, hook.Bot]:
        """Make a custom bot of a group; return its address and what it got."""
        made = hook.Bot(**how)
        name = f"hook-{len(self.bots)}-of-the-tests"
        self.bots[name] = made
        return f"{self.url}{hook.PREFIX}{name}", made

    def rest(self) -> None:
        """Take as long as calls take."""
        time.sleep(self.latency)

    def person(self, open_id: str, name: str, email: str = "", mobile: str = "") -> str:
        """Enter a user whom the app may see; return the id."""
        self.people[open_id] = {"name": name, "email": email, "mobile": mobile}
        return open_id

    @property
    def writes(self) -> list[Call]:
        """The calls that changed something."""
        return [call for call in self.calls if call.writes and call.applied]

    def called(self, part: str) -> list[Call]:
        """Return the calls of one kind, by a part of `METHOD /path`."""
        return [call for call in self.calls if part in f"{call.method} {call.path}"]

    # --- for the wire ---

    def take(self, request: Request) -> Answer:
        """Answer a call.

        Raises:
            Hangup: The line is to break without an answer.
        """
        fault = self.faults.take(f"{request.method} {request.path}")
        if fault is not None and fault.at == "before":
            time.sleep(fault.delay)
            self._note(request, _code(fault))
            return _faulty(fault)
        route, answer, again = self._served(request)
        self._note(request, answer.code, route, applied=answer.code == 0 and not again, again=again)
        if fault is not None:
            time.sleep(fault.delay)
            return answer if fault.passes else _faulty(fault)
        return answer

    def _served(self, request: Request) -> tuple[Route | None, Answer, bool]:
        try:
            if request.path == TOKEN_PATH:
                return None, self.tokens.ask(request.body), False
            if request.path.startswith(hook.PREFIX):
                return None, hook.posted(self, request), False
            found = next(find(ROUTES, request.method, request.path), None)
            if found is None:
                return None, Answer(status=404, body=b"404 page not found", code=-1, kind="text/plain"), False
            route, names = found
            request = Request(
                request.method, request.path, request.query, request.headers, request.content, names
            )
            return route, *self._routed(route, request)
        except Refusal as refusal:
            return None, refusal.answer, False

    def _routed(self, route: Route, request: Request) -> tuple[Answer, bool]:
        self.tokens.check(request.headers.get("Authorization", ""))
        if self.meter.full(route, route.rate):
            raise too_many()
        if not route.writes:
            self.rest()
            return good(route.answer(self, request)), False
        if "app" in request.names:
            lock, busy = bitable.base_of(self, request.names["app"]).writing, 1254291
        else:
            lock, busy = spreadsheet_of(self, request.names["spreadsheet"]).writing, 90235
        if not lock.acquire(blocking=False):
            raise Refusal(busy, "Write conflict")
        try:
            self.rest()
            return self._once(route, request)
        finally:
            lock.release()

    def _once(self, route: Route, request: Request) -> tuple[Answer, bool]:
        """Answer what repeats an earlier call by its token as that was answered."""
        token = request.query.get("client_token", "")
        if not token:
            return good(route.answer(self, request)), False
        if not route.once:
            # Unverified: calls that know no token ignore it.
            return good(route.answer(self, request)), False
        if not _uuid4(token):
            raise Refusal(1254037, "Invalid client token, make sure that it complies with the specification")
        mark = hashlib.sha256(f"{route.method} {request.path}\n".encode() + request.content).digest()
        if token in self._repeats:
            before, answer = self._repeats[token]
            if before != mark:
                raise Refusal(1255006, "client token was used for something else", status=400)
            return answer, True
        answer = good(route.answer(self, request))
        self._repeats[token] = (mark, answer)
        return answer, False

    def _note(
        self,
        request: Request,
        code: int | None,
        route: Route | None = None,
        *,
        applied: bool = False,
        again: bool = False,
    ) -> None:
        writes = route is not None and route.writes
        with self._lock:
            self.calls.append(
                Call(
                    request.method,
                    request.path,
                    dict(request.query),
                    request.content,
                    code,
                    applied,
                    again,
                    writes,
                )
            )


@contextmanager
def running(**how: object) -> Iterator[FeishuServer]:
    """Run a server on this machine; yield it."""
    server = FeishuServer(**how)
    wire = Wire(server.take)
    server.url = f"http://127.0.0.1:{wire.server_port}"
    thread = Thread(target=wire.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        wire.shutdown()
        wire.server_close()
        thread.join()


def _faulty(fault: Fault) -> Answer:
    if not fault.status:
        raise Hangup
    return Answer(status=fault.status, body=fault.body, code=-1, kind=fault.kind, headers=fault.headers)


def _code(fault: Fault) -> int | None:
    return None if not fault.status else fault.status


def _uuid4(token: str) -> bool:
    try:
        return uuid.UUID(token).version == 4 and len(token) == 36
    except ValueError:
        return False
