"""The tab 概览 of the weekly workbook: what leaders read, in the order of product expectations section 7."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from pathlib import PurePath
from typing import Any

from sheetsync import palette
from sheetsync.model.course import Attainment
from sheetsync.model.finding import Status
from sheetsync.model.summary import (
    Attention,
    Bar,
    Dated,
    Figure,
    Forecast,
    Summary,
    Trends,
    Wanted,
    Week,
    WorstRow,
)
from sheetsync.model.weekly import Reported
from sheetsync.render import weeklycharts as charts
from sheetsync.render.figures import (
    FIRST,
    LIGHT_STYLE,
    LIGHT_TEXT,
    NOT_REPORTED,
    SENSE_TEXT,
    TURN_TEXT,
    amount,
    sense,
    share,
    short_day,
    step,
    step_colour,
)
from sheetsync.render.mailview import forecast_words, week_words
from sheetsync.render.pages import Column, Link, Look, Page, Quiet, Toned, Value, height, measured
from sheetsync.render.weeklytabs import (
    AHEAD,
    DEPARTMENTS,
    LIMITS,
    OVERVIEW,
    Places,
    department_cells,
    ranking,
)
from sheetsync.text import Text

LEFT = 1
"""Columns are counted from 0; the first is a margin."""
GRID = 24
GRID_WIDTH = 6.6
DATA = LEFT + GRID + 2
"""First column of what the charts are drawn from and no table shows; outside of the printed page."""

LISTED = 8
"""Lines of each short list; the tabs have all."""
BARS = 20
"""Lines of the Gantt chart that still can be read on a page."""

NAMED = 20
"""People who have not reported, by name."""
RULES = 12
"""Bars of the chart of limits."""

RULE_NAME = 24
"""Letters of a rule's name beside its bar."""

KEPT = Text("各规则时限达成率", "Limits kept, by rule")
_NOTE = Text(
    "本工作簿由 SheetSync 生成，全部为数值，可离线查看；点蓝色文字跳到明细。颜色含义与文字一致。",
    "Made by SheetSync; values only. Blue text leads to the details. Colours say the same as the words.",
)


def overview(page: Page, reported: Sequence[Reported], places: Places) -> None:
    """Draw the page.

    Args:
        page: The first tab.
        reported: The workbooks; several stand one below the other, after a list of them.
        places: Where their rows stand on the other tabs.
    """
    page.sheet.set_column(0, 0, 1.5)
    page.sheet.set_column(LEFT, LEFT + GRID - 1, GRID_WIDTH)
    page.sheet.set_column(DATA, DATA + 12, 11)
    row = 0
    if len(reported) > 1:
        row = _several(page, reported)
    data = row
    starts: list[int] = []
    breaks: list[int] = []
    for number, book in enumerate(reported):
        starts.append(row)
        if number:
            page.sheet.set_row(row - 1, 12)
        drawing = _Overview(page, number, book, places, row, max(row, data))
        drawing.draw()
        breaks += drawing.breaks
        row, data = drawing.row + 2, drawing.data
    page.note(row - 1, LEFT, _NOTE.say(page.pages.language), GRID, GRID_WIDTH)
    page.sheet.print_area(0, 0, row - 1, LEFT + GRID - 1)
    page.sheet.set_h_pagebreaks([*breaks, *starts[1:]])
    if len(starts) > 1:
        _lead_to(page, reported, starts)


_SEVERAL = (
    Column(Text("工作簿", "Workbook"), 5), Column(Text("灯", "Light"), 3, centred=True),
    Column(Text("结论", "Verdict"), 8), Column(Text("上报率", "Reported"), 2),
    Column(Text("事项", "Records"), 2), Column(Text("已完成", "Done"), 2), Column(Text("延期", "Late"), 2),
)  # fmt: skip


