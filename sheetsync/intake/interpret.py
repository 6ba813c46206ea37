"""A document as it was read to tables of canonical values, with every problem placed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.grid import Grid
from sheetsync.intake.headers import Recogniser
from sheetsync.intake.names import misnamed
from sheetsync.intake.readers import Readers
from sheetsync.intake.regions import tables_on
from sheetsync.intake.tables import TableTyper
from sheetsync.intake.twins import copied, copies, shared
from sheetsync.model.finding import Problem
from sheetsync.model.table import RawBook, Table
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document says.

    Args:
        tables: The forms found, in the order of the sheets.
        problems: Cells not read or read with a doubt, sheet by sheet from top to bottom.
    """

    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]


def interpret(
    book: RawBook,
    catalogue: Catalogue,
    *,
    worktime: WorkTime,
    fields: Mapping[str, frozenset[str]] | None = None,
    forms: Collection[str] | None = None,
) -> Reading:
    """Read the tables of a document. One bad cell never stops the others, and the clock plays no part.

    Args:
        book: The document.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar, for due dates on rest days.
        fields: Form to the fields that are needed; what nobody needs is not typed. None for all.
        forms: Only look for these forms; fewer headers will then do to recognise one. None for all.
    """
    recogniser = Recogniser(catalogue, forms)
    typer = TableTyper(Readers(catalogue), worktime)
    tables: list[Table] = []
    problems: list[Problem] = []
    copy_of = copies(book)
    for sheet in book.sheets:
        grid = Grid(sheet)
        found = () if sheet.ours else tables_on(grid, recogniser)
        if found and sheet.name in copy_of:
            problems.append(copied(sheet.name, copy_of[sheet.name]))
            continue
        for one in found:
            wanted = None if fields is None else fields.get(one.form.id, frozenset())
            table, noted = typer.read(grid, one, wanted)
            tables.append(table)
            problems.extend(noted)
    problems.extend(_across(tables, catalogue))
    order = {sheet.name: position for position, sheet in enumerate(book.sheets)}
    problems.sort(key=lambda problem: (order.get(problem.sheet, len(order)), problem.row or 0))
    return Reading(tables=tuple(tables), problems=tuple(problems))


def _across(tables: Sequence[Table], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what one table tells of another."""
    yield from shared(tables, catalogue)
    masters = [table for table in tables if table.form == "task-master"]
    for table in tables:
        if masters and table.form != "task-master":
            yield from misnamed(table, masters, catalogue.forms[table.form])
