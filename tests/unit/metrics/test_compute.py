"""Figures: every number is a count of records that can be named."""

from datetime import datetime, timedelta

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.metrics.compute import WORST, compute
from sheetsync.model.finding import Account, Finding, Status, Verdict
from sheetsync.model.summary import Summary
from sheetsync.model.table import RawBook, Table, Version
from sheetsync.testing import sheet_of
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

NOW = datetime(2023, 10, 16, 9)
SHEET = "进度"


def row(number: int, owner: str) -> dict[str, str]:
    return {
        "子任务编号": f"XZB20231001-{number:02d}",
        "所属任务": "海报",
        "负责人": owner,
        "当前阶段": "进行中",
        "当前进度": "50%",
        "完成情况描述": f"第{number}稿",
        "更新时间": "2023-10-13",
        "截止时间": "2023-10-12",
    }


@pytest.fixture(scope="module")
def table(catalogue: Catalogue, worktime: WorkTime) -> Table:
    owners = ["设计部-李娜", "李娜", "王磊（市场部）", "周涛", *["李娜"] * 10]
    sheet = sheet_of(SHEET, [row(number, owner) for number, owner in enumerate(owners, start=1)])
    book = RawBook(name="b", version=Version("1"), sheets=(sheet,))
    (found,) = interpret(book, catalogue, worktime=worktime).tables
    return found


def verdict(table: Table, index: int, status: Status, due: datetime | None = None) -> Verdict:
    key = str(table.frame["subtask_id"].iloc[index])
    finding = Finding(
        rule="T47",
        level="red",
        status=status,
        table=table.id,
        position=index,
        row=int(table.rows[index]),
        key=key,
        field="due",
        column="截止时间",
        value=None,
        account=Account(started=None, limit=None, due=due) if due else None,
        actor=Text("负责人", "owner"),
        message=Text("迟", "late"),
        step=Text("做", "do"),
    )
    needs = status not in {Status.NORMAL, Status.DONE}
    return Verdict(
        table=table.id,
        position=index,
        row=int(table.rows[index]),
        key=key,
        status=status,
        findings=(finding,) if needs else (),
    )


def summed(table: Table, verdicts: list[Verdict], catalogue: Catalogue) -> Summary:
    return compute([table], verdicts, [], catalogue=catalogue, now=NOW, calendar_year=2026, title="t")


def test_each_record_counts_once_under_its_status(table: Table, catalogue: Catalogue) -> None:
    """The tallies of forms and the whole add up to the records."""
    statuses = [Status.LATE, Status.RISK, Status.NORMAL, Status.DONE]
    summary = summed(
        table, [verdict(table, index, status) for index, status in enumerate(statuses)], catalogue
    )
    assert summary.whole.total == 4
    assert [summary.whole.count(status) for status in statuses] == [1, 1, 1, 1]
    assert [tally.total for tally in summary.by_form] == [4]


def test_a_person_works_where_some_row_says(table: Table, catalogue: Catalogue) -> None:
    """设计部-李娜 in one row places the rows that only say 李娜; nobody is guessed a department."""
    summary = summed(table, [verdict(table, index, Status.LATE) for index in range(4)], catalogue)
    assert {tally.name: tally.total for tally in summary.by_department} == {"设计部": 2, "市场部": 1}
    assert {tally.name: tally.total for tally in summary.by_owner} == {"李娜": 2, "王磊": 1, "周涛": 1}


def test_the_worst_come_first_and_are_ten_at_most(table: Table, catalogue: Catalogue) -> None:
    """Late before at risk; of the late the longest overdue first."""
    verdicts = [
        verdict(table, index, Status.LATE, NOW - timedelta(days=index + 1)) for index in range(len(table) - 1)
    ]
    verdicts.append(verdict(table, len(table) - 1, Status.RISK, NOW - timedelta(days=99)))
    worst = summed(table, verdicts, catalogue).worst
    assert len(worst) == WORST
    assert [item.days_late for item in worst] == sorted((item.days_late or 0 for item in worst), reverse=True)
    assert {item.status for item in worst} == {Status.LATE}
    assert worst[0].name == "第13稿"
    assert worst[0].sheet == SHEET


def test_groups_are_ranked_by_what_is_late(table: Table, catalogue: Catalogue) -> None:
    """Most late first."""
    verdicts = [verdict(table, 0, Status.NORMAL), verdict(table, 2, Status.LATE)]
    assert [tally.name for tally in summed(table, verdicts, catalogue).by_owner] == ["王磊", "李娜"]
