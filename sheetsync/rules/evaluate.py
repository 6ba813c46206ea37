"""Rule packs over tables: every rule's check is asked once a table, and its masks become findings here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.course import Attainment, Clocks
from sheetsync.model.finding import LEVELS, Account, Finding, Level, Plan, Status
from sheetsync.model.order import NO_ORDERS, Orders
from sheetsync.model.past import NO_PAST, Past
from sheetsync.model.table import Bools, Ints, RawValue, Table
from sheetsync.rules import wording
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.checks.registry import CHECKS
from sheetsync.rules.parse import RulePack
from sheetsync.rules.rows import Book, Columns, Rows
from sheetsync.rules.spec import Rule
from sheetsync.worktime import Moments, WorkTime

Watched = tuple[str, str, RawValue | None]
"""Field, header and cell as typed of what a finding is about."""


_LONG = timedelta(days=20_000)
"""After that every clock has run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What rules say of tables.

    Args:
        findings: Where they are not met, table by table, row by row, the worst first.
        limits: How each rule's limit was kept, in the order of the packs. A clock that still runs says
            nothing yet; one that ran out counts, whether it was stopped or not.
    """

    findings: tuple[Finding, ...]
    limits: tuple[Attainment, ...]


def evaluate(
    tables: Sequence[Table],
    packs: Sequence[RulePack],
    *,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    past: Past = NO_PAST,
    beside: Sequence[Table] = (),
    orders: Orders = NO_ORDERS,
) -> tuple[Finding, ...]:
    """Return every finding of the packs' rules; the arguments are those of `evaluated`."""
    return evaluated(
        tables,
        packs,
        now=now,
        worktime=worktime,
        catalogue=catalogue,
        past=past,
        beside=beside,
        orders=orders,
    ).findings


def evaluated(  # noqa: PLR0913 - what rules look into beside the tables
    tables: Sequence[Table],
    packs: Sequence[RulePack],
    *,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    past: Past = NO_PAST,
    beside: Sequence[Table] = (),
    orders: Orders = NO_ORDERS,
    columns: Columns | None = None,
) -> Evaluation:
    """Return what the packs' rules say of tables.

    Args:
        tables: The tables of a document; rules look from one into the other.
        packs: The rules.
        now: The wall clock of the project's time zone.
        worktime: The working-time calendar.
        catalogue: The forms and their words.
        past: What was seen of the records before, this reading included.
        beside: Tables of other documents that rules may look into; they are not judged here.
        orders: What changes in force order of other cells.
        columns: What was made of the tables' columns before.
    """
    book = Book((*tables, *beside), catalogue, worktime, now, past, orders, columns or Columns())
    rules = [rule for pack in packs for rule in pack.rules if rule.enabled]
    found: list[Finding] = []
    limits, of_form = _Limits(rules), _by_form(rules)
    for rows in book.rows[: len(tables)]:
        of_table: list[Finding] = []
        for rule, hits, fires in _unsuppressed(of_form[rows.form.id], rows, limits):
            if fires.any():
                of_table += _findings(rule, rows, hits, np.flatnonzero(fires))
        found += sorted(of_table, key=_order)
    return Evaluation(findings=tuple(found), limits=limits.told())


