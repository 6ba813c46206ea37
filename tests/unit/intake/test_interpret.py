"""Whole sheets: which rows are records, what counts from what, and what is said about it."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from sheetsync.intake.interpret import Reading
from sheetsync.model.finding import Problem
from sheetsync.model.table import PlainFacts, RawSheet, RawValue

Read = Callable[..., Reading]

HEADER: list[RawValue] = [
    "子任务编号",
    "所属任务",
    "负责人",
    "当前阶段",
    "当前进度",
    "下一步计划",
    "更新时间",
    "协作人",
    "截止时间",
    "计划开始",
    "偏差",
]
FIELDS = [
    "id",
    "task",
    "owner",
    "state",
    "progress",
    "next",
    "updated",
    "helpers",
    "due",
    "start",
    "deviation",
]
PLAIN: dict[str, RawValue] = {
    "id": "XZB20231001-01",
    "task": "物料",
    "owner": "张三",
    "state": "进行中",
    "progress": "70%",
    "next": "改海报",
    "updated": "2023-10-08",
    "helpers": "李四",
    "due": "2023-10-13",
    "start": "",
    "deviation": "",
}


def row(**cells: RawValue) -> list[RawValue]:
    return [{**PLAIN, **cells}[name] for name in FIELDS]


def numbered(*rows: dict[str, Any]) -> list[list[RawValue]]:
    return [row(**{"id": f"XZB20231001-{n:02d}", **cells}) for n, cells in enumerate(rows, start=1)]


def about(reading: Reading, cell: str | None) -> list[Problem]:
    """Problems of one cell, or of whole rows, without those of missing columns."""
    return [problem for problem in reading.problems if problem.cell == cell and (problem.row or 0) != 1]


def test_a_well_filled_row_is_not_nagged_about(read: Read) -> None:
    """M1: full dates, percentages, synonyms and plain names give no problem at all."""
    reading = read([HEADER, row(state="doing", progress="７０％", owner="@张三", due="2023/10/13 18:00")])
    assert [problem for problem in reading.problems if problem.row != 1] == []


def test_blank_totals_and_repeated_header_rows_are_no_records(read: Read) -> None:
    blank: list[RawValue] = [""] * len(HEADER)
    total = ["合计", *blank[1:4], 3.5, *blank[5:]]
    under_blank_key = ["", " 小 计：", *blank[2:]]
    reading = read(
        [
            HEADER,
            *numbered({}),
            blank,
            total,
            HEADER,
            *numbered({"id": "XZB20231001-02"})[:1],
            under_blank_key,
        ]
    )
    (table,) = reading.tables
    assert table.rows.tolist() == [2, 6]
    said = [problem.message.zh for problem in reading.problems if problem.row is None]
    assert said == ["跳过 2 行合计行：第 4、7 行", "跳过 1 行重复的表头行：第 5 行"]


def test_a_name_that_only_begins_like_a_total_is_a_record(read: Read) -> None:
    (table,) = read([HEADER, row(task="总计划评审"), row(id="XZB20231001-02", task="合计")]).tables
    assert len(table) == 2


def test_live_formulas_below_the_last_record_make_no_record(read: Read) -> None:
    blank = [""] * (len(HEADER) - 1)
    (table,) = read([HEADER, row(), [*blank, 0.0]]).tables
    assert table.rows.tolist() == [2]


def test_a_merged_cell_counts_for_all_its_rows(read: Read) -> None:
    rows = [HEADER, *numbered({}, {"owner": ""}, {"owner": ""}, {"owner": ""})]
    (table,) = read(RawSheet(name="x", rows=rows, merged=((2, 3, 4, 3),))).tables
    assert table.frame["owner"].tolist() == ["张三", "张三", "张三", None]


def test_the_empty_end_of_a_form_makes_a_record_only_where_something_is_told_of_it(read: Read) -> None:
    empty = [""] * len(HEADER)
    rows = [HEADER, *numbered({}, {}), *[empty] * 6]
    assert len(read(RawSheet(name="x", rows=rows)).tables[0]) == 2
    uncomputed = PlainFacts(broken={(6, 9): "formula"})
    (told,) = read(RawSheet(name="x", rows=rows, facts=uncomputed)).tables
    assert told.rows.tolist() == [2, 3, 6]
    (merged,) = read(RawSheet(name="x", rows=rows, merged=((3, 3, 5, 3),))).tables
    assert merged.rows.tolist() == [2, 3, 4, 5]


def test_errors_and_uncomputed_formulas_are_refused(read: Read) -> None:
    facts = PlainFacts(broken={(2, 9): "#REF!", (3, 9): "formula", (3, 11): "formula"})
    reading = read(RawSheet(name="x", rows=[HEADER, *numbered({"due": "#REF!"}, {"due": ""})], facts=facts))
    (table,) = reading.tables
    assert table.broken["due"].tolist() == [True, True]
    assert table.frame["due"].isna().all()
    assert "#REF!" in about(reading, "I2")[0].message.zh
    assert "公式" in about(reading, "I3")[0].message.zh
    assert about(reading, "K3") == []


def test_relative_dates_count_from_the_row_they_stand_in(read: Read) -> None:
    """One content, two rows, two anchors: two days."""
    (table,) = read([HEADER, *numbered({"due": "明天"}, {"due": "明天", "updated": "2023-11-01"})]).tables
    assert table.frame["due"].tolist() == [pd.Timestamp(2023, 10, 9), pd.Timestamp(2023, 11, 2)]


def test_a_missing_year_without_a_date_in_the_row_comes_from_the_id(read: Read) -> None:
    (table,) = read([HEADER, row(updated="", due="10月13日")]).tables
    assert table.frame["due"].tolist() == [pd.Timestamp(2023, 10, 13)]


def test_an_anchor_without_a_year_takes_it_from_the_id(read: Read) -> None:
    reading = read([HEADER, row(updated="10月8日", due="明天")])
    (table,) = reading.tables
    assert table.frame["updated_at"].tolist() == [pd.Timestamp(2023, 10, 8)]
    assert table.frame["due"].tolist() == [pd.Timestamp(2023, 10, 9)]
    assert about(reading, "G2")[0].kind == "info"


def test_without_id_and_row_date_the_other_rows_are_the_evidence(read: Read) -> None:
    """The typical full date of the column decides the year, but relative words do not count from it."""
    rows = numbered(
        {"id": "A-1"}, {"id": "A-2", "updated": "1月3日"}, {"id": "A-3", "updated": "", "due": "明天"}
    )
    reading = read([HEADER, *rows])
    (table,) = reading.tables
    assert table.frame["updated_at"].tolist()[1] == pd.Timestamp(2024, 1, 3)
    assert table.broken["due"].tolist() == [False, False, True]


def test_without_any_evidence_a_missing_year_is_refused(read: Read) -> None:
    reading = read([HEADER, row(id="A-1", updated="10月8日", due="")])
    assert "没有年份可推断" in about(reading, "G2")[0].message.zh


def test_a_range_means_its_start_for_events_and_its_end_for_due_dates(read: Read) -> None:
    (table,) = read([HEADER, row(start="2023-10-08~2023-10-09", due="2023-10-12~2023-10-13")]).tables
    assert table.frame["planned_start"].tolist() == [pd.Timestamp(2023, 10, 8)]
    assert table.frame["due"].tolist() == [pd.Timestamp(2023, 10, 13)]


def test_a_due_date_before_its_start_refuses_both(read: Read) -> None:
    reading = read([HEADER, row(start="2023-10-13", due="2023-10-12")])
    (table,) = reading.tables
    assert table.broken["due"].tolist() == table.broken["planned_start"].tolist() == [True]
    assert [about(reading, cell)[0].kind for cell in ("I2", "J2")] == ["error", "error"]


def test_a_due_date_on_the_day_of_its_start_is_fine(read: Read) -> None:
    (table,) = read([HEADER, row(start="2023-10-12 14:00", due="2023-10-12")]).tables
    assert not table.broken["due"].any()


@pytest.mark.parametrize(
    ("due", "said"), [("2023-10-08", 0), ("2023-10-07", 0), ("2023-10-14", 1), ("2023-10-02", 1)]
)
def test_rest_days_are_named_and_make_up_days_are_not(due: str, said: int, read: Read) -> None:
    found = about(read([HEADER, row(due=due)]), "I2")
    assert len(found) == said
    assert all("截止日为休息日" in problem.message.zh for problem in found)


def test_a_resolution_due_on_a_rest_day_is_named_with_its_number(read: Read) -> None:
    header = ["会议编号", "会议主题", "会议时间", "会议形式", "决议事项"]
    cells = [
        "YH20231001",
        "启动会",
        "2023-10-08 14:00",
        "线上",
        "1.李娜2023-10-13前提交;2.王敏2023-10-14前审核",
    ]
    found = about(read([header, cells]), "E2")
    assert [problem.kind for problem in found] == ["warning"]
    assert found[0].message.zh.startswith("第 2 条")


def test_a_date_years_away_is_kept_with_a_warning(read: Read) -> None:
    reading = read([HEADER, row(due="2032-10-08")])
    assert reading.tables[0].frame["due"].tolist() == [pd.Timestamp(2032, 10, 8)]
    (problem,) = about(reading, "I2")
    assert (problem.kind, problem.read_as) == ("warning", "2032-10-08")
    assert "两年" in problem.message.zh


def test_percent_formats_are_looked_up(read: Read) -> None:
    """0.7 that is shown as 70% is not doubted; 0.7 in a plain cell is; a quoted percent sign is no format."""
    rows = [HEADER, *numbered({"progress": 0.7}, {"progress": 0.7}, {"progress": 0.7})]
    facts = PlainFacts(formats={5: {2: "0%", 3: "General", 4: '0.0"%"'}})
    reading = read(RawSheet(name="x", rows=rows, facts=facts))
    assert reading.tables[0].frame["actual_progress"].tolist() == [70.0, 70.0, 70.0]
    assert [len(about(reading, f"E{row}")) for row in (2, 3, 4)] == [0, 1, 1]


def test_a_deviation_may_be_negative(read: Read) -> None:
    (table,) = read([HEADER, row(deviation=-12)]).tables
    assert table.frame["deviation"].tolist() == [-12.0]


def test_ids_that_repeat_are_refused_on_every_row(read: Read) -> None:
    reading = read([HEADER, row(), row(id="XZB20231001-02"), row(id="xzb20231001-1")])
    assert "第 4 行" in about(reading, "A2")[0].message.zh
    assert "第 2 行" in next(p.message.zh for p in about(reading, "A4") if p.kind == "error")
    assert about(reading, "A3") == []
    assert reading.tables[0].frame["subtask_id"].tolist()[2] == "XZB20231001-01"


def test_a_row_without_id_is_offered_the_next_free_one(read: Read) -> None:
    reading = read([HEADER, row(), row(id=""), row(id="XZB20231001-03"), row(id="无")])
    offered = [about(reading, cell)[0].suggestion for cell in ("A3", "A5")]
    assert [text.zh for text in offered if text] == ["可用 XZB20231001-02", "可用 XZB20231001-04"]


def test_no_free_id_is_offered_twice(read: Read) -> None:
    reading = read([HEADER, row(), row(id=""), row(), row(id="")])
    offered = [about(reading, cell)[0].suggestion for cell in ("A3", "A5")]
    assert [text.zh for text in offered if text] == ["可用 XZB20231001-02", "可用 XZB20231001-03"]


def test_a_near_miss_id_still_names_its_row(read: Read) -> None:
    reading = read([HEADER, row(id="XZB2O231001-01")])
    assert reading.tables[0].frame["subtask_id"].tolist() == ["XZB2O231001-01"]
    assert about(reading, "A2")[0].kind == "error"


def test_a_team_with_its_own_ids_is_told_once(read: Read) -> None:
    reading = read([HEADER, *(row(id=f"T-{number}") for number in range(1, 6))])
    said = [problem for problem in reading.problems if "编号" in problem.message.zh and problem.row != 1]
    assert [(problem.kind, problem.row) for problem in said] == [("info", None)]


def test_required_cells_are_named_in_one_problem_a_row(read: Read) -> None:
    """The five elements are rule E5's; 无 is an answer to "next step", not to "state"."""
    reading = read([HEADER, row(state="无", progress="", next="无", owner="", helpers="", due="")])
    (problem,) = about(reading, "D2")
    assert (problem.kind, problem.row, problem.column) == ("warning", 2, "当前阶段")
    assert problem.message.zh == "必填未填：当前阶段、当前进度"


