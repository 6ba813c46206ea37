"""Charts are written as the library writes them."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync import palette
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Bar, BurnPoint, Forecast, Tally
from sheetsync.render import chart
from sheetsync.render.barcharts import ATTENTION, on_time, statuses
from sheetsync.render.burndown import burndown
from sheetsync.render.canvas import Canvas
from sheetsync.render.gantt import gantt
from sheetsync.render.quickbook import QuickBook
from sheetsync.render.screen import LINE_PIXELS, Place, Screen, serial
from tests.packing import unpacked

TITLE = "仪表盘 & 图"
PLACE = Place(row=9, column=1, rows=20, columns=12)
FONT = {"name": palette.FONT, "size": 8, "color": f"#{palette.INK}"}
LINE = {"color": f"#{palette.LINE}"}
FRAMED = {"border": LINE}
LEGEND = {"position": "bottom", "font": FONT}
NONE = {"none": True}

Options = dict[str, Any]


class Library:
    """The same chart as the library draws it, from columns beside each other."""

    def __init__(self, book: Workbook, sheet: Worksheet, kind: str, subtype: str | None = None) -> None:
        self.sheet, self.chart, self.column = sheet, book.add_chart({"type": kind, "subtype": subtype}), 26

    def store(self, values: Sequence[str | float | None]) -> list[object]:
        for row, value in enumerate(values, start=1):
            if value is not None:
                (self.sheet.write_string if isinstance(value, str) else self.sheet.write_number)(
                    row, self.column, value
                )
        self.column += 1
        return [TITLE, 1, self.column - 1, max(len(values), 1), self.column - 1]

    def done(self, x: Options, y: Options, legend: Options, area: Options) -> None:
        self.chart.set_x_axis(x)
        self.chart.set_y_axis(y)
        self.chart.set_title(NONE)
        self.chart.set_legend(legend)
        self.chart.set_chartarea(area)
        self.chart.show_hidden_data()
        self.sheet.insert_chart(0, 0, self.chart, {"object_position": 1})


def ours(draw: Callable[[Screen], object]) -> bytes:
    screen = Screen(Canvas(TITLE), "zh")
    screen.lines(9, 20, LINE_PIXELS)
    draw(screen)
    return screen.done(40)["xl/charts/chart1.xml"]


def theirs(path: Path, draw: Callable[[Workbook, Worksheet], None]) -> bytes:
    with Workbook(path) as book:
        draw(book, book.add_worksheet(TITLE))
    return unpacked(path.read_bytes())["xl/charts/chart1.xml"]


@pytest.mark.parametrize("names", [("甲 <一>", "", "2 0"), ("1_0",)])
def test_bars(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Groups that are called by numbers are numbers to the library; an underscore makes a text of one."""
    counts = {status: number for number, status in enumerate(Status)}
    groups = [Tally(name=name, total=9, counts=tuple(counts.items())) for name in names]

    def draw(book: Workbook, sheet: Worksheet) -> None:
        library = Library(book, sheet, "bar", "stacked")
        called = library.store(names)
        for status in ATTENTION:
            colour = palette.PAPER if status is not Status.SOON else palette.INK
            library.chart.add_series(
                {
                    "name": STATUS_TEXT[status].zh,
                    "categories": called,
                    "values": library.store([counts[status]] * len(names)),
                    "fill": {"color": f"#{palette.SOLID[palette.STATUS_STYLE[status]]}"},
                    "border": {"color": f"#{palette.PAPER}", "width": 0.75},
                    "gap": 45,
                    "data_labels": {
                        "value": True,
                        "num_format": "0;;",
                        "font": {**FONT, "color": f"#{colour}"},
                    },
                }
            )
        x = {"num_font": FONT, "num_format": "0", "label_position": "none", "line": NONE, "min": 0}
        y = {"reverse": True, "interval_unit": 1, "num_font": FONT, "line": NONE}
        plain = {"major_tick_mark": "none", "major_gridlines": {"visible": False}}
        library.done(x | plain, y, LEGEND, FRAMED)

    mine = ours(lambda screen: statuses(screen, PLACE, "待关注", groups, ATTENTION))
    assert mine == theirs(tmp_path / "bars.xlsx", draw)


