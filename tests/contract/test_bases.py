"""What everything that remembers what two sides agreed on must do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.model.audit import AuditEntry
from sheetsync.model.mirror import EMPTY, UNREAD, Action, Agreed, Move
from sheetsync.model.syncrun import SyncRun
from sheetsync.ports import Bases
from sheetsync.state.bases import KEPT, PairBases
from sheetsync.state.database import Database
from sheetsync.state.memory import BookMemory
from sheetsync.testing import MemoryBases

NOW = datetime(2026, 11, 20, 18)
NEW = Agreed(tokens={"name": "海报“一”_100%\n第二行", "due": "2023-10-15 14:00"})
MARKED = Agreed(tokens={"state": "已取消"}, gone="left")

New = Callable[[], Bases]
_numbers = count()


@pytest.fixture(params=["memory", "sqlite", "postgresql"], scope="session")
def new(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> New:
    """Each kind in turn; those in databases are new by the names of their pairs."""
    if request.param == "memory":
        return MemoryBases
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    database = Database(tmp_path_factory.mktemp("project"), StateSettings(url=url))
    return lambda: PairBases(database, f"总表.xlsx | 设计部.xlsx#进度 | progress {next(_numbers)}")


def run(*left: Action, right: tuple[Action, ...] = (), **before: Agreed | None) -> SyncRun:
    return SyncRun(at=NOW, left=left, right=right, before=before)


def moved(key: str, after: str = "b") -> Action:
    return Action(kind="update", key=key, source=key, moves={"name": Move(before="a", after=after)})


def test_nothing_is_known_at_first(new: New) -> None:
    bases = new()
    assert bases.load() is None
    assert bases.last() is None


def test_what_was_agreed_on_comes_back(new: New) -> None:
    bases = new()
    bases.finish(replace(bases.begin(run()), state="done"), {"K1": NEW, "K2": MARKED}, ())
    assert bases.load() == {"K1": NEW, "K2": MARKED}


def test_two_empty_tables_are_in_step_all_the_same(new: New) -> None:
    bases = new()
    bases.finish(replace(bases.begin(run()), state="done"), {}, ())
    assert bases.load() == {}


def test_what_is_fresh_replaces_and_what_is_forgotten_goes(new: New) -> None:
    bases = new()
    bases.finish(replace(bases.begin(run()), state="done"), {"K1": NEW, "K2": MARKED, "K3": NEW}, ())
    bases.finish(replace(bases.begin(run()), state="done"), {"K1": MARKED}, ("K2",))
    assert bases.load() == {"K1": MARKED, "K3": NEW}


def test_a_run_is_known_before_it_ends(new: New) -> None:
    """A crash leaves it `applying`, with what was to be written."""
    bases = new()
    begun = bases.begin(run(moved("K1"), right=(moved("K2"),), K1=NEW, K2=None))
    known = bases.last()
    assert known == begun
    assert known is not None
    assert known.state == "applying"
    assert (known.left, known.right) == ((moved("K1"),), (moved("K2"),))
    assert known.before == {"K1": NEW, "K2": None}


def test_a_run_says_what_landed_once_it_is_done(new: New) -> None:
    bases = new()
    begun = bases.begin(run(moved("K1"), right=(moved("K2"),), K1=NEW))
    bases.finish(replace(begun, state="done", left=()), {}, ())
    known = bases.last()
    assert known is not None
    assert (known.state, known.left, known.right) == ("done", (), (moved("K2"),))
    assert known.before == {"K1": NEW}


def test_taking_back_is_kept_with_its_time(new: New) -> None:
    bases = new()
    begun = bases.begin(run(moved("K1"), K1=NEW))
    bases.finish(replace(begun, state="done"), {"K1": MARKED}, ())
    later = NOW.replace(hour=19)
    bases.finish(replace(begun, state="undone", at=later), {"K1": NEW}, ())
    known = bases.last()
    assert known is not None
    assert (known.state, known.at) == ("undone", later)
    assert bases.load() == {"K1": NEW}


def test_every_kind_of_action_comes_back(new: New) -> None:
    bases = new()
    acts = (
        Action(kind="create", key="K1", source="K1", moves={"due": Move(before=EMPTY, after="2023-10-15")}),
        Action(kind="mark", key="K2", source="K2"),
        Action(kind="delete", key="K3", source="K3", moves={"name": Move(before=UNREAD + "?", after=EMPTY)}),
        Action(kind="update", key="K4", source="K5", moves={"id": Move(before="K4", after="K5")}),
        Action(
            kind="update", key="K6", source="K6", moves={"due": Move(before="a", after="b", spelled="Ａ")}
        ),
    )
    bases.begin(run(*acts))
    known = bases.last()
    assert known is not None
    assert known.left == acts


def test_a_run_without_a_number_changes_no_other(new: New) -> None:
    """Both sides changed alike: what is agreed on moves, and there is nothing to take back."""
    bases = new()
    done = replace(bases.begin(run(moved("K1"))), state="done")
    bases.finish(done, {"K1": NEW}, ())
    bases.finish(replace(run(), state="done"), {"K1": MARKED}, ())
    assert bases.last() == done
    assert bases.load() == {"K1": MARKED}


def test_a_run_that_wrote_nothing_does_not_hide_the_one_before(new: New) -> None:
    """Every cell of it may have been held back; what can be taken back is the run before."""
    bases = new()
    wrote = replace(bases.begin(run(moved("K1"))), state="done")
    bases.finish(wrote, {}, ())
    held = bases.begin(run(moved("K2")))
    assert bases.last() == held
    bases.finish(replace(held, state="done", left=()), {}, ())
    assert bases.last() == wrote


def test_the_last_of_many_runs_is_the_last(new: New) -> None:
    bases = new()
    for number in range(KEPT + 3):
        bases.finish(replace(bases.begin(run(moved("K1", str(number)))), state="done"), {"K1": NEW}, ())
    known = bases.last()
    assert known is not None
    assert known.left == (moved("K1", str(KEPT + 2)),)


def test_the_trail_of_a_run_is_written_with_it(new: New) -> None:
    bases = new()
    entry = AuditEntry(
        at=NOW, source="Excel", actor="系统", book="a.xlsx", table="进度", record_id="K1", field="负责人",
        old_value="张三", new_value="李四", rule="", cause=f"sync {next(_numbers)}",
    )  # fmt: skip
    bases.finish(replace(bases.begin(run(moved("K1"))), state="done"), {"K1": NEW}, (), [entry])
    if isinstance(bases, MemoryBases):
        known = bases.audit
    else:
        assert isinstance(bases, PairBases)
        known = list(BookMemory(bases._database, "").audit())  # noqa: SLF001 - the same database
    assert known.count(entry) == 1


def test_pairs_do_not_meet(new: New) -> None:
    one, two = new(), new()
    one.finish(replace(one.begin(run()), state="done"), {"K1": NEW}, ())
    assert two.load() is None
    assert two.last() is None
