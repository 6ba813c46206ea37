"""Date and time cells: whatever stands in one to the moment it means, or why it means none."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sheetsync.intake.cell import Cell, Doubt, Take, failed
from sheetsync.intake.coded import Coded
from sheetsync.intake.days import Anchor, NoMomentError, Note, undated
from sheetsync.intake.moments import Span, inside, prepare, whole
from sheetsync.intake.normalise import as_text, is_open_end
from sheetsync.intake.nothing import nothing
from sheetsync.model.finding import ProblemKind
from sheetsync.model.table import RawValue
from sheetsync.model.value import Moment
from sheetsync.text import Text, join

NO_ANCHOR = Anchor()
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)
_LONGEST = 200
"""A longer text in a date column is prose; looking for dates in it would only waste time."""
_VAGUE = re.compile(
    r"尽快|尽早|asap|近期|越快|抓紧|马上|立[即刻]|随时|前后|视情况|不定|待通知|有空|soon", re.IGNORECASE
)
_TIME_ONLY = re.compile(r"\D{0,2}\d{1,2}(?::(\d{2})?(:\d{2})?|[点时]半?)前?")
_SERIALS = (20000, 80000)
"""Serial numbers of the 1900 date system that can be meant: 1954 to 2119."""
_EPOCH = datetime(1899, 12, 30)
_1904 = 1462
"""Days between the two date systems."""
_SEVERITY: tuple[ProblemKind, ...] = ("info", "warning", "error")


def read_moment(raw: RawValue, anchor: Anchor = NO_ANCHOR, take: Take = "end") -> Cell:
    """Read a cell of a date or datetime column.

    Args:
        raw: The cell.
        anchor: What a date may count from that leaves something out.
        take: Which end counts when the cell holds a range or several dates.

    Returns:
        The moment as `datetime`, wall clock; midnight and `whole_day` where no time was given.
    """
    match raw:
        case datetime():
            return _plain(raw.replace(tzinfo=None))
        case date():
            return _plain(datetime.combine(raw, time()))
        case bool() | time() | timedelta():
            return failed(f"“{raw}”不是日期", f"'{raw}' is not a date", _ADVICE)
        case int() | float():
            return _from_number(raw)
        case str():
            return _from_text(raw, anchor, take)


def on_1900(column: Coded) -> Coded:
    """Return a column of a 1904 workbook with its plain serial numbers counted as in all other workbooks."""
    first, last = (bound - _1904 for bound in _SERIALS)
    moved = [
        value + _1904
        if isinstance(value, int | float) and not isinstance(value, bool) and first <= value <= last
        else value
        for value in column.distinct
    ]
    return Coded(moved, column.codes)


def show(moment: Moment) -> str:
    """Return a moment as a person would type it in full: `2023-10-08`, `2023-10-08 18:00`."""
    at = moment.at
    if moment.whole_day:
        return at.date().isoformat()
    return at.isoformat(" ", "seconds" if at.second else "minutes")


def doubt_of(notes: Iterable[Note]) -> Doubt | None:
    """Return the assumptions made in one cell as one doubt, as severe as the worst."""
    said = list(notes)
    if not said:
        return None
    worst = max((kind for kind, _ in said), key=_SEVERITY.index)
    return Doubt(worst, join(list(dict.fromkeys(text for _, text in said))))


def _from_text(raw: str, anchor: Anchor, take: Take) -> Cell:
    if (iso := _ISO.fullmatch(raw)) is not None:
        try:
            return _plain(datetime(*(int(part or 0) for part in iso.groups())))  # type: ignore[arg-type]
        except ValueError:
            return _from_words(raw, anchor, take)  # 24:00, 30 February: it knows what to say
    if (unsaid := nothing(raw)) is not None:
        return unsaid
    if is_open_end(raw):
        return Cell(doubt=Doubt("warning", Text("未定日期", "no date set yet")))
    return _from_words(raw, anchor, take)


def _from_words(raw: str, anchor: Anchor, take: Take) -> Cell:
    if len(raw) > _LONGEST:
        return _not_a_date(raw[:20] + "…")
    text = prepare(raw)
    try:
        span = whole(text, anchor)
        return _from_span(span, take) if span is not None else _from_several(raw, text, anchor, take)
    except NoMomentError as error:
        return error.cell


def _from_span(span: Span, take: Take) -> Cell:
    moment, notes = span.taken(take)
    return Cell(moment.at, doubt_of(notes), whole_day=moment.whole_day, relative=span.relative)


def _from_several(raw: str, text: str, anchor: Anchor, take: Take) -> Cell:
    """Read a cell that holds more than one date, or a date with words around it."""
    if _VAGUE.search(text) or len(text) < 3:
        return undated(text) or _not_a_date(raw)
    if _TIME_ONLY.fullmatch(text):
        if text.endswith(":"):
            return failed(f"时间“{raw}”不完整", f"the time '{raw}' is damaged", _ADVICE)
        return failed(f"“{raw}”只有时间，没有日期", f"'{raw}' is a time without a day", _ADVICE)
    spans = inside(text, anchor)
    if not spans:
        return undated(text) or _not_a_date(raw)
    chosen = min(spans, key=_begins) if take == "start" else max(spans, key=_ends)
    moment, notes = chosen.taken(take)
    day = moment.at.date()
    assumed = (
        Text(f"有 {len(spans)} 个日期，取 {day}", f"{len(spans)} dates in it, {day} is taken")
        if len(spans) > 1
        else Text(f"日期旁有其他文字，取 {day}", f"other words beside the date, {day} is taken")
    )
    kind: ProblemKind = "info" if len(spans) > 1 else "warning"
    relative = any(span.relative for span in spans)
    return Cell(moment.at, doubt_of((*notes, (kind, assumed))), whole_day=moment.whole_day, relative=relative)


def _from_number(raw: float) -> Cell:
    """Read a plain number: a serial of the 1900 system (ECMA-376 part 1, 18.17.4.1), or 20231008."""
    if _SERIALS[0] <= raw <= _SERIALS[1]:
        return _plain(_EPOCH + timedelta(seconds=round(raw * 86400)))
    if float(raw).is_integer() and 19000101 <= raw <= 21991231:
        return _from_text(str(int(raw)), NO_ANCHOR, "end")
    # Never as 1e+06, nor as 0.30000000000000004.
    shown = as_text(raw) if float(raw).is_integer() else f"{raw:.12g}"
    if 1 <= raw < 13 and not float(raw).is_integer():
        return failed(
            f"数字 {shown} 有歧义：10.1 可能是 10月1日 或 10月10日",
            f"the number {shown} is ambiguous: 10.1 could be 1 or 10 October",
            _ADVICE,
        )
    return failed(f"数字 {shown} 不是日期", f"the number {shown} is not a date", _ADVICE)


def _plain(at: datetime) -> Cell:
    if not 1900 <= at.year <= 2199:
        return failed(f"没有“{at.date()}”这样的年份", f"the year of {at.date()} cannot be meant", _ADVICE)
    if at.microsecond:  # what is left of a day's fraction as a binary number
        at = (at + timedelta(microseconds=500_000)).replace(microsecond=0)
    return Cell(at, whole_day=at.hour == at.minute == at.second == 0)


def _not_a_date(raw: str) -> Cell:
    return failed(f"“{raw}”不是日期", f"'{raw}' is not a date", _ADVICE)


def _begins(span: Span) -> datetime:
    return span.first.at


def _ends(span: Span) -> datetime:
    return span.last.at


_ADVICE = Text("请写成 2023-10-08 或 2023-10-08 14:00", "write it like 2023-10-08 or 2023-10-08 14:00")
