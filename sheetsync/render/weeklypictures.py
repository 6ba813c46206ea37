"""The charts of a block, with the numbers they are drawn from beside the page."""

from collections.abc import Sequence
from datetime import date

from sheetsync import palette
from sheetsync.model.course import Attainment
from sheetsync.model.finding import Status
from sheetsync.model.summary import Bar, Trends
from sheetsync.render import weeklycharts as charts
from sheetsync.render.figures import NOT_REPORTED, amount, short_day
from sheetsync.render.pages import Column, measured
from sheetsync.render.weeklyblock import DATA, GRID, LEFT, Block
from sheetsync.text import Text

BARS = 20
"""Lines of the Gantt chart that still can be read on a page."""

RULES = 12
"""Bars of the chart of limits."""

RULE_NAME = 24
"""Letters of a rule's name beside its bar."""

KEPT = Text("各规则时限达成率", "Limits kept, by rule")


def pictures(block: Block, trends: Trends, departments: tuple[int, int]) -> None:
    """Draw what is known of: burndown, on-time rates, departments, limits kept, Gantt.

    Args:
        block: What is drawn on; its `row` moves on.
        trends: What plan and history tell.
        departments: First and last row of the departments' table, the last before the first if there is none.
    """
    if trends.burndown or trends.gantt:
        block.breaks.append(block.row)
    block.heading(block.say("图表", "Charts"))
    half = GRID // 2
    _burndown(block, trends, LEFT)
    below = _on_time(block, trends.on_time, LEFT + half)
    block.row = below + 1
    lines = max(departments[1] - departments[0] + 1, min(len(trends.limits), RULES))
    rows = max(8, 4 + lines)
    first, last = departments
    if last >= first:
        late = charts.Bars(first=first, last=last, names=LEFT, values=LEFT + 8, colour=palette.SOLID["late"])
        charts.bars(block.page, block.row, LEFT, half, late, rows=rows, title=charts.LATE)
    shown = [one for one in trends.limits if one.rate is not None][:RULES]
    if shown:
        titles = (Text("规则", "Rule"), Text("达成率%", "Attained %"))
        top = block.chart_data(titles, (_rule(block, one) for one in shown))
        kept = charts.Bars(first=top, last=top + len(shown) - 1, names=DATA, values=DATA + 1, percent=True)
        charts.bars(block.page, block.row, LEFT + half, half, kept, rows=rows, title=KEPT)
    if last >= first or shown:
        block.row += rows + 1
    _gantt(block, trends)


def _rule(block: Block, one: Attainment) -> tuple[str, float]:
    return f"{one.rule} {one.title.say(block.language)}"[:RULE_NAME], round(100 * (one.rate or 0), 1)


def _burndown(block: Block, trends: Trends, left: int) -> None:
    points = trends.burndown
    if not points:
        text = block.say("没有计划日期，画不出燃尽图。", "Nothing is planned, so there is no burndown.")
        block.page.put(block.row, left, text, GRID // 2 - 1, font_color=f"#{palette.MUTED}", text_wrap=True)
        return
    titles = (
        Text("日期", "Day"), Text("理想剩余", "Ideal"), Text("实际剩余", "Left"),
        Text("工作总量", "Scope"),
    )  # fmt: skip
    top = block.chart_data(titles, ((one.day, one.ideal, one.left, one.scope) for one in points))
    charts.burndown(
        block.page,
        block.row,
        left,
        GRID // 2,
        data=(top, top + len(points) - 1, DATA),
        days=(points[-1].day - points[0].day).days + 1,
    )
    block.page.put(
        block.row + charts.ROWS, left, _burndown_text(trends).say(block.language), GRID // 2 - 1,
        font_size=9, text_wrap=True,
    )  # fmt: skip


def _on_time(block: Block, weeks: Sequence[tuple[date, float | None]], left: int) -> int:
    """Draw the on-time rate with its numbers below; return the row below them."""
    below = block.row + charts.ROWS
    block.page.sheet.set_row(below, 34)
    if all(rate is None for _, rate in weeks):
        text = block.say(
            "近 8 周没有按时率：没有到期事项，或没有填完成时间。",
            "No on-time rate in 8 weeks: nothing was due, or nobody says when it was done.",
        )
        block.page.put(block.row, left, text, GRID // 2, font_color=f"#{palette.MUTED}", text_wrap=True)
        return below + 1
    missing = block.say("无", "none")
    numbers = block.say("　", "  ").join(
        f"{short_day(monday)} {missing if rate is None else amount(rate, 'percent').zh}"
        for monday, rate in weeks
    )
    text = block.say(f"按时率（周一起）：{numbers}", f"On time (week from): {numbers}")
    titles = (Text("周（周一）", "Week from"), Text("按时率%", "On time %"))
    # A chart shows days of a category axis as they stand, so they stand there in words.
    top = block.chart_data(
        titles, ((short_day(monday), None if rate is None else round(rate, 1)) for monday, rate in weeks)
    )
    charts.on_time(block.page, block.row, left, GRID // 2, data=(top, top + len(weeks) - 1, DATA))
    block.page.put(below, left, text, GRID // 2, font_size=9, text_wrap=True)
    return below + 1


def _gantt(block: Block, trends: Trends) -> None:
    shown = trends.gantt[:BARS]
    if not shown:
        return
    block.breaks.append(block.row)
    titles = (
        Text("事项", "What"), Text("计划开始", "Start"), Text("已完成天数", "Days done"),
        Text("未完成天数", "Days to go"),
    )  # fmt: skip
    top = block.chart_data(titles, (_spans(one) for one in shown))
    dues = [one.due for one in shown]
    block.row = charts.gantt(
        block.page,
        block.row,
        LEFT,
        GRID,
        data=(top, top + len(shown) - 1, DATA),
        days=(min(one.start for one in shown), max(dues)),
        today=block.book.summary.cut_off.date(),
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
            block.places.record(block.number, one.sheet, one.row, one.key or f"{one.sheet} {one.row}"),
            one.name,
            one.owner,
            one.status,
            one.start,
            one.due,
            measured(one.progress, "percent", NOT_REPORTED.say(block.language)),
        )
        for one in shown
    ]
    block.table(columns, rows, "")
    left_out = trends.gantt_left_out + len(trends.gantt) - len(shown)
    if left_out:
        block.quiet(block.say(f"另有 {left_out} 项未画出。", f"{left_out} more are not drawn."))


def _burndown_text(trends: Trends) -> Text:
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


def _spans(bar: Bar) -> tuple[str, date, int, int]:
    """Return a line of the Gantt chart: name, start, days that are done, days to go; both ends count."""
    whole = (bar.due - bar.start).days + 1
    done = whole if bar.status is Status.DONE else round(whole * (bar.progress or 0) / 100)
    return f"{bar.key} {bar.name}".strip()[:28], bar.start, done, whole - done
