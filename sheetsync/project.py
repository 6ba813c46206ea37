"""What a project opens: forms, rules, calendar, stores, memory; each once, when somebody asks for it.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.bundled import read_spec, spec_files
from sheetsync.errors import SheetSyncError, SpecFileError, UsageError
from sheetsync.text import Language, Text

if TYPE_CHECKING:
    from sheetsync.address import BitableAddress, Book, FeishuSheetAddress
    from sheetsync.bitable.store import BitableStore
    from sheetsync.config.settings import Settings
    from sheetsync.disk.locks import OnlyWriter
    from sheetsync.excel.gate import Limits
    from sheetsync.excel.store import ExcelStore
    from sheetsync.feishu.client import FeishuClient
    from sheetsync.feishu.people import PeopleIds
    from sheetsync.feishusheets.store import FeishuSheetStore
    from sheetsync.forms.catalogue import Catalogue
    from sheetsync.operations.standards import Standards
    from sheetsync.ports import Clock, Journal, TableReader
    from sheetsync.rules.parse import RulePack
    from sheetsync.state.history import BookHistory
    from sheetsync.state.memory import BookMemory
    from sheetsync.templates.preset import Preset
    from sheetsync.worktime import WorkTime


@dataclass(frozen=True)
class Project:
    """One project, or none: then defaults hold.

    Args:
        folder: The project folder, None when there is none and defaults hold.
        settings: Effective settings.
        clock: Tells the time.
        language: What people read.
    """

    folder: Path | None
    settings: Settings
    clock: Clock
    language: Language

    def __getstate__(self) -> dict[str, object]:
        # Another process opens connections of its own; locks and sockets do not travel.
        return {name: value for name, value in self.__dict__.items() if name not in {"feishu", "_people"}}

    @cached_property
    def catalogue(self) -> Catalogue:
        """Forms and vocabularies, the project's own before the shipped ones."""
        from sheetsync.forms.catalogue import build

        known = build(spec_files(self.folder, "workbook_templates"))
        if self.folder is None or not self.settings.words:
            return known
        from sheetsync.config.file import tree
        from sheetsync.intake.ownwords import with_own_words
        from sheetsync.operations.ownwords import own_words

        return with_own_words(known, own_words(self.settings, tree(self.folder)))

    @cached_property
    def worktime(self) -> WorkTime:
        """The working-time calendar of the settings."""
        from datetime import time

        from sheetsync.worktime import CalendarSpec, WorkTime

        given = self.settings.calendar
        clocks = [[mark.split(":") for mark in span.split("-")] for span in given.working_hours]
        spans = tuple((time(int(a), int(b)), time(int(c), int(d))) for (a, b), (c, d) in clocks)
        return WorkTime(
            CalendarSpec(
                region=given.region,
                spans=spans,
                rest=frozenset(given.holidays),
                work=frozenset(given.workdays),
            )
        )

    def packs(self, names: Sequence[str] = ()) -> tuple[RulePack, ...]:
        """Return the rule packs in force.

        Args:
            names: Names or paths of packs; those of the settings, else all, when empty.

        Raises:
            UsageError: There is no such pack.
            SpecFileError: A pack is wrong, with its line.
        """
        from sheetsync.config.file import parameter_places
        from sheetsync.config.section import FILE_NAME
        from sheetsync.rules.parameters import applied, from_settings
        from sheetsync.rules.parse import build

        shipped = {
            name: (shown, text) for name, shown, text in reversed(list(spec_files(self.folder, "rules")))
        }
        chosen = [_pack_file(name, shipped) for name in names]
        for number, name in enumerate(() if names else self.settings.rules.packs):
            with self.stated("rules", "packs", number):
                chosen.append(_pack_file(name, shipped))
        chosen = chosen or [_pack_file(name, shipped) for name in sorted(shipped)]
        ours = {shown for _, shown, _ in spec_files(None, "rules")}
        packs = build([(shown, shown, text) for shown, text in chosen], self.catalogue)
        packs = tuple(
            replace(pack, own=shown not in ours) for pack, (shown, _) in zip(packs, chosen, strict=True)
        )
        given = self.settings.rules.parameters
        if not given or self.folder is None:
            return packs
        places = parameter_places((self.folder / FILE_NAME).read_text("utf-8"), self.settings)
        return applied(packs, from_settings(given, places), self.catalogue)

    def standards(self, rules: Sequence[str] = ()) -> Standards:
        """Return what workbooks are judged by."""
        from sheetsync.model.finding import Status
        from sheetsync.operations.standards import Standards
        from sheetsync.rules.escalation import Ladder

        # Rule packs are read and checked once, however many workbooks are judged by them.
        known = self._standards.get(tuple(rules))
        if known is not None:
            return known
        return self._standards.setdefault(
            tuple(rules),
            Standards(
                catalogue=self.catalogue,
                packs=self.packs(rules),
                worktime=self.worktime,
                language=self.language,
                project=self.settings.project.name,
                looks={Status(word): look for word, look in self.settings.colours.items()},
                ladder=Ladder.of(self.settings.escalation),
            ),
        )

    @cached_property
    def _standards(self) -> dict[tuple[str, ...], Standards]:
        """What `standards` returned, by the names it was asked with."""
        return {}

    @cached_property
    def limits(self) -> Limits:
        """How much of a file is taken in."""
        from sheetsync.excel.gate import MEGABYTE, Limits

        given = self.settings.limits
        return Limits(
            file_bytes=given.file_megabytes * MEGABYTE,
            unpacked_bytes=given.unpacked_megabytes * MEGABYTE,
            part=given.part_megabytes * MEGABYTE,
            members=given.members,
            ratio=given.packing_ratio,
            sheets=given.sheets,
            rows=given.rows,
            columns=given.columns,
            area=given.cells,
            gap=given.empty_rows,
        )

    def reader(self, path: Path) -> TableReader:
        """Return what reads the workbook, or the text file with a table, at `path`."""
        from sheetsync.excel.delimited import DelimitedFile, is_delimited

        return DelimitedFile(path, limits=self.limits) if is_delimited(path) else self.store(path)

    def store(self, path: Path, output: Path | None = None) -> ExcelStore:
        """Return the workbook at `path` as a store.

        Raises:
            InputRefusedError: It is a text file, which can only be read.
        """
        from sheetsync.config.file import find_project
        from sheetsync.disk.backup import Retention
        from sheetsync.excel.delimited import is_delimited, read_only
        from sheetsync.excel.gate import MEGABYTE
        from sheetsync.excel.store import ExcelStore

        if is_delimited(path):
            raise read_only(path)
        given = self.settings.backup
        return ExcelStore(
            path,
            output=output,
            backups=Retention(keep=given.keep, days=given.days, most_bytes=given.megabytes * MEGABYTE),
            # By where the workbook lies, not by where the command is called from: undo must find them again.
            backup_root=find_project(path.resolve().parent),
            zone=self.settings.zone,
            limits=self.limits,
            alone=self._only_writer,
        )

    def bitable(self, address: BitableAddress) -> BitableStore:
        """Return a base, or one table of it, as a store.

        Raises:
            SpecFileError: No Feishu app is set up, or its secret is not where it should be.
        """
        from sheetsync.bitable.store import BitableStore

        return BitableStore(
            self.feishu,
            address.app_token,
            address.table_id,
            zone=self.settings.zone,
            words=self._words,
            people=self._open_ids,
            journal=self._journal,
            colours=self.settings.bitable.option_colours,
        )

    def feishu_sheet(self, address: FeishuSheetAddress) -> FeishuSheetStore:
        """Return a spreadsheet of Feishu, or one tab of it, as a store.

        Raises:
            SpecFileError: No Feishu app is set up, or its secret is not where it should be.
        """
        from sheetsync.feishusheets.store import FeishuSheetStore
        from sheetsync.templates.layout import engine_columns

        titles = [engine_columns("zh"), engine_columns("en")]
        return FeishuSheetStore(
            self.feishu,
            address.token,
            address.sheet_id,
            titles=titles,
            whole_rows=self.settings.feishu.sheet_rows,
        )

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of all vocabularies: what may become a new option of a select field."""
        lists = self.catalogue.vocabularies.values()
        return frozenset(text for one in lists for word in one.words for text in (word.zh, word.en))

    @property
    def _journal(self) -> Journal | None:
        """What keeps the tokens of batches on their way to Feishu; None without a project."""
        if self.folder is None:
            return None
        from sheetsync.disk.backup import utc_now
        from sheetsync.state.batches import ProjectJournal
        from sheetsync.state.database import Database

        return ProjectJournal(
            Database(self.folder, self.settings.state), lambda: utc_now().replace(tzinfo=None)
        )

    def _open_ids(self, name: str) -> Sequence[str]:
        """Return the Feishu ids of the people of that name in the project's directory."""
        from sheetsync.feishu.errors import NotAllowedError

        people, listed = self._people
        given = listed.get(name, ())
        try:
            people.look_up(given)
        except NotAllowedError:
            return ()  # Whoever is not found is told of one by one.
        ids = (one if one.startswith("ou_") else people.open_id(one) for one in given)
        return tuple(dict.fromkeys(id_ for id_ in ids if id_))

    @cached_property
    def _people(self) -> tuple[PeopleIds, Mapping[str, Sequence[str]]]:
        """What finds people at Feishu, and by what each name of the project's directory may be found."""
        from sheetsync.feishu.people import PeopleIds

        listed: dict[str, list[str]] = {}
        for path in (one for one in self.workbooks if isinstance(one, Path)):
            for name, address in _listed_people(self, path):
                listed.setdefault(name, []).append(address)
        return PeopleIds(self.feishu), listed

    @cached_property
    def feishu(self) -> FeishuClient:
        """Feishu, as the project's app sees it; one base has one writer."""
        import os

        from sheetsync.feishu.access import access_of
        from sheetsync.feishu.client import FeishuClient

        home = self.folder or Path()
        access = access_of(self.settings.feishu, folder=home, environ=os.environ)
        return FeishuClient(access, lease=lambda document: self._only_writer(home / f"feishu-{document}"))

    @property
    def is_shared(self) -> bool:
        """Tell whether the project's database is a server, which several machines may use."""
        if self.folder is None:
            return False
        from sheetsync.state.database import Database

        return Database(self.folder, self.settings.state).file is None

    @property
    def _only_writer(self) -> OnlyWriter:
        """What holds the lock of a workbook: of this machine; a lease too where others may write it."""
        from sheetsync.disk.leased import LeasedLocks
        from sheetsync.disk.locks import only_writer

        if self.folder is None or self.settings.state.url is None or not self.is_shared:
            return only_writer
        from sheetsync.jobs.owner import gone, me
        from sheetsync.state.database import Database
        from sheetsync.state.leases import ProjectLeases

        return LeasedLocks(
            leases=ProjectLeases(Database(self.folder, self.settings.state), gone),
            owner=me,
            name=partial(known_as, folder=self.folder),
        ).only_writer

    @cached_property
    def workbooks(self) -> Mapping[Book, tuple[str, ...]]:
        """The workbooks of the project, with the forms that are looked for in each, all where none is named.

        Those of the settings; without any, those in `workbooks/` that do not call themselves copies.
        """
        if self.folder is None:
            return {}
        from sheetsync.disk.folder import books_in
        from sheetsync.intake.twins import copied_from

        if self.settings.workbooks:
            return {self._place(name): self.forms_of(name) for name in self.settings.workbooks}
        books = books_in(self.folder / "workbooks")
        names = {path.stem for path in books}
        return {path.resolve(): () for path in books if copied_from(path.stem) not in names}

    def _place(self, workbook: str) -> Book:
        """Return where a workbook of the settings lies; at Feishu where its path is an address."""
        from sheetsync.address import is_remote
        from sheetsync.disk.folder import place_of

        path = self.settings.workbooks[workbook].path
        if not is_remote(path):
            return ((self.folder or Path()) / path).resolve()
        with self.stated("workbooks", workbook, "path"):
            return place_of(path)

    def memory(self, path: Book) -> BookMemory | None:
        """Return what the project remembers of the workbook at `path`; None without a project."""
        if self.folder is None:
            return None
        from sheetsync.state.database import Database
        from sheetsync.state.memory import BookMemory

        return BookMemory(Database(self.folder, self.settings.state), known_as(path, self.folder))

    def history(self, path: Book) -> BookHistory | None:
        """Return what the project keeps of the runs over the workbook at `path`; None without a project."""
        if self.folder is None:
            return None
        from sheetsync.state.database import Database
        from sheetsync.state.history import BookHistory

        return BookHistory(Database(self.folder, self.settings.state), known_as(path, self.folder))

    def presets(self) -> Mapping[str, Preset]:
        """Return the scenario presets by name, the project's own before the shipped ones.

        Raises:
            SpecFileError: A preset is wrong, with its line.
        """
        from sheetsync.templates.presetfile import read_presets

        return read_presets(spec_files(self.folder, "workbook_templates", "presets"), self.catalogue)

    def forms_of(self, workbook: str) -> tuple[str, ...]:
        """Return the ids of the forms that the settings look for in a workbook."""
        found = []
        for number, name in enumerate(self.settings.workbooks[workbook].forms):
            with self.stated("workbooks", workbook, "forms", number):
                found.append(self.catalogue.form(name).id)
        return tuple(found)

    @contextmanager
    def stated(self, *path: str | int) -> Iterator[None]:
        """Name the line of a setting where it asks for what there is not."""
        from sheetsync.config.file import tree
        from sheetsync.config.section import FILE_NAME

        try:
            yield
        except UsageError as error:
            if self.folder is None:
                raise
            place = f"{self.folder / FILE_NAME}:{tree(self.folder).line(path)}"
            raise SpecFileError(error.what, why=error.why, fix=error.fix, where=place) from error


