"""What an expression is made of, and how it is printed: one canonical spelling, which parses to the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

from sheetsync.model.value import Kind

Unit = Literal["m", "h", "d", "w", "wh", "wd"]
Arithmetic = Literal["+", "-", "*", "/"]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]

COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
WORKING: frozenset[Unit] = frozenset({"wh", "wd"})
"""Units of working time; the others run day and night."""

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "workdays": ("a", "b"),
    "hours": ("a", "b"),
    "days": ("a", "b"),
    "date": ("a",),
    "lower": ("text",),
    "length": ("text",),
    "count": ("list",),
    "min": ("a", "b"),
    "max": ("a", "b"),
    "if": ("condition", "a", "b"),
    "coalesce": ("a", "b"),
}
"""Every function there is, with what it takes."""

KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "and": ("and",),
    "并且": ("and",),
    "且": ("and",),
    "or": ("or",),
    "或者": ("or",),
    "或": ("or",),
    "not": ("not",),
    "不": ("not",),
    "非": ("not",),
    "in": ("in",),
    "属于": ("in",),
    "不属于": ("not", "in"),
    "contains": ("contains",),
    "包含": ("contains",),
    "不包含": ("not", "contains"),
    "between": ("between",),
    "介于": ("between",),
    "到": ("to",),
    "至": ("to",),
    "is": ("is",),
    "empty": ("empty",),
    "为空": ("is", "empty"),
    "不为空": ("is", "not", "empty"),
    "true": ("true",),
    "真": ("true",),
    "false": ("false",),
    "假": ("false",),
    "now": ("now",),
    "现在": ("now",),
    "today": ("today",),
    "今天": ("today",),
}
"""Every word that is no name, folded, with the canonical words it stands for."""

BARE = re.compile(r"[^\W\d]\w*")
"""A name that needs no brackets."""
LIST_BEGINS = re.compile(r"\[\s*(?:['\"“‘「0-9+\-\]]|(?:true|false|真|假)\s*[,、\]])", re.IGNORECASE)
"""A `[` that opens a list and not a name."""

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code not in {0xFF02, 0xFF07}} | {
    0x3000: 0x20
}
_GLUED = re.compile("(并且|且|或者|或|不属于|属于|不包含|包含|介于|不为空|为空)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    at: int = field(default=0, compare=False)
    """Where it stands in the source, in characters from 0."""


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """A plain number."""

    value: float


@dataclass(frozen=True, slots=True)
class Percent(_Node):
    """A percentage, in points: 70.0 is 70 %."""

    value: float


@dataclass(frozen=True, slots=True)
class Quoted(_Node):
    """A text in quotes; where it is compared with a column of words, one of those words."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean(_Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Day(_Node):
    """A whole day."""

    value: date


@dataclass(frozen=True, slots=True)
class Instant(_Node):
    """A day and a time of day, wall clock of the project's zone."""

    value: datetime


@dataclass(frozen=True, slots=True)
class Duration(_Node):
    """A length of time; a whole number for `wd`."""

    amount: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class Now(_Node):
    """The moment of the run."""


@dataclass(frozen=True, slots=True)
class Today(_Node):
    """The day of the run."""


@dataclass(frozen=True, slots=True)
class Name(_Node):
    """A column as a person names it: id, title or synonym."""

    text: str


@dataclass(frozen=True, slots=True)
class Field(_Node):
    """A column of the form; what the type check makes of a `Name`."""

    id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Items(_Node):
    """A list of literals."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Negative(_Node):
    """Unary minus; a negative number is a `Number` of its own."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Calculated(_Node):
    """Two values joined by + - * or /."""

    sign: Arithmetic
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Compared(_Node):
    """Two values compared."""

    sign: Comparison
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Among(_Node):
    """`item in whole`: a list of literals, or a column of lists."""

    item: "Node"
    whole: "Node"


@dataclass(frozen=True, slots=True)
class Contains(_Node):
    """`whole contains part`: a text, or a column of lists."""

    whole: "Node"
    part: "Node"


@dataclass(frozen=True, slots=True)
class Between(_Node):
    """`value between low and high`, both ends included."""

    value: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True, slots=True)
class Empty(_Node):
    """`operand is empty`."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Not(_Node):
    """The opposite of a condition."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Joined(_Node):
    """Several conditions joined by `and` or by `or`."""

    word: Literal["and", "or"]
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """One of `FUNCTIONS`."""

    function: str
    arguments: "tuple[Node, ...]"


Literals = Number | Percent | Quoted | Boolean | Day | Instant | Duration
Node = (
    Literals
    | Now
    | Today
    | Name
    | Field
    | Items
    | Negative
    | Calculated
    | Compared
    | Among
    | Contains
    | Between
    | Empty
    | Not
    | Joined
    | Call
)

