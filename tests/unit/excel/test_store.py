"""The store as a whole: what it leaves on disk, and when it leaves everything alone."""

import os
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from sheetsync.disk import commit, patience, rename
from sheetsync.disk.backup import Retention
from sheetsync.disk.commit import OURS, SHORT, name_key
from sheetsync.disk.content import digest
from sheetsync.disk.locks import only_writer, only_writer_in
from sheetsync.disk.patience import WAITS
from sheetsync.errors import BusyError, InputRefusedError, OpenElsewhereError, OutputRefusedError, StaleError
from sheetsync.excel.store import ExcelStore
from sheetsync.model.edit import Edit
from sheetsync.model.table import Version
from tests.packing import packed, unpacked

Orders = Callable[..., tuple[Edit, ...]]
People = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_locks(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("locks")))


def store(path: Path, **more: object) -> ExcelStore:
    return ExcelStore(path, **more)  # type: ignore[arg-type]


def mark(path: Path, orders: Orders, **more: str) -> None:
    one = store(path)
    one.present(orders("任务", **more), based_on=one.read().version)


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(OURS)]


def test_a_write_keeps_mode_and_link_and_leaves_one_backup_and_nothing_else(
    people: People, orders: Orders
) -> None:
    path = people()
    path.chmod(0o640)
    link = path.with_name("链接.xlsx")
    link.symlink_to(path)
    before = path.read_bytes()
    mark(link, orders)
    assert link.is_symlink()
    assert path.read_bytes() != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    [backup] = store(path).backups()
    assert Path(backup.path).read_bytes() == before
    assert sorted(item.name for item in path.parent.iterdir()) == [".sheetsync", "计划.xlsx", "链接.xlsx"]


def test_a_second_run_touches_nothing(people: People, orders: Orders) -> None:
    path = people()
    mark(path, orders)
    status, backups = path.stat(), len(store(path).backups())
    mark(path, orders)
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (status.st_ino, status.st_mtime_ns)
    assert len(store(path).backups()) == backups


def test_a_preview_says_the_same_and_writes_nothing(people: People, orders: Orders) -> None:
    path = people()
    one, before = store(path), path.read_bytes()
    version = one.read().version
    preview = one.preview(orders("任务"), based_on=version)
    assert path.read_bytes() == before
    assert preview == one.present(orders("任务"), based_on=version)
    assert preview.version == digest(path.read_bytes())


def test_a_workbook_that_changed_after_it_was_read_is_left_alone(people: People, orders: Orders) -> None:
    path = people()
    one = store(path)
    version = one.read().version
    people(change=lambda _, sheet: sheet.write(9, 0, "新"))
    saved = path.read_bytes()
    with pytest.raises(StaleError):
        one.present(orders("任务"), based_on=version)
    assert path.read_bytes() == saved
    with pytest.raises(StaleError):
        one.preview(orders("任务"), based_on=Version("other"))


@pytest.mark.parametrize("able", [True, False], ids=["exchange", "aside"])
@pytest.mark.parametrize("saves", [1, 2])
def test_a_save_in_the_last_moment_is_never_lost(
    people: People, orders: Orders, monkeypatch: pytest.MonkeyPatch, able: bool, saves: int
) -> None:
    """A person saves right before the swap, and once more right before it is undone."""
    path = people()
    real, done = commit.exchange, []

    def save() -> None:
        if len(done) < saves:
            done.append(f"person {len(done)}".encode())
            fresh = path.with_name("saving")
            fresh.write_bytes(done[-1])
            fresh.replace(path)

    def late(one: Path, other: Path) -> bool:
        save()
        return real(one, other) if able else False

    def late_rename(source: Path, target: Path) -> None:
        if source.suffix == ".aside":
            save()
        rename.rename_new(source, target)

    monkeypatch.setattr(commit, "exchange", late)
    monkeypatch.setattr(commit, "rename_new", late_rename)
    with pytest.raises(StaleError):
        mark(path, orders)
    kept = {item.read_bytes() for item in path.parent.glob("*.xlsx")}
    assert set(done) <= kept
    assert leftovers(path.parent) == []


