"""Posts to an address of the user's own."""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trustme

from sheetsync.model.message import Delivery, Message
from sheetsync.notify import posting
from sheetsync.notify.posting import NotHandedOverError, connected, target_at
from sheetsync.notify.webhook import Webhook
from tests.unit.notify.cardletters import card_letter, evil
from tests.unit.notify.letters import NAME, ZONE, letter

SIGNING = "shared-by-both"


@dataclass
class Receiver:
    """Takes posts.

    Args:
        status: What it answers; 0 where it hangs up instead.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def receiving(receiver: Receiver, context: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.posts.append((dict(self.headers), body))
            if not receiver.status:
                self.connection.close()
                return
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                """The line was closed on purpose."""

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                """Likewise."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        start = "http://127.0.0.1" if context is None else "https://localhost"
        yield f"{start}:{server.server_port}/hook?team=a"
    finally:
        server.shutdown()
        server.server_close()


def sent(url: str, *messages: Message, secret: str = "") -> list[Delivery]:
    target = target_at(url, setting="[webhook] url", hosts=(), timeout=2)
    return list(
        Webhook(target, zone=ZONE, secret=secret, clock=lambda: 1000.0).send(messages or (card_letter(),))
    )


def test_a_message_arrives_whole_and_signed() -> None:
    receiver = Receiver()
    with receiving(receiver) as url:
        (done,) = sent(url, letter("zhang@example.com"), secret=SIGNING)
    ((headers, body),) = receiver.posts
    mark = hmac.new(SIGNING.encode(), b"1000." + body, hashlib.sha256).hexdigest()
    assert done.state == "sent"
    assert headers["X-SheetSync-Signature"] == f"t=1000,v1={mark}"
    got = json.loads(body)
    assert got["schema"] == "sheetsync.message/1"
    assert (got["recipient"], got["written"]) == ("zhang@example.com", "2026-11-20T18:00:00+08:00")
    assert got["attachments"] == [NAME]


def test_the_same_message_has_the_same_key_whenever_it_is_posted() -> None:
    receiver = Receiver()
    with receiving(receiver) as url:
        sent(url)
        sent(url)
    assert len({headers["Idempotency-Key"] for headers, _ in receiver.posts}) == 1


def test_words_of_people_call_nobody_where_it_is_passed_on() -> None:
    receiver = Receiver()
    with receiving(receiver) as url:
        sent(url, card_letter(card=evil()))
    text = receiver.posts[0][1].decode()
    assert "<at" not in text.lower()
    assert "@所有人" not in text


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((200, "sent"), (204, "sent"), (302, "later"), (400, "refused"), (401, "later"), (404, "later")),
        *((422, "refused"), (429, "later"), (500, "later"), (503, "later"), (502, "doubt"), (504, "doubt")),
        (0, "doubt"),
    ],
)
def test_what_an_answer_means(status: int, state: str) -> None:
    receiver = Receiver(status=status, headers={"Location": "https://evil.example/"})
    with receiving(receiver) as url:
        (done,) = sent(url)
    assert (done.state, len(receiver.posts)) == (state, 1)


def test_nobody_there_waits() -> None:
    with receiving(Receiver()) as url:
        pass
    (done,) = sent(url)
    assert done.state == "later"


@pytest.mark.parametrize(
    ("address", "intranet", "allowed"),
    [
        *(("10.0.0.7", False, False), ("10.0.0.7", True, True), ("127.0.0.1", True, False)),
        *(("169.254.169.254", True, False), ("::ffff:169.254.169.254", True, False), ("::1", True, False)),
        *(("fe80::1", True, False), ("::", True, False), ("224.0.0.1", True, False)),
        *(("93.184.215.14", False, True), ("2606:2800:220:1::", False, True), ("100.64.0.1", False, False)),
    ],
)
def test_names_that_lead_into_the_network_are_refused(
    address: str, intranet: bool, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what the name means when it is looked up, and that very address is then talked to."""
    asked: list[str] = []

    def line(place: tuple[str, int], **_: object) -> None:
        asked.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(posting, "getproxies", dict)
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    monkeypatch.setattr(posting.socket, "create_connection", line)
    target = target_at(
        "https://hooks.example.com/x", setting="", hosts=("hooks.example.com",), intranet=intranet
    )
    with pytest.raises(NotHandedOverError):
        connected(target)
    assert asked == ([address] if allowed else [])


@pytest.mark.parametrize("trusted", [True, False])
def test_only_a_certificate_that_is_trusted_is_talked_to(
    trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    receiver = Receiver()
    with receiving(receiver, context) as url:
        (done,) = sent(url)
    assert (done.state, len(receiver.posts)) == (("sent", 1) if trusted else ("later", 0))


def test_a_proxy_of_the_firm_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a tunnel: it never sees what is posted. One that refuses leaves nothing in doubt."""
    asked: list[bytes] = []

    def refuse(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line:
            asked.append(line.recv(1000))
            line.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=refuse, args=(listener,), daemon=True).start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setattr(posting, "getproxies", lambda: {"https": proxy})
        monkeypatch.setattr(posting, "proxy_bypass", lambda _: False)
        target = target_at("https://hooks.example.com/s3cr3t", setting="", hosts=("hooks.example.com",))
        with pytest.raises(NotHandedOverError) as caught:
            connected(target)
    assert asked[0].startswith(b"CONNECT hooks.example.com:443 ")
    assert b"s3cr3t" not in asked[0] + caught.value.said.zh.encode()
