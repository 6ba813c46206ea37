"""What a project remembers of a workbook, in a database file of its own."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sheetsync.errors import OutputRefusedError, SpecFileError
from sheetsync.model.audit import AuditEntry
from sheetsync.model.past import Known, Past
from sheetsync.state.history import FILE, BookMemory

MONDAY, TUESDAY = datetime(2023, 10, 16, 9), datetime(2023, 10, 17, 9)
STATE = ("progress", "state")
SEEN: Past = {
    STATE: {"XZB20231001-01": Known("进行中", MONDAY), "XZB20231001-02": Known("受阻", MONDAY, "进行中")},
    ("progress", "due"): {"XZB20231001-01": Known("", MONDAY)},
}


def memory(folder: Path, book: str = "a.xlsx", url: str | None = None) -> BookMemory:
    return BookMemory(url, folder, book)


def test_nothing_is_known_of_a_new_workbook(tmp_path: Path) -> None:
    assert memory(tmp_path).past() == {}


def test_what_was_seen_is_known_in_the_next_run(tmp_path: Path) -> None:
    memory(tmp_path).record(SEEN)
    assert memory(tmp_path).past() == SEEN


def test_each_workbook_has_a_past_of_its_own(tmp_path: Path) -> None:
    memory(tmp_path).record(SEEN)
    assert memory(tmp_path, "b.xlsx").past() == {}


def test_news_replace_what_they_are_about_and_nothing_else(tmp_path: Path) -> None:
    memory(tmp_path).record(SEEN)
    news = Known("已完成", TUESDAY, "进行中")
    memory(tmp_path).record({STATE: {"XZB20231001-01": news}})
    assert memory(tmp_path).past() == {**SEEN, STATE: {**SEEN[STATE], "XZB20231001-01": news}}


def test_no_news_touch_nothing(tmp_path: Path) -> None:
    memory(tmp_path).record({})
    assert not (tmp_path / FILE).exists()


def test_any_database_can_be_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    memory(tmp_path, url=url).record(SEEN)
    assert memory(tmp_path, url=url).past() == SEEN
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("url", ["nonsense", "nosuchdb://x"])
def test_an_address_that_is_none_is_a_mistake_in_the_settings(tmp_path: Path, url: str) -> None:
    with pytest.raises(SpecFileError, match=r"\[state\] url"):
        memory(tmp_path, url=url).past()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    memory(tmp_path).record(SEEN)
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("UPDATE sheetsync_shape SET number = 99")
    with pytest.raises(OutputRefusedError, match="newer"):
        memory(tmp_path).past()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text("not a database, but quite long enough to look at", "utf-8")
    with pytest.raises(OutputRefusedError, match="cannot be read or written"):
        memory(tmp_path).past()
    assert (tmp_path / FILE).read_text("utf-8").startswith("not a database")


def test_a_text_from_a_sheet_is_never_a_command(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE sheetsync_cells; --"
    seen: Past = {STATE: {evil: Known(evil, MONDAY)}}
    memory(tmp_path, evil).record(seen)
    assert memory(tmp_path, evil).past() == seen


def entry(at: datetime, new: str = "2023-10-16 18:00") -> AuditEntry:
    return AuditEntry(
        at=at,
        source="规则",
        actor="系统",
        book="a.xlsx",
        table="进度",
        record_id="XZB20231001-01",
        field="截止时间",
        old_value="2023-10-13 18:00",
        new_value=new,
        rule="SM5",
        cause="BG20231001",
    )


def test_what_was_changed_is_kept_in_the_order_it_happened(tmp_path: Path) -> None:
    memory(tmp_path).record(SEEN, [entry(TUESDAY)])
    memory(tmp_path, "b.xlsx").record({}, [entry(MONDAY, "later")])
    found = memory(tmp_path).audit()
    assert found == (replace(entry(MONDAY, "later"), book="b.xlsx"), entry(TUESDAY))
    assert memory(tmp_path).past() == SEEN


def test_the_trail_can_be_read_from_a_day_on(tmp_path: Path) -> None:
    memory(tmp_path).record({}, [entry(MONDAY), entry(TUESDAY)])
    assert memory(tmp_path).audit(TUESDAY) == (entry(TUESDAY),)


def test_a_database_made_before_there_was_a_trail_gets_one_and_keeps_the_rest(tmp_path: Path) -> None:
    memory(tmp_path).record(SEEN)
    with sqlite3.connect(tmp_path / FILE) as old:
        old.execute("DROP TABLE sheetsync_audit")
        old.execute("UPDATE sheetsync_shape SET number = 1")
    old.close()
    memory(tmp_path).record({}, [entry(MONDAY)])
    assert memory(tmp_path).audit() == (entry(MONDAY),)
    assert memory(tmp_path).past() == SEEN
