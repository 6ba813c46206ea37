"""Charts of the few kinds that a dashboard has, written as XlsxWriter writes them.

The library knows some hundred options of a chart and asks for each of them; a dashboard is drawn for every
workbook. What a chart looks like is put together from the pieces that functions here return, most of which
are the same in all charts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from sheetsync import palette
from sheetsync.render.quicktags import escaped, quoted

_SCHEMA = "http://schemas.openxmlformats.org"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<c:chartSpace xmlns:c="{_SCHEMA}/drawingml/2006/chart" xmlns:a="{_SCHEMA}/drawingml/2006/main"'
    f' xmlns:r="{_SCHEMA}/officeDocument/2006/relationships"><c:lang val="en-US"/><c:chart>'
    '<c:autoTitleDeleted val="1"/><c:plotArea>'
)
_END = (
    '<c:printSettings><c:headerFooter/><c:pageMargins b="0.75" l="0.7" r="0.7" t="0.75" header="0.3"'
    ' footer="0.3"/><c:pageSetup/></c:printSettings></c:chartSpace>'
)
_FIRST_AXIS = 50_010_001
"""Number of the first axis of the first chart; the next chart's are ten thousand more."""

_QUARTER = 3175
"""A quarter of a point in the units of drawings."""

NO_FILL = "<a:noFill/>"
NO_LINE = "<a:ln><a:noFill/></a:ln>"
NO_MARKER = '<c:marker><c:symbol val="none"/></c:marker>'


class Kind(NamedTuple):
    """What a chart is.

    Args:
        tag: Its element.
        head: What stands in it above the series.
        tail: What stands in it below them.
        across: What the values across are called in a series.
        along: What the others are called.
    """

    tag: str
    head: str
    tail: str = ""
    across: str = "cat"
    along: str = "val"


STACKED = Kind(
    "barChart",
    '<c:barDir val="bar"/><c:grouping val="stacked"/>',
    '<c:gapWidth val="45"/><c:overlap val="100"/>',
)
COLUMNS = Kind("barChart", '<c:barDir val="col"/><c:grouping val="clustered"/>', '<c:gapWidth val="60"/>')
LINES = Kind("lineChart", '<c:grouping val="standard"/>', '<c:marker val="1"/>')
SCATTERED = Kind("scatterChart", '<c:scatterStyle val="lineMarker"/>', across="xVal", along="yVal")


class Cells(NamedTuple):
    """Cells that a chart refers to, and what it remembers of them.

    Args:
        xml: The reference, encoded, for most of it is ASCII.
        numeric: True unless they are texts.
    """

    xml: bytes
    numeric: bool