def _several(page: Page, reported: Sequence[Reported]) -> int:
    """List the workbooks, a line each; return the row where the first of them may begin."""
    language = page.pages.language
    page.sheet.set_row(0, 34)
    title = Text(f"{OVERVIEW.zh}：{len(reported)} 个工作簿", f"{OVERVIEW.en}: {len(reported)} workbooks")
    page.put(0, LEFT, title.say(language), GRID, bold=True, font_size=18, font_color=f"#{palette.ACCENT}")
    rows = []
    for book in reported:
        whole, trends = book.summary.whole, book.summary.trends
        light = trends.light if trends is not None else None
        rate = trends.reporting.rate if trends is not None else None
        late = whole.count(Status.LATE)
        rows.append(
            (
                book.name,
                Toned(LIGHT_TEXT[light].say(language), LIGHT_STYLE[light]),
                trends.headline.say(language) if trends is not None else "",
                measured(None if rate is None else 100 * rate, "percent", "—"),
                whole.total,
                whole.count(Status.DONE),
                Toned(late, "late") if late else 0,
            )
        )
    below = page.table(1, LEFT, _SEVERAL, rows, GRID_WIDTH)
    note = Text(
        "各工作簿分别计算，比率不相加；下面逐个列出。",
        "Each workbook is reckoned by itself, as rates do not add up; they follow one by one.",
    )
    page.note(below, LEFT, note.say(language), GRID, GRID_WIDTH)
    return below + 2


def _lead_to(page: Page, reported: Sequence[Reported], starts: Sequence[int]) -> None:
    """Let the names of the list lead to their blocks."""
    look: Look = {
        "border": 1, "border_color": f"#{palette.LINE}", "text_wrap": True,
        "font_color": f"#{palette.ACCENT}", "underline": 1, "indent": 1,
    }  # fmt: skip
    for row, (book, start) in enumerate(zip(reported, starts, strict=True), start=2):
        page.relink(row, LEFT, Link(book.name, page.title, f"B{start + 1}"), **look)


