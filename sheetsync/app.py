"""The hall: every command is one call here; with `project` it knows every adapter.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.bundled import bundled, read_spec, spec_files
from sheetsync.errors import UsageError
from sheetsync.members import check_unit, check_unit_or_copy, member
from sheetsync.project import Project
from sheetsync.text import Language, Text

if TYPE_CHECKING:
    from sheetsync.forms.spec import Form
    from sheetsync.operations.check import BookResult, Writing
    from sheetsync.operations.clean import CleanResult
    from sheetsync.operations.demo import DemoResult
    from sheetsync.operations.explain import Explanation
    from sheetsync.operations.raci import Matrix
    from sheetsync.operations.rule_cases import CaseResult
    from sheetsync.operations.settings import Setting
    from sheetsync.operations.weekly import Mailing, WeeklyReport
    from sheetsync.ports import Backup
    from sheetsync.templates.minutes import Minutes

NOW_VARIABLE = "SHEETSYNC_NOW"


@dataclass(frozen=True)
class App(Project):
    """One project with all that can be done in it: every command is one call here."""

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
        one = check_unit_or_copy if side_copy and writing == "write" else check_unit
        work = partial(one, self, self.standards(rules), self.clock.now(), writing)
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
            member(self, path),
            [member(self, other, judged=False) for other in others if other != path.resolve()],
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
                *(member(self, other, judged=False) for other in unit.beside),
                *(member(self, paths[number]) for number in unit.judged),
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
        weekly = folder / Text("周报.xlsx", "weekly.xlsx").say(self.language)
        report = told.report_weekly([str(book)], output=weekly, outbox=folder / "outbox")
        return retell(result, str(book), report)

    def config_show(
        self, *, language_given: bool = False, now: str | None = None, environ: Mapping[str, str] = os.environ
    ) -> tuple[Setting, ...]:
        """Return the settings in force, each with where it came from.

        Args:
            language_given: True if the language was chosen for this run (`--lang`), not by the settings.
            now: The time chosen for this run (`--now`).
            environ: The environment.
        """
        from sheetsync.config.file import tree
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
    from sheetsync.clock import WallClock, parse_now
    from sheetsync.config.file import find_project, read
    from sheetsync.config.settings import Settings

    folder = project if project is not None else find_project(Path.cwd())
    settings = read(folder) if folder is not None else Settings()
    fixed = now or environ.get(NOW_VARIABLE)
    return App(
        folder=folder,
        settings=settings,
        clock=parse_now(fixed, settings.zone) if fixed else WallClock(settings.zone),
        language=language or settings.project.language,
    )


def _write_unless_same(path: Path, content: bytes, *, force: bool) -> None:
    """Write a new file; one that is there already with just this content is left as it is."""
    from sheetsync.disk.fresh import write_fresh

    if path.is_file() and path.read_bytes() == content:
        return
    write_fresh(path, content, force=force)
