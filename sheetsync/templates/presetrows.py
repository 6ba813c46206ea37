"""The rows of a preset's project, form by form, in the words and the language of their columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates import presetcourse as course
from sheetsync.templates import presetlogs as logs
from sheetsync.templates import presetstart as start
from sheetsync.templates.build import Row
from sheetsync.templates.preset import Preset
from sheetsync.templates.presetplan import Days, Plan
from sheetsync.templates.presetwords import Names, Told, in_words
from sheetsync.text import Language
from sheetsync.worktime import WorkTime


def rows_of(
    preset: Preset, catalogue: Catalogue, *, worktime: WorkTime, now: datetime, language: Language
) -> Mapping[str, Sequence[Row]]:
    """Return the rows of a preset's project by form id; all ids and days fit each other.

    Args:
        preset: The preset.
        catalogue: Forms and vocabularies, for the words of each column.
        worktime: The project's calendar; plans lie on its working days.
        now: When the workbook is made, wall clock of the project's zone: nothing lies in the future that
            people only know afterwards.
        language: The language to fill in.
    """
    told = Told(Plan(preset, Days(worktime, now)), catalogue, language)
    return {
        name: [told.in_language(catalogue.forms[name], row) for row in write(told)]
        for name, write in _WRITERS.items()
        if name in catalogue.forms
    }


def cadences_of(preset: Preset, catalogue: Catalogue, language: Language) -> Sequence[Row]:
    """Return the rows of the communication plan without the names of people."""
    form = catalogue.forms["mechanism"]
    return [
        in_words(form, row, catalogue, language)
        for row in start.cadences(preset, Names(preset, catalogue, language))
    ]


def departments_of(preset: Preset, catalogue: Catalogue, language: Language) -> tuple[str, ...]:
    """Return the departments of a preset: the columns of its RACI matrix."""
    names = Names(preset, catalogue, language)
    return tuple(names.department(one.department.zh) for one in preset.team)


_WRITERS: Mapping[str, Callable[[Told], Iterator[Row]]] = {
    "request": start.requests,
    "charter": start.charter,
    "task-master": start.tasks,
    "raci": start.raci,
    "memo": start.memo,
    "goals": start.goals,
    "mechanism": start.mechanism,
    "process": start.process,
    "progress": course.progress,
    "collaboration": course.collaboration,
    "plan-actual": course.plan_actual,
    "dept-progress": course.dept_progress,
    "status": course.status,
    "weekly-progress": course.weekly,
    "standup": course.standup,
    "notice": logs.notices,
    "minutes": logs.minutes,
    "resolutions": logs.resolutions,
    "issues": logs.issues,
    "risks": logs.risks,
    "changes": logs.changes,
    "acceptance": logs.acceptance,
    "retro": logs.lessons,
    "directory": start.directory,
}
"""Form to what writes its rows; ids are given out in this order."""
