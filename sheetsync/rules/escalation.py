"""The escalation ladder: who is told, rung by rung, when a clock runs out (spec 4.4); nobody is told here.

Whoever must act is reminded at the first share of the limit; at each further share one rung above is told,
too. Shares are measured in the unit of the clock: by the wall clock, in working hours or in working days. A
due date without a limit has no beginning: 80 % of it mean nothing, at the due time it is all over, and as
long as `Ladder.after_due` after it counts as another 100 %. What is settled, though late, reaches no rung.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from sheetsync.config.rules import EscalationSettings
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.finding import Finding, Level
from sheetsync.model.rung import Rung
from sheetsync.model.table import Ints, Table
from sheetsync.rules import people
from sheetsync.rules.checks.appointments import departments_of
from sheetsync.rules.parse import RulePack
from sheetsync.rules.rows import Book, Columns, Objects, Rows
from sheetsync.rules.spec import Rule
from sheetsync.text import Text
from sheetsync.worktime import Limit, Moments, WorkTime, moments_of

_CLASSES = "issue_class"
"""The vocabulary of classes that climb faster."""
_DIRECTORY = "directory"
_DEPARTMENTS = ("部门", "发起方")
"""How roles end that a department has; a person stands for it where none is named."""
_YES = "是"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the ladder.

    Args:
        name: What it is called.
        roles: Those who stand on it, as rules call whoever must act.
        fields: Columns that name who that is, the first that is filled counts.
    """

    name: Text
    roles: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()


STEPS: tuple[Step, ...] = (
    Step(name=Text("负责人", "owner"), fields=("owner",)),
    Step(
        name=Text("接口人、部门负责人", "contact or head of the department"),
        roles=frozenset({"接口人", "部门负责人", "协作部门负责人"}),
        fields=("contact", "department_head"),
    ),
    Step(
        name=Text("发起人、牵头部门", "initiator or lead department"),
        roles=frozenset(
            {
                "发起人", "项目发起人", "发起部门", "发起方", "申请人", "项目经理", "主导部门", "牵头部门",
                "发起人或牵头部门",
            }
        ),
        fields=(
            "initiator", "lead_department", "manager", "initiating_department", "applicant", "chair",
            "convener",
        ),
    ),
    Step(
        name=Text("协作管理负责人", "collaboration management"),
        roles=frozenset({"协作管理负责人", "部门总监", "PMO"}),
        fields=("approver",),
    ),
    Step(name=Text("上级领导", "senior management"), roles=frozenset({"上级领导", "分管副总", "高层"})),
)  # fmt: skip
"""The ladder of spec 4.4, from whoever does the work upwards; who is on no other step does the work."""

_OWNERS = frozenset({"负责人", "责任人", "责任部门"})
"""Those for whom the owner of a record stands, where no column names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How a matter climbs; the arguments are those of `config.EscalationSettings`.

    Args:
        shares: Shares of the limit, 1 is all of it, rising.
        first_rung: Word of a class to the rung, from whoever must act, that is told at the first share.
        after_due: What 100 % more mean after a due date without a limit.
        levels: Levels of findings that go beyond whoever must act.
    """

    shares: tuple[float, ...]
    first_rung: Mapping[str, int]
    after_due: Limit
    levels: frozenset[Level]

    @classmethod
    def of(cls, settings: EscalationSettings) -> "Ladder":
        """Return the ladder that a project has set."""
        return cls(
            shares=tuple(share / 100 for share in settings.shares),
            first_rung=dict(settings.first_rung),
            after_due=Limit.parse(settings.after_due),
            levels=frozenset(settings.levels),
        )

    def reached(
        self, started: Moments, due: Moments, limit: Limit | None, worktime: WorkTime
    ) -> Sequence[Moments]:
        """Return when each share is reached; NaT where a share means nothing."""
        found = []
        for share in self.shares:
            if share == 1:
                moments = due
            elif share > 1:
                moments = worktime.part(due, limit or self.after_due, share - 1)
            elif limit is None:
                moments = np.full(len(due), np.datetime64("NaT", "us"))
            else:
                # What is due at a time of day may be due before all of its working day is over.
                moments = np.minimum(worktime.part(started, limit, share), due)
            found.append(moments)
        return found


