"""Formats that a person gave parts of a text are told from those that programs put in."""

import pytest

from sheetsync.excel.richtext import emphasised

_LATIN = '<r><rPr><sz val="11"/><color theme="1"/><rFont val="Calibri"/></rPr><t>Q4</t></r>'
_CHINESE = (
    '<r><rPr><sz val="11"/><color theme="1"/><rFont val="宋体"/><charset val="134"/></rPr><t>新品</t></r>'
)


@pytest.mark.parametrize(
    ("inner", "stands_out"),
    [
        ("<t>新品</t>", False),
        (_LATIN + _CHINESE, False),
        ("<r><t>Q4</t></r>" + _CHINESE, False),
        ('<r><rPr><b val="0"/></rPr><t>新</t></r>', False),
        ("<r><rPr><b/></rPr><t>新</t></r>", True),
        ("<x:r><x:rPr><x:strike/></x:rPr><x:t>新</x:t></x:r>", True),
        ('<r><rPr><color rgb="FFFF0000"/></rPr><t>新</t></r>', True),
        (_LATIN + _CHINESE.replace('val="11"', 'val="18"'), True),
    ],
)
def test_emphasis_is_what_a_person_gave(inner: str, stands_out: bool) -> None:
    assert emphasised(inner.encode()) is stands_out
