"""A card in Feishu that was sent today says what is done since, without another message."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from tests.e2e.conftest import Run
from tests.e2e.test_channels import LATER, TABS, THURSDAY, remind
from tests.feishu_server import FeishuServer, coded, running

pytestmark = pytest.mark.xdist_group("lark_oapi")

WORK, STAFF = TABS["进度"][0], TABS["名册"]
POSTER = ["XZB20231001-01", "海报", "物料", "李娜", "进行中", "70%", "2023-10-10", "2023-10-11"]
VIDEO = ["XZB20231001-02", "视频", "物料", "李娜", "进行中", "50%", "2023-10-09", "2023-10-11"]
DONE = ["XZB20231001-02", "视频", "物料", "李娜", "已完成", "100%", "2023-10-09", "2023-10-12"]
EVENING = "2023-10-12T17:00"


def workbook(*work: list[str]) -> None:
    Path("workbooks").mkdir(exist_ok=True)
    with xlsxwriter.Workbook("workbooks/秋季.xlsx") as made:
        for title, rows in {"进度": [WORK, *work], "名册": STAFF}.items():
            sheet = made.add_worksheet(title)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)


@pytest.fixture(name="feishu")
def _feishu(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeishuServer]:
    assert run
    with running() as server:
        server.person("ou_lina", "李娜", "lina@example.com")
        monkeypatch.setenv("APP", server.app_secret)
        Path("sheetsync.toml").write_text(
            f'[project]\nname = "秋季"\n[feishu]\napp_id = "{server.app_id}"\napp_secret = "env:APP"\n'
            f'domain = "{server.url}"\npatience = 1\n[reminders]\nchannels = ["feishu", "file"]\n',
            "utf-8",
        )
        workbook(POSTER, VIDEO)
        yield server


def shown(feishu: FeishuServer) -> list[str]:
    (card,) = feishu.chat.sent
    texts = [element.get("text", {}).get("content", "") for element in card.content["body"]["elements"]]
    return [card.content["header"]["title"]["content"], *filter(None, texts)]


def test_what_is_done_is_shown_in_the_card_that_lies_there(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    before = shown(feishu)
    workbook(POSTER, DONE)
    done = remind(run, LATER)
    assert (done["messages"], done["revised"]) == ([], ["李娜"])
    after = shown(feishu)
    assert before[0] == "[延期3天] XZB20231001-02 物料 等 2 项"
    assert after[0] == "[延期2天] XZB20231001-01 物料"
    assert "已处理：1 项" in after
    assert any(text.startswith("XZB20231001-02 ") for text in after)


def test_when_all_is_done_the_card_says_so(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    workbook([*POSTER[:4], "已完成", "100%", "2023-10-10", "2023-10-12"], DONE)
    remind(run, LATER)
    assert shown(feishu)[0] == "[已处理] 2 项都已处理"
    assert "填好表里" not in "".join(shown(feishu))


def test_a_card_is_written_again_only_when_something_was_done(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    workbook(POSTER, DONE)
    remind(run, LATER)
    assert remind(run, EVENING)["revised"] == []
    assert len(feishu.called("/im/v1/messages/")) == 1


def test_a_card_of_yesterday_stays_as_it_is(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    workbook(POSTER, DONE)
    assert remind(run, "2023-10-13T09:00")["revised"] == []
    assert len(feishu.chat.sent) == 2


def test_a_card_that_cannot_be_changed_is_no_failure(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    workbook(POSTER, DONE)
    feishu.faults.add(coded("/im/v1/messages/", 230001))
    outcome = run("remind", "--json", "--now", LATER)
    assert (outcome.code, json.loads(outcome.out)["revised"]) == (0, [])


def test_a_dry_run_changes_no_card(run: Run, feishu: FeishuServer) -> None:
    remind(run, THURSDAY)
    workbook(POSTER, DONE)
    assert remind(run, LATER, "--dry-run")["revised"] == []
    assert feishu.called("/im/v1/messages/") == []
