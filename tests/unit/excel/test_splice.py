import pytest

from sheetsync.excel import splice
from sheetsync.excel.order import WORKSHEET
from sheetsync.excel.splice import Splices


def parsed(xml: bytes) -> tuple[bytes, splice.Element, tuple[splice.Element, ...]]:
    mask = splice.masked(xml)
    root = splice.root(mask)
    return mask, root, splice.children(mask, root)


def test_comments_cdata_and_instructions_hide_their_tags_and_keep_offsets() -> None:
    xml = b'<?xml version="1.0"?><a><!-- <b/> --><c><![CDATA[</c><b/>]]></c><?pi <b/>?></a>'
    mask, _, children = parsed(xml)
    assert len(mask) == len(xml)
    assert [child.name for child in children] == ["c"]
    assert children[0].text(xml) == b"<c><![CDATA[</c><b/>]]></c>"


def test_elements_nest_in_their_own_name_and_may_be_empty() -> None:
    xml = b"<x:a><x:b><x:b/><x:b></x:b></x:b ><x:bb/></x:a>"
    _, root, children = parsed(xml)
    assert (root.name, [child.text(xml) for child in children]) == (
        "a", [b"<x:b><x:b/><x:b></x:b></x:b >", b"<x:bb/>"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("xml", "root"),
    [
        (b'<?xml version="1.0"?>\n<a><a/><a></a></a>\n ', b"<a><a/><a></a></a>"),
        (b"<a>text</a \n>", b"<a>text</a \n>"),
        (b"<a/>", b"<a/>"),
        (b"<a><b></b></a><!-- <c></c> -->", b"<a><b></b></a>"),
    ],
)
def test_a_root_ends_with_the_last_tag(xml: bytes, root: bytes) -> None:
    assert parsed(xml)[1].text(xml) == root


@pytest.mark.parametrize("xml", [b"<!DOCTYPE a><a/>", b"<a><b></a>", b"<a>"])
def test_what_is_not_well_formed_is_an_error(xml: bytes) -> None:
    with pytest.raises(ValueError, match=r"well-formed|not closed"):
        parsed(xml)


def test_an_attribute_is_found_by_its_whole_name_in_either_quotes() -> None:
    tag = b"""<c xm:ref="no" spans='1 > 0' r = 'A&amp;1' t="r='x'"/>"""
    assert splice.attribute(tag, "r") == "A&1"
    assert splice.attribute(tag, "ref") is None
    assert splice.attribute(tag, "s") is None
    assert splice.attribute(b'<c t="a r=" r="3" s="x&gt;"/>', "r") == "3"
    assert splice.attribute(b'<c t="a r=" r="3" s="x&gt;"/>', "s") == "x>"


def test_an_attribute_is_set_in_its_place_or_at_the_end_and_dropped() -> None:
    assert splice.set_attribute(b"<c r='A1' s=\"1\"/>", "r", 'B"2') == b'<c r="B&quot;2" s="1"/>'
    assert splice.set_attribute(b"<c />", "s", "3") == b'<c s="3" />'
    assert splice.drop_attribute(b'<c r="1" hidden="1"/>', "hidden") == b'<c r="1"/>'


def test_an_element_goes_where_the_schema_wants_it() -> None:
    xml = b"<worksheet><sheetData/><foreign/><pageMargins/><extLst/></worksheet>"
    mask, root, children = parsed(xml)

    def at(name: str) -> bytes:
        return xml[splice.insertion_point(mask, root, children, WORKSHEET, name) :]

    assert at("cols").startswith(b"<sheetData/>")
    assert at("mergeCells").startswith(b"<pageMargins/>")
    assert at("tableParts").startswith(b"<extLst/>")


def test_alternate_content_stands_for_what_it_holds() -> None:
    xml = (
        b"<worksheet><sheetData/><mc:AlternateContent><mc:Choice><controls/></mc:Choice>"
        b"</mc:AlternateContent><tableParts/></worksheet>"
    )
    mask, root, children = parsed(xml)
    at = splice.insertion_point(mask, root, children, WORKSHEET, "drawing")
    assert xml[at:].startswith(b"<mc:AlternateContent>")


def test_splices_apply_together_and_refuse_to_overlap() -> None:
    changes = Splices(b"0123456789")
    changes.replace(2, 4, b"xx")
    changes.insert(2, b"a")
    changes.insert(2, b"b")
    changes.insert(10, b"!")
    assert changes.apply() == b"01abxx456789!"
    changes.replace(3, 5, b"y")
    with pytest.raises(ValueError, match="overlap"):
        changes.apply()


def test_every_element_of_a_fragment_gets_the_prefix() -> None:
    assert splice.prefixed(b'<c r="A1"><v>1</v></c><f/>', b"x:") == b'<x:c r="A1"><x:v>1</x:v></x:c><x:f/>'
