"""Checks across forms: records that others should refer to, and what must be filled in after they do."""

from collections.abc import Iterator, Mapping

import numpy as np
from pydantic import Field

from sheetsync.forms.spec import FieldName
from sheetsync.model.table import Bools
from sheetsync.rules.checks import joins
from sheetsync.rules.checks.hits import Hits, repeated
from sheetsync.rules.rows import Objects, Rows
from sheetsync.rules.spec import CLOCK_FACTS, Fields, Length, Rule, WordsOfState
from sheetsync.rules.standing import paused, standing
from sheetsync.text import Text
from sheetsync.worktime import Moments

_SAME_DAY = Text("当天", "the same day")
_LAST_MINUTE = np.timedelta64(23 * 60 + 59, "m")


class Unreferenced(Rule):
    """No record of another form refers to this one; milder until a limit has passed.

    Args:
        by_form: The other form.
        by: Its column that refers to this form's key.
        awaits: Its column that is waited for: what the finding is about.
        since: When the wait began.
        limit: How long it may take.
    """

    by_form: str
    by: FieldName
    awaits: FieldName
    since: FieldName
    limit: Length

    column_keys = ("since",)
    other_keys = {"by_form": ("by", "awaits")}  # noqa: RUF012 - as its base declares it
    constants = ("limit",)
    facts = CLOCK_FACTS


def unreferenced(rule: Unreferenced, rows: Rows) -> Hits:
    """Records that no record of another form refers to; mild until the limit has passed.

    None is reported while a record of the other form may refer to anything.
    """
    referred: set[str] = set()
    unclear = False
    for other in rows.book.of(rule.by_form):
        referred.update(key for key in other.texts(rule.by) if key is not None)
        unclear |= bool(joins.loose(other, rule.by, rows.keys).any())
    alone = rows.known(rows.form.key) & ~rows.among(rows.form.key, referred)
    alone &= not unclear
    started = rows.late_moments(rule.since)
    due = rows.book.worktime.due(started, rule.limit)
    return Hits(
        fires=alone & ~np.isnat(started),
        watch=rule.awaits,
        watch_form=rule.by_form,
        mild=due >= rows.book.instant,
        started=started,
        due=due,
        limit=rule.limit,
    )


class Followed(Rule):
    """A record of another form must refer to this one within a limit.

    Args:
        since: When the clock starts.
        changed: A column: where no start is told, the clock starts when its present value was first seen
            after another one.
        at_latest: Where that is not known either: by this moment it had started.
        limit: How long it may take; without one, to the end of the same day (of a rest day: of the next
            working day).
        key: The column by which the other form refers to this one; without one, this form's key.
        by_form: The other form; nothing is asked for where nobody uses it.
        by: Its column that refers to this form.
        awaits: Its moment that ends the wait: what the finding is about.
        holds_until: Its moment until which a record holds: one that ended before the start, where that is
            told, is about an earlier matter.
        open_only: True if only records are judged on which work is left.
        progress: The actual progress.
        handed_in: States that count as handed in once the progress is 100 %.
        settled_by: Columns that end the matter when filled.
        unless_in: Forms, each with a column: a record whose key, or a sub-task of it, stands there is
            judged there.
    """

    since: Fields = ()
    changed: FieldName | None = None
    at_latest: Fields = ()
    limit: Length | None = None
    key: FieldName | None = None
    by_form: str
    by: FieldName
    awaits: FieldName
    holds_until: FieldName | None = None
    open_only: bool = False
    progress: FieldName | None = None
    handed_in: WordsOfState = ()
    settled_by: Fields = ()
    unless_in: dict[str, FieldName] = Field(default_factory=dict)

    column_keys = ("since", "changed", "at_latest", "key", "progress", "settled_by")
    state_keys = ("handed_in",)
    other_keys = {"by_form": ("by", "awaits", "holds_until")}  # noqa: RUF012 - as its base declares it
    past_keys = ("changed",)
    constants = ("limit",)
    facts = CLOCK_FACTS

    def elsewhere(self) -> Iterator[tuple[str, str, Mapping[str, tuple[str, ...]]]]:
        """Yield each parameter that names another form, that form, and its columns by parameter."""
        yield from super().elsewhere()
        for form, field in self.unless_in.items():
            yield "unless_in", form, {"unless_in": (field,)}


