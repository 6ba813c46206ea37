"""The defined names as a list: what is not changed stays byte for byte, what is changed is written once."""

import pytest

from sheetsync.excel import splice
from sheetsync.excel.names import DefinedName, Names

KEPT = '<definedName name="Area" localSheetId="1" comment="x">A!$A$1</definedName>'
OURS = '<definedName name="ours" hidden="1">B!$B$2</definedName>'
LIST = f"\n {KEPT}\n {OURS}\n"


def names_in(inner: str, prefix: bytes = b"") -> Names:
    xml = f"<workbook><definedNames>{inner}</definedNames></workbook>".encode()
    parent = next(iter(splice.children(xml, splice.root(xml))))
    return Names(xml, xml, parent, prefix)


def test_what_is_only_looked_at_stays_as_it_is() -> None:
    names = names_in(LIST)
    assert names.all == (
        DefinedName(name="Area", text="A!$A$1", local=1, hidden=False),
        DefinedName(name="ours", text="B!$B$2", local=None, hidden=True),
    )
    assert not names.changed
    assert names.to_bytes() == LIST.encode()


def test_a_name_that_is_there_keeps_its_attributes_and_its_place() -> None:
    names = names_in(LIST)
    names.set("AREA", "A!$C$3&D", local=1, hidden=True)
    assert names.to_bytes() == LIST.replace("A!$A$1", "A!$C$3&amp;D").encode()
    assert names.all[0].text == "A!$C$3&D"


def test_the_same_name_of_another_sheet_is_another_one() -> None:
    names = names_in(KEPT)
    names.set("Area", "B!$A$1", local=None, hidden=False)
    assert names.to_bytes() == f'{KEPT}<definedName name="Area">B!$A$1</definedName>'.encode()


@pytest.mark.parametrize(("name", "left"), [("ours", f"\n {KEPT}\n \n"), ("nobody", LIST)])
def test_a_name_goes_and_what_stood_around_it_stays(name: str, left: str) -> None:
    names = names_in(LIST)
    names.drop(name, None)
    assert names.to_bytes() == left.encode()
    assert names.changed == (left != LIST)


def test_nothing_is_left_of_the_last_one() -> None:
    names = names_in(f" {OURS} ")
    names.drop("Ours", None)
    assert not names
    assert names.to_bytes() == b""


def test_new_ones_have_the_prefix_of_the_part() -> None:
    names = Names(b"", b"", None, b"x:")
    names.set("ours", "A!$A$1", local=0, hidden=True)
    said = b'<x:definedName name="ours" localSheetId="0" hidden="1">A!$A$1</x:definedName>'
    assert names.to_bytes() == said


def test_names_follow_their_sheets() -> None:
    names = names_in(LIST)
    names.shift(2, 1)
    assert not names.changed
    names.shift(1, 1)
    assert [name.local for name in names.all] == [2, None]
    assert names.to_bytes() == LIST.replace('localSheetId="1"', 'localSheetId="2"').encode()
