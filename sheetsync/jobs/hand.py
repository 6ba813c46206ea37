"""The hand of the clock: moves every few seconds, and knows nothing of what is due."""

import time
from collections.abc import Callable

from schedule import Scheduler

PERIOD = 2
"""Seconds between two movements."""

_STUCK = 5 * PERIOD


class Hand:
    """Calls a function again and again.

    The library goes by the wall clock: one that is set back an hour would stop it for an hour. So it is wound
    anew when it stands still by a clock that nobody sets.

    Args:
        move: What is called; it must not raise.
        monotonic: Seconds that no change of the wall clock touches.
    """

    def __init__(self, move: Callable[[], None], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._move = move
        self._monotonic = monotonic
        self._moved = monotonic()
        self._scheduler = Scheduler()
        self._wind()

    def turn(self) -> None:
        """Move if it is time to."""
        if self._monotonic() - self._moved > _STUCK:
            self._wind()
            self._beat()
        self._scheduler.run_pending()

    def _wind(self) -> None:
        self._scheduler.clear()
        self._scheduler.every(PERIOD).seconds.do(self._beat)

    def _beat(self) -> None:
        self._moved = self._monotonic()
        self._move()
