"""The app's token: asked for once for all threads, renewed early, never logged."""

from collections.abc import Callable
from threading import Lock

from sheetsync.feishu.line import Call

_EARLY = 600.0
"""Seconds before its end at which a token is renewed; half of its life where that is shorter."""

_PATH = "/open-apis/auth/v3/tenant_access_token/internal"


class TokenKeeper:
    """Keeps the token of one app.

    Args:
        ask: Returns a new token and the seconds it lives.
        clock: Seconds that never run backwards.
    """

    def __init__(self, ask: Callable[[], tuple[str, float]], clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = Lock()
        self._token = ""
        self._end = 0.0

    def token(self) -> str:
        """Return a token that is good for a while."""
        with self._lock:
            if not self._token or self._clock() >= self._end:
                asked = self._clock()
                token, life = self._ask()
                self._token, self._end = token, asked + life - min(_EARLY, life / 2)
            return self._token

    def drop(self, token: str) -> None:
        """Forget a token that was refused, unless another thread has replaced it already."""
        with self._lock:
            if self._token == token:
                self._token = ""


def asking(app_id: str, app_secret: str) -> Call:
    """Return the call that asks for a token."""
    return Call(method="POST", path=_PATH, body={"app_id": app_id, "app_secret": app_secret})
