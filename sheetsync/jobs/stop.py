"""How a server is told to leave: the first signal asks it to, the second one makes it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))


@contextmanager
def asked_to_stop() -> Iterator[Event]:
    """Turn signals into an event while this holds; a second signal ends the process at once.

    Outside of the main thread, where Python hears no signals, only the event itself counts.
    """
    asked = Event()
    if current_thread() is not main_thread():
        yield asked
        return

    def hear(number: int, _: FrameType | None) -> None:
        if asked.is_set():
            # Nothing is lost: what was in hand is found interrupted, and done again.
            os._exit(128 + number)
        asked.set()

    before = {number: signal.signal(number, hear) for number in _SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
