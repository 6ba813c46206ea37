"""The company's own calendar (form B2): days that are worked, or not, whatever the official calendar says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sheetsync.model.table import Table
from sheetsync.worktime import WorkTime, days_of

_WORKED = frozenset({"工作日", "调休上班"})
_FREE = frozenset({"休息日", "法定节假日"})
_KINDS = _WORKED | _FREE


def with_exceptions(worktime: WorkTime, tables: Sequence[Table]) -> WorkTime:
    """Return the calendar with the exceptions of the sheets; the settings' own exceptions come first.

    Args:
        worktime: The calendar of the settings.
        tables: Tables of the form `calendar`.
    """
    said: dict[date, bool] = {}
    for table in tables:
        if not {"day", "kind"} <= set(table.columns):
            continue
        days: list[date | None] = table.columns["day"].astype("datetime64[D]").tolist()
        for day, kind in zip(days, table.columns["kind"].tolist(), strict=True):
            if day is not None and kind in _KINDS:
                said[day] = kind in _WORKED
    spec = worktime.spec
    settled = spec.rest | spec.work
    # What the official calendar says anyway is no exception of the company's, and keeps its name.
    listed = list(said)
    worked = worktime.is_workday(days_of(listed)).tolist()
    said = {day: said[day] for day, works in zip(listed, worked, strict=True) if said[day] != works}
    if not said.keys() - settled:
        return worktime
    work = {day for day, worked in said.items() if worked and day not in settled}
    rest = {day for day, worked in said.items() if not worked and day not in settled}
    return replace(worktime, spec=replace(spec, rest=spec.rest | rest, work=spec.work | work))