def test_nobody_is_an_answer_and_a_blank_is_not(read: Read) -> None:
    (table,) = read([HEADER, *numbered({"helpers": "无"}, {"helpers": ""})]).tables
    assert table.frame["helpers"].tolist() == [(), None]


def test_problems_carry_place_value_and_owner(read: Read) -> None:
    (problem,) = about(read(RawSheet(name="进度", rows=[HEADER, row(due="10月13日")])), "I2")
    assert (problem.sheet, problem.row, problem.column, problem.raw) == ("进度", 2, "截止时间", "10月13日")
    assert (problem.kind, problem.read_as, problem.owner) == ("info", "2023-10-13", "张三")


def test_a_refused_cell_is_empty_and_broken(read: Read) -> None:
    reading = read([HEADER, row(owner="张三、李四", progress="差不多了", due="尽快", state="在路上")])
    (table,) = reading.tables
    assert table.frame[["owner", "actual_progress", "due", "state"]].isna().all(axis=None)
    for field in ("owner", "actual_progress", "due", "state"):
        assert table.broken[field].tolist() == [True]
    assert all(problem.read_as is None for problem in reading.problems if problem.kind == "error")


def test_a_bad_cell_never_stops_the_other_rows(read: Read) -> None:
    (table,) = read([HEADER, *numbered({"due": "10月32日", "updated": 10.8}, {})]).tables
    assert table.frame["due"].isna().tolist() == [True, False]


