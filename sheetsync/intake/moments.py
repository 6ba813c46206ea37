"""Moments inside a text: a day with its time, a range, what stands before and after it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sheetsync.intake.cell import Take
from sheetsync.intake.clocktimes import TimeOfDay, time_at
from sheetsync.intake.days import Anchor, Days, NoMomentError, Note, days_at, refuse
from sheetsync.intake.normalise import clean
from sheetsync.intake.numerals import digits
from sheetsync.model.value import Moment
from sheetsync.text import Text

_SQUEEZE = re.compile(r"(?<!\d) | (?!\d)")
_ISO_T = re.compile(r"(?<=\d)[Tt](?=\d)")
_WEEKDAY = re.compile(r"[(\[]?(?:周|星期|礼拜)([一二三四五六日天])[)\]]?")
_TO = re.compile(r"~|-{1,3}|至|到")
LIMIT = re.compile(r"(?:之前|以前|前(?![端台期往置后])|截止|为止|止|(?<!\d[日号])[之以]?内)")
"""What makes a moment a time limit; 前后, 前期 and the like do not."""
_LEADING = re.compile(
    r"(?:截至|截止到?|不晚于|最晚|最迟|于|定于)?(?P<vague>预计|计划|暂定|大约|大概|约|拟于?)?"
)
_ABOUT = re.compile(r"左右")
CANDIDATE = re.compile(
    r"\d+|[今明昨][天日年早晚上下中]|次[日年]|大?后天|前天|当[天日月晚]|[本这上下]|[周礼星]|月[底末初中上下]|年[底末]|[Qq][1-4]|[Hh][12]|第|[一二三四]季"
)
"""Where a moment may begin."""
_DAY_ALONE = re.compile(r"\d{1,2}[日号]")
_UNITS = "倍万亿元%个款件次人天年版米小"
_NUMBER = re.compile(r"\d+")
_NO_DATE = frozenset({*_UNITS, "版"})
_NUMERIC = re.compile(r"\d{1,2}[-/.]\d{1,2}(?![-/.月]?\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time found in a text; mostly both ends are one moment.

    Args:
        first: Where it begins.
        last: Where it ends.
        notes: What was assumed.
        relative: True when the anchor had a part in it.
        vague: True when a month or quarter is named and no day of it.
        ranged: True when both ends are written.
        by: True when it is a time limit: 前, 之内 or the like follows and belongs to it.
        start: Where in the text it begins.
        end: Where in the text it ends.
    """

    first: Moment
    last: Moment
    notes: tuple[Note, ...] = ()
    relative: bool = False
    vague: bool = False
    ranged: bool = False
    by: bool = False
    start: int = 0
    end: int = 0

    def taken(self, take: Take) -> tuple[Moment, tuple[Note, ...]]:
        """Return the end that a column means, with everything assumed in choosing it."""
        moment = self.first if take == "start" else self.last
        day = moment.at.date()
        if self.vague:
            missing = Text(f"没有写哪一天，按 {day}", f"no day given, taken as {day}")
            return moment, (*self.notes, ("warning", missing))
        if self.ranged:
            ends = Text("开始", "start") if take == "start" else Text("结束", "end")
            chosen = Text(
                f"是一段时间，取{ends.zh} {day}", f"a stretch of time, its {ends.en} {day} is taken"
            )
            return moment, (*self.notes, ("info", chosen))
        return moment, self.notes


def prepare(text: str) -> str:
    """Return `text` as the functions here want it: half width, digits for numerals, no idle spaces."""
    squeezed = _SQUEEZE.sub("", clean(text))
    return digits(_ISO_T.sub(" ", squeezed))


def whole(text: str, anchor: Anchor) -> Span | None:
    """Return the moment that the whole of a prepared text is, or None.

    Raises:
        NoMomentError: It looks like one but cannot be one.
    """
    leading = _LEADING.match(text)
    start = leading.end() if leading else 0
    found = span_at(text, start, anchor)
    if found is None:
        return None
    end, notes = found.end, found.notes
    if about := _ABOUT.match(text, end):
        end = about.end()
    if end != len(text):
        return None
    if about or (leading and leading["vague"]):
        notes = (*notes, ("info", Text("是大约的日期", "an approximate date")))
    return replace(found, notes=notes, end=end)


def inside(text: str, anchor: Anchor) -> list[Span]:
    """Return all moments in a prepared text, in order.

    A month and day as bare numbers (10.8) count only at the ends of the text or before 前: elsewhere they are
    more often a version or an amount.

    Raises:
        NoMomentError: A date in it does not exist or lacks what it counts from.
    """
    found: list[Span] = []
    end = 0
    for candidate in CANDIDATE.finditer(text):
        start = candidate.start()
        if start < end or _is_part(text, start):
            continue
        numeric = _NUMERIC.match(text, start)
        if found and start == end and not candidate[0][0].isdigit():
            continue  # 10月31日月底盘点: what follows a date at once says no other
        # A day alone is one of the month just named, whatever the month of the row: 10月8日启动，15日交付.
        near = Anchor(day=found[-1].last.at.date()) if found and _DAY_ALONE.match(text, start) else anchor
        try:
            span = span_at(text, start, near)
        except NoMomentError:
            if numeric:
                continue
            raise
        if span is None or (numeric and not _stands_out(text, span)):
            continue
        found.append(span)
        end = span.end
        if anchor.day is None:
            # The next date of a plan is near the one before it, across the end of the year, too.
            anchor = Anchor(year=None, near=span.last.at.date())
    return found


