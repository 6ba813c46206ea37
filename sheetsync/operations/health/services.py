"""Other machines: the mail server and Feishu."""

from collections.abc import Iterator

from sheetsync.errors import SheetSyncError
from sheetsync.operations.health.diagnosis import Diagnosis, failure, of_error, ok, skipped, warning
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
    to = at.settings.report.to or given.to
    if given.host and not to:
        yield warning(
            Text("设置了邮件服务器，但没有收件人。", "There is a mail server, but nobody to write to."),
            Text('请写 [mail] to = ["领导@example.com"]。', 'Write [mail] to = ["boss@example.com"].'),
            where="sheetsync.toml [mail]",
        )
    elif to:
        yield ok(f"周报发给 {len(to)} 人。", f"The weekly report goes to {len(to)}.")
    else:
        yield skipped("没有设置收件人。", "No recipients are set.")
    yield from _channels(at)


def _channels(at: Premises) -> Iterator[Diagnosis]:
    """Each way that messages are to leave by is set up."""
    given = at.settings
    missing = {
        "feishu": ("[feishu] app_id", given.feishu.app_id),
        "bot": ("[feishu] webhook", given.feishu.webhook),
        "webhook": ("[webhook] url", given.webhook.url),
    }
    for section, channels in (("report", given.report.channels), ("reminders", given.reminders.channels)):
        for channel in channels:
            key, value = missing.get(channel, ("", "set"))
            if not value:
                yield failure(
                    Text(
                        f"要走 {channel}，但还没有设置它。",
                        f"The way {channel} is asked for, and not set up.",
                    ),
                    Text(f"请写 {key}，或去掉这个渠道。", f"Write {key}, or leave that channel out."),
                    where=f"sheetsync.toml [{section}] channels",
                )


def feishu(at: Premises) -> Iterator[Diagnosis]:
    """Feishu can be reached and knows the app."""
    lines = at.feishu()
    if not lines:
        yield skipped("没有设置飞书。", "Feishu is not set up.")
    for line in lines:
        yield Diagnosis(state="ok", what=line)


def bases(at: Premises) -> Iterator[Diagnosis]:
    """Each base that a pair names can be reached, and has the table; whether it takes writes a sync tells."""
    named = at.bases()
    if not named:
        yield skipped("没有同步多维表格。", "No Bitable table is kept in step.")
    for token in dict.fromkeys(token for token, _ in named):
        try:
            name, known, is_guarded = at.base(token)
        except SheetSyncError as error:
            yield of_error(error)
            continue
        for table in dict.fromkeys(table for base, table in named if base == token):
            where = f"bitable:{token}" if table is None else f"bitable:{token}/{table}"
            yield _table(name, where, is_there=table is None or table in known)
        if is_guarded:
            yield warning(
                Text(
                    f"“{name}”开着高级权限，应用可能看不到或写不了一部分记录。",
                    f"Advanced permissions are on in '{name}': the app may not see or write all records.",
                ),
                Text(
                    "请在多维表格的高级权限里给应用“可管理”，或关闭高级权限。",
                    "Let the app manage the base in its advanced permissions, or turn them off.",
                ),
                where=f"bitable:{token}",
            )


def _table(base: str, where: str, *, is_there: bool) -> Diagnosis:
    if is_there:
        return ok(f"“{base}”里的表找得到。", f"The table is there in '{base}'.", where=where)
    return failure(
        Text(f"“{base}”里没有这张表。", f"'{base}' has no such table."),
        Text(
            "请从表格网址里复制 TABLE_ID（?table= 后面），改 sheetsync.toml 的 [pairs]。",
            "Copy TABLE_ID from its web address (behind ?table=) into [pairs] of sheetsync.toml.",
        ),
        where=where,
    )
