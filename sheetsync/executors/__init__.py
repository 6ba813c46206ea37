"""Runs one function over many workbooks: one after the other, or in worker processes."""

from sheetsync.errors import UsageError
from sheetsync.executors.processes import Processes
from sheetsync.executors.serial import Serial
from sheetsync.ports import Executor
from sheetsync.text import Text

NAMES = ("serial", "processes")


def choose(spec: str | None, jobs: int) -> Executor:
    """Return the executor a user asked for.

    Args:
        spec: `serial` or `processes`; by the number of jobs when None.
        jobs: How many workbooks at a time, at least 1.

    Raises:
        UsageError: There is no such executor.
    """
    name = spec or ("processes" if jobs > 1 else "serial")
    if name == "serial":
        return Serial()
    if name == "processes":
        return Processes(jobs)
    raise UsageError(
        Text(f"没有执行方式“{name}”。", f"There is no executor '{name}'."),
        fix=Text(f"可用：{'、'.join(NAMES)}。", f"There are {', '.join(NAMES)}."),
    )
