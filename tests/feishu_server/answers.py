"""What the server says: an envelope of code, msg and data, or a refusal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mistake of the program
    """The server says no; nothing was applied."""

    def __init__(
        self,
        code: int,
        msg: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **error: object,
    ) -> None:
        super().__init__(f"{code} {msg}")
        self.code = code
        self.msg = msg
        self.status = status
        self.headers = dict(headers or {})
        self.error = error

    @property
    def answer(self) -> "Answer":
        body: dict[str, object] = {"code": self.code, "msg": self.msg}
        if self.error:
            body["error"] = self.error
        return Answer(status=self.status, body=as_json(body), code=self.code, headers=self.headers)


@dataclass(frozen=True)
class Answer:
    """Bytes that go back.

    Args:
        status: Of HTTP.
        body: What is in it.
        code: The code in it; -1 where it has none.
        kind: Its content type.
    """

    status: int
    body: bytes
    code: int
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def good(data: Mapping[str, object]) -> Answer:
    return Answer(status=200, body=as_json({"code": 0, "msg": "success", "data": data}), code=0)


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def bad_request(field_name: str, description: str) -> Refusal:
    """The gateway's word on a parameter that does not fit."""
    return Refusal(
        99992402,
        "field validation failed",
        status=400,
        field_violations=[{"field": field_name, "description": description}],
    )
