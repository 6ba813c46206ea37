"""Two tables are brought in step whatever fails in the middle, and what was written can be taken back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest

from sheetsync.errors import BusyError, RemoteError, StaleError
from sheetsync.excel.store import ExcelStore
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.audit import AuditEntry
from sheetsync.model.edit import Edit
from sheetsync.model.mirror import Agreed, Base
from sheetsync.model.rowchange import Receipt, RowChange
from sheetsync.model.syncrun import SyncRun
from sheetsync.model.table import RawBook, Version
from sheetsync.operations.sync import SyncResult, Terms, sync
from sheetsync.operations.syncends import End, Pair
from sheetsync.operations.syncundo import undo
from sheetsync.ports import Presented
from sheetsync.testing import MemoryBases, MemoryStore, sheet_of
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

NOW = datetime(2023, 10, 16, 9)
TITLES = ("子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "截止时间", "下一步计划")
Rows = dict[str, dict[str, str]]
Result = TypeVar("Result")


def record(number: int, **more: str) -> dict[str, str]:
    given = (
        "海报",
        f"成员{'甲乙丙丁戊己庚'[number % 7]}",
        "进行中",
        f"{number}0%",
        "2023-10-20",
        f"第{number}步",
    )
    return dict(zip(TITLES[1:], given, strict=True)) | more


def key(number: int) -> str:
    return f"XZB20231001-{number:02}"


ROWS: Rows = {key(number): record(number) for number in range(1, 7)}


class Desk:
    """A table that people work on: in memory, or a workbook on disk."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.store: MemoryStore | ExcelStore = MemoryStore([])
        self.put(ROWS)

    def put(self, rows: Rows) -> None:
        """Let people leave these records."""
        table = [{TITLES[0]: bare, **row} for bare, row in rows.items()]
        if self.path is None:
            self.store = MemoryStore([sheet_of("进度", table)])
            return
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "进度"
        for line in (TITLES, *(list(row.values()) for row in table)):
            sheet.append(line)
        book.save(self.path)
        self.store = ExcelStore(self.path)

    def rows(self) -> Rows:
        """Return the records as they are, without empty cells."""
        (sheet,) = (one for one in self.store.read().sheets if not one.ours)
        lines = [dict(zip(TITLES, map(str, row), strict=False)) for row in list(sheet.rows)[1:]]
        filled = [
            {title: value for title, value in line.items() if value} for line in lines if any(line.values())
        ]
        assert len({line[TITLES[0]] for line in filled}) == len(filled), "a record is there twice"
        return {line.pop(TITLES[0]): line for line in filled}

    def edit(self, bare: str, **cells: str) -> None:
        rows = self.rows()
        self.put({**rows, bare: {**rows[bare], **cells}})


class CrashError(Exception):
    """The process ends here."""


class Fuse:
    """Ends a run at its call of that number, before the call has done its work or after.

    Args:
        number: Which call; none where it is 0.
        after: Whether the call has done its work.
    """

    def __init__(self, number: int = 0, *, after: bool = False) -> None:
        self.number, self.after, self.calls = number, after, 0

    def through(self, call: Callable[[], Result]) -> Result:
        self.calls += 1
        if self.calls == self.number and not self.after:
            raise CrashError
        done = call()
        if self.calls == self.number:
            raise CrashError
        return done


