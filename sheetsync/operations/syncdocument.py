"""The JSON documents of a sync and of taking one back: `sheetsync.sync/1`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetsync.errors import SheetSyncError
from sheetsync.model.finding import Problem
from sheetsync.model.mirror import SIDES, UNREAD, Action, SideName, Token
from sheetsync.model.rowchange import Setback
from sheetsync.operations.sync import SyncResult
from sheetsync.operations.syncconflicts import column_title
from sheetsync.operations.synctold import KINDS, alarm_text, proposals
from sheetsync.operations.syncundo import UndoResult
from sheetsync.render.conflicts import Dispute, Stand
from sheetsync.text import Language

SCHEMA = "sheetsync.sync/1"
_LISTS = {"create": "creates", "update": "updates", "mark": "marks", "delete": "deletes"}


def sync_document(result: SyncResult, *, now: datetime, zone: ZoneInfo, language: Language) -> dict[str, Any]:
    """Return a sync as a JSON document.

    Args:
        result: The sync.
        now: Wall clock of the project's zone.
        zone: The project's zone.
        language: Of the messages.
    """
    pair, plan = result.pair, result.plan
    free = proposals(result)
    return {
        "schema": SCHEMA,
        "now": _time(now, zone),
        "pair": pair.name,
        "form": pair.form.id,
        "dry_run": result.dry_run,
        "undo": False,
        "first": result.first,
        "compared": plan.compared,
        **{
            name: {
                "address": pair.ends[name].address,
                "written": name in result.written,
                **_actions(plan.of(name)),
                "one_sided_columns": list(result.mapped.alone[name]),
                "problems": [_problem(one, language) for one in result.problems(name)],
                **_failures(result.setbacks.get(name, ()), result.failed.get(name), language),
            }
            for name in SIDES
        },
        "computed_columns": list(result.mapped.computed),
        "conflicts": [
            {
                "id": one.key,
                "field": one.field or None,
                "column": dispute.field.say(language),
                "base": one.base,
                "left": _said(one.left),
                "right": _said(one.right),
                "edited": _edits(dispute, zone),
            }
            for one, dispute in zip(plan.conflicts, result.disputes, strict=True)
        ],
        "skipped": [
            {
                "why": one.why,
                "side": one.side,
                "id": one.key or None,
                "field": one.field or None,
                "row": one.row,
                "proposed": None if one.row is None else free.get((one.side, one.row)),
            }
            for one in plan.skipped
        ],
        "alarms": [
            {
                "danger": one.danger,
                "side": one.side,
                "count": one.count,
                "of": one.of,
                "columns": [column_title(name, result.read, pair.form).say(language) for name in one.names],
                "message": alarm_text(one, result).say(language),
            }
            for one in result.alarms
        ],
    }


def undo_document(result: UndoResult, *, now: datetime, zone: ZoneInfo, language: Language) -> dict[str, Any]:
    """Return what taking back a sync came to as a JSON document; see `sync_document`."""
    pair = result.pair
    return {
        "schema": SCHEMA,
        "now": _time(now, zone),
        "pair": pair.name,
        "form": pair.form.id,
        "dry_run": result.dry_run,
        "undo": True,
        "taken_back": _time(result.run.at, zone),
        **{
            name: {
                "address": pair.ends[name].address,
                "written": name in result.written,
                **_actions(result.actions[name]),
                **_failures(result.setbacks.get(name, ()), result.failed.get(name), language),
            }
            for name in SIDES
        },
        "kept": [
            {
                "side": one.side,
                "id": one.key,
                "field": one.field or None,
                "wrote": one.wrote,
                "holds": _said(one.holds),
            }
            for one in result.kept
        ],
    }


def _actions(actions: Sequence[Action]) -> Mapping[str, Any]:
    return {
        _LISTS[kind]: [
            {
                "id": act.key,
                "fields": {
                    name: {"before": _said(move.before), "after": move.after}
                    for name, move in act.moves.items()
                },
            }
            for act in actions
            if act.kind == kind
        ]
        for kind in KINDS
    }


def _failures(
    setbacks: Sequence[Setback], error: SheetSyncError | None, language: Language
) -> Mapping[str, Any]:
    return {
        "setbacks": [
            {"id": one.change.key, "sheet": one.change.sheet, "message": one.why.say(language)}
            for one in setbacks
        ],
        "error": None if error is None else {"code": error.exit_code, "message": error.say(language)},
    }


def _problem(one: Problem, language: Language) -> Mapping[str, Any]:
    return {
        "sheet": one.sheet,
        "row": one.row,
        "cell": one.cell,
        "raw": str(one.raw),
        "message": one.message.say(language),
    }


def _edits(dispute: Dispute, zone: ZoneInfo) -> Mapping[SideName, Any]:
    return {"left": _edit(dispute.left, zone), "right": _edit(dispute.right, zone)}


def _edit(stand: Stand, zone: ZoneInfo) -> Mapping[str, Any]:
    return {
        "by": stand.edited.by or None,
        "at": None if stand.edited.at is None else _time(stand.edited.at, zone),
        "document_saved_by": stand.saved.by or None,
        "document_saved_at": None if stand.saved.at is None else _time(stand.saved.at, zone),
    }


def _said(token: Token | None) -> str | None:
    return None if token is None else token.removeprefix(UNREAD)


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.replace(tzinfo=zone).isoformat(timespec="seconds")
