from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sheetsync.excel.cellvalue import LONGEST, content_xml, read_value, rich_text, same_value, serial

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: text and "\r\n" not in text)


def written(value: object, *, date1904: bool = False) -> str | float | bool | None:
    kind, content = content_xml(value, date1904=date1904)  # type: ignore[arg-type]
    etree.fromstring(b"<c>" + content + b"</c>")
    return read_value(kind or "n", content, lambda _: "")


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize("text", ["_x0041_", "a\x00b\x0b", "\r", " 空格 ", "=1+1", "<&>\"'", "\ufffe"])
def test_awkward_texts_come_back(text: str) -> None:
    assert written(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_comes_back(number: float) -> None:
    assert written(number) == number


def test_a_number_that_is_not_finite_is_an_error() -> None:
    with pytest.raises(ValueError, match="finite"):
        content_xml(float("nan"), date1904=False)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(1900, 1, 1), 1.0),
        (datetime(1900, 2, 28), 59.0),
        (datetime(1900, 3, 1), 61.0),
        (datetime(2023, 10, 16, 12), 45215.5),
    ],
)
def test_dates_are_serial_numbers_with_the_leap_day_that_never_was(moment: datetime, days: float) -> None:
    assert serial(moment, date1904=False) == days


def test_dates_of_a_1904_workbook_count_from_its_own_day() -> None:
    assert serial(datetime(1904, 1, 2), date1904=True) == 1.0


@given(st.datetimes(datetime(1905, 1, 1), datetime(2200, 1, 1)), st.booleans())
def test_a_moment_written_is_recognised_as_the_same(moment: datetime, date1904: bool) -> None:
    present = written(moment, date1904=date1904)
    assert same_value(present, moment, date1904=date1904)
    assert not same_value(present, moment + timedelta(minutes=1), date1904=date1904)


def test_a_text_that_is_too_long_is_cut_with_a_mark() -> None:
    text = written("字" * 40_000)
    assert isinstance(text, str)
    assert (len(text), text[-1]) == (LONGEST, "…")
    assert same_value(text, "字" * 40_000, date1904=False)


@pytest.mark.parametrize(
    ("present", "wanted", "same"),
    [
        (None, None, True),
        ("", None, True),
        ("x", None, False),
        (1.0, 1, True),
        (1.0, True, False),
        (True, True, True),
    ],
)
def test_what_stands_there_is_compared_by_value(present: object, wanted: object, same: bool) -> None:
    assert same_value(present, wanted, date1904=False) is same  # type: ignore[arg-type]


def test_rich_text_is_joined_without_phonetic_guides_and_cdata_is_read() -> None:
    xml = (
        b"<si><r><t>a&amp;</t></r><r><t xml:space='preserve'> <![CDATA[<b>]]></t></r><rPh><t>x</t></rPh></si>"
    )
    assert rich_text(xml) == "a& <b>"


def test_shared_strings_booleans_errors_and_nothing_are_read() -> None:
    assert read_value("s", b"<v>3</v>", lambda at: f"text {at}") == "text 3"
    assert read_value("b", b"<v>1</v>", str) is True
    assert read_value("e", b"<v>#N/A</v>", str) == "#N/A"
    assert read_value("n", b"", str) is None
