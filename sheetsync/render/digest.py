"""A reminder as people read it: a card, and the same as a mail (product expectations, 9).

Each item says why, what exactly, by when and where, who waits, and how often it was said before; nobody is
blamed, and copies to the rungs above only tell what happened.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sheetsync import palette
from sheetsync.model.card import Card, Passage
from sheetsync.model.finding import LEVELS, STATUS_TEXT, Level, Status
from sheetsync.model.message import MailDraft
from sheetsync.model.reminder import Digest, Item, Lost, Matter, Silent
from sheetsync.text import Language, Text, same

Field = tuple[str, str]

_LIMIT = re.compile(r"(\d+(?:\.\d+)?)(m|h|wh|wd)")
_LENGTHS = {
    "m": (" 分钟", " min"),
    "h": (" 小时", " h"),
    "wh": (" 个工作小时", " working hours"),
    "wd": (" 个工作日", " working days"),
}
_LISTED = 5
"""Records that are named beside a count."""
_PEOPLE = 20
"""Lines of a list of people; a card holds 30 KB."""
_DAY = 24 * 60
"""Minutes."""
_LONGEST = 60
"""Letters of a record's name in a title."""

_CAUSE = Text("原因", "Why")
_ALSO = Text("另外", "Also")
_WHY, _WHAT, _BY = Text("目标", "Why"), Text("需求", "What"), Text("期望", "Expected")
_STANDS, _WAITS, _BEFORE = Text("情况", "Status"), Text("在等的人", "Waiting"), Text("此前", "Before")
_WHERE = Text("位置", "Where")
_OPEN = Text("打开表格", "Open the sheet")

_URGENT = Text("紧急事项，请先看：", "Urgent, please look at this first:")
_STOP = Text(
    "填好表里对应的单元格，下次检查后就不再提醒。不能按时完成的，请登记进度延迟说明，写明新的时间，"
    "确需改期的走变更申请，新时间之前不再提醒。不归您负责的，请改正该行的负责人。",
    "Fill in the cell and the next check ends the reminder. If it cannot be done in time, enter a delay "
    "note with the new date, or a change request; until then you are not reminded. If it is not yours, "
    "correct the owner of the row.",
)
_COPY_STOP = Text(
    "抄送只告知情况；对应的单元格填好后，下次检查起不再抄送。",
    "Copies only tell how things stand; they end with the next check after the cell is filled.",
)

_ONCE = Text("新的事项只告知一次。", "What is new is told once.")


def digest_mail(digest: Digest, *, now: datetime, project: str, language: Language) -> MailDraft:
    """Write what one person is told, as a mail that travels with the same words as a card.

    Args:
        digest: What to say.
        now: When it is said, wall clock of the project's zone.
        project: What the project is called; may be empty.
        language: The language to write in.
    """
    return card_mail(digest_card(digest, now=now, project=project, language=language), language)


def card_mail(card: Card, language: Language) -> MailDraft:
    """Return a card as a mail.

    Args:
        card: What to say.
        language: The language it is written in.
    """
    words = {"card": card, "language": language, "look": palette, "shade": _shade, "colon": _colon(language)}
    html = _environment().get_template("digest.html").render(words)
    return MailDraft(subject=" ".join(card.title.split()), html=html, text=card.text, card=card)


def digest_card(digest: Digest, *, now: datetime, project: str, language: Language) -> Card:
    """Lay out what one person is told; the arguments are those of `digest_mail`."""
    records = [list(items) for _, items in groupby(digest.items, key=lambda item: item.matter.place)]
    passages = [_passage(items, digest.person.name, now, language) for items in records]
    levels = [item.matter.level for item in digest.items]
    news = [*_news(digest, language)]
    extra = [*_silent(digest.silent, now, language), *_lost(digest.lost, language)]
    count = len(records) + digest.more + len(digest.news) + digest.more_news
    head = _head(digest, passages, now, language)
    if count > 1:
        head = Text(f"{head} 等 {count} 项", f"{head} and {count - 1} more").say(language)
    return Card(
        title=head,
        level=max(levels, key=LEVELS.index) if levels else None,
        lines=tuple(text.say(language) for text in _greeting(digest, records)),
        passages=(*passages, *news, *_settled(digest, language), *extra),
        foot=tuple(text.say(language) for text in _foot(digest, now, project)),
    )


