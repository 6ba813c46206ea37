"""Values of cells as XML: reading what stands there, and writing what shall.

Text is written inline, never into the shared strings, and is never a formula (ECMA-376 part 1, 18.3.1.4 and
22.9.2.19 for `_xHHHH_`). Dates are serial numbers of the workbook's date system.
"""

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sheetsync.excel import splice
from sheetsync.model.edit import CellValue

LONGEST = 32_767
"""UTF-16 units that one cell can hold."""

_TEXT = re.compile(rb"<(?:[^\s/>:]+:)?t(?:\s[^>]*)?(?:/>|>(.*?)</(?:[^\s/>:]+:)?t\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:[^\s/>:]+:)?rPh[\s>].*?</(?:[^\s/>:]+:)?rPh\s*>", re.DOTALL)
_VALUE = re.compile(rb"<(?:[^\s/>:]+:)?v(?:\s[^>]*)?>(.*?)</(?:[^\s/>:]+:)?v\s*>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?f(?=[\s/>])")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SPECIAL = re.compile(r"[\x00-\x1f&<>_\ud800-\udfff\ufffe\uffff]|^\s|\s\Z")
"""What makes a text more than its letters between tags."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_DAY = timedelta(days=1)


def has_formula(inner: bytes) -> bool:
    """Return True if a cell's content holds a formula."""
    return b"<" in inner and _FORMULA.search(inner) is not None


def read_value(kind: str, inner: bytes, shared: Callable[[int], str]) -> str | float | bool | None:
    """Return the value of a cell from its type attribute and its content.

    Args:
        kind: The `t` attribute, `n` if there is none.
        inner: What stands between the cell's tags.
        shared: Gives a shared string by its position.
    """
    if kind == "inlineStr":
        return rich_text(inner)
    match = _VALUE.search(inner)
    if match is None:
        return None
    text = plain(match[1])
    if kind == "s":
        return shared(int(text)) if text.strip().isdigit() else None
    if kind == "b":
        return text.strip() in ("1", "true")
    return _float(text) if kind == "n" else decoded(text)


def rich_text(inner: bytes) -> str:
    """Return the text of all runs in `<is>` or `<si>`, phonetic guides left out."""
    runs = _TEXT.findall(_PHONETIC.sub(b"", inner) if b"rPh" in inner else inner)
    return decoded("".join(plain(run) for run in runs))


def plain(raw: bytes) -> str:
    """Return character data with CDATA sections and entities resolved."""
    if b"<![CDATA[" not in raw:
        return splice.unescape(raw.decode())
    pieces = _CDATA.split(raw)
    return "".join(
        piece.decode() if position % 2 else splice.unescape(piece.decode())
        for position, piece in enumerate(pieces)
    )


def decoded(text: str) -> str:
    """Return `text` with the `_xHHHH_` codes of the file format resolved."""
    return _CODED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def cell_text(value: CellValue) -> str:
    """Return a value as a person would read it, for the report of changes."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def text_xml(text: str) -> bytes:
    """Return `<t>` with `text`, coded so that every character comes back."""
    if _SPECIAL.search(text) is None:
        return f"<t>{text}</t>".encode()
    coded = _CODED.sub(lambda match: "_x005F" + match[0], text)
    coded = _FORBIDDEN.sub(lambda match: f"_x{ord(match[0]):04X}_", coded)
    coded = splice.escape(coded.encode("utf-8", "replace").decode())
    keep = ' xml:space="preserve"' if coded != coded.strip() or "\n" in coded else ""
    return f"<t{keep}>{coded}</t>".encode()


def shortened(text: str) -> str:
    """Return `text` with plain line feeds, cut to what a cell can hold, with a mark at the end."""
    text = text.replace("\r\n", "\n")
    if len(text) <= LONGEST // 2:
        return text
    units = text.encode("utf-16-le", "replace")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def content_xml(value: CellValue, *, date1904: bool) -> tuple[str, bytes]:
    """Return the type attribute (empty for a number) and the content of a cell with this value.

    Raises:
        ValueError: The number is not finite.
    """
    match value:
        case None | "":
            return "", b""
        case bool():
            return "b", b"<v>1</v>" if value else b"<v>0</v>"
        case str():
            return "inlineStr", b"<is>" + text_xml(shortened(value)) + b"</is>"
        case datetime():
            return "", f"<v>{_number(serial(value, date1904=date1904))}</v>".encode()
        case _:
            if not math.isfinite(value):
                raise ValueError("a cell cannot hold a number that is not finite")
            return "", f"<v>{_number(value)}</v>".encode()


def serial(moment: datetime, *, date1904: bool) -> float:
    """Return a moment as days of the workbook's date system (18.17.4.1), to the second."""
    epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    days = round((moment - epoch) / _DAY * 86_400) / 86_400
    # The 1900 system counts a 29 February 1900 that never was.
    return days - 1 if not date1904 and days < 61 else days


def same_value(present: str | float | bool | None, wanted: CellValue, *, date1904: bool) -> bool:
    """Return True if a cell that reads `present` already shows `wanted`."""
    match wanted:
        case None | "":
            return present is None or present == ""
        case bool():
            return present is wanted
        case str():
            return present == shortened(wanted)
        case datetime():
            number = serial(wanted, date1904=date1904)
            return _is_number(present) and abs(float(present or 0) - number) < 1e-6
        case _:
            return _is_number(present) and float(present or 0) == float(wanted)


def _float(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _is_number(value: str | float | bool | None) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
