"""Days inside a text: every way of writing one, counted from an anchor where something is left out."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sheetsync.intake.cell import Cell, failed
from sheetsync.model.finding import ProblemKind
from sheetsync.text import Text

Note = tuple[ProblemKind, Text]
_MIN_YEAR, _MAX_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a reading may count from when a date leaves something out.

    Args:
        day: The row's own date: relative words count from it, a missing year is the nearest to it.
        year: The year in the record's id, when there is no day.
        near: Evidence from other rows, when there is neither; a missing year is the nearest to it.
    """

    day: date | None = None
    year: int | None = None
    near: date | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days found in a text, mostly of one day.

    Args:
        first: Its first day.
        last: Its last day.
        notes: What was assumed.
        relative: True when the anchor had a part in it.
        vague: True when a longer stretch (a month, a quarter) is named and no day of it.
        unsplit: True where 前 after it could mean before its first or by its last day.
    """

    first: date
    last: date
    notes: tuple[Note, ...] = ()
    relative: bool = False
    vague: bool = False
    unsplit: bool = False


class NoMomentError(Exception):
    """The text looks like a date but cannot be one; `cell` says why."""

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self.cell = cell


def days_at(text: str, position: int, anchor: Anchor) -> tuple[Days, int] | None:
    """Return the days that begin at `position` and where they end, or None.

    Args:
        text: Clean text with digits for numerals.
        position: Where to look.
        anchor: What to count from.

    Raises:
        NoMomentError: They look like a date but no such day exists, or the anchor lacks what they need.
    """
    for pattern, read in _SHAPES:
        if match := pattern.match(text, position):
            return read(match, anchor), match.end()
    return None


def undated(text: str, *, alone: bool = True) -> Cell | None:
    """Return why words that stand for a day name none: 国庆后 is no day, nor is D1; None for all others.

    Args:
        text: Prepared text without a date in it.
        alone: False where it stands beside dates; then only the time before or after a holiday is one left
            open, and T1 a name.
    """
    if (match := _HOLIDAY.match(text)) and (alone or match["side"]):
        shown = match["said"]
        return failed(
            f"“{shown}”没有写是哪一天，不作推测",
            f"'{shown}' does not say which day; it is not guessed",
            _WRITE,
        )
    if alone and (match := _D_DAY.match(text)):
        return failed(
            f"“{match[0]}”是第几天，没有写从哪天算起",
            f"'{match[0]}' counts days, and it is not said from which",
            _WRITE,
        )
    return None


def refuse(zh: str, en: str, suggestion: Text | None = None) -> NoMomentError:
    """Return the error for a text that cannot be a date."""
    return NoMomentError(failed(zh, en, suggestion))


def _full(match: re.Match[str], _: Anchor) -> Days:
    day = _day(int(match[1]), int(match[2]), int(match[3]), match[0])
    return Days(day, day)


def _day_first(match: re.Match[str], _: Anchor) -> Days:
    """Read 13/10/2023; refuse 08/10/2023, which is two days in two countries."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    readings = {
        day for m, d in ((first, second), (second, first)) if (day := _try_day(year, m, d)) is not None
    }
    if not readings:
        raise _no_such_day(match[0])
    if len(readings) > 1:
        both = sorted(readings)
        raise refuse(
            f"“{match[0]}”日月顺序不明，可能是 {both[0]} 或 {both[1]}",
            f"'{match[0]}' does not tell day from month: {both[0]} or {both[1]}",
            Text(f"请写成 {both[0]} 或 {both[1]}", f"write {both[0]} or {both[1]}"),
        )
    (day,) = readings
    return Days(day, day, (("warning", Text(f"年份在后，按 {day} 读取", f"year last, read as {day}")),))


