"""Commitments inside free text (spec T50): 请*专员今日18点前补充. Only a clear time limit makes one."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sheetsync.intake.actors import asks, who
from sheetsync.intake.cell import Cell, Doubt
from sheetsync.intake.clauses import Clause, clauses
from sheetsync.intake.clocktimes import time_at
from sheetsync.intake.dates import NO_ANCHOR
from sheetsync.intake.days import Anchor, NoMomentError
from sheetsync.intake.lists import sentences
from sheetsync.intake.moments import CANDIDATE, LIMIT, Span, prepare, span_at
from sheetsync.model.table import RawValue
from sheetsync.model.value import Moment, Resolution
from sheetsync.text import Text, join

_LONGEST = 4000
"""A longer text is a report; nobody is held to a sentence in it."""
_HINT = re.compile(r"[\d今明后当本这上下周礼星月季底末班午晚]\D{0,6}?[前内止]")
"""What every time limit holds; texts without it cost one search."""
_CANDIDATE = re.compile(rf"{CANDIDATE.pattern}|下班|收工|凌晨|早上|上午|中午|正午|下午|傍晚|晚上")
_DAMAGED = re.compile(
    r"[^,;、。]{0,24}?(?:\d{1,2}[:点时]\d{0,2}|\d[日号]|[-/.]\d{1,2})(?:[之以]?前|截止|为止)(?![端台期往置后])"
)
"""Reads like a time limit to people, whatever is wrong with its numbers."""
_NAMED_DAY = re.compile(r"\d{1,2}[月./-]\d{1,2}|\d{4}")
_NOT_SO = re.compile(
    r"[无没未]法|不能|不了|不可能|来不及|难以|赶不上|[未没]能|能否|是否|可否|[如若]果?|一旦|除非|假如|原[定计本]|本应|本来|上次|此前"
    r"|争取|力争|每[天日周月]"
)
"""Before a limit: refused, asked, only a condition, an old plan, a habit."""
_DONE = re.compile(r"(?:都|均|就|才|便|仍|还|尚|曾|一直)?(?:已|未|没|无法|不(?!晚于|迟于))|的|则")
"""After a limit: it is told what happened, or the limit only describes something."""
_OVER = re.compile(r"(?:了|过|完毕)$")


def read_commitments(raw: RawValue, anchor: Anchor = NO_ANCHOR) -> Cell:
    """Read the commitments in a cell of free text; a tuple of `Resolution`, mostly ().

    Whoever is not named is an empty `actor`: then the record's owner acts. What is not understood is no
    commitment and no problem; only a time limit that is damaged is worth a warning.
    """
    if not isinstance(raw, str) or not may_commit(raw):
        return Cell(())
    found: list[Resolution] = []
    damaged: list[Text] = []
    relative = False
    for sentence in sentences(raw[:_LONGEST]):
        text = prepare(sentence)
        spans, wrong, counted = _limits(text, anchor)
        damaged.extend(wrong)
        relative = relative or counted
        for actor, due, action in _promises(text, spans):
            found.append(Resolution(number=len(found) + 1, actor=actor, due=due, action=action))
    doubt = Doubt("warning", join(damaged), _ADVICE) if damaged else None
    said = "；".join(f"{one.actor} {one.due} {one.action}".strip() for one in found)
    return Cell(tuple(found), doubt, relative=relative, read_as=said or None)


def may_commit(raw: str) -> bool:
    """Tell, at the cost of one search, whether a text may hold a time limit at all."""
    return _HINT.search(raw) is not None


def _limits(text: str, anchor: Anchor) -> tuple[list[Span], list[Text], bool]:
    """Return the dates of a sentence, what is damaged, and whether the anchor had a part in it."""
    found: list[Span] = []
    damaged: list[Text] = []
    relative = False
    end = 0
    for candidate in _CANDIDATE.finditer(text):
        start = candidate.start()
        if start < end or (start and text[start - 1].isascii() and text[start - 1].isalnum()):
            continue
        try:
            span = span_at(text, start, anchor) or _time_limit(text, start, anchor)
        except NoMomentError as error:
            relative = relative or error.cell.relative
            broken = _DAMAGED.match(text, start)
            if broken and error.cell.doubt and not error.cell.relative:
                damaged.append(error.cell.doubt.message)
            end = broken.end() if broken else end
            continue
        if span is not None:
            relative = relative or span.relative
            found.append(span)
            end = span.end
    return [span for span in found if not _is_past(text, span, anchor)], damaged, relative


def _time_limit(text: str, start: int, anchor: Anchor) -> Span | None:
    """Return the limit that a time without a day is, on the row's own day: 10点前, 下班前."""
    clock = time_at(text, start)
    limit = LIMIT.match(text, clock.end) if clock else None
    if clock is None or limit is None:
        return None
    if clock.damaged:
        shown = text[start : clock.end]
        raise NoMomentError(
            Cell(
                doubt=Doubt("warning", Text(f"时间“{shown}”不完整或不存在", f"the time '{shown}' is damaged"))
            )
        )
    if anchor.day is None:
        raise NoMomentError(Cell(relative=True))
    at = datetime.combine(anchor.day, time()) + timedelta(minutes=clock.minutes or 0, seconds=clock.seconds)
    moment = Moment(at=at, whole_day=clock.minutes is None)
    return Span(moment, moment, relative=True, by=True, start=start, end=limit.end())