class _Overview:
    """Draws the block of one workbook from top to bottom; `self.row` is where the next part begins."""

    def __init__(self, page: Page, number: int, book: Reported, places: Places, row: int, data: int) -> None:
        self.page, self.number, self.book, self.places = page, number, book, places
        self.row, self.data = row, data
        self.breaks: list[int] = []
        self.language = page.pages.language

    def draw(self) -> None:
        summary, trends = self.book.summary, self.book.summary.trends
        if trends is None:
            self._bare(summary)
            return
        self._headline(summary, trends)
        self._figures(trends)
        self._wanted(trends)
        self._attention([*trends.attention])
        departments = self._departments(trends)
        self._agenda(trends)
        self._forecast(trends.forecast)
        self._charts(trends, departments)

    def _say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def _bare(self, summary: Summary) -> None:
        """Draw what counts alone can tell."""
        self._title(summary, self._say("周报", "weekly report"))
        self._quiet(
            self._say(
                "没有历史记录，无上周数据、燃尽图与预测。",
                "There is no history: no figures of last week, no burndown, no forecast.",
            )
        )
        counts = [(status, summary.whole.count(status)) for status in Status]
        columns = [Column(Text(status.value, status.value), 4, centred=True) for status, _ in counts]
        self.row = self.page.table(
            self.row, LEFT, columns, [[count for _, count in counts]], GRID_WIDTH
        ) + 1  # fmt: skip
        self._attention(
            [
                Attention(worst=one, turn=None, cause="", measure="", new_date=None, behind=None)
                for one in summary.worst[:5]
            ]
        )

    def _title(self, summary: Summary, kind: str) -> None:
        look: Look = {"bold": True, "font_size": 18, "font_color": f"#{palette.ACCENT}"}
        self.page.sheet.set_row(self.row, 34)
        title = summary.title
        if len(self.places.reported) > 1 and title != PurePath(self.book.name).stem:
            title = f"{title}　{self.book.name}"
        self.page.put(self.row, LEFT, f"{title}　{kind}", GRID, **look)
        self.row += 1

    def _headline(self, summary: Summary, trends: Trends) -> None:
        week = trends.week
        self._title(summary, self._say("周报　", "") + week_words(week).say(self.language))
        text = trends.headline.say(self.language)
        span = GRID - 5
        self.page.sheet.set_row(self.row, max(30.0, height([(text, span * GRID_WIDTH / 1.3)]) + 8))
        light = Toned(LIGHT_TEXT[trends.light].say(self.language), LIGHT_STYLE[trends.light])
        self.page.put(self.row, LEFT, light, 5, bold=True, font_size=13, text_wrap=True)
        self.page.put(
            self.row, LEFT + 5, text, span, bold=True, font_size=13, text_wrap=True, indent=1,
            bg_color=f"#{palette.MIST}",
        )  # fmt: skip
        self.row += 1
        told, cut_off = trends.reporting, summary.cut_off
        asked = (
            self._say(
                f"上报率 {share(told.rate).zh}（应报 {told.asked}，已报 {told.told}）",
                f"reported {share(told.rate).en} ({told.told} of {told.asked})",
            )
            if told.asked
            else self._say("本周没有应上报的事项", "nothing was to be reported")
        )
        self._quiet(
            f"{self._say('数据截至', 'As of')} {cut_off:%Y-%m-%d %H:%M}　{asked}　"
            f"{_compared(week).say(self.language)}　"
            + self._say(
                f"节假日日历已含 {summary.calendar_year} 年",
                f"official calendar up to {summary.calendar_year}",
            )
        )
        if told.silent:
            names = self._say("、", ", ").join(f"{name} {count}" for name, count in told.silent[:NAMED])
            more = len(told.silent) - NAMED
            rest = self._say(f"，另有 {more} 人", f", and {more} more") if more > 0 else ""
            self._quiet(
                self._say(f"未上报（人、项数）：{names}{rest}", f"Not reported (who, records): {names}{rest}")
            )
        self.row += 1

    def _figures(self, trends: Trends) -> None:
        """Draw the figures in two columns side by side, in their order from top to bottom."""
        self._heading(self._say("关键数字", "Figures"))
        titles = (
            Text("指标", "Figure"),
            Text("本周", "Now"),
            Text("上周", "Last week"),
            Text("变化", "Change"),
        )
        columns = [Column(title, width) for title, width in zip(titles, (4, 2, 2, 4), strict=True)]
        half = -(-len(trends.figures) // 2)
        pairs = zip_longest(trends.figures[:half], trends.figures[half:])
        rows = [[value for figure in pair for value in self._figure(figure)] for pair in pairs]
        top = self.row
        self.row = self.page.table(top, LEFT, [*columns, *columns], rows, GRID_WIDTH)
        for at, figure in enumerate(trends.figures):
            self._colour(top + 1 + at % half, LEFT + (GRID // 2) * (at // half) + 8, figure)
        if trends.issues:
            told = self._say("、", ", ").join(f"{name} {count}" for name, count in trends.issues)
            self._quiet(self._say(f"未闭环问题按类别：{told}", f"Open issues by class: {told}"))
        if trends.limits:
            told = self._say("、", ", ").join(
                f"{one.rule} {share(one.rate).say(self.language)}" for one in trends.limits
            )
            self._quiet(
                self._say(
                    f"各规则时限达成率：{told}（明细见{LIMITS.zh}页）",
                    f"Limits kept by rule: {told} (see {LIMITS.en})",
                )
            )
        self.row += 1

    def _figure(self, figure: Figure | None) -> Iterator[Value]:
        if figure is None:
            yield from (None,) * 4
            return
        missing = NOT_REPORTED.say(self.language)
        yield figure.title.say(self.language)
        yield measured(figure.value, figure.unit, missing)
        yield measured(figure.before, figure.unit, "—")
        yield self._turn(figure)

    def _turn(self, figure: Figure) -> str:
        word = SENSE_TEXT[sense(figure)].say(self.language)
        return f"{step(figure).say(self.language)} {word}".strip()

    def _colour(self, row: int, column: int, figure: Figure) -> None:
        look: Look = {"border": 1, "border_color": f"#{palette.LINE}", "align": "center"}
        self.page.relink(
            row, column, self._turn(figure), **look, font_color=f"#{step_colour(figure)}"
        )  # fmt: skip

    def _wanted(self, trends: Trends) -> None:
        self._heading(self._say("需要领导决定", "Decisions wanted"))
        columns = [
            Column(Text("类别", "Kind"), 3, centred=True), Column(Text("待决定的事", "What"), 8),
            Column(Text("等待自", "Since"), 2), Column(Text("期限", "Deadline"), 2),
            Column(Text("方案", "Options"), 6), Column(Text("由谁决定", "Who"), 3),
        ]  # fmt: skip
        rows = [self._decision(at, one) for at, one in enumerate(trends.wanted[:LISTED])]
        self._table(columns, rows, self._say("没有需要领导决定的事。", "Nothing has to be decided."))
        self._more(len(trends.wanted))

    def _decision(self, at: int, one: Wanted) -> Sequence[Value]:
        unknown = Quiet("—")
        return (
            one.kind.say(self.language),
            self.places.decision(self.number, at, one.text or f"{one.sheet} {one.row}"),
            one.since.date() if one.since else unknown,
            one.deadline.date() if one.deadline else unknown,
            one.options or unknown,
            one.who or unknown,
        )

    def _attention(self, shown: Sequence[Attention]) -> None:
        count = len(shown)
        self._heading(
            self._say(f"最需要关注的 {count} 项", f"{count} that need attention first")
            if shown
            else self._say("最需要关注的事项", "What needs attention first")
        )
        columns = [
            Column(Text("编号", "ID"), 3), Column(Text("事项", "What"), 4),
            Column(Text("负责人", "Owner"), 2), Column(Text("部门", "Department"), 2),
            Column(Text("状态", "Status"), 2, centred=True),
            Column(Text("程度", "How far"), 2, centred=True), Column(Text("原因", "Cause"), 3),
            Column(Text("措施", "Measure"), 3), Column(Text("新日期", "New date"), 2),
            Column(Text("比上周", "Since"), 1, centred=True),
        ]  # fmt: skip
        rows = [self._worst(one) for one in shown]
        self._table(columns, rows, self._say("没有延期或有风险的事项。", "Nothing is late or at risk."))
        self.row += 1

    def _worst(self, one: Attention) -> Sequence[Value]:
        worst: WorstRow = one.worst
        untold = Quiet(self._say("未填", "not filled in"))
        return (
            self.places.worst(self.number, worst.sheet, worst.row, worst.key or f"{worst.sheet} {worst.row}"),
            worst.name,
            worst.owner or untold,
            worst.department or untold,
            worst.status,
            self._how_far(one),
            one.cause or untold,
            one.measure or untold,
            one.new_date.date() if one.new_date else untold,
            TURN_TEXT[one.turn].say(self.language) if one.turn else "—",
        )

    def _how_far(self, one: Attention) -> str:
        if one.behind is not None:
            points = amount(one.behind, "count").zh
            return self._say(f"落后 {points} 个百分点", f"{points} points behind")
        days = one.worst.days_late
        if days is None:
            return "—"
        return (
            self._say(f"过期 {days} 天", f"{days} day{'s' * (days != 1)}")
            if days
            else self._say("今天过期", "today")
        )

    def _departments(self, trends: Trends) -> tuple[int, int]:
        """Draw the departments; return the first and last row of data, the last before the first if none."""
        if trends.departments:
            self.breaks.append(self.row)
        self._heading(self._say("按部门", "By department"))
        columns = [
            Column(Text("部门", "Department"), 3), Column(Text("事项", "Records"), 2),
            Column(Text("已完成", "Done"), 2), Column(Text("延期", "Late"), 2),
            Column(Text("本周应完成", "Due"), 2), Column(Text("按时完成", "In time"), 2),
            Column(Text("按时率", "On time"), 2), Column(Text("按时率名次", "Rank by rate"), 3, centred=True),
            Column(Text("超时限", "Limits missed"), 2), Column(Text("SLA达成率", "SLA attained"), 2),
            Column(Text("未报", "Not reported"), 2),
        ]  # fmt: skip
        ranks = ranking(trends.departments)
        rows = [[*department_cells(one, self.language, ranks)] for one in trends.departments[:LISTED]]
        first = self.row + 1
        self._table(columns, rows, self._say("表里没有部门。", "No departments are named."))
        if len(trends.departments) > len(rows):
            self._leads(len(trends.departments), DEPARTMENTS)
        self.row += 1
        return first, first + len(rows) - 1

    def _agenda(self, trends: Trends) -> None:
        """Draw done, coming and in force: three short lists."""
        lists: tuple[tuple[str, tuple[Dated, ...], int, str], ...] = (
            (
                self._say("本周完成", "Done this week"),
                trends.done,
                trends.done_left_out,
                self._say("本周没有完成的事项。", "Nothing."),
            ),
            (
                self._say("未来两周到期", "Due in the next two weeks"),
                trends.coming,
                trends.coming_left_out,
                self._say("两周内没有到期的事项。", "Nothing is due."),
            ),
            (
                self._say("本周生效的变更", "Changes in force this week"),
                trends.in_force,
                0,
                self._say("本周没有变更生效。", "No change came into force."),
            ),
        )
        columns = [
            Column(Text("日期", "Day"), 2), Column(Text("类别", "Kind"), 3, centred=True),
            Column(Text("编号", "ID"), 4), Column(Text("内容", "What"), 11),
            Column(Text("负责人", "Owner"), 4),
        ]  # fmt: skip
        for title, found, left_out, nothing in lists:
            total = len(found) + left_out
            self._heading(f"{title}（{total}）" if self.language == "zh" else f"{title} ({total})")
            rows: list[Sequence[Value]] = [
                (
                    one.day,
                    one.kind.say(self.language),
                    self.places.record(self.number, one.sheet, one.row, one.key or f"{one.sheet} {one.row}"),
                    one.name,
                    one.owner,
                )
                for one in found[:LISTED]
            ]
            self._table(columns, rows, nothing)
            if total > len(rows):
                self._leads(total, AHEAD)
            self.row += 1

    def _forecast(self, forecast: Forecast) -> None:
        self._heading(self._say("完成日期预测", "Forecast"))
        self.page.sheet.set_row(self.row, 22)
        self.page.put(self.row, LEFT, forecast_words(forecast).say(self.language), GRID, text_wrap=True)
        self.row += 2

    def _charts(self, trends: Trends, departments: tuple[int, int]) -> None:
        if trends.burndown or trends.gantt:
            self.breaks.append(self.row)
        self._heading(self._say("图表", "Charts"))
        half = GRID // 2
        self._burndown(trends, LEFT)
        below = self._on_time(trends.on_time, LEFT + half)
        self.row = below + 1
        lines = max(departments[1] - departments[0] + 1, min(len(trends.limits), RULES))
        rows = max(8, 4 + lines)
        first, last = departments
        if last >= first:
            late = charts.Bars(
                first=first, last=last, names=LEFT, values=LEFT + 8, colour=palette.SOLID["late"]
            )
            charts.bars(self.page, self.row, LEFT, half, late, rows=rows, title=charts.LATE)
        shown = [one for one in trends.limits if one.rate is not None][:RULES]
        if shown:
            titles = (Text("规则", "Rule"), Text("达成率%", "Attained %"))
            top = self._data(titles, (self._rule(one) for one in shown))
            kept = charts.Bars(
                first=top, last=top + len(shown) - 1, names=DATA, values=DATA + 1, percent=True
            )
            charts.bars(self.page, self.row, LEFT + half, half, kept, rows=rows, title=KEPT)
        if last >= first or shown:
            self.row += rows + 1
        self._gantt(trends)

    def _rule(self, one: Attainment) -> tuple[str, float]:
        return f"{one.rule} {one.title.say(self.language)}"[:RULE_NAME], round(100 * (one.rate or 0), 1)

    def _burndown(self, trends: Trends, left: int) -> None:
        points = trends.burndown
        if not points:
            text = self._say("没有计划日期，画不出燃尽图。", "Nothing is planned, so there is no burndown.")
            self.page.put(self.row, left, text, GRID // 2 - 1, font_color=f"#{palette.MUTED}", text_wrap=True)
            return
        titles = (
            Text("日期", "Day"), Text("理想剩余", "Ideal"), Text("实际剩余", "Left"),
            Text("工作总量", "Scope"),
        )  # fmt: skip
        top = self._data(titles, ((one.day, one.ideal, one.left, one.scope) for one in points))
        charts.burndown(
            self.page,
            self.row,
            left,
            GRID // 2,
            data=(top, top + len(points) - 1, DATA),
            days=(points[-1].day - points[0].day).days + 1,
        )
        self.page.put(
            self.row + charts.ROWS, left, burndown_text(trends).say(self.language), GRID // 2 - 1,
            font_size=9, text_wrap=True,
        )  # fmt: skip

    def _on_time(self, weeks: Sequence[tuple[date, float | None]], left: int) -> int:
        """Draw the on-time rate with its numbers below; return the row below them."""
        below = self.row + charts.ROWS
        self.page.sheet.set_row(below, 34)
        if all(rate is None for _, rate in weeks):
            text = self._say(
                "近 8 周没有按时率：没有到期事项，或没有填完成时间。",
                "No on-time rate in 8 weeks: nothing was due, or nobody says when it was done.",
            )
            self.page.put(self.row, left, text, GRID // 2, font_color=f"#{palette.MUTED}", text_wrap=True)
            return below + 1
        missing = self._say("无", "none")
        numbers = self._say("　", "  ").join(
            f"{short_day(monday)} {missing if rate is None else amount(rate, 'percent').zh}"
            for monday, rate in weeks
        )
        text = self._say(f"按时率（周一起）：{numbers}", f"On time (week from): {numbers}")
        titles = (Text("周（周一）", "Week from"), Text("按时率%", "On time %"))
        # A chart shows days of a category axis as they stand, so they stand there in words.
        top = self._data(
            titles, ((short_day(monday), None if rate is None else round(rate, 1)) for monday, rate in weeks)
        )
        charts.on_time(self.page, self.row, left, GRID // 2, data=(top, top + len(weeks) - 1, DATA))
        self.page.put(below, left, text, GRID // 2, font_size=9, text_wrap=True)
        return below + 1

    def _gantt(self, trends: Trends) -> None:
        shown = trends.gantt[:BARS]
        if not shown:
            return
        self.breaks.append(self.row)
        titles = (
            Text("事项", "What"), Text("计划开始", "Start"), Text("已完成天数", "Days done"),
            Text("未完成天数", "Days to go"),
        )  # fmt: skip
        top = self._data(titles, (_spans(one) for one in shown))
        dues = [one.due for one in shown]
        self.row = charts.gantt(
            self.page,
            self.row,
            LEFT,
            GRID,
            data=(top, top + len(shown) - 1, DATA),
            days=(min(one.start for one in shown), max(dues)),
            today=self.book.summary.cut_off.date(),
            tones=[palette.STATUS_STYLE[one.status] for one in shown],
        )
        columns = [
            Column(Text("编号", "ID"), 4), Column(Text("事项", "What"), 8),
            Column(Text("负责人", "Owner"), 3),
            Column(Text("状态", "Status"), 2, centred=True), Column(Text("计划开始", "Start"), 2),
            Column(Text("计划完成", "Due"), 2), Column(Text("进度", "Progress"), 3),
        ]  # fmt: skip
        rows = [
            (
                self.places.record(self.number, one.sheet, one.row, one.key or f"{one.sheet} {one.row}"),
                one.name,
                one.owner,
                one.status,
                one.start,
                one.due,
                measured(one.progress, "percent", NOT_REPORTED.say(self.language)),
            )
            for one in shown
        ]
        self._table(columns, rows, "")
        left_out = trends.gantt_left_out + len(trends.gantt) - len(shown)
        if left_out:
            self._quiet(self._say(f"另有 {left_out} 项未画出。", f"{left_out} more are not drawn."))

    def _data(self, titles: Sequence[Text], rows: Any) -> int:  # noqa: ANN401
        """Write what a chart is drawn from beside the page; return its first row."""
        columns = [title.say(self.language) for title in titles]
        top = max(self.data, self.row)
        look: Look = {"font_size": 8, "font_color": f"#{palette.MUTED}"}
        self.page.put(top, DATA, self._say("图表数据", "chart data"), **look)
        for number, title in enumerate(columns):
            self.page.put(top + 1, DATA + number, title, **look)
        row = top + 1
        for row, values in enumerate(rows, start=top + 2):
            for number, value in enumerate(values):
                self.page.put(row, DATA + number, value, **look)
        self.data = row + 2
        return top + 2

    def _heading(self, text: str) -> None:
        self.page.heading(self.row, LEFT, text, GRID)
        self.row += 1

    def _quiet(self, text: str) -> None:
        self.page.note(self.row, LEFT, text, GRID, GRID_WIDTH)
        self.row += 1

    def _table(self, columns: Sequence[Column], rows: Sequence[Sequence[Value]], nothing: str) -> None:
        if rows:
            self.row = self.page.table(self.row, LEFT, columns, rows, GRID_WIDTH)
        else:
            self._quiet(nothing)

    def _more(self, total: int) -> None:
        if total > LISTED:
            at = self.places.decision(self.number, 0, self._all(total))
            self.page.put(self.row, LEFT, at, GRID)
            self.row += 1
        self.row += 1

    def _leads(self, total: int, tab: Text) -> None:
        self.page.put(self.row, LEFT, Link(self._all(total), tab.say(self.language), "A1"), GRID)
        self.row += 1

    def _all(self, total: int) -> str:
        return self._say(f"全部 {total} 项 →", f"all {total} →")


def burndown_text(trends: Trends) -> Text:
    """Return the last numbers of the burndown in words."""
    known = [one for one in trends.burndown if one.left is not None]
    if not known:
        return Text("还没有历史记录，只有理想线。", "No history yet: the ideal line only.")
    last = known[-1]
    left, ideal, scope = (amount(number, "days") for number in (last.left, last.ideal, last.scope))
    return Text(
        f"{short_day(last.day)}：剩余 {left.zh}，理想应剩 {ideal.zh}，总量 {scope.zh}（工作日）。",
        f"{short_day(last.day)}: {left.en} left, {ideal.en} ideal, {scope.en} in all (working days).",
    )


def _compared(week: Week) -> Text:
    """Return what the figures are compared with, and that the week is no full one."""
    then = week.compared_with
    if then is None:
        against = Text(f"首次报告，{FIRST.zh}", f"first report, {FIRST.en}")
    elif week.holiday is not None:
        against = Text(
            f"与最近的完整周（{then:%m-%d %H:%M} 的记录）相比",
            f"compared with the last full week (as of {then:%m-%d %H:%M})",
        )
    else:
        against = Text(f"与 {then:%m-%d %H:%M} 的记录相比", f"compared with {then:%m-%d %H:%M}")
    if week.holiday is None:
        return against
    return Text(
        f"本周含{week.holiday}假期，不是完整工作周，{against.zh}",
        f"a week with a holiday ({week.holiday}), {against.en}",
    )


def _spans(bar: Bar) -> tuple[str, date, int, int]:
    """Return a line of the Gantt chart: name, start, days that are done, days to go; both ends count."""
    whole = (bar.due - bar.start).days + 1
    done = whole if bar.status is Status.DONE else round(whole * (bar.progress or 0) / 100)
    return f"{bar.key} {bar.name}".strip()[:28], bar.start, done, whole - done
