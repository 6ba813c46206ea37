"""The project's directory: who is in it, and what reading against it promises whatever stands in a cell."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.directory import NO_DIRECTORY, Directory, Member
from sheetsync.intake.interpret import Reading
from sheetsync.intake.people import read_person, read_persons
from sheetsync.intake.readers import Readers
from sheetsync.intake.spellings import Spellings
from sheetsync.intake.wordlist import extended
from sheetsync.model.table import RawValue
from tests.effort import calls

Read = Callable[..., Reading]
HEADER = ["姓名", "部门", "角色", "手机", "是否接口人", "是否部门负责人", "别名"]
ROWS: list[list[RawValue]] = [
    ["张 三", "市场部", "专员", 13800000000, "√", "", "老张、zhangsan"],
    ["李四", "设计", "设计师", "138-0000-0001", "", "否", "小李 四哥"],
    ["王五", "设计部", "设计总监", "", "", "是", ""],
    ["赵六", "技术部、研发部", "部门负责人", "", "", "", ""],
    ["钱九", "", "顾问", "", "", "", ""],
]


@pytest.fixture(scope="module")
def directory(read: Read, forms: Catalogue) -> Directory:
    return Directory.of(read([HEADER, *ROWS]).tables, forms)


def test_a_directory_that_is_filled_in_plainly_is_not_complained_of(read: Read) -> None:
    """Short names, numbers as phones, two departments and ticks are all ways to fill it in."""
    problems = read([HEADER, *ROWS]).problems
    assert [problem.message.zh for problem in problems] == ["必填未填：部门"]


def test_the_same_person_twice_is_told(read: Read) -> None:
    """Two persons of one name in different departments are legal, the same one twice is not."""
    rows = [["张三", "市场部", "专员"], ["张三", "设计部", "设计师"], ["张三", "市场部", "经理"]]
    problems = read([[*HEADER[:3], "手机"], *([*row, ""] for row in rows)]).problems
    assert [problem.row for problem in problems] == [2, 4]


def test_a_list_of_signatures_is_no_directory(read: Read) -> None:
    """Names, departments and roles stand on many sheets; a directory says how to reach somebody."""
    rows = [["张三", "市场部", "专员", ""], ["李四", "设计部", "设计师", ""]]
    assert read([["姓名", "部门", "职务", "签名"], *rows]).tables == ()


def test_departments_are_called_as_the_directory_calls_them(directory: Directory) -> None:
    """A short name is made full; a full name stays, though it is shipped as a synonym of another."""
    assert directory.departments == ("市场部", "设计部", "技术部", "研发部")


def test_a_department_has_heads_and_contacts(directory: Directory) -> None:
    """A tick in the column, or the role itself, makes a head."""
    assert [member.name for member in directory.heads_of("设计部")] == ["王五"]
    assert [member.name for member in directory.heads_of("研发部")] == ["赵六"]
    assert [member.name for member in directory.contacts_of("市场部")] == ["张三"]
    assert directory.heads_of("市场部") == directory.contacts_of("海外部") == ()


@pytest.mark.parametrize(
    ("name", "department"),
    [
        ("张三", "市场部"),
        ("李四", "设计部"),
        ("赵六", "技术部"),
        ("钱九", None),
        ("老张", None),
        ("孙七", None),
    ],
)
def test_where_somebody_works(directory: Directory, name: str, department: str | None) -> None:
    """By name alone; None where the directory does not say."""
    assert directory.department_of(name) == department


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三", "张三"),
        ("老张", "张三"),
        ("ZhangSan", "张三"),
        ("13800000000", "张三"),
        ("四哥", "李四"),
        ("13800000001", "李四"),
    ],
)
def test_whatever_names_somebody_finds_somebody(directory: Directory, text: str, name: str) -> None:
    assert [member.name for member in directory.find(text)] == [name]


def test_a_name_counts_before_an_alias() -> None:
    """Somebody else's nickname does not make a plain name unclear."""
    directory = Directory((Member(name="小白"), Member(name="白雪", aliases=("小白",))))
    assert [member.name for member in directory.find("小白")] == ["小白"]


def test_a_person_listed_twice_is_one_person() -> None:
    """Two sheets may list the same people."""
    twice = Member(name="张三", departments=("市场部",))
    directory = Directory((twice, Member(name="张三", departments=("市场部",), aliases=("老张",))))
    assert directory.find("张三") == (twice,)
    assert directory.is_sole("张三")


def test_no_directory_is_none(read: Read, forms: Catalogue) -> None:
    """A document without a directory, or with an empty one, is read as if there were none."""
    assert not NO_DIRECTORY
    assert not Directory.of(read([HEADER, [""] * len(HEADER)]).tables, forms)
    assert not Directory.of((), forms)


