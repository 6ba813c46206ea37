"""How workbooks stood in earlier runs."""

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    String,
    column,
    delete,
    insert,
    table,
)

revision = "0003"
down_revision = "0002"

_shape = table("sheetsync_shape", column("number", Integer))


def upgrade() -> None:
    """Make the tables of runs and states."""
    op.create_table(
        "sheetsync_books",
        Column("number", Integer, primary_key=True),
        Column("name", String, nullable=False, unique=True),
    )
    op.create_table(
        "sheetsync_runs",
        Column("number", Integer, primary_key=True),
        Column("book", Integer, ForeignKey("sheetsync_books.number"), nullable=False),
        Column("taken", DateTime, nullable=False),
        Column("figures", String, nullable=False),
    )
    op.create_index("sheetsync_runs_by_book", "sheetsync_runs", ["book", "taken"], unique=True)
    op.create_index("sheetsync_runs_by_time", "sheetsync_runs", ["taken"])
    op.create_table(
        "sheetsync_states",
        Column("number", Integer, primary_key=True),
        Column("book", Integer, ForeignKey("sheetsync_books.number"), nullable=False),
        Column("since", DateTime, nullable=False),
        Column("until", DateTime, nullable=False),
        Column("form", String, nullable=False),
        Column("key", String, nullable=False),
        Column("status", String, nullable=False),
        Column("finished", Boolean, nullable=False),
        Column("progress", Double),
        Column("start", DateTime),
        Column("due", DateTime),
        Column("owner", String, nullable=False),
        Column("department", String, nullable=False),
        Column("name", String, nullable=False),
        Column("rules", String, nullable=False),
    )
    op.create_index("sheetsync_states_by_book", "sheetsync_states", ["book", "until"])
    # Programs without migrations know the shapes 1 and 2, and refuse any other.
    op.execute(delete(_shape))
    op.execute(insert(_shape).values(number=3))
