"""What leaders have to decide, and what lies before and behind a week."""

from datetime import date, datetime
from typing import Any

import pytest

from sheetsync.metrics import agenda
from sheetsync.model.summary import Dated, Wanted
from sheetsync.text import Text
from tests.unit.metrics.conftest import Row, SubTask, Told

NOW = "2023-10-18 09:00"  # a Wednesday
DONE = {"当前阶段": "已完成", "当前进度": "100%"}


def issue(number: int, **cells: str) -> Row:
    return {
        "问题编号": f"WT202310{number:02d}", "问题描述": f"问题{number}",
        "问题级别": "重大", "状态": "处理中", "提交时间": "2023-10-16 08:30",
        "主导部门": "市场部", "责任人": "李娜",
        "响应时间": "2023-10-16 09:00", "升级级别": "", "升级时间": "", "解决方案": "",
    } | cells  # fmt: skip


def meeting(number: int, held: str, unresolved: str, **cells: str) -> Row:
    return {
        "会议编号": f"YH202310{number:02d}", "会议主题": "周例会", "会议时间": held, "主持人": "王磊",
        "争议点": "", "决议事项": "", "未决议事项": unresolved, "记录人": "李娜",
    } | cells  # fmt: skip


def change(number: int, **cells: Any) -> Row:  # noqa: ANN401 - whatever a cell holds
    return {
        "变更编号": f"BG202310{number:02d}", "变更原因": f"原因{number}", "关联任务": "XZB20231001-01",
        "原值": "10月13日", "新值": "10月16日", "申请人": "王磊", "申请时间": "2023-10-12 15:00",
        "确认部门": "设计部", "协作部门负责人": "周涛", "确认意见": "", "生效时间": "",
        "更新的任务字段": "截止时间", "状态": "确认中",
    } | cells  # fmt: skip


def texts(found: tuple[Wanted, ...]) -> list[str]:
    return [one.text for one in found]


class TestWanted:
    """Decisions wanted from leadership."""

    @pytest.mark.parametrize(
        ("cells", "wanted"),
        [
            ({}, False),
            ({"升级时间": "2023-10-17 10:00"}, True),
            ({"状态": "已升级"}, True),
            ({"升级级别": "PMO"}, True),
            ({"升级级别": "无"}, False),
            ({"升级级别": "-"}, False),
            ({"升级时间": "2023-10-17 10:00", "状态": "已闭环"}, False),
        ],
        ids=["not escalated", "time", "state", "level", "none in words", "a dash", "closed since"],
    )
    def test_an_escalated_issue_waits_until_it_is_closed(
        self, told: Told, cells: dict[str, str], wanted: bool
    ) -> None:
        assert texts(told(NOW, {"问题": [issue(1, **cells)]}).wanted) == ["问题1"] * wanted

    def test_what_an_escalation_says(self, told: Told) -> None:
        row = issue(1, 升级时间="2023-10-17 10:00", 升级级别="分管副总", 解决方案="换供应商")
        (found,) = told(NOW, {"问题": [row]}).wanted
        assert (found.since, found.options, found.who) == (datetime(2023, 10, 17, 10), "换供应商", "分管副总")
        assert (found.sheet, found.row, found.kind.zh) == ("问题", 2, "升级的问题")

    def test_a_later_meeting_on_a_subject_takes_the_earlier_ones_place(self, told: Told) -> None:
        """What it no longer names was decided; another subject's items stay."""
        rows = [
            meeting(1, "2023-10-16 14:00", "1.预算;2.场地"),
            meeting(2, "2023-10-09 14:00", "1.人手;2.预算"),
            meeting(3, "2023-10-10 14:00", "1.印刷厂", 会议主题="物料专题会"),
        ]
        assert texts(told(NOW, {"纪要": rows}).wanted) == ["印刷厂", "预算", "场地"]

    def test_the_last_meeting_may_have_settled_all(self, told: Told) -> None:
        rows = [meeting(1, "2023-10-09 14:00", "1.预算"), meeting(2, "2023-10-16 14:00", "无")]
        assert told(NOW, {"纪要": rows}).wanted == ()

    def test_a_meeting_to_come_settles_nothing_yet(self, told: Told) -> None:
        """Minutes prepared for Friday do not hide what has been open since Monday."""
        rows = [meeting(1, "2023-10-16 14:00", "1.预算"), meeting(2, "2023-10-20 14:00", "")]
        assert texts(told(NOW, {"纪要": rows}).wanted) == ["预算"]

    def test_what_an_open_item_says(self, told: Told) -> None:
        row = meeting(1, "2023-10-16 14:00", "预算", 争议点="自办或外包")
        (found,) = told(NOW, {"纪要": [row]}).wanted
        assert (found.since, found.options, found.who) == (datetime(2023, 10, 16, 14), "自办或外包", "王磊")
        assert (found.deadline, found.kind.zh) == (None, "未决议事项")

    @pytest.mark.parametrize(
        ("cells", "wanted"),
        [
            ({}, True),
            ({"状态": ""}, True),
            ({"状态": "已生效", "生效时间": "2023-10-13"}, False),
            ({"生效时间": "2023-10-13"}, False),
            ({"状态": "已驳回"}, False),
            ({"状态": "草稿"}, False),
            ({"确认意见": "同意", "确认时间": "2023-10-13"}, False),
            ({"确认意见": "不同意", "确认时间": "2023-10-13"}, True),
        ],
        ids=[
            "being confirmed", "no state", "in force", "in force by its time", "rejected", "a draft",
            "this department agrees", "this department disagrees",
        ],
    )  # fmt: skip
    def test_a_change_waits_until_it_is_agreed_or_rejected(
        self, told: Told, cells: dict[str, str], wanted: bool
    ) -> None:
        assert texts(told(NOW, {"变更申请": [change(1, **cells)]}).wanted) == ["原因1"] * wanted

    def test_what_a_change_request_says(self, told: Told) -> None:
        """Old and new value as people write them, whoever has to agree, and since when."""
        row = change(1, 原值=datetime(2023, 10, 13), 新值=datetime(2023, 10, 16, 18))
        (found,) = told(NOW, {"变更申请": [row]}).wanted
        assert found.options == "2023-10-13 → 2023-10-16 18:00"
        assert (found.since, found.who) == (datetime(2023, 10, 12, 15), "周涛")

    def test_who_waits_longest_comes_first_and_who_waits_since_nobody_knows_last(self, told: Told) -> None:
        sheets = {
            "问题": [issue(1, 状态="已升级"), issue(2, 升级时间="2023-10-17 10:00")],
            "纪要": [meeting(1, "2023-10-16 14:00", "预算")],
            "变更申请": [change(1)],
        }
        assert texts(told(NOW, sheets).wanted) == ["原因1", "预算", "问题2", "问题1"]


