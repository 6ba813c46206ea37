"""Sending through real servers on this machine: with TLS, with a login, and with every kind of refusal."""

import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from io import BufferedReader
from pathlib import Path

import pytest
import trustme

from sheetsync.errors import RemoteError, SpecFileError
from sheetsync.model.message import Message
from sheetsync.notify.smtp import Login, MailServer, Security
from tests.mailserver import PASSWORD, USER, Office, free_port, running
from tests.unit.notify.letters import DOTS, NAME, ZONE, letter

WRONG = "mnop-qrst-uvwx"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def theirs(authority: trustme.CA) -> ssl.SSLContext:
    """A server's certificate for `localhost`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of those who vouch for the server."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def plain(port: int) -> MailServer:
    return MailServer("localhost", port=port, zone=ZONE, security="none", timeout=5, pauses=())


def asking(port: int, security: Security, trusted: Path | None, password: str = PASSWORD) -> MailServer:
    return MailServer(
        "localhost",
        port=port,
        zone=ZONE,
        security=security,
        login=Login(user=USER, password=password),
        authorities=trusted,
        timeout=5,
        pauses=(),
    )


def never(_: Message) -> bool:
    raise AssertionError


class TestSafe:
    """Encryption and login."""

    def test_starttls_and_login(self, theirs: ssl.SSLContext, trusted: Path) -> None:
        office = Office()
        how = {"tls_context": theirs, "require_starttls": True, "auth_required": True}
        with running(office, authenticator=office.login, **how) as port:
            way = asking(port, "starttls", trusted)
            (done,) = way.send([letter()])
        assert (done.state, done.reply.en) == ("sent", "the server says: 250 2.0.0 queued as 4711")
        assert office.secure == [True]
        assert office.logins == [USER.encode()]

    def test_tls_from_the_first_byte_and_login(self, theirs: ssl.SSLContext, trusted: Path) -> None:
        office = Office()
        how = {"ssl_context": theirs, "auth_require_tls": False}
        with running(office, authenticator=office.login, **how) as port:
            way = asking(port, "tls", trusted)
            (done,) = way.send([letter()])
        assert done.state == "sent"
        assert office.secure == [True]
        assert office.logins == [USER.encode()]

    def test_a_server_that_nobody_vouches_for_gets_no_login(self, theirs: ssl.SSLContext) -> None:
        office = Office()
        with running(office, authenticator=office.login, tls_context=theirs) as port:
            way = asking(port, "starttls", None)
            (done,) = way.send([letter()], never)
        assert done.state == "later"
        assert "certificate" in done.reply.en
        assert office.logins == []

    def test_a_certificate_for_another_host_is_none(self, theirs: ssl.SSLContext, trusted: Path) -> None:
        with running(Office(), ssl_context=theirs) as port:
            way = MailServer("127.0.0.1", port=port, zone=ZONE, authorities=trusted, timeout=5, pauses=())
            (done,) = way.send([letter()], never)
        assert done.state == "later"
        assert "certificate" in done.reply.en

    def test_a_server_without_encryption_gets_no_login(self) -> None:
        """Somebody between may have struck STARTTLS from what it offers."""
        office = Office()
        with running(office, authenticator=office.login, auth_require_tls=False) as port:
            way = asking(port, "starttls", None)
            (done,) = way.send([letter()], never)
        assert done.state == "later"
        assert "no encryption" in done.reply.en
        assert office.logins == []

    def test_a_wrong_password_is_said_but_not_shown(self, theirs: ssl.SSLContext, trusted: Path) -> None:
        """And not tried again: accounts are locked for that."""
        office = Office()
        with running(office, authenticator=office.login, ssl_context=theirs, auth_require_tls=False) as port:
            way = asking(port, "tls", trusted, WRONG)
            done = list(way.send([letter(), letter("li@example.com")], never))
            with pytest.raises(RemoteError, match="refused the login") as caught:
                way.check()
        assert [one.state for one in done] == ["later", "later"]
        for said in (done[0].reply.zh, caught.value.say("zh")):
            assert "授权码" in said
            assert WRONG not in said
        assert len(office.logins) <= 4  # one login a call, by each way of telling the password

    @pytest.mark.parametrize("host", ["smtp.example.com", "192.168.0.7", "localhost.example.com"])
    def test_in_the_clear_only_to_this_machine(self, host: str) -> None:
        with pytest.raises(SpecFileError, match="this machine only"):
            MailServer(host, zone=ZONE, security="none")

    def test_no_login_in_the_clear_even_to_this_machine(self) -> None:
        with pytest.raises(SpecFileError, match="without a login"):
            MailServer("localhost", zone=ZONE, security="none", login=Login(user=USER, password=PASSWORD))

    def test_a_missing_file_of_certificates_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(SpecFileError, match="ca_file"):
            MailServer("localhost", zone=ZONE, authorities=tmp_path / "none.pem")

    def test_a_login_shows_no_password(self) -> None:
        assert PASSWORD not in repr(Login(user=USER, password=PASSWORD))


class TestResults:
    """What becomes of each recipient's message."""

    def test_what_arrives_is_what_was_sent(self) -> None:
        """Lines that begin with a dot included; each recipient alone."""
        office = Office()
        with running(office) as port:
            done = list(plain(port).send([letter(), letter("li@example.com")]))
        assert [one.state for one in done] == ["sent", "sent"]
        assert [envelope.rcpt_tos for envelope in office.seen] == [["zhang@example.com"], ["li@example.com"]]
        assert office.seen[0].mail_from == "pmo@example.com"
        content = office.seen[1].content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert mail["To"] == "li@example.com"
        assert "zhang" not in content.decode()
        text = mail.get_body(["plain"])  # type: ignore[attr-defined]
        assert text.get_content().replace("\r\n", "\n").endswith(DOTS)
        assert [part.get_filename() for part in mail.iter_attachments()] == [NAME]  # type: ignore[attr-defined]

    def test_each_recipient_has_a_result_of_its_own(self) -> None:
        """No such mailbox: for good; mailbox busy: later; the others get theirs."""
        office = Office(
            {"gone@example.com": "550 5.1.1 no such user", "busy@example.com": "450 4.2.0 greylisted"}
        )
        claimed: list[str] = []

        def claim(message: Message) -> bool:
            claimed.append(message.recipient)
            return True

        people = ["gone@example.com", "busy@example.com", "zhang@example.com"]
        with running(office) as port:
            done = list(plain(port).send([letter(one) for one in people], claim))
        assert [(one.recipient, one.state) for one in done] == list(
            zip(people, ["refused", "later", "sent"], strict=True)
        )
        assert done[0].reply.zh == "服务器答复：550 5.1.1 no such user"
        assert claimed == ["zhang@example.com"]

    @pytest.mark.parametrize(
        ("said", "state"),
        [("554 5.7.1 spam", "refused"), ("451 4.3.0 disk full", "later"), ("250 OK", "sent")],
    )
    def test_the_word_after_the_final_dot_counts(self, said: str, state: str) -> None:
        with running(Office(data=said)) as port:
            (done,) = plain(port).send([letter()])
        assert done.state == state

    def test_a_sender_that_is_refused_can_be_mended(self) -> None:
        """No recipient is marked as refused for that."""
        with running(Office(sender="550 5.7.1 sender not owned by user")) as port:
            done = list(plain(port).send([letter(), letter("li@example.com")], never))
        assert [one.state for one in done] == ["later", "later"]

    def test_what_another_run_claimed_is_not_handed_over(self) -> None:
        office = Office()
        with running(office) as port:
            (first, second) = plain(port).send(
                [letter(), letter("li@example.com")], lambda one: one.recipient.startswith("li")
            )
        assert (first.state, second.state) == ("already", "sent")
        assert len(office.seen) == 1

    def test_no_server_is_said_once_for_all(self) -> None:
        tried = MailServer("localhost", port=free_port(), zone=ZONE, security="none", pauses=(0, 0))
        done = list(tried.send([letter(), letter("li@example.com")], never))
        assert [one.state for one in done] == ["later", "later"]
        assert "cannot be reached" in done[0].reply.en

    def test_a_password_that_a_server_repeats_is_not_shown(self) -> None:
        way = MailServer("localhost", zone=ZONE, login=Login(user=USER, password=PASSWORD))
        both = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        said = way._reply(535, f"bad {PASSWORD} {b64encode(PASSWORD.encode()).decode()} {both}".encode())  # noqa: SLF001
        assert said == "535 bad *** *** ***"


