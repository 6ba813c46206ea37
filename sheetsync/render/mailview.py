"""What the weekly mail says of one project, in words: the templates only set it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import (
    Attention,
    Dated,
    Figure,
    Forecast,
    Summary,
    Trends,
    Wanted,
    Week,
)
from sheetsync.render import figures
from sheetsync.render.mailcharts import Charts
from sheetsync.render.mailparts import LISTED, Card, Cell, Grid, Section, joined, one_line
from sheetsync.text import Language, Text

DECISIONS = 5
"""Decisions wanted that a mail sets out; a reader has three minutes (product expectations, section 3)."""


def section(summary: Summary, trends: Trends, language: Language) -> Section:
    """Say in words what the mail tells of one project.

    Args:
        summary: Its counts.
        trends: What plan and history tell.
        language: The language to write in.
    """
    look = palette.STYLES[figures.LIGHT_STYLE[trends.light]]
    says, charts = _Speaker(language, summary, trends), Charts(language, summary, trends)
    return Section(
        title=one_line(summary.title),
        light=figures.LIGHT_TEXT[trends.light].say(language),
        fill=look.fill,
        font=look.font,
        headline=trends.headline.say(language),
        week=says.week(),
        cut_off=f"{summary.cut_off:%Y-%m-%d %H:%M}",
        reporting=says.reporting(),
        cells=tuple(says.cell(one) for one in trends.figures),
        limits=says.limits(),
        issues=says.issues(),
        wanted=tuple(says.wanted(one) for one in trends.wanted[:DECISIONS]),
        more_wanted=says.more_wanted(),
        attention=tuple(says.attention(one) for one in trends.attention),
        departments=charts.departments(),
        agenda=says.agenda(),
        forecast=forecast_words(trends.forecast).say(language),
        charts=tuple(charts.progress()),
        faults=says.faults(),
    )


def week_words(week: Week) -> Text:
    """Return the week: `2026年第47周（11-16 至 11-22）`."""
    zh = f"{week.year}年第{week.number}周（{week.first:%m-%d} 至 {week.last:%m-%d}）"
    en = f"week {week.number} of {week.year} ({week.first:%m-%d} to {week.last:%m-%d})"
    return Text(zh, en)


def forecast_words(forecast: Forecast) -> Text:
    """Return the range in which the work will be done, beside the plan."""
    planned = (
        Text("计划完成日未报", "no planned end was reported")
        if forecast.planned is None
        else Text(f"计划 {forecast.planned}", f"planned for {forecast.planned}")
    )
    if forecast.first is None:
        why = forecast.reason or Text("数据不足", "too little data")
        return Text(f"{why.zh}；{planned.zh}。", f"{why.en}; {planned.en}.")
    basis = Text(f"依据 {forecast.snapshots} 天的记录", f"from {forecast.snapshots} days of history")
    if forecast.last is None:
        said = Text(
            f"最早 {forecast.first}，按最近较慢的速度做不完",
            f"{forecast.first} at the earliest; at the slower of late paces it never ends",
        )
    else:
        said = Text(f"{forecast.first} 至 {forecast.last}", f"{forecast.first} to {forecast.last}")
    against = _against_plan(forecast)
    return Text(
        f"预计完成 {said.zh}；{planned.zh}{against.zh}（{basis.zh}）。",
        f"Likely done {said.en}; {planned.en}{against.en} ({basis.en}).",
    )


def _against_plan(forecast: Forecast) -> Text:
    first, last, planned = forecast.first, forecast.last, forecast.planned
    if first is None or planned is None:
        return Text("", "")
    if first > planned:
        return Text("，预计晚于计划", ", later than planned")
    if last is not None and last <= planned:
        return Text("，预计不晚于计划", ", not later than planned")
    return Text("，有晚于计划的可能", ", possibly later than planned")


class _Speaker:
    """Says in one language what one project's summary holds."""

    def __init__(self, language: Language, summary: Summary, trends: Trends) -> None:
        self._language: Language = language
        self._summary = summary
        self._trends = trends

    def _say(self, zh: str, en: str) -> str:
        return en if self._language == "en" else zh

    @property
    def _unknown(self) -> str:
        return figures.NOT_REPORTED.say(self._language)

    def week(self) -> str:
        week = self._trends.week
        said = week_words(week)
        then = week.compared_with
        if then is None:
            against = figures.FIRST
        elif week.holiday is not None:
            against = Text(
                f"{week.holiday}假期周，与最近的完整周（截至 {self._short(then)}）比较",
                f"a week with {week.holiday}, compared with the last full week (up to {self._short(then)})",
            )
        elif not self._last_week(then):
            against = Text(
                f"没有上周数据，与 {self._short(then)} 比较",
                f"no figures of last week, compared with {self._short(then)}",
            )
        else:
            against = Text(
                f"上周数据截至 {then:%m-%d %H:%M}", f"last week's numbers as of {then:%m-%d %H:%M}"
            )
        if then is None and week.holiday is not None:
            against = Text(f"{week.holiday}假期周，{against.zh}", f"a week with {week.holiday}, {against.en}")
        return self._say(f"{said.zh} · {against.zh}", f"{said.en} · {against.en}")

    def reporting(self) -> str:
        told = self._trends.reporting
        if not told.asked:
            return self._say("没有需要上报进度的事项", "no progress had to be reported")
        rate = figures.share(told.rate)
        said = self._say(
            f"上报率 {rate.zh}（应报 {told.asked} 项，已报 {told.told} 项）",
            f"{rate.en} reported ({told.told} of {told.asked})",
        )
        if told.silent:
            shown = told.silent[:LISTED]
            rest = len(told.silent) - len(shown)
            names = self._say("、", ", ").join(f"{one_line(name)} {count}" for name, count in shown)
            more = self._say(f" 等 {len(told.silent)} 人", f" and {rest} more") if rest else ""
            said += self._say(f"；未报：{names}{more}", f"; not reported: {names}{more}")
        return said

    def cell(self, figure: Figure) -> Cell:
        return Cell(
            name=figure.name,
            title=figure.title.say(self._language),
            value=figures.value(figure).say(self._language),
            known=figure.value is not None,
            step="" if figure.before is None else figures.step(figure).say(self._language),
            sense=figures.SENSE_TEXT[figures.sense(figure)].say(self._language),
            colour=figures.step_colour(figure),
            before=self._before(figure),
        )

    def _before(self, figure: Figure) -> str:
        then = self._trends.week.compared_with
        if then is None or figure.before is None or self._last_week(then):
            return figures.before(figure).say(self._language)
        # After holidays and pauses, what it is compared with is no week ago.
        was = figures.amount(figure.before, figure.unit).say(self._language)
        return f"{self._short(then)} {was}"

    def _last_week(self, then: datetime) -> bool:
        """Return True if a moment lies in the week before."""
        first = self._trends.week.first
        return first - timedelta(weeks=1) <= then.date() < first

    def _short(self, then: datetime) -> str:
        """Return a day, with its year where that is another one."""
        return f"{then:%m-%d}" if then.year == self._trends.week.first.year else f"{then:%Y-%m-%d}"

    def limits(self) -> Grid | None:
        if not self._trends.limits:
            return None
        return Grid(
            heads=(
                self._say("规则时限", "Limit"),
                self._say("按时/到期", "Kept/ended"),
                self._say("达成率", "Rate"),
            ),
            rows=tuple(
                (
                    f"{one.rule} {one_line(one.title.say(self._language))}",
                    f"{one.kept}/{one.ended}",
                    figures.share(one.rate).say(self._language),
                )
                for one in self._trends.limits
            ),
        )

    def issues(self) -> str:
        if not self._trends.issues:
            return ""
        listed = self._say("，", ", ").join(
            f"{one_line(name)} {count}" for name, count in self._trends.issues
        )
        return self._say(f"未闭环问题按级别：{listed}", f"Open issues by class: {listed}")

    def wanted(self, one: Wanted) -> Card:
        look = palette.STYLES["risk"]
        return Card(
            title=one_line(one.text),
            chip=one.kind.say(self._language),
            fill=look.fill,
            font=look.font,
            turn="",
            lines=(
                (self._say("等待自", "Since"), _moment(one.since) or self._unknown),
                (self._say("期限", "Deadline"), _moment(one.deadline) or self._say("未定", "none set")),
                (self._say("方案", "Options"), one_line(one.options) or self._unknown),
                (self._say("由谁决定", "Decides"), one_line(one.who) or self._unknown),
                (self._say("出处", "Row"), self._place(one.sheet, one.row)),
            ),
        )

    def more_wanted(self) -> str:
        rest = len(self._trends.wanted) - DECISIONS
        return self._say(f"另有 {rest} 项见工作簿", f"{rest} more in the workbook") if rest > 0 else ""

    def attention(self, one: Attention) -> Card:
        row = one.worst
        look = palette.STYLES[palette.STATUS_STYLE[row.status]]
        wanted = [w.text for w in self._trends.wanted if (w.sheet, w.row) == (row.sheet, row.row)]
        return Card(
            title=one_line(f"{row.key} {row.name}"),
            chip=self._chip(one),
            fill=look.fill,
            font=look.font,
            turn=figures.FIRST.say(self._language)
            if one.turn is None
            else figures.TURN_TEXT[one.turn].say(self._language),
            lines=(
                (
                    self._say("负责人", "Owner"),
                    joined(row.owner or self._unknown, row.department or ""),
                ),
                (self._say("未达到", "Not met"), one_line(f"[{row.rule}] {row.message}")),
                (self._say("原因", "Cause"), one_line(one.cause) or self._unknown),
                (self._say("措施", "Measure"), one_line(one.measure) or self._unknown),
                (self._say("新日期", "New date"), _moment(one.new_date) or self._say("无", "none")),
                (
                    self._say("需要决定", "To decide"),
                    one_line("；".join(wanted)) or self._say("无", "nothing"),
                ),
                (self._say("下一步", "Next step"), one_line(row.step)),
                (self._say("出处", "Row"), self._place(row.sheet, row.row)),
            ),
        )

    def _chip(self, one: Attention) -> str:
        word = STATUS_TEXT[one.worst.status].say(self._language)
        if one.worst.status is Status.LATE and one.worst.days_late is not None:
            return self._say(f"{word} {one.worst.days_late} 天", f"{word} {one.worst.days_late} days")
        if one.behind is not None:
            behind = figures.amount(one.behind, "count").zh
            return self._say(f"{word} 落后 {behind} 个百分点", f"{word}, {behind} points behind")
        return word

    def _place(self, sheet: str, row: int) -> str:
        return self._say(f"{one_line(sheet)} 第 {row} 行", f"{one_line(sheet)}, row {row}")

    def agenda(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        lists = (
            (self._say("本周完成", "Done this week"), self._trends.done),
            (self._say("未来两周到期", "Due in the next two weeks"), self._trends.coming),
            (self._say("已生效的变更", "Changes in force"), self._trends.in_force),
        )
        return tuple((title, tuple(self._dated(entries))) for title, entries in lists)

    def _dated(self, entries: Sequence[Dated]) -> Iterator[str]:
        for one in entries[:LISTED]:
            named = one_line(f"{one.key} {one.name}")
            yield f"{one.day:%m-%d} [{one.kind.say(self._language)}] " + joined(named, one.owner)
        if len(entries) > LISTED:
            rest = len(entries) - LISTED
            yield self._say(f"另有 {rest} 项见工作簿", f"{rest} more in the workbook")

    def faults(self) -> str:
        errors, warnings = self._summary.errors, self._summary.warnings
        if not errors and not warnings:
            return ""
        return self._say(
            f"数据问题：看不懂 {errors} 处，存疑 {warnings} 处，明细见工作簿“数据问题”。",
            f"Data problems: {errors} cells not read, {warnings} in doubt; see the workbook.",
        )


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
