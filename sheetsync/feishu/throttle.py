"""Fewer calls a second than Feishu lets through, for all clients of the process together."""

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from threading import Lock

_SHARE = 0.8
"""Of the documented limits; others may use the same app."""

_RATES = tuple(
    (re.compile(pattern), calls, seconds)
    for pattern, calls, seconds in (
        (r"POST /open-apis/bitable/v1/apps(/:id/copy)?", 20, 60.0),
        (r"POST /open-apis/bitable/.*/records/(search|batch_get)", 20, 1.0),
        (r"GET /open-apis/bitable/.*", 20, 1.0),
        (r"\w+ /open-apis/bitable/.*/records(/.*)?", 50, 1.0),
        (r"\w+ /open-apis/bitable/.*", 10, 1.0),
        (r"POST /open-apis/im/v1/messages", 50, 1.0),
        (r"\w+ /open-apis/drive/v1/medias/.*", 5, 1.0),
        (r"GET /open-apis/sheets/v3/spreadsheets/:id/sheets/query", 100, 60.0),
        (r"\w+ /open-apis/sheets/.*", 100, 1.0),
    )
)
"""Calls in so many seconds by endpoint (reference, 2, 8, 9)."""

_ELSE = (10, 1.0)


class Throttle:
    """Lets no more than a number of calls through in any span of time.

    Args:
        clock: Seconds that never run backwards.
        sleep: Waits for seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._passed: defaultdict[object, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def wait(self, of: object, calls: int, seconds: float) -> None:
        """Wait until one more may pass, so that never more than `calls` do within `seconds`."""
        while (pause := self._claim(of, calls, seconds)) > 0:
            self._sleep(pause)

    def _claim(self, of: object, calls: int, seconds: float) -> float:
        with self._lock:
            now, passed = self._clock(), self._passed[of]
            while passed and passed[0] <= now - seconds:
                passed.popleft()
            if len(passed) >= calls:
                return passed[0] + seconds - now
            passed.append(now)
            return 0.0


def rate_of(endpoint: str) -> tuple[int, float]:
    """Return how many calls of an endpoint we make at most in how many seconds."""
    fitting = ((calls, seconds) for pattern, calls, seconds in _RATES if pattern.fullmatch(endpoint))
    calls, seconds = next(fitting, _ELSE)
    return max(1, int(calls * _SHARE)), seconds


SHARED = Throttle()
"""What all clients of this process stand in line at."""
