"""The weekly report as a card."""

from dataclasses import replace

import pytest

from sheetsync.model.finding import Level
from sheetsync.model.summary import Light, Summary
from sheetsync.render.mail import weekly_mail
from tests.unit.render import samples


def lit(light: Light | None) -> Summary:
    summary = samples.medium()
    assert summary.trends is not None
    return replace(summary, trends=replace(summary.trends, light=light))


def test_it_says_what_the_mail_says() -> None:
    """Head, verdict, each figure, and each record that wants deciding or attention."""
    draft = weekly_mail([samples.medium()], "zh")
    card = draft.as_card
    assert card.title == draft.subject
    flat = " ".join(draft.text.split())
    for line in card.lines:
        assert " ".join(line.split()) in flat
    told = dict(draft.facts)
    for name, value in card.fields:
        assert value.startswith(told[f"{samples.medium().title} · {name}"])
    assert card.passages
    for passage in card.passages:
        assert passage.title.partition(" · ")[2] in flat


@pytest.mark.parametrize(
    ("lights", "level"),
    [
        (["green"], None),
        (["yellow"], "yellow"),
        (["green", "red", "yellow"], "red"),
        (["green", "yellow"], "yellow"),
        ([None], None),
    ],
)
def test_its_head_has_the_colour_of_the_worst_light(lights: list[Light | None], level: Level | None) -> None:
    assert weekly_mail([lit(light) for light in lights], "zh").as_card.level == level


def test_several_projects_have_an_item_each() -> None:
    one, other = samples.medium(), replace(samples.medium(), title="另一个")
    titles = [passage.title for passage in weekly_mail([one, other], "zh").as_card.passages]
    assert sum(title.endswith(other.title) for title in titles) == 1
    assert all(one.title in title or other.title in title for title in titles)


def test_a_corrected_one_says_first_what_changed() -> None:
    draft = weekly_mail([samples.medium()], "zh", version=2, before={})
    assert draft.as_card.lines[0].startswith("更正版 v2")
    assert "→" in draft.as_card.lines[1]


def test_in_english_none_of_our_words_is_chinese() -> None:
    text = weekly_mail([samples.medium()], "en").as_card.text
    for word in ("请领导", "重点事项", "自动生成", "未报"):
        assert word not in text
