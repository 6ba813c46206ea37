"""Who is meant by what the sheets write."""

import pytest

from sheetsync.intake.directory import NO_DIRECTORY, Directory, Member
from sheetsync.model.reminder import Person
from sheetsync.reminders.staff import GROUP, MASKED, NO_CONTACT, SEVERAL, UNKNOWN, UNNAMED, assigned, meant
from sheetsync.text import Text
from tests.unit.reminders.world import matter

OWNER = Text("负责人", "owner")
SENIOR = Text("上级领导", "senior management")

DIRECTORY = Directory(
    (
        Member(name="李娜", departments=("设计部",), role="设计师", email="lina@x.cn", is_contact=True),
        Member(
            name="周涛",
            departments=("设计部",),
            role="主管",
            email="zt@x.cn",
            is_head=True,
            aliases=("周总",),
        ),
        Member(name="王磊", departments=("市场部",), role="经理", feishu_id="ou_1", is_head=True),
        Member(name="张伟", departments=("市场部",), email="zw1@x.cn"),
        Member(name="张伟", departments=("销售部",), email="zw2@x.cn"),
    )
)


def names(who: str | None, role: Text = OWNER, home: str | None = None, **named: str) -> list[str]:
    return [one.name for one in meant(who, role, DIRECTORY, named, home).people]


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("李娜", ["李娜"]),
        ("周总", ["周涛"]),
        ("李娜、王磊", ["李娜", "王磊"]),
        ("李娜、lina@x.cn", ["李娜"]),
        # A contact person speaks for a department, else its head.
        ("设计部", ["李娜"]),
        ("市场部", ["王磊"]),
        ("设计部*设计师", ["李娜"]),
        # Nobody has the post: the head answers for the department.
        ("市场部*专员", ["王磊"]),
    ],
)
def test_a_name_a_department_or_a_post_leads_to_people(who: str, found: list[str]) -> None:
    assert names(who) == found


def test_a_masked_post_is_looked_for_in_the_record_s_department() -> None:
    assert names("*经理", home="市场部") == ["王磊"]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("赵六", UNKNOWN),
        ("张伟", SEVERAL),
        ("销售部", NO_CONTACT),
        ("*经理", MASKED),
        (None, UNNAMED),
        ("、", UNNAMED),
    ],
)
def test_who_cannot_be_told_is_named_with_the_reason(who: str | None, why: Text) -> None:
    found = meant(who, OWNER, DIRECTORY, {}, None)
    assert not found.people
    assert [reason for _, reason in found.lost] == [why]


def test_the_settings_name_who_stands_on_a_rung_that_the_sheets_leave_open() -> None:
    assert names(None, SENIOR, 上级领导="周涛") == ["周涛"]
    assert names(None, Text("发起人、牵头部门", "initiator or lead department"), 牵头部门="王磊") == ["王磊"]


def test_what_the_sheets_say_counts_before_the_settings() -> None:
    assert names("李娜", SENIOR, 上级领导="周涛") == ["李娜"]


def test_the_settings_say_who_is_meant_by_a_word_of_the_sheets() -> None:
    assert names("赵六", 赵六="周涛") == ["周涛"]


def test_without_a_directory_a_name_stands_for_itself() -> None:
    found = meant("赵六、*经理", OWNER, NO_DIRECTORY, {}, None)
    assert [(one.name, one.email) for one in found.people] == [("赵六", None)]
    assert found.lost == (("*经理", MASKED),)


def test_people_of_one_name_are_told_apart_by_department() -> None:
    found = meant("zw2@x.cn", OWNER, DIRECTORY, {}, None)
    assert [(one.name, one.email) for one in found.people] == [("张伟（销售部）", "zw2@x.cn")]


def test_who_stands_on_several_rungs_is_told_as_the_one_nearest_to_the_work() -> None:
    found, _ = assigned([matter("A", "李娜", "周涛", "李娜")], DIRECTORY, {}, {})
    assert [(one.person.name, one.rung.number) for one in found] == [("李娜", 1), ("周涛", 2)]


def test_who_cannot_be_told_is_listed_once_with_all_records() -> None:
    found, lost = assigned([matter("A", "赵六"), matter("B", "赵六")], DIRECTORY, {}, {})
    assert not found
    assert [(one.who, one.records) for one in lost] == [("赵六", ("A", "B"))]


@pytest.mark.parametrize(
    ("posts", "found"),
    [(["PMO"], ["孙敏"]), (["项目管理办公室"], ["孙敏"]), (["PMO", "PMO"], []), (["经理"], [])],
)
def test_the_one_whose_post_a_rung_is_stands_there_where_no_record_says(
    posts: list[str], found: list[str]
) -> None:
    listed = [Member(name=name, role=post) for name, post in zip(("孙敏", "高翔"), posts, strict=False)]
    role = Text("协作管理负责人", "collaboration management")
    assert [one.name for one in meant(None, role, Directory(tuple(listed)), {}, None).people] == found


def test_the_settings_count_before_the_posts_of_the_directory() -> None:
    staff = Directory((Member(name="高翔", role="分管副总"), Member(name="钱进", role="总裁")))
    assert [one.name for one in meant(None, SENIOR, staff, {"上级领导": "钱进"}, None).people] == ["钱进"]


def test_a_post_of_a_department_is_not_guessed() -> None:
    staff = Directory((Member(name="高翔", role="部门负责人"),))
    assert meant(None, Text("部门负责人", "head"), staff, {}, None).people == ()


@pytest.mark.parametrize(
    ("address", "people"),
    [
        ("oc_8a1b", (Person(name="项目群", feishu_id="oc_8a1b"),)),
        ("plan@x.cn", (Person(name="项目群", email="plan@x.cn"),)),
        ("", ()),
    ],
)
def test_the_group_has_the_address_of_the_settings_and_nobody_misses_it(
    address: str, people: tuple[Person, ...]
) -> None:
    found = meant(None, GROUP, DIRECTORY, {"项目群": address}, None)
    assert (found.people, found.lost) == (people, ())
