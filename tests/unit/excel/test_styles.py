import io
import zipfile

import pytest
import xlsxwriter

from sheetsync.excel.colours import dxf_xml
from sheetsync.excel.numberformats import is_date
from sheetsync.excel.styles import MINIMAL, Styles
from tests.structure import Judged, faults

PREFIXED = (
    b'<x:styleSheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<x:fonts count="1"><x:font><x:sz val="11"/></x:font></x:fonts>'
    b'<x:cellXfs count="1"><x:xf numFmtId="0" fontId="0"/></x:cellXfs><x:dxfs count="0"/></x:styleSheet>'
)


def test_an_equal_element_is_reused_however_it_is_written() -> None:
    styles = Styles(MINIMAL)
    first = styles.append(b'<font><sz val="9"/><b/></font>')
    assert styles.append(b'<font >  <sz val="9"></sz><b /></font>') == first == 1
    assert styles.append(b'<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>') == 0


def test_an_append_after_saving_finds_what_it_appended_before() -> None:
    once = Styles(MINIMAL)
    once.append(dxf_xml("late"))
    twice = Styles(once.to_bytes())
    assert twice.append(dxf_xml("late")) == 0
    assert not twice.changed


def test_groups_are_opened_made_and_counted_with_the_prefix_of_the_file() -> None:
    styles = Styles(PREFIXED)
    styles.append(dxf_xml("faulty"))
    number = styles.number_format_id("yyyy-mm-dd hh:mm")
    xf = styles.derive(0, "date", lambda xf: xf.replace(b'numFmtId="0"', b'numFmtId="%d"' % number))
    xml = styles.to_bytes()
    assert (number, xf) == (164, 1)
    assert b'<x:numFmts count="1"><x:numFmt ' in xml
    assert xml.index(b"<x:numFmts") < xml.index(b"<x:fonts")
    assert b'<x:dxfs count="1"><x:dxf><x:font>' in xml
    assert b'<x:xf numFmtId="164" fontId="0"/></x:cellXfs>' in xml
    assert b'<x:cellXfs count="2">' in xml


def test_nothing_that_stood_is_moved() -> None:
    styles = Styles(MINIMAL)
    styles.append(dxf_xml("late"))
    assert styles.to_bytes().startswith(MINIMAL[: MINIMAL.index(b"</styleSheet>")])


def test_number_formats_are_found_by_their_code_before_one_is_made() -> None:
    styles = Styles(MINIMAL)
    assert styles.number_format_id("0%") == 9
    assert styles.number_format_id("0.0000") == styles.number_format_id("0.0000") == 164


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("yyyy/m/d", True), ('m"月"d"日"', True), ("[h]:mm:ss", True), ("[$-804]h:mm", True),
        ("General", False), ("0%", False), ('0"d"', False), ("[Red]0.00", False), ("0.00_);(0.00)", False),
    ],
)  # fmt: skip
def test_date_formats_are_told_from_numbers(code: str, date: bool) -> None:
    assert is_date(code) is date


def test_the_judge_sees_faults() -> None:
    """The structural checker of the tests must be able to fail."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write(0, 0, "x", book.add_format({"bold": True}))
    good = stream.getvalue()
    assert faults(good) == set()
    bad = io.BytesIO()
    with zipfile.ZipFile(bad, "w") as archive:
        for name in Judged(good).zip.namelist():
            data = (
                Judged(good).zip.read(name).replace(b' s="1"', b' s="7"').replace(b'count="2"', b'count="3"')
            )
            if name != "xl/theme/theme1.xml":
                archive.writestr(name, data)
    found = " ".join(faults(bad.getvalue()))
    assert all(word in found for word in ("style out of range", "says 3 but has 2", "theme1.xml is missing"))