class _Limits:
    """Counts how limits were kept."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._titles = {rule.id: rule.title for rule in rules if _is_limited(rule)}
        self._clocks: dict[str, list[Clocks]] = {}

    def add(self, rule: Rule, rows: Rows, hits: Hits, meant: Bools) -> None:
        """Count the clocks of one rule over one table."""
        if rule.id not in self._titles or hits.due is None or hits.started is None:
            return
        known = meant & ~np.isnat(hits.due) & ~np.isnat(hits.started)
        stopped = rows.none() if hits.stopped is None else ~np.isnat(hits.stopped)
        late = known & hits.fires & ((hits.due < rows.book.instant) | stopped)
        # What stopped late and is held against nobody did not run, or nobody knows when it really stopped.
        in_time = rows.none() if hits.stopped is None else known & ~late & (hits.stopped <= hits.due)
        ended = late | in_time
        clocks = Clocks(table=rows.table.id, rows=rows.table.rows[ended], kept=in_time[ended])
        self._clocks.setdefault(rule.id, []).append(clocks)

    def told(self) -> tuple[Attainment, ...]:
        """Return the counts of the rules that were asked."""
        return tuple(
            Attainment(
                rule=rule,
                title=title,
                kept=sum(int(one.kept.sum()) for one in clocks),
                ended=sum(len(one.kept) for one in clocks),
                clocks=tuple(clocks),
            )
            for rule, title in self._titles.items()
            if (clocks := self._clocks.get(rule)) is not None
        )


def pending(
    tables: Sequence[Table],
    packs: Sequence[RulePack],
    *,
    share: float,
    now: datetime,
    worktime: WorkTime,
    catalogue: Catalogue,
    past: Past = NO_PAST,
    beside: Sequence[Table] = (),
) -> tuple[Finding, ...]:
    """Return the clocks that have not run out, as the findings that they will be if nobody acts.

    Only limits are clocks in this sense: a due date without one has no beginning.

    Args:
        tables: As for `evaluate`, like all others that are not named here.
        packs: The rules.
        share: How much of the limit must have run, 1 is all of it.
        now: The wall clock of the project's time zone.
        worktime: The working-time calendar.
        catalogue: The forms and their words.
        past: What was seen of the records before.
        beside: Tables of other documents.
    """
    book = Book((*tables, *beside), catalogue, worktime, now, past)
    # What runs out some day, if all stays as it is, is what runs now: no check needs to be told twice.
    later = Book(book.tables, catalogue, worktime, now + _LONG, past)
    rules = [rule for pack in packs for rule in pack.rules if rule.enabled and _is_limited(rule)]
    found: list[Finding] = []
    of_form = _by_form(rules)
    for rows, then in zip(book.rows[: len(tables)], later.rows, strict=False):
        of_table: list[Finding] = []
        for rule, hits, fires in _unsuppressed(of_form[then.form.id], then):
            if hits.limit is None or hits.started is None or hits.due is None:
                continue
            runs = fires & (hits.due >= book.instant)
            runs &= worktime.part(hits.started, hits.limit, share) <= book.instant
            if hits.done is not None:
                runs &= ~hits.done
            of_table += _findings(rule, rows, hits, np.flatnonzero(runs))
        found += sorted(of_table, key=_order)
    return tuple(found)


def _is_limited(rule: Rule) -> bool:
    # To ask a rule for what its check does not know is dear.
    return _knows_limit(type(rule)) and getattr(rule, "limit", None) is not None


@cache
def _knows_limit(check: type[Rule]) -> bool:
    return "limit" in check.model_fields


def _by_form(rules: Sequence[Rule]) -> Mapping[str, Sequence[Rule]]:
    """Return the rules that judge each form, in their order."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for form in rule.forms:
            found[form].append(rule)
    return found


def _unsuppressed(
    rules: Sequence[Rule], rows: Rows, limits: _Limits | None = None
) -> list[tuple[Rule, Hits, Bools]]:
    """Ask every rule of a form, and keep of each what no other rule says already; count its clocks."""
    asked: list[tuple[Rule, Hits, Bools]] = []
    silenced: dict[str, Bools] = {}
    for rule in rules if len(rows) else ():
        meant = rows.when(rule.when)
        if not meant.any():
            continue
        hits = CHECKS[rule.check](rule, rows)
        fires = hits.fires & meant
        if limits is not None:
            limits.add(rule, rows, hits, meant)
        asked.append((rule, hits, fires))
        for other in rule.suppresses:
            silenced[other] = silenced.get(other, rows.none()) | fires
    return [
        (rule, hits, fires & ~silenced[rule.id] if rule.id in silenced else fires)
        for rule, hits, fires in asked
    ]


def _findings(rule: Rule, rows: Rows, hits: Hits, places: Ints) -> list[Finding]:
    """Return the findings of one rule at some places of a table."""
    count = len(places)
    if not count:
        return []
    levels = _levels(rule, hits, places)
    done = [False] * count if hits.done is None else hits.done[places].tolist()
    watched = _watched(rows, hits, places)
    owners = rows.texts(rows.form.owner)[places].tolist() if rows.form.owner else [None] * count
    accounts, plans = _accounts(rows, hits, places), _plans(hits, places)
    said = _said(rule, rows, hits, places, watched)
    messages = wording.fill(rule.message, said, count)
    steps = wording.fill(rule.step, said, count)
    if any(done):
        late = wording.fill(wording.DONE, said, count)
        messages = [late[n] if done[n] else messages[n] for n in range(count)]
        steps = [wording.DONE_STEP if done[n] else steps[n] for n in range(count)]
    if hits.first_seen is not None:
        for n in np.flatnonzero(hits.first_seen[places]).tolist():
            messages[n] = wording.followed_by(messages[n], wording.FIRST_SEEN)
    table_rows, keys = rows.table.rows[places].tolist(), rows.keys[places].tolist()
    table, positions = rows.table.id, places.tolist()
    # Asked for once: to ask a rule for something is dear.
    name, variant, actor = rule.id, rule.variant, rule.actor
    status_of = {level: rule.word_status(level) for level in set(levels)}
    return [
        Finding(
            rule=name,
            variant=variant,
            level=levels[n],
            status=Status.NORMAL if done[n] else status_of[levels[n]],
            table=table,
            position=positions[n],
            row=table_rows[n],
            key=keys[n],
            field=watched[n][0],
            column=watched[n][1],
            value=watched[n][2],
            account=accounts[n],
            plan=plans[n],
            overdue=_overdue(accounts[n], rows.book.now),
            actor=actor,
            owner=owners[n],
            message=messages[n],
            step=steps[n],
            done=done[n],
        )
        for n in range(count)
    ]


