"""What the steps of jobs mean: which command they are, and how they say what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sheetsync.clock import FixedClock
from sheetsync.commands.steps import books_of, steps_of
from sheetsync.config.pairs import PairSettings
from sheetsync.config.project import WorkbookSettings
from sheetsync.config.settings import Settings
from sheetsync.errors import OpenElsewhereError, RemoteError, SheetSyncError
from sheetsync.jobs.spec import STEPS
from sheetsync.jobs.stepwise import Did
from sheetsync.model.job import Job
from sheetsync.model.message import Delivery, DeliveryState
from sheetsync.operations.check import BookResult
from sheetsync.text import same
from tests.engine import job, utc

NOW = datetime(2023, 10, 16, 8)
BOOKS: Mapping[Path, tuple[str, ...]] = {Path("a.xlsx"): ()}
OPEN = OpenElsewhereError(same("open by 张三"), where="a.xlsx")


@dataclass(frozen=True)
class Hall:
    """A project that only remembers how its commands were called."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    language: str = "en"
    workbooks: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    results: Sequence[Any] = ()
    calls: list[tuple[str, Any, Any, Any]] = field(default_factory=list)

    def check(self, books: Sequence[str], **given: object) -> Sequence[Any]:
        self.calls.append(("check", tuple(books), given, self))
        return self.results

    def report_weekly(self, books: Sequence[str] = (), **given: object) -> SimpleNamespace:
        self.calls.append(("report", tuple(books), given, self))
        return self.results[0]

    def sync(self, pair: str, **given: object) -> SimpleNamespace:
        self.calls.append(("sync", pair, given, self))
        return self.results[0]


def does(hall: Hall, given: Job, due: str = "2023-10-16T08:00") -> Did:
    """Do the only step of a job."""
    (step,) = given.steps
    return steps_of(hall)[step.name](given, step, utc(due))


def report(*states: DeliveryState) -> SimpleNamespace:
    deliveries = tuple(
        Delivery(key="weekly:x", recipient="zhang@example.com", state=state, reply=same("451"))
        for state in states
    )
    return SimpleNamespace(errors=(), deliveries=deliveries, output="reports/周报.xlsx")


def synced(alarms: int = 0, failed: Mapping[str, SheetSyncError] | None = None) -> SimpleNamespace:
    plan = SimpleNamespace(left=(1, 2), right=(3,), conflicts=(4,))
    return SimpleNamespace(alarms=(1,) * alarms, failed=failed or {}, plan=plan)


def test_every_step_of_job_files_is_a_command(tmp_path: Path) -> None:
    assert set(steps_of(Hall(tmp_path))) == set(STEPS)


def test_a_job_is_about_the_workbooks_it_names_else_about_those_of_the_project(tmp_path: Path) -> None:
    """A name of the settings, a pattern, a path that is not in the project."""
    settings = Settings(workbooks={"plan": WorkbookSettings(path="../share/计划.xlsx")})
    hall = Hall(tmp_path, settings, workbooks={tmp_path / "a.xlsx": ()})
    named = job(more="workbooks: [plan, 'workbooks/*.xlsx', /srv/b.xlsx]")
    assert books_of(hall, job()) == (str(tmp_path / "a.xlsx"),)
    assert books_of(hall, named) == (
        str(tmp_path / "../share/计划.xlsx"),
        str(tmp_path / "workbooks/*.xlsx"),
        "/srv/b.xlsx",
    )


@pytest.mark.parametrize(("step", "write"), [("check", False), ("write", True)])
def test_a_check_writes_only_where_it_is_told(tmp_path: Path, step: str, *, write: bool) -> None:
    hall = Hall(tmp_path, workbooks={tmp_path / "a.xlsx": ()})
    does(hall, job(steps=f"{{step: {step}, rules: [issues], jobs: 2}}"))
    ((_, _, given, _),) = hall.calls
    assert given == {"rules": ("issues",), "write": write, "jobs": 2}


def test_a_workbook_that_is_open_is_an_error_beside_what_was_done(tmp_path: Path) -> None:
    results = (
        BookResult(path="a.xlsx", now=NOW, error=OPEN),
        BookResult(path="b.xlsx", now=NOW, written=True),
    )
    done = does(Hall(tmp_path, workbooks={tmp_path / "a.xlsx": ()}, results=results), job(steps="write"))
    assert done.errors == (OPEN,)
    assert done.note.en == "1 workbooks, 0 records, 1 written"


