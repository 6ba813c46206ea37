"""Makes the rows of the demonstration: a product launch, typed the way people type, from a fixed seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Annotated

import numpy as np
from pydantic import Field

from sheetsync.forms.spec import Spec
from sheetsync.templates.build import Cell, Row
from sheetsync.templates.typist import Typist
from sheetsync.worktime import WorkTime

SEED = 20231016
NOW = datetime(2023, 10, 16, 9, 0)
"""The Monday after the seed's own task was due, a week after National Day and its make-up days."""

Names = Annotated[tuple[str, ...], Field(min_length=1)]
Rows = dict[str, list[dict[str, Cell]]]

_DONE = ("已完成", "已归档")
_HOUR = timedelta(hours=1)


class Story(Spec):
    """The file `demo/product-launch.yaml`."""

    project: str
    people: dict[str, Names]
    works: dict[str, tuple[tuple[str, str, str], ...]]
    tasks: tuple[tuple[str, str, Names, str, str, str], ...]
    issues: tuple[tuple[str, str, str, str], ...]
    meetings: tuple[tuple[str, str, tuple[tuple[str, int, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """One task of the story before anybody types it."""

    id: str
    name: str
    department: str
    supports: Sequence[str]
    goal: str
    deliverables: str
    work: Sequence[tuple[str, str, str]]
    start: datetime
    due: datetime


def tell(story: Story, worktime: WorkTime, now: datetime = NOW) -> Mapping[str, Sequence[Row]]:
    """Return the rows of the story by form id.

    Args:
        story: Names and sentences.
        worktime: The calendar that the story's people plan by.
        now: The day the story is told, wall clock; plans lie around it.

    Returns:
        About 40 tasks, 150 sub-tasks, 30 issues, a RACI matrix, meetings and acceptance requests; equal
        arguments give equal rows.
    """
    return _Teller(story, worktime, now).tell()


def raci_titles(story: Story) -> tuple[str, ...]:
    """Return the departments of the story: the open columns of its RACI matrix."""
    return tuple(story.people)


class _Teller:
    """The dice, the typist, and the rows so far."""

    def __init__(self, story: Story, worktime: WorkTime, now: datetime) -> None:
        self.story, self.worktime, self.now = story, worktime, now
        self.dice = Random(SEED)  # noqa: S311 - a story needs no secrets
        self.typist = Typist(self.dice)
        self.doing: dict[str, set[str]] = {}
        self.rows: Rows = {
            form: [] for form in ("task-master", "progress", "minutes", "issues", "raci", "acceptance")
        }

    def tell(self) -> Rows:
        for plan in self._plans():
            self._task(plan)
            for number, stage in enumerate(plan.work, start=1):
                self._subtask(plan, number, stage)
            self._raci(plan)
        for number in range(2 * len(self.story.issues)):
            self._issue(number)
        for number, meeting in enumerate(self.story.meetings, start=2):
            self._meeting(number, *meeting)
        self._slips()
        return self.rows

    def _plans(self) -> list[_Plan]:
        months: dict[str, int] = {self.now.strftime("%Y%m"): 1}
        midnight = self.now.replace(hour=0, minute=0)
        plans = []
        for name, department, supports, goal, deliverables, work in self.story.tasks:
            start = midnight + timedelta(days=self.dice.randint(-28, 9))
            due = start + timedelta(days=self.dice.randint(14, 34))
            if self.dice.random() < 0.9:
                start, due = self._workday(start), self._workday(due)
            month = start.strftime("%Y%m")
            months[month] = months.get(month, 0) + 1
            plans.append(
                _Plan(
                    id=f"XZB{month}{months[month]:02d}",
                    name=name,
                    department=department,
                    supports=supports,
                    goal=goal,
                    deliverables=deliverables,
                    work=self.story.works[work],
                    start=start,
                    due=due,
                )
            )
        return plans

    def _task(self, plan: _Plan) -> None:
        state = "未开始" if plan.start > self.now else "进行中"
        milestones = f"{plan.start.month}月{plan.start.day}日启动，{plan.due.month}月{plan.due.day}日交付"
        self.rows["task-master"].append(
            {
                "task_id": plan.id,
                "task_name": plan.name,
                "initiating_department": plan.department,
                "initiator": self.typist.person(self.story.people[plan.department][0], plan.department),
                "departments": self.typist.departments(plan.supports),
                "goal": plan.goal,
                "milestones": milestones,
                "deliverables": plan.deliverables,
                "priority": self.dice.choice(("高", "高", "中", "中", "低", "P1", "★★★")),
                "state": self.typist.state(state),
            }
        )

    def _subtask(self, plan: _Plan, number: int, stage: tuple[str, str, str]) -> None:
        name, deliverable, standard = stage
        step = (plan.due - plan.start) / len(plan.work)
        start = (plan.start + step * (number - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
        due = self._workday(plan.start + step * number)
        department = self.dice.choice((plan.department, *plan.supports))
        owner = self.dice.choice(self.story.people[department])
        self.doing.setdefault(plan.id, set()).add(department)
        state, points = self._standing(start, due)
        updated = self.now - timedelta(days=3) if self.dice.random() < 0.9 else self.now - timedelta(days=7)
        if state in {*_DONE, "未开始"}:
            updated = min(updated, due)
        blocked = state == "受阻"
        row: dict[str, Cell] = {
            "subtask_id": f"{plan.id}-{number:02d}",
            "task_name": plan.name,
            "owner": self.typist.person(owner, department),
            "state": self.typist.state(state),
            "actual_progress": self.typist.percent(points),
            "description": f"{name}：{_said(points)}",
            "obstacles": self.dice.choice(("物料未到", "数据口径未统一", "等待审批")) if blocked else "无",
            "support": f"请{plan.supports[0]}本周五前协助" if blocked else "无",
            "next_step": "归档" if points == 100 else f"继续{name}",
            "updated_at": self.typist.day(updated),
            "helpers": self.typist.several([self.story.people[other][-1] for other in plan.supports[:2]]),
            "resources": self.dice.choice(("无", "预算5000元", "设计师1人", "测试机3台")),
            "standard": standard,
            "due": self.typist.until(due),
            "planned_start": self.typist.day(start),
            "deliverables": deliverable if points >= 50 else "",
        }
        if state in _DONE:
            row["finished_at"] = self._workday(due - timedelta(days=self.dice.randint(0, 2))).replace(hour=17)
        if number == len(plan.work) and self.dice.random() < 0.12:
            row.pop("standard")
        self.rows["progress"].append(row)
        if state == "待验收" and self.dice.random() < 0.6:
            self._acceptance(str(row["subtask_id"]), deliverable, owner, plan)

    def _standing(self, start: datetime, due: datetime) -> tuple[str, int]:
        """Return state and progress of a sub-task: most are on plan, some behind, a few stuck or late."""
        luck = self.dice.random()
        if start > self.now:
            return "未开始", 0
        if due < self.now:
            if luck < 0.78:
                return ("已完成" if luck < 0.7 else "已归档"), 100
            return ("待验收", 100) if luck < 0.88 else ("进行中", self.dice.choice((60, 80, 90)))
        share = (self.now - start) / (due - start)
        planned = round(share * 10) * 10
        if luck < 0.5:
            return "进行中", min(95, planned + self.dice.choice((0, 5, 10)))
        if luck < 0.88:
            return "进行中", max(5, planned - self.dice.choice((30, 40, 50)))
        return ("受阻", max(0, planned - 20)) if luck < 0.96 else ("待验收", 100)

    def _acceptance(self, subtask: str, deliverable: str, owner: str, plan: _Plan) -> None:
        number = len(self.rows["acceptance"]) + 1
        self.rows["acceptance"].append(
            {
                "acceptance_id": f"YS{self.now:%Y%m}{number:02d}",
                "subtask_id": subtask,
                "deliverables": deliverable,
                "submitter": owner,
                "submitted_at": self.typist.moment(
                    self._office_hour(self.now - timedelta(days=self.dice.randint(1, 6)))
                ),
                "acceptor": self.story.people[plan.department][0],
            }
        )

    def _raci(self, plan: _Plan) -> None:
        doing = self.doing[plan.id]
        decides = "R/A" if plan.department in doing else "A"
        row: dict[str, Cell] = {"task_id": plan.id, "task_name": plan.name, plan.department: decides}
        for index, department in enumerate(plan.supports):
            does = index == 0 or department in doing
            row[department] = self.dice.choice(("R", "r", "负责") if does else ("C", "I", "知会"))
        others = [name for name in self.story.people if name not in row]
        row[self.dice.choice(others)] = "I"
        self.rows["raci"].append(row)

    def _issue(self, number: int) -> None:
        description, impact, tried, support = self.story.issues[number % len(self.story.issues)]
        related = self.dice.choice(self.rows["progress"])
        submitted = self._office_hour(self.now - timedelta(days=self.dice.randint(1, 12)))
        kind = self.dice.choice(("一般", "一般", "一般", "复杂", "紧急", "严重", "跨部门争议"))
        department = self.dice.choice(list(self.story.people))
        row: dict[str, Cell] = {
            "issue_id": f"WT{self.now:%Y%m}{number + 1:02d}",
            "task_id": str(related["subtask_id"]),
            "description": description,
            "impact": impact,
            "tried": tried,
            "support_needed": support,
            "issue_class": kind,
            "reporter": self.dice.choice([name for names in self.story.people.values() for name in names]),
            "submitted_at": self.typist.moment(submitted),
            "lead_department": department,
            "owner": self.typist.person(self.story.people[department][0], department),
        }
        stage = self.dice.choice((0, 1, 2, 3, 3, 4, 4, 4))
        row["state"] = self.typist.state(("已提交", "已响应", "处理中", "待验证", "已闭环")[stage])
        responded = submitted + self.dice.choice((0.5, 1, 1.5, 3)) * _HOUR
        stamps: dict[str, datetime] = {}
        if stage >= 1:
            row["responder"] = self.story.people[department][-1]
            stamps["responded_at"] = responded
        if kind == "严重" and self.dice.random() < 0.7:
            stamps["escalated_at"] = submitted + 3 * _HOUR
        if stage >= 2:
            row["solution"] = "按会议结论执行，责任到人"
            stamps["solution_at"] = responded + self.dice.choice((1, 4, 20)) * _HOUR
        if stage >= 3:
            stamps["fixed_at"] = responded + self.dice.choice((20, 22, 40)) * _HOUR
        if stage == 4:
            row |= {"verifier": self.dice.choice(self.story.people["品质部"]), "verdict": "通过"}
            stamps |= {"verified_at": responded + 44 * _HOUR, "closed_at": responded + 45 * _HOUR}
        row |= {name: self.typist.moment(at) for name, at in stamps.items() if at < self.now}
        self.rows["issues"].append(row)

    def _meeting(
        self, number: int, subject: str, kind: str, resolutions: Sequence[tuple[str, int, str]]
    ) -> None:
        held = self._office_hour(self.now - timedelta(days=28 - 5 * number)).replace(hour=14, minute=0)
        agreed = []
        for index, (who, days, what) in enumerate(resolutions, start=1):
            due = self._workday(held + timedelta(days=days))
            agreed.append(f"{index}.{who}{due.month}月{due.day}日前{what}")
        self.rows["minutes"].append(
            {
                "meeting_id": f"YH{self.now:%Y%m}{number:02d}",
                "subject": subject,
                "meeting_type": kind,
                "held_at": self.typist.moment(held),
                "ended_at": held + _HOUR,
                "meeting_form": self.dice.choice(("线上", "线下", "线上+线下", "视频会议")),
                "chair": resolutions[0][0],
                "participants": "、".join(who for who, _, _ in resolutions),
                "absent": "无",
                "agenda": "1.进展通报 2.问题讨论 3.分工确认",
                "discussion": "1.各部门通报进展；2.确认下一步分工",
                "resolutions": "；".join(agreed),
                "follow_up": "无",
                "recorder": self.story.people["行政部"][0],
                "minutes_sent_at": held + 2 * _HOUR,
            }
        )

    def _workday(self, moment: datetime) -> datetime:
        """Move a rest day to the next working day; few plan a delivery for a holiday."""
        day = self.worktime.next_workday(np.array([moment.date()], dtype="datetime64[D]"))[0].item()
        return datetime.combine(day, time())

    def _office_hour(self, day: datetime) -> datetime:
        return self._workday(day).replace(
            hour=self.dice.randint(9, 17), minute=self.dice.choice((0, 10, 30, 45))
        )

    def _slips(self) -> None:
        """Put in one of each way to type that is hard or impossible to read."""
        self._slips_in_progress()
        tasks, issues, raci, acceptance = (
            self.rows[form] for form in ("task-master", "issues", "raci", "acceptance")
        )
        tasks[9]["departments"] = "市埸部、品牌部"
        tasks[14]["priority"] = "加急处理"
        tasks[20]["milestones"] = "尽快启动，越快越好"
        tasks[23]["initiator"] = "王总"
        tasks[27]["priority"] = "★★★"
        issues[4]["submitted_at"] = "08/10/2023"
        issues[8]["issue_id"] = str(issues[8]["issue_id"]).lower()
        issues[11]["verdict"] = "有条件通过"
        issues[11]["state"] = "待验证"
        issues[14]["issue_id"] = issues[13]["issue_id"]
        issues[17]["issue_id"] = ""
        issues[20]["issue_id"] = str(issues[20]["issue_id"]).replace("0", "O", 1)
        issues.insert(22, {"issue_id": "小计", "description": "本月新增 22 项"})
        acceptance[0]["verdict"] = "×"
        department = self.story.tasks[3][1]
        raci[3][department] = "√"
        raci[4][self.story.tasks[4][1]] = "RR"
        raci[5] = {**raci[5], self.story.tasks[5][2][0]: "A"}
        first = self.story.tasks[8][1]
        raci[8] = {**raci[8], first: "C"}

    def _slips_in_progress(self) -> None:
        progress = self.rows["progress"]
        progress[7]["actual_progress"] = "差不多了"
        progress[12]["due"] = "尽快"
        progress[18]["owner"] = "李娜、周涛"
        progress[23]["due"] = "10月32日"
        progress[31]["state"] = "已完成90%"
        progress[36]["subtask_id"] = str(progress[36]["subtask_id"]).replace("-", "—")
        progress[41]["actual_progress"] = 0.7
        progress[47]["owner"] = "设计部"
        progress[55]["due"] = 10.8
        progress[63]["actual_progress"] = "150%"
        progress[66]["due"] = "月底"
        progress[68]["due"] = "10月下旬"
        progress[70]["due"] = "下周五前"
        progress[72]["due"] = "明天18点前"
        progress[74]["due"] = "28号"
        progress[76]["due"] = "10月23日-10月27日"
        progress[78]["due"] = "2032-10-27"
        progress[80]["due"] = "23.10.27"
        progress[82]["due"] = "10月27日12:"
        progress[84]["planned_start"] = datetime(2023, 11, 30)
        progress[86]["actual_progress"] = "70-80%"
        progress[88]["actual_progress"] = "3/4个"
        progress[90]["actual_progress"] = 1
        progress[92]["state"] = "进行中/受阻"
        progress[94]["state"] = "延期"
        progress[96]["owner"] = "全体"
        progress[98]["support"] = "请王磊今日18点前确认预算"
        progress[100]["obstacles"] = "=合同未签，见附件"
        progress.insert(102, {"subtask_id": "合计", "actual_progress": "58%"})


def _said(points: int) -> str:
    if points == 0:
        return "尚未启动"
    return "已全部完成" if points == 100 else f"已完成{points}%"
