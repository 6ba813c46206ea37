"""Hands messages to a mail server, so that of each it is known whether it left (reliability, 7 and 13)."""

import base64
import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from time import sleep
from typing import Literal
from zoneinfo import ZoneInfo

from sheetsync.errors import RemoteError, SpecFileError
from sheetsync.model.message import NOTHING, Delivery, DeliveryState, Message
from sheetsync.notify.mime import address, as_mail
from sheetsync.text import Text, same

Security = Literal["tls", "starttls", "none"]

PORTS = {"tls": 465, "starttls": 587, "none": 25}
PATIENCE = 600
"""Seconds to wait for a server's word after the final dot: it may say yes so late (RFC 5321, 4.5.3.2)."""

_LONGEST = 200
_GO_AHEAD = 354


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are at a mail server.

    Args:
        user: The account.
        password: Its password, in no message and no log.
    """

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login(user={self.user!r})"


class _NotReachedError(Exception):
    """The server cannot be talked to; nothing was handed over."""

    def __init__(self, said: Text, *, again: bool) -> None:
        self.said = said
        self.again = again
        super().__init__(said.en)


class MailServer:
    """A mail server; meets the port Notifier.

    Args:
        host: Its name, which its certificate must bear.
        zone: The project's time zone.
        port: Its port; the usual one of `security` when None.
        security: `tls` from the first byte, `starttls` before anything is said, or `none`, on this machine.
        login: Who we are; None where the server asks nobody.
        authorities: A file of certificates of those who vouch for the server; the system's when None.
        timeout: Seconds that each step may take.
        patience: Seconds to wait for its word after a message was handed over.
        pauses: Seconds before each further attempt to reach it.

    Raises:
        SpecFileError: It would be talked to in the clear, or the file of certificates is none.
    """

    channel = "mail"
    once = False
    again_within = timedelta()

    def __init__(  # noqa: PLR0913 - what a server is known by, all by name
        self,
        host: str,
        *,
        zone: ZoneInfo,
        port: int | None = None,
        security: Security = "tls",
        login: Login | None = None,
        authorities: Path | None = None,
        timeout: float = 30,
        patience: float = PATIENCE,
        pauses: Sequence[float] = (2, 10),
    ) -> None:
        if security == "none" and (login is not None or not is_loopback(host)):
            raise SpecFileError(
                Text(
                    "不加密只能发给本机的邮件服务器，并且不登录。",
                    "Without encryption, mail goes to a server on this machine only, and without a login.",
                ),
                fix=Text(
                    '请把 [mail] security 设为 "tls" 或 "starttls"。',
                    'Set [mail] security to "tls" or "starttls".',
                ),
                where="sheetsync.toml",
            )
        self._host = host
        self._zone = zone
        self._port = PORTS[security] if port is None else port
        self._security = security
        self._login = login
        self._context = _context(authorities)
        self._timeout = timeout
        self._patience = patience
        self._pauses = tuple(pauses)

    def send(
        self, messages: Iterable[Message], claim: Callable[[Message], bool] = lambda _: True
    ) -> Iterator[Delivery]:
        """Hand over messages one by one over one connection; yield what became of each at once.

        A message that a lost connection did not take is not tried again here.
        """
        line: smtplib.SMTP | None = None
        down: Text | None = None
        try:
            for message in messages:
                if line is not None and line.sock is None:
                    line = None
                if line is None and down is None:
                    try:
                        line = self._patiently()
                    except _NotReachedError as error:
                        down = error.said
                if line is None:
                    yield _became("later", message, down or NOTHING)
                else:
                    yield self._hand_over(line, message, claim)
        finally:
            _hang_up(line)

    def check(self) -> None:
        """Greet the server and log in, as a doctor would.

        Raises:
            RemoteError: That does not work.
        """
        try:
            line = self._connected()
        except _NotReachedError as error:
            raise RemoteError(error.said, where=f"{self._host}:{self._port}") from error
        _hang_up(line)

    def _patiently(self) -> smtplib.SMTP:
        for pause in self._pauses:
            try:
                return self._connected()
            except _NotReachedError as error:
                if not error.again:
                    raise
                sleep(pause)
        return self._connected()

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that is safe and logged in."""
        line: smtplib.SMTP | None = None
        try:
            if self._security == "tls":
                line = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._context)
            else:
                line = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
            line.ehlo_or_helo_if_needed()
            if self._security == "starttls":
                line.starttls(context=self._context)
                line.ehlo()
            if self._login is not None:
                line.login(self._login.user, self._login.password)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            _hang_up(line)
            raise self._not_reached(error) from None  # its frames hold the password
        return line

    def _not_reached(self, error: Exception) -> _NotReachedError:
        server = f"{self._host}:{self._port}"
        match error:
            case smtplib.SMTPAuthenticationError():
                said = self._reply(error.smtp_code, error.smtp_error)
                return _NotReachedError(
                    Text(
                        f"邮件服务器 {server} 不接受登录（{said}）。请检查 [mail] user 和 password；"
                        "QQ、163 邮箱要用“授权码”，不是登录密码。",
                        f"The mail server {server} refused the login ({said}). Check [mail] user and "
                        "password; QQ and 163 want their authorization code, not the account's password.",
                    ),
                    again=False,
                )
            case ssl.SSLCertVerificationError():
                return _NotReachedError(
                    Text(
                        f"邮件服务器 {server} 的证书不可信（{error.verify_message}），没有登录。"
                        "请检查 [mail] host；内部证书请用 ca_file 指定。",
                        f"The certificate of the mail server {server} is not trusted ({error.verify_message})"
                        "; there was no login. Check [mail] host; name an authority of your own in ca_file.",
                    ),
                    again=False,
                )
            case smtplib.SMTPNotSupportedError():
                return _NotReachedError(
                    Text(
                        f"邮件服务器 {server} 不支持加密或所需的登录方式，没有登录。"
                        '请试 [mail] security = "tls"。',
                        f"The mail server {server} knows no encryption, or no login that we know; there was "
                        'no login. Try [mail] security = "tls".',
                    ),
                    again=False,
                )
            case smtplib.SMTPResponseException():
                why = self._reply(error.smtp_code, error.smtp_error)
                again = 400 <= error.smtp_code < 500
            case _:
                why = self._clean(str(error) or type(error).__name__)
                again = True
        return _NotReachedError(
            Text(
                f"连不上邮件服务器 {server}（{why}）。",
                f"The mail server {server} cannot be reached ({why}).",
            ),
            again=again,
        )

    def _hand_over(self, line: smtplib.SMTP, message: Message, claim: Callable[[Message], bool]) -> Delivery:
        content = as_mail(message, self._zone)
        try:
            no = self._addressed(line, message, len(content))
            if no is not None:
                _forget(line)
                return no
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(line, message, error)
        if not claim(message):
            _forget(line)
            return _became("already", message, Text("另一次运行已经发送", "another run has sent it"))
        try:
            line.putcmd("DATA")
            code, reply = line.getreply()
            if code != _GO_AHEAD:
                return self._refused(message, code, reply)
            # Until the final dot is under way, no server may deliver what it got.
            line.send(_dotted(content))
        except (OSError, smtplib.SMTPException) as error:
            return self._broken(line, message, error)
        return self._finished(line, message)

    def _addressed(self, line: smtplib.SMTP, message: Message, size: int) -> Delivery | None:
        """Say from whom and to whom; return what became of the message if the server does not like that."""
        options = [f"size={size}"] if line.has_extn("size") else []
        code, reply = line.mail(address(message.sender), options)
        if code != 250:
            # It is the sender that it does not like: that can be mended, the recipient is not at fault.
            return _became("later", message, self._said(code, reply))
        code, reply = line.rcpt(message.recipient)
        return None if code in {250, 251} else self._refused(message, code, reply)

    def _finished(self, line: smtplib.SMTP, message: Message) -> Delivery:
        try:
            if line.sock is not None:
                line.sock.settimeout(self._patience)
            line.send(b".\r\n")
            code, reply = line.getreply()
            if line.sock is not None:
                line.sock.settimeout(self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            line.close()
            why = self._clean(str(error))
            return _became(
                "doubt",
                message,
                Text(
                    f"交出后连接中断（{why}），不知是否送达；不会自动重发，请向收件人确认",
                    f"the line broke after it was handed over ({why}); nobody knows whether it arrived, and "
                    "it is not sent again by itself: ask the recipient",
                ),
            )
        if 200 <= code < 300:
            return _became("sent", message, self._said(code, reply))
        if 400 <= code < 600:
            return self._refused(message, code, reply)
        line.close()
        return _became("doubt", message, self._said(code, reply))

    def _broken(self, line: smtplib.SMTP, message: Message, error: Exception) -> Delivery:
        """Return what becomes of a message when the line breaks before it was handed over."""
        line.close()
        why = self._clean(str(error))
        return _became(
            "later", message, Text(f"连接中断，尚未交出（{why}）", f"the line broke before it left ({why})")
        )

    def _refused(self, message: Message, code: int, reply: bytes) -> Delivery:
        state: DeliveryState = "refused" if 500 <= code < 600 else "later"
        return _became(state, message, self._said(code, reply))

    def _said(self, code: int, reply: bytes) -> Text:
        said = self._reply(code, reply)
        return Text(f"服务器答复：{said}", f"the server says: {said}")

    def _reply(self, code: int, reply: bytes | str) -> str:
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        return self._clean(f"{code} {text}")

    def _clean(self, text: str) -> str:
        """Return one short line without our password: servers may repeat what they were given."""
        line = " ".join(text.split())
        if self._login is not None:
            secret = self._login.password.encode()
            both = f"\0{self._login.user}\0{self._login.password}".encode()
            for known in (self._login.password, *(base64.b64encode(one).decode() for one in (secret, both))):
                line = line.replace(known, "***")
        return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def is_loopback(host: str) -> bool:
    """Return True if a host is this machine, whatever any name server says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _became(state: DeliveryState, message: Message, reply: Text) -> Delivery:
    return Delivery(key=message.key, recipient=message.recipient, state=state, reply=reply)


def _context(authorities: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as error:
        raise SpecFileError(
            Text(
                "[mail] ca_file 不是可读的证书文件。", "[mail] ca_file is no readable file of certificates."
            ),
            why=same(f"({error.strerror or error})"),
            where=str(authorities),
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _dotted(content: bytes) -> bytes:
    """Return a mail as it goes over the line: a dot that begins a line is doubled (RFC 5321, 4.5.2)."""
    dotted = re.sub(rb"(?m)^\.", b"..", content)
    return dotted if dotted.endswith(b"\r\n") else dotted + b"\r\n"


def _forget(line: smtplib.SMTP) -> None:
    try:
        line.rset()
    except (OSError, smtplib.SMTPException):
        line.close()


def _hang_up(line: smtplib.SMTP | None) -> None:
    if line is None or line.sock is None:
        return
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        line.close()
