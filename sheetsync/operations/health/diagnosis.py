"""What one look at one thing came to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sheetsync.errors import BusyError, RemoteError, SheetSyncError, UsageError
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text

State = Literal["ok", "skipped", "warning", "failure"]
STATES: tuple[State, ...] = ("ok", "skipped", "warning", "failure")
"""From well to bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one look at one thing came to.

    Args:
        state: How bad it is.
        what: What was found.
        where: The thing, such as a path; None where `what` says it.
        why: What it means, if it adds something.
        fix: What to do; every warning and failure has one.
        code: The exit code of a failure.
    """

    state: State
    what: Text
    where: str | None = None
    why: Text | None = None
    fix: Text | None = None
    code: int = UsageError.exit_code


Look = Callable[[Premises], Iterable[Diagnosis]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is looked at.

    Args:
        id: What JSON calls it.
        title: What people call it.
        look: Yields what it finds, at least one diagnosis; may raise a SheetSyncError or an OSError.
        remote: True if it asks a mail server or Feishu; left out offline.
        settled: True if it needs settings that can be read.
    """

    id: str
    title: Text
    look: Look
    remote: bool = False
    settled: bool = True


def ok(zh: str, en: str, *, where: str | None = None) -> Diagnosis:
    """Return that all is well."""
    return Diagnosis(state="ok", what=Text(zh, en), where=where)


def skipped(zh: str, en: str, *, where: str | None = None) -> Diagnosis:
    """Return that there is nothing to look at, or that it was not looked at."""
    return Diagnosis(state="skipped", what=Text(zh, en), where=where)


def warning(what: Text, fix: Text, *, where: str | None = None, why: Text | None = None) -> Diagnosis:
    """Return that something works, but should be seen to."""
    return Diagnosis(state="warning", what=what, where=where, why=why, fix=fix)


def failure(
    what: Text,
    fix: Text,
    *,
    where: str | None = None,
    why: Text | None = None,
    code: int = UsageError.exit_code,
) -> Diagnosis:
    """Return that something does not work."""
    return Diagnosis(state="failure", what=what, where=where, why=why, fix=fix, code=code)


def of_error(error: SheetSyncError, fix: Text | None = None) -> Diagnosis:
    """Return what an error of ours means: whoever is only busy is no failure.

    Args:
        error: The error.
        fix: What to do where the error itself does not say.
    """
    return Diagnosis(
        state="warning" if isinstance(error, BusyError) else "failure",
        what=error.what,
        where=error.where,
        why=error.why,
        fix=error.fix or fix or Text("请按上面的说明改正。", "Mend what it says."),
        code=error.exit_code if isinstance(error, RemoteError) else UsageError.exit_code,
    )
