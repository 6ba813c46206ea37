"""The weekly mail: verdict and numbers for somebody who has three minutes and a phone."""

from collections.abc import Mapping, Sequence

from sheetsync.model.message import Attachment, MailDraft
from sheetsync.model.summary import Summary
from sheetsync.text import Language, Text


def weekly_mail(
    summaries: Sequence[Summary],
    language: Language,
    *,
    version: int = 1,
    before: Mapping[str, str] | None = None,
    workbook: Attachment | None = None,
) -> MailDraft:
    """Write the weekly mail.

    Args:
        summaries: One a project, each with trends; several make one mail with a section each.
        language: The language to write in.
        version: 1, or more for a corrected one.
        before: In a corrected one the facts of the version before (`MailDraft.facts`).
        workbook: The weekly workbook; left out, and said so, where the mail would grow over 10 MB.

    Raises:
        ValueError: A summary has no trends, or there is none.
    """
    raise NotImplementedError
