"""Keeps tables in step, both ways.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sheetsync.errors import BusyError, UsageError
from sheetsync.project import Project, known_as
from sheetsync.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from sheetsync.address import Address
    from sheetsync.config.pairs import PairPolicy
    from sheetsync.excel.store import ExcelStore
    from sheetsync.model.mirror import SideName
    from sheetsync.operations.sync import SyncResult
    from sheetsync.operations.syncends import End, Pair
    from sheetsync.operations.syncundo import UndoResult
    from sheetsync.state.bases import PairBases
    from sheetsync.state.database import Database


@dataclass(frozen=True)
class Syncing(Project):
    """The commands that mirror one table into another, field by field."""

    def sync(  # noqa: PLR0913 - the parameters of the command
        self,
        pair: str | None = None,
        *,
        left: str | None = None,
        right: str | None = None,
        form: str | None = None,
        dry_run: bool = False,
        adopt: bool = False,
        prefer: SideName | None = None,
        max_delete: float | None = None,
        delete: bool = False,
        yes: bool = False,
    ) -> SyncResult:
        """Bring two tables of one form in step.

        Args:
            pair: A pair of the settings; or else `left`, `right` and `form` are given.
            left: Where one table lies: `path.xlsx`, `path.xlsx#Sheet` or `bitable:APP_TOKEN/TABLE_ID`.
            right: Where the other one lies.
            form: Their form.
            dry_run: Only say what would be done.
            adopt: Unite two tables that never were in step; nothing is deleted.
            prefer: The side that wins every conflict; as the pair's policy says, when None.
            max_delete: How many of the records may be deleted or marked as cancelled, in %; likewise.
            delete: Delete for good what one side deleted, instead of marking it.
            yes: A person has confirmed that records are deleted for good, and that nearly all may change.

        Raises:
            UsageError: There is no project or no such pair, or both were never in step.
            SpecFileError: The settings of the pair are wrong.
            InputRefusedError: A side cannot be read safely, or has no table of the form.
            BusyError: Another run keeps the pair in step now, or somebody has a workbook open.
            RemoteError: A side does not answer.
        """
        from sheetsync.operations.sync import Terms, sync

        database = self._kept_in()
        both, policy = self._pair(pair, left, right, form)
        terms = Terms(
            adopt=adopt,
            deletion="delete" if delete else policy.deletion,
            prefer=prefer or policy.prefer,
            max_delete=policy.max_delete if max_delete is None else max_delete,
            confirmed=yes,
            dry_run=dry_run,
            language=self.language,
        )
        with self._at_work(database, both, dry_run=dry_run) as (bases, notes):
            result = sync(
                both,
                catalogue=self.catalogue,
                worktime=self.worktime,
                bases=bases,
                now=self.clock.now(),
                terms=terms,
            )
        return replace(result, notes=notes)

    def sync_undo(
        self,
        pair: str | None = None,
        *,
        left: str | None = None,
        right: str | None = None,
        form: str | None = None,
        dry_run: bool = False,
    ) -> UndoResult:
        """Take back what the last sync of a pair wrote, cell by cell, where nobody has changed it since.

        Args:
            pair: A pair of the settings; or else `left`, `right` and `form` are given.
            left: Where one table lies.
            right: Where the other one lies.
            form: Their form.
            dry_run: Only say what would be done.

        Raises:
            UsageError: There is no project, no such pair, or nothing to take back.
            InputRefusedError: A side cannot be read safely, or has no table of the form.
            BusyError: Another run keeps the pair in step now, or somebody has a workbook open.
            RemoteError: A side does not answer.
        """
        from sheetsync.operations.syncundo import undo

        database = self._kept_in()
        both, _ = self._pair(pair, left, right, form)
        with self._at_work(database, both, dry_run=dry_run) as (bases, _):
            return undo(
                both,
                catalogue=self.catalogue,
                worktime=self.worktime,
                bases=bases,
                now=self.clock.now(),
                dry_run=dry_run,
            )

    def sync_document(self, result: SyncResult | UndoResult) -> dict[str, Any]:
        """Return the JSON document of a sync, or of one that was taken back."""
        from sheetsync.operations.sync import SyncResult
        from sheetsync.operations.syncdocument import sync_document, undo_document

        now, zone = self.clock.now(), self.settings.zone
        if isinstance(result, SyncResult):
            return sync_document(result, now=now, zone=zone, language=self.language)
        return undo_document(result, now=now, zone=zone, language=self.language)

    def sync_lines(self, result: SyncResult | UndoResult) -> Sequence[str]:
        """Return what a sync, or taking one back, came to as a few lines."""
        from sheetsync.operations.sync import SyncResult
        from sheetsync.operations.synctold import sync_lines, undo_lines

        lines = sync_lines(result) if isinstance(result, SyncResult) else undo_lines(result)
        return tuple(line.say(self.language) for line in lines)

    def sync_table(self, result: SyncResult | UndoResult) -> Sequence[str]:
        """Return what is written, cell by cell, as lines for a terminal."""
        from sheetsync.operations.sync import SyncResult
        from sheetsync.operations.synctold import sync_table, undo_table

        found = sync_table if isinstance(result, SyncResult) else undo_table
        return tuple(found(result, self.language))  # type: ignore[arg-type] # each takes its own result

    def _kept_in(self) -> Database:
        """Return the database that remembers what both sides agreed on.

        Raises:
            UsageError: There is no project.
        """
        from sheetsync.state.database import Database

        if self.folder is None:
            raise UsageError(
                Text(
                    "同步要记住上次两边一致的内容，需要项目文件夹。",
                    "A sync must remember what both sides agreed on, which takes a project folder.",
                ),
                fix=Text(
                    "请先运行 sheetsync init 项目名，在该文件夹里同步，或用 --project 指定。",
                    "Make one with sheetsync init NAME and sync inside it, or name one with --project.",
                ),
            )
        return Database(self.folder, self.settings.state)

    def _pair(
        self, name: str | None, left: str | None, right: str | None, form: str | None
    ) -> tuple[Pair, PairPolicy]:
        """Return the two tables that are meant, and what holds where they disagree."""
        from sheetsync.config.pairs import PairPolicy

        if name is not None:
            if left or right or form:
                raise UsageError(
                    Text(
                        "写了名称就不要再写 --left、--right、--form。",
                        "A name goes without --left, --right and --form.",
                    )
                )
            return self._named(name)
        if not (left and right and form):
            raise UsageError(
                Text("没有说明同步哪两张表。", "It was not said which tables to keep in step."),
                fix=Text(
                    "请写 --left、--right 和 --form，或 sheetsync.toml 里 [pairs.名称] 的名称"
                    f"{self._pair_names('zh')}。",
                    "Give --left, --right and --form, or the name of a [pairs.NAME] of sheetsync.toml"
                    f"{self._pair_names('en')}.",
                ),
            )
        from sheetsync.address import parse

        addresses = parse(left), parse(right)
        form_id = self.catalogue.form(form).id
        known = self._identity(*addresses, form_id)
        for other in self.settings.pairs:
            given = self.settings.pairs[other]
            if self._identity_of(other) == known:
                # Named or spelled out, the same two tables have one memory.
                return self._named(other)[0], given.policy
        return self._made(known, left, right, addresses, form_id), PairPolicy()

    def _named(self, name: str) -> tuple[Pair, PairPolicy]:
        from sheetsync.address import parse
        from sheetsync.mistakes import nearest

        given = self.settings.pairs.get(name)
        if given is None:
            near = nearest(name, self.settings.pairs)
            raise UsageError(
                Text(
                    f"sheetsync.toml 里没有 [pairs.{name}]。",
                    f"There is no [pairs.{name}] in sheetsync.toml.",
                ),
                fix=Text(
                    f"是否想写 {near}？"
                    if near
                    else f"请先写上它，或用 --left、--right、--form{self._pair_names('zh')}。",
                    f"Did you mean {near}?"
                    if near
                    else f"Put it there, or use --left, --right and --form{self._pair_names('en')}.",
                ),
            )
        with self.stated("pairs", name, "form"):
            form = self.catalogue.form(given.form).id
        with self.stated("pairs", name, "left"):
            left = parse(given.left, self.folder)
        with self.stated("pairs", name, "right"):
            right = parse(given.right, self.folder)
        return self._made(name, given.left, given.right, (left, right), form), given.policy

    def _pair_names(self, language: str) -> str:
        if not self.settings.pairs:
            return ""
        named = ", ".join(self.settings.pairs)
        return f"（有：{named}）" if language == "zh" else f" (there are {named})"

    def _made(self, name: str, left: str, right: str, addresses: tuple[Address, Address], form: str) -> Pair:
        """Return a pair with its ends opened; two tables of one workbook share it."""
        from sheetsync.operations.syncends import Pair, one_table

        if addresses[0] == addresses[1]:
            raise one_table(left)
        stores: dict[Path, ExcelStore] = {}
        ends = [self._end(text, at, stores) for text, at in zip((left, right), addresses, strict=True)]
        if ends[0].name == ends[1].name:
            ends = [replace(end, name=end.address) for end in ends]
        return Pair(name=name, form=self.catalogue.forms[form], left=ends[0], right=ends[1])

    def _end(self, text: str, address: Address, stores: dict[Path, ExcelStore]) -> End:
        """Open one end.

        Raises:
            UsageError: It is a spreadsheet of Feishu, which has no rows that keep their identity.
            SpecFileError: It is a Bitable table, and no Feishu app is set up.
            InputRefusedError: It is a text file, which can only be read.
        """
        from sheetsync.address import BitableAddress, FeishuSheetAddress
        from sheetsync.operations.syncends import End

        if isinstance(address, FeishuSheetAddress):
            raise UsageError(
                Text(
                    "飞书电子表格只能检查和标记，不能同步。",
                    "A spreadsheet of Feishu can be checked and marked, not kept in step.",
                ),
                fix=Text("要同步请用多维表格（bitable:）。", "Keep bases (bitable:) in step instead."),
                where=text,
            )
        if isinstance(address, BitableAddress):
            base = self.bitable(address)
            name = str(address)
            return End(address=name, name=name, store=base, presenter=base, known=name, kind="飞书")
        place = address.path.resolve()
        store = stores.get(place) or stores.setdefault(place, self.store(address.path))
        name = address.path.name if address.sheet is None else f"{address.path.name}#{address.sheet}"
        known = str(place) if self.folder is None else known_as(place, self.folder)
        return End(address=text, name=name, store=store, sheet=address.sheet, presenter=store, known=known)

    def _identity_of(self, name: str) -> str | None:
        """Return what the tables of a pair of the settings are known by; None where they are wrong."""
        from sheetsync.address import parse

        given = self.settings.pairs[name]
        try:
            addresses = parse(given.left, self.folder), parse(given.right, self.folder)
            return self._identity(*addresses, self.catalogue.form(given.form).id)
        except UsageError:
            return None

    def _identity(self, left: Address, right: Address, form: str) -> str:
        """Return what two tables are known by, wherever the command is called from."""
        return f"{self._known(left)} | {self._known(right)} | {form}"

    def _known(self, address: Address) -> str:
        from sheetsync.address import BookAddress

        if not isinstance(address, BookAddress):
            return str(address)
        path = str(address.path) if self.folder is None else known_as(address.path, self.folder)
        return path if address.sheet is None else f"{path}#{address.sheet}"

    @contextmanager
    def _at_work(
        self, database: Database, pair: Pair, *, dry_run: bool
    ) -> Iterator[tuple[PairBases, tuple[Text, ...]]]:
        """Give what is remembered of a pair, with what the user should know of its workbooks.

        Unless nothing is to be written, no other run keeps the pair in step meanwhile, and nobody has its
        workbooks open: both are looked at before either is written.
        """
        from sheetsync.excel.store import ExcelStore
        from sheetsync.state.bases import PairBases

        bases = PairBases(database, pair.name)
        if dry_run:
            yield bases, ()
            return
        with _alone(database, pair.name):
            notes: list[Text] = []
            for store in dict.fromkeys(end.store for end in pair.ends.values()):
                if isinstance(store, ExcelStore):
                    notes += store.prepare()
            yield bases, tuple(notes)


@contextmanager
def _alone(database: Database, pair: str) -> Iterator[None]:
    """Keep other runs from syncing the same pair meanwhile."""
    from sheetsync.jobs.owner import gone, me, shown
    from sheetsync.state.leases import ProjectLeases

    leases, owner = ProjectLeases(database, gone), me()
    lease = leases.take(f"sync {pair}", owner, datetime.now(UTC).replace(tzinfo=None))
    if lease.owner != owner:
        held = shown(lease.owner)
        raise BusyError(
            Text(
                f"另一次运行（{held}）正在同步这两张表，没有写入。",
                f"Another run ({held}) keeps these two tables in step now; nothing was written.",
            ),
            fix=Text("请等它结束后再运行。", "Run it again when that one is done."),
        )
    try:
        yield
    finally:
        leases.release(lease)
