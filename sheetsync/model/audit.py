"""The audit trail: which cell was changed, by whom, from what to what, and why."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change of one cell, with the columns of the form 操作留痕 (spec B5).

    Args:
        at: When, wall clock of the project's zone.
        source: Where it came from: `规则`, `Excel` or `飞书`.
        actor: Who did it; `系统` for the engine.
        book: The workbook, as the project knows it.
        table: The sheet.
        record_id: The record's business key.
        field: The header of the column as written.
        old_value: What stood there, as a person reads it; empty if nothing did.
        new_value: What stands there now.
        rule: The rule behind it; empty for a person's change.
        cause: What ordered it, such as the id of a change request.
    """

    at: datetime
    source: str
    actor: str
    book: str
    table: str
    record_id: str
    field: str
    old_value: str
    new_value: str
    rule: str
    cause: str = ""
