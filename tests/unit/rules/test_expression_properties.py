"""Expressions of any kind: printing, totality, and whole columns against one row after another."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, example, given, settings

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table
from sheetsync.model.value import Kind
from sheetsync.rules.expression import parser
from sheetsync.rules.expression.checking import check
from sheetsync.rules.expression.evaluate import evaluate
from sheetsync.rules.expression.mistakes import ExpressionError
from sheetsync.rules.expression.syntax import (
    COMPARISONS,
    FUNCTIONS,
    Among,
    Arithmetic,
    Between,
    Boolean,
    Calculated,
    Call,
    Compared,
    Contains,
    Day,
    Duration,
    Empty,
    Field,
    Instant,
    Items,
    Joined,
    Name,
    Negative,
    Node,
    Not,
    Now,
    Number,
    Percent,
    Quoted,
    Today,
    Unit,
    canonical,
)
from sheetsync.rules.rows import Book
from sheetsync.worktime import WorkTime
from tests.unit.rules.expression_by_row import ABSENT, BROKEN, MISSING, NOW, Row

Choice = TypeVar("Choice")

SLOW = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# --- any expression at all: printing -------------------------------------------------------------------

amounts = st.integers(0, 10**6).map(float) | st.sampled_from([0.5, 12.25, 1e-5])
literals = st.one_of(
    st.builds(Number, amounts | amounts.map(operator.neg).filter(bool)),
    st.builds(Percent, amounts | amounts.map(operator.neg).filter(bool)),
    st.builds(Quoted, st.text(max_size=6)),
    st.builds(Boolean, st.booleans()),
    st.builds(Day, st.dates()),
    st.builds(Instant, st.datetimes().map(lambda moment: moment.replace(microsecond=0))),
    st.builds(Duration, st.integers(1, 99).map(float), st.sampled_from(["m", "h", "d", "w", "wh", "wd"])),
)
NAMES = (
    "due",
    "截止时间",
    "实际 进度",
    "and",
    "now",
    "1期",
    "-",
    "a]b",
    "真",
    "[x",
    "'q'",
    "ＮＯＴ",
    "count",
)
names = st.one_of(
    st.sampled_from(NAMES),
    st.text(min_size=1, max_size=6),
).filter(lambda name: name == name.strip() and name and "】" not in name)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    plain = inner.filter(lambda node: not (isinstance(node, Number | Percent) and node.value >= 0))
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Negative, plain),
        st.builds(Calculated, st.sampled_from("+-*/"), inner, inner),
        st.builds(Compared, st.sampled_from(COMPARISONS), inner, inner),
        st.builds(Among, inner, inner | st.builds(Items, st.lists(literals, max_size=3).map(tuple))),
        st.builds(Contains, inner, inner),
        st.builds(Between, inner, inner, inner),
        st.builds(Empty, inner),
        st.builds(Not, inner),
        st.builds(Joined, st.sampled_from(["and", "or"]), two),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(
            lambda name: st.builds(Call, st.just(name), st.tuples(*[inner] * len(FUNCTIONS[name])))
        ),
    )


nodes = st.recursive(
    literals | st.builds(Name, names) | st.builds(Now) | st.builds(Today), _grown, max_leaves=12
)


@given(nodes)
def test_what_is_printed_parses_to_the_same(node: Node) -> None:
    printed = canonical(node)
    parsed = parser.parse(printed)
    assert parsed.root == node
    assert str(parsed) == printed


PIECES = (
    *("due", "状态", "[a b]", "【x】", "now", "and", "或", "not", "不为空", "is", "empty", "in", "between"),
    *("contains", "70", "%", "0.5", "2wd", "4h", "2023-10-08", "T14:00", "'x'", "“高”", "(", ")", "[", "]"),
    *(",", "、", "+", "-", "*", "/", "=", "<", ">", "!=", "if(", "min(", ".", "'", "“", "\n", "\x00"),
    *("．", "＇", "ß", "²"),
)
pieces = st.sampled_from(PIECES)


@given(
    st.text(max_size=60)
    | st.lists(pieces, max_size=30).map(" ".join)
    | st.lists(pieces, max_size=30).map("".join)
)
@example("'" * 2000)
@example("[" * 2000)
@example("1" * 2000)
@example("2023-10-08" * 200)
@example("＇＂")
@settings(max_examples=300)
def test_any_text_is_parsed_or_refused_by_place(text: str) -> None:
    try:
        parsed = parser.parse(text)
    except ExpressionError as error:
        told = error
    else:
        told = None
        assert parser.parse(str(parsed)) == parsed
    assert told is None or (0 <= told.position <= len(text) and told.message.zh and told.message.en)


# --- expressions that fit a form: columns against rows --------------------------------------------------

FIELDS: dict[str, Kind] = {
    "actual_progress": "percent",
    "planned_progress": "percent",
    "due": "datetime",
    "requested_at": "datetime",
    "state": "word",
    "remark": "long",
    "departments": "departments",
}


WORDS = ("未开始", "进行中", "已完成")
DEPARTMENTS = Field("departments", "departments")
REMARK = Field("remark", "long")

days = st.dates(date(2023, 9, 25), date(2023, 10, 20))
times = st.sampled_from([time(0), time(8, 59), time(9), time(12), time(13), time(14), time(18), time(23, 59)])
moments = st.builds(datetime.combine, days, times)


@dataclass
class _Maker:
    """Makes expressions that fit the form, each part by what it must be."""

    draw: st.DrawFn

    def one(self, *choices: Choice) -> Choice:
        return self.draw(st.sampled_from(choices))

    def field(self, *names: str) -> Node:
        name = self.one(*names)
        return Field(name, FIELDS.get(name, "datetime"))

    def length(self, *units: Unit) -> Node:
        return Duration(float(self.draw(st.integers(1, 12))), self.one(*units))

    def sign(self) -> Arithmetic:
        return "+" if self.draw(st.booleans()) else "-"

    def day(self) -> Node:
        day: Node = self.one(Today(), Day(self.draw(days)), Call("date", (self.timed(),)))
        moves = self.draw(st.booleans())
        return Calculated(self.sign(), day, self.length("d", "w", "wd")) if moves else day

    def timed(self) -> Node:
        return self.one(
            self.field("due", "requested_at", *ABSENT), Now(), Instant(self.draw(moments)), self.field("due")
        )

    def moment(self) -> Node:
        match self.draw(st.integers(0, 3)):
            case 0:
                return self.day()
            case 1:
                moment = self.one(self.timed(), Call("max", (self.timed(), self.day())))
                return Calculated(self.sign(), moment, self.length("h", "m", "d", "wh", "wd"))
            case 2:
                pair = (self.timed(), self.day() if self.draw(st.booleans()) else self.timed())
                return Call(self.one("min", "max", "coalesce"), self.one(pair, pair[::-1]))
            case _:
                return self.timed()

    def duration(self) -> Node:
        make = self.one(self.moment, self.day)
        return self.length("h", "d") if self.draw(st.booleans()) else Calculated("-", make(), make())

    def percent(self) -> Node:
        progress = self.field("actual_progress", "planned_progress")
        match self.draw(st.integers(0, 4)):
            case 0:
                return Calculated(self.sign(), progress, self.percent())
            case 1:
                return Call("coalesce", (progress, self.percent()))
            case 2:
                return Calculated("*", progress, Number(self.one(0.0, 2.0, 1e15)))
            case 3:
                return Percent(self.one(0.0, 33.3, 50.0, 100.0))
            case _:
                return progress

    def number(self) -> Node:
        match self.draw(st.integers(0, 5)):
            case 0:
                return Calculated("/", self.percent(), self.percent())
            case 5:
                return Calculated(self.one("/", "*", "-"), self.number(), self.number())
            case 1:
                return Call(self.one("workdays", "days", "hours"), (self.moment(), self.moment()))
            case 2:
                return Call("length", (REMARK,))
            case 3:
                return Call("count", (DEPARTMENTS,))
            case _:
                return Number(self.one(-2.0, 0.0, 1.0, 2.0, 5.0))

    def relation(self) -> Node:
        make = self.one(self.moment, self.moment, self.duration, self.percent, self.number)
        match self.draw(st.integers(0, 5)):
            case 0:
                return Between(make(), make(), make())
            case 1:
                fields = self.field(*FIELDS, *ABSENT), self.field("due", "requested_at", *ABSENT)
                latest = Call("max", (fields[1], self.timed()))
                return Empty(self.one(*fields, latest, Calculated("-", latest, fields[1])))
            case 2:
                return self.of_texts()
            case _:
                return Compared(self.one(*COMPARISONS), make(), make())

    def of_texts(self) -> Node:
        state, word = self.field("state"), Quoted(self.one(*WORDS))
        return self.one(
            Compared("=", state, word),
            Compared("!=", state, word),
            Among(state, Items((word, Quoted("已完成")))),
            Contains(DEPARTMENTS, Quoted(self.one("设计部", "市场部"))),
            Contains(REMARK, Quoted(self.one("a", "", "张"))),
            Among(REMARK, DEPARTMENTS),
        )

    def condition(self, depth: int) -> Node:
        kind = self.draw(st.integers(0, 5)) if depth else 0
        parts = tuple(self.condition(depth - 1) for _ in range(3 if kind > 2 else 0))
        match kind:
            case 3:
                return Not(parts[0])
            case 4:
                return Call("if", parts)
            case 5:
                return Joined("and" if self.draw(st.booleans()) else "or", parts)
            case _:
                return self.relation()


@st.composite
def conditions(draw: st.DrawFn) -> Node:
    return _Maker(draw).condition(2)


def _cells(kind: str) -> st.SearchStrategy[object]:
    filled: st.SearchStrategy[object] = {
        "percent": st.sampled_from([0.0, 33.3, 50.0, 100.0, 1e300]),
        "datetime": moments | days,
        "word": st.sampled_from(WORDS),
        "long": st.sampled_from(["a", "张三", "设计部"]),
        "departments": st.sampled_from([("设计部",), ("设计部", "市场部")]),
    }[kind]
    return st.one_of(filled, filled, filled, st.just(MISSING), st.just(BROKEN))


records = st.lists(
    st.fixed_dictionaries({name: _cells(kind) for name, kind in FIELDS.items()}), min_size=1, max_size=6
)


def _table(make_table: Callable[..., Table], rows: list[dict[str, Any]]) -> Table:
    def cell(value: object) -> object:
        if value in (MISSING, BROKEN):
            return None
        return value.isoformat() if isinstance(value, date) else value

    return make_table(
        "task-master",
        {name: [cell(row[name]) for row in rows] for name in FIELDS},
        broken={name: [n for n, row in enumerate(rows) if row[name] == BROKEN] for name in FIELDS},
    )


@given(conditions(), records)
@SLOW
def test_columns_say_what_rows_say(
    catalogue: Catalogue, make_table: Callable[..., Table], node: Node, rows: list[dict[str, Any]]
) -> None:
    """Evaluated at once or row by row by someone who walks through the calendar, the answer is the same."""
    expression = parser.parse(canonical(node))
    typed = check(expression, catalogue.forms["task-master"], catalogue)
    assert check(parser.parse(str(typed)), catalogue.forms["task-master"], catalogue) == typed
    table = _table(make_table, rows)
    truth = evaluate(typed, Book((table,), catalogue, WorkTime.standard(), NOW).rows[0])
    said = [
        true if known else None for true, known in zip(truth.true.tolist(), truth.known.tolist(), strict=True)
    ]
    assert said == [Row(row).holds(typed.root) for row in rows]
