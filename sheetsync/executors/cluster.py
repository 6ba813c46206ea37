"""Work on the machines of a Dask cluster that somebody else runs, by its executor interface."""

import pickle
import platform
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
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
            # To each machine once, and not with every item: it holds all forms and rules. As the result of a
            # task, and not as data of ours, it comes again where a worker takes it along when it dies.
            everywhere = client.submit(pickle.loads, pickle.dumps(work), pure=False)
            executor = client.get_executor(pure=False)
            ahead = _AHEAD * sum(client.nthreads().values())
            todo = deque(items)
            begun: deque[tuple[Item, Future[Result]]] = deque()
            while todo or begun:
                while todo and len(begun) < ahead:
                    item = todo.popleft()
                    begun.append((item, executor.submit(_done, everywhere, item)))
                yield self._result(*begun.popleft())
        finally:
            # What is still to come is of no use to anybody once we have left.
            client.close()

    def _result(self, item: Item, future: "Future[Result]") -> Result:
        from distributed import KilledWorker

        try:
            return future.result()
        except KilledWorker as error:
            said: Result = self._lost(item, _died(error, self._address))
            return said
        except (CancelledError, OSError) as error:
            raise _gone(self._address, error) from error

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
        raise RemoteError(
            Text("Dask 集群里没有工作进程。", "The Dask cluster has no workers."),
            fix=Text("请先启动 dask worker。", "Start a dask worker first."),
            where=f"{SCHEME}{address}",
        ) from error
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


def _died(error: Exception, address: str) -> SheetSyncError:
    return RemoteError(
        Text(
            "检查这个工作簿的 Dask 工作进程一再结束，其他工作簿照常检查。",
            "Dask workers died again and again over this workbook; the others went on.",
        ),
        why=same(f"({type(error).__name__})"),
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