def _head(digest: Digest, passages: Sequence[Passage], now: datetime, language: Language) -> str:
    """Return what the whole is called: the worst of it, else the first of what is new, else the lists."""
    if passages:
        return passages[0].title
    if digest.news:
        return title(digest.news[0].matter, now, language)
    return (_settled_head(digest) if digest.settled else _lists_head(digest)).say(language)


def title(matter: Matter, now: datetime, language: Language) -> str:
    """Return what a matter is called: `[延期2天] XZB20231001-01 海报初稿`.

    Args:
        matter: The matter.
        now: When it is said.
        language: The language to write in.
    """
    place = Text(f"{matter.sheet} 第 {matter.row} 行", f"{matter.sheet} row {matter.row}").say(language)
    short = _short(matter.name)
    named = " ".join(filter(None, (matter.record, short if short != matter.record else "")))
    return f"[{light_word(matter, now).say(language)}] {named or place}"


def light_word(matter: Matter, now: datetime) -> Text:
    """Return the word of a matter's light, with how late it is or how long is left.

    Args:
        matter: The matter.
        now: When it is said.
    """
    if matter.news:
        return matter.reason if matter.kind is None or matter.level == "info" else same(matter.kind)
    if matter.due is None:
        return _PLAIN[matter.level] if matter.status is Status.NORMAL else STATUS_TEXT[matter.status]
    if matter.due >= now:
        return _left(matter.due, now)
    return _late(matter.due, now, Text("延期", "late") if matter.limit is None else Text("超时", "overdue"))


def _left(due: datetime, now: datetime) -> Text:
    days = (due.date() - now.date()).days
    if days > 1:
        return Text(f"还剩{days}天", f"{days} days left")
    day = Text("明天", "tomorrow") if days else Text("今天", "today")
    return Text(f"{day.zh}{due:%H:%M}到期", f"due {day.en} {due:%H:%M}")