def climbed(  # noqa: PLR0913 - what a ladder rests on
    findings: Sequence[Finding],
    tables: Sequence[Table],
    packs: Sequence[RulePack],
    *,
    ladder: Ladder,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    beside: Sequence[Table] = (),
    columns: Columns | None = None,
) -> tuple[tuple[Rung, ...], ...]:
    """Return the rungs that each finding, or pending clock, has reached, from whoever must act upwards.

    Args:
        findings: Findings of `evaluate.evaluate`, or clocks of `evaluate.pending`.
        tables: The tables they are about.
        packs: The rules that they come from.
        ladder: How a matter climbs.
        now: Wall clock of the project's zone.
        worktime: The working-time calendar.
        catalogue: The forms and their words.
        beside: Tables of other documents, for who is who.
        columns: What was made of the tables' columns before.

    Returns:
        One tuple for each of `findings`, in their order; empty where nobody is to be told.
    """
    groups: dict[tuple[str, str | None, int, str | None], list[int]] = defaultdict(list)
    numbers = {table.id: number for number, table in enumerate(tables)}
    for place, finding in enumerate(findings):
        account = finding.account
        if account is not None and not finding.done and account.stopped is None:
            groups[finding.rule, finding.variant, numbers[finding.table], account.limit].append(place)
    found: list[tuple[Rung, ...]] = [()] * len(findings)
    if not groups:
        return tuple(found)
    book = Book((*tables, *beside), catalogue, worktime, now, columns=columns or Columns())
    rules = {(rule.id, rule.variant): rule for pack in packs for rule in pack.rules}
    known = _Known(book)
    for (name, variant, number, length), places in groups.items():
        some = [findings[place] for place in places]
        rungs = _rungs(
            some,
            rules[name, variant],
            book.rows[number],
            None if length is None else Limit.parse(length),
            ladder,
            known,
        )
        for place, reached in zip(places, rungs, strict=True):
            found[place] = reached
    return tuple(found)


def acting(
    findings: Sequence[Finding],
    tables: Sequence[Table],
    packs: Sequence[RulePack],
    *,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    beside: Sequence[Table] = (),
) -> tuple[str | None, ...]:
    """Return who must act on each finding, None where no sheet tells; arguments as for `climbed`."""
    groups: dict[tuple[str, str | None, int], list[int]] = defaultdict(list)
    numbers = {table.id: number for number, table in enumerate(tables)}
    for place, finding in enumerate(findings):
        groups[finding.rule, finding.variant, numbers[finding.table]].append(place)
    found: list[str | None] = [None] * len(findings)
    if not groups:
        return tuple(found)
    book = Book((*tables, *beside), catalogue, worktime, now)
    rules = {(rule.id, rule.variant): rule for pack in packs for rule in pack.rules}
    known = _Known(book)
    for (name, variant, number), places in groups.items():
        at = np.array([findings[place].position for place in places], np.int64)
        for place, who in zip(places, known.actors(rules[name, variant], book.rows[number], at), strict=True):
            found[place] = who
    return tuple(found)