class TestBroken:
    """A line that breaks at every step."""

    STEPS = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot")

    @pytest.mark.parametrize("step", range(len(STEPS)))
    def test_before_the_final_dot_later_after_it_doubt(self, step: int) -> None:
        """The server hangs up instead of giving its word at one step."""
        with scripted(step) as port:
            (done,) = plain(port).send([letter()])
        assert done.state == ("doubt" if self.STEPS[step] == "dot" else "later")

    def test_silence_after_the_final_dot_is_doubt(self) -> None:
        """After the patience, not after the time of an ordinary step."""
        with scripted(5, silent=True) as port:
            way = MailServer(
                "localhost", port=port, zone=ZONE, security="none", timeout=900, patience=0.2, pauses=()
            )
            (done,) = way.send([letter()])
        assert done.state == "doubt"

    def test_silence_before_it_is_later(self) -> None:
        with scripted(3, silent=True) as port:
            way = MailServer("localhost", port=port, zone=ZONE, security="none", timeout=0.2, pauses=())
            (done,) = way.send([letter()], never)
        assert done.state == "later"

    def test_the_next_message_goes_over_a_new_line(self) -> None:
        """A message in doubt stops nobody else's."""
        office = Office(hang_up=True)

        def claim(message: Message) -> bool:
            office.hang_up = message.recipient.startswith("zhang")
            return True

        with running(office) as port:
            first, second = plain(port).send([letter(), letter("li@example.com")], claim)
        assert (first.state, second.state) == ("doubt", "sent")


@contextmanager
def scripted(until: int, *, silent: bool = False) -> Iterator[int]:
    """Run a server that says yes up to a step, then hangs up or falls silent; yield its port."""
    server = socket.create_server(("localhost", 0))
    over = threading.Event()
    words: list[tuple[str, Callable[[BufferedReader], bool]]] = [
        ("220 ready", lambda _: True),
        ("250 hello", _line),
        ("250 ok", _line),
        ("250 ok", _line),
        ("354 go ahead", _line),
        ("250 queued", _until_dot),
    ]

    def serve() -> None:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line, line.makefile("rb") as heard:
            for number, (word, listened) in enumerate(words):
                listened(heard)
                if number == until:
                    if silent:
                        over.wait(10)
                    return
                line.sendall(f"{word}\r\n".encode())

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        server.close()
        thread.join(10)


def _line(heard: BufferedReader) -> bool:
    return bool(heard.readline())


def _until_dot(heard: BufferedReader) -> bool:
    return any(line == b".\r\n" for line in heard)
