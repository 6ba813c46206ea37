"""What a form computes by itself: formulas that Excel 2010, WPS and LibreOffice all know, with their values.

Each column that is live in a form (`forms.spec.Live`, `Column.difference`) becomes one formula per row. A
formula has a place holder where the row number goes, and a function that gives the value it has when the
workbook is written: readers see it before any program has calculated anything. Rows without content show
nothing.
"""

from sheetsync.forms.spec import Column, DayCount, Filled, Form, RaciCheck, WorkdaysLeft
from sheetsync.templates.livecell import LiveCell, Surroundings
from sheetsync.templates.livechecks import day_count, filled, raci
from sheetsync.templates.liveplan import difference, workdays_left


def live_cell(column: Column, around: Surroundings) -> LiveCell:
    """Return the formula of a live column."""
    match column.live:
        case WorkdaysLeft():
            return workdays_left(column, column.live, around)
        case Filled():
            return filled(column, column.live, around)
        case RaciCheck():
            return raci(column, around)
        case DayCount():
            return day_count(column.live, around)
        case None:
            return difference(column, around)


def needs_days(form: Form) -> bool:
    """Tell whether a form counts working days."""
    return any(isinstance(column.live, WorkdaysLeft) or column.planned_over for column in form.columns)