def test_where_no_workbook_could_be_read_nothing_is_said_of_changes(tmp_path: Path) -> None:
    results = (BookResult(path="a.xlsx", now=NOW, error=OPEN),)
    done = does(Hall(tmp_path, workbooks={tmp_path / "a.xlsx": ()}, results=results), job(steps="write"))
    assert done.note.en == "no workbook could be checked"


@pytest.mark.parametrize("step", ["check", "write", "snapshot", "remind", "report"])
def test_a_project_without_workbooks_has_nothing_to_do(tmp_path: Path, step: str) -> None:
    assert does(Hall(tmp_path), job(steps=step)) == Did(does(Hall(tmp_path), job(steps=step)).note, ())


def test_a_report_goes_to_those_that_the_job_names_into_its_folder(tmp_path: Path) -> None:
    hall = Hall(tmp_path, workbooks=BOOKS, results=[report("sent")])
    done = does(hall, job(steps="{step: report, to: li@example.com, folder: out}"))
    ((_, books, given, told),) = hall.calls
    assert (books, given) == ((), {"output": tmp_path / "out", "mail": True, "channels": None, "force": True})
    assert told.settings.report.to == ("li@example.com",)
    assert done == Did(done.note, ())
    assert "1 left" in done.note.en


def test_a_report_that_was_due_last_week_is_of_last_week(tmp_path: Path) -> None:
    """The mail of a week leaves once a week: this one must not take the place of the next."""
    hall = Hall(tmp_path, workbooks=BOOKS, results=[report("sent"), report("sent")])
    does(hall, job(steps="report"), "2023-10-13T18:00")
    does(hall, job(steps="report"), "2023-10-16T07:00")
    late, today = (call[3].clock.now() for call in hall.calls)
    assert (late, today) == (datetime(2023, 10, 13, 18), NOW)


@pytest.mark.parametrize(
    ("state", "again", "code"), [("later", True, 4), ("refused", False, 4), ("doubt", False, 4)]
)
def test_a_mail_that_did_not_leave_is_tried_again_only_where_that_helps(
    tmp_path: Path, state: DeliveryState, *, again: bool, code: int
) -> None:
    done = does(Hall(tmp_path, workbooks=BOOKS, results=[report("sent", state)]), job(steps="report"))
    (error,) = done.errors
    assert isinstance(error, RemoteError) is again
    assert error.exit_code == code
    assert "zhang@example.com" in error.say("en")


def test_a_report_that_left_before_is_done(tmp_path: Path) -> None:
    done = does(Hall(tmp_path, workbooks=BOOKS, results=[report("already")]), job(steps="report"))
    assert done.errors == ()
    assert "left before" in done.note.en


def test_without_pairs_there_is_nothing_to_mirror(tmp_path: Path) -> None:
    assert does(Hall(tmp_path), job(steps="sync")).errors == ()


def test_a_mirror_tells_what_changed_and_what_people_must_decide(tmp_path: Path) -> None:
    hall = Hall(tmp_path, results=[synced()])
    done = does(hall, job(steps="sync", more="pairs: [plan]"))
    assert hall.calls[0][1:3] == ("plan", {"prefer": None})
    assert (done.note.en, done.errors) == (
        "1 pairs of tables, 3 records changed, 1 conflicts wait for people",
        (),
    )


def test_a_mirror_that_its_guard_stopped_has_failed(tmp_path: Path) -> None:
    pairs = {"plan": PairSettings(left="a.xlsx", right="b.xlsx", form="progress")}
    hall = Hall(tmp_path, Settings(pairs=pairs), results=[synced(alarms=1)])
    (error,) = does(hall, job(steps="sync")).errors
    assert (error.exit_code, error.where) == (1, "plan")


def test_one_side_that_does_not_answer_is_tried_again(tmp_path: Path) -> None:
    away = RemoteError(same("no answer"))
    hall = Hall(tmp_path, results=[synced(failed={"right": away})])
    assert does(hall, job(steps="sync", more="pairs: [plan]")).errors == (away,)
