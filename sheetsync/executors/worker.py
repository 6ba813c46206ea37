"""What a worker process does: takes an item, works, gives the result back, until there is nothing more."""

import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

READY, DONE, RAISED = "ready", "done", "raised"
"""What a worker says: it is there; a result; an exception."""

MOST_ITEMS = 500
"""After so many items a worker leaves and a fresh one comes, whatever its size."""
MOST_BYTES = 1 << 30
"""A worker that was ever larger than this leaves after the item: what one large workbook took goes back."""


def main(connection: Connection, file: Path) -> None:
    """Work until the other end closes, or it is time for a fresh worker.

    Args:
        connection: Gives numbered items, and takes for each what became of it, its number, the result, and
            whether the worker stays for another one.
        file: What is to be done with each item: a pickled function.
    """
    # Ctrl-C reaches all processes of a terminal; the parent alone decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work: Callable[[Any], Any] = pickle.loads(file.read_bytes())  # noqa: S301 - our own parent wrote it
        connection.send((READY, None, None, True))
        for count in range(1, MOST_ITEMS + 1):
            number, item = connection.recv()
            stays = _answer(connection, number, work, item, last=count == MOST_ITEMS)
            if not stays:
                return
    except (EOFError, OSError):
        # Nobody is there any more who wants results.
        return


def _answer(
    connection: Connection, number: int, work: Callable[[Any], Any], item: object, *, last: bool
) -> bool:
    try:
        kind, result = DONE, work(item)
    except Exception as error:  # noqa: BLE001 - it belongs to whoever asked, not to this process
        kind, result = RAISED, error
    stays = not last and peak() < MOST_BYTES
    connection.send((kind, number, result, stays))
    return stays


def peak() -> int:
    """Return the most memory that this process ever held, in bytes; 0 where nobody tells."""
    if sys.platform == "win32":
        return 0
    with suppress(OSError):
        # Linux counts what its parent held before `exec` into the figure below.
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