@pytest.mark.parametrize("step", ["_written", "sync_folder", "exchange"])
def test_a_disk_that_fails_leaves_the_old_file(
    people: People, orders: Orders, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = people()
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    version = store(path).read().version
    monkeypatch.setattr(commit, step, full)
    with pytest.raises(OutputRefusedError):
        store(path).present(orders("任务"), based_on=version)
    assert path.read_bytes() == before
    assert leftovers(path.parent) == []


def test_no_backup_no_write(people: People, orders: Orders) -> None:
    path = people()
    before = path.read_bytes()
    (path.parent / ".sheetsync").write_text("in the way")
    with pytest.raises(OutputRefusedError, match="backup"):
        mark(path, orders)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("owner", "content", "name"),
    [
        ("~$计划.xlsx", b"\x03Ann" + b" " * 51 + b"\x03\x00A\x00n\x00n\x00", "Ann"),
        (".~lock.计划.xlsx#", ",李雷,pc,20.11.2026 09:00,file:///x;".encode(), "李雷"),
        (".~计划.xlsx", b"", "elsewhere"),
    ],
)
def test_a_workbook_that_is_open_is_left_alone_and_the_person_named(
    people: People, orders: Orders, owner: str, content: bytes, name: str
) -> None:
    path = people()
    before = path.read_bytes()
    beside = path.with_name(owner)
    beside.write_bytes(content)
    with pytest.raises(BusyError, match=name):
        mark(path, orders)
    assert (path.read_bytes(), beside.read_bytes()) == (before, content)
    assert store(path).read().sheets


