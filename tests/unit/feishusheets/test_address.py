"""Addresses of spreadsheets, as people type and paste them."""

import pytest

from sheetsync.address import BitableAddress, FeishuSheetAddress, parse
from sheetsync.errors import UsageError


@pytest.mark.parametrize(
    ("text", "token", "sheet"),
    [
        ("feishu-sheet:sht1", "sht1", None),
        ("Feishu-Sheet:sht1/a2", "sht1", "a2"),
        ("https://x.feishu.cn/sheets/sht1", "sht1", None),
        ("https://x.feishu.cn/sheets/sht1?sheet=a2", "sht1", "a2"),
        ("https://x.feishu.cn/sheets/sht1?from=msg&sheet=a2&range=A1#b", "sht1", "a2"),
    ],
)
def test_an_address_is_understood(text: str, token: str, sheet: str | None) -> None:
    found = parse(text)
    assert found == FeishuSheetAddress(token, sheet)
    assert parse(str(found)) == found


@pytest.mark.parametrize("text", ["feishu-sheet:", "feishu-sheet:a/b/c", "https://x.feishu.cn/sheets/"])
def test_a_wrong_one_is_told_with_the_right_form(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert refused.value.fix is not None
    assert "feishu-sheet:TOKEN" in refused.value.fix.zh


def test_a_base_is_still_one() -> None:
    assert parse("https://x.feishu.cn/base/bas1?table=tbl2") == BitableAddress("bas1", "tbl2")
