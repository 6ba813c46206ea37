"""`sync --undo`: takes the last sync of a pair back, cell by cell, where nobody has changed it since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetsync.collector import uncollected
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.mirror.sides import Source, value_said
from sheetsync.model.mirror import EMPTY, SIDES, Action, Agreed, Move, Side, SideName
from sheetsync.model.rowchange import FieldValue, Setback
from sheetsync.model.syncrun import SyncRun
from sheetsync.operations.sync import Compared, compared
from sheetsync.operations.syncaudit import trail
from sheetsync.operations.syncends import Pair
from sheetsync.operations.syncwrite import asked_of, write
from sheetsync.ports import Bases
from sheetsync.text import Text
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is left as it is, since somebody changed it after the sync.

    Args:
        side: Where.
        key: The record.
        field: The field; empty for a whole record.
        wrote: What the sync wrote there.
        holds: What stands there now; None where the record is gone.
    """

    side: SideName
    key: str
    field: str = ""
    wrote: str = ""
    holds: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What taking back a sync came to.

    Args:
        pair: The ends, and their form.
        both: Both ends as they were read.
        run: The sync that was (in a dry run: would be) taken back.
        actions: What was (in a dry run: would be) done, by side.
        kept: What is left as it is.
        written: The sides that were written.
        setbacks: What could not be written, by side.
        failed: A side that could not be written at all, and why.
        dry_run: True when nothing was to be written.
    """

    pair: Pair
    both: Compared
    run: SyncRun
    actions: Mapping[SideName, tuple[Action, ...]]
    kept: tuple[Kept, ...]
    written: tuple[SideName, ...] = ()
    setbacks: Mapping[SideName, tuple[Setback, ...]] = field(default_factory=dict)
    failed: Mapping[SideName, SheetSyncError] = field(default_factory=dict)
    dry_run: bool = False

    @property
    def exit_code(self) -> int:
        """What a command ends with: that of the side that failed worst."""
        return max((error.exit_code for error in self.failed.values()), default=0)


def undo(
    pair: Pair,
    *,
    catalogue: Catalogue,
    worktime: WorkTime,
    bases: Bases,
    now: datetime,
    dry_run: bool = False,
) -> UndoResult:
    """Take back what the last sync of a pair wrote; what people changed since stays.

    What both agreed on is put back, too: the next sync sees again what the one that is taken back saw.

    Args:
        pair: The ends, and their form.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar.
        bases: What both last agreed on, and what was written.
        now: Wall clock of the project's zone.
        dry_run: Only say what would be done.

    Raises:
        UsageError: There is nothing to take back.
        InputRefusedError: A side cannot be read safely, or has no table of the form.
        RemoteError: A side does not answer.
    """
    run = bases.last()
    if run is None or run.state == "undone" or not (run.left or run.right):
        raise _nothing(run)
    with uncollected():
        both = compared(pair, catalogue, worktime)
        found = {name: tuple(_reversed(run, both, name, pair.form.key)) for name in SIDES}
        actions = {name: tuple(one for one in found[name] if isinstance(one, Action)) for name in SIDES}
        kept = tuple(one for name in SIDES for one in found[name] if isinstance(one, Kept))
        result = UndoResult(pair=pair, both=both, run=run, actions=actions, kept=kept, dry_run=dry_run)
        if dry_run:
            return result

        def valued(source: Source, _action: Action, name: str, move: Move) -> FieldValue:
            # What was typed can be typed again into a sheet; the fields of a base take values of their kind.
            here: SideName = "left" if source is both.sources["right"] else "right"
            kind = both.mapped.fields[name]
            # A word comes back in its own language, whatever that of the sheet is.
            typed = move.spelled or (move.after if kind == "word" else "")
            is_typed = typed and pair.ends[here].kind == "Excel"
            return value_said("text", typed) if is_typed else value_said(kind, move.after)

        outcome = write(both.read, asked_of(actions, both.sources, pair.form, catalogue, valued))
        if not outcome.failed:
            fresh, forgotten = _before(run, pair.form.key)
            told = trail(pair, both.read, outcome.landed, f"sync --undo {pair.name}", now)
            bases.finish(replace(run, at=now, state="undone"), fresh, forgotten, told)
    return replace(
        result,
        written=tuple(name for name in SIDES if outcome.landed[name]),
        setbacks=outcome.setbacks,
        failed=outcome.failed,
    )


def _before(run: SyncRun, key: str) -> tuple[dict[str, Agreed], tuple[str, ...]]:
    """Return what is agreed on again, and the keys of which nothing is."""
    fresh = {bare: agreed for bare, agreed in run.before.items() if agreed is not None}
    named = {act.moves[key].after for act in (*run.left, *run.right) if key in act.moves}
    return fresh, tuple(sorted((named | set(run.before)) - set(fresh)))


def _reversed(run: SyncRun, both: Compared, name: SideName, key: str) -> Iterator[Action | Kept]:
    """Yield what takes back what a sync did on one side, and what is left as it is."""
    side = both.sides[name]
    places = {bare: place for place, bare in enumerate(side.keys)}
    for act in run.left if name == "left" else run.right:
        bare = act.moves[key].after if key in act.moves else act.key
        place = places.get(bare)
        if act.kind == "delete":
            if place is None and bare not in side.repeated:
                yield _created_again(act, side)
        elif place is None:
            # A record that a sync created, and that is gone, needs not be taken away any more.
            if act.kind != "create" and act.key not in places:
                yield Kept(side=name, key=bare)
        elif act.kind == "create":
            yield _taken_away(act, both, name, place, key)
        else:
            yield from _put_back(act, side, name, place, key)


def _created_again(act: Action, side: Side) -> Action:
    moves = {
        one: Move(before=EMPTY, after=move.before, spelled=move.spelled)
        for one, move in act.moves.items()
        if one in side.fields
    }
    return Action(kind="create", key=act.key, source=act.key, moves=moves)


def _taken_away(act: Action, both: Compared, name: SideName, place: int, key: str) -> Action | Kept:
    """Return what deletes a record that a sync created, unless somebody has filled in anything since."""
    held = {one: tokens[place] for one, tokens in both.sides[name].fields.items() if one != key}
    for one, token in held.items():
        wrote = act.moves[one].after if one in act.moves else EMPTY
        if token != wrote:
            return Kept(side=name, key=act.key, field=one, wrote=wrote, holds=token)
    beside = _beside(both, name, act.key)
    if beside is not None:
        return Kept(side=name, key=act.key, holds=beside)
    lost = {one: Move(before=token, after=EMPTY) for one, token in held.items() if token != EMPTY}
    return Action(kind="delete", key=act.key, source=act.key, moves=lost)


def _beside(both: Compared, name: SideName, bare: str) -> str | None:
    """Return what a person put into a record's row beside the columns that are kept in step."""
    read, source = both.read[name], both.sources[name]
    table = read.table
    row = int(table.rows[source.places[bare]])
    ours = set() if table.own is None else set(table.own.columns.values())
    mirrored = {table.places[one].number for one in both.mapped.fields if one in table.places}
    sheet = next(one for one in read.book.sheets if one.name == table.sheet)
    cells = sheet.rows[row - sheet.first_row]
    for number in range(table.first_column, table.last_column + 1):
        at = number - sheet.first_column
        if number in ours | mirrored or not 0 <= at < len(cells) or cells[at] == "":
            continue
        if sheet.facts.cell_state(row, number).fixed != "formula":
            return str(cells[at])
    return None


