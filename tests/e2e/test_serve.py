"""Jobs by hand and by the clock, as a person or a service manager calls them."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Run

JOB = """\
job: {name}
title: {{ zh: 作业, en: Job }}
when: {when}
on_rest_day: run
steps: [{steps}]
retry: {{ pauses: [1min] }}
{more}
"""
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


def project(run: Run, **jobs: str) -> None:
    """Make a project with one workbook whose shipped jobs are off, and jobs of its own."""
    Path("sheetsync.toml").write_text('[project]\nname = "星河"\n', "utf-8")
    Path("workbooks").mkdir()
    Path("jobs").mkdir()
    for name in (
        "daily-check",
        "daily-reminder",
        "meeting-cadence",
        "month-end",
        "sync",
        "urgent-watch",
        "weekly-summary",
    ):
        text = JOB.format(name=name, when="daily 3:00", steps="check", more="enabled: false")
        Path(f"jobs/{name}.yaml").write_text(text, "utf-8")
    for name, text in jobs.items():
        Path(f"jobs/{name}.yaml").write_text(text, "utf-8")
    made = run(
        "new", "progress", "issues", "--sample", "-o", "workbooks/q4.xlsx", "--now", "2023-10-08T09:00"
    )
    assert made.code == 0, made.err


def job(name: str, when: str = "daily 9:00", steps: str = "write", more: str = "") -> str:
    return JOB.format(name=name, when=when, steps=steps, more=more)


def ticks(run: Run, now: str) -> dict[str, Any]:
    """Return what `health` knows of each job."""
    return {one["name"]: one for one in run("health", "--json", "--now", now).document()["jobs"]}


def test_a_job_by_hand_marks_the_workbook_and_a_second_time_nothing(run: Run) -> None:
    project(run, mark=job("mark"))
    first = run("job", "run", "mark", "--now", "2023-10-16T09:00")
    content = Path("workbooks/q4.xlsx").read_bytes()
    again = run("job", "run", "mark", "--now", "2023-10-16T09:00", "--json")
    assert (first.code, again.code) == (0, 0), first.err + again.err
    assert "写入 1 个" in first.out
    (step,) = again.document()["steps"]
    assert (step["step"], step["state"]) == ("write", "done")
    assert "未写入" in step["note"]
    assert Path("workbooks/q4.xlsx").read_bytes() == content


def test_what_is_due_is_done_once_and_what_was_missed_is_made_up_for_once(run: Run) -> None:
    """Report, copies and snapshot are there; the mail leaves once, for the week that it was due in."""
    more = "catch_up: latest\ngrace: 9d"
    project(run, week=job("week", steps="snapshot, report, archive", more=more))
    assert run("serve", "--once", "--now", "2023-10-13T08:00").code == 0
    assert not Path("reports").exists()
    late = run("serve", "--once", "--log", "json", "--now", "2023-10-16T08:00")
    assert late.code == 0, late.err
    events = [json.loads(line) for line in late.out.splitlines()]
    assert [event["event"] for event in events] == ["started", "missed", "begun", "done", "stopped"]
    assert events[2]["due"] == "2023-10-15T09:00:00+08:00"
    assert [path.name for path in Path("reports").iterdir()] == ["周报_星河_2023-W41.xlsx"]
    assert len(list(Path("outbox").iterdir())) == 1
    assert [path.name for path in Path("archive").rglob("*.xlsx")] == ["q4_20231016-080000.xlsx"]
    again = run("serve", "--once", "--log", "json", "--now", "2023-10-16T08:30")
    assert len(again.out.splitlines()) == 2
    by_hand = run("job", "run", "week", "--now", "2023-10-16T08:40")
    assert by_hand.code == 0, by_hand.err
    assert len(list(Path("archive").rglob("*.xlsx"))) == 1


def test_a_workbook_that_is_open_is_tried_again_and_then_told_of(run: Run) -> None:
    """By mail, once; a job that waits keeps no other from its work."""
    project(
        run,
        mark=job("mark", more="on_failure: { tell: [pm@example.com] }"),
        other=job("other", steps="snapshot"),
    )
    assert run("serve", "--once", "--now", "2023-10-16T08:00").code == 0
    lock = Path("workbooks/~$q4.xlsx")
    lock.write_bytes(b"\x0fZhang San" + b" " * 155)
    first = run("serve", "--once", "--now", "2023-10-16T09:00")
    assert first.code == 5, first.out
    assert "Zhang San" in first.out
    assert ticks(run, "2023-10-16T09:00")["mark"]["last_state"] == "later"
    assert ticks(run, "2023-10-16T09:00")["other"]["last_state"] == "done"
    assert run("serve", "--once", "--now", "2023-10-16T09:02").code == 5
    health = run("health", "--now", "2023-10-16T09:03")
    assert health.code == 1
    assert "mark" in health.out.splitlines()[0]
    run("serve", "--once", "--now", "2023-10-16T09:04")
    (mail,) = Path("outbox").glob("*.eml")
    assert b"pm@example.com" in mail.read_bytes()
    lock.unlink()
    assert run("job", "run", "mark", "--now", "2023-10-16T09:05").code == 0
    assert run("health", "--now", "2023-10-16T09:05").code == 0


def test_a_wrong_job_file_is_refused_with_its_line(run: Run) -> None:
    project(run, mark=job("mark").replace("[write]", "[wirte]"))
    refused = run("serve", "--once")
    assert refused.code == 2
    assert "mark.yaml:5" in refused.err


def test_without_a_project_there_is_nothing_to_run(run: Run) -> None:
    for command in (["serve", "--once"], ["health"], ["job", "run", "daily-check"]):
        assert run(*command).code == 2


@contextmanager
def serving(*options: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `serve` in a process of its own, as a service manager does; wait until it works."""
    command = [sys.executable, "-m", "sheetsync", "serve", "--log", "json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "started"
        try:
            yield process
        finally:
            process.kill()


def test_what_ran_on_a_given_day_is_not_old_by_the_real_one(run: Run) -> None:
    project(run, check=job("check", steps="check"))
    for day in ("12", "13", "16"):
        assert run("serve", "--once", "--now", f"2023-10-{day}T09:01").code == 0
    told = run("history", "--ticks", "--json", "--now", "2023-10-16T10:00").document()
    assert [(one["due"][:10], one["state"]) for one in told["ticks"]] == [
        ("2023-10-12", "done"),
        ("2023-10-13", "done"),
        ("2023-10-14", "missed"),
        ("2023-10-15", "missed"),
        ("2023-10-16", "done"),
    ]


@POSIX
def test_a_server_lets_no_other_in_tells_how_it_goes_and_leaves_when_asked(run: Run) -> None:
    project(run)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving("--health-port", str(port)) as server:
        second = run("serve", "--once")
        assert second.code == 5
        assert f"pid {server.pid}" in second.err
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as answer:
            asked = json.load(answer)
        assert (asked["status"], asked["schema"]) == ("ok", "sheetsync.health/1")
        assert f"pid {server.pid}" in asked["server"]["owner"]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/else", timeout=60)
        assert json.loads(Path(".sheetsync/health.json").read_text("utf-8"))["status"] == "ok"
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=60)
        assert (server.returncode, err) == (0, "")
        assert json.loads(out.splitlines()[-1])["event"] == "stopped"
    assert run("serve", "--once").code == 0


@POSIX
def test_a_server_that_was_killed_is_followed_at_once(run: Run) -> None:
    project(run)
    with serving() as server:
        server.kill()
        server.wait()
    assert run("serve", "--once").code == 0
