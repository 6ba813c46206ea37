"""The store as a whole: what it leaves on disk, and when it leaves everything alone."""

import os
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sheetsync.errors import BusyError, InputRefusedError, OutputRefusedError, StaleError
from sheetsync.excel import commit, rename
from sheetsync.excel.commit import OURS, SHORT, digest, name_key
from sheetsync.excel.locks import only_writer
from sheetsync.excel.store import ExcelStore
from sheetsync.model.edit import Edit
from sheetsync.model.table import Version

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


def test_an_owner_file_of_yesterday_is_no_obstacle(people: People, orders: Orders) -> None:
    path = people()
    beside = path.with_name("~$计划.xlsx")
    beside.write_bytes(b"")
    os.utime(beside, (time.time() - 13 * 3600,) * 2)
    mark(path, orders)
    assert beside.exists()


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
        one = store(path, backups=3, now=lambda: when, zone=ZoneInfo("Asia/Shanghai"))
        one.present(orders("任务", fingerprint=str(number)), based_on=one.read().version)
    kept = store(path, backups=3).backups()
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
