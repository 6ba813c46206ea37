"""The tables of the project's database, and the number of their shape."""

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table

SHAPE = 2
"""Counts up with every change of the tables; an older program refuses a newer database."""

metadata = MetaData()

shape = Table("sheetsync_shape", metadata, Column("number", Integer, primary_key=True))

cells = Table(
    "sheetsync_cells",
    metadata,
    Column("book", String(500), primary_key=True),
    Column("form", String(60), primary_key=True),
    Column("field", String(60), primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("value", String, nullable=False),
    Column("since", DateTime, nullable=False),
    Column("before", String),
)
"""What was last seen of a cell, since when, and what stood there before; times as in the project."""

audit = Table(
    "sheetsync_audit",
    metadata,
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
"""Every cell of people that the engine changed; rows are only ever added."""
