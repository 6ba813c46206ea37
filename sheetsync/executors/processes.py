"""Several workbooks at a time, each in a worker process."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Processes:
    """A pool of worker processes.

    Args:
        jobs: How many at a time.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results in the order of the items, each as soon as it and those before it are done."""
        # Spawned, not forked: the parent may run threads, and a worker then starts the same on every system.
        with ProcessPoolExecutor(max_workers=self._jobs, mp_context=get_context("spawn")) as pool:
            yield from pool.map(work, items)
