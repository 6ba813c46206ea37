"""An expression cut into words, signs and literals with their places; Chinese signs read like plain ones."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, NoReturn

from sheetsync.rules.expression import syntax
from sheetsync.rules.expression.mistakes import ExpressionError, nearest, no_such
from sheetsync.rules.expression.syntax import Day, Duration, Instant, Literals, Number, Percent, Quoted, Unit
from sheetsync.text import Text

LONGEST = 2_000
"""Characters of the longest expression."""
_MOST_DIGITS = 15
"""A float holds so many digits exactly."""
_LONGEST_TIME = 10_000
"""Of any unit: nobody waits longer, and no date leaves the calendar."""

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})
      (?:(?:[Tt]|[ ])(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?))?(?![0-9:])
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
      (?:[ ]?(?P<percent>%)
        |[ ]?(?P<unit>wd|wh|h|m|d|w)(?![A-Za-z0-9_])
        |[ ]?(?P<chinese>个?工作日|个?工作小时|个?工时|个?小时|分钟|天|周))?
    | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*"|“[^”]*”|‘[^’]*’|「[^」]*」)
    | (?P<bracket>【[^】]*】)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|==|!=|<>|&&|\|\||\*\*|[-+*/(),、=<>≤≥≠×÷\[\]])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SQUARE = re.compile(r"\[([^\[\]]*)\]")
_SIGNS: Mapping[str, str] = {
    "==": "=",
    "<>": "!=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "、": ",",
}
_CHINESE_UNITS: Mapping[str, Unit] = {
    "工作日": "wd",
    "工作小时": "wh",
    "工时": "wh",
    "小时": "h",
    "分钟": "m",
    "天": "d",
    "周": "w",
}
_UNITS = ("m", "h", "d", "w", "wh", "wd")

Kind = Literal["literal", "name", "word", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of an expression.

    Args:
        kind: A literal, a name of a column or function, a word of the language, a sign, or the end.
        value: The name, canonical word or canonical sign.
        at: Where it begins, in characters from 0.
        written: As it stands there.
        literal: The literal it is.
        quoted: True for a name in brackets, which is always a column.
    """

    kind: Kind
    value: str
    at: int
    written: str
    literal: Literals | None = None
    quoted: bool = False


def tokenise(source: str) -> list[Token]:
    """Cut an expression into its tokens, an end token last.

    Raises:
        ExpressionError: Something in it belongs to no token.
    """
    if len(source) > LONGEST:
        raise ExpressionError(
            Text(
                f"表达式最长 {LONGEST} 字，这里有 {len(source)} 字，请拆成几条规则",
                f"an expression has at most {LONGEST} characters, not {len(source)}; split it",
            ),
            source[: LONGEST + 1],
            LONGEST,
        )
    return [*_tokens(source), Token("end", "", len(source.rstrip()), "")]


def _tokens(source: str) -> Iterator[Token]:
    text = syntax.half(source)
    at = 0
    while at < len(text):
        if text[at] == "[" and not syntax.LIST_BEGINS.match(text, at):
            found = _SQUARE.match(text, at)
            if found is None:
                raise _unclosed(source, at, "]")
            yield _bracketed(source, at, found.end())
            at = found.end()
            continue
        found = _TOKEN.match(text, at)
        if found is None:
            _refuse(source, text, at)
        if found.lastgroup != "space":
            yield from _token(source, found)
        at = found.end()


def _token(source: str, found: re.Match[str]) -> Iterator[Token]:
    at, written = found.start(), source[found.start() : found.end()]
    if found["day"]:
        yield Token("literal", "", at, written, _moment(source, found))
    elif found["number"]:
        yield Token("literal", "", at, written, _number(source, found))
    elif found["text"]:
        quote, inner = written[0], written[1:-1]
        value = inner.replace(quote * 2, quote) if quote in "'\"" else inner
        yield Token("literal", "", at, written, Quoted(value, at=at))
    elif found["bracket"]:
        yield _bracketed(source, at, found.end())
    elif found["word"]:
        words = syntax.KEYWORDS.get(found["word"].casefold())
        if words is None:
            yield Token("name", written, at, written)
        else:
            yield from (Token("word", word, at, written) for word in words)
    else:
        sign = found["sign"]
        if sign in _FOREIGN:
            _refuse(source, found.string, at)
        yield Token("sign", _SIGNS.get(sign, sign), at, written)


def _bracketed(source: str, start: int, end: int) -> Token:
    name = source[start + 1 : end - 1].strip()
    if not name:
        raise ExpressionError(
            Text("括号里应为列名，如 [实际进度]", "a column's name is missing in the brackets"), source, start
        )
    return Token("name", name, start, source[start:end], quoted=True)


