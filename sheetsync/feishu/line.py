"""One call and its answer, whatever carries them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sheetsync.errors import BugError
from sheetsync.feishu.codes import Kind, kind_of
from sheetsync.text import Text

_PATH = re.compile(r"/open-apis/[A-Za-z0-9_!:%.,~/-]+")
_ID = re.compile(
    r"/(apps|tables|fields|records|views|spreadsheets|messages|values)/(?!batch_|search|query)([^/]+)"
)


_NO_ID = r"/\1/:id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that goes with a call.

    Args:
        field: What the form calls it.
        name: Its name.
        content: All of it.
    """

    field: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked of Feishu.

    Args:
        method: GET, POST, PUT, PATCH or DELETE.
        path: From `/open-apis/`, ids in it already.
        query: Names and values behind the path.
        body: JSON; with a file, the fields of its form.
        upload: The file.

    Raises:
        BugError: The path is none of Feishu's, such as one with a name from outside in it.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    upload: Upload | None = None

    def __post_init__(self) -> None:
        if not _PATH.fullmatch(self.path) or ".." in self.path or "//" in self.path:
            raise BugError(Text("飞书接口的路径不对。", "No path of Feishu's."), where=self.path)

    @property
    def endpoint(self) -> str:
        """Method and path without ids: what limits are counted by, and what may stand in a log."""
        return f"{self.method} {_ID.sub(_NO_ID, self.path)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Args:
        status: Of HTTP.
        headers: Names in small letters.
        content: What is in it, JSON or not.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes


class UnsentError(Exception):
    """The call did not leave this machine, or was not taken: nothing was applied.

    Args:
        said: What happened, one word of the library's.
        trusted: False where whoever answered did not prove to be Feishu.
    """

    def __init__(self, said: str, *, trusted: bool = True) -> None:
        self.trusted = trusted
        super().__init__(said)


class LostError(Exception):
    """The call left, and no whole answer came: nobody knows what was applied."""


Line = Callable[[Call, str | None], Answer]
"""Carries a call with a token, or without one.

Raises:
    UnsentError: Nothing was applied.
    LostError: Nobody knows.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means.

    Args:
        kind: What is to be done.
        data: What was asked for.
        code: Feishu's code; 0 where it gave none.
        said: Feishu's words, one line.
        wait: Seconds to wait before the next try; None where nobody said.
        log_id: What Feishu's support asks for.
    """

    kind: Kind
    data: Mapping[str, object] = field(default_factory=dict)
    code: int = 0
    said: str = ""
    wait: float | None = None
    log_id: str = ""


def judge(answer: Answer) -> Verdict:
    """Return what an answer means: by its code, and only without one by its status."""
    log_id = answer.headers.get("x-tt-logid", "")
    wait = _seconds(answer.headers)
    try:
        body = json.loads(answer.content)
    except ValueError:
        body = None
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(code, int):
        return Verdict(kind=_by_status(answer.status), said=f"HTTP {answer.status}", wait=wait, log_id=log_id)
    said = " ".join(str(body.get("msg", "")).split())[:200]
    kind = kind_of(code)
    if answer.status == 429:
        kind = "reset"
    elif kind == "wrong" and answer.status >= 500:
        kind = "unknown"
    data = body.get("data")
    if not isinstance(data, dict):
        # Tokens, and answers without anything in them.
        data = {key: value for key, value in body.items() if key not in {"code", "msg", "data"}}
    return Verdict(kind=kind, data=data, code=code, said=said, wait=wait, log_id=log_id)


def _by_status(status: int) -> Kind:
    """Return what an answer means that Feishu itself did not give, or not whole."""
    if status == 429:
        return "reset"
    if 400 <= status < 500:
        return "wrong"
    return "unknown"


def _seconds(headers: Mapping[str, str]) -> float | None:
    for name in ("x-ogw-ratelimit-reset", "retry-after"):
        text = headers.get(name, "")
        if text.isascii() and text.isdigit():
            return float(text)
    return None
