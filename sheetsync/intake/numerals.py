"""Chinese numerals: 十月八日, 二〇二三年, 百分之七十, 七成."""

import re

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}
NUMERAL = "〇零一二两三四五六七八九十廿百"
_COUNTED = re.compile(f"[{NUMERAL}]{{1,6}}(?=[年月日号点时分季])")
_BELOW_HUNDRED = re.compile(r"([一二两三四五六七八九]?)十([一二三四五六七八九]?)")


def number(text: str) -> int | None:
    """Return the whole number from 0 to 9999 that `text` writes, digit by digit or with 十 and 百."""
    if text in {"百", "一百"}:
        return 100
    text = text.replace("廿", "二十")
    if match := _BELOW_HUNDRED.fullmatch(text):
        return _DIGITS.get(match[1], 1) * 10 + _DIGITS.get(match[2], 0)
    if 0 < len(text) <= 4 and all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    return None


def digits(text: str) -> str:
    """Return `text` with the numerals before units of time in digits: 十月八日 becomes 10月8日."""

    def put(match: re.Match[str]) -> str:
        value = number(match[0])
        return match[0] if value is None else str(value)

    return _COUNTED.sub(put, text)