def followed(rule: Followed, rows: Rows) -> Hits:
    """Records that nobody has followed up in time, or too late.

    A record of the other form that may refer to anything may refer to any of these, as long as it holds.
    """
    book, keys = rows.book, rows.texts(rule.key or rows.form.key)
    told = _since(rows, rule.since, rule.changed)
    unknown = np.isnat(told) & ~rows.broken(*rule.since)
    first_seen = np.isnat(rows.first_late(rule.since)) & ~np.isnat(told)
    started = np.where(unknown, rows.first_late(rule.at_latest), told)
    due = _last_minute(rows, started) if rule.limit is None else book.worktime.due(started, rule.limit)
    if np.isnat(due).all():
        # No clock runs: nobody has to be looked for.
        return Hits(
            fires=rows.none(),
            watch=rule.awaits,
            watch_form=rule.by_form,
            started=started,
            due=due,
            stopped=due,
            limit=rule.limit,
        )
    # Looking up what refers to a record is dear: only for those that are judged.
    came, doubt = _first(rule, rows, joins.only(keys, rows.when(rule.when)), told)
    used, maybe = _maybe(rule, rows, keys, started)
    over = due < book.instant
    done = (came > due) & over & ~unknown & ~doubt
    fires = (over & np.isnat(came) & ~doubt & ~maybe) | done
    fires &= used & (keys != None)  # noqa: E711 - elementwise
    for settled in rule.settled_by:
        fires &= ~rows.filled(settled)
    for form, field in rule.unless_in.items():
        fires &= ~joins.named_in(keys, book.of(form), field)
    if rule.open_only:
        fires &= standing(rows, progress=rule.progress or "", handed_in=rule.handed_in).open
    return Hits(
        fires=fires,
        watch=rule.awaits,
        watch_form=rule.by_form,
        done=done,
        started=started,
        first_seen=first_seen,
        due=due,
        stopped=came,
        limit=rule.limit,
        facts={} if rule.limit else {"limit": repeated(_SAME_DAY, len(rows))},
    )


class FilledIn(Rule):
    """Columns must be filled within a limit.

    Args:
        since: When the clock starts.
        of_form: Another form whose records refer to this one: the clock starts with the last of these.
        of: Its column that refers to this form.
        at: Its moment that starts the clock.
        key: The column by which it refers to this form; without one, this form's key.
        asks: The columns; of those on the sheet, the first that is empty is watched.
        limit: How long it may take.
    """

    since: Fields = ()
    of_form: str | None = None
    of: FieldName | None = None
    at: FieldName | None = None
    key: FieldName | None = None
    asks: Fields
    limit: Length

    column_keys = ("since", "key", "asks")
    other_keys = {"of_form": ("of", "at")}  # noqa: RUF012 - as its base declares it
    constants = ("limit",)
    facts = (*CLOCK_FACTS, "missing")


def filled_in(rule: FilledIn, rows: Rows) -> Hits:
    """Records, finished or not, with an empty column when the limit has passed."""
    started = rows.first_late(rule.since)
    if rule.of_form and rule.of and rule.at:
        keys = rows.texts(rule.key or rows.form.key)
        for pairs in joins.referring(keys, rows.book.of(rule.of_form), rule.of):
            started = np.fmax(started, joins.latest(pairs, (rule.at,), len(rows)))
    due = rows.book.worktime.due(started, rule.limit)
    missing, watch = lacking(rows, rule.asks)
    return Hits(
        fires=(missing != "") & (due < rows.book.instant),
        watch=watch,
        started=started,
        due=due,
        limit=rule.limit,
        facts={"missing": missing},
    )


class Unattended(Rule):
    """No sign that anybody looks after a record for longer than a limit.

    Args:
        updated: When the record was last updated; the column that is watched.
        changed: A column: that its present value was seen for the first time counts as an update.
        by_form: Another form whose records refer to this one.
        by: Its column that refers to this form.
        answered: Its moments that count as updates, too; one that cannot be read may be the last.
        limit: How long it may be.
    """

    updated: FieldName
    changed: FieldName | None = None
    by_form: str | None = None
    by: FieldName | None = None
    answered: Fields = ()
    limit: Length

    column_keys = ("updated", "changed")
    other_keys = {"by_form": ("by", "answered")}  # noqa: RUF012 - as its base declares it
    past_keys = ("changed",)
    constants = ("limit",)
    facts = CLOCK_FACTS