def test_a_team_named_after_its_leader_does_not_take_the_name(forms: Catalogue) -> None:
    """王磊小组 is not called 王磊 for short where 王磊 is somebody."""
    directory = Directory((Member(name="王磊", departments=("王磊小组",)), Member(name="李四")))
    departments = Readers(extended(forms, (), directory)[0], directory).departments
    assert departments.standard("王磊") is None
    assert departments.standard("王磊小组") == "王磊小组"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("市埸部", ("市场部",)),
        ("市场部", ()),
        ("市场", ()),
        ("研发三部", ()),
        ("研法一部", ("研发一部",)),
        ("", ()),
        ("部" * 50, ()),
    ],
)
def test_names_that_differ_in_one_character(text: str, near: tuple[str, ...]) -> None:
    """Names that only count differently are no slips of each other."""
    assert Spellings(["市场部", "研发一部", "研发二部"]).near(text) == near


NAMES = "张王李赵伟芳娜敏静"
members = st.builds(
    Member,
    name=st.text(alphabet=NAMES, min_size=2, max_size=3),
    departments=st.lists(st.sampled_from(["市场部", "设计部", "创意中心"]), max_size=2).map(tuple),
    role=st.none() | st.sampled_from(["专员", "经理", "设计师"]),
    email=st.none() | st.sampled_from(["a@x.com", "b@x.com"]),
    phone=st.none() | st.sampled_from(["13800000000", "13900000000"]),
    aliases=st.lists(st.text(alphabet="ab总工小" + NAMES, min_size=1, max_size=3), max_size=2).map(tuple),
    is_head=st.booleans(),
)
directories = st.lists(members, min_size=1, max_size=6).map(lambda found: Directory(tuple(found)))
TYPED = "*@-/()（）、 ,;:ab13800市场部设计创意中心专员经理师总工等人" + NAMES


@settings(max_examples=200)
@given(directory=directories, raw=st.text(alphabet=TYPED, max_size=30) | st.text(max_size=40))
@example(directory=Directory((Member(name="张三"),)), raw="*" * 40)
def test_no_text_and_no_directory_break_a_reader(directory: Directory, raw: str, forms: Catalogue) -> None:
    """A person is read as somebody, told to be unclear, or kept with a doubt; never made up."""
    departments = Readers(forms, directory).departments
    known = {member.name for member in directory.members}
    cell = read_person(raw, departments)
    assert not cell.broken or (
        cell.doubt is not None and cell.doubt.kind == "error" and cell.doubt.suggestion
    )
    assert cell.value is None or cell.value in known or cell.doubt is not None
    several = read_persons(raw, departments)
    assert several.value is None or isinstance(several.value, tuple)


@settings(max_examples=100)
@given(directory=directories, data=st.data())
def test_a_name_with_its_department_names_the_person(
    directory: Directory, data: st.DataObject, forms: Catalogue
) -> None:
    """What `Member` prints, and what the suggestion to an unclear name shows, is read as that person."""
    member = data.draw(st.sampled_from(directory.members))
    departments = Readers(extended(forms, (), directory)[0], directory).departments
    if len(member.departments) == 1:
        cell = read_person(str(member), departments)
        told = [
            m for m in directory.find(member.name) if m.departments and member.departments[0] in m.departments
        ]
        assert cell.value == (member.name if len(told) == 1 else None)


LONG = ["张三、" * 10_000, "*" * 32_767, "张三-" * 8_000, "(" * 32_767, "a b" * 10_000, "13800000000" * 2_900]
MANY: Sequence[Member] = tuple(
    Member(
        name=f"{chr(0x4E00 + n % 900)}{chr(0x5000 + n // 7)}",
        departments=(f"{n % 200}部",),
        aliases=(f"a{n}",),
    )
    for n in range(5_000)
)


@pytest.mark.parametrize("raw", LONG, ids=lambda raw: raw[:4])
def test_the_longest_cell_is_read_at_once(raw: str, forms: Catalogue) -> None:
    """A full cell costs a fraction of a second, with a directory, too."""
    directory = Directory((Member(name="张三"), Member(name="a", departments=("市场部",))))
    departments = Readers(forms, directory).departments
    read_person(raw, departments)
    read_persons(raw, departments)


def test_strangers_are_not_compared_with_everybody(forms: Catalogue) -> None:
    """A thousand unknown names against five thousand known ones."""
    directory = Directory(tuple(MANY))
    departments = Readers(extended(forms, (), directory)[0], directory).departments
    read_person("某人", departments)
    strangers = [f"{chr(0x4E00 + n % 900)}{chr(0x8000 + n // 7)}" for n in range(1_000)]
    assert calls(lambda: [read_person(name, departments) for name in strangers]) < 400 * 1_000
