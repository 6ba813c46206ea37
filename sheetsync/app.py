"""The hall: every command is one call here; with `project` it knows every adapter.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.bundled import bundled, read_spec
from sheetsync.commands.basing import Basing
from sheetsync.commands.checking import Checking
from sheetsync.commands.configuring import NOW_VARIABLE, Configuring
from sheetsync.commands.creating import Creating
from sheetsync.commands.doctoring import Doctoring
from sheetsync.commands.keeping import Keeping
from sheetsync.commands.reminding import Reminding
from sheetsync.commands.reporting import Reporting
from sheetsync.commands.serving import Serving
from sheetsync.commands.syncing import Syncing
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.text import Language, Text

if TYPE_CHECKING:
    from sheetsync.operations.demo import DemoResult
    from sheetsync.templates.story import Story


@dataclass(frozen=True)
class App(
    Creating, Checking, Basing, Reporting, Reminding, Keeping, Doctoring, Serving, Syncing, Configuring
):
    """One project with all that can be done in it: every command is one call here."""

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
        from sheetsync.operations.demo import PAIR, demo_workbook, read_story, retell
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
        ends = self._demo_sides(folder, story)
        told = open_app(project=folder, language=self.language, now=now or NOW.isoformat())
        result = next(told.check([str(book)], write=True))
        if result.error is not None:
            raise result.error
        weekly = folder / Text("周报.xlsx", "weekly.xlsx").say(self.language)
        report = told.report_weekly([str(book)], output=weekly, outbox=folder / "outbox")
        told.sync(PAIR, adopt=True)
        for path, content in ends.items():
            write_fresh(path, content, force=True)
        return retell(result, str(book), report, told.sync(PAIR), str(folder))

    def _demo_sides(self, folder: Path, story: Story) -> Mapping[Path, bytes]:
        """Write the workbook that two people keep in step, and name the pair in the settings.

        Returns:
            Each of both workbooks, and what its person makes of it then.
        """
        from sheetsync.config.section import FILE_NAME
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.model.mirror import SIDES
        from sheetsync.operations.demo import demo_side, pair_settings

        shelf = Text("同步", "sync").say(self.language)
        names = Text("项目办.xlsx", "office.xlsx"), Text("设计部.xlsx", "design.xlsx")
        paths = [folder / shelf / name.say(self.language) for name in names]
        given = self.catalogue, self.worktime, self.language
        handed_out = demo_side(story, *given)
        paths[0].parent.mkdir()
        for path in paths:
            write_fresh(path, handed_out, force=False)
        settings = folder / FILE_NAME
        left, right = (path.relative_to(folder).as_posix() for path in paths)
        settings.write_text(settings.read_text("utf-8") + pair_settings(left, right), "utf-8")
        return {path: demo_side(story, *given, side) for path, side in zip(paths, SIDES, strict=True)}


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


def open_anyway(
    *,
    project: Path | None = None,
    language: Language | None = None,
    now: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> tuple[App, SheetSyncError | None]:
    """Open a project for a doctor: with the defaults where its settings cannot be read.

    Args:
        project: As for `open_app`.
        language: As for `open_app`.
        now: As for `open_app`.
        environ: The environment.

    Returns:
        The project, and why its settings cannot be read.

    Raises:
        UsageError: The time is none.
    """
    from sheetsync.clock import WallClock, parse_now
    from sheetsync.config.file import find_project
    from sheetsync.config.settings import Settings
    from sheetsync.errors import SpecFileError

    try:
        return open_app(project=project, language=language, now=now, environ=environ), None
    except SpecFileError as error:
        defaults = Settings()
        fixed = now or environ.get(NOW_VARIABLE)
        found = App(
            folder=project if project is not None else find_project(Path.cwd()),
            settings=defaults,
            clock=parse_now(fixed, defaults.zone) if fixed else WallClock(defaults.zone),
            language=language or defaults.project.language,
        )
        return found, error
