"""Calls to Feishu that give what was asked for, or an error that says what can be done about it."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from math import inf

from sheetsync.feishu.access import Access
from sheetsync.feishu.codes import Kind
from sheetsync.feishu.errors import FeishuError
from sheetsync.feishu.line import Call, Line, LostError, UnsentError, Upload, Verdict, judge
from sheetsync.feishu.outcome import given_up, refused
from sheetsync.feishu.sdk import SdkLine
from sheetsync.feishu.throttle import SHARED, Throttle, rate_of
from sheetsync.feishu.token import TokenKeeper, asking
from sheetsync.feishu.turns import Lease, turn

_LOG = logging.getLogger(__name__)

_PAUSE, _LONGEST_PAUSE = 1.0, 8.0
"""Seconds before the second attempt, and before any later one."""

_MOST_TRIES: Mapping[Kind, float] = {"again": inf, "reset": inf, "unknown": inf, "busy": 3, "unsent": 5}
"""What is tried again, and how often, as long as patience lasts."""

Value = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How time passes for a client.

    Args:
        clock: Seconds that never run backwards.
        sleep: Waits for seconds.
        chance: A number from 0 to 1, so that those who failed together do not come back together.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class FeishuClient:
    """Feishu, as one app sees it; may be used by many threads.

    Args:
        access: How we are known.
        lease: Holds a document against other processes while we write to it; None where there are none.
        line: What carries calls; the official client when None.
        times: How time passes.
        throttle: Where calls stand in line; by default, with all other clients of the process.
    """

    def __init__(
        self,
        access: Access,
        *,
        lease: Lease | None = None,
        line: Line | None = None,
        times: Times | None = None,
        throttle: Throttle = SHARED,
    ) -> None:
        self._access = access
        self._lease = lease
        self._line = line or SdkLine(access)
        self._times = times or Times()
        self._throttle = throttle
        self._tokens = TokenKeeper(self._new_token, self._times.clock)

    def greet(self) -> None:
        """Ask for a token, as a doctor would; nothing else is asked for.

        Raises:
            NotAllowedError: Feishu does not know the app, or its secret is another one.
            NotReachedError: Feishu cannot be reached.
            FeishuError: Anything else that Feishu says.
        """
        self._tokens.token()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Value] | None = None,
        body: Mapping[str, object] | None = None,
        writes: str | None = None,
        client_token: str | None = None,
        repeatable: bool | None = None,
    ) -> Mapping[str, object]:
        """Make a call; return the `data` of its answer.

        What Feishu did not take is tried again until the app's patience ends. What was handed over without a
        readable answer is repeated only where that is safe.

        Args:
            method: GET, POST, PUT, PATCH or DELETE.
            path: From `/open-apis/`, ids in it already.
            query: Names and values behind the path.
            body: JSON; None in it clears a cell.
            writes: Token of the document that the call changes, of which it then has the only turn; None
                where it changes none.
            client_token: A uuid4, the same for each attempt at the same thing, by which Feishu knows
                repetitions.
            repeatable: Whether it does no harm twice; by default, where it changes nothing or has a
                `client_token`.

        Raises:
            UnknownOutcomeError: It may have been applied or not: read back.
            ValueRefusedError: A value in it does not fit.
            TooLargeError: Ask for less at a time.
            NotFoundError: What it names is not there.
            AlreadySoError: The name is taken, or nothing would change.
            NotAllowedError: A person has to change something at Feishu.
            NotReachedError: Feishu did not take it, however often it was tried.
            FeishuError: Anything else that Feishu says.
            BusyError: Another writer has the document.
        """
        asked = {name: _plain(value) for name, value in (query or {}).items()}
        if client_token is not None:
            asked["client_token"] = client_token
        call = Call(method=method, path=path, query=asked, body=body)
        reads = writes is None and client_token is None and repeatable is None
        safe = repeatable if repeatable is not None else client_token is not None
        with nullcontext() if writes is None else self.writing(writes):
            return self._made(call, reads=reads, safe=safe)

    def upload(
        self, path: str, fields: Mapping[str, Value], file: Upload, *, writes: str | None = None
    ) -> Mapping[str, object]:
        """Send a file; return the `data` of the answer.

        It is repeated where nobody knows whether it arrived: a file that nothing points to does no harm.

        Args:
            path: From `/open-apis/`.
            fields: What the form says beside the file.
            file: The file.
            writes: Token of the document that takes one file at a time.

        Raises:
            FeishuError: As for `call`.
            BusyError: Another writer has the document.
        """
        given = {name: _plain(value) for name, value in fields.items()}
        call = Call(method="POST", path=path, body=given, upload=file)
        with nullcontext() if writes is None else self.writing(writes):
            return self._made(call, reads=True, safe=True)

    def check(self) -> None:
        """Ask for a token, as a doctor would.

        Raises:
            NotAllowedError: The app's id or secret is wrong.
            NotReachedError: Feishu is not reached.
        """
        self._tokens.token()

    def writing(self, document: str) -> AbstractContextManager[None]:
        """Hold a document for several calls; calls that write to it may stand inside.

        Raises:
            BusyError: Another writer has it.
        """
        return turn(document, self._lease)

    def pace(self, of: object, calls: int, seconds: float) -> None:
        """Wait so that never more than `calls` of something pass within `seconds`, all clients together."""
        self._throttle.wait((self._access.domain, self._access.app_id, of), calls, seconds)

    def _new_token(self) -> tuple[str, float]:
        call = asking(self._access.app_id, self._access.app_secret)
        data = self._made(call, reads=True, safe=True, known=False)
        token, life = data.get("tenant_access_token"), data.get("expire")
        if not isinstance(token, str) or not token or not isinstance(life, int | float):
            raise refused(call, Verdict(kind="wrong", said="no token"))
        return token, float(life)

    def _made(self, call: Call, *, reads: bool, safe: bool, known: bool = True) -> Mapping[str, object]:
        """Make a call as often as it takes.

        Args:
            call: What is asked.
            reads: Whether it matters to nobody if it was applied.
            safe: Whether it may be repeated where nobody knows if it was, and that matters.
            known: Whether it carries our token.
        """
        end = self._times.clock() + self._access.patience
        doubt = renewed = False
        verdict = Verdict(kind="unsent")
        tries: Counter[Kind] = Counter()
        while True:
            try:
                token = self._tokens.token() if known else None
            except FeishuError:
                if doubt:
                    raise refused(call, verdict, doubt=True) from None
                raise
            verdict = self._tried(call, token)
            tries[verdict.kind] += 1
            if verdict.kind == "good":
                return verdict.data
            if verdict.kind == "token" and token is not None and not renewed:
                renewed = True
                self._tokens.drop(token)
                continue
            # Once it may have been applied, no later refusal tells that it was not.
            doubt = doubt or (not reads and verdict.kind in {"unknown", "verify"})
            if (doubt and not safe) or tries[verdict.kind] >= _MOST_TRIES.get(verdict.kind, 0):
                raise refused(call, verdict, doubt=doubt)
            pause = self._pause(tries.total(), verdict)
            if self._times.clock() + pause > end:
                raise given_up(call, verdict, doubt=doubt, attempts=tries.total())
            self._times.sleep(pause)

    def _tried(self, call: Call, token: str | None) -> Verdict:
        calls, seconds = rate_of(call.endpoint)
        self.pace(call.endpoint, calls, seconds)
        began = self._times.clock()
        try:
            verdict = judge(self._line(call, token))
        except UnsentError as error:
            verdict = Verdict(kind="unsent" if error.trusted else "untrusted", said=str(error))
        except LostError as error:
            verdict = Verdict(kind="unknown", said=str(error))
        level = logging.DEBUG if verdict.kind == "good" else logging.INFO
        took = self._times.clock() - began
        # Neither ids nor values: endpoint, code and the id by which Feishu finds the call.
        _LOG.log(
            level,
            "%s: %s, code %d, %.2f s, log id %s",
            call.endpoint,
            verdict.kind,
            verdict.code,
            took,
            verdict.log_id or "-",
        )
        return verdict

    def _pause(self, attempt: int, verdict: Verdict) -> float:
        grown = min(_LONGEST_PAUSE, _PAUSE * 2.0 ** min(attempt - 1, 8))
        jittered = grown * (0.5 + self._times.chance() / 2)
        return jittered if verdict.wait is None else verdict.wait + jittered / 4


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


__all__ = ["FeishuClient", "FeishuError", "Lease", "Times", "Upload"]