def bare(text: str, anchor: Anchor) -> list[Span]:
    """Return the moments of a plan in bare numbers, `启动10/8 交付10.15`, in order.

    Every number of the text must belong to one, or none is meant; and a single one may as well be a version
    (2.1版上线), so there must be two, or a range.
    """
    found: list[Span] = []
    end = 0
    for number in _NUMBER.finditer(text):
        start = number.start()
        if start < end:
            continue
        near = Anchor(day=found[-1].last.at.date()) if found and _DAY_ALONE.match(text, start) else anchor
        try:
            span = span_at(text, start, near)
        except NoMomentError:
            return []
        if span is None or text[span.end : span.end + 1] in _NO_DATE or _is_part(text, start):
            return []
        found.append(span)
        end = span.end
    return found if len(found) > 1 or any(span.ranged for span in found) else []


def span_at(text: str, position: int, anchor: Anchor) -> Span | None:
    """Return the moment or range that begins at `position` of a prepared text, or None.

    Raises:
        NoMomentError: It looks like one but cannot be one.
    """
    found = days_at(text, position, anchor)
    if found is None:
        return None
    days, end = found
    notes = list(days.notes)
    end = _skip_weekday(text, end, days, notes)
    clock = _clock_at(text, end)
    end = clock.end if clock else end
    if clock and clock.note:
        notes.append(("warning", clock.note))
    first = _moment(days, clock, last=False)
    last = _moment(days, clock, last=True)
    until = _until(text, end, days, clock)
    if until is not None:
        last, end = until
        if last.at < first.at:
            raise refuse(
                "结束早于开始",
                "the end is before the start",
                Text("请核对起止日期，如 2023-10-08~2023-10-15", "check both, such as 2023-10-08~2023-10-15"),
            )
    if by := LIMIT.match(text, end):
        if days.unsplit and until is None and "前" in by[0]:
            shown = text[position : by.end()]
            raise refuse(
                f"“{shown}”看不出是月初前还是月底前",
                f"'{shown}' could mean before the month begins or before it ends",
                Text("请写到哪一天，如 2023-10-31前", "write the day, such as by 2023-10-31"),
            )
        end = by.end()
    ranged = until is not None
    return Span(
        first,
        last,
        tuple(notes),
        relative=days.relative,
        vague=days.vague and not ranged,
        ranged=ranged,
        by=by is not None,
        start=position,
        end=end,
    )


def _until(text: str, position: int, days: Days, clock: TimeOfDay | None) -> tuple[Moment, int] | None:
    """Return the other end of a range and where it ends: `~10.15`, `至15日`, `-16:00`."""
    to = _TO.match(text, position)
    if to is None:
        return None
    if clock is not None and clock.minutes is not None:
        later = time_at(text, to.end())
        if later is not None and later.minutes is not None and not later.damaged:
            return _moment(days, later, last=True), later.end
    found = days_at(text, to.end(), Anchor(day=days.first))
    if found is None:
        return None
    other, end = found
    later = _clock_at(text, end)
    return _moment(other, later, last=True), later.end if later else end


def _clock_at(text: str, position: int) -> TimeOfDay | None:
    while position < len(text) and text[position] in " ,":
        position += 1
    clock = time_at(text, position)
    if clock is not None and clock.damaged:
        shown = text[position : clock.end]
        raise refuse(
            f"时间“{shown}”不完整或不存在",
            f"the time '{shown}' is damaged",
            Text("请写成 14:00", "write it like 14:00"),
        )
    return clock


def _moment(days: Days, clock: TimeOfDay | None, *, last: bool) -> Moment:
    midnight = datetime.combine(days.last if last else days.first, time())
    if clock is None or clock.minutes is None:
        return Moment(at=midnight, whole_day=True)
    at = midnight + timedelta(minutes=clock.minutes, seconds=clock.seconds)
    # Midnight written out (2023-10-08 00:00:00) is how programs print a day without a time.
    return Moment(at=at, whole_day=clock.minutes == 0 and clock.seconds == 0)


def _skip_weekday(text: str, end: int, days: Days, notes: list[Note]) -> int:
    """Step over a weekday beside the date, and note when the two do not agree."""
    match = _WEEKDAY.match(text, end)
    if match is None:
        return end
    weekday = 6 if match[1] in "日天" else "一二三四五六".find(match[1])
    if days.last.weekday() != weekday:
        real = "一二三四五六日"[days.last.weekday()]
        en = days.last.strftime("%A")
        notes.append(
            (
                "warning",
                Text(f"{days.last} 是周{real}，不是周{match[1]}", f"{days.last} is a {en}, not as written"),
            )
        )
    return match.end()


def _is_part(text: str, start: int) -> bool:
    """Tell whether what begins at `start` goes on from a letter or number, as in V2.1."""
    return start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()


def _stands_out(text: str, span: Span) -> bool:
    """Tell whether bare numbers stand where a date would; 2.1版 is a version."""
    if text[span.end : span.end + 1] == "版":
        return False
    if span.start == 0 or span.end == len(text) or text[span.end - 1] in "前止内":
        return True
    return text[span.start - 1] in ",;、。:(" and text[span.end] not in _UNITS
