"""The tokens of batches of new records that were handed to Feishu and whose outcome is not known yet."""

from alembic import op
from sqlalchemy import Column, DateTime, String

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table of batches."""
    op.create_table(
        "sheetsync_batches",
        Column("batch", String, primary_key=True),
        Column("token", String, nullable=False),
        Column("at", DateTime, nullable=False),
    )
