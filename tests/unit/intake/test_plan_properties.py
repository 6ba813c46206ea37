"""Plans and lists whatever stands in them: read as themselves, at once, and in every spelling alike."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.intake.clauses import clauses
from sheetsync.intake.days import Anchor
from sheetsync.intake.lists import items, numbered, sentences
from sheetsync.intake.moments import bare, inside, prepare
from sheetsync.intake.plans import bounds, read_milestones, read_resolutions

ANCHOR = Anchor(day=date(2023, 10, 8))
LABELS = ["启动", "初稿", "定稿", "评审", "交付", "发布会", "物料到位", "提前10天到位"]
PARTS = re.split(
    r"\|",
    "10月8日|10.8|10/15|2023-10-15|10月初|月底|Q4|D1|国庆后|8日|14:00|12:|~|-|至|启动|交付|提前10天"
    "|，|；|、|\n|→|1.|2.|①|②|一、|（|）|：| |由|李娜|前|V2.1",
)
made_up = st.lists(st.sampled_from(PARTS), max_size=25).map("".join)
plans = st.lists(
    st.tuples(st.dates(date(2023, 6, 1), date(2024, 3, 1)), st.sampled_from(LABELS)), min_size=1, max_size=6
)
LONG = {
    "numbered": "1.10月8日启动 " * 2_300,
    "signs": "①②③④⑤⑥⑦⑧⑨⑩" * 3_000,
    "zh": "一、二、三、" * 5_000,
    "brackets": "（10月8日，" * 4_000,
    "closed": "（10月8日）" * 4_000,
    "bare": "10.8" * 8_000,
    "spaced": "10.8 " * 6_000,
    "commas": "，" * 32_000,
    "arrows": "-" * 32_000 + ">",
    "labels": "启动，" * 10_000 + "10月8日",
    "by": "由" * 3_900 + "10月8日前交付",
    "on": "于" * 3_900 + "10月8日",
}


@given(nodes=plans)
def test_a_plan_in_full_reads_as_itself(nodes: list[tuple[date, str]]) -> None:
    """What was read, typed out as it is shown, is read as the same plan again."""
    typed = "；".join(f"{day} {label}" for day, label in nodes)
    once = read_milestones(typed, ANCHOR)
    assert once.read_as == typed
    again = read_milestones(once.read_as, ANCHOR)
    assert (again.value, again.doubt) == (once.value, None)


@given(
    nodes=plans, style=st.sampled_from(["{n}.{d}{w} ", "{n}、{d}{w}\n", "（{n}）{d}{w}", "{n}) {d} {w}；"])
)
def test_numbers_before_the_nodes_change_nothing(nodes: list[tuple[date, str]], style: str) -> None:
    plain = "；".join(f"{day} {label}" for day, label in nodes)
    counted = "".join(style.format(n=n, d=day, w=label) for n, (day, label) in enumerate(nodes, start=1))
    assert read_milestones(counted, ANCHOR).value == read_milestones(plain, ANCHOR).value


@given(
    first=st.dates(date(2023, 8, 1), date(2023, 12, 1)),
    days=st.integers(1, 60),
    style=st.sampled_from(
        ["{a}启动，{b}交付", "{a} 启动 {b} 交付", "启动{a} 交付{b}", "1.{a}启动 2.{b}交付"]
    ),
    shape=st.sampled_from(["{m}月{d}日", "{m}/{d}", "{m}.{d}", "{y}-{m}-{d}"]),
)
def test_start_and_due_come_out_of_every_spelling(first: date, days: int, style: str, shape: str) -> None:
    last = first + timedelta(days=days)
    shown = [shape.format(y=day.year, m=day.month, d=day.day) for day in (first, last)]
    plan = read_milestones(style.format(a=shown[0], b=shown[1]), Anchor(day=first)).value
    found = [moment.at for moment in (bounds(plan, "start"), bounds(plan, "end")) if moment is not None]
    assert found == [datetime(day.year, day.month, day.day) for day in (first, last)]


@settings(max_examples=300)
@given(text=made_up, anchor=st.sampled_from([Anchor(), Anchor(year=2023), ANCHOR]))
def test_no_plan_breaks_a_reader(text: str, anchor: Anchor) -> None:
    """It is read, read with a doubt, or refused with a reason."""
    for read in (read_milestones, read_resolutions):
        cell = read(text, anchor)
        assert cell.broken == (cell.doubt is not None and cell.doubt.kind == "error")
        assert cell.doubt is None or cell.doubt.message.zh


@pytest.mark.parametrize("name", LONG)
def test_the_longest_plan_is_read_at_once(name: str) -> None:
    read_milestones(LONG[name], ANCHOR)
    read_resolutions(LONG[name], ANCHOR)
    items(LONG[name])


@given(text=made_up)
def test_clauses_hold_each_date_once_and_all_words(text: str) -> None:
    prepared = prepare(text)
    spans = bare(prepared, ANCHOR)
    found = clauses(prepared, spans)
    assert [span for clause in found for span in clause.spans] == spans
    left = "".join(prepared[clause.start : clause.end] for clause in found)
    assert [letter for letter in left if letter.isalnum()] == [
        letter for letter in prepared if letter.isalnum()
    ]


@given(text=made_up)
def test_a_list_loses_no_word(text: str) -> None:
    """Only numbers that count the items and separators go."""
    for split in (items, sentences, numbered):
        found = split(text)
        rest = iter(text)
        assert all(letter in rest for letter in "".join(found))


def test_a_day_alone_belongs_to_the_month_before_it() -> None:
    """Whatever the month of the row: 10月8日启动，15日交付 in a row of September."""
    spans = inside("10月8日启动,15日交付", Anchor(day=date(2023, 9, 28)))
    assert [span.last.at.date() for span in spans] == [date(2023, 10, 8), date(2023, 10, 15)]
