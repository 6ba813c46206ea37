"""What two sides of a mirror last agreed on, and what was written to bring them there."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables of bases and syncs."""
    op.create_table(
        "sheetsync_bases",
        Column("number", Integer, primary_key=True),
        Column("pair", String, nullable=False),
        Column("key", String, nullable=False),
        Column("tokens", String, nullable=False),
        Column("gone", String),
    )
    op.create_index("sheetsync_bases_once", "sheetsync_bases", ["pair", "key"], unique=True)
    op.create_table(
        "sheetsync_syncs",
        Column("number", Integer, primary_key=True),
        Column("pair", String, nullable=False),
        Column("at", DateTime, nullable=False),
        Column("state", String, nullable=False),
        Column("left", String, nullable=False),
        Column("right", String, nullable=False),
        Column("before", String, nullable=False),
    )
    op.create_index("sheetsync_syncs_by_pair", "sheetsync_syncs", ["pair", "number"])
