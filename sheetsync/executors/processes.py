"""Several items at a time, each in a worker process that may die without taking the others with it."""

import pickle
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from sheetsync.errors import UsageError
from sheetsync.executors import worker
from sheetsync.executors.lost import Lost, died
from sheetsync.text import Text

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 8
"""Results that may wait for an earlier one, for each worker: memory is bounded though one item takes long."""
_FAREWELL = 5.0
"""Seconds that a worker has to end what it is doing, before it is ended."""


class Processes:
    """A pool of worker processes.

    The library's own pool gives everything up when one worker dies, and does not say over which item; so each
    worker here has a line of its own and one item in hand.

    Args:
        jobs: How many at a time, at least 1.
        lost: Gives the result of an item whose worker died.
    """

    def __init__(self, jobs: int, lost: Lost) -> None:
        self._jobs = jobs
        self._lost = lost

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results in the order of the items, each as soon as it and those before it are done.

        Raises:
            UsageError: No worker can be started.
        """
        todo = deque(enumerate(items))
        if not todo:
            return
        with tempfile.TemporaryDirectory(prefix="sheetsync-work-") as folder:
            # Once, and not with every item: it holds all forms and rules. And in a file: a line would keep us
            # until the worker at its other end has come to life, one worker after the other.
            file = Path(folder) / "work"
            file.write_bytes(pickle.dumps(work))
            crew = _Crew(file, self._lost)
            try:
                yield from self._worked_off(crew, todo)
            finally:
                crew.leave()

    def _worked_off(self, crew: "_Crew", todo: deque[tuple[int, Any]]) -> Iterator[Any]:
        ready: dict[int, Any] = {}
        following, total = 0, len(todo)
        while following < total:
            while todo and todo[0][0] < following + _AHEAD * self._jobs and crew.takes(self._jobs):
                crew.give(*todo.popleft())
            ready.update(crew.results())
            while following in ready:
                yield ready.pop(following)
                following += 1


@dataclass(eq=False, slots=True)
class _Worker:
    """One worker process.

    Args:
        process: The process.
        line: Our end of its line.
        in_hand: The number of its item and the item, None while it has none.
    """

    process: BaseProcess
    line: Connection
    in_hand: tuple[int, Any] | None = None


@dataclass(eq=False, slots=True)
class _Crew:
    """The workers that are there.

    Args:
        work: The file with what all of them do, pickled.
        lost: Gives the result of an item whose worker died.
        workers: Those that live, or have died without our knowing.
        proven: True once one of them could be started.
    """

    work: Path
    lost: Lost
    workers: list[_Worker] = field(default_factory=list)
    proven: bool = False

    def takes(self, most: int) -> bool:
        """Tell whether a further item can be given away now."""
        return len(self.workers) < most or any(one.in_hand is None for one in self.workers)

    def give(self, number: int, item: object) -> None:
        """Give an item to a worker that has none, or to a new one."""
        one = next((one for one in self.workers if one.in_hand is None), None) or self._hired()
        one.in_hand = number, item
        with suppress(OSError):
            # If it is dead, `results` will find that.
            one.line.send((number, item))

    def results(self) -> Iterator[tuple[int, Any]]:
        """Wait for somebody, and yield what has come: the number of the item, and its result.

        Raises:
            UsageError: The first worker did not come to life.
            Exception: What the work itself raised.
        """
        # A line also wakes us when its worker dies: the other end is closed then.
        lines: dict[object, _Worker] = {one.line: one for one in self.workers}
        for line in wait([one.line for one in self.workers]):
            one = lines[line]
            try:
                kind, number, result, stays = one.line.recv()
            except (EOFError, OSError):
                yield from self._bury(one)
                continue
            if kind == worker.READY:
                self.proven = True
                continue
            one.in_hand = None
            if not stays:
                self._part(one)
            if kind == worker.RAISED:
                raise result
            yield number, result

    def leave(self) -> None:
        """End all workers: those at work have a moment for it, the others end at once."""
        for one in self.workers:
            one.line.close()
        until = time.monotonic() + _FAREWELL
        for one in self.workers:
            one.process.join(max(until - time.monotonic(), 0))
            if one.process.is_alive():
                one.process.terminate()
                one.process.join(_FAREWELL)
            if one.process.is_alive():
                one.process.kill()
                one.process.join()
            one.process.close()
        self.workers.clear()

    def _hired(self) -> _Worker:
        # Spawned, not forked: the parent may run threads, and a worker then starts the same on every system.
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=worker.main, args=(theirs, self.work), daemon=True)
        process.start()
        # As long as we hold it, too, nobody would tell us that the worker has died.
        theirs.close()
        one = _Worker(process, ours)
        self.workers.append(one)
        return one

    def _bury(self, one: _Worker) -> Iterator[tuple[int, Any]]:
        """Take leave of a worker that has died; yield what is said of its item."""
        code = self._part(one)
        if not self.proven:
            raise UsageError(
                Text("工作进程启动不了。", "Worker processes cannot be started."),
                why=None if code is None else Text(f"（退出码 {code}）", f"(exit code {code})"),
                fix=Text(
                    '请用 --jobs 1；在自己的脚本里调用时，调用要放在 if __name__ == "__main__": 之下。',
                    'Use --jobs 1; a script of your own must call from under if __name__ == "__main__":.',
                ),
            )
        if one.in_hand is not None:
            number, item = one.in_hand
            yield number, self.lost(item, died(code))

    def _part(self, one: _Worker) -> int | None:
        self.workers.remove(one)
        one.line.close()
        one.process.join()
        code = one.process.exitcode
        one.process.close()
        return code
