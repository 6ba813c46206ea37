"""Lists and story of what a project did."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sheetsync.errors import UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.audit import AuditEntry
from sheetsync.model.chronicle import RunKept, Spell
from sheetsync.model.finding import Status
from sheetsync.model.message import Entry
from sheetsync.model.reminder import Reminder
from sheetsync.model.tick import Tick, TickRun
from sheetsync.operations.pastlists import as_csv, listed
from sheetsync.operations.pasts import (
    COLUMNS,
    Pasts,
    Span,
    audit_rows,
    chosen,
    finding_rows,
    last_days,
    message_rows,
    pasts_document,
    reminder_rows,
    run_rows,
    span_of,
    tick_rows,
)
from sheetsync.operations.paststory import story

ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 9)
DAY = timedelta(days=1)
SPELL = Spell(
    book="workbooks/进度.xlsx", form="issues", key="WT1", name="=HYPERLINK(1)", status=Status.LATE,
    since=FRIDAY, until=FRIDAY + DAY, rules=("T16", "T17"), owner="王磊", department="设计部", due=None,
)  # fmt: skip
AUDIT = AuditEntry(
    at=FRIDAY, source="规则", actor="系统", book="workbooks/进度.xlsx", table="进度", record_id="WT1",
    field="截止时间", old_value="", new_value="2026-11-23 18:00", rule="T49", cause="BG1",
)  # fmt: skip
ENTRY = Entry(
    key="weekly:x:2026-W47:v1", recipient="z@x.cn", channel="mail", state="sent", digest="", facts=(),
    tries=1, first=FRIDAY, changed=FRIDAY, reply="250 ok",
)  # fmt: skip
TICK = TickRun(
    tick=Tick(job="daily-check", due=datetime(2026, 11, 20, 1)), state="failed", owner="a", tries=3,
    started=datetime(2026, 11, 20, 1), changed=datetime(2026, 11, 20, 1, 5), note="打不开",
)  # fmt: skip
REMINDER = Reminder(
    matter="a|b|c|T47||", receiver="李娜", day=FRIDAY.date(), rung=1, level="负责人", at=FRIDAY, message="m",
    channel="eml", state="sent", content="到期", book="a", table="进度", record_id="c", rule="T47",
)  # fmt: skip
RUN = RunKept(book="workbooks/进度.xlsx", taken=FRIDAY, figures={"total": 9, "late": 2, "soon": 0})
ALL = Pasts(
    now=FRIDAY,
    span=Span(),
    lists={
        "runs": run_rows([RUN]),
        "findings": finding_rows([SPELL]),
        "audit": audit_rows([AUDIT]),
        "messages": message_rows([ENTRY], Span()),
        "ticks": tick_rows([TICK], Span(), ZONE),
    },
)


def text_of(content: bytes) -> list[str]:
    return content.decode("utf-8-sig").splitlines()


def test_the_audit_trail_has_the_columns_of_its_form(catalogue: Catalogue) -> None:
    """Names and order of spec B5; where and why come behind them."""
    titles = [column.title.zh for column in catalogue.form("audit").shown]
    assert titles == ["时间", "来源", "操作人", "表", "行编号", "字段", "旧值", "新值", "规则号"]
    assert text_of(as_csv("audit", ALL.lists["audit"], "zh")) == [
        ",".join([*titles, "工作簿", "依据"]),
        "2026-11-20 09:00:00,规则,系统,进度,WT1,截止时间,,2026-11-23 18:00,T49,workbooks/进度.xlsx,BG1",
    ]


def test_the_ledger_has_the_columns_of_its_form(catalogue: Catalogue) -> None:
    titles = [column.title for column in catalogue.form("reminders").shown]
    assert list(COLUMNS["reminders"].values())[: len(titles)] == titles


@pytest.mark.parametrize(
    ("channel", "zh", "en"),
    [
        ("feishu", "飞书", "Feishu"),
        ("bot", "飞书", "Feishu"),
        ("mail", "邮件", "Mail"),
        ("eml", "邮件", "Mail"),
    ],
)
def test_the_ledger_names_channels_as_its_form_does(
    catalogue: Catalogue, channel: str, zh: str, en: str
) -> None:
    """The list can be pasted into the sheet; JSON keeps the names of the program."""
    rows = reminder_rows([replace(REMINDER, channel=channel)], Span())
    known = catalogue.vocabulary("reminder_channel").words
    assert (zh, en) in {(word.zh, word.en) for word in known}
    assert text_of(as_csv("reminders", rows, "zh"))[1].split(",")[7] == zh
    assert [*listed("reminders", rows, "en")][1].split("  ")[7] == en
    assert rows[0]["channel"] == channel


def test_no_text_of_people_becomes_a_formula() -> None:
    (_, line) = text_of(as_csv("findings", ALL.lists["findings"], "zh"))
    assert line.startswith("WT1,'=HYPERLINK(1),延期,2026-11-20 09:00:00,2026-11-21 09:00:00,T16、T17,王磊")


def test_figures_have_a_column_each() -> None:
    more = run_rows([RUN, RunKept(book="b", taken=FRIDAY, figures={"late": 2.5})])
    assert text_of(as_csv("runs", more, "en")) == [
        "Time,Workbook,total,late,soon",
        "2026-11-20 09:00:00,workbooks/进度.xlsx,9,2,0",
        "2026-11-20 09:00:00,b,,2.5,",
    ]


def test_an_empty_list_has_its_titles() -> None:
    assert text_of(as_csv("ticks", [], "zh"))[0].startswith("应运行时间,作业,状态")


def test_times_in_json_bear_their_offset() -> None:
    document = pasts_document(ALL, zone=ZONE)
    assert document["schema"] == "sheetsync.history/1"
    (finding,) = document["findings"]
    assert finding["since"] == "2026-11-20T09:00:00+08:00"
    assert finding["rules"] == ["T16", "T17"]
    (tick,) = document["ticks"]
    assert tick["due"] == "2026-11-20T09:00:00+08:00"
    (run,) = document["runs"]
    assert run["figures"] == {"total": 9, "late": 2, "soon": 0}


def test_the_story_tells_day_by_day() -> None:
    friday, saturday = story(ALL)
    assert [line.zh for line in friday.lines] == [
        "09:00 检查 workbooks/进度.xlsx（当天 1 次）：9 条记录，延期 2",
        "变为延期：WT1 =HYPERLINK(1)（王磊） [T16, T17]",
        "改动 WT1 截止时间: — → 2026-11-23 18:00 [T49]",
        "消息已发送 z@x.cn weekly:x:2026-W47:v1",
        "09:00 作业 daily-check 失败：打不开",
    ]
    assert [line.zh for line in saturday.lines] == ["不再延期：WT1 =HYPERLINK(1)（王磊） [T16, T17]"]


def test_the_story_leaves_out_what_lies_outside() -> None:
    """A spell of the last week that ended in this one is told by its end alone."""
    (only,) = story(Pasts(now=FRIDAY, span=Span(since=FRIDAY + DAY / 2), lists=ALL.lists))
    assert only.lines[0].zh.startswith("不再延期")


def test_the_story_counts_what_is_too_much() -> None:
    many = finding_rows([SPELL] * 20)
    friday, _ = story(Pasts(now=FRIDAY, span=Span(), lists={"findings": many}))
    assert len(friday.lines) == 13
    assert friday.lines[-1].zh == "…… 同类另有 8 条"


def test_lists_are_lines_with_words() -> None:
    assert list(listed("messages", ALL.lists["messages"], "zh")) == [
        "提出时间  最近变化  渠道  收件人  消息  状态  次数  答复",
        "2026-11-20 09:00  2026-11-20 09:00  mail  z@x.cn  weekly:x:2026-W47:v1  已发送  1  250 ok",
    ]


@pytest.mark.parametrize(
    ("book", "found"),
    [
        ("workbooks/进度.xlsx", True),
        ("./workbooks/进度.xlsx", True),
        ("workbooks\\进度.xlsx", True),
        ("进度.xlsx", True),
        ("进度", True),
        ("/home/me/launch/workbooks/进度.xlsx", True),
        ("度.xlsx", False),
        ("别的.xlsx", False),
    ],
)
def test_a_workbook_is_known_by_any_of_its_names(book: str, found: bool) -> None:
    assert bool(chosen(ALL.lists["findings"], Span(book=book))) is found


def test_a_record_is_known_by_its_id() -> None:
    assert chosen(ALL.lists["findings"], Span(record=" wt1"))
    assert not chosen(ALL.lists["findings"], Span(record="WT11"))


def test_a_day_is_meant_whole() -> None:
    span = span_of("2026-11-20", "2026-11-20", zone=ZONE)
    assert (span.since, span.until) == (datetime(2026, 11, 20), datetime(2026, 11, 21))


def test_a_time_with_an_offset_is_that_of_the_project() -> None:
    assert span_of("2026-11-20T01:00+00:00", None, zone=ZONE).since == FRIDAY


@pytest.mark.parametrize(
    ("since", "until"),
    [("gestern", None), (None, "2026-13-01"), ("2026-11-21", "2026-11-20"), ("20261120", "1")],
)
def test_what_is_no_span_is_refused(since: str | None, until: str | None) -> None:
    with pytest.raises(UsageError, match=r"--since|--until"):
        span_of(since, until, zone=ZONE)


def test_the_story_begins_six_days_before() -> None:
    assert last_days(FRIDAY, Span()).since == datetime(2026, 11, 14)
    assert last_days(FRIDAY, Span(since=FRIDAY)).since == FRIDAY
    assert last_days(FRIDAY, Span(until=datetime(2026, 11, 8))).since == datetime(2026, 11, 2)
