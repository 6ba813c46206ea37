"""The weekly report: workbook and mails.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.errors import UsageError
from sheetsync.members import member
from sheetsync.project import Project
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.operations.weekly import Mailing, WeeklyReport


@dataclass(frozen=True)
class Reporting(Project):
    """The commands that tell leaders how things stand."""

    def report_weekly(
        self,
        books: Sequence[str] = (),
        *,
        output: Path | None = None,
        html: Path | None = None,
        mail: bool = False,
        channels: Sequence[str] | None = None,
        outbox: Path | None = None,
        correct: bool = False,
        force: bool = False,
    ) -> WeeklyReport:
        """Write the weekly summary of workbooks, which are only read, and send it where asked.

        It leaves once per report, week and recipient, however often this is called.

        Args:
            books: Files, folders, patterns; the workbooks of the project when empty.
            output: The workbook to write, or a folder for it; named by project and week there, and in the
                current folder when None.
            html: Where the text of the mail goes as a page for a browser; nowhere when None.
            mail: Send it to those that the settings name, by the ways that they name; by mail where they name
                none, as files in the outbox folder where there is no server.
            channels: Send it by these ways, in the order they are tried.
            outbox: Write the mails as files into this folder instead of sending them.
            correct: Mail a corrected version of what left before, which says what changed.
            force: Replace existing files with other content.

        Returns:
            What was reported and written, with the errors of workbooks that could not be read and what became
            of each mail; nothing is written where there was none to report.

        Raises:
            UsageError: No workbook is named and there is no project with one, a file is there already, there
                is no such way, or nobody to write to.
            SpecFileError: The settings of a way cannot be used.
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
                Text("没有指定工作簿，项目里也没有。", "No workbook is named, and the project has none.")
                if self.folder is not None
                else Text(
                    "没有指定工作簿，这里也没有项目。", "No workbook is named, and there is no project."
                ),
                fix=Text(
                    "请写出文件名，如 sheetsync report weekly 项目.xlsx，或在有工作簿的项目文件夹里运行。",
                    "Name one, such as sheetsync report weekly plan.xlsx, or run it in a project with one.",
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
        mailing = None
        if mail or channels or outbox:
            mailing = self._mailing(report, channels, named=bool(books), outbox=outbox)
        name = file_name(report, self.settings.project.name, self.language)
        target = Path(name) if output is None else output / name if output.is_dir() else output
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

    def _mailing(
        self, report: WeeklyReport, channels: Sequence[str] | None, *, named: bool, outbox: Path | None
    ) -> Mailing:
        """Return how a weekly report leaves."""
        from sheetsync.notify.way import channels_of, read_by, sender_of, way_by
        from sheetsync.operations.mailing import Route
        from sheetsync.operations.weekly import Mailing, job_of
        from sheetsync.state.database import Database
        from sheetsync.state.outbox import ProjectOutbox

        given, home = self.settings, self.folder or Path()
        asked = ("file",) if outbox is not None else channels or given.report.channels
        ways = channels_of(asked, given)
        readers = given.report.to or given.mail.to or ("",)
        if all(read_by(channel, reader) is None for channel in ways for reader in readers):
            raise UsageError(
                Text("没有收件人。", "There is nobody to send it to."),
                fix=Text(
                    '请在 sheetsync.toml 写 [mail] to = ["领导@example.com"]，'
                    '或 [report] to = ["oc_飞书群", "ou_飞书用户"]。',
                    'Write [mail] to = ["boss@example.com"] in sheetsync.toml, '
                    'or [report] to = ["oc_a-chat", "ou_a-person"] for Feishu.',
                ),
            )
        return Mailing(
            report=report,
            job=job_of(report, None if named else given.project.name or home.resolve().name),
            sender=sender_of(given.mail),
            recipients=readers,
            routes=[
                Route(
                    way_by(channel, given, folder=home, environ=os.environ, outbox=outbox),
                    partial(read_by, channel),
                )
                for channel in ways
            ],
            clock=self.clock,
            outbox=None if self.folder is None else ProjectOutbox(Database(self.folder, given.state)),
        )

    def weekly_document(self, report: WeeklyReport) -> dict[str, object]:
        """Return the JSON document of a weekly report."""
        from sheetsync.operations.weekly import weekly_document

        return weekly_document(report, zone=self.settings.zone, language=self.language)


def _write_unless_same(path: Path, content: bytes, *, force: bool) -> None:
    """Write a new file; one that is there already with just this content is left as it is."""
    from sheetsync.disk.fresh import write_fresh

    if path.is_file() and path.read_bytes() == content:
        return
    write_fresh(path, content, force=force)
