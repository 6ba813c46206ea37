"""Runs one function over many workbooks: one after the other, in worker processes, or on a cluster.

Whoever calls says with `lost` what stands for an item that took its worker with it: the others go on.
"""

import os

from sheetsync.errors import UsageError
from sheetsync.executors.cluster import SCHEME, Cluster
from sheetsync.executors.lost import Lost
from sheetsync.executors.processes import Processes
from sheetsync.executors.serial import Serial
from sheetsync.ports import Executor
from sheetsync.text import Text

NAMES = ("serial", "processes", f"{SCHEME}HOST:PORT")


def choose(spec: str | None, jobs: int, lost: Lost) -> Executor:
    """Return the executor a user asked for.

    Args:
        spec: `serial`, `processes` or `dask://host:port`; by the number of jobs when None.
        jobs: How many at a time; 0 is one a processor.
        lost: Gives the result of an item whose worker died.

    Raises:
        UsageError: There is no such executor.
    """
    jobs = jobs or processors()
    name = spec or ("processes" if jobs > 1 else "serial")
    if name == "serial":
        return Serial()
    if name == "processes":
        return Processes(jobs, lost)
    if name.startswith(SCHEME) and name != SCHEME:
        return Cluster(name.removeprefix(SCHEME), lost)
    raise UsageError(
        Text(f"没有执行方式“{name}”。", f"There is no executor '{name}'."),
        fix=Text(f"可用：{'、'.join(NAMES)}。", f"There are {', '.join(NAMES)}."),
    )


def is_elsewhere(spec: str | None) -> bool:
    """Tell whether the work is done on other machines, which know nothing of our folder and our clock."""
    return spec is not None and spec.startswith(SCHEME)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
