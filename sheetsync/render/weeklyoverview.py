"""The tab 概览 of the weekly workbook: what leaders read, in the order of product expectations section 7."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import PurePath

from sheetsync import palette
from sheetsync.model.finding import Status
from sheetsync.model.summary import (
    Attention,
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
    step,
    step_colour,
)
from sheetsync.render.mailview import forecast_words, week_words
from sheetsync.render.pages import Column, Link, Look, Page, Quiet, Toned, Value, height, measured
from sheetsync.render.weeklyblock import DATA, GRID, GRID_WIDTH, LEFT, Block
from sheetsync.render.weeklypictures import pictures
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

NAMED = 20
"""People who have not reported, by name."""
LISTED = 8
"""Lines of each short list; the tabs have all."""

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


class _Overview(Block):
    """Draws the block of one workbook from top to bottom; `self.row` is where the next part begins."""

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
        pictures(self, trends, departments)

    def _bare(self, summary: Summary) -> None:
        """Draw what counts alone can tell."""
        self._title(summary, self.say("周报", "weekly report"))
        self.quiet(
            self.say(
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
        self._title(summary, self.say("周报　", "") + week_words(week).say(self.language))
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
            self.say(
                f"上报率 {share(told.rate).zh}（应报 {told.asked}，已报 {told.told}）",
                f"reported {share(told.rate).en} ({told.told} of {told.asked})",
            )
            if told.asked
            else self.say("本周没有应上报的事项", "nothing was to be reported")
        )
        self.quiet(
            f"{self.say('数据截至', 'As of')} {cut_off:%Y-%m-%d %H:%M}　{asked}　"
            f"{_compared(week).say(self.language)}　"
            + self.say(
                f"节假日日历已含 {summary.calendar_year} 年",
                f"official calendar up to {summary.calendar_year}",
            )
        )
        if told.silent:
            names = self.say("、", ", ").join(f"{name} {count}" for name, count in told.silent[:NAMED])
            more = len(told.silent) - NAMED
            rest = self.say(f"，另有 {more} 人", f", and {more} more") if more > 0 else ""
            self.quiet(
                self.say(f"未上报（人、项数）：{names}{rest}", f"Not reported (who, records): {names}{rest}")
            )
        self.row += 1

    def _figures(self, trends: Trends) -> None:
        """Draw the figures in two columns side by side, in their order from top to bottom."""
        self.heading(self.say("关键数字", "Figures"))
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
            told = self.say("、", ", ").join(f"{name} {count}" for name, count in trends.issues)
            self.quiet(self.say(f"未闭环问题按类别：{told}", f"Open issues by class: {told}"))
        if trends.limits:
            told = self.say("、", ", ").join(
                f"{one.rule} {share(one.rate).say(self.language)}" for one in trends.limits
            )
            self.quiet(
                self.say(
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
        self.heading(self.say("需要领导决定", "Decisions wanted"))
        columns = [
            Column(Text("类别", "Kind"), 3, centred=True), Column(Text("待决定的事", "What"), 8),
            Column(Text("等待自", "Since"), 2), Column(Text("期限", "Deadline"), 2),
            Column(Text("方案", "Options"), 6), Column(Text("由谁决定", "Who"), 3),
        ]  # fmt: skip
        rows = [self._decision(at, one) for at, one in enumerate(trends.wanted[:LISTED])]
        self.table(columns, rows, self.say("没有需要领导决定的事。", "Nothing has to be decided."))
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
        self.heading(
            self.say(f"最需要关注的 {count} 项", f"{count} that need attention first")
            if shown
            else self.say("最需要关注的事项", "What needs attention first")
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
        self.table(columns, rows, self.say("没有延期或有风险的事项。", "Nothing is late or at risk."))
        self.row += 1

    def _worst(self, one: Attention) -> Sequence[Value]:
        worst: WorstRow = one.worst
        untold = Quiet(self.say("未填", "not filled in"))
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
            return self.say(f"落后 {points} 个百分点", f"{points} points behind")
        days = one.worst.days_late
        if days is None:
            return "—"
        return (
            self.say(f"过期 {days} 天", f"{days} day{'s' * (days != 1)}")
            if days
            else self.say("今天过期", "today")
        )

    def _more(self, total: int) -> None:
        if total > LISTED:
            at = self.places.decision(self.number, 0, self.all_of(total))
            self.page.put(self.row, LEFT, at, GRID)
            self.row += 1
        self.row += 1

    def _departments(self, trends: Trends) -> tuple[int, int]:
        """Draw the departments; return the first and last row of data, the last before the first if none."""
        if trends.departments:
            self.breaks.append(self.row)
        self.heading(self.say("按部门", "By department"))
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
        self.table(columns, rows, self.say("表里没有部门。", "No departments are named."))
        if len(trends.departments) > len(rows):
            self.leads(len(trends.departments), DEPARTMENTS)
        self.row += 1
        return first, first + len(rows) - 1

    def _agenda(self, trends: Trends) -> None:
        """Draw done, coming and in force: three short lists."""
        lists: tuple[tuple[str, tuple[Dated, ...], int, str], ...] = (
            (
                self.say("本周完成", "Done this week"),
                trends.done,
                trends.done_left_out,
                self.say("本周没有完成的事项。", "Nothing."),
            ),
            (
                self.say("未来两周到期", "Due in the next two weeks"),
                trends.coming,
                trends.coming_left_out,
                self.say("两周内没有到期的事项。", "Nothing is due."),
            ),
            (
                self.say("本周生效的变更", "Changes in force this week"),
                trends.in_force,
                0,
                self.say("本周没有变更生效。", "No change came into force."),
            ),
        )
        columns = [
            Column(Text("日期", "Day"), 2), Column(Text("类别", "Kind"), 3, centred=True),
            Column(Text("编号", "ID"), 4), Column(Text("内容", "What"), 11),
            Column(Text("负责人", "Owner"), 4),
        ]  # fmt: skip
        for title, found, left_out, nothing in lists:
            total = len(found) + left_out
            self.heading(f"{title}（{total}）" if self.language == "zh" else f"{title} ({total})")
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
            self.table(columns, rows, nothing)
            if total > len(rows):
                self.leads(total, AHEAD)
            self.row += 1

    def _forecast(self, forecast: Forecast) -> None:
        self.heading(self.say("完成日期预测", "Forecast"))
        self.page.sheet.set_row(self.row, 22)
        self.page.put(self.row, LEFT, forecast_words(forecast).say(self.language), GRID, text_wrap=True)
        self.row += 2


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
