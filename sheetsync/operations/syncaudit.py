"""Which cells of people a sync changed, for the audit trail (expectation A5)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sheetsync.model.audit import AuditEntry
from sheetsync.model.mirror import SIDES, UNREAD, Action, SideName, other
from sheetsync.operations.syncconflicts import column_title
from sheetsync.operations.syncends import Pair, ReadEnd


def trail(
    pair: Pair,
    read: Mapping[SideName, ReadEnd],
    landed: Mapping[SideName, Sequence[Action]],
    cause: str,
    now: datetime,
) -> tuple[AuditEntry, ...]:
    """Return the trail of what was written on both sides.

    Args:
        pair: The ends, and their form.
        read: Both ends as they were read.
        landed: The actions that each side carried out.
        cause: What ordered them.
        now: Wall clock of the project's zone.
    """
    return tuple(
        AuditEntry(
            at=now,
            source=pair.ends[other(name)].kind,
            actor="系统",
            book=pair.ends[name].known or pair.ends[name].address,
            table=read[name].table.sheet,
            record_id=act.key,
            field=column_title(field, read, pair.form).zh,
            old_value=before.removeprefix(UNREAD),
            new_value=after,
            rule="",
            cause=cause,
        )
        for name in SIDES
        for act in landed[name]
        for field, before, after in _cells(act, pair.form.key)
    )


def _cells(act: Action, key: str) -> Iterator[tuple[str, str, str]]:
    """Yield field, old and new value; of a whole record that came or went only its id."""
    if act.kind == "create":
        yield key, "", act.key
    elif act.kind == "delete":
        yield key, act.key, ""
    else:
        for field, move in act.moves.items():
            yield field, move.before, move.after
