"""The project's directory (form B1): its persons and departments, found by what people write for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import pandas as pd

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.normalise import clean, fold, is_chinese, split
from sheetsync.intake.spellings import Spellings
from sheetsync.intake.words import WordReader
from sheetsync.model.table import Table

FORM = "directory"
"""Id of the form that lists persons and departments."""
DEPARTMENTS = "departments"
"""Name of the vocabulary of departments."""
FULL_ENDINGS = ("部", "部门", "中心", "事业部", "科室", "小组", "分公司")
"""How the full name of a department ends; what ends otherwise may be a short form."""

_Key = TypeVar("_Key")
_YES = "是"
_HEAD, _CONTACT = "部门负责人", "接口人"
_HEADS = frozenset({_HEAD, "负责人"})
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_INSIDE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_WIDE = str.maketrans("()", "（）")
_MOBILE = 11
"""Digits of a mobile number without the code of the country."""
_LONGEST = 60
"""Longer texts name nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person of the directory.

    Args:
        name: The name as the directory writes it, without spaces between Chinese characters.
        departments: Where the person works; mostly one, none where the directory does not say.
        role: What the person does there, such as 设计师.
        feishu_id: Id in Feishu.
        email: E-mail address.
        phone: Mobile number, digits only.
        aliases: What else people write for the person.
        is_contact: True for a contact person (接口人) of the department.
        is_head: True for a head of the department.
    """

    name: str
    departments: tuple[str, ...] = ()
    role: str | None = None
    feishu_id: str | None = None
    email: str | None = None
    phone: str | None = None
    aliases: tuple[str, ...] = ()
    is_contact: bool = False
    is_head: bool = False

    def __str__(self) -> str:
        return f"{self.name}（{'、'.join(self.departments)}）" if self.departments else self.name


@dataclass(frozen=True)
class Directory:
    """Everybody the project knows; false where it knows nobody.

    Args:
        members: The persons in the order of the sheets.
    """

    members: tuple[Member, ...] = ()

    @classmethod
    def of(cls, tables: Sequence[Table], catalogue: Catalogue) -> "Directory":
        """Return the directory that the tables of form `directory` among `tables` make up.

        Args:
            tables: Tables of a document, typed in full and without a directory.
            catalogue: The shipped vocabularies, for the full names of departments written short.
        """
        vocabulary = catalogue.vocabularies.get(DEPARTMENTS)
        words = WordReader(vocabulary) if vocabulary else None
        spelled: dict[str, str] = {}
        members = [
            member
            for table in tables
            if table.form == FORM
            for record in _records(table.frame)
            if (member := _member(record, words, spelled)) is not None
        ]
        return cls(tuple(members))

    def __bool__(self) -> bool:
        return bool(self.members)

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """The departments that somebody works in, in the order of the sheets."""
        return tuple(dict.fromkeys(name for member in self.members for name in member.departments))

    def is_sole(self, text: str) -> bool:
        """Tell whether `text` is, letter by letter, the name of exactly one person."""
        return text in self._sole

    def find(self, text: str) -> tuple[Member, ...]:
        """Return the persons that `text` may stand for; a name counts before whatever else names somebody.

        Args:
            text: A name, alias, e-mail address or its first part, Feishu id, or mobile number.
        """
        if not self.members or len(text) > _LONGEST:
            return ()
        key = fold(text)
        return self._by_name.get(key) or self._by_handle.get(key) or self._by_account.get(key) or ()

    def with_role(self, role: str, department: str | None = None) -> tuple[Member, ...]:
        """Return the persons with a role, such as 设计师, in a department or anywhere."""
        if department is not None and role in _HEADS:
            return self.heads_of(department)
        if department is None:
            return self._by_role.get(fold(role), ())
        return self._by_post.get((fold(role), department), ())

    def heads_of(self, department: str) -> tuple[Member, ...]:
        """Return the heads of a department."""
        return tuple(member for member in self._staff.get(department, ()) if member.is_head)

    def contacts_of(self, department: str) -> tuple[Member, ...]:
        """Return the contact persons (接口人) of a department."""
        return tuple(member for member in self._staff.get(department, ()) if member.is_contact)

    def department_of(self, name: str) -> str | None:
        """Return where the one person of this name works, None where that cannot be told."""
        found = self._by_name.get(fold(name), ())
        return found[0].departments[0] if len(found) == 1 and found[0].departments else None

    def near(self, name: str) -> tuple[str, ...]:
        """Return the names that differ from `name` in one character."""
        return self._spellings.near(name)

    @cached_property
    def _sole(self) -> frozenset[str]:
        return frozenset(found[0].name for found in self._by_name.values() if len(found) == 1)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Member, ...]]:
        return _index((fold(member.name), member) for member in self.members)

    @cached_property
    def _by_handle(self) -> Mapping[str, tuple[Member, ...]]:
        return _index((fold(handle), member) for member in self.members for handle in _handles(member))

    @cached_property
    def _by_account(self) -> Mapping[str, tuple[Member, ...]]:
        return _index(
            (fold(member.email.partition("@")[0]), member) for member in self.members if member.email
        )

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Member, ...]]:
        return _index((fold(role), member) for member in self.members for role in _roles(member))

    @cached_property
    def _by_post(self) -> Mapping[tuple[str, str], tuple[Member, ...]]:
        return _index(
            ((fold(role), department), member)
            for member in self.members
            for role in _roles(member)
            for department in member.departments
        )

    @cached_property
    def _staff(self) -> Mapping[str, tuple[Member, ...]]:
        return _index((name, member) for member in self.members for name in member.departments)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings([member.name for member in self.members])


NO_DIRECTORY = Directory()


def mobile(text: str) -> str:
    """Return a mobile number as the directory holds it: eleven digits."""
    return "".join(letter for letter in text if letter in "0123456789")[-_MOBILE:]


def _records(frame: pd.DataFrame) -> Iterable[dict[str, str]]:
    """Yield each record's cells that say something."""
    columns = [(str(name), frame[name].tolist()) for name in frame.columns]
    for row in range(len(frame)):
        yield {name: cells[row] for name, cells in columns if isinstance(cells[row], str)}