def known_as(path: Book, folder: Path) -> str:
    """Return what a project knows a workbook by: its place in the project folder, else where it is."""
    if not isinstance(path, Path):
        return str(path)
    home, place = folder.resolve(), path.resolve()
    return place.relative_to(home).as_posix() if place.is_relative_to(home) else str(place)


def _listed_people(project: Project, path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and Feishu id, mail address or mobile number of the people whom a workbook lists."""
    from sheetsync.intake.interpret import interpret

    wanted = ("feishu_id", "email", "phone")
    try:
        book = project.reader(path).read()
    except SheetSyncError:
        return  # Whoever checks that workbook is told.
    fields = {"directory": frozenset({"name", *wanted})}
    reading = interpret(
        book, project.catalogue, worktime=project.worktime, fields=fields, forms=("directory",)
    )
    for table in reading.tables:
        frame = table.frame
        for field in (one for one in wanted if one in frame and "name" in frame):
            for name, address in zip(frame["name"], frame[field], strict=True):
                if isinstance(name, str) and isinstance(address, str) and name and address:
                    yield name, address


def _pack_file(name: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Return (path to show, text) of a rule pack named on the command line or in the settings."""
    if name in known:
        return known[name]
    path = Path(name)
    if path.is_file():
        return name, read_spec(path, name)
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    names = "、".join(sorted(known))
    raise UsageError(
        Text(f"没有规则包“{name}”。", f"There is no rule pack '{name}'."),
        fix=Text(
            (f"是否想写 {near[0]}？" if near else "") + f"可用：{names}，或写出文件路径。",
            (f"Did you mean {near[0]}? " if near else "") + f"There are {names}, or give a path.",
        ),
    )
