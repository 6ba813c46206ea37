"""Several tables on a sheet, headers over two rows, and rows that are no records."""

from collections.abc import Callable

import pytest

from sheetsync.intake.interpret import Reading
from sheetsync.model.table import OwnColumns, RawSheet, RawValue

Read = Callable[..., Reading]

PROGRESS: list[RawValue] = [
    "子任务编号",
    "所属任务",
    "负责人",
    "当前阶段",
    "当前进度",
    "更新时间",
    "截止时间",
]
FIRST: list[RawValue] = ["XZB20231001-01", "物料", "张三", "进行中", "70%", "2023-10-08", "2023-10-13"]
SECOND: list[RawValue] = ["XZB20231001-02", "视频", "李四", "进行中", "30%", "2023-10-08", "2023-10-13"]
ISSUES: list[RawValue] = ["问题编号", "问题描述", "问题级别", "状态", "提交时间", "主导部门", "责任人"]
ISSUE: list[RawValue] = ["WT20231001", "缺文案", "一般", "处理中", "2023-10-08 09:00", "市场部", "张三"]
WIDTH = len(PROGRESS)


def line(*cells: RawValue) -> list[RawValue]:
    """Return a row as wide as the tables."""
    return [*cells, *[""] * (WIDTH - len(cells))]


def test_tables_below_each_other_are_told_apart(read: Read) -> None:
    """A title above the second one belongs to neither."""
    rows = [line("进度"), PROGRESS, FIRST, SECOND, line(), line("问题清单"), ISSUES, ISSUE]
    progress, issues = read(rows).tables
    assert (progress.form, progress.header_row, progress.rows.tolist(), progress.before) == (
        "progress", 2, [3, 4], 5,
    )  # fmt: skip
    assert (issues.form, issues.header_row, issues.rows.tolist(), issues.before) == ("issues", 7, [8], None)


def test_a_table_right_below_another_needs_no_blank_row(read: Read) -> None:
    progress, issues = read([PROGRESS, FIRST, ISSUES, ISSUE]).tables
    assert (progress.rows.tolist(), issues.rows.tolist()) == ([2], [4])


@pytest.mark.parametrize("blank", [True, False])
def test_a_table_far_below_is_found(read: Read, blank: bool) -> None:
    many = [[f"XZB20231001-{number:02d}", *FIRST[1:]] for number in range(1, 60)]
    decorated: list[RawValue] = [f"{title} *" if blank else title for title in ISSUES]
    rows = [PROGRESS, *many, *([line()] if blank else []), decorated, ISSUE]
    assert [(table.form, len(table)) for table in read(rows).tables] == [("progress", 59), ("issues", 1)]


def test_tables_side_by_side_are_told_apart(read: Read) -> None:
    rows = [[*PROGRESS, "", *ISSUES], [*FIRST, "", *ISSUE], [*SECOND, "", *[""] * len(ISSUES)]]
    progress, issues = read(rows).tables
    assert (len(progress), len(issues)) == (2, 1)
    assert (progress.id.column, issues.id.column) == (1, 9)
    assert issues.frame["issue_id"].tolist() == ["WT20231001"]


def test_an_empty_column_inside_a_table_does_not_part_it(read: Read) -> None:
    rows = [[*row[:3], "", *row[3:]] for row in (PROGRESS, FIRST)]
    (table,) = read(rows).tables
    assert set(table.places) >= {"subtask_id", "due"}


def test_a_repeated_header_goes_with_its_title(read: Read) -> None:
    """Sections of one list, each with its title and header, are one table."""
    reading = read([line("十月"), PROGRESS, FIRST, line(), line("十一月"), PROGRESS, SECOND])
    (table,) = reading.tables
    assert table.rows.tolist() == [3, 7]
    said = [problem.message.zh for problem in reading.problems if problem.row is None]
    assert said == ["跳过 2 行重复的表头行：第 5、6 行"]


@pytest.mark.parametrize(
    "rows",
    [
        [line("注：每日17点前更新")],
        [line(), line("备注：数据来自各部门")],
        [line("制表人：王芳", "", "审核人：刘强", "", "日期：2023-10-08")],
        [line("", "填表说明：进度按百分比填写")],
    ],
)
def test_remarks_below_the_records_are_none(read: Read, rows: list[list[RawValue]]) -> None:
    reading = read([PROGRESS, FIRST, *rows])
    (table,) = reading.tables
    assert table.rows.tolist() == [2]
    assert [problem.kind for problem in reading.problems if "表下说明" in problem.message.zh] == ["info"]


def test_a_record_that_begins_like_a_remark_is_one(read: Read) -> None:
    (table,) = read([PROGRESS, FIRST, ["XZB20231001-02", "注册流程", *SECOND[2:]]]).tables
    assert table.rows.tolist() == [2, 3]


def test_a_group_over_several_headers_belongs_to_each(read: Read) -> None:
    """计划 over 开始 and 进度 are 计划开始 and 计划进度; without the group 进度 would be the actual one."""
    upper: list[RawValue] = ["子任务编号", "负责人", "当前阶段", "计划", "", "实际进度", "截止时间"]
    lower: list[RawValue] = ["", "", "", "开始", "进度", "", ""]
    values: list[RawValue] = ["XZB20231001-01", "张三", "进行中", "2023-10-08", "80%", "70%", "2023-10-13"]
    (table,) = read(RawSheet(name="x", rows=[upper, lower, values], merged=((1, 4, 1, 5),))).tables
    assert table.places["planned_progress"].title == "计划进度"
    assert table.frame[["planned_progress", "actual_progress"]].to_numpy().tolist() == [[80.0, 70.0]]
    assert "planned_start" in table.places


def test_each_table_keeps_the_columns_of_ours_beside_it(read: Read) -> None:
    rows = [[*PROGRESS, "预警状态"], [*FIRST, "延期"], [*ISSUES, "预警状态"], [*ISSUE, "正常"]]
    own = (
        OwnColumns(number=5, row=3, columns={"status": 8}),
        OwnColumns(number=2, row=1, columns={"status": 8}),
    )
    progress, issues = read(RawSheet(name="x", rows=rows, own=own)).tables
    assert (progress.own, issues.own) == (own[1], own[0])
    assert (list(progress.engine["status"]), list(issues.engine["status"])) == (["延期"], ["正常"])


def test_columns_of_ours_follow_a_header_that_was_moved(read: Read) -> None:
    rows = [line(), [*PROGRESS], [*FIRST]]
    own = (OwnColumns(number=1, row=1, columns={"status": 9}),)
    (table,) = read(RawSheet(name="x", rows=rows, own=own)).tables
    assert table.own == own[0]


def test_prose_below_a_table_is_no_table(read: Read) -> None:
    """Words that are headers elsewhere may stand in any cell."""
    (table,) = read([PROGRESS, FIRST, line("", "", "负责人", "状态", "", "", "")]).tables
    assert table.form == "progress"
