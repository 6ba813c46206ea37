"""A mail server of the tests' own, on this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "pmo@example.com", "abcd-efgh-ijkl"


@dataclass
class Office:
    """What a server of the tests does and saw.

    Args:
        recipients: Address to what the server says to it.
        data: What it says to a whole message.
        hang_up: Whether it hangs up instead.
    """

    recipients: dict[str, str] = field(default_factory=dict)
    data: str = "250 2.0.0 queued as 4711"
    sender: str = "250 OK"
    hang_up: bool = False
    seen: list[Envelope] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the library's names
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        self.secure.append(server.transport.get_extra_info("ssl_object") is not None)
        return self.sender

    async def handle_RCPT(  # noqa: N802 - likewise
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipients.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        self.seen.append(envelope)
        if self.hang_up:
            server.transport.abort()
        return self.data

    def login(self, _: SMTP, __: Session, ___: Envelope, ____: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def running(office: Office, **how: object) -> Iterator[int]:
    """Run a server; yield its port."""
    controller = Controller(office, hostname="localhost", port=free_port(), **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
