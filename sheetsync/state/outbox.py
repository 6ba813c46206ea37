"""Which messages left, kept in the project's database, so that none leaves twice."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from sheetsync.model.message import STALE, Entry, EntryState, Message
from sheetsync.state.database import Database
from sheetsync.state.tables import messages

_ENTRY = tuple(messages.c[name] for name in Entry.__slots__)


class ProjectOutbox:
    """What a project keeps of the messages that left; meets the port Outbox.

    Every method may raise SpecFileError, StateUnusableError or BusyError, as the database does.

    Args:
        database: The project's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer(self, message: Message, channel: str, now: datetime) -> Entry:
        """Enter a message as pending unless it is known; return what is known of it.

        One that was left `sending` longer than any server takes becomes `doubt`.
        """
        this = _this(message.key, message.recipient, channel)
        with self._database.writing() as connection:
            stale = and_(this, messages.c.state == "sending", messages.c.changed < now - STALE)
            connection.execute(update(messages).where(stale).values(state="doubt", changed=now))
            found = _one(connection, this)
            if found is not None:
                return found
            entry = Entry(
                key=message.key,
                recipient=message.recipient.lower(),
                channel=channel,
                state="pending",
                digest=message.draft.digest,
                facts=message.draft.facts,
                tries=0,
                first=now,
                changed=now,
            )
            row = {name: getattr(entry, name) for name in Entry.__slots__}
            connection.execute(insert(messages).values(row | {"facts": _stored(message)}))
            return entry

    def claim(self, message: Message, channel: str, now: datetime) -> bool:
        """Turn pending into sending, committed before this returns; False if somebody else was first."""
        waiting = and_(_this(message.key, message.recipient, channel), messages.c.state == "pending")
        taken = {
            "state": "sending",
            "digest": message.draft.digest,
            "facts": _stored(message),
            "changed": now,
        }
        with self._database.writing() as connection:
            return connection.execute(update(messages).where(waiting).values(taken)).rowcount == 1

    def settle(self, message: Message, channel: str, state: EntryState, *, reply: str, now: datetime) -> None:
        """Write down what became of a message; `pending` where it is to be tried again."""
        ours = and_(
            _this(message.key, message.recipient, channel), messages.c.state.in_(("pending", "sending"))
        )
        became = {"state": state, "reply": reply, "changed": now, "tries": messages.c.tries + 1}
        with self._database.writing() as connection:
            connection.execute(update(messages).where(ours).values(became))

    def release(self, key: str, recipient: str, channel: str, now: datetime) -> bool:
        """Make a refused or doubtful message pending again, as a person decided; False if there is none."""
        held = or_(
            messages.c.state.in_(("refused", "doubt")),
            and_(messages.c.state == "sending", messages.c.changed < now - STALE),
        )
        again = update(messages).where(_this(key, recipient, channel), held)
        with self._database.writing() as connection:
            return connection.execute(again.values(state="pending", changed=now)).rowcount == 1

    def entries(self, start: str = "", *, state: EntryState | None = None) -> Sequence[Entry]:
        """Return what is known of the messages whose key starts like that, the oldest first."""
        if self._database.absent:
            return ()
        query = select(*_ENTRY).where(messages.c.key.startswith(start, autoescape=True))
        if state is not None:
            query = query.where(messages.c.state == state)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(messages.c.first, messages.c.number)).mappings()
            found = [_entry(dict(row)) for row in rows]
        # LIKE does not tell capitals from small letters everywhere.
        return tuple(entry for entry in found if entry.key.startswith(start))


def _this(key: str, recipient: str, channel: str) -> ColumnElement[bool]:
    return and_(
        messages.c.key == key, messages.c.recipient == recipient.lower(), messages.c.channel == channel
    )


def _one(connection: Connection, which: ColumnElement[bool]) -> Entry | None:
    row = connection.execute(select(*_ENTRY).where(which)).mappings().one_or_none()
    return None if row is None else _entry(dict(row))


def _entry(row: "dict[str, object]") -> Entry:
    facts = tuple((name, value) for name, value in json.loads(str(row["facts"])))
    return Entry(**(row | {"facts": facts}))  # type: ignore[arg-type] # the columns are the fields


def _stored(message: Message) -> str:
    return json.dumps(message.draft.facts)