def _member(record: Mapping[str, str], words: WordReader | None, spelled: dict[str, str]) -> Member | None:
    name = _name(record.get("name", ""))
    if not name:
        return None
    role = record.get("role")
    return Member(
        name=name,
        departments=_departments(record.get("department", ""), words, spelled),
        role=clean(role) if role else None,
        feishu_id=record.get("feishu_id"),
        email=record.get("email"),
        phone=mobile(record.get("phone", "")) or None,
        aliases=_aliases(record.get("aliases", "")),
        is_contact=record.get("is_contact") == _YES or role == _CONTACT,
        is_head=record.get("is_head") == _YES or role == _HEAD,
    )


def _name(typed: str) -> str:
    """Return a name as written, without spaces between Chinese characters; 张伟（小） keeps its brackets."""
    name = _INSIDE.sub("", clean(typed))
    return name.translate(_WIDE) if "（" in typed else name


def _departments(text: str, words: WordReader | None, spelled: dict[str, str]) -> tuple[str, ...]:
    """Return the departments in a cell: full names as written, short ones as the usual full name."""
    names: list[str] = []
    for part in split(clean(text.replace("\n", ";"))):
        usual = words.standard(part) if words else None
        whole = usual is None or (part.endswith(FULL_ENDINGS) and fold(part) != fold(usual))
        names.append(spelled.setdefault(fold(part), part if whole or usual is None else usual))
    return tuple(dict.fromkeys(names))


def _aliases(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in split(clean(text.replace("\n", ";"))):
        words = part.split(" ")
        found.extend(words if all(is_chinese(word) for word in words) else [part])
    return tuple(dict.fromkeys(found))


def _handles(member: Member) -> list[str]:
    """Return what names a person beside the name; of 张伟（小） also the bare name."""
    bare = _BRACKETS.sub("", member.name).strip()
    given = [member.feishu_id, member.email, member.phone, *member.aliases]
    given.append(bare if bare != member.name else None)
    return [handle for handle in given if handle]


def _roles(member: Member) -> list[str]:
    """Return a role as it stands and without the department before it: 设计部设计师 is 设计师 there."""
    if member.role is None:
        return []
    short = [member.role.removeprefix(department) for department in member.departments]
    return [role for role in dict.fromkeys([member.role, *short]) if role]


def _index(pairs: Iterable[tuple[_Key, Member]]) -> Mapping[_Key, tuple[Member, ...]]:
    """Return the members by key; a person who stands there twice is one person."""
    found: dict[_Key, dict[tuple[str, tuple[str, ...]], Member]] = {}
    for key, member in pairs:
        if key:
            found.setdefault(key, {}).setdefault((member.name, member.departments), member)
    return {key: tuple(members.values()) for key, members in found.items()}
