"""Percentages and numbers: 70%, 0.7, 七成, 7/10, 70-80%, and whether 1 is one or all."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from math import isfinite

from sheetsync.intake.cell import EMPTY, Cell, doubted, example, failed
from sheetsync.intake.normalise import fold, is_marker
from sheetsync.intake.nothing import nothing
from sheetsync.intake.numerals import NUMERAL, number
from sheetsync.model.table import RawValue
from sheetsync.text import Text

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DIGITS = r"-?\d{1,9}(?:\.\d{1,12})?"
_DONE = re.compile(r"^已?(?:完成|做)了?(?=[约大将近\d])|(?<=%)完成$")
_ABOUT = re.compile(r"^(?:约|大约|大概|将近|近)|(?:左右|上下|多|以上)$")
_PLAIN = re.compile(rf"({_DIGITS})(%?)")
_RANGE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%?[-~至到](\d{1,3}(?:\.\d{1,4})?)%")
_FRACTION = re.compile(r"(\d{1,6})/(\d{1,6})(\D{0,3})")
_SPOKEN = re.compile(rf"百分之([{NUMERAL}]{{1,4}})(?:点([{NUMERAL}]{{1,4}}))?")
_TENTHS = re.compile(r"([一二三四五六七八九十]|\d)成(半|[一二三四五六七八九])?")
_AMOUNT = re.compile(r"第?(-?\d{1,12}(?:\.\d{1,12})?)(?:[轮次个人天件]|轮次)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORDS = {
    **dict.fromkeys(("完成", "已完成", "完成了", "全部完成", "done", "完毕", "√", "✓", "✔"), 100.0),
    **dict.fromkeys(("未开始", "未启动", "没开始", "todo", "待开始", "notstarted"), 0.0),
}


@dataclass(frozen=True, slots=True)
class Percent:
    """A number in a cell with a percent format: 0.7 that a person sees as 70%."""

    fraction: float


@dataclass(frozen=True, slots=True)
class PercentRange:
    """What a percent column may hold.

    Args:
        lowest: In points; -100 where a column holds a difference.
        one_is_all: What a bare 1 means: 100 where no other value of the column is above 1.
    """

    lowest: float = 0.0
    one_is_all: bool = True


NORMAL = PercentRange()


def read_percent(raw: RawValue | Percent, allowed: PercentRange = NORMAL) -> Cell:
    """Read a cell of a percent column.

    Args:
        raw: The cell; `Percent` where a percent format shows it.
        allowed: What the column may hold.

    Returns:
        The value in points: 70.0 is 70 %.
    """
    match raw:
        case Percent():
            return _checked(Cell(round(raw.fraction * 100, 6)), allowed)
        case bool() | time() | timedelta():
            return failed(f"“{raw}”不是百分比", f"'{raw}' is not a percentage", _ADVICE)
        case date():
            return failed(
                f"表格软件把它变成了日期 {raw:%Y-%m-%d}",
                f"the spreadsheet turned it into the date {raw:%Y-%m-%d}",
                _ADVICE,
            )
        case int() | float():
            return _checked(_from_number(float(raw), allowed), allowed)
        case str():
            return _checked(_from_text(raw, allowed), allowed)


def read_number(raw: RawValue) -> Cell:
    """Read a cell of a number column."""
    match raw:
        case bool() | date() | time() | timedelta():
            return failed(f"“{raw}”不是数字", f"'{raw}' is not a number", _NUMBER)
        case int() | float():
            return Cell(float(raw)) if isfinite(raw) else failed("不是数字", "not a number", _NUMBER)
        case str():
            if is_marker(raw):
                return EMPTY
            if match := _AMOUNT.fullmatch(_THOUSANDS.sub("", fold(raw[:60]))):
                return Cell(float(match[1]))
            return failed(f"“{_short(raw)}”不是数字", f"'{_short(raw)}' is not a number", _NUMBER)


def above_one(raw: RawValue | Percent, cell: Cell) -> bool:
    """Tell whether a cell shows that its column counts in points: it holds a plain number above 1."""
    match raw:
        case Percent():
            return False
        case int() | float():
            return raw > 1
        case _:
            return isinstance(cell.value, float) and cell.value > 1 and not str(raw).startswith("0.")


def is_bare_one(raw: RawValue | Percent) -> bool:
    """Tell whether a cell is a 1 that could mean 1 % or everything."""
    if isinstance(raw, str):
        return fold(raw[:8]) in {"1", "1.0", "1.00"}
    return isinstance(raw, int | float) and not isinstance(raw, bool) and raw == 1


def shows_percent(code: str) -> bool:
    """Tell whether a number format shows numbers as percentages: a % that is no literal text of it."""
    return "%" in _LITERAL.sub("", code)


def show_percent(value: float) -> str:
    """Return points as a person types them: `70%`."""
    return f"{value:g}%"


def _from_number(value: float, allowed: PercentRange) -> Cell:
    if not isfinite(value):
        return failed("不是百分比", "not a percentage", _ADVICE)
    if value == 1:
        return _one(allowed)
    if 0 < abs(value) < 1:
        points = round(value * 100, 6)
        message = Text(
            f"单元格不是百分比格式，{value:g} 按 {show_percent(points)}",
            f"no percent format; {value:g} is taken as {show_percent(points)}",
        )
        return doubted(Cell(points), "warning", message, example(show_percent(points)))
    return Cell(round(value, 6))


def _one(allowed: PercentRange) -> Cell:
    if allowed.one_is_all:
        message = Text(
            "1 按 100%（该列其他值都不大于 1）", "1 is taken as 100% (no other value here is above 1)"
        )
        return doubted(Cell(100.0), "info", message)
    message = Text("1 可能是 1% 或 100%，按 1%", "1 could be 1% or 100%; taken as 1%")
    return doubted(Cell(1.0), "warning", message, Text("请写成 1% 或 100%", "write 1% or 100%"))


def _from_text(raw: str, allowed: PercentRange) -> Cell:
    if (unsaid := nothing(raw)) is not None:
        return unsaid
    if len(raw) > 40:
        return _no_percent(raw)
    text = fold(raw)
    if text in _WORDS:
        return Cell(_WORDS[text])
    if is_bare_one(raw):
        return _one(allowed)
    return _from_amount(raw, _DONE.sub("", text))


def _from_amount(raw: str, text: str) -> Cell:
    """Read a folded text that should hold an amount.

    Args:
        raw: The cell, for messages.
        text: Its text, without words that say it is done so far.
    """
    sharp = _ABOUT.sub("", text)
    points = _points(sharp)
    if points is None:
        return _no_percent(raw)
    cell = _with_doubts(points, sharp)
    if sharp != text and cell.doubt is None:
        message = Text(
            f"是大约的数，按 {show_percent(points)}", f"approximate, taken as {show_percent(points)}"
        )
        return doubted(cell, "info", message)
    return cell


def _with_doubts(points: float, text: str) -> Cell:
    """Return the points of a text, with a doubt where it is not a plain percentage."""
    cell = Cell(points)
    read_as = show_percent(points)
    if _RANGE.fullmatch(text):
        message = Text(f"是一个范围，按下限 {read_as}", f"a range; its lower end {read_as} is taken")
        return doubted(cell, "warning", message, example(read_as))
    fraction = _FRACTION.fullmatch(text)
    if fraction and fraction[3]:
        message = Text(f"“{text}”按 {read_as}", f"'{text}' is taken as {read_as}")
        return doubted(cell, "warning", message, example(read_as))
    return cell


def _points(text: str) -> float | None:
    """Return what a folded text says in points, or None."""
    if match := _PLAIN.fullmatch(text):
        value = float(match[1])
        return round(value * 100, 6) if not match[2] and 0 < abs(value) < 1 else value
    if match := _RANGE.fullmatch(text):
        return float(match[1]) if float(match[1]) <= float(match[2]) else None
    if match := _FRACTION.fullmatch(text):
        return round(int(match[1]) / int(match[2]) * 100, 6) if int(match[2]) else None
    if match := _SPOKEN.fullmatch(text):
        whole = number(match[1])
        part = _after_point(match[2])
        return None if whole is None or part is None else whole + part
    if match := _TENTHS.fullmatch(text):
        tenths = number(match[1]) if not match[1].isdigit() else int(match[1])
        half = 5 if match[2] == "半" else number(match[2]) if match[2] else 0
        return None if tenths is None or half is None else float(tenths * 10 + half)
    return None


def _after_point(numerals: str | None) -> float | None:
    if numerals is None:
        return 0.0
    places = [number(numeral) for numeral in numerals]
    if any(place is None or place > 9 for place in places):
        return None
    return float("0." + "".join(str(place) for place in places))


def _checked(cell: Cell, allowed: PercentRange) -> Cell:
    """Refuse what lies outside the range a column may hold."""
    value = cell.value
    if not isinstance(value, float) or allowed.lowest <= value <= 100:
        return cell
    return failed(
        f"{show_percent(value)} 超出 {allowed.lowest:g}%–100%",
        f"{show_percent(value)} is outside {allowed.lowest:g}% to 100%",
        _ADVICE,
    )


def _no_percent(raw: str) -> Cell:
    return failed(f"“{_short(raw)}”不是百分比", f"'{_short(raw)}' is not a percentage", _ADVICE)


def _short(raw: str) -> str:
    return raw if len(raw) <= 40 else raw[:40] + "…"


_NUMBER = Text("请写数字，如 3 或 12.5", "write a number, such as 3 or 12.5")
_ADVICE = Text("请写 0%–100%，如 70%", "write 0% to 100%, such as 70%")