class Series(NamedTuple):
    """What is drawn in one look.

    Args:
        name: What it is called.
        across: Where its values stand: names, days, or numbers.
        along: Its values.
        look: Shape, marker and labels.
    """

    name: str
    across: Cells
    along: Cells
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis.

    Args:
        tag: What kind of values it is for.
        side: Where it stands: at the bottom, the left or the top.
        rest: What is said of it by its kind alone.
        line: Its line.
        letters: How the words beside it look; empty for none.
        number_format: Of the numbers beside it; None where the cells say that.
        reverse: True if it runs against the usual direction.
        least: Where it begins; None to leave it to the program.
        most: Where it ends; None to leave it to the program.
        grid: Lines across the chart; empty for none.
        ticks: False for none.
        labels: False for none.
    """

    tag: Literal["catAx", "dateAx", "valAx"]
    side: Literal["b", "l", "t"]
    rest: str
    line: str
    letters: str = ""
    number_format: str | None = None
    reverse: bool = False
    least: float | None = None
    most: float | None = None
    grid: str = ""
    ticks: bool = True
    labels: bool = True

    def written(self, number: int, other: int, *, numeric: bool) -> str:
        """Return its element.

        Args:
            number: Its number.
            other: The number of the axis that it crosses.
            numeric: False if texts stand along it.
        """
        ends = "".join(
            f'<c:{name} val="{end}"/>'
            for name, end in (("max", self.most), ("min", self.least))
            if end is not None
        )
        numbers = ""
        if self.number_format is not None:
            numbers = f'<c:numFmt formatCode="{quoted(self.number_format)}" sourceLinked="0"/>'
        elif numeric:
            numbers = '<c:numFmt formatCode="General" sourceLinked="1"/>'
        return (
            f'<c:{self.tag}><c:axId val="{number}"/><c:scaling>'
            f'<c:orientation val="{"maxMin" if self.reverse else "minMax"}"/>{ends}</c:scaling>'
            f'<c:axPos val="{self.side}"/>'
            + (f"<c:majorGridlines>{shape(self.grid)}</c:majorGridlines>" if self.grid else "")
            + numbers
            + ("" if self.ticks else '<c:majorTickMark val="none"/>')
            + f'<c:tickLblPos val="{"nextTo" if self.labels else "none"}"/>{shape(self.line)}{self.letters}'
            f'<c:crossAx val="{other}"/><c:crosses val="autoZero"/>{self.rest}</c:{self.tag}>'
        )


@dataclass(kw_only=True)
class Chart:
    """A chart.

    Args:
        kind: What it is.
        axes: The one across, and the one along.
        series: What it draws.
        frame: Its background and border.
        legend: What says which series is which; empty for none.
        blanks: What stands where a value is missing; empty for a gap.
        layout: Where in its frame it is drawn; by itself where the program likes it.
        width: In pixels.
        height: In pixels.
    """

    kind: Kind
    axes: tuple[Axis, Axis]
    series: list[Series]
    frame: str
    legend: str = ""
    blanks: str = ""
    layout: str = "<c:layout/>"
    width: int = 0
    height: int = 0

    def written(self, number: int) -> bytes:
        """Return its part; the charts of a workbook are counted from 0."""
        kind, (across, along) = self.kind, self.axes
        first = _FIRST_AXIS + 10_000 * number
        series = [self._series(at, one) for at, one in enumerate(self.series)]
        # The library asks the last series what stands along the axis.
        numeric = bool(self.series) and self.series[-1].across.numeric
        head = f"{_HEAD}{self.layout}<c:{kind.tag}>{kind.head}"
        tail = (
            f'{kind.tail}<c:axId val="{first}"/><c:axId val="{first + 1}"/></c:{kind.tag}>'
            f"{across.written(first, first + 1, numeric=numeric)}"
            f"{along.written(first + 1, first, numeric=True)}</c:plotArea>{self.legend}"
            + (f'<c:dispBlanksAs val="{self.blanks}"/>' if self.blanks else "")
            + f"</c:chart>{self.frame}{_END}"
        )
        return b"".join((head.encode(), *series, tail.encode()))

    def _series(self, number: int, one: Series) -> bytes:
        across, along = self.kind.across, self.kind.along
        head = (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
            f"<c:tx><c:v>{escaped(one.name)}</c:v></c:tx>{one.look}<c:{across}>"
        )
        between, tail = f"</c:{across}><c:{along}>", f"</c:{along}></c:ser>"
        return b"".join((head.encode(), one.across.xml, between.encode(), one.along.xml, tail.encode()))


def numbers(place: str, told: Sequence[str | None]) -> Cells:
    """Return cells with numbers.

    Args:
        place: As a formula calls them.
        told: What stands in them, None in an empty one.
    """
    points = [
        f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(told) if value is not None
    ]
    head = (
        f"<c:numRef><c:f>{escaped(place)}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(told)}"/>'
    )
    return Cells(head.encode() + "".join(points).encode() + b"</c:numCache></c:numRef>", numeric=True)


def texts(place: str, told: Sequence[str]) -> Cells:
    """Return cells with texts; they stay texts where all look like numbers, which the library takes them for.

    Args:
        place: As a formula calls them.
        told: What stands in them.
    """
    points = [f'<c:pt idx="{at}"><c:v>{escaped(value)}</c:v></c:pt>' for at, value in enumerate(told)]
    xml = (
        f"<c:strRef><c:f>{escaped(place)}</c:f><c:strCache>"
        f'<c:ptCount val="{len(told)}"/>{"".join(points)}</c:strCache></c:strRef>'
    )
    return Cells(xml.encode(), numeric=False)


def fill(colour: str, clear: int = 0) -> str:
    """Return a fill.

    Args:
        colour: RRGGBB.
        clear: How much shines through, in percent.
    """
    if not clear:
        return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    alpha = (100 - clear) * 1000
    return f'<a:solidFill><a:srgbClr val="{colour}"><a:alpha val="{alpha}"/></a:srgbClr></a:solidFill>'


def line(colour: str, width: float | None = None, dash: str = "", clear: int = 0) -> str:
    """Return a line or border.

    Args:
        colour: RRGGBB.
        width: In points, written in quarters of one; None to leave it to the program.
        dash: How it is broken, in the words of the format.
        clear: How much shines through, in percent.
    """
    wide = "" if width is None else f' w="{int((width + 0.125) * 4) * _QUARTER}"'
    broken = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f"<a:ln{wide}>{fill(colour, clear)}{broken}</a:ln>"


def shape(*drawn: str) -> str:
    """Return how something looks: its fill, its line."""
    return f"<c:spPr>{''.join(drawn)}</c:spPr>"


def marker(symbol: str, size: int, colour: str) -> str:
    """Return the marks on a line."""
    look = shape(fill(colour), line(colour))
    return f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/>{look}</c:marker>'


@lru_cache(maxsize=100)
def letters(size: int = 8, colour: str = palette.INK) -> str:
    """Return how words look."""
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size * 100}" baseline="0">{fill(colour)}'
        f'<a:latin typeface="{palette.FONT}"/></a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
    )


def labels(number_format: str, look: str) -> str:
    """Return the numbers beside what is drawn."""
    code = quoted(number_format)
    return f'<c:dLbls><c:numFmt formatCode="{code}" sourceLinked="0"/>{look}<c:showVal val="1"/></c:dLbls>'


def layout(x: float, y: float, width: float, height: float) -> str:
    """Return where in its frame a chart is drawn, in parts of the frame."""
    places = zip("xywh", (x, y, width, height), strict=True)
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        + "".join(f'<c:{name} val="{part:.17g}"/>' for name, part in places)
        + "</c:manualLayout></c:layout>"
    )
