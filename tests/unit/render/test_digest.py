"""What people are told, word by word (product expectations, 9)."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sheetsync.model.card import Link
from sheetsync.model.finding import Status
from sheetsync.model.reminder import Digest, Item, Lost, Person, Silent, Step
from sheetsync.reminders.staff import UNNAMED
from sheetsync.render.digest import digest_mail, light_word, limit_words, title, unreached
from sheetsync.text import Language, Text, same
from tests.unit.reminders.world import NOW, matter, moved, news, rungs

GOLDEN = Path(__file__).parents[2] / "data" / "digest"
READER = Person(name="周涛", email="zt@example.com", phone="13900000000")
BLAME = re.compile(r"责备|批评|不负责任|拖延|失职|通报|处罚|blame|fault of|failed to|negligen", re.IGNORECASE)

POSTER = moved(
    matter("XZB20231001-01", "周涛"),
    waits="王磊",
    link=Link(words="", url="https://example.com/plan?sheet=1#A1"),
)
MATERIAL = moved(
    matter("WT20231007", "周涛", rule="T44", level="yellow", due=datetime(2023, 10, 12, 18), limit="24h"),
    name="物料短缺",
    status=Status.SOON,
    message=Text(
        "应在 24 小时内解决，截止 2023-10-12 18:00。", "to be solved within 24 h, by 2023-10-12 18:00."
    ),
    step=Text("责任人（周涛）解决并填写实际解决时间。", "Owner (周涛): solve it and enter the time."),
    reason=Text("一般问题 24 小时内应解决。", "Ordinary issues are solved within 24 hours."),
    started=datetime(2023, 10, 11, 18),
    column="实际解决时间",
    empty=True,
)
BEHIND = moved(
    POSTER,
    rule="D1",
    level="yellow",
    status=Status.RISK,
    due=None,
    message=Text("计划进度 80%，实际 60%。", "planned 80 %, actual 60 %."),
    step=Text("负责人写明原因和应对措施。", "Owner: give cause and measure."),
)
COPY = moved(matter("XZB20231002-03", "李娜", "周涛"), name="包装打样")
COPIED = Item(
    matter=COPY,
    rung=rungs("李娜", "周涛")[1],
    acts=False,
    steps=(Step(name="负责人", who="李娜", times=2, last=datetime(2023, 10, 11).date()),),
)
DIGEST = Digest(
    person=READER,
    items=(
        Item(matter=POSTER, rung=POSTER.rungs[0], told=2),
        Item(matter=BEHIND, rung=POSTER.rungs[0]),
        COPIED,
        Item(matter=MATERIAL, rung=MATERIAL.rungs[0]),
    ),
    more=3,
    news=(
        Item(matter=news("XZB20231001-04", "周涛"), rung=POSTER.rungs[0]),
        Item(matter=news("XZB20231001-05", "周涛"), rung=POSTER.rungs[0]),
    ),
    more_news=1,
    lost=(
        Lost(
            who="*经理",
            role=Text("负责人", "owner"),
            why=Text("名册里没有", "not in the directory"),
            records=tuple(f"XZB2023100{number}" for number in range(1, 8)),
        ),
        Lost(who="", role=Text("上级领导", "senior management"), why=UNNAMED, records=("WT20231007",)),
        Lost(who="", role=Text("负责人", "owner"), why=UNNAMED, records=("WT20231008", "WT20231009")),
    ),
    silent=(
        Silent(
            kind="daily", title=Text("每日进度", "daily progress"), name="王磊", records=("XZB20231001-02",)
        ),
        Silent(
            kind="weekly",
            title=Text("周进度表", "weekly report"),
            name="李娜",
            records=("XZB20231002-03",),
            since=datetime(2023, 10, 13, 17),
        ),
    ),
)


def said(digest: Digest, language: Language = "zh") -> str:
    return digest_mail(digest, now=NOW, project="秋季新品", language=language).text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_digest_says_just_this(language: Language) -> None:
    """The files are the wording; change them with it."""
    assert said(DIGEST, language) == (GOLDEN / f"{language}.txt").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_and_card_say_what_the_text_says(language: Language) -> None:
    mail = digest_mail(DIGEST, now=NOW, project="秋季新品", language=language)
    assert mail.card is not None
    words = [mail.card.title, *mail.card.lines, *mail.card.foot]
    for passage in mail.card.passages:
        words += [passage.title, *passage.lines, *(words for field in passage.fields for words in field)]
    page = re.sub(r"&#39;|&#34;", lambda found: {"&#39;": "'", "&#34;": '"'}[found[0]], mail.html)
    assert [one for one in words if one not in page or one not in mail.text] == []


def test_nobody_is_blamed_and_no_number_is_told() -> None:
    for language in ("zh", "en"):
        assert not BLAME.search(said(DIGEST, language))
        assert "13900000000" not in said(DIGEST, language)


@pytest.mark.parametrize(
    ("after", "limit", "zh", "en"),
    [
        (timedelta(days=2), None, "延期2天", "2 days late"),
        (timedelta(days=1), None, "延期1天", "1 day late"),
        (timedelta(hours=15), None, "延期15小时", "15 h late"),
        (timedelta(seconds=20), None, "延期1分钟", "1 min late"),
        (timedelta(days=3), "2wd", "超时3天", "3 days overdue"),
        (timedelta(hours=2, minutes=30), "2h", "超时2小时", "2 h overdue"),
        (timedelta(), None, "今天09:00到期", "due today 09:00"),
        (timedelta(hours=-2), None, "今天11:00到期", "due today 11:00"),
        (timedelta(hours=-20), None, "明天05:00到期", "due tomorrow 05:00"),
        (timedelta(hours=-47), None, "还剩2天", "2 days left"),
        (timedelta(days=-3), "3wd", "还剩3天", "3 days left"),
    ],
)
def test_the_light_says_how_late_it_is_or_what_is_left(
    after: timedelta, limit: str | None, zh: str, en: str
) -> None:
    assert light_word(matter(due=NOW - after, limit=limit), NOW) == Text(zh, en)


def test_without_a_clock_the_light_is_the_word_of_the_record() -> None:
    assert light_word(BEHIND, NOW) == Text("风险", "At risk")
    assert light_word(moved(BEHIND, status=Status.NORMAL), NOW) == Text("待处理", "open")


@pytest.mark.parametrize(
    ("record", "name", "head"),
    [
        ("A-1", "海报初稿", "[延期2天] A-1 海报初稿"),
        ("A-1", "", "[延期2天] A-1"),
        ("", "海报初稿", "[延期2天] 海报初稿"),
        ("", "", "[延期2天] 进度表 第 9 行"),
        ("A-1", "A-1", "[延期2天] A-1"),
        ("A-1", "长" * 80, f"[延期2天] A-1 {'长' * 59}…"),
        ("A-1", "一\n二", "[延期2天] A-1 一 二"),
    ],
)
def test_a_title_names_the_record(record: str, name: str, head: str) -> None:
    assert title(moved(matter(record), name=name), NOW, "zh") == head


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("2wd", Text("2 个工作日", "2 working days")),
        ("1wd", Text("1 个工作日", "1 working day")),
        ("24h", Text("24 小时", "24 h")),
        ("2wh", Text("2 个工作小时", "2 working hours")),
        ("soon", same("soon")),
    ],
)
def test_limits_are_said_in_words(limit: str, words: Text) -> None:
    assert limit_words(limit) == words


def test_one_record_gives_the_message_its_own_title() -> None:
    one = digest_mail(Digest(person=READER, items=DIGEST.items[:2]), now=NOW, project="", language="zh")
    assert one.subject == "[延期2天] XZB20231001-01 海报初稿"


def test_an_urgent_message_says_so_first() -> None:
    digest = Digest(person=READER, items=DIGEST.items[:1], urgent=True)
    assert said(digest).splitlines()[1] == "周涛，紧急事项，请先看："


def test_nobody_is_told_to_wait_for_themselves() -> None:
    own = Item(matter=moved(POSTER, waits="周涛"), rung=POSTER.rungs[0])
    assert "在等的人" not in said(Digest(person=READER, items=(own,)))


def test_text_of_a_cell_is_no_markup() -> None:
    odd = moved(POSTER, name='<b>"海报" & <at id=all></at>')
    mail = digest_mail(
        Digest(person=READER, items=(Item(matter=odd, rung=odd.rungs[0]),)),
        now=NOW,
        project="",
        language="zh",
    )
    assert "<b>" not in mail.html
    assert "<at" not in mail.html
    assert "&lt;at id=all&gt;" in mail.html


def test_only_lists_are_a_message_too() -> None:
    lists = replace(DIGEST, items=(), more=0, news=(), more_news=0)
    assert said(lists).splitlines()[0] == "[未填报] 2 人或部门尚未填报"
    assert said(replace(lists, silent=())).splitlines()[0] == "[通知不到] 3 处"


def test_times_of_another_year_say_which() -> None:
    later = NOW.replace(year=2024)
    copy = digest_mail(Digest(person=READER, items=(COPIED,)), now=later, project="", language="zh").text
    assert "（最近 2023-10-11）" in copy
    assert "到 2023-10-11 18:00 仍未完成" in copy


def test_long_lists_of_people_are_cut_and_counted() -> None:
    many = tuple(replace(DIGEST.silent[0], name=f"人{number}") for number in range(23))
    text = said(Digest(person=READER, silent=many))
    assert "人19" in text
    assert "人20" not in text
    assert "…… 另有 3 人" in text


def test_what_only_is_new_is_the_title() -> None:
    only = Digest(person=READER, news=(Item(matter=news("XZB20231001-04", "周涛"), rung=POSTER.rungs[0]),))
    assert (
        digest_mail(only, now=NOW, project="", language="zh").subject
        == "[新的子任务] XZB20231001-04 海报初稿"
    )
    assert "填好表里" not in said(only)


def test_an_urgent_event_says_what_happened_and_nothing_of_a_deadline() -> None:
    item = Item(matter=news("WT20231001", "周涛", kind="紧急"), rung=POSTER.rungs[0])
    text = said(Digest(person=READER, items=(item,), urgent=True))
    assert text.startswith("[紧急] WT20231001 海报初稿\n周涛，紧急事项，请先看：")
    assert "情况：物料 的新子任务" in text
    assert "期望" not in text
    assert "已提醒" not in text


def test_one_person_on_several_rungs_is_listed_once_with_all_records() -> None:
    lost = [
        Lost(who=who, role=Text(role, role), why=UNNAMED, records=records)
        for who, role, records in (("*经理", "负责人", ("A", "B")), ("*经理", "发起人", ("B", "C")))
    ]
    assert unreached(lost, "zh") == {UNNAMED: {"*经理": ("A", "B", "C")}}
