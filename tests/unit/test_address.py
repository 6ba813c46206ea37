"""Where a table lies, as people write it."""

from pathlib import Path

import pytest

from sheetsync.address import Address, BitableAddress, BookAddress, parse
from sheetsync.errors import UsageError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("总表.xlsx", BookAddress(Path("总表.xlsx"))),
        ("总表.xlsx#进度", BookAddress(Path("总表.xlsx"), "进度")),
        ("../共享/总表.xlsm#Sheet #2", BookAddress(Path("../共享/总表.xlsm"), "Sheet #2")),
        ("bitable:bascn1/tbl1", BitableAddress("bascn1", "tbl1")),
        ("BITABLE:bascn1", BitableAddress("bascn1")),
        ("https://a.feishu.cn/base/bascn1?table=tbl1&view=vew1", BitableAddress("bascn1", "tbl1")),
    ],
)
def test_an_address_is_understood(text: str, address: Address) -> None:
    assert parse(text) == address


def test_a_path_counts_from_the_folder_that_is_given(tmp_path: Path) -> None:
    assert parse("a.xlsx#b", tmp_path) == BookAddress(tmp_path / "a.xlsx", "b")


def test_a_file_may_be_called_like_file_and_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx#b.xlsx").touch()
    assert parse("a.xlsx#b.xlsx", tmp_path) == BookAddress(tmp_path / "a.xlsx#b.xlsx")


@pytest.mark.parametrize("text", ["", "  ", "bitable:", "bitable:a/b/c", "https://example.com/doc/1"])
def test_what_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)
