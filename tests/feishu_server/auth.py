"""Tokens of the app: asked for, shown, and run out."""

from collections.abc import Callable, Mapping

from tests.feishu_server.answers import Answer, Refusal, as_json
from tests.feishu_server.tables import new_id

LIFE = 7200
REUSED = 1800
"""Seconds that a token must have left for the same one to be given again."""


class Tokens:
    """The tokens of one app."""

    def __init__(self, app_id: str, secret: str, now: Callable[[], float]) -> None:
        self._app_id = app_id
        self._secret = secret
        self._now = now
        self._ends: dict[str, float] = {}
        self.life = LIFE
        self.given = 0

    def ask(self, body: Mapping[str, object]) -> Answer:
        """Answer a request for a token; what is wrong with it is told with HTTP 200."""
        if body.get("app_id") != self._app_id:
            raise Refusal(10003, "invalid param")
        if body.get("app_secret") != self._secret:
            raise Refusal(10014, "app secret invalid")
        self.given += 1
        now = self._now()
        token = next((one for one, end in self._ends.items() if end - now >= REUSED), None)
        if token is None:
            token = f"t-{new_id('token')}"
            self._ends[token] = now + self.life
        content = {
            "code": 0,
            "msg": "ok",
            "tenant_access_token": token,
            "expire": int(self._ends[token] - now),
        }
        return Answer(status=200, body=as_json(content), code=0)

    def check(self, header: str) -> None:
        """Refuse a call without a good token."""
        kind, _, token = header.partition(" ")
        if kind != "Bearer" or not token:
            raise _refused(99991661, "Missing access token for authorization")
        if token.startswith("eyJ"):
            raise _refused(99991668, "Invalid access token for authorization")
        if self._ends.get(token, 0) <= self._now():
            raise _refused(99991663, "Invalid access token for authorization")

    def expire(self) -> None:
        """Let all of them run out now."""
        self._ends.clear()


def _refused(code: int, msg: str) -> Refusal:
    return Refusal(code, msg, status=400, log_id="20261120090000000000000000000000", troubleshooter="none")
