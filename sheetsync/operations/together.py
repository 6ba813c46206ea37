"""Several workbooks that belong together: each is read once, and the rules of one look into the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sheetsync.address import is_remote
from sheetsync.collector import uncollected
from sheetsync.crash import as_error
from sheetsync.errors import SheetSyncError
from sheetsync.intake.twins import beside
from sheetsync.model.table import Table
from sheetsync.operations.check import BookResult, Writing, conclude
from sheetsync.operations.ordering import carried_out, ordered
from sheetsync.operations.standards import Standards
from sheetsync.operations.study import Judgement, Retrospect, Study, judge, study, understood
from sheetsync.ports import History, Memory, Presenter, TableReader
from sheetsync.rules.parameters import tailored
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A workbook at hand.

    Args:
        reader: Where it is.
        presenter: The same as a document that can be marked; None where it cannot or need not be.
        memory: What remembers its records, None without a project.
        history: What remembers how it stood in earlier runs, None without a project.
        forms: Only look for these forms; for all when empty.
        automatic: Whether a write carries out what its changes in force order.
        notes: What the user should know of it beside its content.
    """

    reader: TableReader
    presenter: Presenter | None = None
    memory: Memory | None = None
    history: History | None = None
    forms: tuple[str, ...] = ()
    automatic: bool = False
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of several workbooks that belong together.

    Args:
        path: The workbook as the user named it.
        open: Opens it; may raise a `SheetSyncError`.
        judged: False for one that is only looked into.
    """

    path: str
    open: Callable[[], Opened]
    judged: bool = True


@uncollected()
def check_together(
    members: Sequence[Member], standards: Standards, *, now: datetime, writing: Writing
) -> list[BookResult]:
    """Check the workbooks that are to be judged; the errors of one do not stop the others.

    Args:
        members: All that belong together; of two with mostly the same records the later one counts.
        standards: What they are judged by.
        now: Wall clock of the project's zone.
        writing: As for `check`.

    Returns:
        One result for each member that is to be judged, in their order.
    """
    read = [_read(member, standards) for member in members]
    if writing != "none":
        # Before anything is judged: what one workbook will hold is what the rules of the others look into.
        read = [
            _carried_out(member, number, read, standards, now) if member.judged else read[number]
            for number, member in enumerate(members)
        ]
    results = []
    for number, member in enumerate(members):
        if not member.judged:
            continue
        studied = read[number]
        if isinstance(studied, SheetSyncError):
            results.append(BookResult(path=member.path, now=now, error=studied))
            continue
        others = [
            (other, one) for at, (other, one) in enumerate(zip(members, read, strict=True)) if at != number
        ]
        told = [(other.path, one[1].tables) for other, one in others if not isinstance(one, SheetSyncError)]
        result = _checked(member, *studied, [tables for _, tables in told], standards, now, writing)
        notes = [*studied[0].notes]
        notes += [_unread(other, one) for other, one in others if isinstance(one, SheetSyncError)]
        results.append(replace(result, beside=tuple(path for path, _ in told), notes=tuple(notes)))
    return results


def judge_together(
    member: Member,
    others: Sequence[Member],
    standards: Standards,
    *,
    now: datetime,
) -> Judgement:
    """Judge one workbook as `check_together` does; nothing is written.

    Args:
        member: The workbook.
        others: The other workbooks of its project; those that cannot be read are left out.
        standards: What it is judged by.
        now: Wall clock of the project's zone.

    Raises:
        SheetSyncError: The workbook cannot be read safely.
    """
    read = _read(member, standards)
    if isinstance(read, SheetSyncError):
        raise read
    told = [one[1].tables for one in (_read(other, standards) for other in others) if isinstance(one, tuple)]
    return _judged(member, *read, told, standards, now, None)


@uncollected()
def judge_all(
    members: Sequence[Member], standards: Standards, *, now: datetime
) -> list[Judgement | SheetSyncError]:
    """Judge workbooks that belong together, with what plan and history tell; nothing is written.

    Args:
        members: All that belong together; each is read once.
        standards: What they are judged by.
        now: Wall clock of the project's zone.

    Returns:
        For each member that is to be judged, in their order, what is said of it, or why it cannot be read.
    """
    read = [_read(member, standards) for member in members]
    found: list[Judgement | SheetSyncError] = []
    for number, (member, one) in enumerate(zip(members, read, strict=True)):
        if not member.judged:
            continue
        if isinstance(one, SheetSyncError):
            found.append(one)
            continue
        others = [
            other[1].tables for at, other in enumerate(read) if at != number and isinstance(other, tuple)
        ]
        try:
            found.append(_judged(member, *one, others, standards, now, Retrospect(one[0].history)))
        except SheetSyncError as error:
            error.where = error.where or member.path
            found.append(error)
        except Exception as error:  # noqa: BLE001 - a bug that one workbook brings out must not stop the others
            found.append(as_error(error, member.path))
    return found


def _read(member: Member, standards: Standards) -> tuple[Opened, Study] | SheetSyncError:
    try:
        opened = member.open()
        return opened, study(opened.reader, standards, opened.forms)
    except SheetSyncError as error:
        error.where = error.where or member.path
        return error
    except Exception as error:  # noqa: BLE001 - a bug that one workbook brings out must not stop the others
        return as_error(error, member.path)


def _carried_out(
    member: Member,
    number: int,
    read: Sequence[tuple[Opened, Study] | SheetSyncError],
    standards: Standards,
    now: datetime,
) -> tuple[Opened, Study] | SheetSyncError:
    """Return a workbook as it is once its changes in force are carried out."""
    own = read[number]
    if isinstance(own, SheetSyncError) or not own[0].automatic:
        return own
    opened, studied = own
    others = [one[1].tables for at, one in enumerate(read) if at != number and isinstance(one, tuple)]
    try:
        asked = ordered(
            studied.book,
            studied.reading,
            tailored(standards.packs, studied.tables, standards.catalogue)[0],
            standards.catalogue,
            now=now,
            beside=beside(studied.tables, others, standards.catalogue),
            automatic=True,
        )
        if not (asked.automatic and asked.orders):
            return own
        book = carried_out(studied.book, asked.orders)
        return opened, replace(understood(book, standards, opened.forms), done=asked.orders)
    except Exception as error:  # noqa: BLE001 - a bug that one workbook brings out must not stop the others
        return as_error(error, member.path)


def _judged(
    member: Member,
    opened: Opened,
    studied: Study,
    others: Sequence[Sequence[Table]],
    standards: Standards,
    now: datetime,
    retrospect: Retrospect | None,
) -> Judgement:
    return judge(
        studied,
        standards,
        now=now,
        # A file is called by its name; what lies at Feishu has none but the one that it bears there.
        title=studied.book.name if is_remote(member.path) else Path(member.path).stem,
        past=None if opened.memory is None else opened.memory.past(),
        beside=beside(studied.tables, others, standards.catalogue),
        automatic=opened.automatic,
        retrospect=retrospect,
    )


def _checked(
    member: Member,
    opened: Opened,
    studied: Study,
    others: Sequence[Sequence[Table]],
    standards: Standards,
    now: datetime,
    writing: Writing,
) -> BookResult:
    # Without a tab to be drawn nobody looks at what plan and history tell.
    retrospect = Retrospect(opened.history, lists=False) if opened.presenter is not None else None
    try:
        return conclude(
            _judged(member, opened, studied, others, standards, now, retrospect),
            standards,
            now=now,
            path=member.path,
            presenter=opened.presenter,
            writing=writing,
            memory=opened.memory,
            history=opened.history,
        )
    except SheetSyncError as error:
        error.where = error.where or member.path
        return BookResult(path=member.path, now=now, error=error)
    except Exception as error:  # noqa: BLE001 - as above
        return BookResult(path=member.path, now=now, error=as_error(error, member.path))


def _unread(member: Member, error: SheetSyncError) -> Text:
    return Text(
        f"同项目的 {member.path} 读不出来，没有参与比对：{error.say('zh')}",
        f"{member.path} of the same project could not be read and was left out: {error.say('en')}",
    )
