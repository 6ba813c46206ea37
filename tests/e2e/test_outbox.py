"""`outbox`: a mail of which nobody knows whether it arrived waits for a person."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Outcome, Run
from tests.mailserver import Office, running

NOW = ("--now", "2026-11-20T18:00")
SETTINGS = """
[project]
name = "星河"

[mail]
host = "localhost"
port = {port}
security = "none"
sender = "pmo@example.com"
to = ["zhang@example.com"]
"""
KEY = "weekly:星河:2026-W47:v1"


@pytest.fixture
def office() -> Office:
    return Office(hang_up=True)


@pytest.fixture
def doubtful(run: Run, office: Office) -> None:
    """The server hung up after the whole mail was handed over."""
    Path("workbooks").mkdir()
    with running(office) as port:
        Path("sheetsync.toml").write_text(SETTINGS.format(port=port), "utf-8")
        assert run("new", "issues", "--sample", "-o", "workbooks/a.xlsx", *NOW).code == 0
        assert report(run, "1.xlsx").code == 4


def report(run: Run, name: str) -> Outcome:
    return run("report", "weekly", "--mail", "-o", name, *NOW)


def states(run: Run) -> list[str]:
    return [one["state"] for one in run("outbox", "--json", *NOW).document()["messages"]]


@pytest.mark.usefixtures("doubtful")
def test_it_is_listed(run: Run) -> None:
    document = run("outbox", "--state", "doubt", "--json", *NOW).document()
    (only,) = document["messages"]
    assert document["schema"] == "sheetsync.outbox/1"
    assert (only["key"], only["recipient"], only["state"]) == (KEY, "zhang@example.com", "doubt")
    assert only["changed"] == "2026-11-20T18:00:00+08:00"
    assert "不知是否送达" in run("outbox", *NOW).out
    assert run("outbox", "list", "--state", "refused", *NOW).out == "没有需要处理的消息。\n"


@pytest.mark.usefixtures("doubtful")
def test_a_released_one_leaves_with_the_next_run(run: Run, office: Office) -> None:
    assert run("outbox", "release", KEY, "zhang@example.com", *NOW).code == 0
    assert states(run) == ["pending"]
    office.hang_up = False
    with running(office) as port:
        Path("sheetsync.toml").write_text(SETTINGS.format(port=port), "utf-8")
        assert report(run, "2.xlsx").code == 0
    assert states(run) == []
    assert len(office.seen) == 2


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize(("decision", "left"), [("sent", []), ("drop", ["refused"])])
def test_what_a_person_settled_does_not_leave_again(
    run: Run, office: Office, decision: str, left: list[str]
) -> None:
    assert run("outbox", decision, KEY, "zhang@example.com", *NOW).code == 0
    assert states(run) == left
    office.hang_up = False
    with running(office) as port:
        Path("sheetsync.toml").write_text(SETTINGS.format(port=port), "utf-8")
        report(run, "2.xlsx")
    assert len(office.seen) == 1


@pytest.mark.usefixtures("doubtful")
def test_a_decision_is_in_the_audit_trail(run: Run) -> None:
    run("outbox", "sent", KEY, "Zhang@example.com", *NOW)
    (entry,) = run("history", "--audit", "--json", *NOW).document()["audit"]
    assert (entry["id"], entry["old"], entry["new"], entry["table"]) == (KEY, "doubt", "sent", "消息")
    assert entry["actor"]


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize(
    ("key", "recipient", "words"),
    [
        (KEY, "li@example.com", "没有发给 li@example.com 的消息"),
        ("weekly:y", "zhang@example.com", "没有发给"),
    ],
)
def test_a_message_that_there_is_not(run: Run, key: str, recipient: str, words: str) -> None:
    refused = run("outbox", "release", key, recipient, *NOW)
    assert refused.code == 2
    assert words in refused.err


@pytest.mark.usefixtures("doubtful")
def test_nothing_is_decided_twice(run: Run) -> None:
    run("outbox", "sent", KEY, "zhang@example.com", *NOW)
    again = run("outbox", "release", KEY, "zhang@example.com", *NOW)
    assert again.code == 2
    assert "不需要处理" in again.err
