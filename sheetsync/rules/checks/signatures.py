"""Checks of consent: who is asked has signed, and nothing is in force that somebody did not agree to."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sheetsync.forms.spec import FieldName
from sheetsync.rules import people
from sheetsync.rules.checks.hits import Hits
from sheetsync.rules.rows import Rows
from sheetsync.rules.spec import CLOCK_FACTS, Fields, Length, Rule, WordsOfState

_PERSON = re.compile(
    r"(?:.*(?:部|部门|中心|处|组|科|室|公司)[-:]?)?[\u4e00-\u9fff]{2,4}|[A-Za-z][A-Za-z .'-]+"
)
_EVERYBODY = re.compile(r"(?:全体|全部|所有|各).*|全员|大家")
_OFFICE = re.compile(
    r".*(?:部|部门|中心|处|组|科|室|方|公司|团队|委员会"
    r"|经理|主管|专员|助理|总监|主任|部长|组长|代表|负责人|接口人|对接人|师|员|总|工|董)"
)
_FAMILIAR = re.compile(r"[小老阿大].|.{1,2}(?:姐|哥|叔|女士|先生|小姐|同学)")
_REMARK = re.compile(r".*(?:已|未|待|签|确认|阅|附件|同意|异议|收到|完成|齐).*|[详参]?见.+|.+等")


class Signed(Rule):
    """Everybody named in one column stands in another one within a limit.

    Args:
        asked: The column of the people who are asked.
        signed: The column of those who have signed; the column that is watched.
        signed_at: When the last of them did. Where nobody is named, it tells that all have.
        excused: Columns of those who need not, as text or as names.
        since: When they were asked.
        limit: How long it may take.
    """

    asked: FieldName
    signed: FieldName
    signed_at: FieldName
    excused: Fields = ()
    since: FieldName
    limit: Length

    column_keys = ("asked", "signed", "signed_at", "excused", "since")
    constants = ("limit",)
    facts = (*CLOCK_FACTS, "missing")


def signed(rule: Signed, rows: Rows) -> Hits:
    """Records that somebody has not signed in time, or that were complete too late.

    Only who certainly has not signed is named: a masked name, a post or a department may be anybody who has.
    Nobody is asked to sign what is finished.
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
    running = judged & ~rows.in_finished_state & ~rows.broken(rows.state or "")
    excused = [rows.texts(name) for name in rule.excused]
    missing = np.full(len(rows), "", object)
    home = people.homes(book.tables) if running.any() else {}
    for place in np.flatnonzero(running).tolist():
        if present[place] or np.isnat(stopped[place]):
            free = "\n".join(str(names[place]) for names in excused)
            left = [name for name in asked[place] if name not in free]
            missing[place] = "、".join(absent(left, present[place] or (), home))
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
    """One record of each matter that is said to be in force while somebody asked has not agreed.

    The first that lacks the consent and says so itself, else the first that says so.
    """
    claims = rows.among(rows.state or "", rule.states)
    claims |= rows.early_moments(rule.in_force) <= rows.book.instant
    open_still = ~rows.filled(rule.consent) & ~rows.filled(rule.answered_at)
    against = rows.known(rule.consent) & ~rows.among(rule.consent, rule.agree)
    lacks = (open_still | against) if rows.has(rule.consent) else rows.none()
    if rows.has(rule.who):
        lacks = lacks & rows.known(rule.who)  # a line of the change itself asks nobody
    groups = pd.Series(rows.texts(rule.group), dtype=object)
    asked = rows.texts(rule.who)
    named: dict[str, list[str]] = {}
    for place in np.flatnonzero(lacks & rows.known(rule.group)).tolist():
        named.setdefault(groups[place], []).append(asked[place] or "？")
    claimed = claims & groups.isin(list(named)).to_numpy(np.bool_)
    own = claimed & lacks
    fires = own & ~groups.where(own).duplicated().to_numpy(np.bool_)
    others = claimed & ~groups.isin(groups[fires]).to_numpy(np.bool_)
    fires |= others & ~groups.where(others).duplicated().to_numpy(np.bool_)
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
    others = [name for name in present if name not in asked]
    if not others:
        return tuple(left)
    if any(map(_vague, others)):
        return ()
    unclear = people.possibly(left, others, (), home) | set(filter(_vague, left))
    return tuple(name for name in left if name not in unclear)


def _vague(name: str) -> bool:
    """Tell whether a name is, or may be, something else than the name of one person.

    Everybody, a post, a department, a familiar form of address, or a remark such as 已签 or 见附件.
    """
    if people.masked(name):
        return False
    vague = (_EVERYBODY, _OFFICE, _FAMILIAR, _REMARK)
    return not _PERSON.fullmatch(name) or any(words.fullmatch(name) for words in vague)
