"""Which person of the directory one name in a cell stands for, and what to say where that cannot be told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.intake.cell import Doubt
from sheetsync.intake.departments import Departments
from sheetsync.intake.directory import Member
from sheetsync.text import Text

_PIECES = re.compile(r"[\s\-:/<>()\[\]【】_]+")
_ADDRESS = re.compile(r"(.{2,})(?:总监|经理|主任|老师|部长|主管|工程师|总|董|工|等(?:\d{0,3}人)?)")
_POST = re.compile(r".*(?:经理|主管|专员|助理|总监|主任|部长|组长|代表|负责人|接口人|师)")
_LONGEST = 40
"""Longer texts are not taken apart: they name nobody."""
_FEW = 3
"""More names that look alike say nothing of who is meant."""
_SHOWN = 5
"""So many candidates are named."""


@dataclass(slots=True, unsafe_hash=True)
class Person:
    """One person as a cell names them.

    Nobody changes one; why it is not frozen `Problem` tells.

    Args:
        name: The name; `设计部*设计师` where it is masked.
        department: The department beside it, None where there is none.
        doubt: Why the person may not be reached, or what was assumed, if so.
        unclear: True where it may be several persons, so that none is meant.
    """

    name: str
    department: str | None = None
    doubt: Doubt | None = None
    unclear: bool = False


def known(person: Person, part: str, phones: Sequence[str], departments: Departments) -> Person | None:
    """Return who of the directory is meant, None where it does not say.

    Args:
        person: The person as the cell alone tells.
        part: The part of the cell that was read as this person.
        phones: Mobile numbers beside the name.
        departments: What is known of departments, with the directory.
    """
    directory = departments.directory
    found = directory.find(part) or directory.find(person.name)
    if found:
        return _one_of(found, person, phones, departments)
    if "*" in person.name:
        return _unmasked(person, departments)
    if len(part) > _LONGEST:
        return None
    return (
        _in_pieces(person, part, phones, departments)
        or _behind_department(person, phones, departments)
        or _addressed(person, phones, departments)
    )


def is_post(name: str, departments: Departments) -> bool:
    """Tell whether a department and a post in it are named instead of a person: 市场部经理."""
    if len(name) > _LONGEST or not _POST.fullmatch(name):
        return False
    return any(departments.standard(name[:end]) is not None for end in range(2, len(name)))


def stranger(person: Person, departments: Departments) -> Person:
    """Return a person whom the directory does not have, with the doubt that says so."""
    near = departments.directory.near(person.name)
    suggestion = Text("请核对姓名，或把此人补进名册", "check the name, or add the person to the directory")
    if 0 < len(near) <= _FEW:
        suggestion = Text(
            f"如是“{'”“'.join(near)}”请改正，否则把此人补进名册",
            f"correct it if {' or '.join(near)} is meant, else add the person to the directory",
        )
    shown = person.name if len(person.name) <= _LONGEST else f"{person.name[:_LONGEST]}…"
    message = Text(f"名册中没有“{shown}”", f"the directory has no '{shown}'")
    return Person(person.name, person.department, Doubt("warning", message, suggestion))


def _one_of(
    found: Sequence[Member], person: Person, phones: Sequence[str], departments: Departments
) -> Person:
    """Return the one of several persons that the department or the phone beside the name tells."""
    named = person.department
    meant = found
    if named is not None:
        exact = [member for member in found if named in member.departments]
        meant = exact or [member for member in found if _works_in(member, named, departments)]
        if not meant and len(found) == 1:
            return _elsewhere(found[0], named)
    if len(meant) > 1:
        meant = [member for member in meant if member.phone in phones] or meant
    if len(meant) != 1:
        return _unclear(person, meant or found)
    member = meant[0]
    if named is None and member.departments and not departments.directory.is_sole(member.name):
        named = member.departments[0]  # the name alone would not tell which of them
    return Person(member.name, named)


def _works_in(member: Member, department: str, departments: Departments) -> bool:
    """Tell whether a person may work in a department: a part, the whole, or another name of it."""
    return not member.departments or any(
        name.startswith(department) or department.startswith(name) or departments.standard(name) == department
        for name in member.departments
    )


def _elsewhere(member: Member, named: str) -> Person:
    works = "、".join(member.departments)
    message = Text(
        f"名册中“{member.name}”属于{works}，不是{named}",
        f"by the directory {member.name} works in {works}, not in {named}",
    )
    return Person(member.name, named, Doubt("warning", message))


def _unclear(person: Person, found: Sequence[Member]) -> Person:
    listed = "、".join(map(str, found[:_SHOWN])) + ("…" if len(found) > _SHOWN else "")
    message = Text(
        f"名册中有 {len(found)} 位“{person.name}”：{listed}",
        f"the directory has {len(found)} of '{person.name}': {listed}",
    )
    first = found[0]
    suggestion = Text(f"请写明是谁，如 {first}", f"say who is meant, such as {first}")
    return Person(person.name, person.department, Doubt("error", message, suggestion), unclear=True)


def _unmasked(person: Person, departments: Departments) -> Person:
    """Return who a masked name stands for: the one person with that role there, else the head is told of."""
    directory = departments.directory
    before, _, role = person.name.partition("*")
    surname = "" if before == person.department else before
    found = [m for m in directory.with_role(role, person.department) if m.name.startswith(surname)]
    if len(found) == 1:
        name = found[0].name
        message = Text(f"姓名被遮盖，按名册是{name}", f"the name is masked; by the directory it is {name}")
        return Person(name, person.department, Doubt("info", message))
    suggestion = None
    if found:
        listed = "、".join(map(str, found[:_SHOWN])) + ("…" if len(found) > _SHOWN else "")
        suggestion = Text(f"名册中有 {listed}，请写姓名", f"the directory has {listed}; write the name")
    message = person.doubt.message if person.doubt else Text("姓名被遮盖", "the name is masked")
    heads = directory.heads_of(person.department) if person.department else ()
    if heads:
        listed = "、".join(head.name for head in heads)
        message = Text(
            f"姓名被遮盖，消息发给{person.department}负责人{listed}",
            f"the name is masked; messages go to {listed}, head of {person.department}",
        )
    return Person(person.name, person.department, Doubt("warning", message, suggestion))


def _in_pieces(person: Person, part: str, phones: Sequence[str], departments: Departments) -> Person | None:
    """Return the person whom several words name together, such as name and e-mail address."""
    words = [word for word in _PIECES.split(part) if word]
    if len(words) < 2:
        return None
    meant: list[Member] | None = None
    named = person.department
    for word in words:
        found = departments.directory.find(word)
        if found:
            meant = [member for member in found if meant is None or member in meant]
        elif departments.looks_like(word):
            named = departments.standard(word) or word
        else:
            return None
    if not meant:
        return None
    return _one_of(meant, Person(meant[0].name, named), phones, departments)


def _behind_department(person: Person, phones: Sequence[str], departments: Departments) -> Person | None:
    """Return whom a department and a name or a role without a sign between stand for: 市场部经理."""
    name = person.name
    for end in range(min(len(name), _LONGEST) - 1, 1, -1):
        if (department := departments.standard(name[:end])) is None:
            continue
        rest = name[end:]
        if found := departments.directory.find(rest):
            return _one_of(found, Person(rest, department), phones, departments)
        role = departments.directory.with_role(rest, department)
        if len(role) == 1:
            message = Text(f"按名册是{role[0].name}", f"by the directory it is {role[0].name}")
            return Person(role[0].name, department, Doubt("info", message))
        return None
    return None


def _addressed(person: Person, phones: Sequence[str], departments: Departments) -> Person | None:
    """Return whom a name with a form of address behind it stands for: 王磊经理."""
    match = _ADDRESS.fullmatch(person.name)
    found = departments.directory.find(match[1]) if match else ()
    if match is None or not found:
        return None
    return _one_of(found, Person(match[1], person.department), phones, departments)