def _rungs(
    findings: Sequence[Finding],
    rule: Rule,
    rows: Rows,
    limit: Limit | None,
    ladder: Ladder,
    known: "_Known",
) -> Sequence[tuple[Rung, ...]]:
    """Return the rungs that findings of one rule, in one table, with one limit have reached."""
    accounts = [finding.account for finding in findings if finding.account is not None]
    started = moments_of(account.started for account in accounts)
    due = moments_of(account.due for account in accounts)
    moments = ladder.reached(started, due, limit, rows.book.worktime)
    is_over = [
        (index, over, times)
        for index, times in enumerate(moments)
        if (over := times <= rows.book.instant).any()  # NaT never is
    ]
    if not is_over:
        return [()] * len(findings)
    at = np.array([finding.position for finding in findings], np.int64)
    first = _first(rows, at, ladder)
    climbs = np.array([finding.level in ladder.levels for finding in findings], np.bool_)
    lowest = _step_of(rule.actor)
    found: list[list[Rung]] = [[] for _ in findings]
    # Mere facts do not climb: whoever must act is told, nobody above.
    for above in range(len(STEPS) - lowest if climbs.any() else 1):
        # Whoever must act at the first share; of the others each at one share more, some of them as early.
        share = np.maximum(0, above - first + 1)
        if share.min() > is_over[-1][0]:
            break  # nobody is told as late as that, let alone on the steps above
        number, step = lowest + above, STEPS[lowest + above]
        told = np.zeros(len(findings), np.bool_)
        since = np.full(len(findings), np.datetime64("NaT", "us"))
        for index, over, times in is_over:
            # Where a share means nothing, the first that does counts for those who were to be told by then.
            here = (share <= index) & over & ~told
            told |= here
            since[here] = times[here]
        if above:
            told &= climbs
        places = np.flatnonzero(told)
        if not len(places):
            continue
        names = known.who(rule, rows, step if above else None, at[places])
        said = step.name if above else rule.actor
        for place, who, reached in zip(places.tolist(), names, since[places].tolist(), strict=True):
            found[place].append(Rung(number=number + 1, name=said, who=who, since=reached))
    return [tuple(rungs) for rungs in found]


def _first(rows: Rows, at: Ints, ladder: Ladder) -> Ints:
    """Return the rung, counted from whoever must act, that is told as early as that person."""
    first = np.ones(len(at), np.int64)
    for column in rows.form.columns:
        if column.vocabulary == _CLASSES:
            classes = rows.texts(column.id)[at].tolist()
            first = np.maximum(first, [ladder.first_rung.get(word, 1) for word in classes])
    return first


def _step_of(actor: Text) -> int:
    return next((number for number, step in enumerate(STEPS) if actor.zh in step.roles), 0)


