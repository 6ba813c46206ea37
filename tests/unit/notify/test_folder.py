"""Mails as files."""

import email
from dataclasses import replace
from email.policy import default
from pathlib import Path

import pytest

from sheetsync.errors import OutputRefusedError
from sheetsync.notify.folder import OutboxFolder
from tests.unit.notify.letters import NAME, WRITTEN, ZONE, letter


def test_each_recipient_gets_a_file_that_mail_programs_open(tmp_path: Path) -> None:
    """The folder is made."""
    way = OutboxFolder(tmp_path / "待发", ZONE)
    done = list(way.send([letter(), letter("li@example.com")]))
    assert [one.state for one in done] == ["written", "written"]
    assert {one.place for one in done} == {str(path) for path in (tmp_path / "待发").iterdir()}
    mail = email.message_from_bytes(Path(done[1].place or "").read_bytes(), policy=default)
    assert mail["To"] == "li@example.com"
    assert [part.get_filename() for part in mail.iter_attachments()] == [NAME]  # type: ignore[attr-defined]


def test_a_name_tells_day_and_report_and_no_address(tmp_path: Path) -> None:
    (done,) = OutboxFolder(tmp_path, ZONE).send([replace(letter(), key='weekly:a/b\\"c:2026-W47:v1')])
    name = Path(done.place or "").name
    assert name.startswith("2026-11-20-weekly-a-b-c-2026-W47-v1-")
    assert name.endswith(".eml")
    assert "zhang" not in name


def test_the_same_message_is_not_written_again(tmp_path: Path) -> None:
    """Not even on another day, and not over what a person did to it."""
    way = OutboxFolder(tmp_path, ZONE)
    (first,) = way.send([letter()])
    Path(first.place or "").write_text("sent by hand")
    (second,) = way.send([replace(letter(), written=WRITTEN.replace(day=23))])
    assert (second.state, second.place) == ("already", first.place)
    assert Path(first.place or "").read_text() == "sent by hand"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_corrected_version_lies_beside_the_first(tmp_path: Path) -> None:
    way = OutboxFolder(tmp_path, ZONE)
    list(way.send([letter(), letter(key="weekly:星河:2026-W47:v2")]))
    assert len(list(tmp_path.iterdir())) == 2


def test_what_another_run_claimed_is_not_written(tmp_path: Path) -> None:
    (done,) = OutboxFolder(tmp_path, ZONE).send([letter()], lambda _: False)
    assert done.state == "already"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputRefusedError):
        list(OutboxFolder(tmp_path / "file" / "outbox", ZONE).send([letter()]))