class FusedStore:
    """A store whose calls may end the run."""

    def __init__(self, store: MemoryStore | ExcelStore, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse

    def read(self) -> RawBook:
        return self._fuse.through(self._store.read)

    def apply(self, changes: Sequence[RowChange], *, based_on: Version) -> Receipt:
        return self._fuse.through(lambda: self._store.apply(changes, based_on=based_on))

    def present(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        return self._fuse.through(lambda: self._store.present(edits, based_on=based_on))

    def preview(self, edits: Sequence[Edit], *, based_on: Version) -> Presented:
        return self._store.preview(edits, based_on=based_on)


class FusedBases:
    """A memory whose calls may end the run."""

    def __init__(self, bases: MemoryBases, fuse: Fuse) -> None:
        self._bases, self._fuse = bases, fuse

    def load(self) -> Base | None:
        return self._fuse.through(self._bases.load)

    def begin(self, run: SyncRun) -> SyncRun:
        return self._fuse.through(lambda: self._bases.begin(run))

    def finish(
        self,
        run: SyncRun,
        fresh: Mapping[str, Agreed],
        forgotten: Sequence[str],
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        self._fuse.through(lambda: self._bases.finish(run, fresh, forgotten, audit))

    def last(self) -> SyncRun | None:
        return self._fuse.through(self._bases.last)


class World:
    """Two tables, and what is remembered of them."""

    def __init__(self, folder: Path | None, catalogue: Catalogue, worktime: WorkTime) -> None:
        self.catalogue, self.worktime = catalogue, worktime
        self.left = Desk(None if folder is None else folder / "左.xlsx")
        self.right = Desk(None if folder is None else folder / "右.xlsx")
        self.bases = MemoryBases()

    def pair(self, fuse: Fuse) -> Pair:
        ends = []
        for name, desk in (("左", self.left), ("右", self.right)):
            store = FusedStore(desk.store, fuse)
            ends.append(End(address=name, name=name, store=store, presenter=store))
        return Pair(name="对", form=self.catalogue.forms["progress"], left=ends[0], right=ends[1])

    def sync(self, fuse: Fuse | None = None, **terms: object) -> SyncResult:
        fuse = fuse or Fuse()
        return sync(
            self.pair(fuse),
            catalogue=self.catalogue,
            worktime=self.worktime,
            bases=FusedBases(self.bases, fuse),
            now=NOW,
            terms=replace(Terms(), **terms),  # type: ignore[arg-type] # as each test gives them
        )

    def undo(self, fuse: Fuse | None = None) -> None:
        undo(
            self.pair(fuse or Fuse()),
            catalogue=self.catalogue,
            worktime=self.worktime,
            bases=self.bases,
            now=NOW,
        )

    def state(self) -> tuple[Rows, Rows]:
        return self.left.rows(), self.right.rows()


Worlds = Callable[[], World]


@pytest.fixture(params=["memory", "excel"])
def worlds(
    request: pytest.FixtureRequest, tmp_path: Path, catalogue: Catalogue, worktime: WorkTime
) -> Worlds:
    """Makes worlds in which both tables are in step."""
    numbers = count()

    def make() -> World:
        folder = None if request.param == "memory" else tmp_path / str(next(numbers))
        if folder is not None:
            folder.mkdir()
        world = World(folder, catalogue, worktime)
        world.sync(adopt=True)
        return world

    return make


def days_work(world: World) -> None:
    """Let people do all that they may do on both sides."""
    left, right = world.left.rows(), world.right.rows()
    left[key(1)]["当前进度"] = "60%"
    left[key(9)] = left.pop(key(3))  # another id
    left[key(7)] = record(7)
    del left[key(2)]
    right[key(4)]["负责人"] = "周八"
    right[key(8)] = record(8)
    left[key(6)]["下一步计划"], right[key(6)]["下一步计划"] = "左边的话", "右边的话"
    world.left.put(left)
    world.right.put(right)


def crashes(worlds: Worlds) -> Iterator[World]:
    """Yield a world after each way in which a run can end in the middle."""
    for after in (False, True):
        for number in count(1):
            world = worlds()
            days_work(world)
            try:
                world.sync(Fuse(number, after=after))
            except CrashError:
                yield world
            else:
                break


def test_a_rerun_makes_good_what_a_crash_left(worlds: Worlds) -> None:
    """Whatever call ends the run: what comes of it in the end is what would have come without."""
    whole = worlds()
    days_work(whole)
    conflicts = whole.sync().plan.conflicts
    met = 0
    for world in crashes(worlds):
        assert world.sync().plan.conflicts == conflicts
        assert world.state() == whole.state()
        again = world.sync()
        assert (again.plan.left, again.plan.right, again.written) == ((), (), ())
        met += 1
    assert met >= 2 * 9


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("worlds", ["memory"], indirect=True)
def test_work_between_a_crash_and_the_rerun_makes_no_conflict(worlds: Worlds, *, twice: bool) -> None:
    """What the crashed run wrote is known to be agreed on, so a later change is just a change."""
    whole = worlds()
    days_work(whole)
    conflicts = whole.sync().plan.conflicts
    for number, world in enumerate(crashes(worlds)):
        if twice:
            with suppress(CrashError):
                world.sync(Fuse(1 + number % 11, after=number % 2 == 0))
        world.left.edit(key(1), 当前进度="80%")
        world.left.edit(key(7), 下一步计划="又一步")
        result = world.sync()
        assert result.plan.conflicts == conflicts
        left, right = world.state()
        assert left[key(1)] == right[key(1)] == {**ROWS[key(1)], "当前进度": "80%"}
        assert left[key(7)]["下一步计划"] == right[key(7)]["下一步计划"] == "又一步"


def test_a_run_that_is_taken_back_leaves_what_was(worlds: Worlds) -> None:
    world = worlds()
    days_work(world)
    before = world.state()
    world.sync()
    assert world.state() != before
    world.undo()
    assert world.state() == before
    days = worlds()
    days_work(days)
    days.sync()
    world.sync()
    assert world.state() == days.state()


def test_a_side_that_fails_is_told_and_made_good_later(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = worlds()
    days_work(world)
    with monkeypatch.context() as patched:
        patched.setattr(world.left.store, "apply", _busy)
        result = world.sync()
    assert result.written == ("right",)
    assert result.exit_code == BusyError.exit_code
    whole = worlds()
    days_work(whole)
    whole.sync()
    assert world.sync().failed == {}
    assert world.state() == whole.state()


@pytest.mark.parametrize("side", ["left", "right"])
def test_what_landed_though_the_answer_was_lost_is_found(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    """A remote table may have taken what it did not confirm: no conflict comes of it, and nothing twice."""
    world, whole = worlds(), worlds()
    for one in (world, whole):
        days_work(one)
    conflicts = whole.sync().plan.conflicts
    store = getattr(world, side).store

    def lost(
        changes: Sequence[RowChange], *, based_on: Version, real: Callable[..., Receipt] = store.apply
    ) -> Receipt:
        real(changes, based_on=based_on)
        raise RemoteError(Text("没有应答", "no answer"))

    with monkeypatch.context() as patched:
        patched.setattr(store, "apply", lost)
        assert world.sync().exit_code == RemoteError.exit_code
    world.left.edit(key(1), 当前进度="80%")
    whole.left.edit(key(1), 当前进度="80%")
    whole.sync()
    result = world.sync()
    assert (result.plan.conflicts, result.failed) == (conflicts, {})
    assert world.state() == whole.state()


def test_a_side_that_changed_meanwhile_is_left_alone(worlds: Worlds) -> None:
    """Somebody saves between the read and the write: nothing of theirs is written over."""
    world = worlds()
    days_work(world)
    store, old = world.right.store, world.right.rows()

    def read(before: Callable[[], RawBook] = store.read) -> RawBook:
        book = before()
        return replace(book, version=Version("another"))

    store.read = read  # type: ignore[method-assign] # the version that a later save leaves behind
    result = world.sync()
    assert isinstance(result.failed["right"], StaleError)
    del store.read
    assert world.right.rows() == old


def test_every_cell_that_was_written_is_on_the_trail(worlds: Worlds) -> None:
    """A record that came or went is one line; what failed on a side is none."""
    world = worlds()
    days_work(world)
    world.sync()
    told = {(one.book, one.record_id, one.field, one.old_value, one.new_value) for one in world.bases.audit}
    assert told == {
        ("右", key(1), "当前进度", "10", "60"),
        ("右", key(2), "当前阶段", "进行中", "已取消"),
        ("右", key(3), "子任务编号", key(3), key(9)),
        ("右", key(7), "子任务编号", "", key(7)),
        ("左", key(4), "负责人", "成员戊", "周八"),
        ("左", key(8), "子任务编号", "", key(8)),
    }
    world.undo()
    assert len(world.bases.audit) == 2 * len(told)


def _busy(changes: Sequence[RowChange], *, based_on: Version) -> Receipt:
    raise BusyError(Text(f"{len(changes)} {based_on}", "busy"))
