"""What looks like an accident stops a plan; what is a day's work does not."""

import pytest

from sheetsync.mirror.guard import Alarm, alarms
from sheetsync.model.mirror import Action, Agreed, Base, Plan, Side
from tests.unit.mirror.world import side_of


def base(count: int, *, gone: int = 0) -> Base:
    return {
        f"K{number}": Agreed(tokens={"name": "a"}, gone="left" if number < gone else None)
        for number in range(count)
    }


def side(count: int) -> Side:
    return side_of({f"K{number}": {"name": "a"} for number in range(count)})


def acts(kind: str, count: int) -> tuple[Action, ...]:
    return tuple(Action(kind=kind, key=f"K{n}", source=f"K{n}") for n in range(count))  # type: ignore[arg-type]


def stopped(plan: Plan, known: Base, left: Side, right: Side, **more: bool) -> tuple[Alarm, ...]:
    return alarms(plan, known, {"left": left, "right": right}, max_delete=25, **more)


@pytest.mark.parametrize(("kind", "count", "danger"), [("mark", 5, ()), ("mark", 6, ("deletions",))])
def test_up_to_a_quarter_may_be_deleted(kind: str, count: int, danger: tuple[str, ...]) -> None:
    found = stopped(Plan(right=acts(kind, count)), base(20), side(20), side(20))
    assert tuple(alarm.danger for alarm in found) == danger


def test_one_deletion_is_no_accident_however_few_there_are() -> None:
    assert stopped(Plan(right=acts("delete", 1)), base(2), side(1), side(2)) == ()


def test_what_was_marked_before_does_not_count_among_the_living() -> None:
    (alarm,) = stopped(Plan(right=acts("mark", 3)), base(20, gone=10), side(20), side(20))
    assert (alarm.count, alarm.of) == (3, 10)


def test_an_empty_side_stops_it_and_says_where() -> None:
    (alarm,) = stopped(Plan(), base(3), side(3), side(0))
    assert (alarm.danger, alarm.side, alarm.of) == ("emptied", "right", 3)


def test_two_empty_tables_that_never_held_anything_are_fine() -> None:
    assert stopped(Plan(), {}, side(0), side(0)) == ()


def test_a_lost_column_stops_it() -> None:
    known = {"K0": Agreed(tokens={"name": "a", "colour": "b"})}
    found = stopped(Plan(), known, side(1), side(1))
    assert {(alarm.danger, alarm.side, alarm.names) for alarm in found} == {
        ("columns", "left", ("colour",)),
        ("columns", "right", ("colour",)),
    }


@pytest.mark.parametrize(("changed", "danger"), [(18, ()), (19, ("changes",))])
def test_nearly_all_records_do_not_change_by_themselves(changed: int, danger: tuple[str, ...]) -> None:
    plan = Plan(left=acts("update", changed), compared=20)
    assert tuple(alarm.danger for alarm in stopped(plan, base(20), side(20), side(20))) == danger
    assert stopped(plan, base(20), side(20), side(20), confirmed=True) == ()


def test_a_first_sync_may_change_everything() -> None:
    assert stopped(Plan(left=acts("update", 20), compared=20), {}, side(20), side(20)) == ()
