"""Charts on a sheet: where each stands, written as XlsxWriter writes it."""

from collections.abc import Sequence
from typing import NamedTuple

from sheetsync.render.chart import Chart
from sheetsync.render.quicktags import quoted

_SCHEMA = "http://schemas.openxmlformats.org"
_CHART = f"{_SCHEMA}/drawingml/2006/chart"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<xdr:wsDr xmlns:xdr="{_SCHEMA}/drawingml/2006/spreadsheetDrawing"'
    f' xmlns:a="{_SCHEMA}/drawingml/2006/main">'
)


class Corner(NamedTuple):
    """A place on a sheet.

    Args:
        column: The column, from 0.
        right: How far it is from its left edge, in units of drawings.
        row: The row, from 0.
        below: How far it is from its upper edge, in units of drawings.
    """

    column: int
    right: int
    row: int
    below: int


class Placed(NamedTuple):
    """A chart with its place.

    Args:
        chart: The chart.
        begin: Its upper left corner.
        end: Its lower right corner.
        title: What is read aloud to those who do not see it.
    """

    chart: Chart
    begin: Corner
    end: Corner
    title: str


def drawing(placed: Sequence[Placed]) -> str:
    """Return the part that puts charts on a sheet; they are its first relations."""
    anchors = [_anchor(number, one) for number, one in enumerate(placed, start=1)]
    return f"{_HEAD}{''.join(anchors)}</xdr:wsDr>"


def _anchor(number: int, one: Placed) -> str:
    return (
        f"<xdr:twoCellAnchor><xdr:from>{_corner(one.begin)}</xdr:from><xdr:to>{_corner(one.end)}</xdr:to>"
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number + 1}" name="Chart {number}"'
        f' descr="{quoted(one.title)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart xmlns:c="{_CHART}"'
        f' xmlns:r="{_SCHEMA}/officeDocument/2006/relationships" r:id="rId{number}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>"
    )


def _corner(corner: Corner) -> str:
    column, right, row, below = corner
    return (
        f"<xdr:col>{column}</xdr:col><xdr:colOff>{right}</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>{below}</xdr:rowOff>"
    )
