"""Python's cycle collector, held still while a million values are made that form no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Run a block without cyclic collection; afterwards it is as it was before, also after an error.

    Every collection walks through all containers that live: the rows of a large sheet would be walked through
    again and again, and none of them is ever found to be garbage.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
