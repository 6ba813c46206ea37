"""Whatever stands in a cell: no reader crashes, runs long, or guesses twice."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column
from sheetsync.intake.cell import Cell
from sheetsync.intake.dates import read_moment, show
from sheetsync.intake.days import Anchor
from sheetsync.intake.headers import Recogniser
from sheetsync.intake.ids import regular
from sheetsync.intake.lists import items
from sheetsync.intake.normalise import (
    EMPTY_MARKERS,
    TO_BE_SET,
    clean,
    fold,
    is_marker,
    is_open_end,
    visible_length,
)
from sheetsync.intake.numbers import read_percent, show_percent
from sheetsync.intake.people import read_person, read_persons
from sheetsync.intake.plans import read_milestones, read_resolutions
from sheetsync.intake.readers import ANCHORED, Readers, anchored_reader
from sheetsync.intake.regions import Words
from sheetsync.intake.titles import lead, row_titles, stacked_titles, title_key
from sheetsync.model.table import RawSheet, RawValue
from sheetsync.model.value import Kind, Moment
from sheetsync.text import Text

ANCHORS = [Anchor(), Anchor(year=2023), Anchor(day=date(2023, 10, 8)), Anchor(day=date(1900, 1, 1))]
KINDS: list[tuple[Kind, str | None]] = [
    ("id", None),
    ("references", None),
    ("text", None),
    ("list", None),
    ("datetime", None),
    ("percent", None),
    ("number", None),
    ("word", "task_state"),
    ("raci", "raci"),
    ("person", None),
    ("persons", None),
    ("department", None),
    ("departments", None),
    ("milestones", None),
    ("resolutions", None),
]
TYPED = (
    "0123456789年月日号点时分前至到~-/.:%成约、，,;；（）()*@ \n今明后天本下周五月底上中旬Q张三李四"
    "部市场设计启动交付第一二十百无√#"
)
typed_text = st.one_of(st.text(max_size=200), st.text(alphabet=TYPED, max_size=60))
Area = tuple[int, int, int, int]
moments = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)).map(lambda at: at.replace(microsecond=0))


def column(kind: Kind, vocabulary: str | None) -> Column:
    return Column(
        id="tested", title=Text("测试", "tested"), kind=kind, vocabulary=vocabulary, max_length=None
    )


@pytest.mark.parametrize(("kind", "vocabulary"), KINDS)
@settings(max_examples=60)
@given(raw=typed_text)
@example(raw="9" * 200)
@example(raw="1." * 100)
@example(raw="٣月٥日")
@example(raw="²月½日")
def test_no_text_breaks_a_reader(kind: Kind, vocabulary: str | None, raw: str, forms: Catalogue) -> None:
    """Every text is read, read with a doubt or refused with a reason; never both a value and silence."""
    readers = Readers(forms)
    cells = [readers.reader(column(kind, vocabulary))(raw)]
    if kind in ANCHORED:
        cells = [anchored_reader(kind, "end")(raw=raw, anchor=anchor) for anchor in ANCHORS]
    for cell in cells:
        assert cell.doubt is None or cell.doubt.message.zh
        assert not cell.broken or (cell.doubt is not None and cell.doubt.kind == "error")


LONG = {
    "digits": "9" * 32_767,
    "dates": "10月8日" * 8_000,
    "ones": "1.a" * 10_000,
    "brackets": "(" * 32_767,
    "marks": "1.2.3.4.5.6.7.8.9." * 1_800,
    "names": "张三、" * 10_000,
    "spaces": " " * 32_766 + "x",
    "dashes": "-" * 32_767,
    "weeks": "下周" * 16_000,
    "numerals": "一" * 32_767,
    "commas": "," * 32_767,
    "ats": "@a" * 16_000,
    "phones": "13800000000" * 2_900,
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize(("kind", "vocabulary"), KINDS)
def test_the_longest_cell_is_read_at_once(
    kind: Kind, vocabulary: str | None, name: str, readers: Readers
) -> None:
    """A full cell (32,767 characters) costs no more than a fraction of a second, whatever it repeats."""
    if kind in ANCHORED:
        anchored_reader(kind, "end")(raw=LONG[name], anchor=ANCHORS[2])
    else:
        readers.reader(column(kind, vocabulary))(LONG[name])
    title_key(LONG[name])


header_texts = st.text(
    "必填选时间日期计划张e\u0301\u0338<>()（）[]【】*:： \u200b\u20e3A9É①-#", min_size=1, max_size=6
)


@settings(max_examples=500)
@example(title="计划时间", other="开始")
@example(title="必", other="填开始")
@example(title="e", other="\u0301")
@given(title=header_texts, other=header_texts)
def test_a_header_begins_with_its_lead_whatever_follows(title: str, other: str) -> None:
    for group in (title, title.removesuffix("时间").removesuffix("日期") or title):
        assert title_key(group + other).startswith(lead(title))
    assert title_key(title).startswith(lead(title))


header_cells = st.sampled_from(
    [
        "计划",
        "开始",
        "时间",
        "计划时间",
        "负责人",
        "无",
        "状态",
        "必填状态",
        "(*)状态 ",
        " 任务 名称",
        "张三",
        "Owner",
        "",
        1.0,
    ]
)
header_rows = st.lists(header_cells, min_size=3, max_size=3)


@settings(max_examples=500)
@example(above=["计划", "", "实际"], row=["开始", "完成", "开始"], merged=((1, 1, 1, 2),))
@given(above=header_rows, row=header_rows, merged=st.sampled_from([(), ((1, 1, 1, 2),)]))
def test_no_row_that_says_something_is_passed_over(
    above: list[RawValue], row: list[RawValue], merged: tuple[Area, ...], recogniser: Recogniser
) -> None:
    sheet = RawSheet(name="表", rows=[above, row], merged=merged)
    upper, single = row_titles(above), row_titles(row)
    both = stacked_titles(sheet, 1, upper, single, recogniser.knows)
    words = Words(sheet.rows, [0, 1], recogniser)
    if recogniser.says_something(upper.values()):
        assert words.may_be_headers(0, grouped=False)
    if recogniser.says_something(single.values()) or recogniser.says_something(both.values()):
        assert words.may_be_headers(1, grouped=bool(merged))


@settings(max_examples=500)
@example("𝐍/𝐀")
@given(st.text("无-/nNaAoOeE暂 \u3000\u200b\xad—－／ｎ\u0303①张𝐍𝐀", max_size=13))
def test_a_marker_is_told_by_its_folded_text(text: str) -> None:
    folded = fold(text)
    marks = folded in EMPTY_MARKERS or not folded.strip("-")
    assert is_marker(text) == (len(text) < 12 and marks)


@settings(max_examples=500)
@example("〜待定")
@given(st.text("待未另TtＴbBdDcC定确安排分配明 \u3000\u200b-张", max_size=13))
def test_what_is_left_open_is_told_by_its_folded_text(text: str) -> None:
    assert is_open_end(text) == (len(text) < 12 and fold(text) in TO_BE_SET)


@settings(max_examples=200)
@given(at=moments, timed=st.booleans(), anchor=st.sampled_from(ANCHORS))
def test_a_full_moment_reads_as_itself(at: datetime, timed: bool, anchor: Anchor) -> None:
    if not timed:
        at = at.replace(hour=0, minute=0, second=0)
    whole = at.time() == datetime.min.time()
    cell = read_moment(show(Moment(at=at, whole_day=whole)), anchor)
    assert cell == Cell(at, whole_day=whole)


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), offset=st.integers(-180, 180))
def test_a_missing_year_is_the_nearest(day: date, offset: int) -> None:
    """A month and day mean the day that lies within half a year of the anchor."""
    meant = day + timedelta(days=offset)
    cell = read_moment(f"{meant.month}月{meant.day}日", Anchor(day=day))
    assert isinstance(cell.value, datetime)
    if (meant.month, meant.day) != (2, 29):
        assert cell.value.date() == meant


@given(
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    text=st.sampled_from(["今天", "明天", "下周五", "8号", "月底"]),
)
def test_relative_days_hang_on_the_anchor_alone(day: date, text: str) -> None:
    """The same words and the same anchor give the same day near it, whenever the run is."""
    cell = read_moment(text, Anchor(day=day))
    assert isinstance(cell.value, datetime)
    assert abs((cell.value.date() - day).days) <= 31
    assert read_moment(text).broken


@given(points=st.integers(0, 10_000).map(lambda hundredths: hundredths / 100))
def test_a_percentage_reads_as_itself(points: float) -> None:
    assert read_percent(show_percent(points)) == Cell(points)


@given(name=st.text(alphabet="张王李赵陈刘杨黄周吴伟芳娜敏静", min_size=2, max_size=3))
def test_a_plain_name_reads_as_itself(name: str, readers: Readers) -> None:
    assert read_person(name, readers.departments) == Cell(name)
    assert read_persons(f"{name}、张三丰", readers.departments).value == tuple(
        dict.fromkeys((name, "张三丰"))
    )


@given(text=st.text(max_size=100))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert regular(regular(text)) == regular(text)


@given(text=st.text(max_size=100))
def test_nothing_counts_more_characters_than_it_has(text: str) -> None:
    assert visible_length(text) <= len(text)


@given(
    parts=st.lists(
        st.text(alphabet="需求同步分工确认时间节点", min_size=1, max_size=8), min_size=2, max_size=12
    )
)
def test_numbered_items_come_back(parts: list[str]) -> None:
    assert items(" ".join(f"{number}.{part}" for number, part in enumerate(parts, start=1))) == parts


@given(text=typed_text)
def test_what_is_read_of_a_plan_is_in_order(text: str) -> None:
    """Milestones and resolutions carry real moments, however the text looks."""
    for read in (read_milestones, read_resolutions):
        value = read(text, ANCHORS[2]).value
        assert value is None or isinstance(value, tuple)


def test_folding_ignores_what_people_do_not_see() -> None:
    assert fold(" Ｄｏｉｎｇ\u200b ") == "doing"