def test_names_that_look_like_numbers_are_texts_as_in_their_cells() -> None:
    assert chart.texts("图!$A$2:$A$3", ["2023", "7"]) == chart.Cells(
        '<c:strRef><c:f>图!$A$2:$A$3</c:f><c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>2023</c:v>'
        '</c:pt><c:pt idx="1"><c:v>7</c:v></c:pt></c:strCache></c:strRef>'.encode(),
        numeric=False,
    )


def test_columns(tmp_path: Path) -> None:
    def draw(book: Workbook, sheet: Worksheet) -> None:
        library = Library(book, sheet, "column")
        library.chart.add_series(
            {
                "name": "按时完成率（每周）",
                "categories": library.store(["10-09", "10-16\n未报"]),
                "values": library.store([66.7, None]),
                "fill": {"color": f"#{palette.ACCENT}"},
                "gap": 60,
                "data_labels": {"value": True, "num_format": '0"%"', "font": FONT},
            }
        )
        rates = {"min": 0, "max": 100, "major_unit": 50, "num_font": FONT, "num_format": '0"%"', "line": NONE}
        grid = {"major_gridlines": {"visible": True, "line": LINE}}
        library.done({"text_axis": True, "num_font": FONT, "line": LINE}, rates | grid, NONE, FRAMED)

    weeks = [(date(2023, 10, 9), 66.7), (date(2023, 10, 16), None)]
    assert ours(lambda screen: on_time(screen, PLACE, weeks)) == theirs(tmp_path / "columns.xlsx", draw)


def test_lines(tmp_path: Path) -> None:
    days = [date(2023, 10, 9 + number) for number in range(13)]
    left: list[float | None] = [12.0, None, *([1e-7] * 11)]
    scope = [20.0, *([30.0] * 12)]
    points = [
        BurnPoint(day=day, ideal=0.25 * number, left=left[number], scope=scope[number])
        for number, day in enumerate(days)
    ]

    def draw(book: Workbook, sheet: Worksheet) -> None:
        library = Library(book, sheet, "line")
        called, late = library.store(list(map(serial, days))), f"#{palette.SOLID['risk']}"
        colour = f"#{palette.ACCENT}"
        for name, values, look in (
            (
                "理想",
                [point.ideal for point in points],
                {"line": {"color": f"#{palette.MUTED}", "width": 1.25, "dash_type": "dash"}},
            ),
            ("总量", scope, {"line": {"color": late, "width": 1.25, "dash_type": "round_dot"}}),
            ("范围变更", [None, 30.0, *([None] * 11)], {"line": NONE, "marker": marker("diamond", 7, late)}),
            (
                "剩余",
                left,
                {"line": {"color": colour, "width": 2.25}, "marker": marker("circle", 3, colour)},
            ),
        ):
            stored = library.store(values)
            library.chart.add_series({"name": name, "categories": called, "values": stored, **look})
        library.chart.show_blanks_as("span")
        x = {"date_axis": True, "num_format": "mm-dd", "major_unit": 2, "major_unit_type": "days"}
        plain = {"num_font": FONT, "major_tick_mark": "none", "line": LINE}
        y = {"min": 0, "num_font": FONT, "num_format": "0", "line": NONE}
        grid = {"major_gridlines": {"visible": True, "line": LINE}}
        library.done(x | plain, y | grid, LEGEND, FRAMED)

    forecast = Forecast(first=None, last=None, planned=None, snapshots=1)
    mine = ours(lambda screen: burndown(screen, PLACE, points, forecast))
    assert mine == theirs(tmp_path / "lines.xlsx", draw)


def marker(kind: str, size: int, colour: str) -> Options:
    return {"type": kind, "size": size, "fill": {"color": colour}, "border": {"color": colour}}


