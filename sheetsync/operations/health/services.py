"""Other machines: the mail server and Feishu."""

from collections.abc import Iterator

from sheetsync.operations.health.diagnosis import Diagnosis, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text


def mail(at: Premises) -> Iterator[Diagnosis]:
    """The mail server can be reached, is who it says it is, and lets us log in; nothing is sent."""
    given = at.settings.mail
    if not given.host:
        yield ok(
            f"没有设置邮件服务器，邮件写成文件放进 {given.outbox}。",
            f"There is no mail server; mails are written as files into {given.outbox}.",
        )
        return
    at.mail()
    login = Text("并能登录", " and log in") if given.user else Text("", "")
    yield ok(f"邮件服务器连得上{login.zh}。", f"The mail server can be reached{login.en}.", where=given.host)


def recipients(at: Premises) -> Iterator[Diagnosis]:
    """Somebody gets the weekly report."""
    given = at.settings.mail
    if given.host and not given.to:
        yield warning(
            Text("设置了邮件服务器，但没有收件人。", "There is a mail server, but nobody to write to."),
            Text('请写 [mail] to = ["领导@example.com"]。', 'Write [mail] to = ["boss@example.com"].'),
            where="sheetsync.toml [mail]",
        )
    elif given.to:
        yield ok(f"周报发给 {len(given.to)} 人。", f"The weekly report goes to {len(given.to)}.")
    else:
        yield skipped("没有设置收件人。", "No recipients are set.")


def feishu(at: Premises) -> Iterator[Diagnosis]:
    """The Feishu app may do what is asked of it, and each base can be reached and written."""
    lines = at.feishu()
    if not lines:
        yield skipped("没有设置飞书。", "Feishu is not set up.")
    for line in lines:
        yield Diagnosis(state="ok", what=line)
