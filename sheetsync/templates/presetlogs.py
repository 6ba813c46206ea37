"""The rows of what happens in a preset's project: meetings, issues, risks, changes, acceptance, lessons."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sheetsync.templates.build import Cell, Row
from sheetsync.templates.presetplan import DONE, RUNNING, DatedMeeting, Plan
from sheetsync.templates.presetwords import NONE, Told
from sheetsync.text import Text

Made = Iterator[Row]
_HALF_HOUR = timedelta(minutes=30)


def notices(told: Told) -> Made:
    """Yield the notices of all meetings."""
    plan = told.plan
    for one in plan.meetings:
        meeting = one.meeting
        published = datetime.combine(plan.days.before(one.begins.date(), 2), time(10))
        yield {
            "meeting_id": one.id,
            "subject": told.say(meeting.subject),
            "participants": told.names.everybody(meeting.people),
            "materials": told.say(meeting.materials),
            "background": told.say(meeting.background or NONE),
            "held_at": one.begins,
            "duration": told.say(Text(f"{meeting.minutes}分钟", f"{meeting.minutes} minutes")),
            "place": told.say(meeting.place),
            "published_at": published,
            "device_tested": "否" if meeting.form == "线下" else "是",
            "time_zones": told.say(NONE),
            "meeting_type": meeting.kind,
            "convener": told.names.person(meeting.people[0]),
            "state": "已确认" if one.held else "已通知" if published <= plan.days.now else "已计划",
        }


def minutes(told: Told) -> Made:
    """Yield the minutes of the meetings that were held."""
    plan, names = told.plan, told.names
    for one in _held(plan):
        meeting = one.meeting
        agreed = (told.agreed(each.who, plan.days(each.due), each.what) for each in meeting.resolutions)
        yield {
            "meeting_id": one.id,
            "subject": told.say(meeting.subject),
            "meeting_type": meeting.kind,
            "held_at": one.begins,
            "ended_at": one.ends,
            "meeting_form": meeting.form,
            "chair": names.person(meeting.people[0]),
            "participants": names.everybody(meeting.people),
            "absent": told.say(meeting.absent),
            "agenda": told.numbered(map(told.say, meeting.agenda)),
            "discussion": told.numbered(map(told.say, meeting.discussion)),
            "resolutions": told.numbered(agreed) or told.say(NONE),
            "unresolved": told.numbered(map(told.say, meeting.unresolved)) or told.say(NONE),
            "follow_up": told.say(NONE),
            "recorder": names.person(meeting.people[-1]),
            "notice_at": datetime.combine(plan.days.before(one.begins.date(), 2), time(10)),
            "minutes_sent_at": one.ends + _HALF_HOUR,
            "signers": names.everybody(meeting.people),
            "signed_at": one.ends + 5 * _HALF_HOUR,
        }


def resolutions(told: Told) -> Made:
    """Yield the resolutions of those meetings."""
    plan = told.plan
    held = list(_held(plan))
    for one in held:
        for number, agreed in enumerate(one.meeting.resolutions, start=1):
            due = plan.days.end(agreed.due)
            row: dict[str, Cell] = {
                "resolution_id": f"{one.id}-J{number:02d}",
                "source": one.id,
                "content": told.say(agreed.what),
                "owner": told.names.person(agreed.who),
                "due": due,
                "state": DONE if agreed.due < 0 else RUNNING,
                "held_at": one.begins,
            }
            if agreed.due < 0:
                row["finished_at"] = due.replace(hour=16)
            if later := next((other.id for other in held if other.begins > one.begins), None):
                row["reviewed_in"] = later
            yield row


def issues(told: Told) -> Made:
    """Yield the issue log."""
    plan, names = told.plan, told.names
    for issue in plan.preset.issues:
        at = plan.days.at(issue.day, "09:30")
        row: dict[str, Cell] = {
            "issue_id": plan.id("WT", at.date()),
            "task_id": plan.part(issue.of),
            "description": told.say(issue.description),
            "impact": told.say(issue.impact),
            "tried": told.say(issue.tried),
            "support_needed": told.say(issue.support),
            "issue_class": issue.kind,
            "state": "已闭环" if issue.verifier else "处理中",
            "reporter": names.person(issue.reporter),
            "found_at": at - _HALF_HOUR,
            "submitted_at": at,
            "lead_department": names.department(issue.department),
            "responder": names.person(plan.contact(issue.department)),
            "responded_at": at + _HALF_HOUR,
            "duty_department": names.department(plan.people[issue.owner]),
            "owner": names.person(issue.owner),
            "solution": told.say(issue.solution),
            "solution_at": at + 3 * _HALF_HOUR,
        }
        if issue.kind in {"严重", "跨部门争议"}:
            row |= {"escalation_level": told.say(Text("一级", "1")), "escalated_at": at + 2 * _HALF_HOUR}
        if issue.cause is not None:
            row["root_cause"] = told.say(issue.cause)
        if issue.verifier:
            checked = plan.days.at(issue.day + 1, "09:30")
            row |= {
                "fixed_at": at + 14 * _HALF_HOUR,
                "verifier": names.person(issue.verifier),
                "verdict": "通过",
                "verified_at": checked,
                "closed_at": checked + _HALF_HOUR,
            }
        else:
            row["planned_fix_at"] = plan.days.end(3)
        yield row


def risks(told: Told) -> Made:
    """Yield the risks."""
    plan, names = told.plan, told.names
    for risk in plan.preset.risks:
        at = plan.days.at(risk.day, "10:00")
        yield {
            "risk_id": plan.id("FX", at.date()),
            "level": risk.level,
            "impact": told.say(risk.impact),
            "proposal": told.say(risk.proposal),
            "task_id": plan.part(risk.of),
            "description": told.say(risk.description),
            "probability": risk.probability,
            "reporter": names.person(risk.reporter),
            "reported_at": at,
            "responder": names.person(risk.responder),
            "responded_at": at + 2 * _HALF_HOUR,
            "response": risk.response,
            "result": told.say(risk.result),
            "told_at": at + 4 * _HALF_HOUR,
            "state": "已同步",
        }


def changes(told: Told) -> Made:
    """Yield the change requests, one row an asked department."""
    plan, names = told.plan, told.names
    for change in plan.preset.changes:
        task = plan.task_of(change.of)
        at = plan.days.at(change.day, "10:00")
        own = plan.id("BG", at.date())
        for department in task.task.supports:
            yield {
                "change_id": own,
                "reason": told.say(change.reason),
                "new_goal": told.say(change.goal),
                "impact": told.say(change.impact),
                "task_id": plan.part(change.of),
                "kind": change.kind,
                "old_value": told.say(change.old),
                "new_value": told.say(change.new),
                "effects": told.say(change.effects),
                "applicant": names.person(task.initiator),
                "submitted_at": at,
                "department": names.department(department),
                "department_head": names.person(plan.head(department)),
                "consent": "同意",
                "confirmed_at": at + 8 * _HALF_HOUR,
                "effective_at": at + 9 * _HALF_HOUR,
                "changed_field": told.say(change.field),
                "state": "已归档",
            }


def acceptance(told: Told) -> Made:
    """Yield the acceptance of what was handed over."""
    plan, names = told.plan, told.names
    for step in plan.steps.values():
        if step.state != DONE or step.step.accepted_by is None:
            continue
        handed = step.due.replace(hour=9, minute=30)
        yield {
            "acceptance_id": plan.id("YS", handed.date()),
            "subtask_id": step.id,
            "deliverables": told.say(step.step.output),
            "description": told.say(step.step.name),
            "self_check": told.say(Text("逐项自检通过", "Every item checked")),
            "submitter": names.person(step.step.owner),
            "submitted_at": handed,
            "acceptor": names.person(step.step.accepted_by),
            "results": told.say(step.step.standard),
            "verdict": "通过",
            "accepted_at": handed.replace(hour=15),
            "round": 1,
            "archived_at": handed.replace(hour=16),
        }


def lessons(told: Told) -> Made:
    """Yield the retrospectives, one row a measure."""
    plan, names = told.plan, told.names
    ids: dict[str, str] = {}
    for lesson in plan.preset.lessons:
        task = plan.tasks[lesson.task - 1]
        held = plan.days.at(lesson.day, "14:00")
        people = dict.fromkeys([task.initiator, *(plan.contact(name) for name in task.task.supports)])
        if task.id not in ids:
            ids[task.id] = plan.id("FP", held.date())
        yield {
            "retro_id": ids[task.id],
            "overall": told.say(lesson.overall),
            "strengths": told.say(lesson.strengths),
            "weaknesses": told.say(lesson.weaknesses),
            "measure": told.say(lesson.measure),
            "project_id": task.id,
            "project_name": told.say(task.task.name),
            "held_at": held,
            "participants": names.everybody(people),
            "indicator": told.say(lesson.indicator),
            "target": told.say(lesson.target),
            "reached": told.say(lesson.reached),
            "gap": told.say(lesson.gap),
            "owner": names.person(lesson.owner),
            "due": plan.days.end(lesson.due),
            "state": DONE if lesson.due < 0 else RUNNING,
            "communication_worked": "是",
            "tasks_claimed": "是",
            "issues_solved": "是",
        }


def _held(plan: Plan) -> Iterator[DatedMeeting]:
    return (one for one in plan.meetings if one.held)
