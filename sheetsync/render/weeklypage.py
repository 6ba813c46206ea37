"""The weekly mail as a page for a browser: the same, with its pictures inside the file."""

import base64

from sheetsync.model.message import MailDraft


def as_page(draft: MailDraft) -> str:
    """Return the HTML of a mail with each picture where its reference stands; nothing is loaded from outside.

    Args:
        draft: The mail.
    """
    html = draft.html
    for picture in draft.pictures:
        data = base64.b64encode(picture.content).decode("ascii")
        html = html.replace(f'"cid:{picture.cid}"', f'"data:image/png;base64,{data}"')
    return html
