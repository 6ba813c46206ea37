"""What holds of all checks together."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sheetsync.config.settings import Settings
from sheetsync.errors import RemoteError, SpecFileError
from sheetsync.operations.doctor import CHECKS, doctor_document, examine, exit_code
from sheetsync.operations.health.diagnosis import Check, ok
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text, same
from tests.unit.operations.health.conftest import NOW

SECRET = "abcd-efgh-ijkl"  # noqa: S105 - of these tests only


def check(name: str, look: object, **more: bool) -> Check:
    return Check(id=name, title=same(name), look=look, **more)  # type: ignore[arg-type] # a look of any kind


def fine(_: Premises) -> object:
    yield ok("好", "well")


def test_a_check_that_breaks_reports_itself_and_stops_no_other(
    well: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def breaks(_: Premises) -> object:
        yield ok("第一", "first")
        raise ZeroDivisionError

    first, second = examine(well, checks=[check("bad", breaks), check("good", fine)])
    assert [one.state for one in first.found] == ["ok", "failure"]
    assert "ZeroDivisionError" in first.found[1].what.zh
    assert second.state == "ok"
    assert exit_code([first, second]) == 70


def test_what_the_system_refuses_is_a_failure_of_the_setup(well: Premises) -> None:
    def refused(_: Premises) -> object:
        raise PermissionError(13, "Permission denied", "/x")

    (found,) = examine(well, checks=[check("x", refused)])
    assert (found.state, found.found[0].where, exit_code([found])) == ("failure", "/x", 2)


def test_offline_asks_no_other_machine(well: Premises) -> None:
    asked: list[str] = []
    there = replace(
        well,
        settings=Settings(mail={"host": "smtp.example.com", "sender": "a@x.cn", "to": ["b@x.cn"]}),
        mail=lambda: asked.append("mail"),
        feishu=lambda: asked.append("feishu") or (),  # type: ignore[func-returns-value] # for its effect
    )
    found = {one.check.id: one.state for one in examine(there, offline=True)}
    assert (found["mail"], found["feishu"], asked) == ("skipped", "skipped", [])
    list(examine(there))
    assert asked == ["mail", "feishu"]


def test_without_settings_only_what_needs_none_is_looked_at(well: Premises) -> None:
    found = list(examine(replace(well, trouble=SpecFileError(same("坏了")))))
    assert {one.check.id for one in found if one.state != "skipped"} == {
        one.id for one in CHECKS if not one.settled
    }
    assert exit_code(found) == 2


@pytest.mark.parametrize(
    ("errors", "code"), [([], 0), ([SpecFileError], 2), ([SpecFileError, RemoteError], 4)]
)
def test_the_highest_code_wins(well: Premises, errors: list[type[SpecFileError]], code: int) -> None:
    def failing(error: type[SpecFileError]) -> Check:
        def look(_: Premises) -> object:
            raise error(same("坏了"))

        return check(error.__name__, look)

    assert exit_code(examine(well, checks=[check("good", fine), *map(failing, errors)])) == code


def test_warnings_are_no_failure(well: Premises) -> None:
    found = list(examine(replace(well, books=lambda: ())))
    assert "warning" in {one.state for one in found}
    assert exit_code(found) == 0


def test_no_secret_is_ever_printed(well: Premises, tmp_path: Path) -> None:
    """Whatever libraries repeat of what they were given."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)

    def tells(_: Premises) -> object:
        raise RemoteError(same(f"login {SECRET} refused"), why=same(SECRET), fix=same(SECRET), where=SECRET)

    settings = Settings(
        mail={"host": "smtp.x.cn", "sender": "a@x.cn", "user": "a", "password": "file:secret"},
        state={"url": "postgresql://pm:file:secret@db/x"},
    )
    found = list(examine(replace(well, settings=settings), checks=[*CHECKS, check("x", tells)]))
    document = doctor_document(found, folder=str(tmp_path), now=NOW, zone=settings.zone, language="zh")
    printed = json.dumps(document, ensure_ascii=False)
    assert "login *** refused" in printed
    assert SECRET not in printed


def test_the_document_says_what_where_why_and_how(well: Premises) -> None:
    def look(_: Premises) -> object:
        raise SpecFileError(
            Text("错", "wrong"), why=Text("因", "why"), fix=Text("改", "fix"), where="a.toml:3"
        )

    found = list(examine(well, checks=[check("x", look)]))
    document = doctor_document(found, folder=None, now=NOW, zone=well.settings.zone, language="en")
    assert document["state"] == "failure"
    assert document["exit_code"] == 2
    assert document["checks"] == [
        {
            "id": "x",
            "title": "x",
            "state": "failure",
            "found": [{"state": "failure", "what": "wrong", "where": "a.toml:3", "why": "why", "fix": "fix"}],
        }
    ]