class _Known:
    """Who is who, as far as the tables of a run tell: made once, when somebody asks.

    Args:
        book: All tables.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._heads: dict[str, str] | None = None
        self._homes: dict[str, str] = {}
        self._named: dict[tuple[tuple[str, ...], tuple[str, ...]], Mapping[str, str]] = {}

    def actors(self, rule: Rule, rows: Rows, at: Ints) -> list[str | None]:
        """Return who must act on some records: whom the rule's column names, else who is called so there.

        Rules about several parties name no column, and columns are left empty: an initiator stands on the
        record or its task all the same, and what is the owner's to do is so without being said.
        """
        names = _named(rows, rule.actor_field, at)
        role = rule.actor.zh
        if role in _OWNERS and rows.form.owner is not None:
            names = _or(names, lambda: _named(rows, (rows.form.owner or "",), at))
        step = STEPS[_step_of(rule.actor)]
        # Who stands for a department that is asked is not the contact of the owner's.
        if step is STEPS[2]:
            fields = sorted(
                step.fields, key=lambda field: _is_department(field) != role.endswith(_DEPARTMENTS)
            )
            names = _or(names, lambda: _named(rows, fields, at))
            names = _or(names, lambda: self._of_task(rows, fields, at))
        found: list[str | None] = names.tolist()
        return found

    def who(self, rule: Rule, rows: Rows, step: Step | None, at: Ints) -> list[str | None]:
        """Return who stands on a step for some records; whoever must act where no step is given."""
        if step is None:
            return self.actors(rule, rows, at)
        names = _named(rows, step.fields, at)
        lacking = names == None  # noqa: E711 - elementwise
        if lacking.any():
            beside = (
                self._of_department(rows, at) if step is STEPS[1] else self._of_task(rows, step.fields, at)
            )
            names = np.where(lacking, beside, names)
        found: list[str | None] = names.tolist()
        return found

    def _of_department(self, rows: Rows, at: Ints) -> Objects:
        """Return the contact, or else the head, of the department of each record or of its owner."""
        self._read_directory()
        heads = self._heads or {}
        names = np.full(len(at), None, object)
        owners = rows.texts(rows.form.owner or "")[at].tolist()
        asides = rows.table.asides.get(rows.form.owner or "")
        own = rows.texts(rows.form.department or "")[at].tolist()
        for place, (position, owner) in enumerate(zip(at.tolist(), owners, strict=True)):
            home = (asides[position] if asides is not None else None) or self._homes.get(owner) or own[place]
            names[place] = heads.get(home) if isinstance(home, str) else None
        return names

    def _of_task(self, rows: Rows, fields: Sequence[str], at: Ints) -> Objects:
        """Return who is named by the task that each record is about, or is a part of."""
        names = np.full(len(at), None, object)
        for column in rows.form.columns:
            if not column.refers_to or not rows.has(column.id):
                continue
            tasks = self._tasks(column.refers_to, fields)
            for place, key in enumerate(rows.texts(column.id)[at].tolist() if tasks else ()):
                if names[place] is None and isinstance(key, str):
                    names[place] = tasks.get(key) or tasks.get(key.rpartition("-")[0])
        return names

    def _tasks(self, forms: Iterable[str], fields: Sequence[str]) -> Mapping[str, str]:
        """Return whom the records of some forms, and the wholes of which these are parts, name by id."""
        place = tuple(forms), tuple(fields)
        if place in self._named:
            return self._named[place]
        every = dict.fromkeys(forms)
        for form in tuple(every):
            for other in self._book.of(form):
                every |= dict.fromkeys(other.form.column(other.form.key).refers_to)
        tasks: dict[str, str] = {}
        for rows in (rows for form in every for rows in self._book.of(form)):
            named = _named(rows, fields, np.arange(len(rows)))
            tasks.update(
                (key, name) for key, name in zip(rows.keys.tolist(), named, strict=True) if key and name
            )
        self._named[place] = tasks
        return tasks

    def _read_directory(self) -> None:
        """Learn the department of each person, and who speaks for a department."""
        if self._heads is not None:
            return
        contacts: dict[str, list[str]] = defaultdict(list)
        heads: dict[str, list[str]] = defaultdict(list)
        listed: dict[str, set[str]] = defaultdict(set)
        for rows in self._book.of(_DIRECTORY):
            names = rows.texts("name").tolist()
            is_contact, is_head = rows.among("is_contact", [_YES]), rows.among("is_head", [_YES])
            for place, homes in enumerate(departments_of(rows, "department")):
                name = names[place]
                for home in homes if name else ():
                    listed[name].add(home)
                    if is_contact[place]:
                        contacts[home].append(name)
                    if is_head[place]:
                        heads[home].append(name)
        own = {name: homes.pop() for name, homes in listed.items() if len(homes) == 1}
        self._homes = {**own, **people.homes(self._book.tables)}
        self._heads = {home: "、".join(names) for home, names in {**heads, **contacts}.items()}


def _named(rows: Rows, fields: Iterable[str], at: Ints) -> Objects:
    """Return whom the first filled column of some names, for some records."""
    names: npt.NDArray[np.object_] = np.full(len(at), None, object)
    for field in reversed(tuple(fields)):
        own = rows.texts(field)[at]
        if any(isinstance(name, tuple) for name in own.tolist()):
            own = _joined(own)
        names = np.where(own == None, names, own)  # noqa: E711 - elementwise
    return names


def _or(names: Objects, others: Callable[[], Objects]) -> Objects:
    """Return some names, others where there are none."""
    lacking = names == None  # noqa: E711 - elementwise
    return np.where(lacking, others(), names) if lacking.any() else names


def _is_department(field: str) -> bool:
    return field.endswith("department")


def _joined(names: Objects) -> Objects:
    found = np.full(len(names), None, object)
    found[:] = ["、".join(name) if isinstance(name, tuple) else name for name in names.tolist()]
    return found
