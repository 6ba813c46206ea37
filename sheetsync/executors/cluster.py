"""Work on the machines of a Dask cluster that somebody else runs, by futures.

The client's own futures, and not the executor it offers: that one waits for ever for a result that is lost on
its way.
"""

import pickle
import platform
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from importlib import metadata
from typing import Any, TypeVar

from sheetsync.errors import RemoteError, SheetSyncError, UsageError
from sheetsync.executors.lost import Lost
from sheetsync.text import Text, same

Item = TypeVar("Item")
Result = TypeVar("Result")

SCHEME = "dask://"
_ANSWER = 10
"""Seconds that a scheduler has to answer."""
_PATIENCE = 60
"""Seconds between two looks whether anybody still works; where nobody does, the run ends."""
_AHEAD = 4
"""Items that are given away or wait for an earlier one, for each thread of the cluster."""
_PYTHON = "Python"
_SAME = ("sheetsync", "pandas", "numpy")
"""What must be of one version everywhere: their values travel."""


class Cluster:
    """A Dask cluster; workbooks and project folder must lie where all its machines see them alike.

    Args:
        address: Host and port of the scheduler.
        lost: Gives the result of an item whose worker died, time after time.
    """

    def __init__(self, address: str, lost: Lost) -> None:
        self._address = address
        self._lost = lost

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results in the order of the items, each as soon as it and those before it are done.

        Raises:
            UsageError: The extra is not installed, or the workers are of another version.
            RemoteError: The scheduler does not answer, or has no workers.
        """
        client = self._client()
        try:
            _same_versions(client, self._address)
            ahead = _AHEAD * sum(client.nthreads().values())
            everywhere = _sent(client, work)
            todo = deque(items)
            begun: deque[tuple[Item, Any]] = deque()
            while todo or begun:
                while todo and len(begun) < ahead:
                    item = todo.popleft()
                    begun.append((item, client.submit(_done, everywhere, item, pure=False)))
                item, future = begun.popleft()
                outcome = self._outcome(client, future)
                if not isinstance(outcome, _Killed):
                    yield outcome
                    continue
                # Whatever a dying worker held is suspected with the culprit. So all the others come home
                # first; then each suspect is tried with nobody beside it, and only the culprit is lost.
                home = [(item, outcome), *((other, self._outcome(client, its)) for other, its in begun)]
                begun.clear()
                for suspect, found in home:
                    yield self._alone(client, work, suspect) if isinstance(found, _Killed) else found
                everywhere = _sent(client, work)
        finally:
            # What is still to come is of no use to anybody once we have left.
            client.close()

    def _alone(self, client: Any, work: Callable[[Item], Result], item: Item) -> Result:  # noqa: ANN401
        """Return the result of an item that has the whole cluster for itself, or say that it is lost."""
        outcome = self._outcome(client, client.submit(_done, _sent(client, work), item, pure=False))
        result: Result = self._lost(item, _died(self._address)) if isinstance(outcome, _Killed) else outcome
        return result

    def _outcome(self, client: Any, future: Any) -> Any:  # noqa: ANN401 - there may be no such library
        """Wait for one result, or for :class:`_Killed`.

        Raises:
            RemoteError: The scheduler has gone, or all workers have.
        """
        from distributed import KilledWorker

        while True:
            try:
                return future.result(timeout=_PATIENCE)
            except KilledWorker:
                return _Killed()
            except CancelledError as error:
                raise _gone(self._address, error) from error
            except TimeoutError as error:
                if future.status == "error":
                    raise  # of the work itself
                if not _workers(client, self._address):
                    raise _nobody(self._address) from error

    def _client(self) -> Any:  # noqa: ANN401 - there may be no such library
        try:
            import distributed
        except ModuleNotFoundError as error:
            raise UsageError(
                Text("没有安装 Dask，无法使用集群。", "Dask is not installed; a cluster cannot be used."),
                fix=Text("请运行：pip install 'sheetsync[dask]'。", "Run: pip install 'sheetsync[dask]'."),
            ) from error
        try:
            opened: Any = distributed.Client
            return opened(f"tcp://{self._address}", timeout=_ANSWER, set_as_default=False)
        except (OSError, ValueError) as error:
            raise _gone(self._address, error) from error


class _Killed:
    """Instead of a result: every worker that held the item has died."""


def _sent(client: Any, work: Callable[[Item], Result]) -> Any:  # noqa: ANN401 - there may be no such library
    """Send the work to the machines, and return what stands for it there.

    To each machine once, and not with every item: it holds all forms and rules. As the result of a task, and
    not as data of ours, it comes again where a worker takes it along when it dies.
    """
    return client.submit(pickle.loads, pickle.dumps(work), pure=False)


def _done(work: Callable[[Item], Result], item: Item) -> Result:
    """Do the work on one item, on whatever machine this is."""
    return work(item)


def _same_versions(client: Any, address: str) -> None:  # noqa: ANN401 - there may be no such library
    """Refuse a cluster on which our results would not be understood.

    Raises:
        UsageError: A worker lacks SheetSync, or something there is of another version.
        RemoteError: There is no worker.
    """
    try:
        # One that has died may be on its way back.
        client.wait_for_workers(1, timeout=_ANSWER)
    except TimeoutError as error:
        raise _nobody(address) from error
    for name, ours in _installed().items():
        # Functions of the standard library: they are there, whatever else is not.
        if name == _PYTHON:
            told = client.run(platform.python_version)
        else:
            told = client.run(metadata.version, name, on_error="return")
        for place, theirs in told.items():
            if isinstance(theirs, Exception):
                what = Text(f"那里没有安装 {name}", f"{name} is not installed there")
            elif _short(name, theirs) != _short(name, ours):
                what = Text(
                    f"那里的 {name} 是 {theirs}，这里是 {ours}", f"{name} is {theirs} there and {ours} here"
                )
            else:
                continue
            package = f"sheetsync[dask]=={_installed()['sheetsync']}"
            raise UsageError(
                Text(f"Dask 工作进程不能用：{what.zh}。", f"A Dask worker cannot be used: {what.en}."),
                fix=Text(
                    f"请在所有机器上装同一版本：pip install '{package}'。",
                    f"Install the same everywhere: pip install '{package}'.",
                ),
                where=place,
            )


def _installed() -> dict[str, str]:
    """Return the versions of what must be the same everywhere, as they are here."""
    return {_PYTHON: platform.python_version()} | {name: metadata.version(name) for name in _SAME}


def _short(name: str, version: str) -> str:
    """Return what must be the same: of Python, releases that only mend may differ."""
    return ".".join(version.split(".")[:2]) if name == _PYTHON else version


def _workers(client: Any, address: str) -> int:  # noqa: ANN401 - there may be no such library
    """Return how many workers there are.

    Raises:
        RemoteError: The scheduler has gone.
    """
    try:
        return len(client.nthreads())
    except OSError as error:
        raise _gone(address, error) from error


def _nobody(address: str) -> SheetSyncError:
    return RemoteError(
        Text("Dask 集群里没有工作进程。", "The Dask cluster has no workers."),
        fix=Text("请先启动 dask worker。", "Start a dask worker first."),
        where=f"{SCHEME}{address}",
    )


def _died(address: str) -> SheetSyncError:
    return RemoteError(
        Text(
            "检查这个工作簿的 Dask 工作进程一再结束，其他工作簿照常检查。",
            "Dask workers died again and again over this workbook; the others went on.",
        ),
        fix=Text(
            "请看工作进程的日志和内存限制（dask worker --memory-limit）。",
            "See the log of the workers and their memory limit (dask worker --memory-limit).",
        ),
        where=f"{SCHEME}{address}",
    )


def _gone(address: str, error: Exception) -> RemoteError:
    return RemoteError(
        Text("连不上 Dask 调度器。", "The Dask scheduler does not answer."),
        why=same(f"({str(error).splitlines()[0] if str(error) else type(error).__name__})"),
        fix=Text(
            "请确认地址和端口，以及 dask scheduler 正在运行。",
            "Check the address and the port, and that a dask scheduler is running.",
        ),
        where=f"{SCHEME}{address}",
    )
