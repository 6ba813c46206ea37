"""When people may be told something: no quiet hours, no days without work (product expectations, M2)."""

from datetime import datetime, time, timedelta

import numpy as np

from sheetsync.config.reminders import RemindersSettings
from sheetsync.worktime import WorkTime

_MIDNIGHT = time()
_DAY = timedelta(days=1)


def is_quiet(now: datetime, settings: RemindersSettings, worktime: WorkTime) -> bool:
    """Tell whether nothing may leave now; make-up days are days of work.

    Args:
        now: Wall clock of the project's zone.
        settings: `[reminders]`.
        worktime: The project's calendar.
    """
    return next_allowed(now, settings, worktime) > now


def next_allowed(now: datetime, settings: RemindersSettings, worktime: WorkTime) -> datetime:
    """Return the first moment from `now` on at which messages may leave; arguments as for `is_quiet`."""
    moment = now
    while True:
        later = _after_quiet(moment, settings.quiet)
        if not settings.rest_days:
            day = worktime.next_workday(np.array([later.date()], "datetime64[D]"))[0].item()
            if day != later.date():
                later = datetime.combine(day, _MIDNIGHT)
        if later == moment:
            return moment
        moment = later


def _after_quiet(moment: datetime, quiet: str) -> datetime:
    """Return when the quiet hours end that the moment lies in, the moment itself if it lies in none."""
    if not quiet:
        return moment
    first, last = (time.fromisoformat(clock) for clock in quiet.split("-"))
    clock = moment.time()
    if first < last:
        return datetime.combine(moment.date(), last) if first <= clock < last else moment
    if clock >= first:
        return datetime.combine(moment.date() + _DAY, last)
    return datetime.combine(moment.date(), last) if clock < last else moment
