"""One writer at a time for each document: a queue in this process, a lease between processes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, RLock

from sheetsync.errors import BusyError
from sheetsync.text import Text

Lease = Callable[[str], AbstractContextManager[object]]
"""Holds a document, by its token, against other processes; raises BusyError where another has it."""

_LONGEST = 600
"""Seconds that a writer of this process waits for another."""


class _Turn:
    def __init__(self) -> None:
        self.lock = RLock()
        self.depth = 0


_TURNS: dict[str, _Turn] = {}
_TURNS_LOCK = Lock()


@contextmanager
def turn(document: str, lease: Lease | None = None) -> Iterator[None]:
    """Hold a document; who holds it already may enter again.

    Args:
        document: Its token: overlapping writes to one are refused (reference, 0.1).
        lease: Holds it against other processes; asked for once, by the outermost.

    Raises:
        BusyError: Another writer does not let go of it.
    """
    with _TURNS_LOCK:
        mine = _TURNS.setdefault(document, _Turn())
    if not mine.lock.acquire(timeout=_LONGEST):
        raise BusyError(
            Text(
                "另一个任务一直在写这个飞书文档。", "Another job keeps writing to this document of Feishu's."
            ),
            fix=Text("稍后再试。", "Try again later."),
            where=document,
        )
    try:
        held = nullcontext() if lease is None or mine.depth else lease(document)
        mine.depth += 1
        try:
            with held:
                yield
        finally:
            mine.depth -= 1
    finally:
        mine.lock.release()
