"""Which due moments of jobs somebody took on, and who may do what nobody else may do meanwhile."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of ticks and leases."""
    op.create_table(
        "sheetsync_ticks",
        Column("number", Integer, primary_key=True),
        Column("job", String, nullable=False),
        Column("due", DateTime, nullable=False),
        Column("state", String, nullable=False),
        Column("owner", String, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("started", DateTime, nullable=False),
        Column("changed", DateTime, nullable=False),
        Column("again", DateTime),
        Column("note", String, nullable=False),
    )
    op.create_index("sheetsync_ticks_once", "sheetsync_ticks", ["job", "due"], unique=True)
    op.create_index("sheetsync_ticks_by_state", "sheetsync_ticks", ["state"])
    op.create_table(
        "sheetsync_leases",
        Column("name", String, primary_key=True),
        Column("owner", String, nullable=False),
        Column("fence", Integer, nullable=False),
        Column("taken", DateTime, nullable=False),
        Column("until", DateTime, nullable=False),
    )
