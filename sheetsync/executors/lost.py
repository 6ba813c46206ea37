"""What is said of an item whose worker died while it was at work on it."""

import signal
from collections.abc import Callable
from typing import Any

from sheetsync.errors import BugError, SheetSyncError
from sheetsync.text import Text

Lost = Callable[[Any, SheetSyncError], Any]
"""Takes the item and the error, and gives the result that stands for it."""


def died(code: int | None) -> BugError:
    """Return the error for a worker process that ended in the middle of its work.

    Args:
        code: What the system says of the end: an exit code, minus the number of a signal; None if unknown.
    """
    if code is None:
        how = Text("原因不明", "nobody knows why")
    elif code >= 0:
        how = Text(f"退出码 {code}", f"exit code {code}")
    else:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        how = Text(f"信号 {name}", f"signal {name}")
    return BugError(
        Text(
            f"检查这个工作簿的进程突然结束（{how.zh}），其他工作簿照常检查。",
            f"The process that checked this workbook died ({how.en}); the other workbooks went on.",
        ),
        fix=Text(
            "如果是内存不够，请减小 --jobs；再出现时请单独检查它，并把工作簿的大小告诉维护者。",
            "Where memory ran out, lower --jobs; if it happens again, check it alone and tell the "
            "maintainers how large it is.",
        ),
    )
