"""`sync`: brings two tables of one form in step, both ways, field by field (DESIGN section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetsync.collector import uncollected
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.mirror.advance import advance, changed
from sheetsync.mirror.guard import Alarm, alarms
from sheetsync.mirror.interrupted import caught_up
from sheetsync.mirror.merge import merge
from sheetsync.mirror.sides import Mapped, Source, mapped, side_of, spelled, value_of, value_said
from sheetsync.model.finding import Problem
from sheetsync.model.mirror import (
    SIDES,
    Action,
    Base,
    Cancelling,
    Conflict,
    Deletion,
    Move,
    Plan,
    Policy,
    Side,
    SideName,
)
from sheetsync.model.rowchange import FieldValue, Setback
from sheetsync.model.syncrun import SyncRun
from sheetsync.operations.syncanchors import without_anchors
from sheetsync.operations.syncaudit import trail
from sheetsync.operations.syncconflicts import choices, disputes, role_of, tab_edits
from sheetsync.operations.syncends import Pair, ReadEnd, one_table, read_ends
from sheetsync.operations.syncfigures import without_leaning
from sheetsync.operations.syncwrite import Outcome, asked_of, write
from sheetsync.ports import Bases
from sheetsync.render.conflicts import Dispute
from sheetsync.text import Language, Text
from sheetsync.worktime import WorkTime

CANCELLED = "已取消"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a sync is bound by.

    Args:
        adopt: Whether two tables that never were in step are united; nothing is deleted then.
        deletion: What becomes of a record that one side deleted.
        prefer: The side that wins every conflict, None where people decide.
        max_delete: How many of the records may be deleted or marked as cancelled, in %.
        confirmed: Whether a person wants that records are deleted for good, and that nearly all may change.
        dry_run: Only say what would be done.
        language: The language of what is written beside people's records.
    """

    adopt: bool = False
    deletion: Deletion = "mark"
    prefer: SideName | None = None
    max_delete: float = 25
    confirmed: bool = False
    dry_run: bool = False
    language: Language = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What a sync came to.

    Args:
        pair: The ends, and their form.
        read: Both ends as they were read.
        mapped: Which columns are kept in step, and which are not.
        plan: What was (in a dry run: would be) done.
        sources: The records of both ends.
        disputes: The conflicts as people see them.
        torn: Conflicts for which people chose one side here and the other one there.
        alarms: Why nothing was written although something was to be.
        written: The sides that were written.
        setbacks: What could not be written, by side.
        failed: A side that could not be written at all, and why; the other one may have been.
        first: True when both were united for the first time.
        dry_run: True when nothing was to be written.
        notes: What the user should know of the documents beside their content.
    """

    pair: Pair
    read: Mapping[SideName, ReadEnd]
    mapped: Mapped
    plan: Plan
    sources: Mapping[SideName, Source]
    disputes: tuple[Dispute, ...] = ()
    torn: tuple[Conflict, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    written: tuple[SideName, ...] = ()
    setbacks: Mapping[SideName, tuple[Setback, ...]] = field(default_factory=dict)
    failed: Mapping[SideName, SheetSyncError] = field(default_factory=dict)
    first: bool = False
    dry_run: bool = False
    notes: tuple[Text, ...] = ()

    @property
    def unconfirmed(self) -> int:
        """How many records are deleted only once a person confirms it."""
        return sum(one.why == "unconfirmed" for one in self.plan.skipped)

    @property
    def exit_code(self) -> int:
        """What a command ends with: 1 where it was stopped, else that of the side that failed worst."""
        worst = max((error.exit_code for error in self.failed.values()), default=0)
        return worst or int(bool(self.alarms))

    def problems(self, side: SideName) -> tuple[Problem, ...]:
        """Return what could not be read of a side's table."""
        return tuple(one for one in self.read[side].problems if one.kind == "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Both ends as the sides of a merge.

    Args:
        read: Both ends as they were read.
        mapped: Which columns are kept in step.
        sides: The sides.
        sources: The records of each.
    """

    read: Mapping[SideName, ReadEnd]
    mapped: Mapped
    sides: Mapping[SideName, Side]
    sources: Mapping[SideName, Source]


def compared(pair: Pair, catalogue: Catalogue, worktime: WorkTime) -> Compared:
    """Read both ends as the sides of a merge.

    Args:
        pair: The ends, and their form.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar.
    """
    form = pair.form
    read = read_ends(pair, catalogue, worktime)
    if pair.left.store is pair.right.store and read["left"].table.id == read["right"].table.id:
        raise one_table(pair.left.address)
    common = mapped(form, read["left"].table, read["right"].table)
    sides: dict[SideName, Side] = {}
    sources: dict[SideName, Source] = {}
    for name in SIDES:
        table = read[name].table
        side, usable = side_of(table, form, common.fields)
        sources[name] = Source(table=table, places=dict(zip(side.keys, usable, strict=True)))
        sides[name] = without_leaning(side, sources[name], read[name].book, common.fields)
    return Compared(read=read, mapped=common, sides=sides, sources=sources)


def sync(
    pair: Pair,
    *,
    catalogue: Catalogue,
    worktime: WorkTime,
    bases: Bases,
    now: datetime,
    terms: Terms,
) -> SyncResult:
    """Bring two tables in step.

    The right side is written first, then the left one; what both agree on moves only as far as both were
    written, so that a run that ends in the middle is made good by the next one.

    Args:
        pair: The ends, and their form.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar.
        bases: What both last agreed on.
        now: Wall clock of the project's zone.
        terms: What the sync is bound by.

    Raises:
        UsageError: A side has more than one table of the form, or both were never in step.
        InputRefusedError: A side cannot be read safely, or has no table of the form.
        RemoteError: A side does not answer.
    """
    form = pair.form
    with uncollected():
        stored = bases.load()
        if stored is None and not terms.adopt:
            raise _never_in_step()
        both = compared(pair, catalogue, worktime)
        # What was agreed on before counts for nothing when two tables are united anew.
        known: Base = {} if stored is None or terms.adopt else stored
        last = None if terms.adopt else bases.last()
        known = caught_up(known, both.sides, last, key=form.key)
        policy = Policy(
            deletion=terms.deletion,
            confirmed=terms.confirmed,
            cancelling=_cancelling(form, catalogue),
            prefer=terms.prefer,
        )
        plan = merge(known, both.sides["left"], both.sides["right"], key=form.key, policy=policy)
        role = role_of(pair.name)
        books = {name: one.book for name, one in both.read.items()}
        picked, torn = choices(plan.conflicts, books, role)
        if picked:
            policy = replace(policy, choices=picked)
            plan = merge(known, both.sides["left"], both.sides["right"], key=form.key, policy=policy)
        plan = without_anchors(plan, both.sides, both.sources, form, both.mapped.fields)
        result = SyncResult(
            pair=pair,
            read=both.read,
            mapped=both.mapped,
            plan=plan,
            sources=both.sources,
            disputes=disputes(plan.conflicts, both.read, both.sources, form),
            torn=torn,
            alarms=alarms(plan, known, both.sides, max_delete=terms.max_delete, confirmed=terms.confirmed),
            first=stored is None,
            dry_run=terms.dry_run,
        )
        if terms.dry_run or result.alarms:
            return result
        if last is not None and last.state == "applying":
            # Were this run to end in the middle, too, nobody would know any more what that one wrote.
            bases.finish(replace(last, state="done"), *changed(stored or {}, known))
            stored = known
        outcome = _carry_out(result, both, known, stored, catalogue, bases, now)
        untold = _tell(result, outcome, role, terms.language)
        return replace(
            result,
            written=tuple(name for name in SIDES if outcome.landed[name]),
            setbacks=outcome.setbacks,
            failed={**untold, **outcome.failed},
        )


def _carry_out(
    result: SyncResult,
    both: Compared,
    known: Base,
    stored: Base | None,
    catalogue: Catalogue,
    bases: Bases,
    now: datetime,
) -> Outcome:
    """Write what a plan asks for, and what both sides agree on since."""
    pair, form, plan = result.pair, result.pair.form, result.plan

    def valued(source: Source, action: Action, name: str, move: Move) -> FieldValue:
        kind = both.mapped.fields[name]
        if action.kind == "mark" or name == form.key:
            return value_said(kind, move.after)
        return value_of(source, action.source, name, kind, move.after)

    actions = {name: spelled(plan.of(name), both.sources[name]) for name in SIDES}
    asked = asked_of(actions, both.sources, form, catalogue, valued)
    touched = {act.key: known.get(act.key) for name in SIDES for act, _ in asked[name]}
    run = SyncRun(
        at=now,
        left=tuple(act for act, _ in asked["left"]),
        right=tuple(act for act, _ in asked["right"]),
        before=touched,
    )
    if touched or stored is None:
        run = bases.begin(run)
    outcome = write(both.read, asked)
    done = {name: {act.key: act for act in outcome.landed[name]} for name in SIDES}
    made = replace(
        plan,
        left=tuple(done["left"].get(act.key, act) for act in plan.left),
        right=tuple(done["right"].get(act.key, act) for act in plan.right),
    )
    after = advance(known, both.sides["left"], both.sides["right"], made, key=form.key, landed=done)
    fresh, forgotten = changed(stored or {}, after)
    if run.number or fresh or forgotten:
        told = trail(pair, both.read, outcome.landed, f"sync {pair.name}", now)
        bases.finish(_ended(run, outcome, both.read), fresh, forgotten, told)
    return outcome


def _ended(run: SyncRun, outcome: Outcome, read: Mapping[SideName, ReadEnd]) -> SyncRun:
    """Return a run as it ended; of a side that failed it stays open what landed: an answer may be lost."""
    remote = {name for name in SIDES if read[name].end.kind != "Excel"}
    doubtful = {*outcome.failed, *(name for name in remote if outcome.setbacks.get(name))}
    return replace(
        run,
        state="applying" if doubtful else "done",
        left=run.left if "left" in doubtful else outcome.landed["left"],
        right=run.right if "right" in doubtful else outcome.landed["right"],
    )


def _tell(
    result: SyncResult, outcome: Outcome, role: str, language: Language
) -> Mapping[SideName, SheetSyncError]:
    """Bring the tabs of conflicts up to date; return the ends where that failed."""
    failed: dict[SideName, SheetSyncError] = {}
    names: Mapping[SideName, str] = {name: result.read[name].end.name for name in SIDES}
    books = [result.read[name].book for name in SIDES]
    edits = tab_edits(result.disputes, books, names, role, language=language)
    seen: set[int] = set()
    for name in SIDES:
        end = result.read[name].end
        if end.presenter is None or name in outcome.failed or id(end.store) in seen:
            continue
        seen.add(id(end.store))
        if not edits:
            continue
        try:
            end.presenter.present(edits, based_on=outcome.versions[name])
        except SheetSyncError as error:
            error.where = error.where or end.address
            failed[name] = error
    return failed


def _cancelling(form: Form, catalogue: Catalogue) -> Cancelling | None:
    """Return how a record of a form is marked as cancelled, None where it has no word for it."""
    for column in form.columns:
        if column.kind == "word" and column.vocabulary is not None:
            words = catalogue.vocabulary(column.vocabulary).words
            if any(word.zh == CANCELLED for word in words):
                return Cancelling(field=column.id, word=CANCELLED)
    return None


def _never_in_step() -> UsageError:
    return UsageError(
        Text("这两张表还没有同步过。", "These two tables were never in step."),
        fix=Text(
            "第一次请加 --adopt：按编号合并，不删除任何行；可先加 --dry-run 看看。",
            "Add --adopt the first time: it unites by id and deletes nothing; look first with --dry-run.",
        ),
    )
