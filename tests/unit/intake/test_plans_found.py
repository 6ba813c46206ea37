"""Plans and dates as teams were found to write them."""

from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.worktime import WorkTime

TITLES: list[RawValue] = [
    "任务编号",
    "任务名称",
    "发起部门",
    "发起人",
    "协作部门",
    "目标",
    "时间节点",
]


def due(catalogue: Catalogue, worktime: WorkTime, plan: str) -> list[object]:
    """Return start and due of a task with this plan."""
    row: list[RawValue] = ["XZB20231001", "海报", "市场部", "王磊", "设计部", "3款", plan]
    sheet = RawSheet(name="任务", rows=[TITLES, row])
    book = RawBook(name="b", version=Version("1"), sheets=(sheet,))
    (table,) = interpret(book, catalogue, worktime=worktime).tables
    return [table.frame[field].iloc[0] for field in ("start", "due")]


@pytest.mark.parametrize(
    ("plan", "last"),
    [
        ("10月8日启动，10月15日交付，10月20日复盘", 15),
        ("10月15日交付，10月20日验收", 15),
        ("10月8日启动，10月13日初稿，10月18日", 18),
        ("10.8启动，10.15交付", 15),
        ("10/8启动 10/15交付", 15),
        ("启动10/8 交付10/15", 15),
        ("1.10月8日启动 2.10月15日交付 3.10月20日复盘", 15),
        ("①10月8日启动②10月15日交付", 15),
        ("项目10月8日启动，10月15日交付", 15),
        ("10月8日启动，10月15日交付Q4新品物料", 15),
        ("10月8日启动，10月20日发布会，物料提前10天到位", 20),
    ],
)
def test_the_delivery_is_what_a_task_is_due_for(
    catalogue: Catalogue, worktime: WorkTime, plan: str, last: int
) -> None:
    """What follows the delivery does not move it; without a label the last date counts."""
    assert due(catalogue, worktime, plan)[1] == datetime(2023, 10, last)


@pytest.mark.parametrize(
    ("plan", "first"),
    [
        ("10月8日启动，10月15日交付", 8),
        ("项目10月8日启动，10月15日交付", 8),
        ("10月6日调研，10月8日启动，10月15日交付", 8),
        ("1.10月8日启动 2.10月15日交付", 8),
    ],
)
def test_the_kick_off_is_when_a_task_starts(
    catalogue: Catalogue, worktime: WorkTime, plan: str, first: int
) -> None:
    assert due(catalogue, worktime, plan)[0] == datetime(2023, 10, first)


@pytest.mark.parametrize(
    ("plan", "which"), [("10月15日交付", 1), ("10月8日启动", 0), ("10月15日交付，启动会另定", 1)]
)
def test_one_date_is_start_or_due_and_not_both(
    catalogue: Catalogue, worktime: WorkTime, plan: str, which: int
) -> None:
    found = due(catalogue, worktime, plan)
    assert str(found[which]) != "NaT"
    assert str(found[1 - which]) == "NaT"


def test_a_version_number_is_no_plan(catalogue: Catalogue, worktime: WorkTime) -> None:
    """2.1版上线 names no day."""
    start, last = due(catalogue, worktime, "2.1版上线")
    assert str(start) == str(last) == "NaT"


def test_numbers_of_a_1904_workbook_count_from_1904(catalogue: Catalogue, worktime: WorkTime) -> None:
    """43745 is 2023-10-08 there."""
    titles: list[RawValue] = [
        "子任务编号",
        "所属任务",
        "负责人",
        "当前阶段",
        "更新时间",
        "截止时间",
    ]
    row: list[RawValue] = ["XZB20231001-01", "海报", "李娜", "进行中", "2023-10-07", 43745.0]
    sheet = RawSheet(name="进度", rows=[titles, row], date_1904=True)
    book = RawBook(name="b", version=Version("1"), sheets=(sheet,))
    (table,) = interpret(book, catalogue, worktime=worktime).tables
    assert table.frame["due"].iloc[0] == datetime(2023, 10, 8)
