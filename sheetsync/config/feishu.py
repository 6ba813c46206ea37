"""`[feishu]` and `[webhook]`: how we are known at Feishu, and where chat messages and posts go."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from sheetsync.config.section import Section
from sheetsync.mistakes import WrongValueError
from sheetsync.secret import is_reference
from sheetsync.text import Text

FEISHU_HOSTS = ("open.feishu.cn", "open.larksuite.com")
"""The only hosts that the app's secret and tokens are shown to (reliability, 13)."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_LOOPBACK = ("localhost", "127.0.0.1")

Reference = Annotated[str, Field(json_schema_extra={"pattern": "^((env|file):.+)?$"})]


def _domain(value: str) -> str:
    parts = urlsplit(value)
    safe = parts.scheme == "https" and parts.netloc in FEISHU_HOSTS
    here = parts.scheme == "http" and parts.hostname in _LOOPBACK and "@" not in parts.netloc
    if not (safe or here) or parts.path or parts.query or parts.fragment:
        raise WrongValueError(
            Text(
                "只能是 https://open.feishu.cn 或 https://open.larksuite.com",
                "must be https://open.feishu.cn or https://open.larksuite.com",
            )
        )
    return value


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise WrongValueError(
            Text("应为主机名，如 hooks.example.com", "must be the name of a host, such as hooks.example.com")
        )
    return value


def _header(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise WrongValueError(
            Text("应为请求头的名字，如 X-Signature", "must be the name of a header, such as X-Signature")
        )
    return value


class _Guarded(Section):
    """A section some of whose keys say where a secret is."""

    secrets: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _no_secret_here(cls, given: object) -> object:
        """Refuse what is no reference before anything may say what stands there."""
        for key in cls.secrets if isinstance(given, Mapping) else ():
            value = given.get(key, "") if isinstance(given, Mapping) else ""
            if value != "" and not (isinstance(value, str) and is_reference(value)):
                raise WrongValueError(
                    Text(
                        f"{key} 里不能写密钥或地址本身，只能写 env:变量名 或 file:路径",
                        f"no secret and no address may stand in {key}, only env:NAME or file:PATH",
                    )
                )
        return given


class FeishuSettings(_Guarded):
    """`[feishu]`: the app that reads and writes Bitable and sends messages, and the group bot.

    Args:
        app_id: The app's id, such as cli_a1b2c3; nothing is said to Feishu as an app when empty.
        app_secret: Where the app's secret is: env:NAME, or file:PATH of a file that only you may read.
        domain: Where Feishu is; https://open.larksuite.com for Lark.
        timeout: Seconds that one call may take.
        patience: Seconds after which a call that failed is not tried again.
        webhook: Where the address of a group's custom bot is: env:NAME or file:PATH; no bot when empty.
        webhook_secret: Where the bot's signing secret is: env:NAME or file:PATH; unsigned when empty.
        sheet_rows: True colours whole rows of online spreadsheets, not only the cell with the status. Fills
            that people gave to rows of a table are overwritten where a row's status changes, and cannot be
            given back.
    """

    secrets: ClassVar[tuple[str, ...]] = ("app_secret", "webhook", "webhook_secret")

    app_id: Annotated[str, Field(pattern=r"^(cli_[A-Za-z0-9_]+)?$")] = ""
    app_secret: Reference = ""
    domain: Annotated[str, AfterValidator(_domain)] = "https://open.feishu.cn"
    timeout: Annotated[int, Field(ge=1, le=300)] = 30
    patience: Annotated[int, Field(ge=1, le=3600)] = 120
    webhook: Reference = ""
    webhook_secret: Reference = ""
    sheet_rows: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.app_id) != bool(self.app_secret):
            raise WrongValueError(
                Text("app_id 和 app_secret 要一起写", "app_id and app_secret must be given together")
            )
        if self.webhook_secret and not self.webhook:
            raise WrongValueError(
                Text("有 webhook_secret 就要有 webhook", "webhook_secret is of no use without webhook")
            )
        return self


class WebhookSettings(_Guarded):
    """`[webhook]`: messages as JSON to an address of yours.

    Args:
        url: Where the address is: env:NAME or file:PATH; nothing is posted when empty.
        secret: Where the secret that posts are signed with is: env:NAME or file:PATH; unsigned when empty.
        header: The header that carries the signature.
        hosts: The hosts that the address may name.
        intranet: True where such a host may be inside your own network.
        timeout: Seconds that a post may take.
    """

    secrets: ClassVar[tuple[str, ...]] = ("url", "secret")

    url: Reference = ""
    secret: Reference = ""
    header: Annotated[str, AfterValidator(_header)] = "X-SheetSync-Signature"
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    intranet: bool = False
    timeout: Annotated[int, Field(ge=1, le=300)] = 30

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.url) != bool(self.hosts):
            raise WrongValueError(
                Text(
                    "url 和 hosts 要一起写：hosts 是允许的主机名",
                    "url and hosts must be given together: hosts are those that may be posted to",
                )
            )
        if self.secret and not self.url:
            raise WrongValueError(Text("有 secret 就要有 url", "secret is of no use without url"))
        return self
