"""What may be skipped without a second look really may."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sheetsync.intake.normalise import EMPTY_MARKERS, clean, fold, may_be_marker, trim

LETTERS = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]


def test_every_letter_that_a_marker_may_begin_with_is_known() -> None:
    """In every width: what cleaning turns into the beginning of 无, -, / or N/A."""
    ends = ("", "无", "a", "/a", "one", "il")
    missed = [
        letter
        for letter in LETTERS
        if trim(letter)
        and not may_be_marker(letter)
        and any(fold(letter + end) in EMPTY_MARKERS for end in ends)
    ]
    assert missed == []


@given(st.text(st.characters(max_codepoint=0x7F) | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_cleaning_plain_text_only_joins_spaces(text: str) -> None:
    """The short way through gives what the long way would."""
    assert clean(text) == " ".join(unicodedata.normalize("NFKC", text).split())
