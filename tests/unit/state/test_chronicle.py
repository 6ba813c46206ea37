"""What is read of the past of all workbooks of a project."""

from datetime import datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.model.audit import AuditEntry
from sheetsync.model.chronicle import Spell
from sheetsync.model.finding import Status
from sheetsync.model.snapshot import RecordState, Snapshot
from sheetsync.state.chronicle import ProjectChronicle
from sheetsync.state.database import Database
from sheetsync.state.history import BookHistory
from sheetsync.state.memory import BookMemory

MONDAY = datetime(2023, 10, 16, 9)
DAY = timedelta(days=1)
NUMBERS = count()
WELL = RecordState(Status.NORMAL)
LATE = RecordState(Status.LATE, rules=("T16",), owner="王磊", name="物料")
LATER = LATE._replace(rules=("T16", "T17"), progress=50.0, owner="李娜")
RISK = RecordState(Status.RISK, rules=("T43",))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path, today=lambda: MONDAY)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database for many workbooks."""
    return Database(tmp_path_factory.mktemp("project"), today=lambda: MONDAY)


def run(database: Database, day: int, state: RecordState | None, book: str = "a.xlsx") -> None:
    records = {} if state is None else {("issues", "WT1"): state}
    snapshot = Snapshot(taken=MONDAY + day * DAY, figures={"late": day}, records=records)
    BookHistory(database, book).keep(snapshot)


def spans(spells: "list[Spell] | tuple[Spell, ...]") -> list[tuple[Status, int, int | None]]:
    return [
        (one.status, (one.since - MONDAY).days, None if one.until is None else (one.until - MONDAY).days)
        for one in spells
    ]


def test_a_spell_lasts_while_the_status_does(database: Database) -> None:
    """Whatever else changes; it knows all rules that were broken meanwhile and who answered for it last."""
    for day, state in enumerate((WELL, LATE, LATER, WELL, LATE)):
        run(database, day, state)
    found = list(ProjectChronicle(database).spells())
    assert spans(found) == [(Status.LATE, 1, 3), (Status.LATE, 4, None)]
    assert (found[0].rules, found[0].owner, found[0].key) == (("T16", "T17"), "李娜", "WT1")


def test_another_status_is_another_spell(database: Database) -> None:
    for day, state in enumerate((RISK, LATE)):
        run(database, day, state)
    assert spans(list(ProjectChronicle(database).spells())) == [
        (Status.RISK, 0, 1),
        (Status.LATE, 1, None),
    ]


def test_a_record_that_is_gone_ends_its_spell(database: Database) -> None:
    run(database, 0, LATE)
    run(database, 1, None)
    assert spans(list(ProjectChronicle(database).spells())) == [(Status.LATE, 0, 1)]


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(0, 9, 2), (3, None, 1), (2, None, 2), (None, 1, 0), (None, 2, 1), (9, None, 1)],
)
def test_spells_of_a_span_are_those_that_touch_it(
    database: Database, since: int | None, until: int | None, count: int
) -> None:
    """Days 1 to 3, and from day 4 on; `until` is not included."""
    for day, state in enumerate((WELL, LATE, LATER, WELL, LATE)):
        run(database, day, state)
    found = ProjectChronicle(database).spells(
        None if since is None else MONDAY + since * DAY, None if until is None else MONDAY + until * DAY
    )
    assert len(found) == count


def test_a_spell_is_told_whole_although_only_its_end_was_asked_for(database: Database) -> None:
    for day, state in enumerate((LATE, LATER, WELL)):
        run(database, day, state)
    assert spans(list(ProjectChronicle(database).spells(MONDAY + 1.5 * DAY))) == [(Status.LATE, 0, 2)]


@settings(max_examples=25)
@given(st.lists(st.sampled_from([None, WELL, LATE, LATER, RISK]), min_size=1, max_size=7))
def test_spells_are_what_the_runs_saw(lasting: Database, seen: list[RecordState | None]) -> None:
    """Told day by day, a record has the word of a spell exactly where a run found it so."""
    book = f"{next(NUMBERS)}.xlsx"
    for day, state in enumerate(seen):
        run(lasting, day, state, book)
    found = spans([one for one in ProjectChronicle(lasting).spells() if one.book == book])
    last = len(seen)
    told = {
        day: word for word, since, until in found for day in range(since, last if until is None else until)
    }
    assert told == {
        day: state.status
        for day, state in enumerate(seen)
        if state is not None and state.status != Status.NORMAL
    }
    assert not any(one[0] is two[0] and one[2] == two[1] for one, two in pairwise(found))


def test_runs_of_all_workbooks_in_their_order(database: Database) -> None:
    run(database, 1, WELL)
    run(database, 0, WELL, "b.xlsx")
    run(database, 2, WELL)
    found = ProjectChronicle(database).runs(MONDAY, MONDAY + 2 * DAY)
    assert [(one.book, one.figures) for one in found] == [("b.xlsx", {"late": 0}), ("a.xlsx", {"late": 1})]


def test_the_audit_trail_of_a_span(database: Database) -> None:
    entries = [
        AuditEntry(**dict.fromkeys(AuditEntry.__slots__, "x") | {"at": MONDAY + day * DAY, "book": "a.xlsx"})
        for day in (2, 0, 1)
    ]
    BookMemory(database, "a.xlsx").record({}, entries)
    found = ProjectChronicle(database).audit(MONDAY + DAY, MONDAY + 2 * DAY)
    assert found == (entries[2],)


def test_asking_makes_no_file(tmp_path: Path) -> None:
    chronicle = ProjectChronicle(Database(tmp_path))
    assert not [*chronicle.runs(), *chronicle.spells(), *chronicle.audit()]
    assert list(tmp_path.iterdir()) == []