def _moment(source: str, found: re.Match[str]) -> Day | Instant:
    at = found.start()
    year, month, day = map(int, found["day"].split("-"))
    hour, minute, second = map(int, f"{found['clock'] or ''}:0:0:0".lstrip(":").split(":")[:3])
    try:
        on = date(year, month, day)
        moment = datetime.combine(on, time(hour, minute, second))
        return Instant(moment, at=at) if found["clock"] else Day(on, at=at)
    except ValueError:
        raise ExpressionError(
            Text(f"没有“{found[0]}”这一天或这个时刻", f"there is no such day or time as '{found[0]}'"),
            source,
            at,
        ) from None


def _number(source: str, found: re.Match[str]) -> Number | Percent | Duration:
    at, digits = found.start(), found["number"]
    if len(digits.replace(".", "").strip("0")) > _MOST_DIGITS or len(digits) > 2 * _MOST_DIGITS:
        raise ExpressionError(
            Text(f"数字最多 {_MOST_DIGITS} 位", f"a number has at most {_MOST_DIGITS} digits"), source, at
        )
    value = float(digits)
    if found["percent"]:
        return Percent(value, at=at)
    if found["unit"]:
        unit: Unit = found["unit"].lower()  # type: ignore[assignment] # the pattern lets only units through
        return _duration(source, at, value, unit)
    if found["chinese"]:
        return _duration(source, at, value, _CHINESE_UNITS[found["chinese"].removeprefix("个")])
    after = syntax.BARE.match(found.string, found.end())
    if after and after[0][0] in "年月日":
        raise ExpressionError(
            Text("日期写成 2023-10-08，时刻写成 2023-10-08T14:00", "dates are written 2023-10-08"), source, at
        )
    if after and after[0].isascii():
        near = nearest(after[0].lower(), _UNITS)
        what = no_such(Text("单位", "unit"), after[0], (*_UNITS, "%"), near)
        raise ExpressionError(what, source, after.start(), near)
    return Number(value, at=at)


def _duration(source: str, at: int, amount: float, unit: Unit) -> Duration:
    working = unit in syntax.WORKING
    if amount > _LONGEST_TIME or (working and not amount) or (unit == "wd" and not amount.is_integer()):
        raise ExpressionError(
            Text(
                f"时长写成 2wd、4h 这样：不超过 {_LONGEST_TIME}，工作时长大于 0，工作日为整数",
                f"a duration is written 2wd or 4h: at most {_LONGEST_TIME}, working time above 0, whole wd",
            ),
            source,
            at,
        )
    return Duration(amount, unit, at=at)


_FOREIGN: Mapping[str, tuple[Text, str | None]] = {
    "&&": (Text("“&&”不是本语言的符号", "'&&' is no sign here"), "and"),
    "||": (Text("“||”不是本语言的符号", "'||' is no sign here"), "or"),
    "!": (Text("“!”不是本语言的符号", "'!' is no sign here"), "not"),
    "**": (Text("没有乘方", "there are no powers"), None),
    "^": (Text("没有乘方", "there are no powers"), None),
    ".": (
        Text(
            "没有属性和方法（小数写成 0.5）", "there are no attributes or methods (a fraction is written 0.5)"
        ),
        None,
    ),
    "＂": (Text("引号请用 ' 或 “”", "quote with ' or \""), None),
    "＇": (Text("引号请用 ' 或 “”", "quote with ' or \""), None),
}
_CLOSING: Mapping[str, str] = {"'": "'", '"': '"', "“": "”", "‘": "’", "「": "」", "【": "】"}


def _refuse(source: str, text: str, at: int) -> NoReturn:
    """Say what is wrong with the character at which no token begins."""
    sign = text[at : at + 2] if text[at : at + 2] in _FOREIGN else text[at]
    if sign in _CLOSING:
        raise _unclosed(source, at, _CLOSING[sign])
    if sign in _FOREIGN:
        what, suggestion = _FOREIGN[sign]
        raise ExpressionError(what, source, at, suggestion)
    code = f"U+{ord(sign):04X}"
    seen = f"“{sign}”（{code}）" if sign.isprintable() else code
    raise ExpressionError(
        Text(
            f"不认识的字符 {seen}，可用：列名、数字、文字、日期、时长和 + - * / = < >",
            f"unknown character {code}; known are names, numbers, texts, dates, durations and + - * / = < >",
        ),
        source,
        at,
    )


def _unclosed(source: str, at: int, closing: str) -> ExpressionError:
    return ExpressionError(
        Text(
            f"“{source[at]}”没有结束，缺少 {closing}", f"'{source[at]}' is not closed: {closing} is missing"
        ),
        source,
        at,
    )
