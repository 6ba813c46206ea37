"""Changes to rows in, changed parts out: which of them can be made, and what is in the way of the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sheetsync.errors import InputRefusedError
from sheetsync.excel.book import Book
from sheetsync.excel.host import Host
from sheetsync.excel.package import Package
from sheetsync.excel.refusals import damaged
from sheetsync.excel.rowappend import Appending
from sheetsync.excel.rowdelete import delete
from sheetsync.excel.rowdesk import Desk, around
from sheetsync.excel.rowreach import reach
from sheetsync.excel.rowupdate import update
from sheetsync.excel.survey import Survey
from sheetsync.excel.zipped import DamagedZipError
from sheetsync.model.edit import Change
from sheetsync.model.rowchange import AppendRow, DeleteRow, RowChange, Setback, UpdateRow
from sheetsync.text import Text


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of changes to rows: those that landed, those that did not, and each cell that changed."""

    landed: tuple[RowChange, ...]
    setbacks: tuple[Setback, ...]
    changes: Sequence[Change]


def apply(
    package: Package,
    book: Book,
    changes: Sequence[RowChange],
    *,
    where: str,
    surveys: Mapping[str, Survey] = MappingProxyType({}),
) -> Applied:
    """Make changes to the rows of a package, in their order; nothing is written to disk here.

    Args:
        package: The package, changed in place.
        book: Its workbook part.
        changes: What shall become of rows; places are those of the workbook as it was read.
        where: The path, for messages.
        surveys: What is known of regular sheets, by title.

    Returns:
        What landed, and what did not; an update of which only some cells landed is told as two.

    Raises:
        InputRefusedError: The workbook is damaged; the package must then be thrown away.
    """
    host = Host(package, book, surveys)
    try:
        landed, setbacks = _made(host, changes)
        host.settle()
        if host.all_changes:
            host.save()
    except (DamagedZipError, ValueError) as error:
        raise damaged(str(error), where) from error
    return Applied(tuple(landed), tuple(setbacks), host.all_changes)


def _made(host: Host, changes: Sequence[RowChange]) -> tuple[list[RowChange], list[Setback]]:
    landed: list[RowChange] = []
    setbacks: list[Setback] = []
    desks: dict[str, tuple[Desk, Appending]] = {}
    by_sheet: dict[str, list[RowChange]] = {}
    for change in changes:
        by_sheet.setdefault(change.sheet.lower(), []).append(change)
    for change in changes:
        try:
            title = change.sheet.lower()
            if title not in desks:
                desk = Desk(host, change.sheet, _rows(by_sheet[title]))
                desks[title] = desk, Appending(desk)
            done, held = _make(*desks[title], change)
        except InputRefusedError as refusal:
            setbacks.append(Setback(change=change, why=Text(refusal.say("zh"), refusal.say("en"))))
            continue
        landed += [] if done is None else [done]
        setbacks += held
    for desk, appending in desks.values():
        reach(desk, appending.growths)
    if host.all_changes and (any(desk.calculates for desk, _ in desks.values()) or _holds_formulas(host)):
        host.book.recalculate()
    return landed, setbacks


def _make(desk: Desk, appending: Appending, change: RowChange) -> tuple[RowChange | None, list[Setback]]:
    match change:
        case UpdateRow():
            return update(desk, change)
        case AppendRow():
            appending.append(change)
        case DeleteRow():
            delete(desk, change)
    return change, []


def _rows(changes: Iterable[RowChange]) -> set[int]:
    """Return the rows that must be looked at to make changes to one sheet."""
    found: set[int] = set()
    added: dict[tuple[int, int], int] = {}
    for change in changes:
        if isinstance(change, AppendRow):
            key = change.header_row, change.last_row
            added[key] = added.get(key, 0) + 1
        else:
            found |= around([change.row])
            if isinstance(change, DeleteRow) and change.header_row is not None:
                found.add(change.header_row)
    most = sum(added.values())
    for header_row, last_row in added:
        found.add(header_row)
        found |= around([last_row]) | set(range(last_row, last_row + most + 4))
    return found


def _holds_formulas(host: Host) -> bool:
    """Return True if any sheet holds a formula: it may depend on what changed, if only by a table's name."""
    for sheet in host.book.sheets:
        if sheet.kind == "worksheet" and sheet.part and host.may_hold_formulas(sheet):
            before = b""
            for piece in host.package.pieces(sheet.part):
                text = before + piece
                if b"</f>" in text or b":f>" in text:
                    return True
                before = text[-3:]
    return False
