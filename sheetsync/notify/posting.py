"""Posts JSON over HTTPS so that of each post it is known whether it left (reliability, 7 and 13).

Only to hosts that were allowed, at addresses that are not inside our network unless that was said, with no
redirects, and within limits of time and size. The address of a post may be a secret: nothing here says it.
"""

import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from sheetsync.errors import SpecFileError
from sheetsync.notify.smtp import is_loopback
from sheetsync.text import Text

_MOST = 65_536
"""Bytes of an answer that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where posts go.

    Args:
        url: The address, in no message and no log.
        setting: What the settings call it, for messages.
        intranet: True where it may be inside our own network.
        timeout: Seconds that a post may take.
    """

    url: str = field(repr=False)
    setting: str
    intranet: bool = False
    timeout: float = 30

    @property
    def parts(self) -> SplitResult:
        """The address, taken apart."""
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        """The host's name."""
        return self.parts.hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was answered.

    Args:
        status: Of HTTP.
        content: The beginning of it.
    """

    status: int
    content: bytes


class NotHandedOverError(Exception):
    """The post did not leave; `said` tells why."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)


class NoWordError(Exception):
    """The post left, and no answer came; `said` tells what happened."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)


def target_at(
    url: str, *, setting: str, hosts: Sequence[str], intranet: bool = False, timeout: float = 30
) -> Target:
    """Return where posts go.

    Args:
        url: The address.
        setting: What the settings call it, for messages.
        hosts: The hosts it may name, besides this machine.
        intranet: True where it may be inside our own network.
        timeout: Seconds that a post may take.

    Raises:
        SpecFileError: It is none that may be posted to.
    """
    made = Target(url=url, setting=setting, intranet=intranet, timeout=timeout)
    try:
        parts, port = made.parts, made.parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    here = is_loopback(made.host) if parts.netloc else False
    plain = parts.scheme == "http" and here
    clean = "@" not in parts.netloc and port != 0 and url.isascii() and url.isprintable() and " " not in url
    if not clean or not (parts.scheme == "https" or plain) or not (here or made.host in hosts):
        raise SpecFileError(
            Text(
                f"{setting} 指向的地址不能用：应以 https:// 开头，主机是 {'、'.join(hosts)}。",
                f"The address that {setting} points to cannot be used: it must begin with https:// and name "
                f"{' or '.join(hosts)}.",
            ),
            where="sheetsync.toml",
        )
    return made


def post(connection: HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Post JSON over an open connection and return the answer.

    Raises:
        NoWordError: It left, and nobody knows what became of it.
    """
    end = time.monotonic() + target.timeout
    path = target.parts.path or "/"
    path += f"?{target.parts.query}" if target.parts.query else ""
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8", **headers})
        answer = connection.getresponse()
        content = b""
        while len(content) < _MOST and time.monotonic() < end and (piece := answer.read1(_MOST)):
            content += piece
    except (OSError, HTTPException, ValueError) as error:
        raise NoWordError(_lost(target, error)) from None  # its frames hold the address
    return Reply(status=answer.status, content=content)


def connected(target: Target) -> HTTPConnection:
    """Return an open connection, encrypted unless it is to this machine.

    Raises:
        NotHandedOverError: There is none; nothing left.
    """
    parts = target.parts
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        proxy = _proxy(target.host) if secure else None
        if proxy is not None:
            # The proxy looks the name up, so its address cannot be looked at here.
            through = HTTPSConnection(
                proxy.hostname or "", proxy.port or 80, timeout=target.timeout, context=_context()
            )
            through.set_tunnel(target.host, port)
            through.connect()
            return through
        connection = HTTPConnection(target.host, port, timeout=target.timeout)
        connection.sock = _line(target, port)
        if secure:
            connection.sock = _context().wrap_socket(connection.sock, server_hostname=target.host)
            connection.default_port = 443
    except (OSError, HTTPException, UnicodeError) as error:
        raise NotHandedOverError(_unreached(target, error)) from None
    return connection


def _line(target: Target, port: int) -> socket.socket:
    """Return a connection to an address that was looked at: a name may lead elsewhere the next time."""
    found = socket.getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
    allowed = [place for *_, place in found if _is_allowed(str(place[0]), target)]
    if not allowed:
        raise NotHandedOverError(
            Text(
                f"{target.host} 解析到内网或本机地址，没有发送；确实要发到内网请设置 intranet = true。",
                f"{target.host} is inside this network or this machine; nothing was posted. Set intranet = "
                "true if it is meant to be.",
            )
        )
    last: OSError = OSError()
    for place in allowed:
        try:
            return socket.create_connection((str(place[0]), port), timeout=target.timeout)
        except OSError as error:
            last = error
    raise last


def _is_allowed(found: str, target: Target) -> bool:
    address = ip_address(found.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if is_loopback(target.host):
        return address.is_loopback
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_global or (target.intranet and address.is_private)


def _proxy(host: str) -> SplitResult | None:
    given = getproxies().get("https", "")
    if not given or is_loopback(host) or proxy_bypass(host):
        return None
    return urlsplit(given if "://" in given else f"http://{given}")


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unreached(target: Target, error: Exception) -> Text:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Text(
            f"{target.host} 的证书不可信（{error.verify_message}），没有发送",
            f"the certificate of {target.host} is not trusted ({error.verify_message}); nothing was posted",
        )
    why = _why(error)
    return Text(
        f"连不上 {target.host}（{why}），没有发送", f"{target.host} is not reached ({why}); nothing left"
    )


def _lost(target: Target, error: Exception) -> Text:
    why = _why(error)
    return Text(
        f"发给 {target.host} 后没有等到答复（{why}），不知是否送达；不会自动重发，请到群里或对方系统里确认",
        f"no answer came from {target.host} ({why}); nobody knows whether it arrived, and it is not sent "
        "again by itself: look there",
    )


def _why(error: Exception) -> str:
    """Return what went wrong in words that hold no address."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "timed out" if isinstance(error, TimeoutError) else type(error).__name__
