"""The past of a project reads the same from a file and from a server."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.model.audit import AuditEntry
from sheetsync.model.finding import Status
from sheetsync.model.message import MailDraft, Message
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.state.chronicle import ProjectChronicle
from sheetsync.state.database import Database
from sheetsync.state.decisions import decide
from sheetsync.state.health import examine
from sheetsync.state.history import BookHistory
from sheetsync.state.memory import BookMemory
from sheetsync.state.outbox import ProjectOutbox
from sheetsync.state.tables import REVISION

MONDAY = datetime(2023, 10, 16, 9)
DAY = timedelta(days=1)
LATE = RecordState(Status.LATE, rules=("T16",), owner="王磊", name="物料")
ENTRY = AuditEntry(
    at=MONDAY, source="规则", actor="系统", book="a.xlsx", table="进度", record_id="WT1", field="截止时间",
    old_value="", new_value="x", rule="T49",
)  # fmt: skip
MESSAGE = Message(
    key="weekly:x",
    sender="a@x.cn",
    recipient="z@x.cn",
    written=MONDAY,
    draft=MailDraft(subject="", html="", text=""),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> StateSettings:
    """The settings of a database without anything in it."""
    if request.param == "sqlite":
        return StateSettings()
    return StateSettings(url=request.getfixturevalue("empty_postgres"))


def test_runs_spells_and_trail(tmp_path: Path, settings: StateSettings) -> None:
    database = Database(tmp_path, settings, today=lambda: MONDAY)
    history, chronicle = BookHistory(database, "a.xlsx"), ProjectChronicle(database)
    for day, state in enumerate((LATE, LATE._replace(rules=("T17",)), RecordState(Status.DONE))):
        history.keep(
            Snapshot(taken=MONDAY + day * DAY, figures={"late": 1}, records={("issues", "WT1"): state})
        )
    BookMemory(database, "a.xlsx").record({}, [ENTRY])
    assert [(one.book, one.taken) for one in chronicle.runs(MONDAY + DAY)] == [
        ("a.xlsx", MONDAY + day * DAY) for day in (1, 2)
    ]
    (spell,) = chronicle.spells(MONDAY + DAY, MONDAY + 3 * DAY)
    assert (spell.since, spell.until, spell.rules) == (MONDAY, MONDAY + 2 * DAY, ("T16", "T17"))
    assert chronicle.audit() == (ENTRY,)


def test_of_two_decisions_on_one_message_the_first_counts(tmp_path: Path, settings: StateSettings) -> None:
    database = Database(tmp_path, settings, today=lambda: MONDAY)
    outbox = ProjectOutbox(database)
    entry = outbox.offer(MESSAGE, "mail", MONDAY)
    assert decide(database, entry, "refused", "no", actor="admin", now=MONDAY + DAY)
    assert not decide(database, entry, "sent", "yes", actor="admin", now=MONDAY + DAY)
    assert [(one.state, one.reply) for one in outbox.entries()] == [("refused", "no")]
    (trail,) = ProjectChronicle(database).audit()
    assert (trail.record_id, trail.actor, trail.old_value, trail.new_value) == (
        "weekly:x",
        "admin",
        "pending",
        "refused",
    )


def test_looking_makes_and_upgrades_nothing(tmp_path: Path, settings: StateSettings) -> None:
    for _ in range(2):
        assert examine(tmp_path, settings, {}).absent
    with Database(tmp_path, settings).writing():
        pass
    found = examine(tmp_path, settings, {})
    assert (found.absent, found.revision) == (False, REVISION)


def test_a_server_tells_its_time(tmp_path: Path, empty_postgres: str) -> None:
    found = examine(tmp_path, StateSettings(url=empty_postgres), {})
    assert found.clock is not None
    assert found.file is None
