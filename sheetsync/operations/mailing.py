"""Sends a mail to everybody who shall have it, each of them once."""

from collections.abc import Iterable, Iterator, Sequence

from sheetsync.model.message import Delivery, Entry, EntryState, MailDraft, Message
from sheetsync.model.summary import Week
from sheetsync.ports import Clock, Notifier, Outbox
from sheetsync.text import Text

CHANNEL = "mail"


def weekly_key(job: str, week: Week, version: int = 1) -> str:
    """Return what makes a weekly report one of its kind: `weekly:launch:2026-W47:v1`.

    Args:
        job: Name of the project, workbook or job that it is about.
        week: The week that it speaks of.
        version: 1, or more for a corrected one.
    """
    return f"{_start(job, week)}{version}"


def _start(job: str, week: Week) -> str:
    return f"weekly:{' '.join(job.split())}:{week.year}-W{week.number:02}:v"


def post(  # noqa: PLR0913 - all by name
    draft: MailDraft,
    *,
    key: str,
    sender: str,
    recipients: Sequence[str],
    notifier: Notifier,
    clock: Clock,
    outbox: Outbox | None,
) -> Iterator[Delivery]:
    """Send a draft to each recipient, at most once per key; yield what became of each.

    Args:
        draft: What it says, with what travels with it.
        key: From `weekly_key`.
        sender: `name <address>` or an address.
        recipients: Addresses; one that stands there twice gets one.
        notifier: How it leaves: `notify.smtp.MailServer` or `notify.folder.OutboxFolder`.
        clock: Tells when it was written.
        outbox: What left before. None where the notifier itself takes nothing twice, as a folder.

    Raises:
        SheetSyncError: Outbox or folder cannot be written; what was yielded before holds.
    """
    raise NotImplementedError
