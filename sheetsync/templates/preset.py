"""What a scenario preset is: a project told once, from which the rows of all its forms are made.

A preset holds no dates, only working days from the day the workbook is made (-3 is three working days before
it), and no ids: both are made so that tasks, sub-tasks, RACI rows, issues and resolutions fit each other.
People and departments are named by their Chinese names throughout a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from sheetsync.forms.spec import Spec, Words
from sheetsync.text import Text


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a text of a preset that names something.

    Args:
        what: What is named.
        vocabulary: For a standard word, the list of words it is of.
    """

    what: Literal["person", "department", "form", "task", "step", "part", "node", "word"]
    vocabulary: str = ""


Day = Annotated[int, Field(ge=-250, le=250)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Part = Annotated[str, Field(pattern=r"^[1-9]\d*(-[1-9]\d*)?$"), Names("part")]
Person = Annotated[str, Names("person")]
Department = Annotated[str, Names("department")]
TaskNumber = Annotated[int, Field(ge=1), Names("task")]


class Team(Spec):
    """The people of one department.

    Args:
        department: Its name.
        people: Its people, the head first, then the contact.
    """

    department: Words
    people: Annotated[tuple[Words, ...], Field(min_length=1)]


class Cadence(Spec):
    """One row of the communication plan: who meets or reports when.

    Args:
        channel: What it is called.
        departments: Who takes part; all when empty.
        frequency: How often and at what time, as people say it.
        content: About what.
        phase: 启动, 执行 or 关键节点.
        kind: 群更新, 周例会, 专题会 or 文档共享.
        cron: Minute, hour, day, month, weekday; None for what has no fixed time.
        on_rest_days: 跳过, 顺延, 提前 or 照常.
        remind_before: How long before it people are reminded.
    """

    channel: Words
    departments: tuple[Department, ...] = ()
    frequency: Words
    content: Words
    phase: Annotated[str, Names("word", "mechanism_phase")] = "执行"
    kind: Annotated[str, Names("word", "mechanism_type")]
    cron: str | None = None
    on_rest_days: Annotated[str, Names("word", "holiday_rule")] = "顺延"
    remind_before: Words = Text("无", "None")


class Step(Spec):
    """One sub-task; whether it is done or running follows from its days.

    Args:
        name: What is done.
        owner: Who does it.
        helpers: Who helps.
        days: First day and due day.
        standard: What is accepted, measurable.
        output: What is handed over.
        resources: What it needs.
        next_step: What comes next.
        after: Numbers of the steps of its task that come before it.
        accepted_by: Who accepted it, for one that is done.
    """

    name: Words
    owner: Person
    helpers: tuple[Person, ...] = ()
    days: tuple[Day, Day]
    standard: Words
    output: Words
    resources: Words = Text("无", "None")
    next_step: Words | None = None
    after: tuple[Annotated[int, Names("step")], ...] = ()
    accepted_by: Person | None = None


class Task(Spec):
    """One cross-department task with its sub-tasks and its row of the RACI matrix.

    Args:
        name: What it is called, at most 50 characters.
        department: Who asks; its first person is the initiator.
        supports: The departments that help.
        goal: With number and unit.
        deliverables: What is handed over in the end.
        priority: 高, 中 or 低.
        due: Its due day, at least two working days after that of its last step.
        raci: Department to letter; exactly one A, at least one R.
        steps: Its sub-tasks.
        after: Numbers of the tasks that come before it.
    """

    name: Words
    department: Department
    supports: Annotated[tuple[Department, ...], Field(min_length=1)]
    goal: Words
    deliverables: Words
    priority: Annotated[str, Names("word", "priority")] = "中"
    due: Day
    raci: dict[Department, Annotated[str, Names("word", "raci")]]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    after: tuple[Annotated[int, Names("task")], ...] = ()


class Agreed(Spec):
    """One resolution of a meeting.

    Args:
        who: The one person who does it.
        due: Until which day.
        what: What is done.
    """

    who: Person
    due: Day
    what: Words


class Meeting(Spec):
    """One meeting: its notice and, once it was held, its minutes and resolutions.

    Args:
        subject: About what.
        kind: A word of the vocabulary `meeting_type`.
        day: On which day.
        at: When it begins.
        minutes: How long it takes.
        form: 线上, 线下 or 线上+线下.
        place: Room or link.
        people: Who takes part; the first is in the chair, the last keeps the minutes.
        absent: Who was missing and why.
        materials: What to bring.
        background: What is sent before a decision.
        agenda: Its points.
        discussion: What was said and concluded.
        resolutions: What was agreed.
        unresolved: What was left open, and who decides.
    """

    subject: Words
    kind: Annotated[str, Names("word", "meeting_type")]
    day: Day
    at: Clock = "10:00"
    minutes: Annotated[int, Field(ge=5, le=480)] = 60
    form: Annotated[str, Names("word", "meeting_form")] = "线上+线下"
    place: Words
    people: Annotated[tuple[Person, ...], Field(min_length=2)]
    absent: Words = Text("无", "None")
    materials: Words = Text("无", "None")
    background: Words | None = None
    agenda: Annotated[tuple[Words, ...], Field(min_length=1)]
    discussion: tuple[Words, ...] = ()
    resolutions: tuple[Agreed, ...] = ()
    unresolved: tuple[Words, ...] = ()


class Issue(Spec):
    """One issue.

    Args:
        of: The task, such as `1`, or the step, such as `1-2`, it is about.
        kind: A word of the vocabulary `issue_class`.
        day: When it came up, at half past nine.
        description: What is wrong.
        impact: What it touches.
        tried: What was tried.
        support: What others must give.
        reporter: Who reported it.
        department: Which department leads.
        owner: Who is responsible.
        solution: What was decided.
        cause: The root cause.
        verifier: Who checked that it is gone; None while it is still being worked on.
    """

    of: Part
    kind: Annotated[str, Names("word", "issue_class")]
    day: Day
    description: Words
    impact: Words
    tried: Words
    support: Words
    reporter: Person
    department: Department
    owner: Person
    solution: Words
    cause: Words | None = None
    verifier: Person | None = None


class Risk(Spec):
    """One risk that was reported and answered.

    Args:
        of: The task or step it is about.
        level: 高, 中 or 低.
        day: When it was reported.
        description: What may happen.
        impact: What that would touch.
        proposal: What the reporter proposes.
        result: What was decided.
        reporter: Who saw it.
        responder: Who answered.
        probability: 高, 中 or 低.
        response: 协调资源 or 调整时间节点.
    """

    of: Part
    level: Annotated[str, Names("word", "risk_level")]
    day: Day
    description: Words
    impact: Words
    proposal: Words
    result: Words
    reporter: Person
    responder: Person
    probability: Annotated[str, Names("word", "probability")] = "中"
    response: Annotated[str, Names("word", "risk_response")] = "协调资源"


class Amendment(Spec):
    """One change request that all asked departments agreed to; the plan has it already.

    Args:
        of: The task or step it is about.
        kind: A word of the vocabulary `change_type`.
        day: When it was asked for.
        field: The column that changed.
        old: What stood there.
        new: What stands there.
        reason: Why.
        goal: What is aimed at now.
        impact: What it touches.
        effects: What it means for progress, cost and quality.
    """

    of: Part
    kind: Annotated[str, Names("word", "change_type")]
    day: Day
    field: Words
    old: Words
    new: Words
    reason: Words
    goal: Words
    impact: Words
    effects: Words


class Asked(Spec):
    """What a task began with: the request to the other departments.

    Args:
        task: Number of the task.
        background: Why.
        resources: Each with amount and unit.
        approver: Who approved it.
    """

    task: TaskNumber
    background: Words
    resources: Words
    approver: Person


class Node(Spec):
    """One node of the process.

    Args:
        name: What it is called.
        inputs: What comes in.
        outputs: What goes out.
        department: Who does it.
        day: When it is planned to be done.
        after: Numbers of the nodes before it.
    """

    name: Words
    inputs: Words
    outputs: Words
    department: Department
    day: Day
    after: tuple[Annotated[int, Names("node")], ...] = ()


class Lesson(Spec):
    """One measure of a retrospective.

    Args:
        task: Number of the finished task.
        day: When the meeting was held.
        overall: How it went.
        strengths: What went well.
        weaknesses: What did not.
        measure: What is done about it.
        owner: Who does it.
        due: Until which day.
        indicator: What was measured.
        target: What was wanted.
        reached: What was reached.
        gap: The difference.
    """

    task: TaskNumber
    day: Day
    overall: Words
    strengths: Words
    weaknesses: Words
    measure: Words
    owner: Person
    due: Day
    indicator: Words
    target: Words
    reached: Words
    gap: Words


class Preset(Spec):
    """A scenario: which forms, whose RACI columns, which cadences, and a project told by its sample rows.

    Args:
        title: What the scenario is called; the project, too, where it has no other name.
        purpose: One line for the list of presets.
        forms: The forms of its workbook.
        background: Why the project of the sample rows is done.
        goal: What it is to achieve, with number and unit.
        scope: What belongs to it.
        exclusions: What does not.
        budget: With its unit.
        team: The departments, the lead one first, with their people.
        duties: Department to what it has to do.
        cadences: Who meets and reports when.
        tasks: The tasks.
        meetings: The meetings, past and coming.
        issues: The issues.
        risks: The risks.
        changes: The change requests.
        requests: The requests that tasks began with.
        nodes: The process.
        lessons: What was learned from finished tasks.
    """

    title: Words
    purpose: Words
    forms: Annotated[tuple[Annotated[str, Names("form")], ...], Field(min_length=1)]
    background: Words
    goal: Words
    scope: Words
    exclusions: Words
    budget: Words
    team: Annotated[tuple[Team, ...], Field(min_length=2)]
    duties: dict[Department, Words]
    cadences: tuple[Cadence, ...]
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    meetings: tuple[Meeting, ...] = ()
    issues: tuple[Issue, ...] = ()
    risks: tuple[Risk, ...] = ()
    changes: tuple[Amendment, ...] = ()
    requests: tuple[Asked, ...] = ()
    nodes: tuple[Node, ...] = ()
    lessons: tuple[Lesson, ...] = ()

    @property
    def people(self) -> Mapping[str, str]:
        """Each person's department, both by their Chinese names."""
        return {person.zh: one.department.zh for one in self.team for person in one.people}
