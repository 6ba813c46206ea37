import codecs

import pytest

from sheetsync.excel.encoding import encoding_of, from_utf8, to_utf8

HEAD = '<?xml version="1.0" encoding="{}"?><a>项 é</a>'


@pytest.mark.parametrize(
    ("part", "encoding"),
    [
        ("<a>项</a>".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "<a>项</a>".encode(), "utf-8"),
        (HEAD.format("UTF-8").encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + HEAD.format("UTF-16").encode("utf-16-le"), "utf-16-le"),
        (HEAD.format("UTF-16").encode("utf-16-be"), "utf-16-be"),
        (HEAD.format("ISO-8859-1").replace("项", "x").encode("latin-1"), "iso8859-1"),
        (HEAD.format("GB18030").encode("gb18030"), "gb18030"),
    ],
)
def test_a_part_goes_back_in_the_encoding_that_it_had(part: bytes, encoding: str) -> None:
    assert encoding_of(part) == encoding
    assert from_utf8(to_utf8(part), encoding) == part


def test_what_an_encoding_lacks_becomes_a_reference() -> None:
    assert from_utf8("<a>项</a>".encode(), "iso8859-1") == b"<a>&#39033;</a>"
