"""Which way mails leave, by the settings of a project."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetsync.config.mail import MailSettings
from sheetsync.config.section import FILE_NAME
from sheetsync.notify.folder import OutboxFolder
from sheetsync.notify.smtp import Login, MailServer
from sheetsync.secret import reveal


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
