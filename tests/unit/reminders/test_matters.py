"""What a judged workbook has to tell people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

import pytest

from sheetsync.app import App, open_app
from sheetsync.model.reminder import Matter
from sheetsync.operations.matters import Judged, Told, told
from sheetsync.operations.study import Retrospect, judge, study
from sheetsync.testing import MemoryStore, sheet_of

THURSDAY = "2023-10-12T09:00"

Sheets = Mapping[str, Sequence[Mapping[str, str]]]
Tell = Callable[..., Told]


@cache
def app() -> App:
    return open_app(environ={})


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """A function (now, sheets, …) that tells what the first workbook has to tell, beside the others."""
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))

    def run(now: str, *books: Sheets) -> Told:
        moment, standards = datetime.fromisoformat(now), app().standards()
        some = []
        for number, sheets in enumerate(books):
            store = MemoryStore([sheet_of(name, rows) for name, rows in sheets.items()])
            judgement = judge(
                study(store, standards), standards, now=moment, title="t", retrospect=Retrospect(None)
            )
            name = f"{number}.xlsx"
            some.append(Judged(book=name, title=name, judgement=judgement, asked=not number))
        return told(some, standards, now=moment)

    return run


def task(**cells: str) -> dict[str, str]:
    return {
        "子任务编号": "XZB20231001-01",
        "所属任务": "海报",
        "负责人": "李娜",
        "当前阶段": "进行中",
        "当前进度": "70%",
        "完成情况描述": "第一稿画好了，等意见",
        "更新时间": "2023-10-12",
        "截止时间": "2023-10-10",
    } | cells


def issue(**cells: str) -> dict[str, str]:
    return {
        "问题编号": "WT20231001",
        "问题描述": "纸张缺货",
        "问题级别": "一般",
        "状态": "处理中",
        "提交时间": "2023-10-11 10:00",
        "响应时间": "2023-10-11 10:30",
        "方案时间": "2023-10-11 11:00",
        "主导部门": "市场部",
        "责任人": "王磊",
        "实际解决时间": "",
    } | cells


def by_rule(found: Told) -> dict[str, Matter]:
    return {matter.rule: matter for matter in found.matters}


def test_a_late_record_is_told_with_task_place_and_ladder(tell: Tell) -> None:
    matter = by_rule(tell(THURSDAY, {"进度": [task()]}))["T47"]
    assert (matter.record, matter.name, matter.sheet, matter.row) == ("XZB20231001-01", "海报", "进度", 2)
    assert [(rung.number, rung.who) for rung in matter.rungs] == [(1, "李娜"), (2, None)]
    assert matter.key == "0.xlsx|progress|XZB20231001-01|T47||2023-10-10T18:00"


@pytest.mark.parametrize(("now", "running"), [("2023-10-12T05:00", False), ("2023-10-12T05:12", True)])
def test_a_limit_is_told_when_four_fifths_of_it_have_run(tell: Tell, now: str, running: bool) -> None:
    """T44: 24 hours from 10:00; 80 % of them are over at 5:12."""
    assert ("T44" in by_rule(tell(now, {"问题": [issue()]}))) is running


def test_a_limit_that_has_run_out_is_the_matter_that_it_was_before(tell: Tell) -> None:
    """So that nobody hears of it anew."""
    before, after = (
        by_rule(tell(now, {"问题": [issue()]}))["T44"] for now in ("2023-10-12T08:00", "2023-10-12T12:00")
    )
    assert before.key == after.key
    assert len(before.rungs) < len(after.rungs)


def test_a_filled_cell_leaves_nothing_to_tell(tell: Tell) -> None:
    late = {"问题": [issue(实际解决时间="2023-10-12 14:00", 状态="待验证")]}
    assert "T44" not in by_rule(tell("2023-10-12T15:00", late))


def test_the_next_due_time_is_another_matter(tell: Tell) -> None:
    first, second = (
        by_rule(tell(THURSDAY, {"进度": [task(截止时间=due)]}))["T47"] for due in ("2023-10-10", "2023-10-11")
    )
    assert first.key != second.key


def test_a_row_that_moves_stays_the_same_matter(tell: Tell) -> None:
    above = task(子任务编号="XZB20231001-09", 截止时间="2023-12-01")
    first = by_rule(tell(THURSDAY, {"进度": [task()]}))["T47"]
    second = by_rule(tell(THURSDAY, {"进度": [above, task()]}))["T47"]
    assert (first.key, first.row, second.row) == (second.key, 2, 3)


@pytest.mark.parametrize(
    ("given", "excused"),
    [("2023-10-20", datetime(2023, 10, 20, 18)), ("2023-10-09", None), ("", None)],
)
def test_a_delay_note_gives_a_due_date_a_new_one(tell: Tell, given: str, excused: datetime | None) -> None:
    note = {
        "子任务编号": "XZB20231001-01",
        "负责人": "李娜",
        "延迟原因分类": "资源不足",
        "预计完成时间": given,
    }
    found = by_rule(tell(THURSDAY, {"进度": [task()], "延迟": [note]}))["T47"].excused
    assert (found and found.date()) == (excused and excused.date())


def test_a_delay_note_moves_no_limit(tell: Tell) -> None:
    """Whoever is blocked files an issue within the hour, whatever date the work gets."""
    note = {
        "子任务编号": "XZB20231001-01",
        "负责人": "李娜",
        "延迟原因分类": "资源不足",
        "预计完成时间": "2023-10-20",
    }
    blocked = task(当前阶段="受阻", 更新时间="2023-10-11 09:00")
    found = tell(THURSDAY, {"进度": [blocked], "延迟": [note]}).matters
    limited = [matter for matter in found if matter.limit is not None]
    assert limited
    assert all(matter.excused is None for matter in limited)


MINUTES = {
    "会议编号": "YH20231001",
    "会议主题": "周会",
    "会议时间": "2023-10-09 09:00",
    "结束时间": "2023-10-09 10:00",
    "主持人": "周涛",
    "参会部门及人员": "李娜、王磊、周涛",
    "纪要发出时间": "2023-10-09 11:00",
    "签字人": "周涛",
}


def test_each_of_those_who_have_not_signed_is_told(tell: Tell) -> None:
    matter = by_rule(tell(THURSDAY, {"纪要": [MINUTES]}))["T32"]
    assert matter.rungs[0].who == "李娜、王磊"
    assert matter.waits == "周涛"


def test_who_has_not_reported_is_listed_by_kind(tell: Tell) -> None:
    stale = task(更新时间="2023-10-09", 截止时间="2023-11-01")
    silent = tell(THURSDAY, {"进度": [stale], "纪要": [MINUTES]}).silent
    assert {(one.kind, one.name, one.records) for one in silent} >= {
        ("daily", "李娜", ("XZB20231001-01",)),
        ("signature", "李娜", ("YH20231001",)),
        ("signature", "王磊", ("YH20231001",)),
    }


def test_whose_work_is_blocked_has_not_reported_all_the_same(tell: Tell) -> None:
    """T04 is told in place of T53, but the list of who is silent says so."""
    found = tell(THURSDAY, {"进度": [task(当前阶段="受阻", 更新时间="2023-10-09")]})
    assert "T53" not in by_rule(found)
    assert [(one.kind, one.name) for one in found.silent if one.kind == "daily"] == [("daily", "李娜")]


def test_the_directory_may_stand_in_another_workbook(tell: Tell) -> None:
    people = {"姓名": "李娜", "部门": "设计部", "邮箱": "lina@example.com", "是否接口人": "是"}
    other = {"名册": [people], "进度": [task(子任务编号="XZB20231099-01")]}
    found = tell(THURSDAY, {"进度": [task()]}, other)
    assert [member.email for member in found.directory.find("李娜")] == ["lina@example.com"]
    assert {matter.book for matter in found.matters} == {"0.xlsx"}
    assert set(found.homes.values()) == {"设计部"}


def test_the_class_of_an_issue_is_the_standard_word(tell: Tell) -> None:
    found = tell("2023-10-11T13:00", {"问题": [issue(问题级别="Urgent", 方案时间="")]})
    assert {matter.kind for matter in found.matters} == {"紧急"}


def test_a_missing_note_is_one_matter_whichever_record_it_stands_on(tell: Tell) -> None:
    """T41 has one row a person: the first sub-task in progress."""
    many = [
        task(子任务编号=f"XZB20231001-0{number}", 截止时间="2023-11-01", 更新时间="2023-10-11 18:00")
        for number in (1, 2)
    ]
    note = {"日期": "2023-10-11", "负责人": "王磊", "昨日完成": "初稿", "今日计划": "二稿", "遇到障碍": "无"}
    found = [by_rule(tell(THURSDAY, {"进度": rows, "站会": [note]}))["T41"] for rows in (many, many[1:])]
    assert [matter.record for matter in found] == ["XZB20231001-01", "XZB20231001-02"]
    assert len({matter.key for matter in found}) == 1
