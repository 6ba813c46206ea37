import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.errors import InputRefusedError
from sheetsync.excel.delimited import parse
from sheetsync.excel.gate import Limits


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1\n1,2,3\n", [["a", "b", ""], ["1", "", ""], ["1", "2", "3"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ("a,,\nb,,\n,,\n\n", [["a"], ["b"]]),
        ('"a\r\nb","c\rd"\r\n', [["a\nb", "c\nd"]]),
        ('=1+1,+2,-3,@4,"=""5"""\n', [["=1+1", "+2", "-3", "@4", '="5"']]),
        ("001,1e5, x \n", [["001", "1e5", " x "]]),
        ("", []),
        (",,\n\n", []),
        ("a,b\x1a", [["a", "b"]]),
        ("x" * 200_000, [["x" * 200_000]]),
        ('5"屏,a\n', [['5"屏', "a"]]),
    ],
)
def test_cells_come_as_they_are(text: str, rows: list[list[str]]) -> None:
    assert parse(text, ".csv") == rows


@pytest.mark.parametrize(
    ("text", "suffix", "first"),
    [
        ("a;b\n1;2\n", ".csv", ["a", "b"]),
        ("a\tb\n1,1\t2\n", ".csv", ["a", "b"]),
        ("a;b,c\n1;2,3\n4,5\n", ".csv", ["a;b", "c"]),
        ("标题\na;b;c\n1;2,2;3\n4;5;6\n", ".csv", ["标题", "", ""]),
        ("sep=|\na|b\n", ".csv", ["a", "b"]),
        ("SEP=\t\r\na\tb,c\n", ".csv", ["a", "b,c"]),
        ("a\n", ".tsv", ["a"]),
        ("a,b\n", ".tsv", ["a", "b"]),
    ],
)
def test_the_separator_is_found(text: str, suffix: str, first: list[str]) -> None:
    assert parse(text, suffix)[0] == first


@pytest.mark.parametrize(
    ("limits", "setting"),
    [(Limits(rows=1), "rows"), (Limits(columns=1), "columns"), (Limits(area=3), "cells")],
)
def test_limits_name_their_setting(limits: Limits, setting: str) -> None:
    with pytest.raises(InputRefusedError, match=f"raise {setting} in"):
        parse("a,b\nc,d\n", ".csv", limits=limits)


@pytest.mark.parametrize("text", ['"a\nb,c\n', 'a,b\n1,"2\n3,4\n'])
def test_a_quotation_mark_that_swallows_the_rest_is_refused(text: str) -> None:
    with pytest.raises(InputRefusedError, match="not closed"):
        parse(text, ".csv")


CELL = st.text(st.characters(exclude_characters="\r\0\ue000\x1a", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=3, max_size=6), st.sampled_from(",\t;"))
def test_what_a_program_wrote_comes_back(table: list[list[str]], separator: str) -> None:
    """Framed by a column that is never empty, so that width and height are known."""
    framed = [["<", *row, *[""] * (4 - len(row)), ">"] for row in table]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(framed)
    assert parse(f"sep={separator}\r\n{stream.getvalue()}", ".csv") == framed