def _short_year(match: re.Match[str], _: Anchor) -> Days:
    """Read 23.10.8; refuse 10/8/23, which may have its year in front or at the end."""
    a, b, c = int(match[1]), int(match[3] or match[4]), int(match[5])
    day, other = _try_day(2000 + a, b, c), _try_day(2000 + c, a, b)
    if day is None:
        raise _no_such_day(match[0])
    if other is not None and other != day and match[3]:
        raise refuse(
            f"“{match[0]}”年月日顺序不明，可能是 {day} 或 {other}",
            f"the order of '{match[0]}' is unclear: {day} or {other}",
            Text("请写四位年份", "write the year in four digits"),
        )
    note = Text(f"年份只有两位，按 {day.year} 年", f"two-digit year, taken as {day.year}")
    return Days(day, day, (("warning", note),))


def _month_day(match: re.Match[str], anchor: Anchor) -> Days:
    if match[1]:
        year, month = _relative_month(match[1], _base(anchor, match[0]))
        day = _day(year, month, int(match[4]), match[0])
        return Days(day, day, (_counted(day, anchor),), relative=True)
    return _yearless(int(match[3]), int(match[4]), anchor, match[0], match[2])


def _numeric_month_day(match: re.Match[str], anchor: Anchor) -> Days:
    return _yearless(int(match[1]), int(match[2]), anchor, match[0], None)


def _month(match: re.Match[str], anchor: Anchor) -> Days:
    """Read 2023年10月, 10月底, 下月中旬, 月底; 初 is the first third of a month, 中 the second."""
    full_year, month_in_year, numeric_month, word, year_word, month_text, part = match.groups()
    notes: tuple[Note, ...] = ()
    relative = full_year is None
    if full_year is not None:
        year, month = int(full_year), int(month_in_year or numeric_month)
    elif month_text is not None:
        days = _yearless(int(month_text), 1, anchor, match[0], year_word)
        year, month, notes = days.first.year, days.first.month, days.notes
    else:
        base = _base(anchor, match[0])
        year, month = _relative_month(word or "本", base)
    first = _day(year, month, 1, match[0])
    end = first.replace(day=calendar.monthrange(year, month)[1])
    if part in {"底", "末"}:
        notes = (*notes, ("info", Text(f"按 {end}", f"taken as {end}")))
        return Days(end, end, notes, relative=relative)
    if part is not None:
        begins, ends = _PART_DAYS[part]
        first, end = first.replace(day=begins), first.replace(day=ends or end.day)
    return Days(first, end, notes, relative=relative, vague=True, unsplit=part is None)


def _relative_day(match: re.Match[str], anchor: Anchor) -> Days:
    day = _base(anchor, match[0]) + timedelta(days=_DAY_WORDS[match[0]])
    return Days(day, day, (_counted(day, anchor),), relative=True)


def _weekday(match: re.Match[str], anchor: Anchor) -> Days:
    base = _base(anchor, match[0])
    monday = base - timedelta(days=base.weekday())
    week = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(match[1] or "", 0)
    day = monday + timedelta(
        weeks=week, days="一二三四五六日".find(match[2]) if match[2] in "一二三四五六" else 6
    )
    notes: list[Note] = [_counted(day, anchor)]
    if day < base and week >= 0:
        passed = Text(f"{day} 在 {base} 已经过去", f"{day} was already past on {base}")
        notes.append(("warning", passed))
    return Days(day, day, tuple(notes), relative=True)


def _quarter(match: re.Match[str], anchor: Anchor) -> Days:
    relative = match[1] is None
    year = int(match[1]) if match[1] else _year(anchor, match[0], match[2])
    quarter = int(match[3] or "0一二三四".find(match[4]) if not (match[4] or "").isdigit() else match[4])
    first = _day(year, quarter * 3 - 2, 1, match[0])
    last = first.replace(month=quarter * 3, day=30 if quarter in {2, 3} else 31)
    return Days(first, last, relative=relative, vague=True)


def _half_year(match: re.Match[str], anchor: Anchor) -> Days:
    """Read 下半年, 2023H2."""
    year = int(match[1]) if match[1] else _year(anchor, match[0], match[2])
    if match[3] == "1" or match[4] == "上":
        first, last = _day(year, 1, 1, match[0]), _day(year, 6, 30, match[0])
    else:
        first, last = _day(year, 7, 1, match[0]), _day(year, 12, 31, match[0])
    return Days(first, last, relative=match[1] is None, vague=True)


