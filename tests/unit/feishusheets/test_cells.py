"""Cells as Feishu tells them."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.feishusheets.cells import day_number, is_percentage, moment_of, read_cell, sent
from sheetsync.feishusheets.marks import Mark, column_link, mark_in, tab_link
from sheetsync.model.value import RawValue

TOLD = [
    (None, None, ""),
    ("张三", "张三", "张三"),
    (70, 70, 70),
    (0.7, "70%", 0.7),
    (True, "TRUE", True),
    (45217, "2023/10/18", date(2023, 10, 18)),
    (45217, "10月18日", date(2023, 10, 18)),
    (45217, "18-Oct-23", date(2023, 10, 18)),
    (45217, "2023年10月", date(2023, 10, 18)),
    (45217, "2023/10/18 00:00", datetime(2023, 10, 18)),
    (45217.375, "2023-10-18 09:00", datetime(2023, 10, 18, 9)),
    (0.375, "9:00", time(9)),
    (0.875, "9:00 PM", time(21)),
    # Numbers that only look a little like days.
    (45217, "45,217.00", 45217),
    (1.5, "1.5", 1.5),
    (1.2708333, "30:30", 1.2708333),
    (-1, "-1.00", -1),
    # Cells of pieces.
    ([{"type": "url", "text": "官网", "link": "https://a.cn"}], None, "官网"),
    ([{"type": "text", "text": "请"}, {"type": "mention", "text": "@李四"}], None, "请李四"),
    ({"type": "multipleValue", "values": ["甲", "乙"]}, None, "甲、乙"),
    ({"type": "embed-image", "fileToken": "x", "text": ""}, None, ""),
]


@pytest.mark.parametrize(("plain", "shown", "value"), TOLD)
def test_a_cell_is_what_people_see_in_it(plain: object, shown: object, value: RawValue) -> None:
    found = read_cell(plain, shown)
    assert (found, type(found)) == (value, type(value))


def test_a_percentage_is_told_by_what_it_shows() -> None:
    assert [is_percentage(0.7, shown) for shown in ("70%", "0.7", None)] == [True, False, False]


@given(st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31)).map(lambda one: one.replace(microsecond=0)))
def test_a_moment_comes_back(moment: datetime) -> None:
    assert moment_of(day_number(moment), f"{moment:%Y-%m-%d %H:%M:%S}") == moment


@given(st.integers(0, 80_000), st.sampled_from(["{}", "{:,}", "{:,}.00", "¥{:,}.00", "{}.5"]))
def test_a_number_shown_as_itself_is_no_day(number: int, shown: str) -> None:
    """Whatever day has that number, as 1,097 is 1903-01-01."""
    assert moment_of(number, shown.format(number)) is None


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1", "2023-10-18", "1-2", "https://a.cn", "a@b.cn"])
def test_what_looks_like_something_else_is_sent_as_a_text(text: str) -> None:
    assert sent(text) == [{"type": "text", "text": text}]


def test_a_plain_text_is_sent_as_it_is() -> None:
    assert sent("延期") == "延期"


class TestMarks:
    def test_a_mark_is_known_again(self) -> None:
        assert mark_in(column_link("sht1", "s1", 3, "status")) == Mark(sheet="s1", number=3, name="status")
        assert mark_in(tab_link("sht1", "s1", "dashboard.s2")) == Mark(
            sheet="s1", number=0, name="dashboard.s2"
        )

    @pytest.mark.parametrize(
        "link",
        [
            "",
            "https://www.feishu.cn/sheets/sht1?sheet=s1",
            "https://www.feishu.cn/sheets/sht1?sheet=s1#sheetsync.0.status",
            "https://www.feishu.cn/sheets/sht1?sheet=s1#sheetsync.1.status&x",
        ],
    )
    def test_other_links_are_peoples(self, link: str) -> None:
        assert mark_in(link) is None
