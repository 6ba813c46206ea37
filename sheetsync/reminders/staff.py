"""Who is meant by what the sheets write: names, departments, posts, rungs of the ladder."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sheetsync.model.reminder import Assignment, Lost, Matter, Person
from sheetsync.model.rung import Rung
from sheetsync.text import Text

_BETWEEN = re.compile(r"[、，,；;\n]+")
_ROLES = re.compile(r"[、或/]|和")

_POSTS: Mapping[str, tuple[str, ...]] = {
    "协作管理负责人": ("协作管理负责人", "PMO", "项目管理办公室", "部门总监"),
    "上级领导": ("上级领导", "分管副总", "高层", "总经理"),
}
"""Rungs that no record names, with what the directory may call the one person who stands there."""

GROUP = Text("项目群", "project group")
"""What a receiver is called that is no person: the chat or mailing list of all who work on the project."""

UNNAMED = Text("表里没有写是谁", "the sheets do not say who")
UNKNOWN = Text("名册里没有", "not in the directory")
SEVERAL = Text("名册里不止一人叫这个名字", "the directory has several of that name")
MASKED = Text("打了掩码，名册里查不到这个岗位", "masked, and the directory has no such post")
NO_CONTACT = Text(
    "名册里这个部门没有接口人或负责人", "the directory names no contact or head of the department"
)


class Listed(Protocol):
    """One person of a directory."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def departments(self) -> tuple[str, ...]:
        """Where the person works."""

    @property
    def feishu_id(self) -> str | None:
        """Id in Feishu."""

    @property
    def email(self) -> str | None:
        """E-mail address."""

    @property
    def phone(self) -> str | None:
        """Mobile number."""


class Staff(Protocol):
    """A directory; false where it knows nobody."""

    def __bool__(self) -> bool:
        """Tell whether it knows anybody."""

    @property
    def departments(self) -> Sequence[str]:
        """The departments that somebody works in."""

    def is_sole(self, text: str) -> bool:
        """Tell whether a text is the name of exactly one person."""

    def find(self, text: str) -> Sequence[Listed]:
        """Return the persons that a text may stand for."""

    def with_role(self, role: str, department: str | None = None) -> Sequence[Listed]:
        """Return the persons with a role."""

    def heads_of(self, department: str) -> Sequence[Listed]:
        """Return the heads of a department."""

    def contacts_of(self, department: str) -> Sequence[Listed]:
        """Return the contact persons of a department."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant by a cell.

    Args:
        people: Those who can be told.
        lost: What names nobody who can, with why.
    """

    people: tuple[Person, ...] = ()
    lost: tuple[tuple[str, Text], ...] = ()


def meant(who: str | None, role: Text, staff: Staff, named: Mapping[str, str], home: str | None) -> Found:
    """Return who is meant by what stands on a rung.

    A person counts before a department, which its contact persons speak for, else its heads. Without a
    directory a name stands for itself, and nobody has an address.

    Where the sheets write nothing, it is whom the settings name, else the one whose post that is.

    Args:
        who: What the sheets write; None where they write nothing.
        role: What the rung is called.
        staff: The directory.
        named: Rung, post or other word to who that is, from the settings; of the group its address.
        home: Department of the record, for posts without one.
    """
    if role == GROUP:
        return _group(named.get(GROUP.zh, ""))
    words = [word.strip() for word in _BETWEEN.split(who or "") if word.strip()]
    if not words:
        posts = [part.strip() for part in _ROLES.split(role.zh)]
        words = next(([named[post]] for post in (role.zh, role.en, *posts) if named.get(post)), [])
    if not words:
        holders = _holders(role, staff)
        return Found(holders) if holders else Found(lost=(("", UNNAMED),))
    people: dict[str, Person] = {}
    lost = []
    for word in words:
        found = _one(named.get(word, word), staff, home)
        if isinstance(found, Text):
            lost.append((word, found))
        else:
            people.update((person.name, person) for person in found)
    return Found(tuple(people.values()), tuple(lost))


def _group(address: str) -> Found:
    """Return the project's group as one who can be told; nobody misses it where there is none."""
    if not address:
        return Found()
    if "@" in address:
        return Found((Person(name=GROUP.zh, email=address),))
    return Found((Person(name=GROUP.zh, feishu_id=address),))


def _holders(role: Text, staff: Staff) -> tuple[Person, ...]:
    """Return the one person whose post a rung is, by the directory; nobody where several have it."""
    posts = (staff.with_role(post) for post in _POSTS.get(role.zh, ()))
    return next((tuple(_people(found, staff)) for found in posts if len(found) == 1), ())


def _one(word: str, staff: Staff, home: str | None) -> Sequence[Person] | Text:
    """Return who is meant by one word, or why that is nobody."""
    if not staff:
        return MASKED if "*" in word else [Person(name=word)]
    found = staff.find(word)
    if len(found) == 1:
        return [_person(found[0], staff)]
    if found:
        return SEVERAL
    if word in staff.departments:
        return _people(staff.contacts_of(word) or staff.heads_of(word), staff) or NO_CONTACT
    if "*" in word:
        where, _, post = word.partition("*")
        department = where or home
        sole = staff.with_role(post, department) if department else ()
        heads = staff.heads_of(department) if department else ()
        return _people(sole if len(sole) == 1 else heads, staff) or MASKED
    return UNKNOWN


def _people(found: Iterable[Listed], staff: Staff) -> list[Person]:
    return [_person(one, staff) for one in found]


def _person(one: Listed, staff: Staff) -> Person:
    sole = staff.is_sole(one.name) or not one.departments
    return Person(
        name=one.name if sole else f"{one.name}（{one.departments[0]}）",
        feishu_id=one.feishu_id,
        email=one.email,
        phone=one.phone,
    )


def assigned(
    matters: Iterable[Matter], staff: Staff, named: Mapping[str, str], homes: Mapping[str, str]
) -> tuple[tuple[Assignment, ...], tuple[Lost, ...]]:
    """Return who is to be told of which matter, and whom nobody can tell.

    Args:
        matters: All matters.
        staff: The directory.
        named: Rung, post or other word to who that is, from the settings.
        homes: Department of a matter's record by the matter's key, where the row tells.
    """
    found: list[Assignment] = []
    lost: dict[tuple[str, Text, Text], dict[str, None]] = {}
    for matter in matters:
        told: set[str] = set()
        for rung, people, nobody in _each(matter, staff, named, homes):
            for who, why in nobody:
                lost.setdefault((who, rung.name, why), {})[matter.record or matter.name or matter.sheet] = (
                    None
                )
            # Who stands on several rungs is told once, as the one nearest to the work.
            found += [Assignment(matter, one, rung) for one in people if one.name not in told]
            told.update(one.name for one in people)
    listed = (
        Lost(who=who, role=role, why=why, records=tuple(records))
        for (who, role, why), records in lost.items()
    )
    return tuple(found), tuple(listed)


def _each(
    matter: Matter, staff: Staff, named: Mapping[str, str], homes: Mapping[str, str]
) -> Iterator[tuple[Rung, tuple[Person, ...], tuple[tuple[str, Text], ...]]]:
    for rung in matter.rungs:
        found = meant(rung.who, rung.name, staff, named, homes.get(matter.key))
        yield rung, found.people, found.lost
