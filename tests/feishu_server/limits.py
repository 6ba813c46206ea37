"""How many calls a second the gateway lets through, of each kind."""

from collections import defaultdict, deque
from collections.abc import Callable
from threading import Lock

from tests.feishu_server.answers import Refusal


class Meter:
    """Counts calls in the last second, by whatever they are counted by."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seen: defaultdict[object, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def full(self, of: object, limit: int, *, seconds: float = 1.0) -> bool:
        """Count a call; True if there were too many, and then it does not count."""
        with self._lock:
            now, seen = self._now(), self._seen[of]
            while seen and seen[0] <= now - seconds:
                seen.popleft()
            if len(seen) >= limit:
                return True
            seen.append(now)
            return False


def too_many() -> Refusal:
    return Refusal(
        99991400, "request trigger frequency limit", status=429, headers={"x-ogw-ratelimit-reset": "1"}
    )
