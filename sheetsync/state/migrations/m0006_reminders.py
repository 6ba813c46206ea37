"""Who was reminded of what, on which day."""

from alembic import op
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table of reminders."""
    op.create_table(
        "sheetsync_reminders",
        Column("number", Integer, primary_key=True),
        Column("matter", String, nullable=False),
        Column("receiver", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("rung", Integer, nullable=False),
        Column("level", String, nullable=False),
        Column("at", DateTime, nullable=False),
        Column("message", String, nullable=False),
        Column("channel", String, nullable=False),
        Column("urgent", Boolean, nullable=False),
        Column("state", String, nullable=False),
        Column("content", String, nullable=False),
        Column("book", String, nullable=False),
        Column("table", String, nullable=False),
        Column("record_id", String, nullable=False),
        Column("rule", String, nullable=False),
        Column("acted_at", DateTime),
    )
    op.create_index(
        "sheetsync_reminders_once", "sheetsync_reminders", ["matter", "receiver", "day"], unique=True
    )
    op.create_index("sheetsync_reminders_by_day", "sheetsync_reminders", ["day"])
    op.create_index("sheetsync_reminders_open", "sheetsync_reminders", ["acted_at"])