def _year_end(match: re.Match[str], anchor: Anchor) -> Days:
    year = int(match[1]) if match[1] else _year(anchor, match[0], match[2])
    last = _day(year, 12, 31, match[0])
    note = Text(f"按 {last}", f"taken as {last}")
    return Days(last, last, (("warning", note),), relative=match[1] is None)


def _day_only(match: re.Match[str], anchor: Anchor) -> Days:
    base = _base(anchor, match[0])
    day = _day(base.year, base.month, int(match[1]), match[0])
    note = Text(f"没有写月份，按 {day}", f"no month given, taken as {day}")
    return Days(day, day, (("warning", note),), relative=True)


def _yearless(month: int, day: int, anchor: Anchor, shown: str, year_word: str | None) -> Days:
    """Return the day nearest to the anchor, at most about six months away."""
    if year_word is not None:
        found = _day(_year(anchor, shown, year_word), month, day, shown)
        return Days(found, found, relative=True)
    near = anchor.day or (None if anchor.year else anchor.near)
    if near is not None:
        years = (near.year - 1, near.year, near.year + 1)
        options = [option for year in years if (option := _try_day(year, month, day)) is not None]
        if not options:
            raise _no_such_day(shown)
        found = min(options, key=lambda option: abs((option - near).days))
    elif anchor.year is not None:
        found = _day(anchor.year, month, day, shown)
    else:
        _day(2024, month, day, shown)  # a leap year: what does not exist there exists nowhere
        raise NoMomentError(_no_year(shown))
    note = Text(f"没有写年份，按 {found.year} 年", f"no year given, taken as {found.year}")
    return Days(found, found, (("info", note),), relative=True)


def _year(anchor: Anchor, shown: str, word: str | None) -> int:
    evidence = anchor.day or (None if anchor.year else anchor.near)
    year = evidence.year if evidence else anchor.year
    if year is None:
        raise NoMomentError(_no_year(shown))
    return year + (1 if (word or "").startswith("明") else -1 if (word or "").startswith("去") else 0)


def _no_year(shown: str) -> Cell:
    cell = failed(
        f"“{shown}”没有写年份，也没有年份可推断",
        f"'{shown}' has no year and there is none to infer",
        _WRITE,
    )
    return Cell(doubt=cell.doubt, broken=True, relative=True)


def _base(anchor: Anchor, shown: str) -> date:
    """Return the day that relative words count from."""
    if anchor.day is not None:
        return anchor.day
    cell = failed(
        f"“{shown}”要从本行的日期（如更新时间）算起，而这里没有",
        f"'{shown}' counts from the row's own date (such as Updated at), and there is none",
        _WRITE,
    )
    raise NoMomentError(Cell(doubt=cell.doubt, broken=True, relative=True))


def _counted(day: date, anchor: Anchor) -> Note:
    return "info", Text(f"从 {anchor.day} 算起，是 {day}", f"counted from {anchor.day}, it is {day}")


def _relative_month(word: str, base: date) -> tuple[int, int]:
    months = base.year * 12 + base.month - 1 + {"下": 1, "次": 1, "上": -1}.get(word[0], 0)
    return months // 12, months % 12 + 1


def _try_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _MIN_YEAR <= year <= _MAX_YEAR else None
    except ValueError:
        return None


def _day(year: int, month: int, day: int, shown: str) -> date:
    found = _try_day(year, month, day)
    if found is None:
        raise _no_such_day(shown)
    return found


def _no_such_day(shown: str) -> NoMomentError:
    return refuse(f"没有“{shown}”这一天", f"there is no day '{shown}'", _WRITE)


