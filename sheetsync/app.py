"""The hall: settings to stores, standards, clock and executor; the one module that knows every adapter.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.bundled import bundled, read_spec, spec_files
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.text import Language, Text

if TYPE_CHECKING:
    from datetime import datetime

    from sheetsync.config import Settings
    from sheetsync.excel.gate import Limits
    from sheetsync.excel.store import ExcelStore
    from sheetsync.forms.catalogue import Catalogue
    from sheetsync.forms.spec import Form
    from sheetsync.operations.check import BookResult, Writing
    from sheetsync.operations.clean import CleanResult
    from sheetsync.operations.demo import DemoResult
    from sheetsync.operations.explain import Explanation
    from sheetsync.operations.raci import Matrix
    from sheetsync.operations.rule_cases import CaseResult
    from sheetsync.operations.settings import Setting
    from sheetsync.operations.standards import Standards
    from sheetsync.operations.together import Member, Opened
    from sheetsync.operations.weekly import Mailing, WeeklyReport
    from sheetsync.ports import Backup, Clock, TableReader
    from sheetsync.rules.parse import RulePack
    from sheetsync.state.history import BookHistory
    from sheetsync.state.memory import BookMemory
    from sheetsync.templates.minutes import Minutes
    from sheetsync.templates.preset import Preset
    from sheetsync.worktime import WorkTime

NOW_VARIABLE = "SHEETSYNC_NOW"


@dataclass(frozen=True)
class App:
    """One project with everything a command needs.

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

    @cached_property
    def catalogue(self) -> Catalogue:
        """Forms and vocabularies, the project's own before the shipped ones."""
        from sheetsync.forms.catalogue import build

        known = build(spec_files(self.folder, "workbook_templates"))
        if self.folder is None or not self.settings.words:
            return known
        from sheetsync.config import tree
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
        from sheetsync.config import FILE_NAME, parameter_places
        from sheetsync.rules.parameters import applied, from_settings
        from sheetsync.rules.parse import build

        shipped = {
            name: (shown, text) for name, shown, text in reversed(list(spec_files(self.folder, "rules")))
        }
        chosen = [_pack_file(name, shipped) for name in names]
        for number, name in enumerate(() if names else self.settings.rules.packs):
            with self._stated("rules", "packs", number):
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
        from sheetsync.config import find_project
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
        )

    @cached_property
    def workbooks(self) -> Mapping[Path, tuple[str, ...]]:
        """The workbooks of the project, with the forms that are looked for in each, all where none is named.

        Those of the settings; without any, those in `workbooks/` that do not call themselves copies.
        """
        if self.folder is None:
            return {}
        from sheetsync.disk.folder import books_in
        from sheetsync.intake.twins import copied_from

        if self.settings.workbooks:
            return {
                (self.folder / one.path).resolve(): self._forms_of(name)
                for name, one in self.settings.workbooks.items()
            }
        books = books_in(self.folder / "workbooks")
        names = {path.stem for path in books}
        return {path.resolve(): () for path in books if copied_from(path.stem) not in names}

    def memory(self, path: Path) -> BookMemory | None:
        """Return what the project remembers of the workbook at `path`; None without a project."""
        if self.folder is None:
            return None
        from sheetsync.state.database import Database
        from sheetsync.state.memory import BookMemory

        return BookMemory(Database(self.folder, self.settings.state), _known_as(path, self.folder))

    def history(self, path: Path) -> BookHistory | None:
        """Return what the project keeps of the runs over the workbook at `path`; None without a project."""
        if self.folder is None:
            return None
        from sheetsync.state.database import Database
        from sheetsync.state.history import BookHistory

        return BookHistory(Database(self.folder, self.settings.state), _known_as(path, self.folder))

    def presets(self) -> Mapping[str, Preset]:
        """Return the scenario presets by name, the project's own before the shipped ones.

        Raises:
            SpecFileError: A preset is wrong, with its line.
        """
        from sheetsync.templates.presetfile import read_presets

        return read_presets(spec_files(self.folder, "workbook_templates", "presets"), self.catalogue)

    def new(
        self,
        forms: Sequence[str],
        *,
        output: Path,
        sample: bool = False,
        rows: int | None = None,
        force: bool = False,
        every: bool = False,
        preset: str | None = None,
    ) -> tuple[Form, ...]:
        """Write a fresh project workbook: a cover, and one tab per form in the order of a project's life.

        Args:
            forms: The forms; those of the preset come with them.
            output: The file to write.
            sample: Fill in sample rows: those of the preset, else those of each form.
            rows: How many rows carry dropdowns, hints and colours.
            force: Replace an existing file.
            every: All forms.
            preset: A scenario, with its forms, RACI columns, cadences and sample rows.

        Returns:
            The forms in the order of their tabs.

        Raises:
            UsageError: No such form or preset, or the file is there already and `force` is not given.
            SpecFileError: The preset is wrong, with its line.
            OutputRefusedError: The place cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations import create

        now = self.clock.now()
        included: tuple[str, ...] = ()
        scenario = create.NO_SCENARIO
        if preset is not None:
            from sheetsync.operations.preset import scenario as scenario_of
            from sheetsync.templates.presetfile import read_preset

            files = spec_files(self.folder, "workbook_templates", "presets")
            told = read_preset(preset, files, self.catalogue)
            included = told.forms
            scenario = scenario_of(
                told, self.catalogue, worktime=self.worktime, now=now, language=self.language, sample=sample
            )
        if self.settings.project.name:
            scenario = replace(scenario, name=self.settings.project.name)
        wanted = [form.id for form in self.catalogue.sheets] if every else [*forms, *included]
        chosen = create.chosen(wanted, self.catalogue)
        content = create.create(
            chosen,
            self.catalogue,
            now=now,
            worktime=self.worktime,
            language=self.language,
            sample=sample,
            rows=rows,
            scenario=scenario,
        )
        write_fresh(output, content, force=force)
        return chosen

    def check(
        self,
        books: Sequence[str],
        *,
        rules: Sequence[str] = (),
        write: bool = False,
        output: Path | None = None,
        side_copy: bool = False,
        dry_run: bool = False,
        jobs: int = 1,
        executor: str | None = None,
    ) -> Iterator[BookResult]:
        """Check workbooks, each isolated from the errors of the others; yield the results in their order.

        Args:
            books: Files, folders, patterns.
            rules: Names or paths of rule packs; those of the settings when empty.
            write: Mark each workbook in place.
            output: Write the marked copy there instead (one workbook: a file; several: a folder).
            side_copy: Where somebody has a workbook open, write a marked copy beside it.
            dry_run: Say what a write would change, without writing.
            jobs: How many workbooks at a time.
            executor: `serial` or `processes`; by `jobs` when None.

        Raises:
            UsageError: A name means nothing, or the output or the side copy does not fit.
            SpecFileError: A rule pack or form is wrong.
        """
        from sheetsync import executors
        from sheetsync.disk.folder import expand, outputs_of, units_of

        if side_copy and (not write or output is not None):
            raise UsageError(
                Text(
                    "--side-copy 只能与 --write 一起用，不能与 -o 一起用。",
                    "--side-copy goes with --write, and not with -o.",
                )
            )
        paths = expand(books)
        places = list(zip(paths, outputs_of(paths, output), strict=True))
        writing: Writing = "preview" if dry_run else "write" if write or output is not None else "none"
        units = units_of(paths, self.workbooks)
        check_unit = _check_unit_or_copy if side_copy and writing == "write" else _check_unit
        work = partial(check_unit, self, self.standards(rules), self.clock.now(), writing)
        done: dict[int, BookResult] = {}
        following = 0
        found = executors.choose(executor, jobs).map(
            work, [([places[number] for number in unit.judged], unit.beside) for unit in units]
        )
        for unit, results in zip(units, found, strict=True):
            done.update(zip(unit.judged, results, strict=True))
            while following in done:
                yield done.pop(following)
                following += 1

    def check_document(self, results: Iterable[BookResult]) -> dict[str, object]:
        """Return the JSON document of a check (interface, section 4)."""
        from sheetsync.operations.documents import check_document

        return check_document(
            results,
            now=self.clock.now(),
            region=self.settings.calendar.region,
            last_published_year=self.worktime.last_published_year,
            zone=self.settings.zone,
            language=self.language,
        )

    def explain(self, book: str, key: str, *, rule: str | None = None) -> tuple[Explanation, ...]:
        """Explain why the record `key` of a workbook has its status."""
        from sheetsync.operations.explain import explain

        path = Path(book)
        others = self.workbooks if path.resolve() in self.workbooks else ()
        return explain(
            _member(self, path),
            [_member(self, other, judged=False) for other in others if other != path.resolve()],
            self.standards(),
            now=self.clock.now(),
            key=key,
            rule=rule,
        )

    def explain_document(self, book: str, explanations: Sequence[Explanation]) -> dict[str, object]:
        """Return the JSON document of an explanation."""
        from sheetsync.operations.documents import explain_document

        return explain_document(
            explanations, path=book, now=self.clock.now(), zone=self.settings.zone, language=self.language
        )

    def backups(self, book: str) -> Sequence[Backup]:
        """Return the kept versions of a workbook, newest first."""
        from sheetsync.operations.undo import kept

        return kept(self.store(Path(book)))

    def minutes(
        self, book: str, meetings: Sequence[str] = (), *, output: Path, force: bool = False
    ) -> tuple[Minutes, ...]:
        """Write the minutes of meetings as printable pages; the workbook itself is only read.

        Args:
            book: The workbook with the minutes form.
            meetings: Ids of meetings; all when empty.
            output: The workbook to write, one tab a meeting.
            force: Replace an existing file.

        Raises:
            UsageError: There are no minutes, or none of that id; the nearest is named.
            InputRefusedError: The workbook cannot be read safely.
            OutputRefusedError: The place cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.minutes import minutes_of
        from sheetsync.templates import minutes

        found = minutes_of(self.reader(Path(book)), meetings, self.catalogue, worktime=self.worktime)
        content = minutes.build(
            found, language=self.language, project=self.settings.project.name, created=self.clock.now()
        )
        write_fresh(output, content, force=force)
        return found

    def report_weekly(
        self,
        books: Sequence[str] = (),
        *,
        output: Path | None = None,
        html: Path | None = None,
        mail: bool = False,
        outbox: Path | None = None,
        correct: bool = False,
        force: bool = False,
    ) -> WeeklyReport:
        """Write the weekly summary of workbooks, which are only read, and mail it where asked.

        A mail leaves once per report, week and recipient, however often this is called.

        Args:
            books: Files, folders, patterns; the workbooks of the project when empty.
            output: The workbook to write; named by project and week in the current folder when None.
            html: Where the text of the mail goes as a page for a browser; nowhere when None.
            mail: Send it to those that the settings name; as files into the outbox folder without a server.
            outbox: Write the mails as files into this folder instead of sending them.
            correct: Mail a corrected version of what left before, which says what changed.
            force: Replace existing files with other content.

        Returns:
            What was reported and written, with the errors of workbooks that could not be read and what became
            of each mail; nothing is written where there was none to report.

        Raises:
            UsageError: No workbook is named and there is no project with one, a file is there already, or
                there is a mail server but nobody to write to.
            SpecFileError: The settings of the mail server cannot be used.
            OutputRefusedError: The place cannot be written.
        """
        from sheetsync.disk.folder import expand, units_of
        from sheetsync.model.message import Attachment
        from sheetsync.operations.mailing import Edition
        from sheetsync.operations.weekly import file_name, weekly
        from sheetsync.render.mail import weekly_mail
        from sheetsync.render.weekly import weekly_book
        from sheetsync.render.weeklypage import as_page

        paths = expand(books) if books else tuple(self.workbooks)
        if not paths:
            raise UsageError(
                Text(
                    "没有指定工作簿，也没有项目。", "No workbook is named, and there is no project with one."
                ),
                fix=Text(
                    "请写出文件名，如 sheetsync report weekly 项目.xlsx，或在项目文件夹里运行。",
                    "Name one, such as sheetsync report weekly plan.xlsx, or run it in a project folder.",
                ),
            )
        units = [
            [
                *(_member(self, other, judged=False) for other in unit.beside),
                *(_member(self, paths[number]) for number in unit.judged),
            ]
            for unit in units_of(paths, self.workbooks)
        ]
        now = self.clock.now()
        report = weekly(units, self.standards(), now=now)
        if not report.reported:
            return report
        mailing = self._mailing(report, named=bool(books), outbox=outbox) if mail or outbox else None
        target = output or Path(file_name(report, self.settings.project.name, self.language))
        content = weekly_book(report.reported, self.language, created=now)
        _write_unless_same(target, content, force=force)
        if mailing is None and html is None:
            return replace(report, output=str(target))
        edition = Edition() if mailing is None else mailing.edition(correct=correct)
        draft = weekly_mail(
            report.summaries,
            self.language,
            version=edition.version,
            before=edition.before,
            workbook=Attachment(name=target.name, content=content),
        )
        if html is not None:
            _write_unless_same(html, as_page(draft).encode(), force=force)
        return replace(
            report,
            output=str(target),
            page=None if html is None else str(html),
            deliveries=() if mailing is None else tuple(mailing.post(draft)),
        )

    def _mailing(self, report: WeeklyReport, *, named: bool, outbox: Path | None) -> Mailing:
        """Return how the mail of a weekly report leaves."""
        from sheetsync.notify.way import sender_of, way_out
        from sheetsync.operations.weekly import Mailing, job_of
        from sheetsync.state.database import Database
        from sheetsync.state.outbox import ProjectOutbox

        given, home = self.settings.mail, self.folder or Path()
        if given.host and outbox is None and not given.to:
            raise UsageError(
                Text("没有收件人。", "There is nobody to send it to."),
                fix=Text(
                    '请在 sheetsync.toml 写 [mail] to = ["领导@example.com"]。',
                    'Write [mail] to = ["boss@example.com"] in sheetsync.toml.',
                ),
            )
        return Mailing(
            report=report,
            job=job_of(report, None if named else self.settings.project.name or home.resolve().name),
            sender=sender_of(given),
            recipients=given.to or ("",),
            notifier=way_out(given, folder=home, zone=self.settings.zone, environ=os.environ, outbox=outbox),
            clock=self.clock,
            outbox=None if self.folder is None else ProjectOutbox(Database(self.folder, self.settings.state)),
        )

    def weekly_document(self, report: WeeklyReport) -> dict[str, object]:
        """Return the JSON document of a weekly report."""
        from sheetsync.operations.weekly import weekly_document

        return weekly_document(report, zone=self.settings.zone, language=self.language)

    def raci(self, book: str, *, output: Path, force: bool = False) -> Matrix:
        """Write a first RACI matrix for the tasks of a workbook; the workbook itself is only read.

        Args:
            book: The workbook with the task master.
            output: The workbook to write.
            force: Replace an existing file.

        Raises:
            UsageError: There is no task master.
            InputRefusedError: The workbook cannot be read safely.
            OutputRefusedError: The place cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.raci import propose, workbook

        matrix = propose(
            self.reader(Path(book)), self.catalogue, worktime=self.worktime, language=self.language
        )
        content = workbook(
            matrix,
            self.catalogue,
            worktime=self.worktime,
            created=self.clock.now(),
            language=self.language,
            project=self.settings.project.name,
        )
        write_fresh(output, content, force=force)
        return matrix

    def clean(self, book: str, *, output: Path | None = None, dry_run: bool = False) -> CleanResult:
        """Take everything of ours out of a workbook again; what people typed stays.

        Args:
            book: The workbook.
            output: Where the cleaned copy goes; None cleans the workbook itself.
            dry_run: Only say what would be taken out.
        """
        from sheetsync.operations.clean import clean

        return clean(self.store(Path(book), output=output), path=book, dry_run=dry_run)

    def undo(self, book: str) -> Backup:
        """Put back the version of a workbook before its last write."""
        from sheetsync.operations.undo import undo

        return undo(self.store(Path(book)), path=book)

    def rule_cases(self) -> tuple[CaseResult, ...]:
        """Run the cases beside the rule packs."""
        from sheetsync.operations.rule_cases import run_cases

        files = [(shown, text) for _, shown, text in spec_files(self.folder, "rules", "cases")]
        return run_cases(files, catalogue=self.catalogue, packs=self.packs(), worktime=self.worktime)

    def init(self, folder: Path, name: str | None = None) -> tuple[Path, ...]:
        """Make a project folder; return the files that were made. What is there already is left alone.

        Raises:
            OutputRefusedError: The folder cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.scaffold import project_files

        made = []
        for inside, text in project_files(name or folder.resolve().name).items():
            path = folder / inside
            if not path.exists():
                write_fresh(path, text.encode(), force=False)
                made.append(path)
        return tuple(made)

    def demo(self, folder: Path, now: str | None = None) -> DemoResult:
        """Tell the whole story in an empty folder.

        Args:
            folder: New or empty.
            now: When to judge; the story's own day when None.

        Raises:
            UsageError: The folder is not empty.
            OutputRefusedError: The folder cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.demo import demo_workbook, read_story, retell
        from sheetsync.templates.story import NOW

        if folder.exists() and any(folder.iterdir()):
            raise UsageError(
                Text(
                    "文件夹不是空的，演示不会动您的文件。",
                    "The folder is not empty; the demo leaves it alone.",
                ),
                fix=Text(
                    "请换一个新文件夹，如 sheetsync demo demo2。",
                    "Name a new one, such as sheetsync demo demo2.",
                ),
                where=str(folder),
            )
        file = bundled("workbook_templates") / "demo" / "product-launch.yaml"
        story = read_story(read_spec(file, file.name), file.name)
        self.init(folder, story.project)
        book = folder / "workbooks" / f"{story.project}.xlsx"
        write_fresh(book, demo_workbook(story, self.catalogue, self.worktime, self.language), force=False)
        told = open_app(project=folder, language=self.language, now=now or NOW.isoformat())
        result = next(told.check([str(book)], write=True))
        if result.error is not None:
            raise result.error
        return retell(result, str(book))

    def config_show(
        self, *, language_given: bool = False, now: str | None = None, environ: Mapping[str, str] = os.environ
    ) -> tuple[Setting, ...]:
        """Return the settings in force, each with where it came from.

        Args:
            language_given: True if the language was chosen for this run (`--lang`), not by the settings.
            now: The time chosen for this run (`--now`).
            environ: The environment.
        """
        from sheetsync.config import tree
        from sheetsync.operations.settings import effective

        given: dict[str, tuple[object, str]] = {}
        if language_given:
            given["project.language"] = (self.language, "--lang")
        if fixed := now or environ.get(NOW_VARIABLE):
            given["now"] = (fixed, "--now" if now else NOW_VARIABLE)
        return effective(self.settings, None if self.folder is None else tree(self.folder), given)

    def config_document(self, found: Iterable[Setting]) -> dict[str, object]:
        """Return the JSON document of the settings in force."""
        return {
            "schema": "sheetsync.config/1",
            "project": None if self.folder is None else str(self.folder),
            "settings": [{"name": one.name, "value": one.value, "origin": one.origin.en} for one in found],
        }

    def schemas(self) -> Mapping[str, str]:
        """Return the names of the JSON Schemas, each with the files it is for."""
        from sheetsync.operations.schemas import FILES

        return FILES

    def config_schema(self, name: str) -> dict[str, object]:
        """Return one JSON Schema.

        Raises:
            UsageError: There is no such schema.
        """
        from sheetsync.operations.schemas import schema

        return schema(name)

    def write_schemas(self, folder: Path, names: Sequence[str] = ()) -> tuple[tuple[Path, str], ...]:
        """Write JSON Schemas; return the files, each with the line that names it to an editor.

        Args:
            folder: Where to; what an earlier version wrote there is replaced.
            names: Which; all when empty.

        Raises:
            UsageError: There is no such schema.
            OutputRefusedError: The folder cannot be written.
        """
        import json

        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.schemas import hint

        wanted = names or tuple(self.schemas())
        made = []
        for name, content in {name: self.config_schema(name) for name in wanted}.items():
            path = folder / f"{name}.schema.json"
            text = json.dumps(content, ensure_ascii=False, indent=2)
            write_fresh(path, f"{text}\n".encode(), force=True)
            made.append((path, hint(name, path, self.folder or Path())))
        return tuple(made)

    def _forms_of(self, workbook: str) -> tuple[str, ...]:
        """Return the ids of the forms that the settings look for in a workbook."""
        found = []
        for number, name in enumerate(self.settings.workbooks[workbook].forms):
            with self._stated("workbooks", workbook, "forms", number):
                found.append(self.catalogue.form(name).id)
        return tuple(found)

    @contextmanager
    def _stated(self, *path: str | int) -> Iterator[None]:
        """Name the line of a setting where it asks for what there is not."""
        from sheetsync.config import FILE_NAME, tree

        try:
            yield
        except UsageError as error:
            if self.folder is None:
                raise
            place = f"{self.folder / FILE_NAME}:{tree(self.folder).line(path)}"
            raise SpecFileError(error.what, why=error.why, fix=error.fix, where=place) from error


def open_app(
    *,
    project: Path | None = None,
    language: Language | None = None,
    now: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> App:
    """Open a project.

    Args:
        project: Its folder; found upwards from the current one when None.
        language: What people read; the project's when None.
        now: A fixed time, ISO 8601; the environment's `SHEETSYNC_NOW`, else the machine's clock, when None.
        environ: The environment.

    Raises:
        UsageError: The folder is no project, or the time is none.
        SpecFileError: `sheetsync.toml` is wrong, with its line.
    """
    from sheetsync import config
    from sheetsync.clock import WallClock, parse_now

    folder = project if project is not None else config.find_project(Path.cwd())
    settings = config.read(folder) if folder is not None else config.Settings()
    fixed = now or environ.get(NOW_VARIABLE)
    return App(
        folder=folder,
        settings=settings,
        clock=parse_now(fixed, settings.zone) if fixed else WallClock(settings.zone),
        language=language or settings.project.language,
    )


def _check_unit(
    app: App,
    standards: Standards,
    now: datetime,
    writing: Writing,
    unit: tuple[Sequence[tuple[Path | UsageError, Path | None]], Sequence[Path]],
) -> list[BookResult]:
    """Check workbooks that belong together; their errors, ours too, become part of their results."""
    from sheetsync.operations.together import check_together

    places, beside = unit
    members = [_member(app, path, judged=False) for path in beside]
    members += [_member(app, path, output, writing) for path, output in places]
    return check_together(members, standards, now=now, writing=writing)


def _check_unit_or_copy(
    app: App,
    standards: Standards,
    now: datetime,
    writing: Writing,
    unit: tuple[Sequence[tuple[Path | UsageError, Path | None]], Sequence[Path]],
) -> list[BookResult]:
    """Check as `_check_unit` does; of a workbook that somebody has open, mark a copy beside it."""
    from sheetsync.disk.folder import side_copy_of
    from sheetsync.errors import OpenElsewhereError

    places, beside = unit
    results = _check_unit(app, standards, now, writing, unit)
    for number, (result, (path, _)) in enumerate(zip(results, places, strict=True)):
        if not isinstance(path, Path) or not isinstance(result.error, OpenElsewhereError):
            continue
        copy = side_copy_of(path)
        others = [other for other, _ in places if isinstance(other, Path) and other != path]
        (marked,) = _check_unit(app, standards, now, writing, ([(path, copy)], [*beside, *others]))
        if marked.error is None:
            held = OpenElsewhereError(
                result.error.what,
                fix=Text(
                    f"标记后的副本在旁边：{copy.name}。",
                    f"The marked copy is beside it: {copy.name}.",
                ),
                where=result.error.where,
            )
            results[number] = replace(marked, held=held)
    return results


def _member(
    app: App,
    path: Path | UsageError,
    output: Path | None = None,
    writing: Writing = "none",
    *,
    judged: bool = True,
) -> Member:
    from sheetsync.operations.together import Member

    shown = (path.where or "") if isinstance(path, UsageError) else str(path)
    return Member(path=shown, open=partial(_opened, app, path, output, writing), judged=judged)


def _opened(app: App, path: Path | UsageError, output: Path | None, writing: Writing) -> Opened:
    """Open one workbook of a check; what was named in vain is refused here, as its own result."""
    from sheetsync.operations.together import Opened

    if isinstance(path, UsageError):
        raise path
    marked = None if writing == "none" else app.store(path, output)
    memory = app.memory(path)
    return Opened(
        reader=marked or app.reader(path),
        presenter=marked,
        memory=memory,
        history=app.history(path),
        forms=app.workbooks.get(path.resolve(), ()),
        # Without a project nobody keeps the trail; a marked copy is not the workbook that people agreed on.
        automatic=app.settings.changes.apply and memory is not None and output is None,
        notes=marked.prepare() if marked is not None and writing == "write" and output is None else (),
    )


def _known_as(path: Path, folder: Path) -> str:
    """Return what a project knows a workbook by: its place in the project folder, else where it is."""
    home, place = folder.resolve(), path.resolve()
    return place.relative_to(home).as_posix() if place.is_relative_to(home) else str(place)


def _write_unless_same(path: Path, content: bytes, *, force: bool) -> None:
    """Write a new file; one that is there already with just this content is left as it is."""
    from sheetsync.disk.fresh import write_fresh

    if path.is_file() and path.read_bytes() == content:
        return
    write_fresh(path, content, force=force)


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
