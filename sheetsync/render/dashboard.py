"""The tab 仪表盘: one screen that says how the project stands, drawn from the Summary alone."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from xlsxwriter.format import Format

from sheetsync import palette
from sheetsync.model.edit import ReplaceSheet
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Summary, Tally, WorstRow
from sheetsync.render.canvas import Canvas, link_to
from sheetsync.text import Language, Text

ROLE = "dashboard"
TITLE = Text("仪表盘", "Dashboard")
LAYOUT = 1
"""Raised when the drawing changes, so that unchanged figures are drawn anew after an upgrade."""

MARGIN = 1
"""Columns are counted from 0; the first is a margin."""
GRID = 24
GRID_WIDTH = 6.6
HALF = GRID // 2
LISTED = 10
CHART_ROWS = 14
ROW_PIXELS = 20
COLUMN_PIXELS = 51

_SHOWN = (Status.LATE, Status.RISK, Status.SOON, Status.NORMAL, Status.DONE, Status.FAULTY)
_NOTE = Text(
    "本页由 SheetSync 自动生成，每次运行会重写，请勿在此填写。",
    "Written by SheetSync and rewritten by each run; please do not type here.",
)
_WORST_COLUMNS: tuple[tuple[Text, int], ...] = (
    (Text("编号", "ID"), 3),
    (Text("事项", "What"), 5),
    (Text("负责人", "Owner"), 3),
    (Text("状态", "Status"), 2),
    (Text("截止", "Due"), 2),
    (Text("已过天数", "Days late"), 1),
    (Text("原因与下一步", "Why, and the next step"), 8),
)


def dashboard(summary: Summary, language: Language) -> ReplaceSheet:
    """Draw the dashboard.

    Args:
        summary: The figures.
        language: The language to write in.

    Returns:
        The order for the presenter; its fingerprint leaves the cut-off time out, so that a run in which
        only the clock has moved draws nothing.
    """
    still = repr((LAYOUT, language, replace(summary, cut_off=datetime.min)))
    title = TITLE.say(language)
    return ReplaceSheet(
        role=ROLE,
        title=title,
        content=_Drawing(summary, language).draw(),
        fingerprint=hashlib.sha256(still.encode()).hexdigest()[:24],
        first=True,
    )


class _Drawing:
    """Draws one dashboard from top to bottom; `self.row` is where the next block begins."""

    def __init__(self, summary: Summary, language: Language) -> None:
        self.summary, self.language = summary, language
        self.canvas = Canvas(TITLE.say(language), summary.cut_off)
        self.sheet = self.canvas.sheet
        self.row = 0

    def draw(self) -> bytes:
        self.sheet.set_column(0, 0, 1.5)
        self.sheet.set_column(MARGIN, MARGIN + GRID - 1, GRID_WIDTH)
        self._head()
        self._cards()
        charts = self.row
        self.row += CHART_ROWS + 1
        self._worst()
        tables = self.row
        forms = self._tallies(Text("按表单", "By form"), self.summary.by_form, MARGIN, tables)
        departments = self._tallies(
            Text("按部门", "By department"), self.summary.by_department, MARGIN, forms[1] + 2
        )
        owners = self._tallies(Text("按负责人", "By owner"), self.summary.by_owner, MARGIN + HALF, tables)
        second, caption = (
            (departments, Text("各部门待关注事项", "Needs attention, by department"))
            if self.summary.by_department
            else (owners, Text("各负责人待关注事项", "Needs attention, by owner"))
        )
        self._chart(Text("各表状态分布", "Status by form"), forms, _SHOWN, MARGIN, charts)
        attention = (Status.LATE, Status.RISK, Status.SOON, Status.FAULTY)
        self._chart(caption, second, attention, MARGIN + HALF, charts)
        self._foot(max(departments[1], owners[1]) + 2)
        return self.canvas.done()

    def _say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def _head(self) -> None:
        canvas, summary = self.canvas, self.summary
        look = canvas.style(bold=True, font_size=18, font_color=f"#{palette.ACCENT}")
        self.sheet.set_row(0, 32)
        canvas.cells(0, MARGIN, GRID, f"{summary.title}　{TITLE.say(self.language)}", look)
        cut_off = summary.cut_off.strftime("%Y-%m-%d %H:%M")
        facts = self._say(
            f"数据截至 {cut_off}　共 {summary.whole.total} 条记录　节假日日历已含 {summary.calendar_year} 年"
            f"　偏差超过 10 个百分点 {summary.deviations} 项",
            f"As of {cut_off}   {summary.whole.total} records   official calendar up to "
            f"{summary.calendar_year}   {summary.deviations} more than 10 points behind plan",
        )
        quiet = canvas.style(font_color=f"#{palette.MUTED}", font_size=9)
        canvas.cells(1, MARGIN, GRID, facts, quiet)
        canvas.cells(2, MARGIN, GRID, _NOTE.say(self.language), quiet)
        self.row = 4

    def _cards(self) -> None:
        total = self.summary.whole.total
        problems = self.summary.errors + self.summary.warnings
        for index, status in enumerate(_SHOWN):
            count = self.summary.whole.count(status)
            label = STATUS_TEXT[status].say(self.language)
            under = self._say(
                f"占 {count / total:.0%}" if total else "无记录",
                f"{count / total:.0%}" if total else "no records",
            )
            if status is Status.FAULTY:
                label = self._say("数据问题", "Data problems")
                count, under = (
                    problems,
                    self._say(
                        f"{self.summary.errors} 处看不懂，{self.summary.warnings} 处存疑",
                        f"{self.summary.errors} unread, {self.summary.warnings} in doubt",
                    ),
                )
            self._card(MARGIN + index * 4, label, count, under, palette.STATUS_STYLE[status])
        self.row += 4

    def _card(self, column: int, label: str, count: int, under: str, style: str) -> None:
        look = palette.STYLES[style]
        base: dict[str, str] = {"bg_color": f"#{look.fill}", "font_color": f"#{look.font}", "align": "center"}
        edge = {"left": 5, "left_color": f"#{palette.SOLID[style]}"}
        looks = (
            self.canvas.style(**base, **edge, bold=True, font_size=11),
            self.canvas.style(**base, **edge, bold=True, font_size=22),
            self.canvas.style(**base, **edge, font_size=9),
        )
        values: tuple[str | int, ...] = (label, count, under)
        for offset, (value, drawn, height) in enumerate(zip(values, looks, (20, 34, 18), strict=True)):
            self.sheet.set_row(self.row + offset, height)
            self.canvas.cells(self.row + offset, column, 4, value, drawn)

    def _heading(self, text: str, column: int, span: int, row: int) -> None:
        look = self.canvas.style(
            bold=True,
            font_size=12,
            font_color=f"#{palette.ACCENT}",
            bottom=2,
            bottom_color=f"#{palette.ACCENT}",
        )
        self.canvas.cells(row, column, span, text, look)

    def _worst(self) -> None:
        rows = self.summary.worst
        self._heading(
            self._say(
                f"最需要处理的 {len(rows)} 项（点编号跳到该行）", f"{len(rows)} that need attention first"
            ),
            MARGIN,
            GRID,
            self.row,
        )
        self.row += 1
        self._columns([(title.say(self.language), span) for title, span in _WORST_COLUMNS], MARGIN, self.row)
        self.row += 1
        for worst in rows:
            self._worst_row(worst)
        if not rows:
            look = self.canvas.style(font_color=f"#{palette.STYLES['normal'].font}")
            text = self._say("没有需要处理的事项。", "Nothing needs attention.")
            self.canvas.cells(self.row, MARGIN, GRID, text, look)
            self.row += 1
        self.row += 1

    def _worst_row(self, worst: WorstRow) -> None:
        line = {"bottom": 1, "bottom_color": f"#{palette.LINE}"}
        look = palette.STYLES[palette.STATUS_STYLE[worst.status]]
        plain = self.canvas.style(**line, text_wrap=True)
        centred = self.canvas.style(**line, align="center")
        chip = self.canvas.style(
            **line, align="center", bold=True, bg_color=f"#{look.fill}", font_color=f"#{look.font}"
        )
        linked = self.canvas.style(**line, font_color=f"#{palette.ACCENT}", underline=1)
        small = self.canvas.style(**line, font_size=9, text_wrap=True)
        self.sheet.set_row(self.row, 30)
        due = worst.due.strftime("%m-%d %H:%M") if worst.due else ""
        cells: tuple[tuple[str | float | None, Format], ...] = (
            (worst.key or f"{worst.sheet} {worst.row}", linked),
            (worst.name, plain),
            (worst.owner, plain),
            (STATUS_TEXT[worst.status].say(self.language), chip),
            (due, centred),
            (worst.days_late, centred),
            (f"{worst.message} → {worst.step}", small),
        )
        column = MARGIN
        for index, ((value, drawn), (_, span)) in enumerate(zip(cells, _WORST_COLUMNS, strict=True)):
            link = link_to(worst.sheet, f"A{worst.row}") if index == 0 else None
            self.canvas.cells(self.row, column, span, value, drawn, link=link)
            column += span
        self.row += 1

    def _columns(self, titles: Sequence[tuple[str, int]], column: int, row: int) -> None:
        look = self.canvas.style(
            bold=True,
            font_size=9,
            align="center",
            bg_color=f"#{palette.ACCENT_SOFT}",
            font_color=f"#{palette.ACCENT}",
            text_wrap=True,
        )
        for title, span in titles:
            self.canvas.cells(row, column, span, title, look)
            column += span

    def _tallies(self, title: Text, tallies: Sequence[Tally], column: int, row: int) -> tuple[int, int, int]:
        """Draw one table of tallies; return its first and last row of data and its first column."""
        name_span = HALF - 1 - 1 - len(_SHOWN)
        self._heading(title.say(self.language), column, HALF - 1, row)
        heads = [(title.say(self.language)[1:] if self.language == "zh" else "", name_span)]
        heads += [(self._say("合计", "All"), 1)]
        heads += [(STATUS_TEXT[status].say(self.language), 1) for status in _SHOWN]
        self._columns(heads, column, row + 1)
        line = {"bottom": 1, "bottom_color": f"#{palette.LINE}"}
        first = at = row + 2
        for tally in tallies[:LISTED]:
            self.canvas.cells(at, column, name_span, tally.name, self.canvas.style(**line))
            self.canvas.cells(
                at, column + name_span, 1, tally.total, self.canvas.style(**line, align="center")
            )
            for offset, status in enumerate(_SHOWN, start=1):
                count = tally.count(status)
                look = palette.STYLES[palette.STATUS_STYLE[status]]
                tint = {"bg_color": f"#{look.fill}", "font_color": f"#{look.font}"} if count else {}
                drawn = self.canvas.style(**line, **tint, align="center", num_format='0;-0;"·"')
                self.canvas.cells(at, column + name_span + offset, 1, count, drawn)
            at += 1
        if not tallies:
            text = self._say("无记录", "no records")
            self.canvas.cells(at, column, HALF - 1, text, self.canvas.style(font_color=f"#{palette.MUTED}"))
            at += 1
        elif len(tallies) > LISTED:
            rest = len(tallies) - LISTED
            text = self._say(f"另有 {rest} 个", f"and {rest} more")
            self.canvas.cells(at, column, HALF - 1, text, self.canvas.style(font_color=f"#{palette.MUTED}"))
            return first, at - 1, column
        return first, at - 1, column

    def _chart(
        self, title: Text, table: tuple[int, int, int], shown: Sequence[Status], column: int, row: int
    ) -> None:
        """Draw a stacked bar chart over a table of tallies; it reads the cells people see."""
        first, last, left = table
        chart = self.canvas.chart("bar", "stacked")
        values = left + HALF - 1 - 1 - len(_SHOWN)
        for status in shown:
            at = values + 1 + _SHOWN.index(status)
            chart.add_series(
                {
                    "name": STATUS_TEXT[status].say(self.language),
                    "categories": [self.canvas.title, first, left, last, left],
                    "values": [self.canvas.title, first, at, last, at],
                    "fill": {"color": f"#{palette.SOLID[palette.STATUS_STYLE[status]]}"},
                    "gap": 45,
                }
            )
        font = {"name": palette.FONT, "size": 9, "color": f"#{palette.INK}"}
        chart.set_title(
            {"name": title.say(self.language), "name_font": {**font, "size": 11}, "overlay": False}
        )
        chart.set_legend({"position": "bottom", "font": font})
        chart.set_y_axis(
            {"reverse": True, "interval_unit": 1, "num_font": {**font, "size": 8}, "line": {"none": True}}
        )
        chart.set_x_axis(
            {
                "num_font": font,
                "num_format": "0",
                "label_position": "high",
                "major_gridlines": {"visible": True, "line": {"color": f"#{palette.LINE}"}},
                "min": 0,
            }
        )
        chart.set_chartarea({"border": {"color": f"#{palette.LINE}"}})
        chart.set_size({"width": HALF * COLUMN_PIXELS - 12, "height": CHART_ROWS * ROW_PIXELS})
        self.sheet.insert_chart(row, column, chart, {"object_position": 2})

    def _foot(self, row: int) -> None:
        say: Callable[[str, str], str] = self._say
        legend = say(
            "颜色与文字一致：红＝延期，橙＝风险（偏差超过 10 个百分点或中等级别时限已超），"
            "黄＝2 个工作日内到期，绿＝正常，灰＝已完成，蓝色斜纹＝数据异常。",
            "Colour and word agree: red = late, orange = at risk, yellow = due within 2 working days, "
            "green = on track, grey = done, hatched blue = data fault.",
        )
        look = self.canvas.style(font_color=f"#{palette.MUTED}", font_size=9, text_wrap=True, valign="top")
        self.sheet.set_row(row, 28)
        self.canvas.cells(row, MARGIN, GRID, legend, look)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 1)
        self.sheet.print_area(0, 0, row, MARGIN + GRID - 1)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
