"""`[mail]`: how mails leave."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sheetsync.config.section import ADDRESS, Address, Section, one_address
from sheetsync.mistakes import WrongValueError
from sheetsync.secret import is_reference
from sheetsync.text import Text

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _sender(value: str) -> str:
    name, address = parseaddr(value)
    if value and (any(letter in value for letter in "\r\n") or not address or "," in name):
        raise WrongValueError(Text("应写成 项目办 <pmo@example.com>", "write it like PMO <pmo@example.com>"))
    if value:
        one_address(address)
    return value


class MailSettings(Section):
    """`[mail]`: how mails leave; as files in the outbox folder when there is no server.

    Args:
        host: The mail server, such as smtp.exmail.qq.com; none when empty.
        port: Its port; when it is not given, 465 with tls, 587 with starttls, 25 with none.
        security: tls from the first byte, starttls before the login; none only to a server on this machine.
        user: The account to log in with; no login when empty.
        password: Where the account's password is: env:NAME, or file:PATH of a file that only you may read.
        sender: Who the mails are from; the account when empty.
        to: Who gets the weekly report, each a mail of their own.
        ca_file: Certificates of those who vouch for the server, from the project folder; the system's when
            empty.
        timeout: Seconds that a step of the sending may take.
        outbox: The folder for mails as files, from the project folder.
    """

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    password: Annotated[str, Field(json_schema_extra={"pattern": "^((env|file):.+)?$"})] = ""
    sender: Annotated[str, AfterValidator(_sender)] = ""
    to: tuple[Address, ...] = ()
    ca_file: str = ""
    timeout: Annotated[int, Field(ge=1, le=600)] = 30
    outbox: Annotated[str, Field(min_length=1)] = "outbox"

    @model_validator(mode="before")
    @classmethod
    def _no_password_here(cls, given: object) -> object:
        """Refuse what is no reference before anything may say what stands there."""
        password = given.get("password", "") if isinstance(given, Mapping) else ""
        if password != "" and not (isinstance(password, str) and is_reference(password)):
            raise WrongValueError(
                Text(
                    "password 里不能写密码，只能写 env:变量名 或 file:路径",
                    "no password may stand in password, only env:NAME or file:PATH",
                )
            )
        return given

    @model_validator(mode="after")
    def _safe_and_whole(self) -> Self:
        if bool(self.user) != bool(self.password):
            raise WrongValueError(
                Text("user 和 password 要一起写", "user and password must be given together")
            )
        if self.security == "none" and (self.user or (self.host and self.host not in _LOOPBACK)):
            raise WrongValueError(
                Text(
                    'security 为 "none" 时只能用本机的邮件服务器，且不能登录',
                    'with security "none" there is no login, and the server must be on this machine',
                )
            )
        if self.host and not (self.sender or ADDRESS.fullmatch(self.user)):
            raise WrongValueError(
                Text(
                    "缺少 sender，如 项目办 <pmo@example.com>",
                    "sender is missing; write it like PMO <pmo@example.com>",
                )
            )
        return self
