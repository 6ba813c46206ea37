"""The weekly summary workbook: eight tabs in the order of product expectations section 7, values only."""

from collections.abc import Sequence
from datetime import datetime

from sheetsync import palette
from sheetsync.model.weekly import Reported
from sheetsync.render import weeklytabs as tabs
from sheetsync.render.pages import Pages
from sheetsync.render.weeklyoverview import overview
from sheetsync.text import Language


def weekly_book(reported: Sequence[Reported], language: Language, *, created: datetime) -> bytes:
    """Draw the weekly summary.

    Args:
        reported: The workbooks of the report, at least one. Each is reckoned by itself; with several, every
            list says which workbook a row is from.
        language: The language to write in.
        created: Stamped into the document's properties, so that equal content gives equal bytes.

    Returns:
        An xlsx file without formulas and without links to other files.
    """
    pages = Pages(created, language)
    places = tabs.Places(reported, language)
    overview(pages.page(tabs.OVERVIEW), reported, places)
    tabs.risks_tab(pages.page(tabs.RISKS, palette.SOLID["late"]), reported, places)
    tabs.departments_tab(pages.page(tabs.DEPARTMENTS), reported)
    tabs.limits_tab(pages.page(tabs.LIMITS), reported)
    tabs.decisions_tab(pages.page(tabs.DECISIONS, palette.SOLID["risk"]), reported)
    tabs.ahead_tab(pages.page(tabs.AHEAD), reported)
    tabs.problems_list(pages.page(tabs.PROBLEMS, palette.SOLID["faulty"]), reported)
    tabs.snapshot_tab(pages.page(tabs.SNAPSHOT, palette.SOLID["done"]), reported)
    return pages.done()