def test_a_warning_word_as_a_state_leaves_the_state_open(read: Read) -> None:
    reading = read([HEADER, row(state="延期")])
    (table,) = reading.tables
    assert table.frame["state"].tolist() == [None]
    assert not table.broken["state"].any()
    assert [problem.kind for problem in about(reading, "D2")] == ["info"]
    assert about(reading, None) == []


def test_free_text_that_nobody_needs_is_not_typed(read: Read) -> None:
    """Everything that can be wrong is read all the same; what was typed is at hand for every column."""
    reading = read([HEADER, row(progress="差不多了", next="继续")], fields={"progress": frozenset()})
    (table,) = reading.tables
    assert not {"next_step", "task_name"} & set(table.frame.columns)
    assert list(table.raw["next_step"]) == ["继续"]
    assert [problem.kind for problem in about(reading, "E2")] == ["error"]


def test_an_error_in_free_text_that_nobody_needs_is_told(read: Read) -> None:
    facts = PlainFacts(broken={(2, HEADER.index("下一步计划") + 1): "#REF!"})
    sheet = RawSheet(name="x", rows=[HEADER, row(next="#REF!")], facts=facts)
    reading = read(sheet, fields={"progress": frozenset()})
    assert [problem.kind for problem in reading.problems if "#REF!" in problem.message.zh] == ["error"]


