"""The rows that a preset's project is followed by: progress and all reports of it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sheetsync.templates.build import Cell, Row
from sheetsync.templates.presetplan import DONE, RUNNING, DatedStep, DatedTask, Plan
from sheetsync.templates.presetwords import NONE, Told
from sheetsync.text import Text

Made = Iterator[Row]
_HALF_HOUR = timedelta(minutes=30)
_TOPIC = 20
"""Characters of a topic at most (spec F04)."""


def progress(told: Told) -> Made:
    """Yield the rows of the progress tracker."""
    plan, names = told.plan, told.names
    for task in plan.tasks:
        for step in task.steps:
            row: dict[str, Cell] = {
                "subtask_id": step.id,
                "task_name": told.say(task.task.name),
                "owner": names.person(step.step.owner),
                "state": step.state,
                "actual_progress": step.progress / 100,
                "description": told.say(step.step.name),
                "obstacles": told.say(NONE),
                "support": told.say(NONE),
                "next_step": _next(told, step),
                "updated_at": _updated(plan, step),
                "helpers": names.everybody(step.step.helpers),
                "resources": told.say(step.step.resources),
                "standard": told.say(step.step.standard),
                "due": step.due,
                "planned_start": step.start,
                "predecessors": names.listed(task.steps[number - 1].id for number in step.step.after),
                "deliverables": told.say(step.step.output) if step.state == DONE else "",
            }
            if step.state != "未开始":
                row["actual_start"] = step.start.replace(hour=9)
            if step.state == DONE:
                row["finished_at"] = step.due.replace(hour=16)
            yield row


def _next(told: Told, step: DatedStep) -> str:
    if step.step.next_step is not None and step.state != DONE:
        return told.say(step.step.next_step)
    said = {
        DONE: Text("已归档，转入下一步", "Filed; the next step goes on"),
        RUNNING: Text("按计划继续", "Go on as planned"),
    }
    return told.say(said.get(step.state, Text("按计划启动", "Begin as planned")))


def _updated(plan: Plan, step: DatedStep) -> datetime:
    if step.state == DONE:
        return step.due.replace(hour=16, minute=30)
    return plan.days.latest("16:30")


def collaboration(told: Told) -> Made:
    """Yield the collaboration sheet: one row a task under way."""
    plan, names = told.plan, told.names
    gap = " " if told.language == "en" else ""
    cadences = [f"{told.say(one.frequency)}{gap}{told.say(one.channel)}" for one in plan.preset.cadences]
    for task in plan.tasks:
        sent = datetime.combine(task.start, time(10))
        if sent + 12 * _HALF_HOUR > plan.days.now:
            continue
        contacts = [plan.contact(name) for name in task.task.supports]
        yield {
            "collaboration_id": plan.id("GT", sent.date()),
            "topic": told.say(task.task.name)[:_TOPIC].rstrip(),
            "contacts": names.everybody(contacts),
            "goal": told.say(task.task.goal),
            "division": told.numbered(_duty(told, step) for step in task.steps),
            "mechanism": ("; " if told.language == "en" else "；").join(cadences[:2]),
            "state": task.state,
            "risks": told.say(NONE),
            "measures": told.say(NONE),
            "confirmed_by": names.everybody(contacts),
            "confirmed_at": sent + 8 * _HALF_HOUR,
            "sent_at": sent,
            "initiator": names.person(task.initiator),
            "task_id": task.id,
        }


def _duty(told: Told, step: DatedStep) -> str:
    comma = ", " if told.language == "en" else "，"
    parts = (told.say(step.step.name), told.names.person(step.step.owner), f"{step.due:%Y-%m-%d %H:%M}")
    return comma.join((*parts, told.say(step.step.output)))


def plan_actual(told: Told) -> Made:
    """Yield plan against actual of what is running."""
    plan, names = told.plan, told.names
    week = _week(plan)
    for task, step in _running(plan):
        yield {
            "task_name": told.say(task.task.name),
            "subtask_id": step.id,
            "department": names.department(step.department),
            "owner": names.person(step.step.owner),
            "planned_start": step.start,
            "due": step.due,
            "planned_progress": step.progress / 100,
            "actual_progress": step.progress / 100,
            "risk_flag": "否",
            "week": week,
            "updated_at": plan.days.latest("16:30"),
        }


def dept_progress(told: Told) -> Made:
    """Yield what the departments report of what is running."""
    plan, names = told.plan, told.names
    for task, step in _running(plan):
        at = datetime.combine(plan.days.last_of_week(), time(16))
        yield {
            "department": names.department(step.department),
            "period": _week(plan),
            "task_name": told.say(task.task.name),
            "plan": told.say(step.step.name),
            "actual": told.say(Text(f"已完成 {step.progress}%", f"{step.progress}% done")),
            "issue": told.say(NONE),
            "reporter": names.person(plan.contact(step.department)),
            "submitted_at": at,
            "next_actions": _next(told, step),
        }


def status(told: Told) -> Made:
    """Yield the status table."""
    plan = told.plan
    for task in plan.tasks:
        row: dict[str, Cell] = {
            "task_id": task.id,
            "task_name": told.say(task.task.name),
            "owner": told.names.person(task.initiator),
            "due": task.due,
            "state": "正常",
            "updated_at": plan.days.latest("16:30"),
        }
        if task.state == DONE:
            row["finished_at"] = max(step.due for step in task.steps).replace(hour=16)
        yield row


def weekly(told: Told) -> Made:
    """Yield the weekly reports of what is running."""
    plan = told.plan
    at = datetime.combine(plan.days.last_of_week(), time(16))
    for _, step in _running(plan):
        yield {
            "reporter": told.names.person(step.step.owner),
            "week": _week(plan),
            "subtask_id": step.id,
            "actual_progress": step.progress / 100,
            "risks": told.say(NONE),
            "support": told.say(NONE),
            "submitted_at": at,
            "next_step": _next(told, step),
        }


def standup(told: Told) -> Made:
    """Yield the stand-up notes of the last two working days."""
    plan = told.plan
    for number in (-1, 0):
        at = plan.days.at(number, "09:10")
        if at > plan.days.now:
            continue
        for _, step in _running(plan):
            yield {
                "day": plan.days.at(number),
                "owner": told.names.person(step.step.owner),
                "done": told.say(step.step.name),
                "plan_today": _next(told, step),
                "obstacles": told.say(NONE),
                "submitted_at": at,
                "task_id": step.id,
            }


def _running(plan: Plan) -> Iterator[tuple[DatedTask, DatedStep]]:
    return ((task, step) for task in plan.tasks for step in task.steps if step.state == RUNNING)


def _week(plan: Plan) -> str:
    year, number, _ = plan.days.last_of_week().isocalendar()
    return f"{year}-W{number:02d}"
