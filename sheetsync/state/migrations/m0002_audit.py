"""The audit trail."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of changed cells."""
    op.create_table(
        "sheetsync_audit",
        Column("number", Integer, primary_key=True, autoincrement=True),
        Column("at", DateTime, nullable=False, index=True),
        Column("source", String(20), nullable=False),
        Column("actor", String(100), nullable=False),
        Column("book", String(500), nullable=False),
        Column("table", String(100), nullable=False),
        Column("record_id", String(500), nullable=False),
        Column("field", String(500), nullable=False),
        Column("old_value", String, nullable=False),
        Column("new_value", String, nullable=False),
        Column("rule", String(20), nullable=False),
        Column("cause", String(500), nullable=False),
    )