_WRITE = Text("请写全年月日，如 2023-10-08", "write year, month and day, such as 2023-10-08")
_HOLIDAY = re.compile(
    r"(?:预计|计划|暂定|约|于|在)?"
    r"(?P<said>(?:元旦|春节|过年|年货节|清明|五一|劳动|端午|中秋|国庆|十一|双节|双旦|圣诞|双十[一二]|双1[12]|618|暑假|寒假"
    r"|年(?=[前后])|节(?=[前后假])|放假|长假|假期)"
    r"(?:小?长假|节|假期?)*(?P<side>[之以]?[前后]|前夕)?)"
)
_D_DAY = re.compile(r"[DdTt]日?[+-]?\d{1,2}日?(?![\dA-Za-z.])|第\d{1,3}天|[DdTt]日")
_DAY_WORDS = {
    **dict.fromkeys(("今天", "今日", "当天", "当日", "本日"), 0),
    **dict.fromkeys(("明天", "明日", "次日"), 1),
    **dict.fromkeys(("昨天", "昨日"), -1),
    "后天": 2,
    "大后天": 3,
    "前天": -2,
    # 今晚, 明早: the day; its part is read with the time.
    **dict.fromkeys(("今", "当"), 0),
    "明": 1,
    "昨": -1,
}
_DAY_WORD = "|".join(
    f"{word}(?=[早晚]|[上中下]午)" if len(word) == 1 else word
    for word in sorted(_DAY_WORDS, key=len, reverse=True)
)
_MONTH_WORD = "本|这个?|当|下个?|上个?|次"
_YEAR_WORD = "今年|本年|明年|去年"
_PART_DAYS = {
    **dict.fromkeys(("上旬", "初"), (1, 10)),
    "上半月": (1, 15),
    **dict.fromkeys(("中上旬", "上中旬"), (1, 20)),
    **dict.fromkeys(("中旬", "中"), (11, 20)),
    "中下旬": (11, None),
    "下半月": (16, None),
    "下旬": (21, None),
}
"""First and last day of a part of a month, None for the month's own last."""
_PART = (
    "上半月|下半月|中上旬|上中旬|中下旬|上旬|中旬|下旬"
    "|[底末](?![层价图线稿])|初(?![稿版步审期始选试验评])|中(?![国央心间层期秋型英途考标])"
)
"""Parts of a month; 10月初稿 is a draft and 10月中期 a review."""

_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Anchor], Days]], ...] = (
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)[日号]?"), _full),
    (re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)(?!\d)"), _full),
    (re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)"), _day_first),
    (re.compile(r"(\d{2})(?:([-/.])(\d{1,2})\2|年(\d{1,2})月)(\d{1,2})(?!\d)[日号]?"), _short_year),
    (
        re.compile(
            rf"(?:(\d{{4}})年?[-/]?|({_YEAR_WORD}))?(?:[Qq]([1-4])|第?([一二三四1-4])季度?)(?:底|末)?"
        ),
        _quarter,
    ),
    (
        re.compile(rf"(?:(\d{{4}})年?[-/]?|({_YEAR_WORD}))?(?:[Hh]([12])(?![\dA-Za-z])|([上下])半年)"),
        _half_year,
    ),
    (
        re.compile(
            rf"(?:({_MONTH_WORD})月|({_YEAR_WORD})?(\d{{1,2}})月)(\d{{1,2}})(?![\d点时:])[日号]?",
        ),
        _month_day,
    ),
    (re.compile(r"(\d{1,2})[-/.](\d{1,2})(?![\d月%])[日号]?"), _numeric_month_day),
    (
        re.compile(
            rf"(?:(\d{{4}})(?:年(\d{{1,2}})月份?|[-/.](\d{{1,2}})(?!\d))"
            rf"|({_MONTH_WORD})月|({_YEAR_WORD})?(\d{{1,2}})月份?|(?<![每个])月(?={_PART}))({_PART})?"
        ),
        _month,
    ),
    (re.compile(_DAY_WORD), _relative_day),
    (re.compile(r"(?<!每)(上上|下下|上|本|这|下)?个?(?:周|星期|礼拜)([一二三四五六日天末])"), _weekday),
    (re.compile(r"(?:(\d{4})年|(今|本|明|去)?年)(?:底|末)"), _year_end),
    (re.compile(r"(\d{1,2})[日号](?![之以]?[内后])"), _day_only),
)
