"""What a mail program finds in a mail."""

import email
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.model.message import Attachment, Message
from sheetsync.notify.mime import as_mail
from tests.unit.notify.letters import DRAFT, NAME, WRITTEN, ZONE, letter


def parsed(message: Message, *, unsent: bool = False) -> EmailMessage:
    found = email.message_from_bytes(as_mail(message, ZONE, unsent=unsent), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_parts_are_those_that_mail_programs_expect() -> None:
    """Workbook beside, pictures within, the reader's program chooses between the texts."""
    mail = parsed(letter())
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/png",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    assert [part.defects for part in mail.walk()] == [[]] * 7
    assert mail["MIME-Version"] == "1.0"


def test_both_texts_say_what_the_draft_says() -> None:
    mail = parsed(letter())
    plain, html = mail.get_body(["plain"]), mail.get_body(["html"])
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == DRAFT.text
    assert html.get_content().strip() == DRAFT.html


def test_each_picture_of_the_html_travels_with_it() -> None:
    mail = parsed(letter())
    html = mail.get_body(["html"])
    assert html is not None
    wanted = re.findall(r'src="([^"]+)"', html.get_content())
    there = {f"cid:{part['Content-ID'].strip('<>')}": part for part in mail.walk() if part["Content-ID"]}
    assert wanted == list(there) == ["cid:burndown.1@sheetsync"]
    assert there[wanted[0]].get_content() == DRAFT.pictures[0].content
    assert there[wanted[0]].get_content_disposition() == "inline"


def test_headers_are_readable_and_say_what_the_mail_is() -> None:
    mail = parsed(letter())
    assert mail["Subject"] == DRAFT.subject
    assert mail["From"] == "项目管理办公室 <pmo@example.com>"
    assert mail["To"] == "zhang@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-SheetSync-Key"] == "weekly:星河:2026-W47:v1"
    assert parsedate_to_datetime(mail["Date"]) == WRITTEN.replace(tzinfo=ZONE)
    assert "X-Unsent" not in mail


def test_no_header_but_the_file_names_is_longer_than_servers_take() -> None:
    head = as_mail(letter(), ZONE).split(b"\r\n")
    assert all(len(line) <= 998 for line in head)
    assert all(line.isascii() for line in head)
    assert b"\n" not in as_mail(letter(), ZONE).replace(b"\r\n", b"")


class TestName:
    """The workbook's Chinese name, as each kind of client reads it."""

    def test_clients_that_follow_the_standard_read_the_disposition(self) -> None:
        """RFC 2231, on one line: some do not join its pieces."""
        raw = as_mail(letter(), ZONE)
        assert raw.count(b"filename*=UTF-8''%E2%80%9C%E6%98%9F") == 1
        assert b"filename*0" not in raw
        (part,) = parsed(letter()).iter_attachments()
        assert part.get_filename() == NAME

    def test_clients_that_do_not_read_encoded_words_in_the_type(self) -> None:
        """Outlook of old, Foxmail, web mailers: `name`, as encoded words of at most 75 letters."""
        old = email.message_from_bytes(as_mail(letter(), ZONE), policy=compat32)
        (part,) = [part for part in old.walk() if part.get_content_type().endswith(".sheet")]
        name = str(part.get_param("name"))
        assert str(make_header(decode_header(name))) == NAME
        assert all(len(word) <= 75 for word in name.split())
        assert len(name.split()) > 1

    @given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80))
    def test_any_name_comes_back(self, name: str) -> None:
        """As one line, and never as a path."""
        draft = replace(DRAFT, attachments=(Attachment(name=name, content=b"PK"),))
        (part,) = parsed(replace(letter(), draft=draft)).iter_attachments()
        shown = " ".join(name.replace("/", "_").replace("\\", "_").split())
        assert part.get_filename(failobj="") == shown


class TestIdentity:
    """What makes a message the same message."""

    def test_a_message_is_made_alike_twice(self) -> None:
        assert as_mail(letter(), ZONE) == as_mail(letter(), ZONE)

    def test_its_id_hangs_on_recipient_and_key_alone(self) -> None:
        later = replace(letter(), written=WRITTEN.replace(day=21), draft=replace(DRAFT, subject="x"))
        assert parsed(letter())["Message-ID"] == parsed(later)["Message-ID"]

    def test_recipients_and_versions_have_ids_of_their_own(self) -> None:
        messages = (letter(), letter("li@example.com"), letter(key="weekly:星河:2026-W47:v2"))
        ids = {parsed(message)["Message-ID"] for message in messages}
        assert len(ids) == 3
        assert all(re.fullmatch(r"<[0-9a-f]{20}@example\.com>", one) for one in ids)


@pytest.mark.parametrize("field", ["sender", "recipient", "key", "subject"])
def test_no_text_can_add_a_header(field: str) -> None:
    bad = "x@example.com\r\nBcc: all@example.com"
    message = (
        replace(letter(), draft=replace(DRAFT, subject=bad))
        if field == "subject"
        else replace(letter(), **{field: bad})
    )
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        as_mail(message, ZONE)


def test_text_that_no_mail_can_hold_is_replaced() -> None:
    """Half a pair of surrogates, as damaged cells have it."""
    mail = parsed(replace(letter(), draft=replace(DRAFT, text="表情\ud83d")))
    plain = mail.get_body(["plain"])
    assert plain is not None
    assert plain.get_content().strip() == "表情?"


def test_a_draft_for_a_person_opens_ready_to_be_sent() -> None:
    """Without recipient and sender where nobody knows them yet."""
    mail = parsed(replace(letter(""), sender=""), unsent=True)
    assert mail["X-Unsent"] == "1"
    assert "To" not in mail
    assert "From" not in mail
