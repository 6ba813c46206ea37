"""Shared strings are found by their position, however they are written."""

import pytest

from sheetsync.excel.strings import SharedStrings


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("odd", ["", "<{0}sized/>"], ids=["usual", "odd"])
def test_every_text_is_at_its_place(prefix: str, odd: str) -> None:
    count = 9_000  # several times what is counted at once
    items = "".join(
        f"<{prefix}si><{prefix}t>第{number}条</{prefix}t></{prefix}si>" for number in range(count)
    )
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    xml = f'<{prefix}sst {name}="m">{items}{odd.format(prefix)}<{prefix}si/></{prefix}sst>'.encode()
    for first in (0, count // 2, count - 1):
        found = SharedStrings(xml)
        # More than are kept, and some of them twice.
        asked = [first, 0, count - 1, *range(0, count, 7), *range(0, count, 997)]
        assert [found(position) for position in asked] == [f"第{position}条" for position in asked]
        assert [found(position) for position in (count, count + 1, -1)] == ["", "", ""]


def test_a_workbook_without_texts_has_none() -> None:
    assert SharedStrings(None)(0) == ""
