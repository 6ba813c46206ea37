"""What a person decided of a message, written down with who decided it, in one transaction."""

from datetime import datetime

from sqlalchemy import and_, insert, update

from sheetsync.model.message import Entry, EntryState
from sheetsync.state.database import Database
from sheetsync.state.tables import audit, messages


def decide(
    database: Database, entry: Entry, state: EntryState, reply: str, *, actor: str, now: datetime
) -> bool:
    """Give a message the state that a person decided on, unless it changed since it was looked at.

    Args:
        database: The project's database.
        entry: The message as it was looked at.
        state: The state it gets.
        reply: What is kept as the reason.
        actor: Who decided.
        now: Wall clock of the project's zone.

    Returns:
        False if it changed meanwhile; nothing was written.
    """
    unchanged = and_(
        messages.c.key == entry.key,
        messages.c.recipient == entry.recipient,
        messages.c.channel == entry.channel,
        messages.c.state == entry.state,
        messages.c.changed == entry.changed,
    )
    trail = {
        "at": now,
        "source": "命令",
        "actor": actor,
        "book": "",
        "table": "消息",
        "record_id": entry.key,
        "field": f"{entry.channel} {entry.recipient}",
        "old_value": entry.state,
        "new_value": state,
        "rule": "",
        "cause": "outbox",
    }
    with database.writing() as connection:
        became = {"state": state, "reply": reply, "changed": now}
        if connection.execute(update(messages).where(unchanged).values(became)).rowcount != 1:
            return False
        connection.execute(insert(audit), [trail])
    return True
