"""Matters and people to remind in tests."""

from dataclasses import replace
from datetime import datetime, timedelta

from sheetsync.model.finding import Level, Status
from sheetsync.model.reminder import Matter, Person
from sheetsync.model.rung import Rung
from sheetsync.text import Text

NOW = datetime(2023, 10, 12, 9)
DUE = datetime(2023, 10, 10, 18)

LADDER = ("负责人", "部门负责人", "发起人", "PMO", "上级领导")


def rungs(*names: str, since: datetime = DUE) -> tuple[Rung, ...]:
    """Return the rungs from whoever must act upwards, a day from one to the next."""
    return tuple(
        Rung(
            number=number + 1, name=Text(LADDER[number], LADDER[number]), who=name, since=since + number * DAY
        )
        for number, name in enumerate(names)
    )


DAY = timedelta(days=1)


def matter(
    record: str = "XZB20231001-01",
    *names: str,
    rule: str = "T47",
    level: Level = "red",
    kind: str | None = None,
    due: datetime | None = DUE,
    limit: str | None = None,
    excused: datetime | None = None,
) -> Matter:
    """Return a matter of a record that the named people are to be told of."""
    return Matter(
        key=f"项目.xlsx|progress|{record}|{rule}||{due}",
        book="项目.xlsx",
        title="项目.xlsx",
        form="progress",
        sheet="进度表",
        row=9,
        record=record,
        name="海报初稿",
        rule=rule,
        level=level,
        status=Status.LATE if level == "red" else Status.RISK,
        message=Text(
            "已过截止时间 2023-10-10 18:00，尚未完成。", "was due 2023-10-10 18:00 and is not done."
        ),
        step=Text(
            "负责人（李娜）今天说明原因并给出新的完成时间。",
            "Owner (李娜): give the cause and a new date today.",
        ),
        reason=Text("后面等着它的人都会受影响。", "Others wait for it."),
        column="截止时间",
        due=due,
        limit=limit,
        kind=kind,
        rungs=rungs(*(names or ("李娜",))),
        excused=excused,
    )


def news(record: str = "XZB20231001-04", *names: str, at: datetime = NOW, kind: str | None = None) -> Matter:
    """Return something that happened to a record, for the named people."""
    return replace(
        matter(record, *names, rule="task-given", level="red" if kind else "info", kind=kind, due=None),
        key=f"项目.xlsx|progress|{record}|task-given|{at:%Y-%m-%dT%H:%M:%S}|",
        status=Status.NORMAL,
        message=Text("物料 的新子任务，截止 2023-10-20。", "New sub-task of 物料, due 2023-10-20."),
        step=Text("请核对截止时间。", "Please look at the due time."),
        reason=Text("新的子任务", "New sub-task"),
        news=True,
    )


def person(name: str) -> Person:
    return Person(name=name, email=f"{name}@example.com")


def moved(one: Matter, **changes: object) -> Matter:
    """Return a matter with something else about it."""
    return replace(one, **changes)  # type: ignore[arg-type] # the fields of a matter
