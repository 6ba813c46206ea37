"""Turns a bug of ours into one line for the user, with the traceback kept in a log."""

import os
import tempfile
import traceback

from sheetsync.errors import BugError
from sheetsync.text import Text


def as_error(error: Exception, where: str | None = None) -> BugError:
    """Keep the traceback of an unexpected exception and return the error that names the log.

    Args:
        error: What was raised.
        where: The workbook it happened with, if one.
    """
    handle, log = tempfile.mkstemp(prefix="sheetsync-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    kind = type(error).__name__
    return BugError(
        Text(f"这是 SheetSync 的错误（{kind}）。", f"This is a bug of SheetSync ({kind})."),
        fix=Text(f"请把日志发给维护者：{log}", f"Please send its maintainers this log: {log}"),
        where=where,
    )