def _put_back(act: Action, side: Side, name: SideName, place: int, key: str) -> Iterator[Action | Kept]:
    moves = {}
    for one, move in act.moves.items():
        holds = side.fields[one][place] if one in side.fields else None
        if one == key and act.key in {*side.keys, *side.repeated}:
            yield Kept(side=name, key=move.after, field=key, wrote=move.after, holds=act.key)
        elif holds == move.after:
            moves[one] = Move(before=move.after, after=move.before, spelled=move.spelled)
        elif holds != move.before:
            yield Kept(side=name, key=side.keys[place], field=one, wrote=move.after, holds=holds)
    if moves:
        yield Action(kind="update", key=side.keys[place], source=side.keys[place], moves=moves)


def _nothing(run: SyncRun | None) -> UsageError:
    if run is not None and run.state == "undone":
        at = f"{run.at:%Y-%m-%d %H:%M}"
        return UsageError(
            Text(f"上次同步已在 {at} 撤销。", f"The last sync was taken back already, at {at}."),
            fix=Text(
                "更早的版本请用 sheetsync undo 工作簿 恢复。",
                "Earlier versions are put back with sheetsync undo BOOK.",
            ),
        )
    return UsageError(
        Text("没有可以撤销的同步。", "There is no sync to take back."),
        fix=Text("请先同步一次。", "Sync once first."),
    )
