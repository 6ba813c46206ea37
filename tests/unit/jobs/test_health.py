"""What a monitor is told, in a file and over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sheetsync.errors import OutputRefusedError, StateUnusableError, UsageError
from sheetsync.jobs.board import STALE, Board
from sheetsync.jobs.health import LITTLE, Health, health_document, health_lines, jobs_health, whole
from sheetsync.jobs.logs import Log
from sheetsync.model.lease import Lease
from sheetsync.model.message import Entry, EntryState
from sheetsync.model.tick import Tick, TickState
from sheetsync.testing import MemoryTicks
from sheetsync.text import same
from sheetsync.worktime import WorkTime
from tests.engine import SHANGHAI, job, utc

MONDAY = utc("2023-10-16T12:00")
JOB = job(when="daily 9:00", more="on_rest_day: run\ntime_limit: 30min")


def known(*ended: tuple[str, TickState]) -> MemoryTicks:
    """Return ticks of the job, by when they were due and how they ended."""
    ticks = MemoryTicks()
    for due, state in ended:
        tick = Tick(job="a", due=utc(due))
        ticks.claim(tick, "me", utc(due))
        ticks.settle(tick, "me", state, note="open by 张三", now=utc(due) + timedelta(minutes=1))
    return ticks


def alarm(ticks: MemoryTicks, now: datetime = MONDAY) -> str | None:
    (one,) = jobs_health([JOB], ticks, WorkTime.standard(), now)
    return None if one.alarm is None else one.alarm.en


def entry(state: EntryState, first: str = "2023-10-16T09:00") -> Entry:
    at = datetime.fromisoformat(first)
    return Entry(
        key="weekly:x",
        recipient="zhang@example.com",
        channel="mail",
        state=state,
        digest="",
        facts=(),
        tries=1,
        first=at,
        changed=at,
    )


def health(**other: object) -> Health:
    given: dict[str, Any] = {
        "now": MONDAY,
        "jobs": (),
        "server": None,
        "entries": (),
        "since": datetime(2023, 10, 15, 12),
        "database": None,
        "free": 10 * LITTLE,
    }
    return whole(**(given | other))


def test_last_success_last_run_and_next_due_time_are_told() -> None:
    ticks = known(("2023-10-15T09:00", "done"), ("2023-10-16T09:00", "later"))
    (one,) = jobs_health([JOB, replace(JOB, name="b", enabled=False)], ticks, WorkTime.standard(), MONDAY)
    assert one.success is not None
    assert one.latest is not None
    assert one.success.changed == utc("2023-10-15T09:01")
    assert (one.latest.state, one.following) == ("later", utc("2023-10-17T09:00"))
    assert one.alarm is None


def test_a_job_that_failed_last_alarms_until_it_ends_well() -> None:
    assert "open by 张三" in (alarm(known(("2023-10-16T09:00", "failed"))) or "")
    assert alarm(known(("2023-10-15T09:00", "failed"), ("2023-10-16T09:00", "done"))) is None


@pytest.mark.parametrize(
    ("now", "wrong"),
    [("2023-10-15T09:29", False), ("2023-10-16T09:29", False), ("2023-10-16T09:31", True)],
)
def test_a_job_that_was_due_twice_without_success_alarms(now: str, *, wrong: bool) -> None:
    """Once the second run would have had its time."""
    assert (alarm(known(("2023-10-14T09:00", "done")), utc(now)) is not None) is wrong


def test_a_job_that_never_succeeded_alarms_after_two_due_times() -> None:
    ticks = known(("2023-10-13T09:00", "missed"))
    assert alarm(ticks, utc("2023-10-14T12:00")) is None
    assert alarm(ticks) is not None


def test_a_job_that_was_never_due_is_well() -> None:
    assert alarm(MemoryTicks()) is None


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"entries": (entry("doubt"),)}, "may or may not"),
        ({"entries": (entry("pending", "2023-10-15T11:59"),)}, "24 hours"),
        ({"free": LITTLE - 1}, "disk"),
        ({"database": StateUnusableError(same("damaged"))}, "damaged"),
    ],
)
def test_what_is_wrong_is_said(other: dict[str, Any], word: str) -> None:
    found = health(**other)
    assert not found.well
    (only,) = found.alarms
    assert word in only.en
    assert word in health_lines(found, zone=SHANGHAI, language="en")[0]


def test_a_message_that_waits_since_this_morning_is_no_alarm() -> None:
    assert health(entries=(entry("pending"),)).well


def test_the_document_tells_all_of_it_with_offsets() -> None:
    ticks = known(("2023-10-16T09:00", "done"))
    lease = Lease(name="serve", owner="pmo boot 4711 1 word", fence=1, taken=MONDAY, until=MONDAY)
    found = health(
        jobs=jobs_health([JOB], ticks, WorkTime.standard(), MONDAY),
        server=lease,
        entries=(entry("doubt"), entry("pending")),
    )
    document = health_document(found, zone=SHANGHAI, language="en")
    assert json.loads(json.dumps(document)) == document
    assert (document["schema"], document["status"]) == ("sheetsync.health/1", "alarm")
    assert document["jobs"] == [
        {
            "name": "a",
            "title": "Job",
            "last_success": "2023-10-16T09:01:00+08:00",
            "last_due": "2023-10-16T09:00:00+08:00",
            "last_state": "done",
            "note": "open by 张三",
            "next_due": "2023-10-17T09:00:00+08:00",
            "alarm": None,
        }
    ]
    assert document["server"] == {
        "owner": "pmo, pid 4711",
        "since": "2023-10-16T12:00:00+08:00",
        "until": "2023-10-16T12:00:00+08:00",
    }


class Seen:
    """What a board looks at, and a clock for it."""

    def __init__(self) -> None:
        self.document: Mapping[str, object] = {"status": "ok"}
        self.error: OutputRefusedError | None = None
        self.seconds = 0.0
        self.lines = StringIO()

    def look(self) -> Mapping[str, object]:
        if self.error is not None:
            raise self.error
        return self.document

    def board(self, file: Path) -> Board:
        log = Log("text", language="en", zone=SHANGHAI, clock=lambda: MONDAY, stream=self.lines)
        return Board(file, self.look, log, lambda: self.seconds)


def test_the_file_is_written_whole(tmp_path: Path) -> None:
    seen = Seen()
    board = seen.board(tmp_path / "new" / "health.json")
    board.write()
    seen.document = {"status": "alarm", "alarms": ["磁盘"]}
    board.write()
    assert json.loads((tmp_path / "new" / "health.json").read_text("utf-8")) == seen.document
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["health.json"]


def test_what_keeps_it_from_being_written_is_said_once(tmp_path: Path) -> None:
    seen = Seen()
    board = seen.board(tmp_path / "health.json")
    seen.error = OutputRefusedError(same("read-only"))
    board.write()
    board.write()
    assert seen.lines.getvalue().count("read-only") == 1


def test_an_alarm_and_silence_are_no_success(tmp_path: Path) -> None:
    """A monitor sees a server that hangs, too."""
    seen = Seen()
    board = seen.board(tmp_path / "health.json")
    assert board.answer()[0] == 503
    board.write()
    assert board.answer() == (200, {"status": "ok"})
    seen.seconds = STALE + 1
    assert board.answer() == (503, {"status": "stale"})
    seen.document = {"status": "alarm"}
    board.write()
    assert board.answer()[0] == 503


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    board = Seen().board(tmp_path / "health.json")
    with board.open_at(0), pytest.raises(UsageError), board.open_at(99999):
        pass
