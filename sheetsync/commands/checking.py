"""Checks workbooks, explains what was found, and takes back what was written.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.address import is_remote
from sheetsync.bundled import spec_files
from sheetsync.errors import UsageError
from sheetsync.members import check_unit, check_unit_or_copy, lost_unit, member
from sheetsync.project import Project
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.address import Book, FeishuSheetAddress
    from sheetsync.operations.check import BookResult, Writing
    from sheetsync.operations.clean import CleanResult
    from sheetsync.operations.explain import Explanation
    from sheetsync.operations.rule_cases import CaseResult
    from sheetsync.ports import Backup


@dataclass(frozen=True)
class Checking(Project):
    """The commands that read, judge and mark workbooks."""

    def check(  # noqa: PLR0913 - the parameters of the command
        self,
        books: Sequence[str],
        *,
        rules: Sequence[str] = (),
        write: bool = False,
        output: Path | None = None,
        side_copy: bool = False,
        dry_run: bool = False,
        jobs: int | None = None,
        executor: str | None = None,
        watch: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Iterator[BookResult]:
        """Check workbooks, each isolated from the errors of the others; yield the results in their order.

        Args:
            books: Files, folders, patterns, bases (`bitable:APP_TOKEN`) or spreadsheets of Feishu
                (`feishu-sheet:TOKEN`), or tables of one.
            rules: Names or paths of rule packs; those of the settings when empty.
            write: Mark each workbook in place.
            output: Write the marked copy there instead (one workbook: a file; several: a folder).
            side_copy: Where somebody has a workbook open, write a marked copy beside it.
            dry_run: Say what a write would change, without writing.
            jobs: How many workbooks at a time, 0 for one a processor; as the settings say when None.
            executor: `serial`, `processes` or `dask://host:port`; as the settings say, else by `jobs`, when
                None.
            watch: Told, from time to time, how many workbooks are done, and of how many.

        Raises:
            UsageError: A name means nothing, the output or the side copy does not fit, or a cluster cannot
                be used.
            SpecFileError: A rule pack or form is wrong.
            RemoteError: The cluster does not answer.
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
        given = self.settings.executor
        # Who says how many means this machine, whatever the settings say.
        spec = executor or (given.spec if jobs is None else None)
        chosen = executors.choose(
            spec, given.jobs if jobs is None else jobs, partial(lost_unit, self.clock.now())
        )
        paths: Sequence[Book | UsageError] = expand(books)
        project: Project = self
        if executors.is_elsewhere(spec):
            project, paths, output = self._from_anywhere(paths, output)
        places = list(zip(paths, outputs_of(paths, output), strict=True))
        writing: Writing = "preview" if dry_run else "write" if write or output is not None else "none"
        units = units_of(paths, self.workbooks)
        one = check_unit_or_copy if side_copy and writing == "write" else check_unit
        work = partial(one, project, self.standards(rules), self.clock.now(), writing)
        done: dict[int, BookResult] = {}
        following = 0
        watch(0, len(paths))
        found = chosen.map(
            work, [([places[number] for number in unit.judged], unit.beside) for unit in units]
        )
        for unit, results in zip(units, found, strict=True):
            done.update(zip(unit.judged, results, strict=True))
            while following in done:
                following += 1
                watch(following, len(paths))
                yield done.pop(following - 1)

    def _from_anywhere(
        self, paths: Sequence[Book | UsageError], output: Path | None
    ) -> tuple[Project, Sequence[Book | UsageError], Path | None]:
        """Return project, workbooks and output as other machines find them.

        Raises:
            UsageError: The project's database is a file, which only one machine may write.
        """
        if self.folder is not None and not self.is_shared:
            raise UsageError(
                Text(
                    "几台机器一起检查时，项目的数据库要在 PostgreSQL 里。",
                    "Where several machines check workbooks, the project's database must be in PostgreSQL.",
                ),
                fix=Text(
                    '请在 sheetsync.toml 的 [state] 里写 url = "postgresql://…"，或用 --executor processes。',
                    'Write url = "postgresql://…" under [state] in sheetsync.toml, or use '
                    "--executor processes.",
                ),
            )
        return (
            replace(self, folder=None if self.folder is None else self.folder.resolve()),
            [path.resolve() if isinstance(path, Path) else path for path in paths],
            None if output is None else output.resolve(),
        )

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
        from sheetsync.disk.folder import place_of, resolved
        from sheetsync.operations.explain import explain

        path = place_of(book)
        place = resolved(path)
        others = self.workbooks if place in self.workbooks else ()
        return explain(
            member(self, path),
            [member(self, other, judged=False) for other in others if other != place],
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

        return kept(self.store(_file(book)))

    def clean(self, book: str, *, output: Path | None = None, dry_run: bool = False) -> CleanResult:
        """Take everything of ours out of a workbook again; what people typed stays.

        Args:
            book: The workbook.
            output: Where the cleaned copy goes; None cleans the workbook itself.
            dry_run: Only say what would be taken out.
        """
        from sheetsync.address import BitableAddress
        from sheetsync.disk.folder import place_of
        from sheetsync.operations.clean import clean

        place = place_of(book)
        if not isinstance(place, Path):
            if output is not None:
                raise UsageError(
                    Text("飞书里的表格不能另存副本。", "There is no copy of what lies at Feishu."), where=book
                )
            if isinstance(place, BitableAddress):
                return clean(self.bitable(place), path=str(place), dry_run=dry_run)
            return self._clean_sheet(place, dry_run=dry_run)
        return clean(self.store(Path(book), output=output), path=book, dry_run=dry_run)

    def _clean_sheet(self, place: FeishuSheetAddress, *, dry_run: bool) -> CleanResult:
        """Clean a spreadsheet of Feishu; it is only studied where its rows may be coloured."""
        from sheetsync.operations.clean import clean

        store = self.feishu_sheet(place)
        if not self.settings.feishu.sheet_rows:
            return clean(store, path=str(place), dry_run=dry_run)
        from sheetsync.operations.study import understood

        standards = self.standards()
        return clean(
            store,
            path=str(place),
            dry_run=dry_run,
            tables=lambda book: understood(book, standards).reading.tables,
        )

    def undo(self, book: str) -> Backup:
        """Put back the version of a workbook before its last write."""
        from sheetsync.operations.undo import undo

        return undo(self.store(_file(book)), path=book)

    def rule_cases(self) -> tuple[CaseResult, ...]:
        """Run the cases beside the rule packs."""
        from sheetsync.operations.rule_cases import run_cases

        files = [(shown, text) for _, shown, text in spec_files(self.folder, "rules", "cases")]
        return run_cases(files, catalogue=self.catalogue, packs=self.packs(), worktime=self.worktime)


def _file(book: str) -> Path:
    """Return the workbook that is meant.

    Raises:
        UsageError: It lies at Feishu, where there are no backups of ours.
    """
    if is_remote(book):
        raise UsageError(
            Text("飞书里的表格没有本机备份。", "There are no backups of what lies at Feishu."),
            fix=Text(
                "请在飞书里用“历史记录”恢复；去掉系统写入的内容用 sheetsync clean。",
                "Use the history in Feishu; sheetsync clean takes out what the engine wrote.",
            ),
            where=book,
        )
    return Path(book)