_OR, _AND, _NOT, _RELATION, _SUM, _PRODUCT, _SIGN, _WHOLE = range(8)


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; two of one meaning are equal however they are spelt."""

    root: Node
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        return canonical(self.root)


def children(node: Node) -> "tuple[Node, ...]":
    """Return the nodes right below one."""
    match node:
        case Items(items=parts) | Joined(parts=parts) | Call(arguments=parts):
            return parts
        case Negative(operand=part) | Empty(operand=part) | Not(operand=part):
            return (part,)
        case Calculated(left=first, right=second) | Compared(left=first, right=second):
            return (first, second)
        case Among(item=first, whole=second) | Contains(whole=first, part=second):
            return (first, second)
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case _:
            return ()


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth, from 1; without recursion, so that depth can be limited by it."""
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in children(node)]


def canonical(node: Node) -> str:
    """Return the one spelling of an expression, with no more brackets than it needs."""
    return _written(node, _OR)


def _written(node: Node, level: int) -> str:
    own, text = _composed(node) if children(node) else (_level(node), _plain(node))
    return f"({text})" if own < level else text


def _level(node: Node) -> int:
    negative = isinstance(node, Number | Percent) and node.value < 0
    return _SIGN if negative else _WHOLE


def _plain(node: Node) -> str:
    """Return a node without children in writing."""
    match node:
        case Number(value=value):
            text = number(value)
        case Percent(value=value):
            text = f"{number(value)}%"
        case Quoted(value=words):
            text = "'" + words.replace("'", "''") + "'"
        case Day(value=day):
            text = day.isoformat()
        case Instant(value=moment):
            text = moment.isoformat(timespec="seconds" if moment.second else "minutes")
        case Duration(amount=amount, unit=unit):
            text = f"{number(amount)}{unit}"
        case Name(text=name) | Field(id=name):
            text = _name(name)
        case _:
            text = _WORDS.get(node, "[]")
    return text


_WORDS: Mapping[Node, str] = {
    Now(): "now",
    Today(): "today",
    Boolean(True): "true",
    Boolean(False): "false",
}


def _composed(node: Node) -> tuple[int, str]:
    """Return a node with children in writing, and how tightly it holds together."""
    level = _WHOLE
    match node:
        case Joined(word=word, parts=parts):
            level = _OR if word == "or" else _AND
            text = f" {word} ".join(_written(part, level + 1) for part in parts)
        case Not(operand=Among() | Contains() | Between() | Empty() as relation):
            level, text = _RELATION, _related(relation, negated=True)
        case Not(operand=operand):
            level, text = _NOT, f"not {_written(operand, _NOT)}"
        case Among() | Contains() | Between() | Empty() | Compared():
            level, text = _RELATION, _related(node, negated=False)
        case Calculated(sign=sign, left=left, right=right):
            level = _SUM if sign in "+-" else _PRODUCT
            text = f"{_written(left, level)} {sign} {_written(right, level + 1)}"
        case Negative(operand=operand):
            level, text = _SIGN, f"-{_written(operand, _SIGN)}"
        case _:
            inner = ", ".join(_written(part, _OR) for part in children(node))
            text = f"{node.function}({inner})" if isinstance(node, Call) else f"[{inner}]"
    return level, text


def _related(node: Compared | Among | Contains | Between | Empty, *, negated: bool) -> str:
    word = "not " if negated else ""
    match node:
        case Compared(sign=sign, left=left, right=right):
            return f"{_written(left, _SUM)} {sign} {_written(right, _SUM)}"
        case Among(item=item, whole=whole):
            return f"{_written(item, _SUM)} {word}in {_written(whole, _SUM)}"
        case Contains(whole=whole, part=part):
            return f"{_written(whole, _SUM)} {word}contains {_written(part, _SUM)}"
        case Between(value=value, low=low, high=high):
            ends = f"{_written(low, _SUM)} and {_written(high, _SUM)}"
            return f"{_written(value, _SUM)} {word}between {ends}"
        case Empty(operand=operand):
            return f"{_written(operand, _SUM)} is {word}empty"


def number(value: float) -> str:
    """Return a number as expressions write it: no exponent, no needless zeros."""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def half(text: str) -> str:
    """Return `text` with its full-width signs, letters and digits in half width, place by place."""
    return text.translate(_HALF)


def parted(text: str) -> str | None:
    """Return a run of Chinese with spaces round the words of the language in it, or None without any."""
    spaced = " ".join(part for part in _GLUED.split(text) if part)
    return spaced if spaced != text else None


def _name(text: str) -> str:
    if BARE.fullmatch(text) and half(text).casefold() not in KEYWORDS:
        return text
    plain = half(text)
    square = "[" not in plain and "]" not in plain and not LIST_BEGINS.match(f"[{plain}]")
    return f"[{text}]" if square else f"【{text}】"
