"""Commitments in free text beyond the table of cases: what a text may cost, and what is never said of it."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.intake.actors import who
from sheetsync.intake.commitments import may_commit, read_commitments
from sheetsync.intake.days import Anchor

ANCHOR = Anchor(day=date(2023, 10, 8))
ANCHORS = [Anchor(), Anchor(year=2023), ANCHOR]
PARTS = re.split(
    r"\|",
    "请*专员|请张三|设计部|今日18点前|10点前|10月9日前|10月32日前|12:前|下班前|周五前|本月内|补充|确认文案"
    "|，|；|、|\n|1.|2.|①|（|）|无法|已|了|由|需|的| |18|:|前",
)
made_up = st.lists(st.sampled_from(PARTS), max_size=25).map("".join)
LONG = {
    "limits": "请张三10点前补充，" * 3_600,
    "asked": "请" * 32_767,
    "needs": "需" * 32_766 + "前",
    "digits": "1前" * 16_000,
    "commas": "，" * 32_000 + "10点前补充",
    "brackets": "（" * 32_000 + "10点前补充",
    "times": "10:" * 10_000 + "前",
    "named": "由" * 3_900 + "张三10点前补充",
}


@settings(max_examples=300)
@given(text=st.one_of(made_up, st.text(max_size=200)), anchor=st.sampled_from(ANCHORS))
def test_free_text_is_never_wrong(text: str, anchor: Anchor) -> None:
    """No text breaks the reader or is refused; what it finds has a deed and is counted from 1."""
    cell = read_commitments(text, anchor)
    assert isinstance(cell.value, tuple)
    assert not cell.broken
    assert cell.doubt is None or cell.doubt.kind == "warning"
    assert [one.number for one in cell.value] == list(range(1, len(cell.value) + 1))
    assert all(one.action for one in cell.value)


@given(text=made_up)
def test_what_the_hint_passes_over_holds_nothing(text: str) -> None:
    """The cheap look must not cost a commitment: where it says no, there is no word that ends a limit."""
    if not may_commit(text):
        assert not any(word in text for word in ("点前", "日前", "班前", "五前", "月内"))


@pytest.mark.parametrize("name", LONG)
def test_the_longest_cell_is_read_at_once(name: str) -> None:
    read_commitments(LONG[name], ANCHOR)


@given(text=made_up)
def test_without_a_limit_there_is_no_commitment(text: str) -> None:
    bare = text.replace("前", "").replace("内", "")
    assert read_commitments(bare, ANCHOR).value == ()


@pytest.mark.parametrize("raw", [45207.5, True, date(2023, 10, 8)])
def test_a_number_promises_nothing(raw: float | date) -> None:
    assert read_commitments(raw, ANCHOR).value == ()


@pytest.mark.parametrize(
    ("words", "actor", "action"),
    [
        ("请*专员", "*专员", ""),
        ("请市场部*专员尽快补充文案", "市场部*专员", "补充文案"),
        ("设计部", "设计部", ""),
        ("采购部下单", "采购部", "下单"),
        ("王总", "王总", ""),
        ("张三、李四", "张三、李四", ""),
        ("发布会物料由李娜", "李娜", "发布会物料"),
        ("申请资料", "", "申请资料"),
        ("文案", "", "文案"),
        ("周报", "", "周报"),
        ("全部素材", "", "全部素材"),
        ("请补充", "", "补充"),
    ],
)
def test_somebody_is_told_from_something(words: str, actor: str, action: str) -> None:
    assert who(words) == (actor, action)


def test_who_is_asked_may_stay_unclear() -> None:
    """Then nobody is blamed: not even the record's owner."""
    assert who("请周边那些还没有交材料的人")[0] is None
