"""What is to be told now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sheetsync.config.reminders import RemindersSettings
from sheetsync.model.reminder import Assignment, Matter, Reminder, ToldState
from sheetsync.reminders.due import Due, Occasion, Plan, count_done, gone, is_flood, plan, revised
from sheetsync.worktime import WorkTime
from tests.unit.reminders.world import NOW, matter, moved, news, person

WORKTIME = WorkTime.standard()
DEFAULTS = RemindersSettings()
DAY = timedelta(days=1)


def assigned(*matters: Matter) -> list[Assignment]:
    return [Assignment(one, person(rung.who or ""), rung) for one in matters for rung in one.rungs]


def planned(
    matters: Sequence[Matter],
    known: Sequence[Reminder] = (),
    *,
    now: datetime = NOW,
    slot: str = "morning",
    settings: RemindersSettings = DEFAULTS,
) -> Plan:
    return plan(assigned(*matters), known, Occasion(project="P", now=now, slot=slot), settings, WORKTIME)


def left(found: Plan, state: ToldState = "sent") -> list[Reminder]:
    """Return what the ledger says once everything of a plan has left."""
    return [replace(row, state=state) for due in found.due for row in due.rows]


def told(found: Plan) -> dict[str, list[str]]:
    return {one.digest.person.name: [item.matter.record for item in one.digest.items] for one in found.due}


def test_everybody_on_the_ladder_gets_one_message() -> None:
    assert told(planned([matter("A", "李娜", "周涛"), matter("B", "李娜")])) == {
        "周涛": ["A"],
        "李娜": ["A", "B"],
    }


def test_red_comes_first_then_what_is_longest_late() -> None:
    matters = [
        matter("黄", level="yellow"),
        matter("新", due=NOW - DAY),
        matter("老", due=NOW - 9 * DAY),
        matter("提示", level="info"),
    ]
    assert told(planned(matters)) == {"李娜": ["老", "新", "黄", "提示"]}


def test_what_somebody_must_do_stands_before_copies() -> None:
    copy = matter("A", "王磊", "李娜", due=NOW - 9 * DAY)
    assert told(planned([copy, matter("B", due=NOW - DAY)]))["李娜"] == ["B", "A"]


def test_more_than_ten_records_are_counted_and_told_another_day() -> None:
    matters = [matter(f"M{number:02}") for number in range(13)]
    first = planned(matters)
    (due,) = first.due
    assert len(due.digest.items) == len(due.rows) == 10
    assert due.digest.more == 3
    rest = {one.record for one in matters} - set(told(first)["李娜"])
    second = planned(matters, left(first), now=NOW + DAY)
    assert set(told(second)["李娜"][:3]) == rest


def test_rules_of_one_record_count_once_and_stand_together() -> None:
    matters = [matter("A"), matter("B"), matter("A", rule="D1", level="yellow")]
    (due,) = planned(matters, settings=RemindersSettings(most_items=1)).due
    assert [(item.matter.record, item.matter.rule) for item in due.digest.items] == [
        ("A", "T47"),
        ("A", "D1"),
    ]
    assert due.digest.more == 1


def test_a_day_brings_one_message_whatever_comes_up_later() -> None:
    first = planned([matter("A")])
    later = planned([matter("A"), matter("B")], left(first), now=NOW + timedelta(hours=5), slot="afternoon")
    assert not later.due
    assert later.had == ("李娜",)


def test_with_two_a_day_each_slot_brings_one() -> None:
    twice = RemindersSettings(most_a_day=2)
    first = planned([matter("A")], settings=twice)
    same_slot = planned([matter("A"), matter("B")], left(first), settings=twice)
    assert not same_slot.due
    other = planned([matter("A"), matter("B")], left(first), slot="afternoon", settings=twice)
    assert told(other) == {"李娜": ["B"]}
    third = planned([matter("C")], [*left(first), *left(other)], slot="evening", settings=twice)
    assert not third.due


def test_the_key_is_the_same_in_every_run_of_a_day() -> None:
    keys = {
        planned([matter("A")], now=NOW + timedelta(hours=hours), slot=str(hours)).due[0].key
        for hours in (0, 5)
    }
    assert keys == {"remind:P:2023-10-12:day:李娜"}


def test_who_must_act_is_told_again_on_the_next_working_day() -> None:
    first = planned([matter("A")])
    again = planned([matter("A")], left(first), now=NOW + DAY)
    (due,) = again.due
    assert due.digest.items[0].told == 1


def test_friday_s_reminder_is_repeated_on_monday() -> None:
    friday = datetime(2023, 10, 13, 9)
    first = planned([matter("A")], now=friday)
    every_day = RemindersSettings(rest_days=True)
    assert not planned([matter("A")], left(first), now=friday + DAY, settings=every_day).due
    assert planned([matter("A")], left(first), now=friday + 3 * DAY).due


def test_copies_are_repeated_less_often() -> None:
    one = matter("A", "李娜", "周涛")
    known = left(planned([one]))
    known += left(planned([one], known, now=NOW + DAY))
    assert [row.receiver for row in known] == ["周涛", "李娜", "李娜"]
    week_later = planned([one], known, now=NOW + 7 * DAY)
    assert "周涛" in told(week_later)


def test_a_copy_names_who_was_told_before_and_how_often() -> None:
    known = left(planned([matter("A")]))
    known += left(planned([matter("A")], known, now=NOW + DAY))
    found = planned([matter("A", "李娜", "周涛")], known, now=NOW + 4 * DAY)
    (copy,) = (one.digest.items[0] for one in found.due if one.digest.person.name == "周涛")
    assert not copy.acts
    assert [(step.name, step.who, step.times, step.last) for step in copy.steps] == [
        ("负责人", "李娜", 2, (NOW + DAY).date())
    ]


def test_a_doubtful_message_is_not_repeated_at_once_and_not_counted_as_told() -> None:
    doubt = left(planned([matter("A")]), "doubt")
    assert not planned([matter("A")], doubt, now=NOW + timedelta(hours=6), slot="afternoon").due
    (due,) = planned([matter("A")], doubt, now=NOW + DAY).due
    assert due.digest.items[0].told == 0


def test_a_new_rung_is_told_before_it_would_be_told_again() -> None:
    """The deputy who had the matter as a copy and now must act."""
    slow = RemindersSettings(repeat_after=20)
    known = left(planned([matter("A")], settings=slow))
    same = planned([matter("A")], known, now=NOW + DAY, settings=slow)
    assert not same.due
    up = moved(matter("A"), rungs=(replace(matter("A").rungs[0], number=2),))
    assert planned([up], known, now=NOW + DAY, settings=slow).due


def test_quiet_hours_hold_everything_but_the_most_urgent() -> None:
    night = NOW.replace(hour=21)
    matters = [matter("A"), matter("严", kind="严重"), matter("急", "王磊", kind="紧急")]
    found = planned(matters, now=night)
    assert told(found) == {"王磊": ["急"]}
    assert found.waiting == ("李娜",)
    assert found.until == datetime(2023, 10, 13, 8, 30)


@pytest.mark.parametrize("kind", ["紧急", "严重"])
def test_an_urgent_issue_is_a_message_of_its_own_beside_the_day_s(kind: str) -> None:
    known = left(planned([matter("A")]))
    urgent = [matter("急", rule="T16", kind=kind), matter("急", rule="T18", kind=kind)]
    found = planned([matter("A"), *urgent], known, now=NOW + timedelta(hours=1))
    (due,) = found.due
    assert due.digest.urgent
    assert [item.matter.rule for item in due.digest.items] == ["T16", "T18"]
    assert all(row.urgent for row in due.rows)
    # It does not use up the day's message, and is repeated with that.
    tomorrow = planned([matter("A"), *urgent], [*known, *left(found)], now=NOW + DAY)
    assert [one.digest.urgent for one in tomorrow.due] == [False]


def test_an_ordinary_issue_waits_for_the_day_s_message() -> None:
    (due,) = planned([matter("A", kind="一般")]).due
    assert not due.digest.urgent


def test_a_new_date_is_respected_until_it_has_come() -> None:
    one = matter("A", excused=NOW + 2 * DAY)
    assert planned([one]).excused == 1
    assert not planned([one]).due
    assert planned([one], now=NOW + 4 * DAY).due


def test_what_is_done_and_open_again_begins_anew() -> None:
    known = [replace(row, acted_at=NOW) for row in left(planned([matter("A")]))]
    assert not planned([matter("A")], known, now=NOW + timedelta(hours=1)).due
    (due,) = planned([matter("A")], known, now=NOW + DAY).due
    assert due.digest.items[0].told == 0


def test_a_matter_is_gone_when_its_workbook_no_longer_says_it() -> None:
    known = left(planned([matter("A"), matter("B")]))
    assert gone([matter("A")], known, {"项目.xlsx"}) == {matter("B").key}


def test_nothing_is_gone_from_a_workbook_that_could_not_be_read() -> None:
    assert gone([], left(planned([matter("A")])), {"其他.xlsx"}) == frozenset()


def crowd(count: int, start: int = 0) -> list[Matter]:
    return [matter(f"M{number}", f"人{number}") for number in range(start, start + count)]


def due(*matters: Matter) -> tuple[Due, ...]:
    return planned(matters).due


@pytest.mark.parametrize(("count", "flood"), [(50, False), (51, True)])
def test_more_people_than_the_limit_are_a_flood(count: int, flood: bool) -> None:
    assert is_flood(due(*crowd(count)), (), DEFAULTS) is flood


@pytest.mark.parametrize(("count", "days", "flood"), [(15, 3, False), (16, 3, True), (16, 2, False)])
def test_far_more_people_than_usual_are_a_flood(count: int, days: int, flood: bool) -> None:
    """Three a day are usual, once there are days to tell by."""
    known = [
        replace(row, day=row.day - number * DAY)
        for number in range(1, days + 1)
        for row in left(planned(crowd(3)))
    ]
    assert is_flood(due(*crowd(count)), known, DEFAULTS) is flood


def new(found: Plan) -> dict[str, list[str]]:
    return {one.digest.person.name: [item.matter.record for item in one.digest.news] for one in found.due}


def test_what_happened_stands_behind_what_is_to_be_done() -> None:
    found = planned([news("N", "李娜"), matter("A", "李娜", level="info")])
    assert (told(found), new(found)) == ({"李娜": ["A"]}, {"李娜": ["N"]})
    assert len(found.due) == 1


@pytest.mark.parametrize("days", [0, 1, 3, 30])
def test_what_happened_is_told_once_however_long_it_is_news(days: int) -> None:
    before = left(planned([news("N", "李娜")]))
    assert planned([news("N", "李娜")], before, now=NOW + days * DAY, slot="later").due == ()


def test_what_may_have_been_told_is_not_told_again() -> None:
    before = left(planned([news("N", "李娜")]), "doubt")
    assert planned([news("N", "李娜")], before, now=NOW + DAY).due == ()


def test_what_happened_is_told_once_even_when_it_was_closed_meanwhile() -> None:
    before = [replace(one, acted_at=NOW) for one in left(planned([news("N", "李娜")]))]
    assert planned([news("N", "李娜")], before, now=NOW + DAY).due == ()


def test_the_same_thing_that_happens_again_is_another() -> None:
    before = left(planned([news("N", "李娜")]))
    again = news("N", "李娜", at=NOW + DAY)
    assert new(planned([again], before, now=NOW + DAY)) == {"李娜": ["N"]}


def test_more_news_than_a_message_holds_are_told_with_the_next() -> None:
    many = [news(f"N{number:02}", "李娜") for number in range(12)]
    first = planned(many)
    assert (len(first.due[0].digest.news), first.due[0].digest.more_news) == (10, 2)
    assert new(planned(many, left(first), now=NOW + DAY)) == {"李娜": ["N10", "N11"]}


def test_in_the_slot_urgent_only_what_is_urgent_leaves() -> None:
    matters = [matter("A", "李娜"), news("N", "李娜"), news("W", "王磊", kind="紧急")]
    found = planned(matters, slot="urgent")
    assert told(found) == {"王磊": ["W"]}
    assert (found.waiting, found.had) == ((), ())


def test_what_is_urgent_is_one_message_with_the_rules_about_the_same_record() -> None:
    rule = matter("W", "王磊", rule="T18", kind="紧急")
    (only,) = planned([news("W", "王磊", kind="紧急"), rule]).due
    assert {item.matter.rule for item in only.digest.items} == {"T18", "task-given"}


def test_a_message_with_fewer_rows_says_less_news() -> None:
    (due,) = planned([news("N", "李娜"), news("M", "李娜")]).due
    (kept,) = due.only(due.rows[:1]).digest.news
    assert kept.matter.key == due.rows[0].matter


LATE, SOON = matter("A", "李娜", rule="T47"), matter("A", "李娜", rule="T48")


@pytest.mark.parametrize(
    ("before", "after", "done"),
    [
        ([LATE], [], 1),
        # Late after due soon: nobody has done anything.
        ([SOON], [LATE], 0),
        # The next day's report is missing, too.
        ([moved(LATE, key="b|f|A|T53||1")], [moved(LATE, key="b|f|A|T53||2")], 0),
        # One of two things is done.
        ([LATE, SOON], [LATE], 1),
        ([LATE, matter("B", "李娜")], [LATE], 1),
        # What happened was never to be done.
        ([news("N", "李娜")], [], 0),
        # Something new about another record takes nothing's place.
        ([LATE], [matter("B", "李娜")], 1),
    ],
)
def test_only_what_was_done_or_holds_no_longer_is_counted(
    before: list[Matter], after: list[Matter], done: int
) -> None:
    known = left(planned(before))
    ended = [one.key for one in before if one.key not in {other.key for other in after}]
    assert count_done(ended, after, known) == done


def test_a_message_that_is_shown_again_says_what_is_open_and_what_is_done() -> None:
    yesterday = left(planned([matter("A", "李娜")], now=NOW - DAY))
    today = left(planned([matter("A", "李娜"), matter("B", "李娜"), news("N", "李娜")], yesterday))
    rows = [replace(one, acted_at=NOW) if one.record_id == "B" else one for one in today]
    still = assigned(matter("A", "李娜"), matter("C", "李娜"), news("N", "李娜"), news("M", "李娜"))
    found = revised(
        rows, still, [*yesterday, *rows], Occasion(project="P", now=NOW, slot="x"), DEFAULTS, WORKTIME
    )
    # How often it was said before is what the message said in the morning.
    assert [(item.matter.record, item.told) for item in found.items] == [("A", 1)]
    assert [item.matter.record for item in found.news] == ["N"]
    assert [said.split()[0] for said in found.settled] == ["B"]
    assert found.more == 1