def aged(path: Path, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_an_owner_file_of_yesterday_is_no_obstacle_but_told(people: People, orders: Orders) -> None:
    path = aged(people(), 14)
    beside = path.with_name("~$计划.xlsx")
    beside.write_bytes(b"")
    aged(beside, 13)
    [warning] = store(path).prepare()
    assert "12" in warning.en
    mark(path, orders)
    assert beside.exists()
    # What we wrote ourselves does not make it look as if somebody were at work.
    assert store(path).prepare() == (warning,)


def test_an_old_owner_file_counts_while_somebody_saves(people: People, orders: Orders) -> None:
    """Who keeps a workbook open for days and saves now and then has it open."""
    path = people()
    beside = path.with_name("~$计划.xlsx")
    beside.write_bytes(b"\x03Ann")
    aged(beside, 13)
    with pytest.raises(OpenElsewhereError, match=r"Ann.*delete ~\$计划"):
        store(path).prepare()
    with pytest.raises(OpenElsewhereError):
        mark(path, orders)


def test_only_one_writer_at_a_time(people: People, orders: Orders) -> None:
    path = people()
    with only_writer(path), pytest.raises(BusyError, match="Another run"):
        mark(path, orders)
    mark(path, orders)


@pytest.mark.parametrize("what", ["file", "folder", "hard link"])
def test_read_only_places_and_hard_links_are_refused(people: People, orders: Orders, what: str) -> None:
    path = people()
    before = path.read_bytes()
    if what == "file":
        path.chmod(0o444)
    elif what == "folder":
        path.parent.chmod(0o555)
    else:
        os.link(path, path.with_name("zweite.xlsx"))
    try:
        with pytest.raises(OutputRefusedError):
            mark(path, orders)
    finally:
        path.parent.chmod(0o755)
    assert path.read_bytes() == before
    assert not (path.parent / ".sheetsync").exists()


def test_a_marked_copy_leaves_the_original_alone(people: People, orders: Orders) -> None:
    path = people()
    before, target = path.read_bytes(), path.with_name("出.xlsx")
    one = store(path, output=target)
    presented = one.present(orders("任务"), based_on=one.read().version)
    assert (path.read_bytes(), presented.path) == (before, str(target))
    assert store(target).read().sheets[0].ours
    stamp = target.stat().st_mtime_ns
    one.present(orders("任务"), based_on=one.read().version)
    assert target.stat().st_mtime_ns == stamp


def test_a_copy_goes_to_no_missing_folder_and_over_no_open_file(people: People, orders: Orders) -> None:
    path = people()
    one = store(path, output=path.parent / "no" / "x.xlsx")
    with pytest.raises(OutputRefusedError, match="folder"):
        one.present(orders("任务"), based_on=one.read().version)
    target = path.with_name("出.xlsx")
    target.write_bytes(b"old")
    target.with_name("~$出.xlsx").write_bytes(b"\x02Bo")
    other = store(path, output=target)
    with pytest.raises(BusyError, match="Bo"):
        other.present(orders("任务"), based_on=other.read().version)
    assert target.read_bytes() == b"old"


def test_a_refused_edit_writes_nothing_at_all(people: People, orders: Orders) -> None:
    path = people()
    before = path.read_bytes()
    one = store(path)
    with pytest.raises(InputRefusedError):
        one.present((*orders("任务"), *orders("没有")), based_on=one.read().version)
    assert path.read_bytes() == before
    assert not (path.parent / ".sheetsync").exists()


def test_undo_puts_back_and_undo_of_undo_steps_the_other_way(people: People, orders: Orders) -> None:
    path = people()
    original = path.read_bytes()
    mark(path, orders)
    marked = path.read_bytes()
    store(path).restore(store(path).backups()[0])
    assert path.read_bytes() == original
    store(path).restore(store(path).backups()[0])
    assert path.read_bytes() == marked
    assert len(store(path).backups()) == 1


def test_a_damaged_backup_is_not_put_back(people: People, orders: Orders) -> None:
    path = people()
    mark(path, orders)
    marked = path.read_bytes()
    [backup] = store(path).backups()
    Path(backup.path).write_bytes(b"other")
    with pytest.raises(InputRefusedError, match="damaged"):
        store(path).restore(backup)
    assert path.read_bytes() == marked


def test_a_number_of_backups_is_kept_with_their_times(people: People, orders: Orders) -> None:
    path = people()
    when = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
    for number in range(5):
        one = store(path, backups=Retention(keep=3, days=0), now=lambda: when, zone=ZoneInfo("Asia/Shanghai"))
        one.present(orders("任务", fingerprint=str(number)), based_on=one.read().version)
    kept = store(path, backups=Retention(keep=3, days=0)).backups()
    assert len(kept) == 3
    assert {backup.taken for backup in kept} == {datetime(2026, 11, 20, 9, 2, 3)}
    assert [backup.id[:6] for backup in kept] == ["000005", "000004", "000003"]
    assert all("20261120T010203Z" in backup.id for backup in kept)


@pytest.mark.parametrize("present", [True, False])
@pytest.mark.parametrize(
    ("kind", "content"),
    [("swap", b"made"), ("swap", b"read"), ("swap", b"person"), ("aside", b"read"), ("tmp", b"ma")],
)
def test_what_a_crash_left_is_put_right_by_content(
    people: People, orders: Orders, kind: str, content: bytes, present: bool
) -> None:
    path = people()
    original = path.read_bytes()
    hashes = f"{digest(b'read')[:SHORT]}-{digest(b'made')[:SHORT]}"
    left = path.with_name(f"{OURS}{name_key(path)}-{hashes}.{kind}")
    left.write_bytes(content)
    if not present:
        path.unlink()
        left.with_suffix(".other").write_bytes(b"")
        left.with_suffix(".other").unlink()
    try:
        mark_after = store(path)
        mark_after.present(orders("任务"), based_on=Version(digest(original)))
    except (StaleError, InputRefusedError):
        pass
    everything = [item.read_bytes() for item in path.parent.iterdir() if item.is_file()]
    assert leftovers(path.parent) == []
    assert (content == b"person") <= (content in everything)
    assert (not present and content == b"read") <= (path.exists() and path.read_bytes() == content)


def test_a_save_into_the_file_that_was_replaced_comes_back(people: People, orders: Orders) -> None:
    """A program that has the old file open may save into it after it was replaced: that save wins."""
    path = people()
    theirs = people("ihre.xlsx", lambda _, sheet: sheet.write(9, 0, "新")).read_bytes()
    with path.open("r+b") as opened:
        mark(path, orders)
        opened.write(theirs)
        opened.truncate()
    [note] = store(path).prepare()
    assert "open" in note.en
    assert path.read_bytes() == theirs
    mark(path, orders)
    assert store(path).prepare() == ()


def test_a_save_into_the_file_that_was_replaced_is_kept_beside_a_later_one(
    people: People, orders: Orders
) -> None:
    path = people()
    with path.open("r+b") as opened:
        mark(path, orders)
        opened.truncate()
        opened.write(b"first")
    path.write_bytes(b"second")
    [note] = store(path).prepare()
    [copy] = [one for one in path.parent.glob("*.xlsx") if one != path]
    assert copy.name in note.zh
    assert (path.read_bytes(), copy.read_bytes()) == (b"second", b"first")
    assert store(path).prepare() == ()


def test_conflict_copies_beside_a_workbook_are_told_once(people: People, orders: Orders) -> None:
    path = people()
    mark(path, orders)
    copy = path.with_name("计划 (冲突副本 2026).xlsx")
    copy.write_bytes(b"x")
    path.with_name("另一个 (冲突副本).xlsx").write_bytes(b"x")
    [note] = store(path).prepare()
    assert copy.name in note.zh
    assert "另一个" not in note.zh
    assert store(path).prepare() == ()
    assert copy.read_bytes() == b"x"


def test_attributes_and_times_of_people_stay(people: People, orders: Orders) -> None:
    path = people()
    try:
        os.setxattr(path, "user.label", b"secret")
    except OSError:
        pytest.skip("the file system of the tests knows no attributes")
    if os.geteuid() == 0:
        os.chown(path, 12345, 12346)
    before = path.stat()
    mark(path, orders)
    after = path.stat()
    assert os.getxattr(path, "user.label") == b"secret"
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    [backup] = store(path).backups()
    assert Path(backup.path).stat().st_gid == before.st_gid


class Waiting:
    """Notes how long was waited, and does something at a time."""

    def __init__(self, at: int, act: Callable[[], object]) -> None:
        self.waits: list[float] = []
        self._at, self._act = at, act

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self._at:
            self._act()


def test_a_half_written_workbook_is_waited_for(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "WAITS", WAITS)
    path = people()
    whole = path.read_bytes()
    path.write_bytes(whole[:2000])
    waiting = Waiting(2, lambda: path.write_bytes(whole))
    assert store(path, sleep=waiting).read().sheets
    assert len(waiting.waits) == 2
    path.write_bytes(whole[:2000])
    waiting = Waiting(9, lambda: None)
    with pytest.raises(InputRefusedError):
        store(path, sleep=waiting).read()
    assert len(waiting.waits) == 3
    assert sum(waiting.waits) <= 5


def test_a_workbook_that_is_gone_for_a_moment_is_waited_for(
    people: People, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel deletes and renames when it saves; one that never was there is not waited for."""
    monkeypatch.setattr(patience, "WAITS", WAITS)
    path = people()
    mark(path, orders)
    hidden = path.with_name("hidden")
    path.rename(hidden)
    waiting = Waiting(1, lambda: hidden.rename(path))
    assert store(path, sleep=waiting).read().sheets
    path.unlink()
    waiting = Waiting(9, lambda: None)
    with pytest.raises(BusyError):
        store(path, sleep=waiting).read()
    assert sum(waiting.waits) <= 5
    waiting = Waiting(9, lambda: None)
    with pytest.raises(InputRefusedError):
        store(path.with_name("nie.xlsx"), sleep=waiting).read()
    assert waiting.waits == []


def test_a_copy_that_is_replaced_is_kept_like_a_workbook(people: People, orders: Orders) -> None:
    path = people()
    target = path.with_name("出.xlsx")
    target.write_bytes(b"old")
    one = store(path, output=target)
    one.present(orders("任务"), based_on=one.read().version)
    [backup] = store(target).backups()
    assert Path(backup.path).read_bytes() == b"old"


def test_users_with_other_temporary_folders_meet_one_lock(
    people: People, orders: Orders, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = people()
    mark(path, orders)
    [folder] = (path.parent / ".sheetsync" / "backups").iterdir()
    with only_writer_in(folder, path):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("other")))
        with pytest.raises(BusyError, match="Another run"):
            mark(path, orders, fingerprint="two")
    mark(path, orders, fingerprint="two")


def test_a_folder_for_locks_that_somebody_else_made_is_not_used(
    people: People, orders: Orders, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = people()
    elsewhere = tmp_path_factory.mktemp("trap")
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    (elsewhere / f"sheetsync-locks-{os.getuid()}").symlink_to(tmp_path_factory.mktemp("theirs"))
    with pytest.raises(OutputRefusedError, match="locked"):
        mark(path, orders)


def test_who_opens_the_workbook_while_it_is_backed_up_has_it_open(people: People, orders: Orders) -> None:
    path = people()
    before = path.read_bytes()

    def now() -> datetime:
        path.with_name("~$计划.xlsx").write_bytes(b"\x03Ann")
        return datetime(2026, 11, 20, 1, tzinfo=UTC)

    one = store(path, now=now)
    with pytest.raises(OpenElsewhereError, match="Ann"):
        one.present(orders("任务"), based_on=one.read().version)
    assert path.read_bytes() == before


def test_what_was_not_read_goes_through_the_whole_gate_before_it_is_written(
    people: People, orders: Orders
) -> None:
    path = people()
    parts = unpacked(path.read_bytes())
    path.write_bytes(packed({**parts, "docProps/app.xml": b"<!DOCTYPE a><a/>"}))
    before = path.read_bytes()
    with pytest.raises(InputRefusedError, match="document type"):
        store(path).present(orders("任务"), based_on=Version(digest(before)))
    assert path.read_bytes() == before


def test_a_sheet_in_another_encoding_is_marked_like_any_other(people: People, orders: Orders) -> None:
    part, path = "xl/worksheets/sheet1.xml", people()
    parts = unpacked(path.read_bytes())
    wide = parts[part].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    path.write_bytes(packed({**parts, part: wide}))
    mark(path, orders)
    [titles, *rows] = load_workbook(path)["任务"].values
    assert titles == ("编号", "名称", "预警状态", "预警说明", "预警时间")
    assert [row[:3] for row in rows] == [(f"T{row}", f"任务{row}", "延期") for row in range(1, 4)]
