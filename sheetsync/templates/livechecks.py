"""What a row lacks, whether its RACI letters are right, and what a day of the calendar counts."""

from collections.abc import Mapping
from datetime import datetime

from sheetsync.forms.spec import Column, DayCount, Filled
from sheetsync.templates.days import gain
from sheetsync.templates.entry import NOTHING, Entered
from sheetsync.templates.livecell import Held, LiveCell, Surroundings, Value
from sheetsync.templates.words import Spellings, named
from sheetsync.text import Text

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


def filled(column: Column, live: Filled, around: Surroundings) -> LiveCell:
    """Return how many of some fields are filled, in rows that are records already."""
    fields = _naming(around)
    score = "+".join(f"(LEN(TRIM({around.cell(field)}))>0)" for field in live.fields)
    own, whole = around.cell(column.id), len(live.fields)

    def value(held: Held) -> Value:
        if not any(held.get(field) not in (None, "") for field in fields):
            return NOTHING
        return float(sum(_has(held.get(field)) for field in live.fields))

    return LiveCell(
        text=f'IF({"&".join(map(around.cell, fields))}="","",{score})',
        value=value,
        shown=f'0"/{whole}"',
        looks=((f"AND(ISNUMBER({own}),N({own})<{whole})", "risk"),),
    )


def _naming(around: Surroundings) -> list[str]:
    """Return the fields of which one at least is filled in a row that is a record."""
    key = around.form.column(around.form.key)
    fields = dict.fromkeys((*(key.composed_of or (key.id,)), around.form.name))
    return [field for field in fields if field in around.letters]


def _has(value: Entered) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def raci(column: Column, around: Surroundings) -> LiveCell:
    """Return whether a row of the matrix has exactly one A and an R (spec Q01, Q02)."""
    assert around.form.open_columns is not None  # noqa: S101 - a form without is refused when it is read
    vocabulary = around.form.open_columns.vocabulary or "raci"
    deciding = around.words.spellings(vocabulary, _letter("A"), named(("A", "R/A")))
    doing = around.words.spellings(vocabulary, _letter("R"), named(("R", "R/A")))
    first = around.cell(around.form.name)
    # Columns between the check and ours, however many people have put there since.
    width = f"COLUMN({around.cell('status')})-COLUMN()-1"
    row = f"OFFSET({first},0,COLUMN()-COLUMN({first})+1,1,{width})"
    many, some = (f"SUMPRODUCT(COUNTIF({row},{known.name}))" for known in (deciding, doing))
    texts = {key: text.say(around.language) for key, text in _SAID.items()}
    choices = ",".join(f'"{text}"' for text in texts.values())
    fields = _naming(around)
    named_by = "&".join(map(around.cell, fields))
    right = texts[1, True]

    def value(held: Held) -> Value:
        if not any(held.get(field) for field in fields):
            return NOTHING
        cells = [held.get(title) for title in around.open_titles]
        return texts[min(2, sum(map(deciding.has, cells))), any(map(doing.has, cells))]

    own = around.cell(column.id)
    return LiveCell(
        text=f'IF({named_by}="","",IFERROR(CHOOSE(1+MIN(2,{many})+3*({some}>0),{choices}),""))',
        value=value,
        looks=((f'{own}="{right}"', "normal"), (f"LEN({own})>0", "late")),
    )


def _letter(letter: str) -> Text:
    return Text(f"含 {letter} 的写法", f"with {letter}")


def day_count(live: DayCount, around: Surroundings) -> LiveCell:
    """Return what a day adds to the working days of an ordinary week."""
    day, kind = around.cell(live.day), around.cell(live.kind_of_day)
    worked, free = _kinds_of_day(live, around)

    def value(held: Held) -> Value:
        when, what = held.get(live.day), held.get(live.kind_of_day)
        if not isinstance(when, datetime):
            return NOTHING
        said = what.lower() if isinstance(what, str) else None
        return float(gain(when.date(), said, tuple(worked.known), tuple(free.known)))

    return LiveCell(
        text=f"IF(ISNUMBER({day}),IF(COUNTIF({worked.name},{kind})>0,(WEEKDAY({day},2)>5)*1,"
        f'IF(COUNTIF({free.name},{kind})>0,(WEEKDAY({day},2)<6)*-1,0)),"")',
        value=value,
        shown=Text('"多 "0" 天";"少 "0" 天";"不变"', '"+"0;"-"0;"as usual"').say(around.language),
    )


def _kinds_of_day(live: DayCount, around: Surroundings) -> tuple[Spellings, Spellings]:
    vocabulary = around.form.column(live.kind_of_day).vocabulary or ""
    return (
        around.words.spellings(vocabulary, _WORKED, named(("工作日", "调休上班"))),
        around.words.spellings(vocabulary, _FREE, named(("休息日", "法定节假日"))),
    )
