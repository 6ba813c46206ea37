"""Job files: what they say, their defaults, and each mistake with its line."""

from datetime import timedelta
from typing import get_args

import pytest

from sheetsync.errors import SpecFileError
from sheetsync.jobs.lengths import said
from sheetsync.jobs.parse import build, parse
from sheetsync.jobs.spec import STEPS, arguments_of
from sheetsync.model.job import Job, StepName, When

SMALL = "job: mine\ntitle: 我的\nwhen: workdays 9:00\nsteps: [check]\n"
FULL = """\
job: mine
title: { zh: 我的, en: Mine }
enabled: false
when:
  - last working day of week 18:00
  - { at: 每周三 9:00, on_rest_day: previous }
  - 每天 7:00
timezone: Europe/Berlin
on_rest_day: run
workbooks: [plan, "share/*.xlsx"]
pairs: tasks
steps:
  - sync
  - { step: write, rules: [tasks, issues], jobs: 2, fail_on: red }
  - { step: report, to: zhang@example.com, mail: true }
  - { step: remind, channels: [feishu, mail], slot: noon }
retry: { times: 3, pauses: "30s，2分钟" }
time_limit: 2h
on_failure: { then: continue, tell: [feishu, pmo@example.com] }
catch_up: all
grace: 3天
"""


def mine(text: str) -> Job:
    return parse(text, "mine.yaml", "Asia/Shanghai", name="mine")


def refused(text: str) -> SpecFileError:
    with pytest.raises(SpecFileError) as error:
        mine(text)
    return error.value


def test_a_file_says_everything() -> None:
    job = mine(FULL)
    assert (job.name, job.title.en, job.enabled, job.zone) == ("mine", "Mine", False, "Europe/Berlin")
    assert job.when == (
        When("last working day of week 18:00", "skip"),
        When("每周三 9:00", "previous"),
        When("每天 7:00", "run"),
    )
    assert (job.books, job.pairs) == (("plan", "share/*.xlsx"), ("tasks",))
    assert [(step.name, dict(step.arguments)) for step in job.steps] == [
        ("sync", {}),
        ("write", {"rules": ("tasks", "issues"), "jobs": 2, "fail_on": "red"}),
        ("report", {"to": ("zhang@example.com",), "mail": True}),
        ("remind", {"channels": ("feishu", "mail"), "slot": "noon"}),
    ]
    assert [step.place for step in job.steps] == [f"mine.yaml:{line}" for line in (13, 14, 15, 16)]
    assert [said(pause) for pause in job.pauses] == ["30s", "2min", "2min"]
    assert (said(job.limit), said(job.grace), job.catch_up) == ("2h", "3d", "all")
    assert (job.on_failure, job.tell) == ("continue", ("feishu", "pmo@example.com"))


def test_a_small_file_is_enough() -> None:
    job = mine(SMALL)
    assert (job.enabled, job.zone, job.on_failure, job.tell) == (True, "Asia/Shanghai", "stop", ())
    assert (job.books, job.pairs, job.catch_up) == ((), (), "latest")
    assert [said(pause) for pause in job.pauses] == ["1min", "2min", "5min", "10min"]
    assert (said(job.limit), said(job.grace)) == ("30min", "3d")


@pytest.mark.parametrize(
    ("when", "grace"),
    [
        ("hourly", "1h"),
        ("daily 9:00", "3d"),
        ("Friday 9:00", "14d"),
        ("last working day of week 9:00", "14d"),
        ("day 1 of month 9:00", "31d"),
        ("[hourly, 每月第一个工作日 9:00]", "31d"),
    ],
)
def test_what_is_rare_may_be_later(when: str, grace: str) -> None:
    """Of several cadences the rarest counts, so that nothing is lost."""
    assert said(mine(SMALL.replace("workdays 9:00", when)).grace) == grace


def test_what_makes_up_for_nothing_has_a_short_grace() -> None:
    assert said(mine(f"{SMALL}catch_up: none\n").grace) == "30min"