def unattended(rule: Unattended, rows: Rows) -> Hits:
    """Records without an update, here or in another form, for longer than the limit."""
    seen, doubt = rows.late_moments(rule.updated), rows.none()
    told = ~np.isnat(seen)
    turned = _turned(rows, rule.changed) if rule.changed else np.full(len(rows), np.datetime64("NaT", "us"))
    seen = np.fmax(seen, turned)
    if rule.by_form and rule.by:
        keys = joins.only(rows.keys, rows.when(rule.when))
        for pairs in joins.referring(keys, rows.book.of(rule.by_form), rule.by):
            seen = np.fmax(seen, joins.latest(pairs, rule.answered, len(rows)))
            doubt[pairs.own[pairs.other.broken(*rule.answered)[pairs.places]]] = True
    due = rows.book.worktime.due(seen, rule.limit)
    return Hits(
        fires=told & (due < rows.book.instant) & ~(doubt | rows.in_finished_state | paused(rows)),
        watch=rule.updated,
        started=seen,
        first_seen=seen == turned,
        due=due,
        limit=rule.limit,
    )


class Promised(Rule):
    """A moment that stands in the text of another record has passed, and that record still waits.

    Args:
        due: The moment; the column that is watched.
        written_in: The column that refers to the record in whose text it stands.
        lapses: How long it is told where nothing tells whether that record still waits.
    """

    due: FieldName
    written_in: FieldName
    lapses: Length

    column_keys = ("due", "written_in")
    facts = CLOCK_FACTS


def promised(rule: Promised, rows: Rows) -> Hits:
    """Promises whose time has come, in records that are open."""
    waiting, unclear = set[str](), set[str]()
    for form in rows.form.column(rule.written_in).refers_to:
        for other in rows.book.of(form):
            far = standing(other)
            waiting.update(other.keys[far.open & other.known(other.form.key)].tolist())
            unclear.update(other.keys[far.unknown & other.known(other.form.key)].tolist())
    due = rows.late_moments(rule.due)
    fresh = rows.book.worktime.due(due, rule.lapses) >= rows.book.instant
    told = rows.among(rule.written_in, waiting) | (rows.among(rule.written_in, unclear) & fresh)
    return Hits(fires=told & (due < rows.book.instant), watch=rule.due, due=due)


def lacking(rows: Rows, asks: Fields) -> tuple[Objects, Objects]:
    """Return the titles of the columns on the sheet that each record leaves empty, and the first of them."""
    missing, watch = np.full(len(rows), "", object), np.full(len(rows), asks[0], object)
    for name in reversed([name for name in asks if rows.has(name)]):
        lacks = ~rows.filled(name)
        missing[lacks] = np.where(missing[lacks] == "", "", "、" + missing[lacks])
        missing[lacks] = rows.title(name) + missing[lacks]
        watch[lacks] = name
    return missing, watch


def _since(rows: Rows, since: Fields, changed: str | None) -> Moments:
    """Return when each clock starts; NaT where nothing tells."""
    started = rows.first_late(since)
    if changed is None:
        return started
    return np.where(np.isnat(started) & ~rows.broken(*since), _turned(rows, changed), started)


def _turned(rows: Rows, field: str) -> Moments:
    """Return when each cell was first seen with its present value, after another one; NaT where unknown."""
    another = rows.before(field) != None  # noqa: E711 - elementwise
    return np.where(another, rows.since(field), np.datetime64("NaT", "us"))


def _last_minute(rows: Rows, moments: Moments) -> Moments:
    """Return the end of each moment's day, of a rest day the end of the next working day."""
    days = rows.book.worktime.next_workday(moments.astype("datetime64[D]"))
    ends: Moments = (days + _LAST_MINUTE).astype("datetime64[us]")
    return ends


def _first(rule: Followed, rows: Rows, keys: Objects, told: Moments) -> tuple[Moments, Bools]:
    """Return when each record was first followed up, NaT if it was not, and where nobody knows when."""
    came, untimed = np.full(len(rows), np.datetime64("NaT", "us")), rows.none()
    for pairs in joins.referring(keys, rows.book.of(rule.by_form), rule.by):
        own, places = pairs.own, pairs.places
        if rule.holds_until is not None:
            earlier = pairs.other.late_moments(rule.holds_until)[places] <= told[own]
            own, places = own[~earlier], places[~earlier]
        moments = pairs.other.early_moments(rule.awaits)[places]
        np.fmin.at(came, own, moments)
        untimed[own[np.isnat(moments)]] = True
    return came, untimed


def _maybe(rule: Followed, rows: Rows, keys: Objects, started: Moments) -> tuple[bool, Bools]:
    """Tell whether the other form is in use, and where one of its records that held may be about this one."""
    used, found = False, rows.none()
    for other in rows.book.of(rule.by_form):
        loose = joins.loose(other, rule.by, keys)
        used |= not loose.all()
        ends = other.late_moments(rule.holds_until or rule.awaits)
        if (loose & np.isnat(ends) & ~other.in_finished_state).any():
            return used, ~rows.none()
        found |= np.fmax.reduce(ends[loose], initial=np.datetime64("NaT", "us")) > started
    return used, found
