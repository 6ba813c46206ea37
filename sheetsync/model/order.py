"""What changes in force order: another value for a cell of people, or why that cell is left alone."""

from dataclasses import dataclass

from sheetsync.model.edit import CellValue
from sheetsync.model.tableid import TableId
from sheetsync.model.value import RawValue
from sheetsync.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One cell of people that gets the value its change request agreed on.

    Args:
        changes: Ids of the change requests; several where each begins with what the one before ended with.
        asked: The table of change requests with the row that orders it.
        position: Position of that row in its table, from 0.
        table: The table of the task.
        key: The task's business key.
        field: The field.
        title: Its header as written.
        row: Row number of the cell, from 1.
        column: Column number of the cell, from 1.
        expected: What the cell holds now, as it was read.
        value: What it shall hold.
        before: What it holds now, as a person reads it.
        after: What it shall hold, as a person reads it.
    """

    changes: tuple[str, ...]
    asked: TableId
    position: int
    table: TableId
    key: str
    field: str
    title: str
    row: int
    column: int
    expected: RawValue
    value: CellValue
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A change in force that is not carried out.

    Args:
        change: Id of the change request.
        asked: The table of change requests.
        position: Position of its row in that table, from 0.
        why: Why not.
    """

    change: str
    asked: TableId
    position: int
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """All that the changes in force of one workbook come to; what is carried out already is left out.

    Args:
        orders: Cells that get another value.
        refusals: Changes that are not carried out.
        automatic: True where the next write carries the orders out, False where people have to.
    """

    orders: tuple[Order, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    automatic: bool = False


NO_ORDERS = Orders()
"""Nobody asks for anything."""
