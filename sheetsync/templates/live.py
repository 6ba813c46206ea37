"""What a form computes by itself: formulas that Excel 2010, WPS and LibreOffice all know, with their values.

Each column that is live in a form (`forms.spec.Live`, `Column.difference`) becomes one formula per row. A
formula has a place holder where the row number goes, and a function that gives the value it has when the
workbook is written: readers see it before any program has calculated anything. Rows without content show
nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Column, DayCount, Filled, Form, Look, RaciCheck, Word, WorkdaysLeft
from sheetsync.templates.days import DayCounter, gain
from sheetsync.templates.entry import NOTHING, Entered, serial
from sheetsync.templates.words import Spellings, WordsTab, named
from sheetsync.text import Language, Text

ROW = "\0"
"""Stands for the row number in a formula."""

Held = Mapping[str, Entered]
"""What the cells of a row hold, by field or title of an open column."""
Value = float | str

BEHIND = 0.1
"""Share behind plan from which a difference is coloured (rule D1: strictly more than 10 points)."""
SOON = 2
"""Working days before a date from which what is left is coloured (rule T48)."""

_DAY = timedelta(days=1)
_ENDED = Text("视为结束的写法", "counts as over")
_WORKED = Text("视为上班的写法", "counts as worked")
_FREE = Text("视为休息的写法", "counts as free")
_SAID: Mapping[tuple[int, bool], Text] = {
    (0, False): Text("缺 A 和 R", "no A, no R"),
    (1, False): Text("缺 R", "no R"),
    (2, False): Text("A 多于一个，缺 R", "several A, no R"),
    (0, True): Text("缺 A", "no A"),
    (1, True): Text("齐全", "complete"),
    (2, True): Text("A 多于一个", "several A"),
}
"""What a row of a RACI matrix is told, by how many A it has (2 is more than one) and whether it has an R."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCell:
    """A formula of a column.

    Args:
        text: The formula without `=`, `ROW` for the row number.
        value: Gives its value from what the row holds; `NOTHING` for none.
        shown: Its number format, None for that of the column's kind.
        looks: Conditions and the palette's style of cells that meet them; the first counts. `ROW` as above.
    """

    text: str
    value: Callable[[Held], Value]
    shown: str | None = None
    looks: Sequence[tuple[str, Look]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What formulas of a tab refer to.

    Args:
        form: The form.
        catalogue: The vocabularies.
        language: The language of the workbook.
        letters: Column letters by field, open columns by title, ours by our names.
        open_titles: Titles of the open columns.
        words: The tab of words.
        counter: Counts working days by the calendar's tab.
        now: The moment the workbook is made, wall clock.
        day_end: When work ends: a due date without a time means then.
    """

    form: Form
    catalogue: Catalogue
    language: Language
    letters: Mapping[str, str]
    open_titles: Sequence[str]
    words: WordsTab
    counter: DayCounter
    now: datetime
    day_end: time

    def cell(self, field: str) -> str:
        """Return the cell of a field in the row of the formula."""
        return self.letters[field] + ROW


def live_cell(column: Column, around: Surroundings) -> LiveCell:
    """Return the formula of a live column."""
    match column.live:
        case WorkdaysLeft():
            return _workdays_left(column, column.live, around)
        case Filled():
            return _filled(column, column.live, around)
        case RaciCheck():
            return _raci(column, around)
        case DayCount():
            return _day_count(column.live, around)
        case None:
            return _difference(column, around)


def needs_days(form: Form) -> bool:
    """Tell whether a form counts working days."""
    return any(isinstance(column.live, WorkdaysLeft) or column.planned_over for column in form.columns)


def _difference(column: Column, around: Surroundings) -> LiveCell:
    assert column.difference is not None  # noqa: S101 - a live column has one or the other
    first, second = column.difference
    planned, actual, own = (around.cell(field) for field in (first, second, column.id))
    plan, linear = '""', None
    if column.planned_over is not None:
        plan, linear = _linear(column.planned_over, actual, around)

    def value(held: Held) -> Value:
        made, typed = serial(held.get(second)), held.get(first)
        if made is None:
            return NOTHING
        if isinstance(typed, float):
            return round(typed - made, 6)
        if typed is not None or linear is None:
            return NOTHING
        share = linear(held)
        return NOTHING if share is None else round(share - made, 6)

    return LiveCell(
        text=f"IF(ISNUMBER({actual}),IF(ISNUMBER({planned}),ROUND({planned}-{actual},6),"
        f'IF(LEN({planned})>0,"",{plan})),"")',
        value=value,
        shown=Text('"落后 "0%;"超前 "0%;0%', '"behind "0%;"ahead "0%;0%').say(around.language),
        looks=((f"AND(ISNUMBER({own}),N({own})>{BEHIND}+0.0001)", "risk"),),
    )


def _linear(
    over: tuple[str, str], actual: str, around: Surroundings
) -> tuple[str, Callable[[Held], float | None]]:
    """Return the difference to the share of the working days that have ended (spec 4.2), and that share.

    A day has ended when its work has; a due date without a time ends with the work of its day.
    """
    start, due = (around.cell(field) for field in over)
    end = (datetime.combine(date.min, around.day_end) - datetime.min) / _DAY
    ended = f"INT(NOW()+{1 - end:.10g})-1"
    through = around.counter.formula(f"INT({start})", f"MIN(INT({due}),{ended})")
    whole = around.counter.formula(f"INT({start})", f"INT({due})")
    share = (
        f"IF({due}+IF({due}=INT({due}),{end:.10g},0)<NOW(),1,"
        f"IF({ended}<INT({start}),0,({through})/MAX(1,{whole})))"
    )
    text = (
        f"IF(AND(ISNUMBER({start}),ISNUMBER({due})),"
        f'IF(INT({start})>INT({due}),"",ROUND({share}-{actual},6)),"")'
    )

    def value(held: Held) -> float | None:
        begins, ends = (held.get(field) for field in over)
        if not isinstance(begins, datetime) or not isinstance(ends, datetime) or begins.date() > ends.date():
            return None
        moment = ends if ends.time() != time() else datetime.combine(ends, around.day_end)
        if moment < around.now:
            return 1.0
        last = around.now.date() - (_DAY if around.now.time() < around.day_end else timedelta())
        if last < begins.date():
            return 0.0
        count = around.counter.count
        total = max(1, count(begins.date(), ends.date()))
        return count(begins.date(), min(ends.date(), last)) / total

    return text, value


def _workdays_left(column: Column, live: WorkdaysLeft, around: Surroundings) -> LiveCell:
    due, own = around.cell(live.until), around.cell(column.id)
    over = _over(live.state, around)
    still = f"ISNUMBER({due})" if over is None else (
        f"AND(ISNUMBER({due}),COUNTIF({over.range},{around.cell(live.state or '')})=0)"
    )  # fmt: skip
    low, high = f"MIN(INT({due}),TODAY())", f"MAX(INT({due}),TODAY())"
    today = around.now.date()

    def value(held: Held) -> Value:
        until = held.get(live.until)
        if not isinstance(until, datetime) or (over is not None and over.has(held.get(live.state or ""))):
            return NOTHING
        day = until.date()
        days = around.counter.count(min(day, today) + _DAY, max(day, today))
        return float(days if day > today else -days)

    return LiveCell(
        text=f'IF({still},SIGN(INT({due})-TODAY())*({around.counter.formula(f"{low}+1", high)}),"")',
        value=value,
        shown=Text('0" 天";"已过 "0" 天";"今天到期"', '0" days";0" days over";"today"').say(around.language),
        looks=(
            (f"AND(ISNUMBER({own}),N({own})<0)", "late"),
            (f"AND(ISNUMBER({own}),N({own})<={SOON})", "soon"),
        ),
    )


def _over(state: str | None, around: Surroundings) -> Spellings | None:
    """Return how people write that nothing is left to do or that the work rests."""
    vocabulary = around.form.column(state).vocabulary if state else None
    if vocabulary is None:
        return None

    def ends(word: Word) -> bool:
        return word.finished or word.paused

    if not any(map(ends, around.catalogue.vocabulary(vocabulary).words)):
        return None
    return around.words.spellings(vocabulary, _ENDED, ends)


def _filled(column: Column, live: Filled, around: Surroundings) -> LiveCell:
    named_by = [
        around.cell(field) for field in (around.form.key, around.form.name) if field in around.letters
    ]
    fields = [field for field in (around.form.key, around.form.name) if field in around.letters]
    score = "+".join(f"(LEN(TRIM({around.cell(field)}))>0)" for field in live.fields)
    own, whole = around.cell(column.id), len(live.fields)

    def value(held: Held) -> Value:
        if not any(held.get(field) not in (None, "") for field in fields):
            return NOTHING
        return float(sum(_has(held.get(field)) for field in live.fields))

    return LiveCell(
        text=f'IF({"&".join(named_by)}="","",{score})',
        value=value,
        shown=f'0"/{whole}"',
        looks=((f"AND(ISNUMBER({own}),N({own})<{whole})", "risk"),),
    )


def _has(value: Entered) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _raci(column: Column, around: Surroundings) -> LiveCell:
    vocabulary = around.form.open_columns.vocabulary if around.form.open_columns else None
    if vocabulary is None:
        raise ValueError(f"{around.form.id}.{column.id}: a check of open columns needs some with words")
    deciding = around.words.spellings(vocabulary, same_letter("A"), named(("A", "R/A")))
    doing = around.words.spellings(vocabulary, same_letter("R"), named(("R", "R/A")))
    first = around.cell(around.form.name)
    # Columns between the check and ours, however many people have put there since.
    width = f"COLUMN({around.cell('status')})-COLUMN()-1"
    row = f"OFFSET({first},0,COLUMN()-COLUMN({first})+1,1,{width})"
    many, some = (f"SUMPRODUCT(COUNTIF({row},{known.range}))" for known in (deciding, doing))
    texts = {key: text.say(around.language) for key, text in _SAID.items()}
    choices = ",".join(f'"{text}"' for text in texts.values())
    filled = "&".join(around.cell(field) for field in (around.form.key, around.form.name))
    right = texts[1, True]

    def value(held: Held) -> Value:
        if not any(held.get(field) for field in (around.form.key, around.form.name)):
            return NOTHING
        cells = [held.get(title) for title in around.open_titles]
        return texts[min(2, sum(map(deciding.has, cells))), any(map(doing.has, cells))]

    own = around.cell(column.id)
    return LiveCell(
        text=f'IF({filled}="","",IFERROR(CHOOSE(1+MIN(2,{many})+3*({some}>0),{choices}),""))',
        value=value,
        looks=((f'{own}="{right}"', "normal"), (f"LEN({own})>0", "late")),
    )


def same_letter(letter: str) -> Text:
    """Return the heading of a list of spellings that hold a letter."""
    return Text(f"含 {letter} 的写法", f"with {letter}")


def _day_count(live: DayCount, around: Surroundings) -> LiveCell:
    day, kind = around.cell(live.day), around.cell(live.kind_of_day)
    worked, free = _kinds_of_day(live, around)

    def value(held: Held) -> Value:
        when, what = held.get(live.day), held.get(live.kind_of_day)
        if not isinstance(when, datetime):
            return NOTHING
        said = what.lower() if isinstance(what, str) else None
        return float(gain(when.date(), said, tuple(worked.known), tuple(free.known)))

    return LiveCell(
        text=f"IF(ISNUMBER({day}),IF(COUNTIF({worked.range},{kind})>0,(WEEKDAY({day},2)>5)*1,"
        f'IF(COUNTIF({free.range},{kind})>0,(WEEKDAY({day},2)<6)*-1,0)),"")',
        value=value,
        shown=Text('"多 "0" 天";"少 "0" 天";"不变"', '"+"0;"-"0;"as usual"').say(around.language),
    )


def _kinds_of_day(live: DayCount, around: Surroundings) -> tuple[Spellings, Spellings]:
    vocabulary = around.form.column(live.kind_of_day).vocabulary or ""
    return (
        around.words.spellings(vocabulary, _WORKED, named(("工作日", "调休上班"))),
        around.words.spellings(vocabulary, _FREE, named(("休息日", "法定节假日"))),
    )
