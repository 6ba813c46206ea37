"""The rows that a preset's project begins with: request, charter, tasks, duties, cadences, process."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sheetsync.templates.build import Row
from sheetsync.templates.preset import Preset
from sheetsync.templates.presetplan import DatedStep, Plan
from sheetsync.templates.presetwords import NONE, Names, Told
from sheetsync.text import Text

Made = Iterator[Row]
_HALF_HOUR = timedelta(minutes=30)


def requests(told: Told) -> Made:
    """Yield the rows of requests: one a task and asked department."""
    plan, names = told.plan, told.names
    for asked in plan.preset.requests:
        task = plan.tasks[asked.task - 1]
        at = datetime.combine(plan.days.before(task.start.date(), 6), time(10))
        sent = datetime.combine(plan.days.before(task.start.date(), 5), time(9))
        own = plan.id("XQ", at.date())
        for department in task.task.supports:
            yield {
                "request_id": own,
                "background": told.say(asked.background),
                "goal": told.say(task.task.goal),
                "departments": names.departments(task.task.supports),
                "requested_at": at,
                "wanted_start": task.start,
                "due": task.due,
                "resources": told.say(asked.resources),
                "initiating_department": names.department(task.task.department),
                "initiator": names.person(task.initiator),
                "priority": task.task.priority,
                "standard": told.say(task.task.steps[-1].standard),
                "submitted_at": at + _HALF_HOUR,
                "approver": names.person(asked.approver),
                "approval": "通过",
                "approved_at": at + 4 * _HALF_HOUR,
                "department": names.department(department),
                "delivered_at": sent,
                "department_head": names.person(plan.head(department)),
                "answer": "承接",
                "confirmed_at": sent + 5 * _HALF_HOUR,
                "state": "已启动",
            }


def charter(told: Told) -> Made:
    """Yield the row of the charter."""
    plan, preset, names = told.plan, told.plan.preset, told.names
    lead = preset.team[0].department.zh
    mark = "; " if told.language == "en" else "；"
    colon = ": " if told.language == "en" else "："
    duties = (
        f"{names.department(department)}{colon}{told.say(duty)}" for department, duty in preset.duties.items()
    )
    yield {
        "project_id": plan.tasks[0].id,
        "project_name": told.say(preset.title),
        "background": told.say(preset.background),
        "goal": told.say(preset.goal),
        "milestones": told.milestones(*map(datetime.date, _period(plan))),
        "departments": names.departments(one.department.zh for one in preset.team),
        "division": mark.join(duties),
        "initiating_department": names.department(lead),
        "manager": names.person(plan.head(lead)),
        "scope": told.say(preset.scope),
        "exclusions": told.say(preset.exclusions),
        "budget": told.say(preset.budget),
        "version": "v1",
        "phase": "执行",
    }


def tasks(told: Told) -> Made:
    """Yield the rows of the task master."""
    plan, names = told.plan, told.names
    for task in plan.tasks:
        spec = task.task
        yield {
            "task_id": task.id,
            "task_name": told.say(spec.name),
            "initiating_department": names.department(spec.department),
            "initiator": names.person(task.initiator),
            "departments": names.departments(spec.supports),
            "goal": told.say(spec.goal),
            "milestones": told.milestones(task.start.date(), task.due.date()),
            "deliverables": told.say(spec.deliverables),
            "priority": spec.priority,
            "state": task.state,
            "predecessors": names.listed(plan.tasks[number - 1].id for number in spec.after),
        }


def raci(told: Told) -> Made:
    """Yield the rows of the RACI matrix."""
    for task in told.plan.tasks:
        letters = {told.names.department(name): letter for name, letter in task.task.raci.items()}
        yield {"task_id": task.id, "task_name": told.say(task.task.name), **letters}


def goals(told: Told) -> Made:
    """Yield the confirmed duties, one row a department."""
    plan, preset, names = told.plan, told.plan.preset, told.names
    start, end = _period(plan)
    held = datetime.combine(start, time(10))
    for department, duty in preset.duties.items():
        yield {
            "project_id": plan.tasks[0].id,
            "project_name": told.say(preset.title),
            "goal": told.say(preset.goal),
            "scope": told.say(preset.scope),
            "department": names.department(department),
            "department_head": names.person(plan.head(department)),
            "contact": names.person(plan.contact(department)),
            "duty": told.say(duty),
            "due": end,
            "standard": told.say(_last_step(plan, department).step.standard),
            "has_objection": "否",
            "signed_by": names.person(plan.head(department)),
            "signed_at": held + 4 * _HALF_HOUR,
            "electronic_copy": f"{plan.tasks[0].id}_v1.pdf",
            "paper_number": f"{plan.tasks[0].id}-P{1 + list(preset.duties).index(department)}",
            "sent_at": held + _HALF_HOUR,
            "sign_state": "已签",
        }


def memo(told: Told) -> Made:
    """Yield the rows of the memo, one a department."""
    plan, preset, names = told.plan, told.plan.preset, told.names
    start, end = _period(plan)
    lead = preset.team[0].department.zh
    for department, duty in preset.duties.items():
        step = _last_step(plan, department)
        yield {
            "project_id": plan.tasks[0].id,
            "goal": told.say(preset.goal),
            "start": start,
            "end": datetime.combine(end, time()),
            "department": names.department(department),
            "duty": told.say(duty),
            "due": step.due,
            "submit_to": names.person(plan.head(lead)),
            "standard": told.say(step.step.standard),
            "resources": told.say(step.step.resources),
            "signed_by": names.person(plan.head(department)),
            "signed_at": datetime.combine(start, time(15)),
            "version": "v1",
            "exclusions": told.say(preset.exclusions),
            "sign_state": "已签",
        }


def cadences(preset: Preset, names: Names) -> Made:
    """Yield the cadences with the departments that take part."""
    language = names.language
    for cadence in preset.cadences:
        departments = cadence.departments or [one.department.zh for one in preset.team]
        yield {
            "channel": cadence.channel.say(language),
            "participants": names.departments(departments),
            "frequency": cadence.frequency.say(language),
            "content": cadence.content.say(language),
            "phase": cadence.phase,
            "kind": cadence.kind,
            "cron": cadence.cron or "",
            "holiday_rule": cadence.on_rest_days,
            "remind_before": cadence.remind_before.say(language),
        }


def mechanism(told: Told) -> Made:
    """Yield the cadences with the people who take part."""
    plan = told.plan
    for cadence, row in zip(plan.preset.cadences, cadences(plan.preset, told.names), strict=True):
        chosen = cadence.departments or [one.department.zh for one in plan.preset.team]
        yield {
            **row,
            "participants": told.names.everybody(map(plan.contact, chosen)),
            "owner": told.names.person(plan.head(chosen[0])),
        }


def process(told: Told) -> Made:
    """Yield the nodes of the process."""
    nodes = told.plan.preset.nodes
    for node in nodes:
        before = told.names.listed(told.say(nodes[number - 1].name) for number in node.after)
        yield {
            "node": told.say(node.name),
            "inputs": told.say(node.inputs),
            "outputs": told.say(node.outputs),
            "predecessors": before or told.say(NONE),
            "department": told.names.department(node.department),
            "due": told.plan.days.at(node.day),
        }


def directory(told: Told) -> Made:
    """Yield the people."""
    plan, names = told.plan, told.names
    for team in plan.preset.team:
        department = team.department.zh
        head, contact = plan.head(department), plan.contact(department)
        for person in team.people:
            yield {
                "name": names.person(person.zh),
                "department": names.department(department),
                "role": told.say(_ROLES[person.zh == head, person.zh == contact]),
                "manager": "" if person.zh == head else names.person(head),
                "is_contact": "是" if person.zh == contact else "否",
                "is_head": "是" if person.zh == head else "否",
            }


_ROLES = {
    (True, True): Text("部门负责人", "Head"),
    (True, False): Text("部门负责人", "Head"),
    (False, True): Text("接口人", "Contact"),
    (False, False): Text("成员", "Member"),
}


def _period(plan: Plan) -> tuple[datetime, datetime]:
    return min(task.start for task in plan.tasks), max(task.due for task in plan.tasks)


def _last_step(plan: Plan, department: str) -> DatedStep:
    """Return the last sub-task that a department does, else helps with, else of the whole project."""
    steps = plan.steps.values()
    own = [step for step in steps if step.department == department]
    helped = [step for step in steps if department in map(plan.people.get, step.step.helpers)]
    return max(own or helped or steps, key=lambda step: step.due)
