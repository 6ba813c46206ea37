"""CSV files that Excel opens as they are meant."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from sheetsync.render.csvfile import csv_file, harmless

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def test_excel_knows_it_for_utf_8() -> None:
    assert csv_file(["编号"], [["WT1"]]) == "\ufeff编号\r\nWT1\r\n".encode()


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert read(csv_file(["a", "b", "c"], [[-5, 1.0, None], [2.5, 0, ""]])) == [
        ["a", "b", "c"],
        ["-5", "1", ""],
        ["2.5", "0", ""],
    ]


@given(st.sampled_from("=+-@\t\r\n\0＝＋－＠"), TEXTS)
def test_no_text_begins_like_a_formula(first: str, rest: str) -> None:
    assert harmless(first + rest) == f"'{first}{rest}"


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=4))
def test_every_other_text_is_read_back_as_it_was(rows: list[list[str]]) -> None:
    found = read(csv_file(["a", "b"], rows))
    assert found[1:] == [[harmless(cell) for cell in row] for row in rows]


def test_half_a_surrogate_breaks_nothing() -> None:
    assert read(csv_file(["a"], [["x\ud83d"]])) == [["a"], ["x?"]]
