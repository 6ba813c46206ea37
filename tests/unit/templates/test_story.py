"""The demonstration's rows: many, messy, and always the same."""

import pytest

from sheetsync import specfile
from sheetsync.bundled import bundled
from sheetsync.templates.story import Story, raci_titles, tell
from sheetsync.worktime import WorkTime


@pytest.fixture(scope="module")
def story() -> Story:
    file = bundled("workbook_templates") / "demo" / "product-launch.yaml"
    return specfile.load(file.read_text("utf-8"), file.name, Story)


def test_the_story_has_its_size(story: Story, worktime: WorkTime) -> None:
    """About 40 tasks, 150 sub-tasks and 30 issues."""
    rows = tell(story, worktime)
    assert len(rows["task-master"]) == 40
    assert 140 <= len(rows["progress"]) <= 160
    assert len(rows["issues"]) == 31  # a line of totals among them
    assert len(rows["raci"]) == 40


def test_the_story_is_told_alike_every_time(story: Story, worktime: WorkTime) -> None:
    """A fixed seed: what the README shows is what a user sees."""
    assert tell(story, worktime) == tell(story, worktime)


def test_ids_are_unique(story: Story, worktime: WorkTime) -> None:
    """The mistakes put in on purpose do not include a repeated id."""
    ids = [row["subtask_id"] for row in tell(story, worktime)["progress"]]
    assert len(ids) == len(set(ids))


def test_every_task_belongs_to_a_department_of_the_story(story: Story) -> None:
    """Nobody works in a department without people."""
    known = set(raci_titles(story))
    for _, department, supports, *_ in story.tasks:
        assert {department, *supports} <= known
