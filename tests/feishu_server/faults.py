"""What goes wrong, by schedule: before or after a call was applied, once or often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from tests.feishu_server.answers import JSON, as_json


@dataclass
class Fault:
    """One thing that goes wrong.

    Args:
        on: A part of `METHOD /path` of the calls it hits.
        at: Before the call is applied (and instead of that), or after it.
        times: How often.
        skip: How many calls of that kind get through first.
        status: Of HTTP; 0 where the line breaks without an answer.
        body: What is answered.
        delay: Seconds to wait; nothing else happens where `passes`.
        passes: True where the call gets its own answer after all.
    """

    on: str
    at: Literal["before", "after"] = "before"
    times: int = 1
    skip: int = 0
    status: int = 0
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    passes: bool = False


def _at(applied: bool) -> Literal["before", "after"]:
    return "after" if applied else "before"


def dropped(on: str, *, applied: bool, times: int = 1, skip: int = 0) -> Fault:
    """The line breaks without an answer."""
    return Fault(on, _at(applied), times, skip)


def coded(
    on: str, code: int, *, applied: bool = False, status: int = 200, times: int = 1, skip: int = 0
) -> Fault:
    """The server answers with a code of its own, whether it did what was asked or not."""
    body = as_json({"code": code, "msg": f"as scheduled: {code}"})
    return Fault(on, _at(applied), times, skip, status, body)


def html(on: str, *, status: int = 502, applied: bool = False, times: int = 1) -> Fault:
    """Something between us and the server answers with a page."""
    return Fault(on, _at(applied), times, 0, status, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")


def limited(on: str, *, reset: int = 1, times: int = 1) -> Fault:
    """The gateway counts more calls than it likes."""
    body = as_json({"code": 99991400, "msg": "request trigger frequency limit"})
    return Fault(on, "before", times, 0, 429, body, headers={"x-ogw-ratelimit-reset": str(reset)})


def slow(on: str, seconds: float, *, times: int = 1) -> Fault:
    """The answer takes its time; what was asked is done."""
    return Fault(on, "after", times, delay=seconds, passes=True)


class Faults:
    """The schedule; each call takes the first fault that fits, and uses it up."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, *faults: Fault) -> None:
        with self._lock:
            self._waiting.extend(faults)

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._waiting.clear()

    def take(self, what: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.on not in what:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