def _late(due: datetime, now: datetime, word: Text) -> Text:
    minutes = int((now - due).total_seconds() // 60)
    if minutes >= _DAY:
        days = (now.date() - due.date()).days
        return Text(f"{word.zh}{days}天", f"{days} {'day' if days == 1 else 'days'} {word.en}")
    hours = minutes // 60
    if hours:
        return Text(f"{word.zh}{hours}小时", f"{hours} h {word.en}")
    return Text(f"{word.zh}{max(1, minutes)}分钟", f"{max(1, minutes)} min {word.en}")


_PLAIN: dict[Level, Text] = {
    "red": Text("请处理", "to do"),
    "yellow": Text("待处理", "open"),
    "info": Text("提示", "note"),
}


def limit_words(limit: str) -> Text:
    """Return a limit as people say it: 2wd is 2 个工作日.

    Args:
        limit: As rules write it.
    """
    found = _LIMIT.fullmatch(limit)
    if found is None:
        return same(limit)
    zh, en = _LENGTHS[found[2]]
    return Text(f"{found[1]}{zh}", f"{found[1]}{en.removesuffix('s') if found[1] == '1' else en}")


def _passage(items: Sequence[Item], reader: str, now: datetime, language: Language) -> Passage:
    """Return one record: the worst matter in full, what else is wrong with it in a line each."""
    first, *others = items
    matter = first.matter
    if matter.news:
        said = _happened(first)
    else:
        said = _acting(first, reader, now) if first.acts else _copied(first, now)
    fields = [(name.say(language), value.say(language)) for name, value in said]
    for other in others:
        more = other.matter.brief_with_step if other.acts or other.matter.news else other.matter.message
        fields.append((_ALSO.say(language), more.say(language)))
    return Passage(
        title=title(matter, now, language),
        level=matter.level,
        fields=tuple(fields),
        link=None if matter.link is None else replace(matter.link, words=_OPEN.say(language)),
    )


def _happened(item: Item) -> Iterator[tuple[Text, Text]]:
    """Yield the lines of something that happened."""
    yield _STANDS, item.matter.message
    yield _WHAT, item.matter.step
    yield _WHERE, _place(item.matter)


def _news(digest: Digest, language: Language) -> Iterator[Passage]:
    """Yield what happened, in one passage: nobody is late for it."""
    if not digest.news:
        return
    count = len(digest.news) + digest.more_news
    lines = []
    for item in digest.news:
        matter = item.matter
        named = " ".join(filter(None, (matter.record, _short(matter.name))))
        place = Text(
            f"（《{matter.title}》{matter.sheet} 第 {matter.row} 行）",
            f" ({matter.title}, sheet {matter.sheet}, row {matter.row})",
        )
        said = f"{matter.brief_with_step.say(language)}{place.say(language)}"
        lines.append(f"[{matter.reason.say(language)}] {named}{_colon(language)}{said}")
    if digest.more_news:
        more = Text(
            f"另有 {digest.more_news} 项，下次告诉您。", f"{digest.more_news} more with the next message."
        )
        lines.append(more.say(language))
    links = {item.matter.link for item in digest.news}
    link = next(iter(links)) if len(links) == 1 else None
    yield Passage(
        title=Text(f"新的事项：{count} 项", f"News: {count}").say(language),
        lines=tuple(lines),
        link=None if link is None else replace(link, words=_OPEN.say(language)),
    )


def _settled_head(digest: Digest) -> Text:
    count = len(digest.settled)
    return Text(f"[已处理] {count} 项都已处理", f"[done] all {count} are done")


def _settled(digest: Digest, language: Language) -> Iterator[Passage]:
    """Yield what is done of a message that is shown again."""
    if digest.settled:
        count = len(digest.settled)
        head = Text(f"已处理：{count} 项", f"Done: {count}").say(language)
        yield Passage(title=head, lines=_some(digest.settled, language))


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _acting(item: Item, reader: str, now: datetime) -> Iterator[tuple[Text, Text]]:
    """Yield the lines for whoever must act."""
    matter = item.matter
    yield _STANDS, matter.message
    yield _WHY, matter.reason
    yield _WHAT, matter.step
    yield _BY, _expected(matter, now)
    if matter.waits and matter.waits != reader:
        yield _WAITS, same(matter.waits)
    if item.told:
        yield _BEFORE, Text(f"已提醒 {item.told} 次", f"reminded {_times(item.told)}")
    yield _WHERE, _place(matter)


def _copied(item: Item, now: datetime) -> Iterator[tuple[Text, Text]]:
    """Yield the lines for a rung above: facts, what was done, and what may be needed."""
    matter = item.matter
    actor = matter.rungs[0]
    who = Text(f"{actor.name.zh}{actor.who or ''}", f"{actor.name.en}{f' {actor.who}' if actor.who else ''}")
    yield _STANDS, matter.message
    if item.steps:
        steps = "；".join(
            f"{one.name}{one.who}已提醒 {one.times} 次（最近 {_day(one.last, now)}）" for one in item.steps
        )
        listed = "; ".join(
            f"{one.name} {one.who} reminded {_times(one.times)} (last {_day(one.last, now)})"
            for one in item.steps
        )
        yield _BEFORE, Text(steps, listed)
    since = _moment(item.rung.since, now)
    yield (
        _CAUSE,
        Text(
            f"到 {since} 仍未完成，按升级规则告知{item.rung.name.zh}",
            f"still open on {since}; by the escalation rule the {item.rung.name.en} is told",
        ),
    )
    yield (
        _WHAT,
        Text(
            f"请了解情况，需要时协调资源或时间；仍由{who.zh}处理",
            f"please take note, and help with resources or dates where needed; the {who.en} goes on with it",
        ),
    )
    yield _BY, _expected(matter, now)
    if item.told:
        yield _BEFORE, Text(f"已告知您 {item.told} 次", f"you were told {_times(item.told)}")
    yield _WHERE, _place(matter)


def _expected(matter: Matter, now: datetime) -> Text:
    """Return by when and in which form something is expected, with the rule and its limit."""
    rule = Text(f"规则 {matter.rule}", f"rule {matter.rule}")
    if matter.limit is not None:
        said = limit_words(matter.limit)
        rule = Text(f"{rule.zh}，时限 {said.zh}", f"{rule.en}, limit {said.en}")
        if matter.started is not None:
            begun = _moment(matter.started, now)
            rule = Text(f"{rule.zh}，从 {begun} 起算", f"{rule.en}, from {begun}")
    form = Text(f"改好“{matter.column}”", f"put '{matter.column}' right")
    if matter.empty:
        form = Text(f"填写“{matter.column}”", f"fill in '{matter.column}'")
    if matter.due is None:
        return Text(f"{form.zh}（{rule.zh}）", f"{form.en} ({rule.en})")
    due = Text(f"截止 {matter.due:%Y-%m-%d %H:%M}", f"by {matter.due:%Y-%m-%d %H:%M}")
    if matter.empty:
        due = Text(f"{form.zh}，{due.zh}", f"{form.en} {due.en}")
    return Text(f"{due.zh}（{rule.zh}）", f"{due.en} ({rule.en})")


def _place(matter: Matter) -> Text:
    return Text(
        f"《{matter.title}》{matter.sheet} 第 {matter.row} 行“{matter.column}”列",
        f"{matter.title}, sheet {matter.sheet}, row {matter.row}, column '{matter.column}'",
    )


def _greeting(digest: Digest, records: Sequence[Sequence[Item]]) -> Iterator[Text]:
    name = digest.person.name
    if digest.urgent:
        yield Text(f"{name}，{_URGENT.zh}", f"{name}: {_URGENT.en}")
        return
    acting = sum(any(item.acts for item in items) for items in records)
    copies = len(records) - acting
    reds = sum(items[0].matter.level == "red" for items in records)
    if not records:
        yield Text(f"{name}，以下情况请您了解：", f"{name}, for your information:")
        return
    zh = [f"{acting} 项等您处理"] if acting else []
    en = [f"{acting} for you to do"] if acting else []
    if copies:
        zh.append(f"{copies} 项抄送给您")
        en.append(f"{copies} copied to you")
    if digest.news:
        count = len(digest.news) + digest.more_news
        zh.append(f"{count} 项新的事项")
        en.append(f"{count} new")
    head = Text(f"{name}，您好：{'，'.join(zh)}", f"{name}: {', '.join(en)}")
    if reds and len(records) > 1:
        head = Text(f"{head.zh}（红色 {reds} 项在前）", f"{head.en} ({reds} red, shown first)")
    yield Text(f"{head.zh}。", f"{head.en}.")
    if digest.more:
        yield Text(
            f"这里列出最要紧的 {len(records)} 项，另有 {digest.more} 项，见表中“预警状态”一列。",
            f"The {len(records)} that matter most are shown; {digest.more} more are marked in the sheet.",
        )


def _foot(digest: Digest, now: datetime, project: str) -> Iterator[Text]:
    asked = [item for item in digest.items if not item.matter.news]
    if any(item.acts for item in asked):
        yield _STOP
    if any(not item.acts for item in asked):
        yield _COPY_STOP
    if len(asked) < len(digest.items) or digest.news:
        yield _ONCE
    named = f"“{project}”" if project else ""
    sent = Text(
        f"按{named}项目规则自动发出，{now:%Y-%m-%d %H:%M}。",
        f"Sent by the rules of {f'the project {project}' if project else 'the project'}, "
        f"{now:%Y-%m-%d %H:%M}.",
    )
    yield sent


def _lists_head(digest: Digest) -> Text:
    if digest.silent:
        count = len({one.name for one in digest.silent if one.name})
        return Text(f"[未填报] {count} 人或部门尚未填报", f"[not reported] {count} people or departments")
    return Text(f"[通知不到] {len(digest.lost)} 处", f"[not reached] {len(digest.lost)}")


def _silent(silent: Sequence[Silent], now: datetime, language: Language) -> Iterator[Passage]:
    """Yield one passage for each kind of report that is missing."""
    for kind, found in groupby(silent, key=lambda one: one.title):
        lines = []
        for one in found:
            since = (
                Text(f"，{_moment(one.since, now)} 到期", f", due {_moment(one.since, now)}")
                if one.since
                else same("")
            )
            name = one.name or Text("（未写负责人）", "(no owner)").say(language)
            lines.append(f"{name}{_colon(language)}{_records(one.records, language)}{since.say(language)}")
        head = Text(f"还没填：{kind.zh}", f"Not reported: {kind.en}")
        yield Passage(title=head.say(language), lines=_some(lines, language))


def unreached(lost: Sequence[Lost], language: Language) -> dict[Text, dict[str, tuple[str, ...]]]:
    """Return whom nobody could tell by the reason: each once, with the records.

    Args:
        lost: Whom nobody could tell.
        language: Of the roles that stand for those whom no sheet names.
    """
    found: dict[Text, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for one in lost:
        who = one.who or one.role.say(language)
        records = (*found[one.why].get(who, ()), *one.records)
        found[one.why][who] = tuple(dict.fromkeys(records))
    return found


def _lost(lost: Sequence[Lost], language: Language) -> Iterator[Passage]:
    if not lost:
        return
    between = "、" if language == "zh" else ", "
    lines = []
    for why, found in unreached(lost, language).items():
        people = [f"{who}{_bracketed(records, language)}" for who, records in found.items()]
        rest = len(people) - _PEOPLE
        more = Text(f" 等 {len(people)} 处", f" and {rest} more").say(language) if rest > 0 else ""
        lines.append(f"{why.say(language)}{_colon(language)}{between.join(people[:_PEOPLE])}{more}")
    yield Passage(
        title=Text("通知不到的人", "People who could not be told").say(language),
        lines=(
            *lines,
            Text(
                "请补全名册（姓名、邮箱或飞书 ID），或在 sheetsync.toml 的 [reminders.people] 写明是谁。",
                "Complete the directory (name, mail or Feishu id), or name them under [reminders.people] "
                "in sheetsync.toml.",
            ).say(language),
        ),
    )


def _bracketed(records: Sequence[str], language: Language) -> str:
    """Return the record, or how many there are."""
    if len(records) == 1:
        return Text(f"（{records[0]}）", f" ({records[0]})").say(language)
    return Text(f"（{len(records)} 条）", f" ({len(records)})").say(language) if records else ""


def _some(lines: Sequence[str], language: Language) -> tuple[str, ...]:
    rest = len(lines) - _PEOPLE
    more = Text(f"…… 另有 {rest} 人", f"… and {rest} more").say(language)
    return (*lines[:_PEOPLE], more) if rest > 0 else tuple(lines)


def _records(records: Sequence[str], language: Language) -> str:
    listed = ("、" if language == "zh" else ", ").join(records[:_LISTED])
    if len(records) <= _LISTED:
        return listed
    return Text(f"{listed} 等 {len(records)} 条", f"{listed} and {len(records) - _LISTED} more").say(language)


def _moment(moment: datetime, now: datetime) -> str:
    """Return a time, with the year where it is not this one."""
    return f"{_day(moment, now)} {moment:%H:%M}"


def _day(day: date, now: datetime) -> str:
    return f"{day:%m-%d}" if day.year == now.year else f"{day:%Y-%m-%d}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "


def _shade(level: Level | None) -> palette.Style:
    names: dict[Level | None, str] = {"red": "late", "yellow": "risk", "info": "done", None: "done"}
    return palette.STYLES[names[level]]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sheetsync.render", "mails"),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
