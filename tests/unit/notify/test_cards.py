"""Cards in Feishu's shape: harmless, and never larger than what it takes."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.model.card import Card, Passage
from sheetsync.notify.cards import feishu_card, harmless, size
from tests.feishu_server.cards import MENTION, check_card, mentions
from tests.unit.notify.cardletters import CARD, EVIL, evil


def test_a_card_is_one_that_the_server_takes() -> None:
    check_card(feishu_card(CARD, most=29_000))


def test_it_says_all_that_it_has_to_say() -> None:
    shown = json.dumps(feishu_card(CARD, most=29_000), ensure_ascii=False)
    for word in (
        "今日提醒 3 项",
        "项目：星河",
        "期望：2026-11-18",
        "请今天给出新日期",
        "打开表格",
        "每天 18:00",
    ):
        assert word in shown


def test_words_of_people_call_nobody() -> None:
    """Neither by a mention nor by the words for everybody."""
    card = feishu_card(evil(), most=29_000)
    check_card(card)
    text = json.dumps(card, ensure_ascii=False)
    assert not mentions(card)
    assert not MENTION.search(text)
    assert "@所有人" not in text
    assert "@all" not in text
    assert "javascript:" not in text


@pytest.mark.parametrize("text", ["1 < 2", "zhang@example.com", "<b>", "@张三", "at", "<attach>"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.text(max_size=200).map(lambda text: f"{text}{EVIL}{text}"))
def test_nothing_around_a_mention_saves_it(text: str) -> None:
    assert not MENTION.search(harmless(text).lower())


@given(st.integers(1, 60), st.integers(0, 3000), st.integers(1_000, 29_000))
def test_a_card_never_grows_too_large(items: int, letters: int, most: int) -> None:
    """What does not fit is counted."""
    one = Passage(title="逾期", lines=("长" * letters,))
    card = replace(CARD, passages=(one,) * items)
    shown = feishu_card(card, most=most)
    assert size(shown) <= most
    check_card(shown)


def test_what_does_not_fit_is_counted() -> None:
    card = Card(title="提醒", passages=(Passage(title="逾期", lines=("长" * 500,)),) * 30)
    text = json.dumps(feishu_card(card, most=20_000), ensure_ascii=False)
    shown = text.count('"逾期"')
    assert 0 < shown < 30
    assert f"另有 {30 - shown} 项" in text


def test_even_a_title_without_end_fits() -> None:
    assert size(feishu_card(Card(title="长" * 9000, lines=("行" * 9000,) * 9), most=5_000)) <= 5_000
