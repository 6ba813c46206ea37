"""Pictures of the weekly mail, with their numbers beside them for those who do not see them."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.model.message import Picture
from sheetsync.model.summary import Bar, BurnPoint, Summary, Trends
from sheetsync.render import figures, pictures
from sheetsync.render.mailparts import LISTED, Chart, Grid, Key, joined, one_line
from sheetsync.text import Language

BARS = 10
"""Lines of the Gantt chart in a mail."""

_DAYS_TOLD = 6


class Charts:
    """Draws in one language what one project's summary holds.

    Args:
        language: The language of their words.
        summary: Its counts.
        trends: What plan and history tell.
    """

    def __init__(self, language: Language, summary: Summary, trends: Trends) -> None:
        self._language: Language = language
        self._summary = summary
        self._trends = trends

    def _say(self, zh: str, en: str) -> str:
        return en if self._language == "en" else zh

    def departments(self) -> Chart | None:
        """Draw the departments compared; None where none is known."""
        lines = self._trends.departments[:LISTED]
        if not lines:
            return None
        left_out = len(self._trends.departments) - len(lines)
        few = self._say("少于 5 项的部门不比按时率", "rates of fewer than 5 records are not compared")
        rest = self._say(f"；另有 {left_out} 个部门见工作簿", f"; {left_out} more in the workbook")
        grid = Grid(
            heads=(
                "#",
                self._say("部门", "Department"),
                self._say("事项", "All"),
                self._say("延期", "Late"),
                self._say("本周按时", "On time"),
                self._say("超时限", "Missed"),
                self._say("SLA达成", "SLA"),
                self._say("未报", "Silent"),
            ),
            rows=tuple(
                (
                    str(number),
                    one_line(line.name),
                    str(line.total),
                    str(line.late),
                    (
                        figures.amount(line.on_time, "percent").say(self._language)
                        if line.due
                        else self._say("无到期", "none due")
                    )
                    if line.ranked
                    else "—",
                    str(line.overrun),
                    figures.amount(line.attained, "percent").say(self._language)
                    if line.ranked and line.limits
                    else "—",
                    str(line.silent),
                )
                for number, line in enumerate(lines, start=1)
            ),
        )
        return self._chart(
            "departments",
            self._say("各部门延期", "Late by department"),
            pictures.late_by_department([(line.total, line.late) for line in lines]),
            (
                Key(colour=palette.SOLID["late"], words=self._say("延期", "late")),
                Key(colour=pictures.PLANNED, words=self._say("全部事项", "all")),
            ),
            grid,
            note=few + (rest if left_out else ""),
        )

    def progress(self) -> Iterator[Chart]:
        """Draw what is known of: burndown, on-time rates, Gantt."""
        if self._trends.burndown:
            yield self._burndown(self._trends.burndown)
        if any(rate is not None for _, rate in self._trends.on_time):
            yield self._on_time()
        if self._trends.gantt:
            yield self._gantt(self._trends.gantt[:BARS])

    def _burndown(self, points: Sequence[BurnPoint]) -> Chart:
        return self._chart(
            "burndown",
            self._say("燃尽图（剩余工作日）", "Burndown (working days left)"),
            pictures.burndown(points),
            (
                Key(colour=pictures.LEFT_OVER, words=self._say("剩余", "left")),
                Key(colour=pictures.IDEAL, words=self._say("理想（虚线）", "ideal (dashed)")),
                Key(colour=pictures.SCOPE, words=self._say("总量（细线）", "all there is (thin)")),
            ),
            Grid(
                heads=(
                    self._say("日期", "Day"),
                    self._say("剩余", "Left"),
                    self._say("理想", "Ideal"),
                    self._say("总量", "All"),
                ),
                rows=tuple(
                    (
                        f"{one.day:%m-%d}",
                        *(
                            figures.amount(value, "count").say(self._language)
                            for value in (one.left, one.ideal, one.scope)
                        ),
                    )
                    for one in _last_of_weeks(points)
                ),
            ),
        )

    def _on_time(self) -> Chart:
        rates = self._trends.on_time
        return self._chart(
            "on-time",
            self._say("按时完成率（近 8 周）", "On-time rate (8 weeks)"),
            pictures.on_time(rates),
            (),
            Grid(
                heads=(self._say("周一", "Monday"), self._say("按时完成率", "On time")),
                rows=tuple(
                    (f"{monday:%m-%d}", figures.amount(rate, "percent").say(self._language))
                    for monday, rate in rates
                ),
            ),
        )

    def _gantt(self, bars: Sequence[Bar]) -> Chart:
        left_out = self._trends.gantt_left_out + len(self._trends.gantt) - len(bars)
        return self._chart(
            "gantt",
            self._say("甘特图", "Gantt"),
            pictures.gantt(bars, self._summary.cut_off.date(), self._trends.rest_days),
            (
                Key(colour=pictures.PLANNED, words=self._say("计划", "planned")),
                Key(colour=pictures.FINISHED, words=self._say("已完成部分", "done")),
                Key(colour=pictures.TODAY, words=self._say("今天（虚线）", "today (dashed)")),
            ),
            Grid(
                heads=(
                    "#",
                    self._say("事项", "What"),
                    self._say("计划", "Planned"),
                    self._say("进度", "Progress"),
                    self._say("状态", "Status"),
                ),
                rows=tuple(
                    (
                        str(number),
                        joined(one_line(one.name or one.key), one.owner),
                        f"{one.start:%m-%d}–{one.due:%m-%d}",
                        figures.amount(one.progress, "percent").say(self._language),
                        STATUS_TEXT[one.status].say(self._language),
                    )
                    for number, one in enumerate(bars, start=1)
                ),
            ),
            note=self._say(f"另有 {left_out} 项见工作簿", f"{left_out} more in the workbook")
            if left_out
            else "",
        )

    def _chart(
        self, name: str, title: str, drawn: bytes, keys: tuple[Key, ...], grid: Grid, note: str = ""
    ) -> Chart:
        told = "；".join(" ".join(row) for row in grid.rows)
        # Two mails that lie side by side may not show each other's pictures.
        cid = f"{name}.{hashlib.sha256(drawn).hexdigest()[:12]}@sheetsync"
        return Chart(
            title=title,
            picture=Picture(cid=cid, content=drawn, alt=f"{title}：{told}"),
            height=round(int.from_bytes(drawn[20:24], "big") / 2),  # of the PNG's header
            keys=keys,
            grid=grid,
            note=note,
        )


def _last_of_weeks(points: Sequence[BurnPoint]) -> list[BurnPoint]:
    """Return the last known day of each of the last weeks."""
    known = [one for one in points if one.left is not None]
    weeks = groupby(known, key=lambda one: one.day - timedelta(days=one.day.weekday()))
    return [list(days)[-1] for _, days in weeks][-_DAYS_TOLD:]
