"""Which sheets are tables of which form, and which column is which field."""

from collections.abc import Callable

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import Reading
from sheetsync.intake.titles import title_key
from sheetsync.model.table import OwnColumns, RawSheet, RawValue

Read = Callable[..., Reading]
SampleSheet = Callable[[str], RawSheet]

PROGRESS = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]
ROW = ["XZB20231001-01", "物料", "张三", "进行中", "70%", "2023-10-08", "2023-10-13"]


@pytest.mark.parametrize(
    "title",
    [
        "当前进度",
        " 当前 进度 ",
        "当前\n进度",
        "当前进度（必填）",
        "当前进度*",
        "*当前进度：",
        "当前进度(0%-100%)",
        "【必填】当前进度",
        "当前进度 ",
    ],
)
def test_hints_stars_and_line_breaks_in_a_header_do_not_count(title: str) -> None:
    assert title_key(title) == "当前进度"


@pytest.mark.parametrize("form", ["task-master", "progress", "minutes", "issues", "acceptance"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_is_known_by_its_own_headers(
    form: str, language: str, forms: Catalogue, read: Read
) -> None:
    header = [column.title.say(language) for column in forms.form(form).columns]  # type: ignore[arg-type] # both
    (table,) = read([header]).tables
    assert (table.form, table.language) == (form, language)
    assert len(table.places) == len(header)
    assert (table.missing, table.unread, len(table)) == ((), (), 0)


@pytest.mark.parametrize("form", ["task-master", "progress", "minutes", "issues", "acceptance"])
def test_every_form_is_known_by_synonyms_in_any_order(form: str, forms: Catalogue, read: Read) -> None:
    """Renamed and turned round, a sheet is still the same form."""
    columns = forms.form(form).columns
    header = [column.synonyms[-1] if column.synonyms else column.title.zh for column in reversed(columns)]
    (table,) = read([header]).tables
    assert table.form == form


def test_the_header_is_found_below_titles_and_blank_rows(read: Read) -> None:
    width = len(PROGRESS)
    rows = [
        ["任务执行进度跟踪表"] + [""] * (width - 1),
        [""] * width,
        ["填报说明：每日17点前更新"] + [""] * (width - 1),
        PROGRESS,
        ROW,
    ]
    (table,) = read(RawSheet(name="x", rows=rows, first_row=3, first_column=2)).tables
    assert table.header_row == 6
    assert table.rows.tolist() == [7]
    assert table.places["subtask_id"].number == 2
    assert table.last_column == 1 + width


def test_a_header_over_two_rows_is_put_together(read: Read) -> None:
    """Cells merged downwards stand in the upper row, the others in the lower one."""
    upper = ["子任务编号", "所属任务", "负责人", "进度", "", "更新时间", "截止时间"]
    lower = ["", "", "", "当前阶段", "当前进度", "", ""]
    (table,) = read([upper, lower, ROW]).tables
    assert table.header_row == 2
    assert set(table.places) >= {"subtask_id", "owner", "state", "actual_progress", "due"}
    assert table.frame["actual_progress"].tolist() == [70.0]


SHEETS_OF_NO_FORM: dict[str, list[list[RawValue]]] = {
    "cover": [["跨部门协作项目"], ["编制：张三"], ["2023-10-08"]],
    "instructions": [
        ["列名", "是否必填", "填写说明", "示例"],
        ["任务编号", "是", "XZB + 年月", "XZB20231001"],
        ["任务名称", "是", "不超过 50 字", "海报"],
    ],
    "vocabulary": [
        ["任务状态", "预警状态", "优先级", "问题级别", "问题状态", "会议类型", "会议形式", "部门"],
        ["未开始", "正常", "高", "一般", "已提交", "启动会", "线上", "市场部"],
    ],
    "directory": [["序号", "姓名", "部门", "状态", "备注"], [1, "张三", "市场部", "在职", ""]],
    "shopping list": [["序号", "任务", "负责人", "备注"], [1, "买桌子", "张三", ""]],
    "numbers": [["月份", "销售额", "目标", "说明"], ["10月", 100, 120, ""]],
    "empty": [],
    "blank": [["", ""], ["", " "]],
}


@pytest.mark.parametrize("name", SHEETS_OF_NO_FORM)
def test_other_sheets_are_left_alone(name: str, read: Read) -> None:
    reading = read(SHEETS_OF_NO_FORM[name])
    assert (reading.tables, reading.problems) == ((), ())


def test_a_progress_sheet_is_not_taken_for_the_master_nor_the_reverse(read: Read) -> None:
    master = [
        "任务编号",
        "任务名称",
        "牵头部门",
        "发起人",
        "配合部门",
        "目标",
        "时间节点",
        "优先级",
        "状态",
        "截止日期",
    ]
    progress = ["编号", "任务", "责任人", "状态", "完成率", "进展情况", "下一步", "更新日期", "截止日期"]
    assert [table.form for table in read([master], [progress]).tables] == ["task-master", "progress"]


def test_our_own_tabs_and_columns_are_not_read(read: Read) -> None:
    """The tab we wrote is skipped; our columns are no headers, and their values are handed on."""
    header, row = [*PROGRESS, "预警状态", "预警说明"], [*ROW, "延期", "T47"]
    ours = RawSheet(name="仪表盘", rows=[header, row], ours=True)
    own = (OwnColumns(number=1, row=1, columns={"status": 8, "note": 9}),)
    marked = RawSheet(name="进度", rows=[header, row], own=own)
    (table,) = read(ours, marked).tables
    assert table.sheet == "进度"
    assert table.unread == ()
    assert table.last_column == 7
    assert {name: list(values) for name, values in table.engine.items()} == {
        "status": ["延期"],
        "note": ["T47"],
    }


def test_a_row_with_nothing_but_our_columns_is_no_record(read: Read) -> None:
    rows = [[*PROGRESS, "预警状态"], [*ROW, "正常"], [*[""] * len(PROGRESS), "正常"]]
    own = (OwnColumns(number=1, row=1, columns={"status": 8}),)
    (table,) = read(RawSheet(name="进度", rows=rows, own=own)).tables
    assert table.rows.tolist() == [2]


def test_a_missing_column_is_named_with_the_nearest_header(read: Read) -> None:
    """P2: what was not found is listed with its nearest candidate."""
    header = [title if title != "当前进度" else "进度情况" for title in PROGRESS]
    reading = read([header, ROW])
    (table,) = reading.tables
    missing = {column.column: column.nearest for column in table.missing}
    assert missing["actual_progress"] == "进度情况"
    assert table.unread == ("进度情况",)
    (problem,) = [problem for problem in reading.problems if problem.column == "当前进度"]
    assert (problem.row, problem.kind) == (1, "warning")
    assert problem.suggestion is not None
    assert "进度情况" in problem.suggestion.zh


def test_of_two_equal_headers_the_first_wins(read: Read) -> None:
    reading = read([[*PROGRESS, "负责人"], [*ROW, "李四"]])
    (table,) = reading.tables
    assert table.frame["owner"].tolist() == ["张三"]
    (problem,) = [problem for problem in reading.problems if problem.cell == "H1"]
    assert "重复" in problem.message.zh


def test_a_forms_own_title_wins_over_a_synonym_further_left(read: Read) -> None:
    """序号 may stand for the id, but not where the id has its own column."""
    (table,) = read([["序号", *PROGRESS], [1, *ROW]]).tables
    assert table.frame["subtask_id"].tolist() == ["XZB20231001-01"]
    assert table.unread == ("序号",)


def test_raci_takes_its_departments_from_titles_and_letters(read: Read) -> None:
    """Known departments and columns of letters are the matrix; 备注 is not."""
    header = ["任务编号", "任务", "市场部", "海外组", "设计部", "备注"]
    (table,) = read([header, ["XZB20231001", "物料", "A", "R", "", "先做海报"]]).tables
    assert table.form == "raci"
    assert table.open_fields == ("市场部", "海外组", "设计部")
    assert table.frame["海外组"].tolist() == ["R"]
    assert table.unread == ("备注",)


def test_the_sample_of_a_form_is_found_wherever_it_starts(sample_sheet: SampleSheet, read: Read) -> None:
    sheet = sample_sheet("progress")
    moved = RawSheet(name=sheet.name, rows=[["", *row] for row in sheet.rows], first_row=5)
    (table,) = read(moved).tables
    assert table.rows.tolist() == [6, 7]
    assert table.places["subtask_id"].number == 2


def test_fewer_headers_do_when_the_form_is_asked_for(read: Read) -> None:
    rows = [["问题编号", "提交时间"], ["WT20231001", "2023-10-08 09:00"]]
    assert read(rows).tables == ()
    assert [table.form for table in read(rows, forms={"issues"}).tables] == ["issues"]
