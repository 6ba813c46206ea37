"""What a project remembers of a workbook, in a database file of its own."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sheetsync.model.audit import AuditEntry
from sheetsync.model.past import Known, Past
from sheetsync.state.address import FILE
from sheetsync.state.database import Database
from sheetsync.state.memory import BookMemory

MONDAY, TUESDAY = datetime(2023, 10, 16, 9), datetime(2023, 10, 17, 9)
STATE = ("progress", "state")
SEEN: Past = {
    STATE: {"XZB20231001-01": Known("进行中", MONDAY), "XZB20231001-02": Known("受阻", MONDAY, "进行中")},
    ("progress", "due"): {"XZB20231001-01": Known("", MONDAY)},
}


def memory(folder: Path, book: str = "a.xlsx") -> BookMemory:
    return BookMemory(Database(folder), book)


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


def test_neither_reading_nor_no_news_make_a_file(tmp_path: Path) -> None:
    memory(tmp_path).record({})
    assert memory(tmp_path).past() == {}
    assert memory(tmp_path).audit() == ()
    assert not (tmp_path / FILE).exists()


def test_a_text_from_a_sheet_is_never_a_command(tmp_path: Path) -> None:
    evil = "x'); DROP TABLE sheetsync_cells; --"
    seen: Past = {STATE: {evil: Known(evil, MONDAY)}}
    memory(tmp_path, evil).record(seen)
    assert memory(tmp_path, evil).past() == seen


def test_half_a_character_does_not_stop_a_run(tmp_path: Path) -> None:
    memory(tmp_path).record({STATE: {"a\x00": Known("\ud83d", MONDAY)}})
    assert memory(tmp_path).past() == {STATE: {"a\ufffd": Known("\ufffd", MONDAY)}}


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