def keys(found: tuple[Dated, ...]) -> list[str]:
    return [one.key for one in found]


class TestDone:
    """Done this week."""

    @pytest.mark.parametrize(
        ("ended", "listed"),
        [
            ("2023-10-15 23:59", False),
            ("2023-10-16 00:00", True),
            ("2023-10-18 08:00", True),
            ("2023-10-19", False),
            ("", False),
        ],
        ids=["Sunday", "Monday", "today", "tomorrow", "nobody said when"],
    )
    def test_the_week_begins_on_monday_and_ends_today(
        self, told: Told, sub_task: SubTask, ended: str, listed: bool
    ) -> None:
        found = told(NOW, {"进度": [sub_task(1, 实际完成=ended, **DONE)]}).done
        assert bool(found) == listed

    @pytest.mark.parametrize("state", ["进行中", "已取消"])
    def test_what_is_not_done_is_not_listed(self, told: Told, sub_task: SubTask, state: str) -> None:
        """Whatever stands in the column of the end."""
        assert told(NOW, {"进度": [sub_task(1, 当前阶段=state, 实际完成="2023-10-17")]}).done == ()

    def test_work_and_resolutions_stand_by_day(self, told: Told, sub_task: SubTask) -> None:
        resolution = {
            "决议编号": "YH20231001-J01", "决议内容": "提交卖点", "负责人": "王磊", "完成时限": "2023-10-20",
            "状态": "已完成", "实际完成": "2023-10-16 16:30", "会议时间": "2023-10-08 14:00",
        }  # fmt: skip
        sheets = {"进度": [sub_task(1, 实际完成="2023-10-17", **DONE)], "决议": [resolution]}
        (first, second) = told(NOW, sheets).done
        assert first == Dated(
            kind=Text("决议", "Resolution"),
            key="YH20231001-J01",
            name="提交卖点",
            owner="王磊",
            day=date(2023, 10, 16),
            sheet="决议",
            row=2,
        )
        assert (second.key, second.owner, second.day) == ("XZB20231001-01", "李娜", date(2023, 10, 17))

    def test_more_than_fit_are_counted(
        self, told: Told, sub_task: SubTask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(agenda, "LISTED", 2)
        trends = told(NOW, {"进度": [sub_task(n, 实际完成="2023-10-17", **DONE) for n in (1, 2, 3, 4, 5)]})
        assert (len(trends.done), trends.done_left_out) == (2, 3)


class TestComing:
    """Due in the next two weeks."""

    @pytest.mark.parametrize(
        ("due", "listed"),
        [
            ("2023-10-17 18:00", False),
            ("2023-10-18 08:00", True),
            ("2023-11-01 23:00", True),
            ("2023-11-02 00:00", False),
        ],
        ids=["yesterday", "today", "in two weeks", "a day later"],
    )
    def test_two_weeks_from_today(self, told: Told, sub_task: SubTask, due: str, listed: bool) -> None:
        """What is overdue stands elsewhere: it is not to come."""
        assert bool(told(NOW, {"进度": [sub_task(1, 截止时间=due)]}).coming) == listed

    @pytest.mark.parametrize("state", ["已完成", "已取消"])
    def test_what_is_over_is_not_to_come(self, told: Told, sub_task: SubTask, state: str) -> None:
        assert told(NOW, {"进度": [sub_task(1, 当前阶段=state)]}).coming == ()

    def test_a_task_is_a_milestone_beside_its_sub_tasks(self, told: Told, sub_task: SubTask) -> None:
        """Leaders look for the day of the whole, which no sub-task tells."""
        task: Row = {
            "任务编号": "XZB20231001", "任务名称": "海报", "发起人": "王磊", "任务状态": "进行中",
            "启动日期": "2023-10-16", "截止时间": "2023-10-30 18:00",
        }  # fmt: skip
        assert keys(told(NOW, {"任务总表": [task], "进度": [sub_task(1)]}).coming) == [
            "XZB20231001-01",
            "XZB20231001",
        ]

    def test_meetings_and_resolutions_that_are_still_open(self, told: Told) -> None:
        def notice(number: int, state: str) -> Row:
            return {
                "会议编号": f"YH202310{number:02d}", "议题": f"议题{number}", "会议时间": "2023-10-20 14:00",
                "参会人员": "王磊", "会议发起人": "王磊", "发布时间": "2023-10-16 10:00", "状态": state,
            }  # fmt: skip

        def resolution(number: int, state: str) -> Row:
            return {
                "决议编号": f"YH20231001-J{number:02d}", "决议内容": "x", "负责人": "王磊",
                "完成时限": "2023-10-19", "状态": state, "会议时间": "2023-10-08 14:00",
            }  # fmt: skip

        sheets = {
            "会议通知": [notice(1, "已通知"), notice(2, "已取消")],
            "决议": [resolution(1, "已完成"), resolution(2, "进行中")],
        }
        found = told(NOW, sheets).coming
        assert [(one.kind.zh, one.key) for one in found] == [
            ("决议", "YH20231001-J02"),
            ("会议", "YH20231001"),
        ]

    def test_they_stand_by_day(self, told: Told, sub_task: SubTask) -> None:
        dues = ["2023-10-25", "2023-10-19", "2023-10-31", "2023-10-20"]
        rows = [sub_task(number, 截止时间=due) for number, due in enumerate(dues, 1)]
        assert [key[-1] for key in keys(told(NOW, {"进度": rows}).coming)] == ["2", "4", "1", "3"]


class TestInForce:
    """Changes that came into force this week."""

    @pytest.mark.parametrize(
        ("effective", "listed"),
        [
            ("2023-10-15 18:00", False),
            ("2023-10-16", True),
            ("2023-10-18 08:00", True),
            ("2023-10-19", False),
        ],
        ids=["last week", "Monday", "today", "to come"],
    )
    def test_those_of_this_week_up_to_today(self, told: Told, effective: str, listed: bool) -> None:
        row = change(1, 状态="已生效", 确认意见="同意", 生效时间=effective)
        assert bool(told(NOW, {"变更申请": [row]}).in_force) == listed

    @pytest.mark.parametrize(
        ("cells", "name"),
        [
            ({}, "截止时间：10月13日 → 10月16日"),
            ({"原值": ""}, "截止时间：（空） → 10月16日"),
            ({"更新的任务字段": ""}, "10月13日 → 10月16日"),
            (
                {"原值": datetime(2023, 10, 13), "新值": datetime(2023, 10, 16, 18)},
                "截止时间：2023-10-13 → 2023-10-16 18:00",
            ),
        ],
        ids=["as typed", "was empty", "no field", "typed as dates"],
    )
    def test_what_was_and_what_holds_now(self, told: Told, cells: dict[str, Any], name: str) -> None:
        row = change(1, 状态="已生效", 确认意见="同意", 生效时间="2023-10-17", **cells)
        (found,) = told(NOW, {"变更申请": [row]}).in_force
        assert (found.key, found.name, found.day) == ("XZB20231001-01", name, date(2023, 10, 17))
