"""Person cells: one name or several, with departments, phones and signs taken off, masked names kept."""

import re
from collections.abc import Sequence

from sheetsync.intake.cell import EMPTY, Cell, Doubt, failed
from sheetsync.intake.departments import Departments
from sheetsync.intake.directory import mobile
from sheetsync.intake.members import Person, is_post, known, stranger
from sheetsync.intake.normalise import (
    as_text,
    clean,
    is_chinese,
    is_open_end,
    split,
)
from sheetsync.intake.nothing import nothing
from sheetsync.model.finding import ProblemKind
from sheetsync.model.table import RawValue
from sheetsync.text import Text, join

_PHONE = re.compile(r"(?:\+?86[- ]?)?(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_PAIR = re.compile(r"(?P<first>[^-:：]+)[-:：](?P<second>[^-:：]+)")
_GROUPS = frozenset(
    {"全体", "各部门", "所有人", "全员", "大家", "全体成员", "各部门负责人", "全体人员", "所有成员"}
)
_ALIAS = re.compile(r"[\u4e00-\u9fff](?:总|董|工|老师|主任|经理|总监|部长|主管)|[\u4e00-\u9fff]{2}总")
_AND = re.compile(r"(?<=[\u4e00-\u9fff]{2})[和与及&+](?=[\u4e00-\u9fff]{2})")
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN = re.compile(r"[\u4e00-\u9fff]{1,4}")
"""Nearly every cell: nothing stands beside such a name, and nothing parts it."""
_LONGEST = 40
_SAID = 10
"""So many doubts of one cell are told."""
_WORST_FIRST: tuple[ProblemKind, ...] = ("error", "warning", "info")


def read_person(raw: RawValue, departments: Departments) -> Cell:
    """Read a cell that must name exactly one person.

    Args:
        raw: The cell.
        departments: To tell a department from a person; with the directory, whom the project knows.

    Returns:
        The name, and beside it the department the cell names.
    """
    directory = departments.directory
    if isinstance(raw, str) and directory.is_sole(raw):
        return Cell(raw)
    text = as_text(raw)
    if (early := nothing(text)) is not None:
        return early
    if is_open_end(text):
        return Cell(doubt=Doubt("warning", Text("还没有定人", "nobody named yet")))
    return _single(text, departments)


def _single(text: str, departments: Departments) -> Cell:
    directory = departments.directory
    phones = [mobile(found) for found in _PHONE.findall(clean(text))] if directory else []
    names = _names(text, departments) or phones[:1]
    if len(names) > 1:
        one = _one(names, departments) if directory else None
        return _too_many(names) if one is None else _cell(one)
    name = names[0] if names else ""
    person = _person(name, departments)
    if directory and (member := known(person, name, phones, departments)) is not None:
        return _cell(member)
    if (wrong := _no_person(person.name, name, text, departments)) is not None:
        return wrong
    return _cell(stranger(person, departments) if directory else person)


def read_persons(raw: RawValue, departments: Departments) -> Cell:
    """Read a cell that names any number of persons, departments or groups; a tuple of names."""
    text = as_text(raw)
    if (early := nothing(text)) is not None:
        # Nobody is an answer to "who helps"; a blank cell is not (spec 7.2).
        return Cell(()) if early is EMPTY and text.strip() else early
    if is_open_end(text):
        return Cell(doubt=Doubt("warning", Text("还没有定人", "nobody named yet")))
    people = [_anybody(name, departments) for name in _names(text, departments) if _LETTER.search(name)]
    if not people:
        return failed(
            f"“{text[:20]}”不是姓名",
            f"'{text[:20]}' are no names",
            Text("写姓名，用“、”分隔", "write names with commas between"),
        )
    return Cell(tuple(dict.fromkeys(person.name for person in people)), _together(people))


def _cell(person: Person) -> Cell:
    if person.unclear:
        return Cell(doubt=person.doubt, broken=True)
    return Cell(person.name, person.doubt, aside=person.department)


def _anybody(name: str, departments: Departments) -> Person:
    """Return the person, department or group that one part of a cell names."""
    person = _person(name, departments)
    if not departments.directory or person.name in _GROUPS:
        return person
    if (member := known(person, name, (), departments)) is not None:
        return member
    group = departments.looks_like(person.name) or is_post(person.name, departments)
    return person if group else stranger(person, departments)


def _one(names: Sequence[str], departments: Departments) -> Person | None:
    """Return the one person whom several names in a cell stand for, such as 张三/zhangsan."""
    people = {known(_person(name, departments), name, (), departments) for name in names[:_SAID]}
    if len(names) > _SAID or len(people) > 1:
        return None
    person = people.pop()
    return None if person is None or person.unclear else person


def _together(people: Sequence[Person]) -> Doubt | None:
    """Return the doubts about several persons as one, as severe as the worst of them."""
    doubts = list(dict.fromkeys(person.doubt for person in people if person.doubt is not None))
    if not doubts:
        return None
    kinds = {doubt.kind for doubt in doubts}
    messages = [doubt.message for doubt in doubts[:_SAID]]
    if len(doubts) > _SAID:
        messages.append(Text(f"共 {len(doubts)} 处", f"{len(doubts)} in all"))
    advice = list(dict.fromkeys(doubt.suggestion for doubt in doubts[:_SAID] if doubt.suggestion))
    return Doubt(
        next(kind for kind in _WORST_FIRST if kind in kinds), join(messages), join(advice) if advice else None
    )


def _too_many(names: Sequence[str]) -> Cell:
    both = "、".join(names)
    return failed(
        f"只能有一个负责人，这里有 {both}",
        f"only one person can be responsible; here are {both}",
        Text(f"只写 {names[0]}，其余写到协作人", f"write {names[0]} only; the others are helpers"),
    )


def _no_person(name: str, part: str, typed: str, departments: Departments) -> Cell | None:
    """Return the refusal of what names no single person, None where it may."""
    if name in _GROUPS:
        return failed(f"“{name}”不是一个人", f"'{name}' is not one person", _ONE_NAME)
    if name and departments.looks_like(name):
        return failed(f"“{name}”是部门，不是人", f"'{name}' is a department, not a person", _ONE_NAME)
    if _ALIAS.fullmatch(name if departments.directory else part):
        advice = _ONE_NAME
        if departments.directory:
            advice = Text(
                f"请写姓名，或在名册的“别名”里加上“{name}”",
                f"write the name, or add '{name}' to the other names in the directory",
            )
        return failed(f"“{name}”是称呼，认不出是谁", f"'{name}' is a form of address", advice)
    if not _LETTER.search(name):
        return failed(f"“{typed[:20]}”不是姓名", f"'{typed[:20]}' is not a name", _ONE_NAME)
    return None


def _names(text: str, departments: Departments) -> list[str]:
    """Return the parts of a cell that each name somebody, phones taken off."""
    if _PLAIN.fullmatch(text):
        return [text]
    plain = _PHONE.sub(" ", clean(text.replace("\n", ";")))
    found: list[str] = []
    for part in split(plain.replace("@", ";") if plain.count("@") > 1 and "." not in plain else plain):
        if departments.directory.find(part):
            found.append(part)
            continue
        for name in _AND.split(part) if len(part) <= _LONGEST else [part]:
            found.extend(_apart(name.strip(), departments))
    return [name for name in found if name]


def _apart(part: str, departments: Departments) -> list[str]:
    """Part Chinese names at spaces: 张三 李四 are two, 张 三 is one, 市场部 张三 and 张三 市场部 are one."""
    words = part.split(" ")
    if len(words) == 1 or not all(is_chinese(word) for word in words):
        return [part]
    named = [word for word in words if departments.looks_like(word)]
    if len(named) == 1:
        others = [word for word in words if word != named[0]]
        if len(others) == 1 or any(len(word) == 1 for word in others):
            return [f"{named[0]}-{''.join(others)}"]
    if min(len(word) for word in words) == 1:
        return ["".join(words)]
    return words


def _person(part: str, departments: Departments) -> Person:
    """Return the person that one part of a cell names."""
    if _PLAIN.fullmatch(part):
        return Person(part)
    department = None
    if (beside := _BRACKETS.search(part)) is not None:
        bare, inside = _BRACKETS.sub("", part).strip(), beside[1].strip()
        if inside and departments.looks_like(bare) and not departments.looks_like(inside):
            bare, inside = inside, bare
        if bare:
            part, department = bare, _department(inside, departments)
    part = part.removeprefix("@").strip() or part
    if (pair := _PAIR.fullmatch(part)) is not None:
        first, second = pair["first"].strip(), pair["second"].strip()
        if departments.looks_like(first):
            part, department = second, _department(first, departments)
        elif departments.looks_like(second):
            part, department = first, _department(second, departments)
    if "*" in part:
        return _masked(part, department, departments)
    return Person(part, department)


def _masked(part: str, department: str | None, departments: Departments) -> Person:
    """Return a person whose name is masked: a department and a role stand for them."""
    before, _, role = part.partition("*")
    inside = _department(before, departments) if before and departments.looks_like(before) else None
    head = inside or department
    message = (
        Text(f"姓名被遮盖，消息发给{head}负责人", f"the name is masked; messages go to the head of {head}")
        if head
        else Text(
            "姓名被遮盖，消息发给部门负责人", "the name is masked; messages go to the department's head"
        )
    )
    name = f"{inside or before}*{role.replace('*', '')}" if role else part
    return Person(name, head, Doubt("warning", message))


def _department(text: str, departments: Departments) -> str | None:
    text = text.strip()
    return departments.standard(text) or (text if departments.looks_like(text) else None)


_ONE_NAME = Text("请写一个人的姓名", "write the name of one person")
