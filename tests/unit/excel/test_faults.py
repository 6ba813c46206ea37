"""A write that is met by a failing disk, a kill or a person's save at every single call to the system.

One call after the other is hit, until a run gets through without having been hit. After each: the workbook is
the old one or the new one, whole; what a person saved is still there; the next run puts everything right.
"""

import errno
import io
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest

from sheetsync.disk import rename
from sheetsync.disk.backup import Backups
from sheetsync.disk.commit import OURS, SHORT, just
from sheetsync.disk.content import digest
from sheetsync.disk.leftovers import recover
from sheetsync.disk.locks import only_writer
from sheetsync.disk.writeback import write_back
from sheetsync.errors import SheetSyncError

OLD, OURS_TOO, PERSON = b"old" * 50, b"|marked", b"person" * 20
NEW = OLD + OURS_TOO
CALLS = (
    "open", "rename", "replace", "link", "unlink", "chmod", "chown", "setxattr", "removexattr", "mkdir",
    "copy_file_range",
)  # fmt: skip

Act = Callable[[], None]


class Disk:
    """Stands between the program and the system: does something right before call number `at`."""

    def __init__(self, patch: pytest.MonkeyPatch, *, able: bool) -> None:
        self.calls = 0
        self.log: list[str] = []
        self._at = -1
        self._forever = False
        self._act: Act = lambda: None
        for name in CALLS:
            patch.setattr(os, name, self._hooked(getattr(os, name), name))
        # As far as a test sees, all reaches the disk in any case; waiting for it takes most of the time.
        patch.setattr(os, "fsync", self._hooked(lambda _: None, "fsync"))
        patch.setattr(os, "fdopen", self._buffered)
        patch.setattr(Path, "open", self._hooked(Path.open))
        call = rename.renameat2 if able else lambda *_: False
        patch.setattr(rename, "renameat2", self._hooked(call, "renameat2"))

    def hit(self, at: int, act: Act, *, forever: bool = False) -> None:
        """Do something at a call from now on; forever: at each later one, too."""
        self.calls, self._at, self._act, self._forever = 0, at, act, forever

    @property
    def met(self) -> bool:
        """True if so many calls were made."""
        return self.calls > self._at

    def step(self, name: str = "") -> None:
        self.log.append(name)
        number, self.calls = self.calls, self.calls + 1
        if number == self._at or (self._forever and self._at >= 0 and number > self._at):
            self._act()

    def quiet(self) -> None:
        self.hit(-1, lambda: None)

    def _hooked(self, call: Callable[..., object], name: str = "") -> Callable[..., object]:
        def hooked(*args: object, **more: object) -> object:
            self.step(name)
            return call(*args, **more)

        return hooked

    def _buffered(self, handle: int, _: str) -> io.BufferedRandom:
        step = self.step

        class Raw(io.FileIO):
            def write(self, data: object) -> int:
                step("write")
                # Half of it only: what is not written in one go must be written in the next.
                piece = memoryview(data).cast("B")  # type: ignore[arg-type]
                return super().write(piece[: max(1, len(piece) // 2)])

            def close(self) -> None:
                closed = self.closed
                super().close()
                if not closed:
                    step()

        return io.BufferedRandom(Raw(handle, "r+b"))


@pytest.fixture(autouse=True)
def own_locks(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("locks")))


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: thousands of files are renamed, none is to be kept."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder inside it has a name of its own
    if memory.is_dir() and os.access(memory, os.W_OK):
        with TemporaryDirectory(dir=memory) as folder:
            yield Path(folder)
    else:
        yield tmp_path


@pytest.fixture(params=[True, False], ids=["exchange", "aside"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch, able=request.param)


def run(path: Path) -> None:
    """Do what a run does to a workbook: mark it, if it is not marked already."""
    backups = Backups(path, zone=ZoneInfo("UTC"))
    with only_writer(path):
        recover(path, backups)
        # The gate reads for the whole program; that its errors are told is tested there.
        old = content_of(path)
        if not old.endswith(OURS_TOO):
            write_back(path, just(old + OURS_TOO), expected=digest(old), backups=backups)


def content_of(path: Path) -> bytes:
    """Read a file without a call that could be hit."""
    with io.FileIO(path) as file:
        return file.readall()


def books(folder: Path) -> Iterator[Path]:
    """Yield a workbook after the other, each in a folder of its own."""
    for number in count():
        path = folder / str(number) / "计划.xlsx"
        path.parent.mkdir()
        path.write_bytes(OLD)
        with suppress(OSError):
            os.setxattr(path, "user.note", b"theirs")
        path.chmod(0o640)
        yield path


def state(path: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(path.parent)): one.read_bytes()
        for one in sorted(path.parent.rglob("*"))
        if one.is_file()
    }


def in_order(path: Path) -> bool:
    """Return True if a workbook is marked and nothing else of ours lies beside it."""
    return path.read_bytes() == NEW and not unfinished(path)


def unfinished(path: Path) -> list[Path]:
    """Return what of ours lies beside a workbook, or half made anywhere."""
    beside = [one for one in path.parent.iterdir() if one.name.startswith(OURS)]
    return beside + [one for one in path.parent.rglob("*.tmp") if one not in beside]


def failing(code: int) -> Act:
    def fail() -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize(
    ("code", "forever"),
    [(errno.EIO, False), (errno.ENOSPC, True), (errno.EACCES, False)],
    ids=["once", "full", "held for a moment"],
)
def test_a_disk_that_fails(disk: Disk, tmp_path: Path, code: int, forever: bool) -> None:
    """Said in one line; the workbook is the old or the new one, and the next run gets through."""
    for number, path in enumerate(books(tmp_path)):
        disk.hit(number, failing(code), forever=forever)
        said = False
        try:
            run(path)
        except SheetSyncError:
            said = True
        met = disk.met
        disk.quiet()
        if said and not forever:
            assert unfinished(path) == [], number
        if path.exists() or not forever:
            # A disk that fails from then on does not let a write be undone either; that is said, too.
            allowed = (OLD, NEW) if said and forever else (OLD,) if said else (NEW,)
            assert path.read_bytes() in allowed, (number, state(path))
        else:
            assert OLD in state(path).values(), (number, state(path))
        run(path)
        assert in_order(path), (number, state(path))
        assert path.stat().st_mode & 0o777 == 0o640
        if not met:
            assert not said
            break


def killed(act: Act) -> bool:
    """Do something in a child that may be killed; return True if it was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_kill(disk: Disk, tmp_path: Path) -> None:
    """And a kill of the run that puts it right, at every call of that, too."""
    seen: set[tuple[str, ...]] = set()
    for number, path in enumerate(books(tmp_path)):
        disk.hit(number, lambda: os._exit(9))
        hit = killed(partial(run, path))
        disk.quiet()
        whole = not path.exists() or path.read_bytes() in (OLD, NEW)
        assert whole, (number, state(path))
        assert {OLD, NEW} & set(state(path).values())
        left = state(path)
        shape = tuple(sorted(f"{Path(name).suffix}{content == OLD}" for name, content in left.items()))
        if shape not in seen:
            seen.add(shape)
            for again in range(12):
                disk.hit(again, failing(errno.EIO), forever=True)
                with suppress(SheetSyncError):
                    run(path)
                disk.quiet()
                assert {OLD, NEW} & set(state(path).values()), (number, again)
        run(path)
        assert in_order(path), (number, state(path))
        if not hit:
            break
    assert len(seen) > 5


def test_all_is_on_the_disk_before_it_gets_a_name_and_the_names_before_it_is_done(
    disk: Disk, tmp_path: Path
) -> None:
    path = next(books(tmp_path))
    run(path)
    # The last file written is the new workbook; the backup was before.
    end = disk.log[len(disk.log) - disk.log[::-1].index("write") :]
    assert end.index("fsync") < end.index("renameat2")
    assert "fsync" in end[end.index("renameat2") : end.index("replace")]


def save(path: Path) -> None:
    """Save as spreadsheet programs do: under another name, then renamed."""
    fresh = path.with_name("saving")
    fresh.write_bytes(PERSON)
    rename_to(fresh, path)


rename_to = os.replace


def save_in_place(path: Path, opened: io.FileIO | None) -> None:
    """Save into the file that is open, or into the one that bears the name now."""
    if opened is None and not path.exists():
        path.with_name("not there").touch()
        return
    with opened or io.FileIO(path, "r+b") as file:
        file.truncate()
        file.write(PERSON)


def test_a_person_who_saves(disk: Disk, tmp_path: Path) -> None:
    for number, path in enumerate(books(tmp_path)):
        disk.hit(number, partial(save, path))
        met = _run_and_run_again(disk, path)
        if not met:
            break
        assert any(map(is_theirs, _seen(path))), (number, state(path))
        for backup in path.parent.rglob("00*.xlsx"):
            assert backup.stem.endswith(digest(backup.read_bytes())[:SHORT]), "not what was read"


@pytest.mark.parametrize("early", [True, False], ids=["opened before", "opened then"])
def test_a_person_who_saves_in_place(disk: Disk, tmp_path: Path, early: bool) -> None:
    for number, path in enumerate(books(tmp_path)):
        write = partial(save_in_place, path, io.FileIO(path, "r+b") if early else None)
        disk.hit(number, write)
        met = _run_and_run_again(disk, path, late=write if early else None)
        if (met or early) and not (path.parent / "not there").exists():
            assert any(map(is_theirs, _seen(path))), (number, state(path))
        if not met:
            break


def test_two_people_who_save_while_the_first_is_given_back(disk: Disk, tmp_path: Path) -> None:
    """One saved into the file that was replaced; the other saves at any call of the next run."""
    for number, path in enumerate(books(tmp_path)):
        early = io.FileIO(path, "r+b")
        run(path)
        with early:
            early.truncate()
            early.write(b"early bird")
        disk.hit(number, partial(save, path))
        met = _run_and_run_again(disk, path)
        seen = _seen(path)
        # Who saves over a version that was given back this moment has not seen it; there is a backup.
        kept = [*seen, *(one.read_bytes() for one in path.parent.rglob("00*.xlsx"))]
        assert any(content.startswith(b"early bird") for content in kept), (number, state(path))
        if not met:
            break
        assert any(map(is_theirs, seen)), (number, state(path))


def test_a_person_who_has_the_workbook_open_over_two_runs(disk: Disk, tmp_path: Path) -> None:
    """What is saved into the replaced file is found until the next write is through with all it does."""
    for number, path in enumerate(books(tmp_path)):
        early = io.FileIO(path, "r+b")
        run(path)
        path.write_bytes(b"another day")
        disk.hit(number, partial(save_in_place, path, early))
        disk.log.clear()
        with suppress(SheetSyncError):
            run(path)
        last = not disk.met
        if last:
            early.close()
        disk.quiet()
        # The last call of all deletes the file: there nothing can be found any more.
        if last or (number == len(disk.log) - 1 and disk.log[-1] == "unlink"):
            assert not last
            break
        run(path)
        assert any(map(is_theirs, _seen(path))), (number, state(path))


def _run_and_run_again(disk: Disk, path: Path, late: Act | None = None) -> bool:
    with suppress(SheetSyncError):
        run(path)
    met = disk.met
    disk.quiet()
    if late is not None and not met:
        late()
    run(path)
    run(path)
    beside = [one for one in path.parent.iterdir() if one.name.startswith(OURS)]
    assert not beside, state(path)
    assert path.read_bytes().endswith(OURS_TOO)
    return met


def is_theirs(content: bytes) -> bool:
    return content.startswith(PERSON)


def _seen(path: Path) -> list[bytes]:
    """Return what people find: the workbook and the copies beside it."""
    return [one.read_bytes() for one in path.parent.glob("*.xlsx")]
