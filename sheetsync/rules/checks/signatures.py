"""Checks of consent: who is asked has signed, and nothing is in force that somebody did not agree to."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sheetsync.forms.spec import FieldName
from sheetsync.rules import people
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import CLOCK_FACTS, Length, Rule, WordsOfState

_EVERYBODY = re.compile(r"全体.*|所有.*|各.*|全员|大家")
_OFFICE = re.compile(
    r".*(?:部|部门|中心|处|组|科|室|方|公司|团队|委员会"
    r"|经理|主管|专员|助理|总监|主任|部长|组长|代表|负责人|接口人|对接人|师|员|总|工|董)"
)


class Signed(Rule):
    """Everybody named in one column stands in another one within a limit.

    Args:
        asked: The column of the people who are asked.
        signed: The column of those who have signed; the column that is watched.
        signed_at: When the last of them did. Where nobody is named, it tells that all have.
        since: When they were asked.
        limit: How long it may take.
    """

    asked: FieldName
    signed: FieldName
    signed_at: FieldName
    since: FieldName
    limit: Length

    column_keys = ("asked", "signed", "signed_at", "since")
    constants = ("limit",)
    facts = (*CLOCK_FACTS, "missing")


def signed(rule: Signed, rows: Rows) -> Hits:
    """Records that somebody has not signed in time, or that were complete too late.

    Only who certainly has not signed is named: a masked name, a post or a department may be anybody who has.
    """
    book = rows.book
    started = rows.late_moments(rule.since)
    due = book.worktime.due(started, rule.limit)
    stopped = rows.early_moments(rule.signed_at)
    asked, present = rows.texts(rule.asked), rows.texts(rule.signed)
    doubt = rows.broken(rule.asked, rule.signed, rule.signed_at)
    judged = (due < book.instant) & rows.known(rule.asked) & ~doubt
    if not (rows.has(rule.signed) or rows.has(rule.signed_at)):
        judged = rows.none()  # the sheet cannot tell
    missing = np.full(len(rows), "", object)
    home = people.homes(book.tables) if judged.any() else {}
    for place in np.flatnonzero(judged).tolist():
        if present[place] or np.isnat(stopped[place]):
            missing[place] = "、".join(absent(asked[place], present[place] or (), home))
    lacks = missing != ""
    done = judged & ~lacks & (stopped > due)
    return Hits(
        fires=lacks | done,
        watch=rule.signed if rows.has(rule.signed) else rule.signed_at,
        done=done,
        started=started,
        due=due,
        stopped=stopped,
        limit=rule.limit,
        facts={"missing": missing},
    )


class Unanimous(Rule):
    """Something is in force though not everybody who is asked has agreed.

    Args:
        group: The column that the records of one matter share.
        consent: The answer of each; the column that is watched.
        agree: The answers that agree.
        answered_at: When it was given; filled, the answer was given even where it is empty.
        who: Who is asked, for the message.
        in_force: The moment from which it is in force.
        states: The states that say it is in force.
    """

    group: FieldName
    consent: FieldName
    agree: WordsOfState
    answered_at: FieldName
    who: FieldName
    in_force: FieldName
    states: WordsOfState

    column_keys = ("group", "consent", "answered_at", "who", "in_force")
    state_keys = ("states",)
    facts = (*Rule.facts, "missing")


def unanimous(rule: Unanimous, rows: Rows) -> Hits:
    """The first record of each matter that says it is in force while somebody has not agreed."""
    claims = rows.among(rows.state or "", rule.states)
    claims |= rows.early_moments(rule.in_force) <= rows.book.instant
    open_still = ~rows.filled(rule.consent) & ~rows.filled(rule.answered_at)
    against = rows.known(rule.consent) & ~rows.among(rule.consent, rule.agree)
    lacks = (open_still | against) if rows.has(rule.consent) else rows.none()
    groups = pd.Series(rows.texts(rule.group), dtype=object)
    asked = rows.texts(rule.who)
    named: dict[str, list[str]] = {}
    for place in np.flatnonzero(lacks & rows.known(rule.group)).tolist():
        named.setdefault(groups[place], []).append(asked[place] or "？")
    claimed = claims & groups.isin(list(named)).to_numpy(np.bool_)
    fires = claimed & ~groups.where(claimed).duplicated().to_numpy(np.bool_)
    missing = np.full(len(rows), "", object)
    for place in np.flatnonzero(fires).tolist():
        missing[place] = "、".join(named[groups[place]])
    return Hits(fires=fires, watch=rule.consent, facts={"missing": missing})


def absent(asked: Sequence[str], present: Sequence[str], home: Mapping[str, str]) -> tuple[str, ...]:
    """Return those of `asked` who certainly are not among `present`, however they are written.

    Args:
        asked: Names, posts or departments.
        present: Names, posts or departments.
        home: The department of each person, where it is known.
    """
    left = [name for name in asked if name not in present]
    if not present:
        return tuple(left)
    others = [name for name in present if name not in asked]
    if any(_office(name) for name in others):
        return ()
    unclear = people.possibly(left, others, (), home) if others else set()
    unclear |= {name for name in left if _EVERYBODY.fullmatch(name) or (others and _office(name))}
    return tuple(name for name in left if name not in unclear)


def _office(name: str) -> bool:
    """Tell whether a name is, or may be, a post, a department or everybody instead of one person."""
    return bool(_EVERYBODY.fullmatch(name) or _OFFICE.fullmatch(name)) and not people.masked(name)
