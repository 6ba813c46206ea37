"""Makes things: workbooks, pages, project folders.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sheetsync.bundled import spec_files
from sheetsync.project import Project

if TYPE_CHECKING:
    from sheetsync.forms.spec import Form
    from sheetsync.operations.raci import Matrix
    from sheetsync.templates.minutes import Minutes


@dataclass(frozen=True)
class Creating(Project):
    """The commands that make new files."""

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

    def init(self, folder: Path, name: str | None = None) -> tuple[Path, ...]:
        """Make a project folder; return the files that were made. What is there already is left alone.

        Raises:
            OutputRefusedError: The folder cannot be written.
        """
        from sheetsync.disk.fresh import write_fresh
        from sheetsync.operations.scaffold import project_files

        made = []
        for inside, text in project_files(name or folder.resolve().name, self.language).items():
            path = folder / inside
            if not path.exists():
                write_fresh(path, text.encode(), force=False)
                made.append(path)
        return tuple(made)
