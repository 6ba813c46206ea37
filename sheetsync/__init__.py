"""SheetSync: the engine over your project spreadsheets.

The front door of the library. Every command is one call here, with the same name and parameters:

    >>> import sheetsync
    >>> for result in sheetsync.check(["项目.xlsx"], write=True):  # doctest: +SKIP
    ...     print(result.path, result.worst())

Importing this costs nothing but the standard library; a call opens the rooms it needs.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.app import App, open_anyway, open_app
from sheetsync.errors import (
    BusyError,
    InputRefusedError,
    OutputRefusedError,
    RemoteError,
    SheetSyncError,
    SpecFileError,
    StaleError,
    StateUnusableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sheetsync.bitable.doctor import Finding as BaseFinding
    from sheetsync.commands.basing import ProvisionResult
    from sheetsync.commands.serving import JobRun
    from sheetsync.forms.spec import Form
    from sheetsync.jobs.health import Health
    from sheetsync.jobs.logs import LogFormat
    from sheetsync.jobs.upcoming import Upcoming
    from sheetsync.model.job import Job
    from sheetsync.model.message import Entry, EntryState
    from sheetsync.model.mirror import SideName
    from sheetsync.model.reminder import Silent
    from sheetsync.operations.check import BookResult
    from sheetsync.operations.clean import CleanResult
    from sheetsync.operations.demo import DemoResult
    from sheetsync.operations.doctor import Examined
    from sheetsync.operations.explain import Explanation
    from sheetsync.operations.outbox import Decision
    from sheetsync.operations.pasts import Kind, Pasts
    from sheetsync.operations.raci import Matrix
    from sheetsync.operations.reminded import Reminded
    from sheetsync.operations.settings import Setting
    from sheetsync.operations.sync import SyncResult
    from sheetsync.operations.syncundo import UndoResult
    from sheetsync.operations.weekly import WeeklyReport
    from sheetsync.ports import Backup
    from sheetsync.rules.parse import RulePack
    from sheetsync.templates.minutes import Minutes
    from sheetsync.text import Language

__all__ = [
    "App",
    "BusyError",
    "InputRefusedError",
    "OutputRefusedError",
    "RemoteError",
    "SheetSyncError",
    "SpecFileError",
    "StaleError",
    "StateUnusableError",
    "UsageError",
    "bitable_doctor",
    "bitable_provision",
    "check",
    "clean",
    "config_schema",
    "config_show",
    "demo",
    "doctor",
    "explain",
    "forms",
    "health",
    "history",
    "init",
    "job_next",
    "job_run",
    "jobs",
    "minutes",
    "new",
    "open_app",
    "outbox",
    "outbox_decide",
    "raci",
    "remind",
    "report_weekly",
    "rules",
    "serve",
    "sync",
    "sync_undo",
    "undo",
    "unreported",
]

# Three calls share their name with a room; a room loaded now cannot take the name from its call later.
import_module("sheetsync.forms")
import_module("sheetsync.jobs")
import_module("sheetsync.rules")

Place = str | Path


def _app(project: Place | None, lang: Language | None, now: str | None) -> App:
    return open_app(project=None if project is None else Path(project), language=lang, now=now)


def forms(*, project: Place | None = None, lang: Language | None = None) -> tuple[Form, ...]:
    """Return all forms, in the order of their codes."""
    return _app(project, lang, None).catalogue.sheets


def rules(*, project: Place | None = None, lang: Language | None = None) -> tuple[RulePack, ...]:
    """Return the rule packs in force."""
    return _app(project, lang, None).packs()


def jobs(*, project: Place | None = None, lang: Language | None = None) -> tuple[Job, ...]:
    """Return the jobs; see `App.jobs`."""
    return _app(project, lang, None).jobs()


def job_next(
    *, count: int = 1, project: Place | None = None, lang: Language | None = None, now: str | None = None
) -> tuple[Upcoming, ...]:
    """Return when each job is due next; see `App.job_next`."""
    return _app(project, lang, now).job_next(count)


def new(  # noqa: PLR0913 - the parameters of the command
    forms: Sequence[str] = (),
    *,
    output: Place,
    sample: bool = False,
    rows: int | None = None,
    force: bool = False,
    every: bool = False,
    preset: str | None = None,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> tuple[Form, ...]:
    """Write a fresh project workbook; see `App.new`."""
    return _app(project, lang, now).new(
        forms, output=Path(output), sample=sample, rows=rows, force=force, every=every, preset=preset
    )


def minutes(
    book: Place,
    meetings: Sequence[str] = (),
    *,
    output: Place,
    force: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> tuple[Minutes, ...]:
    """Write the minutes of meetings as printable pages; see `App.minutes`."""
    return _app(project, lang, now).minutes(str(book), meetings, output=Path(output), force=force)


def raci(
    book: Place,
    *,
    output: Place,
    force: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> Matrix:
    """Write a first RACI matrix for the tasks of a workbook; see `App.raci`."""
    return _app(project, lang, now).raci(str(book), output=Path(output), force=force)


def report_weekly(  # noqa: PLR0913 - the parameters of the command
    books: Sequence[Place] = (),
    *,
    output: Place | None = None,
    html: Place | None = None,
    mail: bool = False,
    channels: Sequence[str] | None = None,
    outbox: Place | None = None,
    correct: bool = False,
    force: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> WeeklyReport:
    """Write the weekly summary of workbooks and send it where asked; see `App.report_weekly`."""
    return _app(project, lang, now).report_weekly(
        [str(book) for book in books],
        output=None if output is None else Path(output),
        html=None if html is None else Path(html),
        mail=mail,
        channels=channels,
        outbox=None if outbox is None else Path(outbox),
        correct=correct,
        force=force,
    )


def remind(  # noqa: PLR0913 - the parameters of the command
    books: Sequence[Place] = (),
    *,
    slot: str | None = None,
    channels: Sequence[str] | None = None,
    outbox: Place | None = None,
    dry_run: bool = False,
    yes: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> Reminded:
    """Tell people what waits for them, each matter at most once a day; see `App.remind`."""
    return _app(project, lang, now).remind(
        [str(book) for book in books],
        slot=slot,
        channels=channels,
        outbox=None if outbox is None else Path(outbox),
        dry_run=dry_run,
        yes=yes,
    )


def unreported(
    books: Sequence[Place] = (),
    kinds: Sequence[str] = (),
    *,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> tuple[Silent, ...]:
    """Return who has not reported what; see `App.unreported`."""
    return _app(project, lang, now).unreported([str(book) for book in books], kinds)


def check(  # noqa: PLR0913 - the parameters of the command
    books: Sequence[Place],
    *,
    rules: Sequence[str] = (),
    write: bool = False,
    output: Place | None = None,
    side_copy: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    executor: str | None = None,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> list[BookResult]:
    """Check workbooks and, where asked, mark them; see `App.check`.

    The error of one workbook is in its result (`error`) and does not stop the others.
    """
    return list(
        _app(project, lang, now).check(
            [str(book) for book in books],
            rules=rules,
            write=write,
            output=None if output is None else Path(output),
            side_copy=side_copy,
            dry_run=dry_run,
            jobs=jobs,
            executor=executor,
        )
    )


def history(
    *kinds: Kind,
    since: str | None = None,
    until: str | None = None,
    book: str | None = None,
    record: str | None = None,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> Pasts:
    """Return what the project did and saw; see `App.pasts`."""
    return _app(project, lang, now).pasts(kinds, since=since, until=until, book=book, record=record)


def outbox(
    state: EntryState | None = None,
    *,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> Sequence[Entry]:
    """Return the messages that did not leave or are in doubt; see `App.outbox`."""
    return _app(project, lang, now).outbox(state)


def outbox_decide(
    decision: Decision,
    key: str,
    recipient: str,
    *,
    channel: str | None = None,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> EntryState:
    """Settle a message as a person decided; see `App.outbox_decide`."""
    return _app(project, lang, now).outbox_decide(decision, key, recipient, channel=channel)


def explain(
    book: Place,
    key: str,
    *,
    rule: str | None = None,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> tuple[Explanation, ...]:
    """Explain why a record has its status; see `App.explain`."""
    return _app(project, lang, now).explain(str(book), key, rule=rule)


def clean(
    book: Place,
    *,
    output: Place | None = None,
    dry_run: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
) -> CleanResult:
    """Take everything of ours out of a workbook again; see `App.clean`."""
    target = None if output is None else Path(output)
    return _app(project, lang, None).clean(str(book), output=target, dry_run=dry_run)


def sync(  # noqa: PLR0913 - the parameters of the command
    pair: str | None = None,
    *,
    left: Place | None = None,
    right: Place | None = None,
    form: str | None = None,
    dry_run: bool = False,
    adopt: bool = False,
    prefer: SideName | None = None,
    max_delete: float | None = None,
    delete: bool = False,
    yes: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> SyncResult:
    """Bring two tables of one form in step, both ways; see `App.sync`."""
    return _app(project, lang, now).sync(
        pair,
        left=None if left is None else str(left),
        right=None if right is None else str(right),
        form=form,
        dry_run=dry_run,
        adopt=adopt,
        prefer=prefer,
        max_delete=max_delete,
        delete=delete,
        yes=yes,
    )


def sync_undo(
    pair: str | None = None,
    *,
    left: Place | None = None,
    right: Place | None = None,
    form: str | None = None,
    dry_run: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> UndoResult:
    """Take back what the last sync of a pair wrote; see `App.sync_undo`."""
    return _app(project, lang, now).sync_undo(
        pair,
        left=None if left is None else str(left),
        right=None if right is None else str(right),
        form=form,
        dry_run=dry_run,
    )


def undo(book: Place, *, project: Place | None = None, lang: Language | None = None) -> Backup:
    """Put back the version of a workbook before its last write; see `App.undo`."""
    return _app(project, lang, None).undo(str(book))


def bitable_provision(
    app: str,
    *,
    forms: Sequence[str] = (),
    dry_run: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
) -> ProvisionResult:
    """Make the tables of forms in a Feishu base, or add what they lack; see `App.bitable_provision`."""
    return _app(project, lang, None).bitable_provision(app, forms=forms, dry_run=dry_run)


def bitable_doctor(
    app: str, *, project: Place | None = None, lang: Language | None = None
) -> tuple[BaseFinding, ...]:
    """Look at what work with a Feishu base needs; see `App.bitable_doctor`."""
    return _app(project, lang, None).bitable_doctor(app)


def doctor(
    *,
    offline: bool = False,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> tuple[Examined, ...]:
    """Look at everything that a run needs, also where the settings cannot be read; see `App.doctor`."""
    folder = None if project is None else Path(project)
    app, trouble = open_anyway(project=folder, language=lang, now=now)
    return tuple(app.doctor(offline=offline, trouble=trouble))


def config_show(
    *, project: Place | None = None, lang: Language | None = None, now: str | None = None
) -> tuple[Setting, ...]:
    """Return the settings in force, each with where it came from; see `App.config_show`."""
    return _app(project, lang, now).config_show(language_given=lang is not None, now=now)


def config_schema(name: str) -> dict[str, object]:
    """Return one JSON Schema for editors; see `App.config_schema`."""
    return _app(None, None, None).config_schema(name)


def init(folder: Place, *, lang: Language | None = None) -> tuple[Path, ...]:
    """Make a project folder; see `App.init`."""
    return _app(None, lang, None).init(Path(folder))


def demo(folder: Place, *, lang: Language | None = None, now: str | None = None) -> DemoResult:
    """Tell the whole story in an empty folder; see `App.demo`."""
    return _app(None, lang, None).demo(Path(folder), now)


def job_run(
    name: str, *, project: Place | None = None, lang: Language | None = None, now: str | None = None
) -> JobRun:
    """Run a job now; see `App.job_run`."""
    return _app(project, lang, now).job_run(name)


def serve(
    *,
    once: bool = False,
    log: LogFormat = "text",
    health_port: int | None = None,
    project: Place | None = None,
    lang: Language | None = None,
    now: str | None = None,
) -> int:
    """Run the jobs of a project when they are due; see `App.serve`."""
    return _app(project, lang, now).serve(once=once, log=log, health_port=health_port)


def health(*, project: Place | None = None, lang: Language | None = None, now: str | None = None) -> Health:
    """Return how the engine of a project is; see `App.health`."""
    return _app(project, lang, now).health()
