"""Days that others of their row count from: a sync does not move them where that would move those, too.

`明天` is another day once the row's 更新时间 is. Brought over from the other table, that would look like a
date that somebody changed, and the next run would write it over there.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sheetsync.forms.spec import Form
from sheetsync.intake.cell import Take
from sheetsync.intake.dated import end_meant
from sheetsync.intake.dates import read_moment
from sheetsync.intake.days import Anchor
from sheetsync.mirror.sides import Source
from sheetsync.model.mirror import EMPTY, SIDES, UNREAD, Action, Plan, Side, SideName, Skipped, Token
from sheetsync.model.value import MOMENTS, Kind, RawValue


def without_anchors(
    plan: Plan,
    sides: Mapping[SideName, Side],
    sources: Mapping[SideName, Source],
    form: Form,
    kinds: Mapping[str, Kind],
) -> Plan:
    """Return a plan without the days that other cells of their row would be read by in another way.

    Args:
        plan: The plan.
        sides: The sides as they are now.
        sources: Their records.
        form: Their form.
        kinds: The fields that are kept in step, with their kinds.
    """
    anchors = [name for name in form.anchors if name in kinds]
    if not any(name in act.moves for name in anchors for side in SIDES for act in plan.of(side)):
        return plan
    moments = [name for name, kind in kinds.items() if kind in MOMENTS and name not in anchors]
    kept: dict[SideName, list[Action]] = {name: [] for name in SIDES}
    told: list[Skipped] = []
    for name in SIDES:
        places = {key: place for place, key in enumerate(sides[name].keys)}
        for act in plan.of(name):
            moved = [anchor for anchor in anchors if anchor in act.moves]
            if act.kind != "update" or not moved:
                kept[name].append(act)
                continue
            row = {field: tokens[places[act.key]] for field, tokens in sides[name].fields.items()}
            after = row | {field: move.after for field, move in act.moves.items()}
            day = next((day for anchor in anchors if (day := _day(after[anchor]))), None)
            still = [field for field in moments if field not in act.moves]
            raw, place = sources[name].table.raw, sources[name].places[act.key]
            if not any(
                _is_moved(raw[field][place], row[field], day, end_meant(form, field)) for field in still
            ):
                kept[name].append(act)
                continue
            told += [Skipped(why="counted", side=name, key=act.key, field=anchor) for anchor in moved]
            moves = {field: move for field, move in act.moves.items() if field not in moved}
            if moves:
                kept[name].append(replace(act, moves=moves))
    return replace(plan, left=tuple(kept["left"]), right=tuple(kept["right"]), skipped=(*plan.skipped, *told))


def _day(token: Token) -> date | None:
    return None if token == EMPTY or token.startswith(UNREAD) else date.fromisoformat(token[:10])


def _is_moved(raw: RawValue, token: Token, day: date | None, take: Take) -> bool:
    """Tell whether a cell says another moment once its row's own day is this one."""
    if not isinstance(raw, str) or token == EMPTY or token.startswith(UNREAD):
        return False
    cell = read_moment(raw, Anchor(day=day), take)
    return cell.broken or cell.value != datetime.fromisoformat(token)