@pytest.mark.parametrize(
    ("retry", "pauses"),
    [
        ("{ times: 0 }", []),
        ("{ times: 1 }", ["1min"]),
        ('{ pauses: "5min" }', ["5min"]),
        ("{ pauses: [5min, 1h], times: 3 }", ["5min", "1h", "1h"]),
    ],
)
def test_how_often_it_is_tried_again(retry: str, pauses: list[str]) -> None:
    assert [said(pause) for pause in mine(f"{SMALL}retry: {retry}\n").pauses] == pauses


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("job: mine", "job: yours", 1, "named like its file: mine"),
        ("job: mine", "job: a b", 1, "job: 'a b' is wrong"),
        ("title: { zh: 我的, en: Mine }", "", 1, "title is missing"),
        ("en: Mine", "eng: Mine", 2, "needs both wordings"),
        ("enabled: false", 'enabled: "no"', 3, "must be true or false"),
        ("of week 18", "of weak 18", 5, "did you mean 'last working day of week'"),
        ("on_rest_day: previous", "on_rest_day: before", 6, "cannot be 'before'"),
        ("每周三 9:00", "workdays 9:00", 6, "means working days already"),
        ("on_rest_day: run", "on_rest_day: runs", 9, "the nearest is run"),
        ("每天 7:00", "hourly\n  - { at: hourly, on_rest_day: next }", 8, "can only be skip or run"),
        ("Europe/Berlin", "Europe/Berln", 8, "did you mean Europe/Berlin"),
        ("  - sync\n", "", 11, "pairs are for the step sync"),
        ("- sync", "- snyc", 13, "no such step 'snyc'; did you mean sync"),
        ("- sync", "- 3", 13, "write it like write"),
        ("- sync", "- { rules: tasks }", 13, "step is missing"),
        ("- sync", "- { step: sync, prefer: links }", 13, "cannot be 'links'"),
        ("- sync", "- { step: snapshot, keep: 3 }\n  - sync", 13, "the step snapshot takes no arguments"),
        ("jobs: 2", "job: 2", 14, "no such argument of the step write: 'job'; did you mean jobs"),
        ("jobs: 2", "jobs: true", 14, "must be a whole number"),
        ("fail_on: red", "fail_on: rad", 14, "the nearest is red"),
        ("to: zhang@example.com", "to: zhang", 15, "must be one mail address"),
        ("[feishu, mail]", "[feishu, mial]", 16, "the nearest is mail"),
        ("slot: noon", "slot: 中午", 16, "must be written like"),
        ("times: 3", "times: -1", 17, "must not be less than 0"),
        ("2分钟", "2分", 17, "write it like 30min"),
        ("time_limit: 2h", "time_limit: 30", 18, "write it like 30min"),
        ("time_limit: 2h", "time_limit: 2d", 18, "must be 1min to 1d"),
        ("then: continue", "then: go on", 19, "cannot be 'go on'"),
        ("[feishu, pmo@example.com]", "[fieshu]", 19, "a mail address or one of feishu, webhook"),
        ("catch_up: all", "catch_up: last", 20, "the nearest is latest"),
        ("grace: 3天", "grace: 0s", 21, "must be 1min to 366d"),
        ("grace: 3天", "grce: 3d", 21, "unknown key grce; did you mean grace"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in FULL
    error = refused(FULL.replace(old, new, 1))
    assert error.where == f"mine.yaml:{line}"
    assert told in error.what.en


def test_all_mistakes_are_told_at_once() -> None:
    """Of one file, and of all of them."""
    both = FULL.replace("- sync", "- snyc").replace("catch_up: all", "catch_up: last")
    with pytest.raises(SpecFileError) as error:
        build([("mine", "mine.yaml", both), ("other", "other.yaml", SMALL)], "Asia/Shanghai")
    for told in ("mine.yaml:13", "line 20", "'snyc'", "'last'", "other.yaml:1", "named like its file: other"):
        assert told in error.value.say("en")


def test_an_empty_list_of_steps_or_times_is_none() -> None:
    assert "at least 1" in refused(SMALL.replace("[check]", "[]")).what.en
    assert "at least 1" in refused(SMALL.replace("workdays 9:00", "[]")).what.en


def test_the_first_file_of_a_name_counts() -> None:
    """Those of the project come first; a shipped one behind it is not even read."""
    jobs = build([("mine", "own/mine.yaml", SMALL), ("mine", "jobs/mine.yaml", "x")], "Asia/Shanghai")
    assert [job.source for job in jobs] == ["own/mine.yaml"]


def test_every_step_has_its_arguments() -> None:
    """One table that parser and runner share."""
    assert set(STEPS) == set(get_args(StepName))
    assert {step: arguments_of(step) for step in STEPS} == {
        "check": ("rules", "jobs", "fail_on"),
        "write": ("rules", "jobs", "fail_on"),
        "sync": ("prefer",),
        "snapshot": (),
        "remind": ("channels", "slot"),
        "report": ("to", "channels", "folder", "mail"),
        "archive": ("folder", "keep"),
    }


@pytest.mark.parametrize("length", [timedelta(seconds=90), timedelta(hours=36), timedelta(days=2)])
def test_a_length_is_said_as_it_is_written(length: timedelta) -> None:
    assert mine(f"{SMALL}grace: {said(length)}\n").grace == length
