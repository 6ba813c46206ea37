"""What was last seen of each cell."""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of cells, and the number by which programs without migrations know the rest."""
    op.create_table("sheetsync_shape", Column("number", Integer, primary_key=True))
    op.create_table(
        "sheetsync_cells",
        Column("book", String(500), primary_key=True),
        Column("form", String(60), primary_key=True),
        Column("field", String(60), primary_key=True),
        Column("key", String(500), primary_key=True),
        Column("value", String, nullable=False),
        Column("since", DateTime, nullable=False),
        Column("before", String),
    )
