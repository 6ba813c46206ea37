"""The tables of the project's database as they are now; `migrations/` tells how they came to be.

Times are wall clock of the project's zone.
"""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)

from sheetsync.state.words import Words

REVISION = "0009"
"""The last migration; an older program refuses a database of a later one."""

OPEN = datetime(9999, 12, 31)
"""The end of what has not ended; a time like another, so that one range of an index finds what holds."""

metadata = MetaData()

revision = Table("sheetsync_revision", metadata, Column("version_num", String(32), primary_key=True))
"""Which migration the database has come to; Alembic keeps it."""

shape = Table("sheetsync_shape", metadata, Column("number", Integer, primary_key=True))
"""What stood for the revision before there were migrations; programs of that time read it and refuse."""

cells = Table(
    "sheetsync_cells",
    metadata,
    Column("book", Words(500), primary_key=True),
    Column("form", String(60), primary_key=True),
    Column("field", String(60), primary_key=True),
    Column("key", Words(500), primary_key=True),
    Column("value", Words, nullable=False),
    Column("since", DateTime, nullable=False),
    Column("before", Words),
)
"""What was last seen of a cell, since when, and what stood there before."""

audit = Table(
    "sheetsync_audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("source", String(20), nullable=False),
    Column("actor", Words(100), nullable=False),
    Column("book", Words(500), nullable=False),
    Column("table", Words(100), nullable=False),
    Column("record_id", Words(500), nullable=False),
    Column("field", Words(500), nullable=False),
    Column("old_value", Words, nullable=False),
    Column("new_value", Words, nullable=False),
    Column("rule", String(20), nullable=False),
    Column("cause", Words(500), nullable=False),
)
"""Every cell of people that the engine changed; rows are only ever added."""

books = Table(
    "sheetsync_books",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
)
"""The workbooks that runs are kept of, by what the project knows them by."""

runs = Table(
    "sheetsync_runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("book", Integer, ForeignKey(books.c.number), nullable=False),
    Column("taken", DateTime, nullable=False),
    Column("figures", String, nullable=False),
    Index("sheetsync_runs_by_book", "book", "taken", unique=True),
    Index("sheetsync_runs_by_time", "taken"),
)
"""When a workbook was judged, and the figures of that run as a JSON object."""

states = Table(
    "sheetsync_states",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("book", Integer, ForeignKey(books.c.number), nullable=False),
    Column("since", DateTime, nullable=False),
    Column("until", DateTime, nullable=False),
    Column("form", String, nullable=False),
    Column("key", Words, nullable=False),
    Column("status", String, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("progress", Double),
    Column("start", DateTime),
    Column("due", DateTime),
    Column("owner", Words, nullable=False),
    Column("department", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("rules", String, nullable=False),
    Index("sheetsync_states_by_book", "book", "until"),
)
"""How a record stood: from the run `since` to before the run `until`, still so where that is `OPEN`.

`rules` is a JSON list. A record has one row a change, not one a run: 400 daily runs of 5,000 records stay
small.
"""

messages = Table(
    "sheetsync_messages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Words, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("facts", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first", DateTime, nullable=False),
    Column("changed", DateTime, nullable=False),
    Column("reply", Words, nullable=False),
    Index("sheetsync_messages_once", "key", "recipient", "channel", unique=True),
)
"""Which messages left, to whom, at most one a key, recipient and channel; `facts` is a JSON list of pairs."""

ticks = Table(
    "sheetsync_ticks",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("job", Words, nullable=False),
    Column("due", DateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("started", DateTime, nullable=False),
    Column("changed", DateTime, nullable=False),
    Column("again", DateTime),
    Column("note", Words, nullable=False),
    Index("sheetsync_ticks_once", "job", "due", unique=True),
    Index("sheetsync_ticks_by_state", "state"),
)
"""The due moments of jobs that somebody took on or left out; times are UTC."""

leases = Table(
    "sheetsync_leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("owner", String, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("taken", DateTime, nullable=False),
    Column("until", DateTime, nullable=False),
)
"""Who may do alone what `name` says, until when; `fence` grows with each owner; times are UTC."""

reminders = Table(
    "sheetsync_reminders",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("matter", Words, nullable=False),
    Column("receiver", Words, nullable=False),
    Column("day", Date, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("level", Words, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("message", Words, nullable=False),
    Column("channel", String, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("content", Words, nullable=False),
    Column("book", Words, nullable=False),
    Column("table", Words, nullable=False),
    Column("record_id", Words, nullable=False),
    Column("rule", String, nullable=False),
    Column("acted_at", DateTime),
    Index("sheetsync_reminders_once", "matter", "receiver", "day", unique=True),
    Index("sheetsync_reminders_by_day", "day"),
    Index("sheetsync_reminders_open", "acted_at"),
)
"""Who was told of which matter on which day, at most once, and by which message; open until it is done."""

bases = Table(
    "sheetsync_bases",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("pair", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("tokens", Words, nullable=False),
    Column("gone", String),
    Index("sheetsync_bases_once", "pair", "key", unique=True),
)
"""What both sides of a mirror last agreed on of a record; `tokens` is a JSON object of field to token."""

syncs = Table(
    "sheetsync_syncs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("pair", Words, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("left", Words, nullable=False),
    Column("right", Words, nullable=False),
    Column("before", Words, nullable=False),
    Index("sheetsync_syncs_by_pair", "pair", "number"),
)
"""What a mirror wrote, as JSON: a run that ended in the middle is seen, and the last one can be undone."""

batches = Table(
    "sheetsync_batches",
    metadata,
    Column("batch", String, primary_key=True),
    Column("token", String, nullable=False),
    Column("at", DateTime, nullable=False),
)
"""New records on their way to Feishu: a digest of what they hold to the token they go by; times are UTC."""
