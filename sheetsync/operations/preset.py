"""`new --preset`: the forms, RACI columns, cadences and, where asked, sample rows of a scenario."""

from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.operations.create import Scenario
from sheetsync.templates.preset import Preset
from sheetsync.templates.presetrows import cadences_of, departments_of, rows_of
from sheetsync.text import Language
from sheetsync.worktime import WorkTime


def scenario(
    preset: Preset,
    catalogue: Catalogue,
    *,
    worktime: WorkTime,
    now: datetime,
    language: Language,
    sample: bool,
) -> Scenario:
    """Return what a preset gives to a workbook.

    Args:
        preset: The preset.
        catalogue: All forms and vocabularies.
        worktime: The project's calendar; the sample's plans lie on its working days.
        now: When the workbook is made: the sample's project is under way then.
        language: The language to fill in.
        sample: With the project of the preset; else only its departments and cadences.
    """
    departments = departments_of(preset, catalogue, language)
    titles = {"raci": departments}
    name = preset.title.say(language)
    if not sample:
        cadences = cadences_of(preset, catalogue, language)
        return Scenario(name=name, rows={"mechanism": cadences}, open_titles=titles)
    rows = rows_of(preset, catalogue, worktime=worktime, now=now, language=language)
    plans = rows["charter"]
    about = {
        "manager": str(plans[0]["manager"]),
        "department": departments[0],
        "goal": str(plans[0]["goal"]),
        "period": str(plans[0]["milestones"]),
    }
    return Scenario(name=name, rows=rows, open_titles=titles, about=about)
