"""`remind` by Feishu and by a group's bot, from the workbook to what people see there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.e2e.conftest import Run
from tests.feishu_server import FeishuServer, coded, dropped, running
from tests.feishu_server.hook import Bot

pytestmark = pytest.mark.xdist_group("lark_oapi")

TABS = {
    "进度": [
        ["子任务编号", "完成情况描述", "所属任务", "负责人", "当前阶段", "当前进度", "截止时间", "更新时间"],
        [
            "XZB20231001-01",
            "海报<at id=all></at>",
            "@所有人",
            "李娜",
            "进行中",
            "70%",
            "2023-10-10",
            "2023-10-11",
        ],
    ],
    "名册": [
        ["姓名", "部门", "角色", "邮箱", "是否接口人", "是否部门负责人"],
        ["李娜", "设计部", "设计师", "lina@example.com", "否", "否"],
        ["周涛", "设计部", "主管", "zhoutao@example.com", "是", "是"],
    ],
}
THURSDAY, LATER = "2023-10-12T09:00", "2023-10-12T10:00"
SIGNING = "SEC-of-the-tests"


@pytest.fixture(name="feishu")
def _feishu(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeishuServer]:
    """A tenant that knows 李娜 but not 周涛, and a project that speaks to it."""
    assert run
    with running() as server:
        server.person("ou_lina", "李娜", "lina@example.com")
        url, _ = server.bot(secret=SIGNING)
        for name, value in (("APP", server.app_secret), ("BOT", url), ("SIGN", SIGNING)):
            monkeypatch.setenv(name, value)
        Path("sheetsync.toml").write_text(
            f'[project]\nname = "秋季"\n[feishu]\napp_id = "{server.app_id}"\napp_secret = "env:APP"\n'
            f'domain = "{server.url}"\nwebhook = "env:BOT"\nwebhook_secret = "env:SIGN"\npatience = 1\n'
            '[reminders]\nchannels = ["feishu", "file"]\n',
            "utf-8",
        )
        Path("workbooks").mkdir()
        with xlsxwriter.Workbook("workbooks/秋季.xlsx") as made:
            for title, rows in TABS.items():
                sheet = made.add_worksheet(title)
                for number, cells in enumerate(rows):
                    sheet.write_row(number, 0, cells)
        yield server


def remind(run: Run, now: str, *more: str) -> dict[str, Any]:
    return run("remind", "--json", "--now", now, *more).document()


def states(done: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["person"]: (one["channel"], one["state"]) for one in done["messages"]}


def bot_of(feishu: FeishuServer) -> Bot:
    (bot,) = feishu.bots.values()
    return bot


def test_whom_feishu_knows_gets_a_card_and_whom_not_a_mail(run: Run, feishu: FeishuServer) -> None:
    done = remind(run, THURSDAY)
    assert states(done) == {"李娜": ("feishu", "sent"), "周涛": ("eml", "written")}
    (card,) = feishu.chat.sent
    assert card.to == "ou_lina"
    text = json.dumps(card.content, ensure_ascii=False)
    assert "XZB20231001-01" in text
    assert "<at" not in text
    assert "@所有人" not in text


def test_a_second_run_brings_no_second_card(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    assert remind(run, LATER)["messages"] == []
    assert len(feishu.chat.sent) == 1


def test_a_line_that_breaks_after_the_card_was_taken_brings_no_second_one(
    run: Run, feishu: FeishuServer
) -> None:
    feishu.faults.add(dropped("/im/v1/messages", applied=True))
    assert states(remind(run, THURSDAY))["李娜"] == ("feishu", "sent")
    assert len(feishu.chat.sent) == 1


def test_a_bot_without_an_answer_is_a_doubt_and_posts_nothing_again(run: Run, feishu: FeishuServer) -> None:
    """The one before may stand in the group; the others wait for the next run."""
    feishu.faults.add(dropped("/bot/v2/hook", applied=True))
    first = remind(run, THURSDAY, "--channel", "bot")
    again = remind(run, LATER, "--channel", "bot")
    assert sorted(state for _, state in states(first).values()) == ["doubt", "later"]
    assert [state for _, state in states(again).values()] == ["sent"]
    assert len(bot_of(feishu).posts) == 2


def test_a_wrong_setting_is_told_and_nothing_is_lost(run: Run, feishu: FeishuServer) -> None:
    feishu.faults.add(coded("/bot/v2/hook", 19021))
    outcome = run("remind", "--now", THURSDAY, "--channel", "bot")
    assert outcome.code == 4
    assert "webhook_secret" in outcome.out + outcome.err
    again = remind(run, LATER, "--channel", "bot")
    assert [state for _, state in states(again).values()] == ["sent", "sent"]


@pytest.fixture(name="readers")
def _readers(feishu: FeishuServer) -> FeishuServer:
    """Leaders who read the report in a chat, and one by mail."""
    feishu.chat.members.add("oc_leaders")
    with Path("sheetsync.toml").open("a", encoding="utf-8") as settings:
        settings.write('[report]\nchannels = ["feishu", "file"]\nto = ["oc_leaders", "boss@example.com"]\n')
    return feishu


def report(run: Run, now: str, *more: str) -> dict[str, str]:
    made = run("report", "weekly", "--json", "--force", "-o", "周报.xlsx", "--now", now, *more).document()
    return {one["recipient"]: one["state"] for one in made["mail"]}


def test_the_weekly_report_is_a_card_with_the_workbook_after_it(run: Run, readers: FeishuServer) -> None:
    """Once a week and reader; whom Feishu does not know gets a mail."""
    assert report(run, THURSDAY, "--mail") == {"oc_leaders": "sent", "boss@example.com": "written"}
    assert report(run, LATER, "--mail") == {"oc_leaders": "already", "boss@example.com": "already"}
    card, file = readers.chat.sent
    assert (card.to, card.kind, file.to, file.kind) == ("oc_leaders", "interactive", "oc_leaders", "file")
    shown = json.dumps(card.content, ensure_ascii=False)
    assert "秋季" in shown
    assert "XZB20231001-01" in shown
    assert readers.chat.files[file.content["file_key"]][0] == "周报.xlsx"


def test_a_report_goes_the_way_that_is_asked_for(run: Run, readers: FeishuServer) -> None:
    """The group gets one, whoever else is named."""
    assert report(run, THURSDAY, "--channel", "bot") == {"group": "sent"}
    assert report(run, LATER, "--channel", "bot") == {"group": "already"}
    assert readers.chat.sent == []
    assert len(bot_of(readers).posts) == 1


def test_a_report_in_doubt_is_repeated_while_feishu_takes_it_once(run: Run, readers: FeishuServer) -> None:
    """The card had arrived and does not come again; the workbook comes after it."""
    readers.faults.add(dropped("/im/v1/messages", applied=True, times=20))
    assert report(run, "2023-10-12T09:00", "--channel", "feishu")["oc_leaders"] == "doubt"
    readers.faults.clear()
    assert report(run, "2023-10-12T09:49", "--channel", "feishu")["oc_leaders"] == "sent"
    assert [one.kind for one in readers.chat.sent] == ["interactive", "file"]


def test_a_job_sends_the_report_by_the_channels_of_the_settings(run: Run, readers: FeishuServer) -> None:
    done = run("job", "run", "weekly-summary", "--now", "2023-10-13T18:00")
    assert done.code == 0, done.out + done.err
    assert [one.kind for one in readers.chat.sent] == ["interactive", "file"]
