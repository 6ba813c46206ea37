"""How far behind plan a row is, and how many working days it has left."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sheetsync.forms.spec import Column, Word, WorkdaysLeft
from sheetsync.templates.entry import NOTHING, serial
from sheetsync.templates.livecell import Held, LiveCell, Surroundings, Value
from sheetsync.templates.words import Spellings
from sheetsync.text import Text

BEHIND = 0.1
"""Share behind plan from which a difference is coloured (rule D1: strictly more than 10 points)."""
SOON = 2
"""Working days before a date from which what is left is coloured (rule T48)."""

_DAY = timedelta(days=1)
_ENDED = Text("视为结束的写法", "counts as over")


def difference(column: Column, around: Surroundings) -> LiveCell:
    """Return planned minus actual, by working days where nobody typed a plan."""
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


def workdays_left(column: Column, live: WorkdaysLeft, around: Surroundings) -> LiveCell:
    """Return the working days from today to a date, negative once it has passed."""
    due, own = around.cell(live.until), around.cell(column.id)
    over = _over(live.state, around)
    still = f"ISNUMBER({due})" if over is None else (
        f"AND(ISNUMBER({due}),COUNTIF({over.name},{around.cell(live.state or '')})=0)"
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
