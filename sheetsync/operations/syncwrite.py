"""Writes what a plan asks for into both ends, and tells what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetsync.errors import SheetSyncError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.mirror.sides import Source, orders
from sheetsync.model.mirror import SIDES, Action, Move, SideName, other
from sheetsync.model.rowchange import DeleteRow, FieldValue, RowChange, Setback
from sheetsync.model.table import Table, Version
from sheetsync.operations.syncends import ReadEnd

Asked = Sequence[tuple[Action, RowChange]]
Valued = Callable[[Source, Action, str, Move], FieldValue]
"""Returns the value of a move: the records of the other side, the action, the field, the move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of what was asked for.

    Args:
        landed: The actions that each side carried out, each with those of its moves that it did.
        setbacks: What could not be written, by side.
        failed: A side that could not be written at all, and why; the other one may have been.
        versions: Of each side's document afterwards.
    """

    landed: Mapping[SideName, tuple[Action, ...]]
    setbacks: Mapping[SideName, tuple[Setback, ...]] = field(default_factory=dict)
    failed: Mapping[SideName, SheetSyncError] = field(default_factory=dict)
    versions: Mapping[SideName, Version] = field(default_factory=dict)


def asked_of(
    actions: Mapping[SideName, Sequence[Action]],
    sources: Mapping[SideName, Source],
    form: Form,
    catalogue: Catalogue,
    valued: Valued,
) -> Mapping[SideName, Asked]:
    """Return what each side is asked to do.

    Args:
        actions: By side.
        sources: The records of each side.
        form: Their form.
        catalogue: Forms and vocabularies.
        valued: Where values come from.
    """
    found: dict[SideName, Asked] = {}
    for name in SIDES:
        target, source = sources[name], sources[other(name)]

        def given(
            action: Action, field: str, move: Move, source: Source = source, target: Source = target
        ) -> FieldValue:
            return worded(valued(source, action, field, move), field, target.table, form, catalogue)

        found[name] = list(orders(actions[name], target, form.key, given))
    return found


def worded(value: FieldValue, field: str, target: Table, form: Form, catalogue: Catalogue) -> FieldValue:
    """Return a value in the language of the sheet that it goes to: words of vocabularies have both."""
    if value.kind != "word" or target.language == "zh" or not isinstance(value.value, str):
        return value
    vocabulary = form.column(field).vocabulary
    if vocabulary is None:
        return value
    words = {word.zh: word.en for word in catalogue.vocabulary(vocabulary).words}
    return replace(value, text=words.get(value.value, value.text))


def write(read: Mapping[SideName, ReadEnd], asked: Mapping[SideName, Asked]) -> Outcome:
    """Write both ends, the right one first; what fails on one does not stop the other.

    Args:
        read: Both ends as they were read; each is only written where it still is what was read.
        asked: What each is asked to do.
    """
    landed: dict[SideName, tuple[Action, ...]] = dict.fromkeys(SIDES, ())
    setbacks: dict[SideName, tuple[Setback, ...]] = {}
    failed: dict[SideName, SheetSyncError] = {}
    versions: dict[SideName, Version] = {name: read[name].book.version for name in SIDES}
    together = read["left"].end.store is read["right"].end.store
    for name in reversed(SIDES):
        if not asked[name]:
            continue
        end = read[name].end
        try:
            receipt = end.store.apply([change for _, change in asked[name]], based_on=versions[name])
        except SheetSyncError as error:
            error.where = error.where or end.address
            failed[name] = error
            continue
        for one in SIDES if together else (name,):
            versions[one] = receipt.version
        landed[name] = _landed(asked[name], receipt.landed, read[name].table)
        setbacks[name] = receipt.setbacks
    return Outcome(landed=landed, setbacks=setbacks, failed=failed, versions=versions)


def _landed(asked: Asked, changes: Sequence[RowChange], table: Table) -> tuple[Action, ...]:
    """Return the actions that landed, each with those of its moves that did: one cell may have been held."""
    done = {(type(change), change.key): change for change in changes}
    found = []
    for act, change in asked:
        made = done.get((type(change), change.key))
        if made is None:
            continue
        if not isinstance(made, DeleteRow) and made != change:
            held = {name: place.number for name, place in table.places.items()}
            moves = {
                name: move for name, move in act.moves.items() if name not in held or held[name] in made.cells
            }
            found.append(replace(act, moves=moves))
            continue
        found.append(act)
    return tuple(found)
