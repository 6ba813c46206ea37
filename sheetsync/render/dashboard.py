"""The tab 仪表盘: one screen that says how the project stands, drawn from the Summary alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from sheetsync import palette
from sheetsync.model.edit import Parts, ReplaceSheet
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Figure, Reporting, Summary, Trends, Week
from sheetsync.render import figures
from sheetsync.render.barcharts import ATTENTION, on_time, statuses
from sheetsync.render.burndown import burndown
from sheetsync.render.canvas import Canvas
from sheetsync.render.fingerprint import fingerprint
from sheetsync.render.gantt import gantt, lines
from sheetsync.render.listings import figures_listing
from sheetsync.render.lists import HALF, SHOWN, limits, tallies, worst
from sheetsync.render.screen import GRID, LINE_PIXELS, MARGIN, Place, Screen, chip
from sheetsync.text import Language, Text

ROLE = "dashboard"
TITLE = Text("仪表盘", "Dashboard")
LAYOUT = 2
"""Raised when the drawing changes, so that unchanged figures are drawn anew after an upgrade."""

MIDDLE = 17
"""Least lines of the middle part."""
MIDDLE_PIXELS = 400
"""Height of the middle part; many lines are given more."""
UPPER = 0.54
"""Part of its height for the burndown chart and what stands beside it."""
QUARTER = HALF // 2
NAMED = 8
"""People named who have not reported."""

_CARDS = ("late", "soon", "risk", "finished", "faulty", "completion", "on_time", "attainment")
_CARD_STYLE = {"late": "late", "soon": "soon", "risk": "risk", "finished": "done", "faulty": "faulty"}
_NOTE = Text(
    "本页由 SheetSync 自动生成，每次运行会重写，请勿在此填写。",
    "Written by SheetSync and rewritten by each run; please do not type here.",
)
_STALE = Text("▲ 超过一个工作日没有更新", "▲ not updated for more than a working day")
_LEGEND = Text(
    "颜色与文字一致：红＝延期，橙＝风险（偏差超过 10 个百分点或中等级别时限已超），"
    "黄＝2 个工作日内到期，绿＝正常，灰＝已完成，蓝色斜纹＝数据异常。",
    "Colour and word agree: red = late, orange = at risk, yellow = due within 2 working days, "
    "green = on track, grey = done, hatched blue = data fault.",
)


def dashboard(summary: Summary, language: Language) -> ReplaceSheet:
    """Draw the dashboard.

    Args:
        summary: The figures.
        language: The language to write in.

    Returns:
        The order for the presenter; its fingerprint leaves out what only the clock moves, so that a run in
        which nothing else has changed draws nothing.
    """
    return ReplaceSheet(
        role=ROLE,
        title=TITLE.say(language),
        draw=partial(_drawn, summary, language),
        fingerprint=fingerprint(LAYOUT, language, _without_clock(summary)),
        first=True,
        listing=figures_listing(summary, language),
    )


def _without_clock(summary: Summary) -> Summary:
    """Return the figures without what moves by itself: the line of today, weeks, the last point of a course.

    How much work is left is a figure; that it was left today as well is none.
    """
    trends = summary.trends
    if trends is not None:
        trends = replace(
            trends,
            week=replace(trends.week, year=0, number=0, first=date.min, last=date.min, compared_with=None),
            forecast=replace(trends.forecast, snapshots=0),
            burndown=(),
            on_time=tuple((date.min, rate) for _, rate in trends.on_time if rate is not None),
            rest_days=(),
        )
    return replace(summary, cut_off=datetime.min, trends=trends)


def _drawn(summary: Summary, language: Language) -> Parts:
    return _Drawing(summary, language).draw()


class _Drawing:
    """Draws one dashboard from top to bottom; `self.row` is where the next part begins."""

    def __init__(self, summary: Summary, language: Language) -> None:
        self.summary, self.trends = summary, summary.trends
        self.screen = Screen(Canvas(TITLE.say(language)), language)
        self.canvas, self.sheet, self.say = self.screen.canvas, self.screen.sheet, self.screen.say
        self.row = 0

    def draw(self) -> Parts:
        self._head()
        if self.trends is None:
            self._counts()
            self._two_charts()
        else:
            self._figures(self.trends)
            self._middle(self.trends)
        self.row = worst(self.screen, self.row, self.summary.worst)
        self._legend()
        details = self.row
        self._details()
        return self.screen.done(self.row, page_row=details)

    def _head(self) -> None:
        canvas, summary, trends = self.canvas, self.summary, self.trends
        look = canvas.style(bold=True, font_size=16, font_color=f"#{palette.ACCENT}")
        self.sheet.set_row_pixels(0, 30)
        title = f"{summary.title}　{self.screen.word(TITLE)}"
        canvas.cells(0, MARGIN, GRID if trends is None else GRID - QUARTER, title, look)
        if trends is not None:
            style = figures.LIGHT_STYLE[trends.light]
            light = chip(style, bold=True, font_size=12, border=2, border_color=_solid(style))
            word = self.screen.word(figures.LIGHT_TEXT[trends.light])
            canvas.cells(0, MARGIN + GRID - QUARTER, QUARTER, f"● {word}", light)
        self.row = 1
        for text in self._facts():
            self.sheet.set_row_pixels(self.row, 16)
            # The first one shares its row with the warning that the figures are stale.
            self.screen.quiet(self.row, MARGIN, GRID - QUARTER if self.row == 1 else GRID, text)
            self.row += 1
        self._stale(1)
        if trends is not None:
            self.sheet.set_row_pixels(self.row, 22)
            bold = canvas.style(bold=True, font_size=12)
            canvas.cells(self.row, MARGIN, GRID, self.screen.word(trends.headline), bold)
            self.row += 1
        self.sheet.set_row_pixels(self.row, 6)
        self.row += 1

    def _facts(self) -> Iterator[str]:
        """Yield the lines under the title: what this rests on, the week, who has not reported."""
        summary = self.summary
        cut_off = summary.cut_off.strftime("%Y-%m-%d %H:%M")
        # A run is known by the time it judged the workbook at.
        run = summary.cut_off.strftime("%Y%m%d-%H%M%S")
        total, year, behind = summary.whole.total, summary.calendar_year, summary.deviations
        unread, doubtful = summary.errors, summary.warnings
        yield self.say(
            f"数据截至 {cut_off}（运行 {run}）　共 {total} 条记录　节假日日历已含 {year} 年"
            f"　偏差超过 10 个百分点 {behind} 项　单元格 {unread} 处看不懂，{doubtful} 处存疑",
            f"As of {cut_off} (run {run})   {total} records   official calendar up to {year}"
            f"   {behind} more than 10 points behind plan   cells: {unread} unread, {doubtful} in doubt",
        )
        if self.trends is not None:
            yield self._week(self.trends.week) + "　" + self._reporting(self.trends.reporting)
        yield self.screen.word(_NOTE)

    def _week(self, week: Week) -> str:
        days = f"{figures.short_day(week.first)} ~ {figures.short_day(week.last)}"
        said = self.say(
            f"{week.year} 年第 {week.number} 周（{days}）", f"Week {week.number} of {week.year} ({days})"
        )
        if week.holiday:
            said += self.say(f"　假期周：{week.holiday}", f"   Holiday: {week.holiday}")
        if week.compared_with is None:
            return said + self.say("　首次报告，无上周数据", "   First report: nothing to compare with")
        then = week.compared_with.strftime("%m-%d %H:%M")
        return said + self.say(f"　与 {then} 的数据比较", f"   Compared with {then}")

    def _reporting(self, told: Reporting) -> str:
        if told.rate is None:
            return self.say("没有需要上报进度的事项", "  No progress is to be reported")
        rate = figures.share(told.rate)
        said = self.say(
            f"进度上报率 {rate.zh}（{told.told}/{told.asked}）",
            f"  {rate.en} of progress reported ({told.told} of {told.asked})",
        )
        if not told.silent:
            return said
        names = self.say("、", ", ").join(f"{name} {count}" for name, count in told.silent[:NAMED])
        more = len(told.silent) - NAMED
        if more > 0:
            names += self.say(f" 等 {len(told.silent)} 人", f" and {more} more")
        return said + self.say(f"　未报：{names}", f"   Not reported: {names}")

    def _stale(self, row: int) -> None:
        """Write a warning that shows once a planned run was missed: white on white until then.

        Runs are planned for every working day, so the day after the next one without a run is too late.
        """
        column, day = MARGIN + GRID - QUARTER, self.summary.cut_off
        hidden = self.canvas.style(font_color=f"#{palette.PAPER}", font_size=9, bold=True, align="center")
        self.canvas.cells(row, column, QUARTER, self.screen.word(_STALE), hidden)
        look = palette.STYLES["late"]
        self.sheet.conditional_format(
            row,
            column,
            row,
            column + QUARTER - 1,
            {
                "type": "formula",
                "criteria": f"=NETWORKDAYS(DATE({day.year},{day.month},{day.day}),TODAY())>2",
                "format": self.canvas.difference(
                    bg_color=f"#{look.fill}", font_color=f"#{look.font}", bold=True
                ),
            },
        )

    def _counts(self) -> None:
        """Draw the cards of a workbook without history."""
        total = self.summary.whole.total
        for index, status in enumerate(SHOWN):
            count: int = self.summary.whole.count(status)
            label = self.screen.word(STATUS_TEXT[status])
            part = f"{count / total:.0%}" if total else ""
            under = self.say(f"占 {part}", part) if total else self.say("无记录", "no records")
            if status is Status.FAULTY:
                label = self.say("数据问题", "Data problems")
                count = self.summary.errors + self.summary.warnings
                under = self.say(
                    f"{self.summary.errors} 处看不懂，{self.summary.warnings} 处存疑",
                    f"{self.summary.errors} unread, {self.summary.warnings} in doubt",
                )
            self._card(MARGIN + index * 4, 4, palette.STATUS_STYLE[status], (label, count, under))
        self.row += 4

    def _figures(self, trends: Trends) -> None:
        """Draw the cards with the week before."""
        for index, name in enumerate(_CARDS):
            figure = trends.figure(name)
            shown: str | float = self.screen.word(figures.value(figure))
            if figure.unit == "count" and figure.value is not None:
                shown = figure.value
            label = self.screen.word(figure.title)
            planned = trends.figure("planned")
            if name == "completion" and planned.value is not None:
                plan = self.screen.word(figures.value(planned))
                label += self.say(f"（计划 {plan}）", f" (planned {plan})")
            style = _CARD_STYLE.get(name)
            self._card(MARGIN + index * 3, 3, style, (label, shown, self._under(figure)), figure)
        self.row += 4

    def _under(self, figure: Figure) -> str:
        """Say the week before, the step and, for those who see no colours, whether that is better."""
        if figure.before is None:
            return self.screen.word(figures.FIRST)
        sense = self.screen.word(figures.SENSE_TEXT[figures.sense(figure)])
        parts = (self.screen.word(figures.before(figure)), self.screen.word(figures.step(figure)), sense)
        return " ".join(part for part in parts if part)

    def _card(
        self,
        column: int,
        span: int,
        style: str | None,
        values: tuple[str, str | float, str],
        figure: Figure | None = None,
    ) -> None:
        """Draw a card: label, number, and what stands under it in the colour of its step."""
        # A red card with a 0 would cry wolf.
        lit = style if values[1] else None
        look = palette.STYLES[lit] if lit else palette.Style(fill=palette.MIST, font=palette.INK)
        base: dict[str, str | bool] = {
            "bg_color": f"#{look.fill}",
            "align": "center",
            "font_color": f"#{look.font}",
            "shrink": True,
        }
        edge = {"left": 5, "left_color": _solid(style)}
        under = {**base, "font_color": f"#{figures.step_colour(figure)}"} if figure else base
        bold = figure is not None and figures.sense(figure) != "even"
        looks = (
            self.canvas.style(**base, **edge, bold=True, font_size=10),
            self.canvas.style(**base, **edge, bold=True, font_size=20),
            self.canvas.style(**under, **edge, font_size=8, bold=bold),
        )
        for offset, (value, drawn, height) in enumerate(zip(values, looks, (18, 32, 18), strict=True)):
            self.sheet.set_row_pixels(self.row + offset, height)
            self.canvas.cells(self.row + offset, column, span, value, drawn)
        self.sheet.set_row_pixels(self.row + 3, 6)

    def _two_charts(self) -> None:
        summary = self.summary
        self.screen.lines(self.row, MIDDLE, LINE_PIXELS)
        forms, groups = (
            Place(row=self.row, column=column, rows=MIDDLE - 1, columns=HALF)
            for column in (MARGIN, MARGIN + HALF)
        )
        statuses(self.screen, forms, self.say("各表状态分布", "Status by form"), summary.by_form, SHOWN)
        self._groups(groups)
        self.row += MIDDLE

    def _groups(self, place: Place) -> None:
        """Draw what needs attention by department, by owner where nobody names departments."""
        summary = self.summary
        title, found = (
            (self.say("各部门待关注事项", "Needs attention, by department"), summary.by_department)
            if summary.by_department
            else (self.say("各负责人待关注事项", "Needs attention, by owner"), summary.by_owner)
        )
        statuses(self.screen, place, title, found, ATTENTION)

    def _middle(self, trends: Trends) -> None:
        """Draw what stands side by side: Gantt chart, then burndown over on-time, groups over limits."""
        height = max(MIDDLE, lines(len(trends.gantt))) if trends.gantt else MIDDLE
        self.screen.lines(self.row, height, max(MIDDLE_PIXELS // height, LINE_PIXELS))
        left = Place(row=self.row, column=MARGIN, rows=height, columns=HALF)
        upper = round(height * UPPER)
        first, third = (
            Place(row=self.row, column=column, rows=upper, columns=QUARTER)
            for column in (MARGIN + HALF, MARGIN + HALF + QUARTER)
        )
        second, fourth = (
            replace(place, row=self.row + upper, rows=height - upper) for place in (first, third)
        )
        burndown(self.screen, first, trends.burndown, trends.forecast)
        on_time(self.screen, second, trends.on_time)
        self._groups(third)
        limits(self.screen, fourth, trends.limits)
        if trends.gantt:
            gantt(
                self.screen,
                left,
                trends.gantt,
                left_out=trends.gantt_left_out,
                rest_days=trends.rest_days,
                today=self.summary.cut_off.date(),
            )
        else:
            title = self.say("各表状态分布", "Status by form")
            statuses(self.screen, replace(left, rows=upper), title, self.summary.by_form, SHOWN)
        self.sheet.set_row_pixels(self.row + height, 8)
        self.row += height + 1

    def _legend(self) -> None:
        look = self.canvas.style(font_color=f"#{palette.MUTED}", font_size=8, text_wrap=True)
        self.sheet.set_row_pixels(self.row, 24)
        self.canvas.cells(self.row, MARGIN, GRID, self.screen.word(_LEGEND), look)
        self.row += 2

    def _details(self) -> None:
        summary, row = self.summary, self.row
        forms = tallies(self.screen, row, MARGIN, Text("按表单", "By form"), summary.by_form)
        title = Text("按部门", "By department")
        departments = tallies(self.screen, forms + 1, MARGIN, title, summary.by_department)
        title = Text("按负责人", "By owner")
        owners = tallies(self.screen, row, MARGIN + HALF, title, summary.by_owner)
        self.row = max(departments, owners)


def _solid(style: str | None) -> str:
    return f"#{palette.SOLID[style] if style else palette.ACCENT}"
