"""Jobs as a person meets them: which there are, when each is due, and what is wrong with a file."""

import re
from pathlib import Path
from typing import Any

import pytest

import sheetsync
from sheetsync.bundled import bundled
from tests.e2e.conftest import Run

OWN = "job: {name}\ntitle: 我的\nwhen: {when}\nsteps: [check]\n"


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    run("init", "p")
    return tmp_path / "p"


def own(project: Path, name: str, when: str = "daily 7:00", more: str = "") -> None:
    text = OWN.format(name=name, when=when) + more
    (project / "jobs" / f"{name}.yaml").write_text(text, "utf-8")


def dues(run: Run, *options: str | Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(*options[:2], "job", "next", "--json", *options[2:]).document()["due"]
    return found


class TestList:
    """`job list`."""

    def test_the_shipped_jobs_are_there_without_a_project(self, run: Run) -> None:
        """Each usable as it is."""
        jobs = run("job", "list", "--json").document()["jobs"]
        assert {job["name"]: [step["step"] for step in job["steps"]] for job in jobs} == {
            "daily-check": ["write"],
            "daily-reminder": ["remind"],
            "meeting-cadence": ["remind"],
            "month-end": ["snapshot", "report", "archive"],
            "sync": ["sync"],
            "urgent-watch": ["remind"],
            "weekly-summary": ["write", "report"],
        }
        assert all(job["enabled"] and not job["own"] for job in jobs)

    def test_it_is_said_in_words(self, run: Run) -> None:
        """When, which steps, from which file."""
        said = run("job", "list").out
        assert "每个工作日 08:30、17:30" in said
        assert "snapshot → report → archive  ← jobs/month-end.yaml" in said
        assert "last working day of week 18:00" in run("--lang", "en", "job", "list").out

    def test_a_file_of_the_project_comes_before_the_shipped_one(self, run: Run, project: Path) -> None:
        own(project, "sync", more="enabled: false\n")
        jobs = {
            job["name"]: job for job in run("--project", project, "job", "list", "--json").document()["jobs"]
        }
        assert (jobs["sync"]["own"], jobs["sync"]["enabled"]) == (True, False)
        assert jobs["sync"]["source"] == str(project / "jobs" / "sync.yaml")
        assert len(jobs) == 7
        assert "停用" in run("--project", project, "job", "list").out

    def test_the_library_says_the_same(self, run: Run) -> None:
        names = [job["name"] for job in run("job", "list", "--json").document()["jobs"]]
        assert [job.name for job in sheetsync.jobs()] == names


class TestNext:
    """`job next`."""

    def test_before_the_holidays(self, run: Run) -> None:
        """The week ends on Wednesday, and it is told why."""
        out = run("job", "next", "--now", "2026-09-30T17:45").out
        assert "2026-09-30 周三 18:00  weekly-summary  每周汇总（周五 10-02 国庆节，提前）" in out
        assert "2026-10-08 周四 08:35  meeting-cadence  会前提醒（周一 10-05 国庆节，顺延）" in out

    def test_a_make_up_saturday_is_named(self, run: Run) -> None:
        out = run("job", "next", "--now", "2026-10-09T18:00").out
        assert "2026-10-10 周六 18:00  weekly-summary  每周汇总（调休上班）" in out

    def test_an_ordinary_day_needs_no_reason(self, run: Run) -> None:
        found = dues(run, "--lang", "en", "--now", "2026-11-20T17:45")
        (weekly,) = (one for one in found if one["job"] == "weekly-summary")
        assert weekly == {
            "job": "weekly-summary",
            "title": "Weekly summary",
            "at": "2026-11-20T18:00:00+08:00",
            "weekday": "Friday",
            "timezone": "Asia/Shanghai",
            "why": None,
        }

    def test_they_stand_in_the_order_of_time(self, run: Run) -> None:
        """As many of each job as asked for."""
        found = dues(run, "--lang", "zh", "-n", "3", "--now", "2026-11-20T09:00")
        assert len(found) == 21
        assert [one["at"] for one in found] == sorted(one["at"] for one in found)

    def test_a_job_that_is_off_is_never_due(self, run: Run, project: Path) -> None:
        own(project, "sync", more="enabled: false\n")
        found = dues(run, "--project", project, "--now", "2026-11-20T09:00")
        assert "sync" not in {one["job"] for one in found}

    def test_a_zone_of_its_own_is_shown(self, run: Run, project: Path) -> None:
        """Berlin is seven hours behind in winter."""
        own(project, "berlin", "每天 7:00", "timezone: Europe/Berlin\n")
        out = run("--project", project, "job", "next", "--now", "2026-11-20T13:59").out
        assert "2026-11-20 周五 07:00 Europe/Berlin  berlin" in out

    def test_the_holidays_of_the_company_count(self, run: Run, project: Path) -> None:
        settings = project / "sheetsync.toml"
        settings.write_text(settings.read_text("utf-8") + "\n[calendar]\nholidays = [2026-11-20]\n", "utf-8")
        text = settings.read_text("utf-8").replace("[calendar]\n# region", "# region", 1)
        settings.write_text(text, "utf-8")
        out = run("--project", project, "job", "next", "--now", "2026-11-19T12:00").out
        assert "2026-11-19 周四 18:00  weekly-summary  每周汇总（周五 11-20 公司休息日，提前）" in out

    def test_none_at_all_is_refused(self, run: Run) -> None:
        assert run("job", "next", "-n", "0").code == 2


class TestMistakes:
    """A file that is wrong."""

    def test_it_is_named_with_its_line(self, run: Run, project: Path) -> None:
        own(project, "mine", "dayly 7:00")
        outcome = run("--project", project, "job", "next")
        assert outcome.code == 2
        assert f"{project / 'jobs' / 'mine.yaml'}:3" in outcome.err
        assert "是否想写“daily”" in outcome.err

    def test_those_of_all_files_are_told_at_once(self, run: Run, project: Path) -> None:
        own(project, "one", "dayly 7:00")
        own(project, "two", more="steps_: 1\n")
        err = run("--project", project, "job", "list").err
        assert "one.yaml:3" in err
        assert "two.yaml:5" in err


def test_the_example_of_a_new_project_runs(run: Run, project: Path) -> None:
    """As it is, and with every remark that holds a key made one."""
    (block,) = re.findall(
        r"```yaml\n(.*?)```", (project / "jobs" / "README.md").read_text("utf-8"), re.DOTALL
    )
    whole = "".join(
        line.removeprefix("# ") for line in block.splitlines(keepends=True) if not line.startswith("# when")
    )
    for text, pauses in ((block, 4), (whole, 3)):
        (project / "jobs" / "monday-check.yaml").write_text(text, "utf-8")
        jobs = run("--project", project, "job", "list", "--json").document()["jobs"]
        (mine,) = (job for job in jobs if job["name"] == "monday-check")
        assert (mine["when_in_words"], len(mine["retry"])) == ("每周第一个工作日 09:00", pauses)


def test_the_files_that_the_documentation_shows_are_right(run: Run, project: Path) -> None:
    """In both languages."""
    page = (Path(__file__).parents[2] / "docs" / "jobs.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(job:.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        (project / "jobs" / "monday-check.yaml").write_text(block, "utf-8")
        assert "每周第一个工作日 09:00" in run("--project", project, "job", "list").out


def test_every_cadence_has_its_line() -> None:
    """C01 to C15 are watched by a job or a rule, or it is said that they are not."""
    page = (bundled("jobs") / "README.md").read_text("utf-8")
    assert re.findall(r"C\d\d", "".join(re.findall(r"^\| (C.*?) [a-z]", page, re.MULTILINE))) == [
        f"C{number:02}" for number in range(1, 16)
    ]


def test_every_shipped_job_is_described() -> None:
    page = (bundled("jobs") / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z-]+)`", page, re.MULTILINE) != []
    assert set(re.findall(r"^\| `([a-z-]+)`", page, re.MULTILINE)) == {job.name for job in sheetsync.jobs()}