MASTER = [
    "任务编号",
    "任务名称",
    "发起部门",
    "发起人",
    "协作部门",
    "任务目标",
    "关键时间节点",
    "优先级",
    "任务状态",
]
TASK = [
    "XZB20231001",
    "物料",
    "市场部",
    "张三",
    "设计部",
    "3款海报",
    "10月9日启动，10月13日交付",
    "高",
    "进行中",
]


def test_a_field_without_a_column_is_read_from_its_source(read: Read) -> None:
    (table,) = read([MASTER, TASK]).tables
    assert table.frame["due"].tolist() == [pd.Timestamp(2023, 10, 13)]
    assert table.places["due"].title == "关键时间节点"
    assert list(table.raw["due"]) == [TASK[6]]


def test_a_typed_due_date_wins_over_the_key_dates(read: Read) -> None:
    rows = [[*MASTER, "截止时间"], [*TASK, "2023-10-20 12:00"], ["XZB20231002", *TASK[1:], ""]]
    (table,) = read(rows).tables
    assert table.frame["due"].tolist() == [pd.Timestamp(2023, 10, 20, 12), pd.Timestamp(2023, 10, 13)]
    assert table.whole_days["due"].tolist() == [False, True]


def test_an_unreadable_plan_leaves_the_due_date_unreadable(read: Read) -> None:
    reading = read([MASTER, [*TASK[:6], "10月32日交付", *TASK[7:]]])
    (table,) = reading.tables
    assert table.broken["due"].tolist() == [True]
    assert len(about(reading, "G2")) == 1


def test_a_start_alone_is_no_due_date(read: Read) -> None:
    (table,) = read([MASTER, [*TASK[:6], "2023-10-09启动", *TASK[7:]]]).tables
    assert table.frame["start"].tolist() == [pd.Timestamp(2023, 10, 9)]
    assert table.frame["due"].isna().all()


def test_names_are_compared_across_tables_by_id(read: Read) -> None:
    reading = read([MASTER, TASK], [HEADER, *numbered({"task": " 物 料"}, {"task": "海报"})])
    said = [problem for problem in reading.problems if "以编号为准" in problem.message.zh]
    assert [(problem.sheet, problem.cell) for problem in said] == [("Sheet2", "B3")]


def test_the_same_sheet_reads_alike_whatever_stands_beside_it(read: Read) -> None:
    """Reading is a function of the document: twice gives the same problems."""
    rows = [HEADER, *numbered({"due": "月底"}, {"due": "Q4", "owner": "王总"})]
    assert read(rows).problems == read(rows).problems
