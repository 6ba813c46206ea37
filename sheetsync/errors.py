"""Every error a user can meet: what happened, where, why, and how to fix it.

    SheetSyncError                70
    ├── UsageError                 2   the command line asks for something that does not exist
    ├── SpecFileError              2   a settings, form, rule or job file is wrong
    ├── InputRefusedError          3   a workbook cannot be read or edited safely
    ├── OutputRefusedError         3   a place that must not or cannot be written
    ├── StateUnusableError         2   the database of a project cannot be used
    ├── RemoteError                4   Feishu or mail failed after retries
    ├── BusyError                  5   open elsewhere, locked
    │   ├── OpenElsewhereError     5   somebody has it open
    │   └── StaleError             5   changed since it was read
    └── BugError                  70   our mistake, not the user's

The class carries the exit code of the command line, so that nobody needs a table of cases.
"""

from typing import ClassVar

from sheetsync.text import Language, Text


class SheetSyncError(Exception):
    """Something the user can understand and mend.

    Args:
        what: What happened, in one sentence.
        why: The reason, if it adds something.
        fix: What to do now.
        where: The place: a path, `file.yaml:12`, or sheet and cell.
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self, what: Text, *, why: Text | None = None, fix: Text | None = None, where: str | None = None
    ) -> None:
        self.what = what
        self.why = why
        self.fix = fix
        self.where = where
        super().__init__(self.say("en"))

    def say(self, language: Language) -> str:
        """Return the error as one line in `language`."""
        parts = [text.say(language) for text in (self.what, self.why, self.fix) if text is not None]
        line = ("" if language == "zh" else " ").join(parts)
        line = " ".join(line.split("\n"))
        return f"{self.where}: {line}" if self.where else line

    def __reduce__(self) -> "tuple[object, ...]":
        # Errors of one workbook come back from a worker process; exceptions with keyword
        # arguments do not survive pickling by themselves.
        return _rebuild, (type(self), self.what, self.why, self.fix, self.where)


def _rebuild(
    kind: type[SheetSyncError], what: Text, why: Text | None, fix: Text | None, where: str | None
) -> SheetSyncError:
    return kind(what, why=why, fix=fix, where=where)


class UsageError(SheetSyncError):
    """The command asks for something that does not exist or does not fit."""

    exit_code = 2


class SpecFileError(SheetSyncError):
    """A settings, form, rule or job file is wrong; `where` names file and line."""

    exit_code = 2


class InputRefusedError(SheetSyncError):
    """A workbook that cannot be read or edited safely; it is left as it was."""

    exit_code = 3


class OutputRefusedError(SheetSyncError):
    """A file or folder that must not be written; nothing was changed."""

    exit_code = 3


class StateUnusableError(SheetSyncError):
    """The database of a project cannot be used; it was left as it is."""

    exit_code = 2


class RemoteError(SheetSyncError):
    """A remote service failed after all retries."""

    exit_code = 4


class BusyError(SheetSyncError):
    """Somebody else holds the workbook now; nothing was written."""

    exit_code = 5


class OpenElsewhereError(BusyError):
    """Another program has the workbook open; nothing was written."""


class StaleError(BusyError):
    """The workbook changed after it was read; nothing was written."""


class BugError(SheetSyncError):
    """A mistake of ours; the traceback is in a log."""

    exit_code = 70
