"""Scenario presets: their files are right, and their projects fit together on every day of the year."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import numpy as np
import pytest

from sheetsync.bundled import spec_files
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates.build import Row
from sheetsync.templates.preset import Preset
from sheetsync.templates.presetfile import read_preset, read_presets
from sheetsync.templates.presetrows import cadences_of, departments_of, rows_of
from sheetsync.text import Language
from sheetsync.worktime import WorkTime

FILES = list(spec_files(None, "workbook_templates", "presets"))
TEXTS = {name: text for name, _, text in FILES}
SCENARIOS = {
    "product-launch", "marketing-event", "process-improvement", "it-upgrade", "digital-transformation",
    "annual-strategy", "annual-budget", "quarterly-allocation", "urgent-response", "nationwide-campaign",
    "monthly-report", "resource-sharing",
}  # fmt: skip
NOWS = [
    datetime(2026, 11, 20, 10),
    datetime(2026, 11, 23, 8, 30),  # before work on a Monday
    datetime(2026, 10, 4, 12),  # within National Day
    datetime(2026, 2, 14, 16, 30),  # a make-up Saturday
    datetime(2026, 1, 1, 0, 10),  # the months of ids change
]


@pytest.fixture(scope="module")
def presets(catalogue: Catalogue) -> dict[str, Preset]:
    return dict(read_presets(FILES, catalogue))


def test_every_scenario_of_the_seeds_is_there(presets: dict[str, Preset]) -> None:
    """Spec section 10."""
    assert set(presets) == SCENARIOS


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_preset_chooses_what_its_rows_need(presets: dict[str, Preset], name: str) -> None:
    """Forms for its issues, risks and changes; cadences; a plan with past, present and future."""
    preset = presets[name]
    needed = {
        "issues": preset.issues, "risks": preset.risks, "changes": preset.changes, "process": preset.nodes,
        "request": preset.requests, "retro": preset.lessons, "minutes": preset.meetings,
        "mechanism": preset.cadences,
    }  # fmt: skip
    assert {form for form, rows in needed.items() if rows} <= set(preset.forms)
    assert {"task-master", "raci", "mechanism", "directory", "calendar"} <= set(preset.forms)
    days = [step.days for task in preset.tasks for step in task.steps]
    assert any(due < 0 for _, due in days)
    assert any(start <= 0 <= due for start, due in days)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_english_has_no_chinese_in_it(presets: dict[str, Preset], catalogue: Catalogue, name: str) -> None:
    """All texts, people and departments have their English wording."""
    rows = rows_of(presets[name], catalogue, worktime=WorkTime.standard(), now=NOWS[0], language="en")
    shown = [str(cell) for found in rows.values() for row in found for cell in (*row, *row.values())]
    assert [text for text in shown if any("\u4e00" <= letter <= "\u9fff" for letter in text)] == []


def ids(rows: dict[str, Any], form: str, field: str) -> list[str]:
    return [str(row[field]) for row in rows[form]]


@pytest.mark.parametrize("now", NOWS, ids=str)
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_ids_refer_to_what_is_there(
    presets: dict[str, Preset], catalogue: Catalogue, name: str, now: datetime
) -> None:
    """Sub-tasks, RACI rows, issues, resolutions and reports name tasks and meetings of the same workbook."""
    rows = dict(rows_of(presets[name], catalogue, worktime=WorkTime.standard(), now=now, language="zh"))
    tasks, steps = ids(rows, "task-master", "task_id"), ids(rows, "progress", "subtask_id")
    meetings = ids(rows, "minutes", "meeting_id")
    assert len(set(tasks)) == len(tasks)
    assert ids(rows, "raci", "task_id") == tasks
    assert {step.rpartition("-")[0] for step in steps} == set(tasks)
    for form, field in (("issues", "task_id"), ("risks", "task_id"), ("changes", "task_id")):
        assert set(ids(rows, form, field)) <= {*tasks, *steps}
    for form in ("weekly-progress", "plan-actual", "acceptance"):
        assert set(ids(rows, form, "subtask_id")) <= set(steps)
    assert set(ids(rows, "resolutions", "source")) <= set(meetings)
    assert set(meetings) <= set(ids(rows, "notice", "meeting_id"))


@pytest.mark.parametrize("now", NOWS, ids=str)
def test_days_are_worked_and_what_has_happened_is_past(
    presets: dict[str, Preset], catalogue: Catalogue, worktime: WorkTime, now: datetime
) -> None:
    """Nobody responded tomorrow, and nothing is due on a rest day."""
    past = {
        "updated_at", "finished_at", "submitted_at", "responded_at", "solution_at", "fixed_at", "closed_at",
        "verified_at", "minutes_sent_at", "signed_at", "accepted_at", "confirmed_at", "told_at",
    }  # fmt: skip
    for preset in presets.values():
        rows = rows_of(preset, catalogue, worktime=worktime, now=now, language="zh")
        for form, field, moment in moments(rows):
            if field in past:
                assert moment <= now, (form, field)
            day = np.array([moment.date()], dtype="datetime64[D]")
            assert worktime.is_workday(day)[0], (form, field, moment)


def moments(rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str, datetime]]:
    for form, found in rows.items():
        for row in found:
            yield from ((form, field, cell) for field, cell in row.items() if isinstance(cell, datetime))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_sample_rows_there_are_departments_and_cadences(
    presets: dict[str, Preset], catalogue: Catalogue, language: Language
) -> None:
    """But no names of people."""
    preset = presets["product-launch"]
    departments = departments_of(preset, catalogue, language)
    assert departments[0] == {"zh": "市场部", "en": "Marketing"}[language]
    cadences = cadences_of(preset, catalogue, language)
    assert len(cadences) == len(preset.cadences)
    people = [person.say(language) for team in preset.team for person in team.people]
    assert not any(person in str(row["participants"]) for row in cadences for person in people)


def refused(text: str, catalogue: Catalogue) -> str:
    with pytest.raises(SpecFileError) as error:
        read_preset("mine", [("mine", "presets/mine.yaml", text)], catalogue)
    return error.value.say("zh")


LAUNCH = TEXTS["product-launch"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("owner: 赵敏, helpers", "owner: 赵明, helpers", "没有人员（team）“赵明”，是否想写 赵敏"),
        ("supports: [设计部, 品牌部, 产品部]", "supports: [设计, 品牌部]", "是否想写 设计部"),
        ("forms: [request,", "forms: [requests,", "是否想写 request"),
        ("kind: 启动会", "kind: 启动会议", "是否想写 启动会"),
        ("of: 1-2", "of: 1-7", "没有任务或子任务“1-7”"),
        (
            "after: [1] }\n      - { name: { zh: 短视频",
            "after: [9] }\n      - { name: { zh: 短视频",
            "没有子任务“1-9”",
        ),
        ("raci: { 市场部: R/A, 设计部: R,", "raci: { 市场部: R, 设计部: R,", "恰好一个 A"),
        ("    due: 12\n", "    due: 2\n", "早于子任务的截止日 9"),
        ("days: [-14, -9]", "days: [-14]", "tasks.0.steps.0.days"),
        ("title: {", "titel: {", "是否想写 title"),
        ('at: "14:00"', 'at: "25:00"', "meetings.0.at"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_preset_is_refused_with_its_line(catalogue: Catalogue, old: str, new: str, says: str) -> None:
    """Each with the nearest spelling where there is one."""
    assert LAUNCH.count(old) >= 1
    wrong = LAUNCH.replace(old, new, 1)
    line = 1 + LAUNCH[: LAUNCH.index(old)].count("\n")
    said = refused(wrong, catalogue)
    assert says in said
    place = int(said.partition("presets/mine.yaml:")[2].partition(":")[0])
    assert abs(place - line) <= 1


def test_a_projects_own_preset_comes_first(catalogue: Catalogue) -> None:
    """Of two of one name the first file counts."""
    own = ("product-launch", "own.yaml", LAUNCH.replace("zh: 新品上市,", "zh: 我们的上市,", 1))
    assert read_presets([own, *FILES], catalogue)["product-launch"].title.zh == "我们的上市"
    assert read_preset("product-launch", [own, *FILES], catalogue).title.zh == "我们的上市"


def test_an_unknown_preset_is_told_with_the_nearest(catalogue: Catalogue) -> None:
    """And all there are."""
    with pytest.raises(UsageError) as error:
        read_preset("product-lunch", FILES, catalogue)
    assert "是否想写 product-launch" in error.value.say("zh")


def test_days_lie_at_their_clock(catalogue: Catalogue, presets: dict[str, Preset]) -> None:
    """A due day ends with work, in the project's calendar."""
    rows = rows_of(presets["it-upgrade"], catalogue, worktime=WorkTime.standard(), now=NOWS[0], language="zh")
    assert {row["due"].time() for row in rows["progress"] if isinstance(row["due"], datetime)} == {time(18)}