def test_a_gantt_chart(tmp_path: Path) -> None:
    """All that it has and no other one: shading that shines through, a place within its frame."""
    monday, sunday, count = date(2023, 10, 9), date(2023, 10, 15), 1
    bar = Bar(
        key="XZB1", name="一", owner="", status=Status.NORMAL, start=monday, due=date(2023, 10, 20),
        began=None, until=None, progress=None, sheet="任务", row=4,
    )  # fmt: skip
    pixels = (7 * 51 - 8) * 0.9 / 12
    above, inner, below = 21 + LINE_PIXELS, 3 * LINE_PIXELS, LINE_PIXELS

    def draw(book: Workbook, sheet: Worksheet) -> None:
        library = Library(book, sheet, "scatter", "straight")

        def line(name: str, ends: list[tuple[float, float, float, float]], look: Options) -> None:
            x = [value for x, _, to_x, _ in ends for value in (x, to_x, None)][:-1]
            y = [value for _, y, _, to_y in ends for value in (y, to_y, None)][:-1]
            library.chart.add_series(
                {
                    "name": name,
                    "categories": library.store(x),
                    "values": library.store(y),
                    "line": look,
                    "marker": {"type": "none"},
                }
            )

        first, last, rest = serial(monday), serial(bar.due) + 1, serial(sunday) + 0.5
        ink = f"#{palette.INK}"
        wide = round(pixels * 0.75, 2)
        line(
            "休息日",
            [(rest, 0, rest, count)],
            {"color": ink, "width": wide, "dash_type": "solid", "transparency": 92},
        )
        lane = 6 / inner
        line(
            "计划 正常",
            [(first, y, last, y) for y in (0.5 - lane, 0.5 + lane, 0.5)],
            {
                "color": f"#{palette.SOLID['normal']}",
                "width": round(lane * inner * 0.75 * 1.3, 2),
                "dash_type": "solid",
            },
        )
        now = serial(monday) + 0.5
        line("今天", [(now, 0, now, count)], {"color": ink, "width": 1.25, "dash_type": "dash"})
        total = above + inner + below
        library.chart.set_plotarea(
            {"layout": {"x": 0.05, "y": above / total, "width": 0.9, "height": inner / total}}
        )
        x = {"min": first, "max": last, "major_unit": 2, "num_format": "mm-dd", "num_font": FONT}
        plain = {"line": LINE, "major_tick_mark": "none"}
        grid = {"major_gridlines": {"visible": True, "line": {**LINE, "width": 0.5}}}
        y = {"min": 0, "max": count, "major_unit": 1, "reverse": True, "label_position": "none"}
        bare = {"major_tick_mark": "none", "line": NONE}
        faint = {"major_gridlines": {"visible": True, "line": {"color": f"#{palette.MIST}", "width": 0.5}}}
        library.done(x | plain | grid, y | bare | faint, NONE, {"border": NONE, "fill": NONE})

    mine = ours(lambda screen: gantt(screen, PLACE, [bar], left_out=0, rest_days=[sunday], today=monday))
    assert mine == theirs(tmp_path / "gantt.xlsx", draw)


@pytest.mark.parametrize(("width", "units"), [(0.5, 6350), (2.6, 31_750), (2.63, 34_925)])
def test_lines_are_as_wide_as_quarters_of_a_point(width: float, units: int) -> None:
    assert chart.line("000000", width).startswith(f'<a:ln w="{units}">')


def test_a_chart_stands_where_the_library_puts_it(tmp_path: Path) -> None:
    """Over rows and columns of different sizes, some of them hidden."""

    def set_up(sheet: Worksheet) -> None:
        sheet.set_column(1, 3, 6.6)
        sheet.set_column(4, 4, 11, None, {"hidden": True})
        for row in range(2, 9):
            sheet.set_row_pixels(row, 10 + row)

    places = ((3, 1, 250, 77, "一 & <二>"), (20, 0, 64, 20, "二"))
    with Workbook(tmp_path / "drawing.xlsx") as whole:
        set_up(sheet := whole.add_worksheet(TITLE))
        for row, column, width, height, title in places:
            one = whole.add_chart({"type": "line"})
            one.add_series({"values": [TITLE, 0, 0, 1, 0]})
            one.set_size({"width": width, "height": height})
            sheet.insert_chart(row, column, one, {"object_position": 1, "description": title})
    book = QuickBook(TITLE)
    set_up(book.sheet)
    axis = chart.Axis(tag="valAx", side="b", line=chart.NO_LINE, rest="")
    for row, column, width, height, title in places:
        two = chart.Chart(
            kind=chart.LINES, axes=(axis, axis), series=[], frame="", width=width, height=height
        )
        book.sheet.place_chart(row, column, two, title)
    ours, theirs = book.parts(), unpacked((tmp_path / "drawing.xlsx").read_bytes())
    for name in (
        "drawings/drawing1.xml",
        "drawings/_rels/drawing1.xml.rels",
        "worksheets/_rels/sheet1.xml.rels",
    ):
        assert ours[f"xl/{name}"] == theirs[f"xl/{name}"]