def _levels(rule: Rule, hits: Hits, places: Ints) -> list[Level]:
    levels = np.full(len(places), rule.level, object)
    if hits.mild is not None:
        levels[hits.mild[places]] = rule.mild_level
    if hits.done is not None:
        levels[hits.done[places]] = "info"
    found: list[Level] = levels.tolist()
    return found


def _watched(rows: Rows, hits: Hits, places: Ints) -> list[Watched]:
    """Return field, header and cell as typed of what each finding is about."""
    if hits.watch_form is not None:
        form = rows.book.catalogue.forms[hits.watch_form]
        field = str(hits.watch)
        return [(field, form.column(field).title.say(rows.table.language), None)] * len(places)
    fields = [hits.watch] * len(places) if isinstance(hits.watch, str) else hits.watch[places].tolist()
    titles = {field: rows.title(field) for field in set(fields)}
    found = [
        (field, titles[field], rows.raw(field, place))
        for field, place in zip(fields, places.tolist(), strict=True)
    ]
    for field in titles:
        derive = rows.form.column(field).derive if rows.form.has(field) else None
        if derive and rows.has(derive.source):
            # Read out of another cell: name the one that a person typed.
            title, known = rows.title(derive.source), rows.known(field)
            for n, place in enumerate(places.tolist()):
                if found[n][0] == field and found[n][2] is None and known[place]:
                    found[n] = (derive.source, title, rows.raw(derive.source, place))
    return found


def _accounts(rows: Rows, hits: Hits, places: Ints) -> list[Account | None]:
    """Return the clocks; None for findings without a due time."""
    if hits.due is None:
        return [None] * len(places)
    started = _never(len(places)) if hits.started is None else hits.started[places]
    stopped = _never(len(places)) if hits.stopped is None else hits.stopped[places]
    due = hits.due[places]
    limits = [hits.limit] * len(places) if hits.limits is None else hits.limits[places].tolist()
    by_calendar = np.array([limit is not None and limit.unit in {"wh", "wd"} for limit in limits], np.bool_)
    provisional = by_calendar
    if by_calendar.any():
        provisional = by_calendar & rows.book.worktime.is_provisional(due.astype("datetime64[D]"))
    said = {limit: str(limit) for limit in set(limits) if limit is not None}
    return [
        Account(started=begin, limit=said.get(limit), due=end, stopped=stop, provisional=doubt)
        for begin, limit, end, stop, doubt in zip(
            started.tolist(), limits, due.tolist(), stopped.tolist(), provisional.tolist(), strict=True
        )
    ]


def _plans(hits: Hits, places: Ints) -> list[Plan | None]:
    """Return the computed plans; None for findings without one."""
    if hits.plan is None:
        return [None] * len(places)
    first, last = (days[places].tolist() for days in hits.plan)
    return [Plan(begin, end) if begin and end else None for begin, end in zip(first, last, strict=True)]


def _overdue(account: Account | None, now: datetime) -> timedelta | None:
    if account is None:
        return None
    late = (account.stopped or now) - account.due
    return late if late > timedelta() else None


def _said(
    rule: Rule, rows: Rows, hits: Hits, places: Ints, watched: Sequence[Watched]
) -> dict[str, wording.Said]:
    """Return the facts that the rule's words name."""
    words = rule.message, rule.step, *((wording.DONE,) if hits.done is not None else ())
    names = {name for text in words for name in wording.names(text)}
    return {name: _fact(name, rule, rows, hits, places, watched) for name in names if _tells(name, rule)}


def _fact(
    name: str, rule: Rule, rows: Rows, hits: Hits, places: Ints, watched: Sequence[Watched]
) -> wording.Said:
    if name in hits.facts:
        said = wording.column(hits.facts[name][places])
    elif name in rule.constants:
        said = wording.parameter(getattr(rule, name), len(places))
    elif name == "id":
        keys = list(zip(rows.keys[places], rows.table.rows[places], strict=True))
        said = [key or f"第 {row} 行" for key, row in keys], [key or f"row {row}" for key, row in keys]
    elif name == "column":
        said = wording.same([title for _, title, _ in watched])
    elif name == "value":
        said = wording.same(["—" if value is None else str(value) for _, _, value in watched])
    elif name == "name":
        named = [rows.raw(rows.form.name, place) for place in places.tolist()]
        said = wording.same(["—" if text is None else str(text).strip() for text in named])
    elif name == "owner":
        said = wording.same([str(text or "—") for text in rows.texts(rows.form.owner or "")[places]])
    elif name == "actor":
        names = np.full(len(places), None, object)
        for field in reversed(rule.actor_field):
            own = rows.texts(field)[places]
            names = np.where(own == None, names, own)  # noqa: E711 - elementwise
        said = wording.named(rule.actor, names.tolist())
    else:
        clock: Moments | None = getattr(hits, name)
        said = wording.moments(_never(len(places)) if clock is None else clock[places])
    return said


def _tells(name: str, rule: Rule) -> bool:
    return name in rule.facts or name in rule.constants


def _never(count: int) -> Moments:
    return np.full(count, np.datetime64("NaT", "us"))


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.row, -LEVELS.index(finding.level), finding.rule
