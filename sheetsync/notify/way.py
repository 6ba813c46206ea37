"""Which way messages leave, by the settings of a project."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetsync.config.feishu import FEISHU_HOSTS, FeishuSettings, WebhookSettings
from sheetsync.config.mail import MailSettings
from sheetsync.config.reminders import CHANNELS, Channel
from sheetsync.config.section import FILE_NAME
from sheetsync.config.settings import Settings
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.feishu.access import access_of
from sheetsync.feishu.client import FeishuClient
from sheetsync.model.reminder import Person
from sheetsync.notify.bot import GroupBot
from sheetsync.notify.feishu import FeishuMessages
from sheetsync.notify.folder import OutboxFolder
from sheetsync.notify.posting import target_at
from sheetsync.notify.smtp import Login, MailServer
from sheetsync.notify.webhook import Webhook
from sheetsync.ports import Notifier
from sheetsync.secret import reveal
from sheetsync.text import Text


def way_out(
    settings: MailSettings,
    *,
    folder: Path,
    zone: ZoneInfo,
    environ: Mapping[str, str],
    outbox: Path | None = None,
) -> MailServer | OutboxFolder:
    """Return the mail server, or the folder for mails as files where there is none.

    Args:
        settings: `[mail]`.
        folder: The project folder.
        zone: The project's time zone.
        environ: The environment, where the password may be.
        outbox: A folder that shall be used in any case.

    Raises:
        SpecFileError: The password is not where it should be, or others may read it.
    """
    if outbox is not None or not settings.host:
        return OutboxFolder(outbox or folder / settings.outbox, zone)
    login = None
    if settings.user:
        secret = reveal(settings.password, folder=folder, environ=environ, where=FILE_NAME)
        login = Login(user=settings.user, password=secret)
    return MailServer(
        settings.host,
        zone=zone,
        port=settings.port,
        security=settings.security,
        login=login,
        authorities=folder / settings.ca_file if settings.ca_file else None,
        timeout=settings.timeout,
    )


def sender_of(settings: MailSettings) -> str:
    """Return whom mails are from: the sender of the settings, else the account; empty without both."""
    return settings.sender or settings.user


def way_by(
    channel: Channel,
    settings: Settings,
    *,
    folder: Path,
    environ: Mapping[str, str],
    outbox: Path | None = None,
    client: FeishuClient | None = None,
) -> Notifier:
    """Return a way out by its name.

    Args:
        channel: Its name in the settings.
        settings: All of them.
        folder: The project folder.
        environ: The environment, where secrets may be.
        outbox: A folder that shall be used in any case; whatever the channel.
        client: Feishu as the app sees it, where there is one already.

    Raises:
        SpecFileError: The settings do not say what it needs, or a secret is not where it should be.
    """
    zone = settings.zone
    if outbox is not None or channel == "file":
        return OutboxFolder(outbox or folder / settings.mail.outbox, zone)
    if channel == "mail":
        return way_out(settings.mail, folder=folder, zone=zone, environ=environ)
    if channel == "feishu":
        access = access_of(settings.feishu, folder=folder, environ=environ)
        return FeishuMessages(client or FeishuClient(access))
    if channel == "bot":
        return _bot(settings.feishu, folder, environ)
    return _webhook(settings.webhook, folder, environ, zone)


def reached_by(channel: Channel, person: Person) -> str | None:
    """Return the address by which a way out reaches a person, None where it does not."""
    match channel:
        case "feishu":
            return person.feishu_id or person.email or person.phone
        case "bot":
            return GROUP
        case "webhook":
            return person.email or person.feishu_id or person.name
        case "mail":
            return person.email
        case "file":
            return person.email or ""  # a draft that somebody addresses


def read_by(channel: Channel, reader: str) -> str | None:
    """Return the address by which a way out reaches who shall read a report, None where it does not.

    Args:
        channel: The way out.
        reader: A mail address, or an id or mobile number in Feishu; empty where nobody is named.
    """
    match channel:
        case "feishu":
            return reader or None
        case "bot":
            return GROUP
        case "webhook":
            return reader or HOOK
        case "mail":
            return reader if "@" in reader else None
        case "file":
            return reader  # a draft that somebody addresses


def channels_of(named: Sequence[str], settings: Settings) -> tuple[Channel, ...]:
    """Return ways out by their names, each once: mail where none is named, files where mail has no server.

    Raises:
        UsageError: There is no such way.
    """
    found: list[Channel] = []
    for name in named or ("mail",):
        channel = next((one for one in CHANNELS if one == name), None)
        if channel is None:
            raise UsageError(
                Text(f"没有“{name}”这种渠道。", f"There is no way '{name}'."),
                fix=Text(f"可用：{'、'.join(CHANNELS)}。", f"There are {', '.join(CHANNELS)}."),
            )
        found.append("file" if channel == "mail" and not settings.mail.host else channel)
    return tuple(dict.fromkeys(found))


HOOK = "webhook"
"""The recipient of what a webhook is told where nobody is named."""

GROUP = "group"
"""The recipient of what a bot says: whoever is in its group."""


def _bot(settings: FeishuSettings, folder: Path, environ: Mapping[str, str]) -> GroupBot:
    _given(settings.webhook, "webhook", "[feishu]")
    url = reveal(settings.webhook, folder=folder, environ=environ, where=FILE_NAME)
    secret = ""
    if settings.webhook_secret:
        secret = reveal(settings.webhook_secret, folder=folder, environ=environ, where=FILE_NAME)
    target = target_at(url, setting="[feishu] webhook", hosts=FEISHU_HOSTS, timeout=settings.timeout)
    return GroupBot(target, secret=secret)


def _webhook(settings: WebhookSettings, folder: Path, environ: Mapping[str, str], zone: ZoneInfo) -> Webhook:
    _given(settings.url, "url", "[webhook]")
    url = reveal(settings.url, folder=folder, environ=environ, where=FILE_NAME)
    secret = ""
    if settings.secret:
        secret = reveal(settings.secret, folder=folder, environ=environ, where=FILE_NAME)
    target = target_at(
        url,
        setting="[webhook] url",
        hosts=settings.hosts,
        intranet=settings.intranet,
        timeout=settings.timeout,
    )
    return Webhook(target, zone=zone, secret=secret, header=settings.header)


def _given(value: str, key: str, section: str) -> None:
    if not value:
        raise SpecFileError(
            Text(f"{section} 里没有写 {key}。", f"{key} is missing in {section}."),
            fix=Text(
                f'请写 {key} = "env:变量名" 或 "file:路径"。', f'Write {key} = "env:NAME" or "file:PATH".'
            ),
            where=FILE_NAME,
        )
