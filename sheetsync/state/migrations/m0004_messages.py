"""Which messages left, to whom."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table of messages."""
    op.create_table(
        "sheetsync_messages",
        Column("number", Integer, primary_key=True),
        Column("key", String, nullable=False),
        Column("recipient", String, nullable=False),
        Column("channel", String, nullable=False),
        Column("state", String, nullable=False),
        Column("digest", String, nullable=False),
        Column("facts", String, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("first", DateTime, nullable=False),
        Column("changed", DateTime, nullable=False),
        Column("reply", String, nullable=False),
    )
    op.create_index(
        "sheetsync_messages_once", "sheetsync_messages", ["key", "recipient", "channel"], unique=True
    )