def _is_past(text: str, span: Span, anchor: Anchor) -> bool:
    """Tell whether relative words name a day before the row's own: 周五前, written on a Sunday.

    Whoever wrote it meant another day; a day named with its month counts as written.
    """
    if anchor.day is None or not span.relative or _NAMED_DAY.search(text, span.start, span.end):
        return False
    return span.last.at.date() < anchor.day


def _promises(text: str, spans: list[Span]) -> Iterator[tuple[str, Moment, str]]:
    """Yield who, by when, what of a sentence; a clause with a limit takes the words around it."""
    parts = clauses(text, spans)
    limited = [any(span.by for span in part.spans) for part in parts]
    last = 0
    for place, part in enumerate(parts):
        if not limited[place]:
            continue
        until = next((later for later in range(place + 1, len(parts)) if limited[later]), len(parts))
        span = next(span for span in part.spans if span.by)
        before, after = text[part.start : span.start], text[span.end : part.end]
        if not (before + after).strip(" :,、()"):  # 请*专员补充文案，今日18点前
            before = text[parts[place - 1].start : part.start] if place > last else ""
        elif part.soft and place > last and text[part.start - 1] == "、":  # 张三、李四今日18点前
            before = text[parts[place - 1].start : span.start]
        after = _rest(text, after, parts[place + 1 : until])
        asked = text[parts[place - 1].start : parts[place - 1].end] if place > last else ""
        promise = _promise(before, after, asked if asks(asked) else "")
        if promise is not None:
            actor, action = promise
            yield actor, span.last, action
        last = until


def _rest(text: str, after: str, following: list[Clause]) -> str:
    """Return the words after a limit with those of the clauses that go on from it."""
    words = after.strip(" :,、")
    for clause in following:
        if not clause.soft:
            break
        more = text[clause.start : clause.end].strip(" :,、")
        words = f"{words},{more}" if words else more
    return words


def _promise(before: str, after: str, asked: str) -> tuple[str, str] | None:
    """Return who acts and what is done, None where that is not clear.

    Args:
        before: The words before the limit.
        after: The words after it.
        asked: The clause before both where it asks somebody, who then acts if these two name nobody.
    """
    if _NOT_SO.search(before) or _DONE.match(after):
        return None
    actor, action = who(before)
    if actor == "" and not action:  # 今日18点前请*专员补充
        actor, action = who(after)
    else:
        action += after
    if actor == "" and asked:
        actor, _ = who(asked)
        actor = actor or None
    action = action.strip(" :,、;。()")
    if actor is None or not action or _OVER.search(action):
        return None
    return actor, action


_ADVICE = Text(
    "没有当作期限；请写成 今日12:00前 或 10月9日前", "not taken as a limit; write it like 10-09 12:00"
)
