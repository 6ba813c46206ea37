"""What was sent and who was told, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sheetsync.model.message import STALE, Entry, EntryState, Message
from sheetsync.model.reminder import Reminder, ToldState


class MemoryOutbox:
    """What left, in memory; meets the port Outbox."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], Entry] = {}

    def offer(self, message: Message, channel: str, now: datetime) -> Entry:
        """Enter a message as pending unless it is known; return what is known of it."""
        place = message.key, message.recipient.lower(), channel
        known = self._entries.get(place)
        if known is not None and known.state == "sending" and known.changed < now - STALE:
            known = replace(known, state="doubt", changed=now)
        self._entries[place] = known or Entry(
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
        return self._entries[place]

    def claim(self, message: Message, channel: str, now: datetime) -> bool:
        """Turn pending into sending; False if it is not pending."""
        draft = message.draft
        return self._turn(
            (message.key, message.recipient.lower(), channel),
            {"pending"},
            {"state": "sending", "digest": draft.digest, "facts": draft.facts, "changed": now},
        )

    def settle(self, message: Message, channel: str, state: EntryState, *, reply: str, now: datetime) -> None:
        """Write down what became of a message."""
        place = message.key, message.recipient.lower(), channel
        known = self._entries.get(place)
        tries = 0 if known is None else known.tries + 1
        became = {"state": state, "reply": reply, "changed": now, "tries": tries}
        self._turn(place, {"pending", "sending"}, became)

    def release(self, key: str, recipient: str, channel: str, now: datetime) -> bool:
        """Make a refused or doubtful message pending again; False if there is none."""
        place = key, recipient.lower(), channel
        known = self._entries.get(place)
        held: set[EntryState] = {"refused", "doubt"}
        if known is not None and known.changed < now - STALE:
            held.add("sending")
        return self._turn(place, held, {"state": "pending", "changed": now})

    def entries(self, start: str = "", *, state: EntryState | None = None) -> Sequence[Entry]:
        """Return what is known of the messages whose key starts like that, the oldest first."""
        found = (one for one in self._entries.values() if one.key.startswith(start))
        return sorted((one for one in found if state in {None, one.state}), key=lambda one: one.first)

    def _turn(self, place: tuple[str, str, str], held: set[EntryState], became: dict[str, Any]) -> bool:
        known = self._entries.get(place)
        if known is None or known.state not in held:
            return False
        self._entries[place] = replace(known, **became)
        return True


class MemoryLedger:
    """Who was told of what, in memory; meets the port Ledger."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, date], Reminder] = {}

    def known(self, since: date) -> Sequence[Reminder]:
        """Return the reminders of that day or later, and all whose matter is still open, the oldest first."""
        return [one for one in self._rows.values() if one.day >= since or one.acted_at is None]

    def claim(self, reminders: Sequence[Reminder]) -> Sequence[Reminder]:
        """Enter reminders as held; return those that nobody had entered."""
        entered = []
        for one in reminders:
            held = replace(one, state="held")
            if self._rows.setdefault(_told(one), held) is held:
                entered.append(held)
        return entered

    def settle(self, reminders: Sequence[Reminder], state: ToldState, channel: str, at: datetime) -> None:
        """Write down what became of claimed or doubtful reminders."""
        for one in reminders:
            known = self._rows.get(_told(one))
            if known is not None and known.state != "sent" and known.message == one.message:
                self._rows[_told(one)] = replace(known, state=state, channel=channel, at=at)

    def release(self, reminders: Sequence[Reminder]) -> None:
        """Take out claimed or doubtful reminders that did not leave."""
        for one in reminders:
            known = self._rows.get(_told(one))
            if known is not None and known.state != "sent" and known.message == one.message:
                del self._rows[_told(one)]

    def close(self, matters: Collection[str], at: datetime) -> int:
        """Write down that nothing is left to do on matters; return how many open reminders that were."""
        done = [place for place, one in self._rows.items() if one.matter in matters and one.acted_at is None]
        self._rows.update({place: replace(self._rows[place], acted_at=at) for place in done})
        return len(done)


def _told(one: Reminder) -> tuple[str, str, date]:
    return one.matter, one.receiver, one.day
