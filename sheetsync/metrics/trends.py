"""All that only plan and history can tell, computed once for dashboard, weekly workbook and mail."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from sheetsync.metrics.agenda import coming, done, in_force, wanted
from sheetsync.metrics.attention import attention
from sheetsync.metrics.bydepartment import department_lines
from sheetsync.metrics.ground import Ground
from sheetsync.metrics.numbers import figures, issues_by_class, reporting, values
from sheetsync.metrics.period import monday_of, week_of
from sheetsync.metrics.plan import bars, burndown, forecast, rest_days
from sheetsync.model.snapshot import Snapshot
from sheetsync.model.summary import Figure, Light, Reporting, Summary, Trends
from sheetsync.text import Text

WEEKS = 8
"""Weeks of the on-time rate (product expectations, section 7.8)."""

GAP = 10.0
"""Percentage points behind plan that make the project's light red (section 7.1)."""

HEARD = 0.5
"""Share of reports without which there is no light (section 7.1)."""


def trends(ground: Ground, summary: Summary, *, lists: bool = True) -> Trends:
    """Return what leaders look at beside the counts.

    Args:
        ground: What is known of the workbook; its series is that of earlier runs, this one is added.
        summary: Its counts.
        lists: False to leave out what a week's report lists and no dashboard shows.
    """
    today = Snapshot(taken=ground.now, figures=values(ground, summary))
    earlier = (one for one in ground.series if one.taken.date() < ground.now.date())
    # This run is the last of its day.
    ground = ground.with_series((*earlier, today))
    told, numbers = reporting(ground), figures(ground, today.figures)
    named = {figure.name: figure for figure in numbers}
    shown, left_out = bars(ground)
    found = Trends(
        week=week_of(ground.now, ground.worktime, ground.before),
        light=_light(ground, named, told),
        headline=_headline(named),
        figures=numbers,
        reporting=told,
        limits=tuple(one for one in ground.limits if one.ended),
        gantt=shown,
        gantt_left_out=left_out,
        rest_days=rest_days(ground, shown),
        burndown=burndown(ground),
        on_time=_on_time(ground),
        forecast=forecast(ground),
    )
    return _with_lists(found, ground, summary) if lists else found


def _with_lists(found: Trends, ground: Ground, summary: Summary) -> Trends:
    (ended, more_ended), (due, more_due) = done(ground), coming(ground)
    return replace(
        found,
        issues=issues_by_class(ground),
        wanted=wanted(ground),
        done=ended,
        done_left_out=more_ended,
        coming=due,
        coming_left_out=more_due,
        in_force=in_force(ground),
        departments=department_lines(ground),
        attention=attention(ground, summary.worst),
    )


def _light(ground: Ground, named: Mapping[str, Figure], told: Reporting) -> Light | None:
    """Return the project's light; none while too few have reported."""
    if told.rate is not None and told.rate < HEARD:
        return None
    levels = {
        one.level
        for verdict in ground.verdicts
        for one in verdict.findings
        if not one.done and (one.level == "yellow" or one.overdue is not None)
    }
    plan, made = named["planned"].value, named["completion"].value
    behind = plan is not None and made is not None and plan - made > GAP + 1e-9
    if "red" in levels or behind:
        return "red"
    risky = any(named[name].value for name in ("risk", "late"))
    return "yellow" if "yellow" in levels or risky else "green"


def _headline(named: Mapping[str, Figure]) -> Text:
    """Return one sentence of facts."""
    total, finished, late = (int(named[name].value or 0) for name in ("total", "finished", "late"))
    zh, en = (
        [f"共 {total} 项，已完成 {finished} 项，延期 {late} 项"],
        [f"{total} records, {finished} done, {late} late"],
    )
    step = named["late"].step
    if step is None:
        zh.append("（无上周数据）")
        en.append(" (no figures of last week)")
    elif step:
        zh.append(f"，比上周{'多' if step > 0 else '少'} {abs(step):.0f} 项")
        en.append(f", {abs(step):.0f} {'more' if step > 0 else 'fewer'} than last week")
    else:
        zh.append("，与上周持平")
        en.append(", as many as last week")
    plan, made = named["planned"].value, named["completion"].value
    if plan is not None and made is not None:
        zh.append(f"；计划进度 {plan:.0f}%，实际 {made:.0f}%")
        en.append(f"; {plan:.0f} % planned, {made:.0f} % done")
    return Text("".join(zh) + "。", "".join(en) + ".")


def _on_time(ground: Ground) -> tuple[tuple[date, float | None], ...]:
    """Return the on-time rate week by week: of each the last run that could tell it, of this one now's."""
    monday = monday_of(ground.now.date())
    found: dict[date, float | None] = {
        monday - timedelta(weeks=back): None for back in reversed(range(WEEKS))
    }
    for one in ground.series:
        week = monday_of(one.taken.date())
        if week in found and "on_time" in one.figures:
            found[week] = one.figures["on_time"]
    return tuple(found.items())
