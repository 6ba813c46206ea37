"""`remind`: tells people what waits for them, each matter at most once a person and day (reliability, 7).

What is told is entered in the ledger before it is handed over, and settled after; what a run that ended
between both took on, the next run asks the outbox about: what left counts, what may have left counts as
told but is listed, what did not leave is told again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sheetsync.config.reminders import RemindersSettings
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.model.reminder import (
    Assignment,
    Digest,
    Lost,
    Matter,
    Person,
    Reminder,
)
from sheetsync.operations.matters import Told
from sheetsync.operations.reminded import Reminded
from sheetsync.operations.sending import Post, Sending, Way
from sheetsync.ports import Reviser
from sheetsync.reminders.due import (
    LOOKED_BACK,
    Due,
    Occasion,
    Plan,
    count_done,
    gone,
    is_flood,
    plan,
    revised,
    turn,
)
from sheetsync.reminders.quiet import is_quiet
from sheetsync.reminders.staff import GROUP, assigned, meant
from sheetsync.text import Text
from sheetsync.worktime import WorkTime

UNREACHED = Text("没有可用的联系方式（邮箱、飞书 ID）", "no address by which to reach them (mail, Feishu id)")

_FALLBACK = Text("项目责任人", "who answers for the project")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of reminders.

    Args:
        told: What the workbooks have to tell, one a unit of workbooks that belong together.
        books: What the project knows the workbooks by that could be read.
        errors: Why others could not be read.
        occasion: When and for what.
        project: What the project is called in messages; may be empty.
        settings: `[reminders]`.
        worktime: The project's calendar.
        post: Where reminders are kept and how they leave.
    """

    told: Sequence[Told]
    books: frozenset[str]
    occasion: Occasion
    project: str
    settings: RemindersSettings
    worktime: WorkTime
    post: Post
    errors: tuple[SheetSyncError, ...] = ()
    _lost: list[Lost] = field(default_factory=list, init=False)

    def carry_out(self, *, dry_run: bool = False, agreed: bool = False) -> Reminded:
        """Tell people what is due.

        Args:
            dry_run: Show the messages; nothing leaves and nothing is remembered.
            agreed: Somebody has said yes to more recipients than usual.

        Raises:
            UsageError: Far more people than usual would be written to, and nobody has agreed to that.
            SheetSyncError: Ledger, outbox or folder cannot be written; what left before is remembered.
        """
        ledger, now = self.post.ledger, self.occasion.now
        known = ledger.known((now - LOOKED_BACK).date())
        if not dry_run and self._sending.settle_left(known):
            known = ledger.known((now - LOOKED_BACK).date())
        matters = [matter for told in self.told for matter in told.matters]
        ended = gone(matters, known, self.books)
        done = count_done(ended, matters, known)
        if not dry_run:
            ledger.close(ended, now)
        # What has ended and comes back begins anew, in a dry run as well.
        known = [
            one if one.matter not in ended else replace(one, acted_at=one.acted_at or now) for one in known
        ]
        assignments = self._assignments()
        found = plan(assignments, known, self.occasion, self.settings, self.worktime)
        due = self._with_lists(found, known)
        if not agreed and is_flood(due, known, self.settings):
            raise self._flood(due)
        sent = [self._sending.shown(one) if dry_run else self._sending.send(one) for one in due]
        updated: tuple[str, ...] = ()
        if not dry_run:
            self._sending.drop_overtaken(matters)
            updated = tuple(self._revised(ended, assignments, known))
        return Reminded(
            now=now,
            slot=self.occasion.slot,
            sent=tuple(one for one in sent if one is not None),
            waiting=found.waiting,
            until=found.until,
            had=found.had,
            excused=found.excused,
            closed=done,
            lost=tuple(self._lost),
            silent=tuple(one for told in self.told for one in told.silent),
            revised=updated,
            doubts=tuple(one for one in known if one.state == "doubt" and one.acted_at is None),
            errors=self.errors,
        )

    @cached_property
    def _sending(self) -> Sending:
        return Sending(post=self.post, occasion=self.occasion, project=self.project)

    def _assignments(self) -> list[Assignment]:
        """Return who is to be told of what, as far as there is a way to that person."""
        found: list[Assignment] = []
        unreached: dict[tuple[str, Text], dict[str, None]] = {}
        named = {**self.settings.people, GROUP.zh: self.settings.group}
        for told in self.told:
            some, lost = assigned(told.matters, told.directory, named, told.homes)
            self._lost.extend(lost)
            for one in some:
                if self._way(one.person) is not None:
                    found.append(one)
                else:
                    place = one.person.name, one.rung.name
                    unreached.setdefault(place, {})[_called(one.matter)] = None
        self._lost.extend(
            Lost(who=who, role=role, why=UNREACHED, records=tuple(records))
            for (who, role), records in unreached.items()
        )
        return found

    def _way(self, person: Person) -> tuple[Way, str] | None:
        return next(iter(self._sending.ways(person)), None)

    def _with_lists(self, found: Plan, known: Sequence[Reminder]) -> list[Due]:
        """Return what leaves, with whom nobody could tell and who has not reported for who answers for it."""
        due = list(found.due)
        silent = tuple(one for told in self.told for one in told.silent)
        if self.occasion.is_urgent or not self.settings.fallback or not (silent or self._lost):
            return due
        for told in self.told:
            people = meant(self.settings.fallback, _FALLBACK, told.directory, {}, None).people
            if people and self._way(people[0]) is not None:
                break
        else:
            self._lost.append(Lost(who=self.settings.fallback, role=_FALLBACK, why=UNREACHED, records=()))
            return due
        owner, now = people[0], self.occasion.now
        for number, one in enumerate(due):
            if one.digest.person.name == owner.name and not one.digest.urgent:
                lists = replace(one.digest, lost=tuple(self._lost), silent=silent)
                due[number] = replace(one, digest=lists)
                return due
        key = turn(self.occasion, self.settings, owner.name)
        had = {
            one.message
            for one in known
            if one.receiver == owner.name and one.day == self.occasion.day and not one.urgent
        }
        had |= {
            entry.key
            for entry in self.post.outbox.entries(key)
            if entry.key == key and entry.state != "pending"
        }
        is_full = key in had or len(had) >= self.settings.most_a_day
        if not is_full and not is_quiet(now, self.settings, self.worktime):
            digest = Digest(person=owner, lost=tuple(self._lost), silent=silent)
            due.append(Due(key=key, digest=digest, rows=()))
        return due

    def _revised(
        self, ended: Collection[str], assignments: Sequence[Assignment], known: Sequence[Reminder]
    ) -> Iterator[str]:
        """Show today's messages again of which something is done since; yield whose that were.

        Nothing new is sent, so it does not matter who else was told, nor whether it can be done.
        """
        revisers = {
            way.notifier.channel: way.notifier for way in self.post.ways if isinstance(way.notifier, Reviser)
        }
        today: dict[str, list[Reminder]] = defaultdict(list)
        for one in known:
            if one.day == self.occasion.day and one.state == "sent" and one.channel in revisers:
                today[one.message].append(one)
        for key, rows in today.items():
            if not any(one.matter in ended for one in rows) or self._has_lists(rows[0].receiver):
                continue
            digest = revised(rows, assignments, known, self.occasion, self.settings, self.worktime)
            draft = self._sending.draft(replace(digest, urgent=rows[0].urgent))
            entries = self.post.outbox.entries(key, state="sent")
            entry = next((entry for entry in entries if entry.key == key), None)
            if entry is not None and revisers[rows[0].channel].revise(entry, draft):
                yield rows[0].receiver

    def _has_lists(self, name: str) -> bool:
        """Tell whether somebody's message bears lists, which the ledger does not know."""
        fallback = self.settings.fallback
        return bool(fallback) and any(
            person.name == name
            for told in self.told
            for person in meant(fallback, _FALLBACK, told.directory, {}, None).people
        )

    def _flood(self, due: Sequence[Due]) -> UsageError:
        count = len({one.digest.person.name for one in due})
        return UsageError(
            Text(
                f"这次要提醒 {count} 人，比平时多得多，先不发送。",
                f"{count} people would be written to, far more than usual; nothing was sent.",
            ),
            fix=Text(
                "请先用 --dry-run 看一遍，确认后加 --yes 发送；上限见 [reminders] most_people。",
                "Look at them with --dry-run, then send with --yes; the limit is [reminders] most_people.",
            ),
        )


def _called(matter: Matter) -> str:
    return matter.record or matter.name or f"{matter.sheet}:{matter.row}"
