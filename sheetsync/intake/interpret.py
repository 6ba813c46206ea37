"""A document as it was read to tables of canonical values, with every problem placed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.calendar import with_exceptions
from sheetsync.intake.directory import Directory
from sheetsync.intake.explode import damaged, exploded, held_texts
from sheetsync.intake.grid import Grid
from sheetsync.intake.headers import Recognised, Recogniser
from sheetsync.intake.names import misnamed
from sheetsync.intake.readers import Readers
from sheetsync.intake.regions import tables_on
from sheetsync.intake.tables import TableTyper
from sheetsync.intake.twins import copied, copies, shared
from sheetsync.intake.wordlist import extended
from sheetsync.model.finding import Problem
from sheetsync.model.table import RawBook, Table
from sheetsync.worktime import WorkTime

Found = tuple[Grid, Recognised]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document says.

    Args:
        tables: The forms found, in the order of the sheets.
        derived: Records that stand in texts of those, for forms that nobody keeps by hand.
        problems: Cells not read or read with a doubt, sheet by sheet from top to bottom.
        worktime: The calendar, with the exceptions of the document's own calendar.
        directory: The people it lists.
        readers: What reads a cell as this document means it.
    """

    tables: tuple[Table, ...]
    derived: tuple[Table, ...]
    problems: tuple[Problem, ...]
    worktime: WorkTime
    directory: Directory
    readers: Readers


def interpret(
    book: RawBook,
    catalogue: Catalogue,
    *,
    worktime: WorkTime,
    fields: Mapping[str, frozenset[str]] | None = None,
    forms: Collection[str] | None = None,
) -> Reading:
    """Read the tables of a document. One bad cell never stops the others, and the clock plays no part.

    What the document says about days, words and people is read first, because all else is read with it.

    Args:
        book: The document.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar, for due dates on rest days.
        fields: Form to the fields that are needed; free text that nobody needs is not typed. None for all.
        forms: Only look for these forms; fewer headers will then do to recognise one. None for all.
    """
    problems: list[Problem] = []
    found = list(_found(book, _recogniser(catalogue, None if forms is None else tuple(forms)), problems))
    support = [number for number, (_, one) in enumerate(found) if one.form.is_support]
    typer = TableTyper(Readers(catalogue), worktime)
    read = {number: _read(*found[number], typer, None, problems) for number in support}
    known = list(read.values())
    directory = Directory.of(known, catalogue)
    words, doubts = extended(catalogue, known, directory)
    problems.extend(doubts)
    calendar = with_exceptions(worktime, [table for table in known if table.form == "calendar"])
    readers = Readers(words, directory)
    typer = TableTyper(readers, calendar)
    for number, (grid, one) in enumerate(found):
        if number not in read:
            # Words of one form only are that form's own vocabulary.
            own = replace(one, form=words.forms[one.form.id])
            read[number] = _read(grid, own, typer, fields, problems)
    tables = [read[number] for number in range(len(found))]
    problems.extend(_across(tables, catalogue))
    texts = held_texts(tables, words)
    problems.extend(damaged(texts))
    problems.sort(key=_place_in(book))
    return Reading(
        tables=tuple(tables),
        derived=tuple(exploded(texts)),
        problems=tuple(problems),
        worktime=calendar,
        directory=directory,
        readers=readers,
    )


@lru_cache(maxsize=8)
def _recogniser(catalogue: Catalogue, forms: tuple[str, ...] | None) -> Recogniser:
    """Return what knows the titles of the forms, kept for the workbooks that follow."""
    return Recogniser(catalogue, forms)


def _found(book: RawBook, recogniser: Recogniser, problems: list[Problem]) -> Iterator[Found]:
    """Yield the tables of every sheet that is no copy of another one."""
    copy_of = copies(book)
    for sheet in book.sheets:
        grid = Grid(sheet)
        tables = () if sheet.ours else tables_on(grid, recogniser)
        if tables and sheet.name in copy_of:
            problems.append(copied(sheet.name, copy_of[sheet.name]))
            continue
        yield from ((grid, one) for one in tables)


def _read(
    grid: Grid,
    found: Recognised,
    typer: TableTyper,
    fields: Mapping[str, frozenset[str]] | None,
    problems: list[Problem],
) -> Table:
    wanted = None if fields is None else fields.get(found.form.id, frozenset())
    table, noted = typer.read(grid, found, wanted)
    problems.extend(noted)
    return table


def _place_in(book: RawBook) -> Callable[[Problem], tuple[int, int, int, str]]:
    """Return what puts problems in the order in which a person meets them."""
    order = {sheet.name: position for position, sheet in enumerate(book.sheets)}

    def place(problem: Problem) -> tuple[int, int, int, str]:
        cell = problem.cell or ""
        return order.get(problem.sheet, len(order)), problem.row or 0, len(cell), cell

    return place


def _across(tables: Sequence[Table], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what one table tells of another."""
    yield from shared(tables, catalogue)
    masters = [table for table in tables if table.form == "task-master"]
    for table in tables:
        if masters and table.form != "task-master":
            yield from misnamed(table, masters, catalogue.forms[table.form])
