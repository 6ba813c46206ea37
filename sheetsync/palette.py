"""One palette for template, marks, dashboard and weekly summary: a style name to colours (spec section 9).

Red, yellow and green are the conventional spreadsheet pairs of fill and font; they differ in lightness, too,
and the word always stands beside the colour, so that a black-and-white print and colour-blind eyes lose
nothing.
"""

from dataclasses import dataclass
from types import MappingProxyType

from sheetsync.model.finding import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a marked row looks; colours are RRGGBB without a mark in front.

    Args:
        fill: Background.
        font: Text.
        hatch: Colour of thin stripes over the background, None for a plain one.
    """

    fill: str
    font: str
    hatch: str | None = None


STYLES = MappingProxyType(
    {
        "late": Style(fill="FFC7CE", font="9C0006"),
        "risk": Style(fill="FFEB9C", font="9C5700"),
        "soon": Style(fill="FFF5CC", font="7F6000"),
        "normal": Style(fill="C6EFCE", font="006100"),
        "done": Style(fill="E7E6E6", font="595959"),
        "faulty": Style(fill="DDEBF7", font="1F4E78", hatch="BDD7EE"),
    }
)

STATUS_STYLE = MappingProxyType(
    {
        Status.LATE: "late",
        Status.FAULTY: "faulty",
        Status.RISK: "risk",
        Status.SOON: "soon",
        Status.NORMAL: "normal",
        Status.DONE: "done",
    }
)
"""预警状态 to style name."""

INK = "1F2937"
PAPER = "FFFFFF"
MIST = "F3F4F6"
LINE = "D1D5DB"
MUTED = "6B7280"
ACCENT = "1F4E78"
ACCENT_SOFT = "DCE6F1"
ENGINE = "5B4B8A"
ENGINE_SOFT = "ECE8F5"
REQUIRED = "C00000"

SOLID = MappingProxyType(
    {
        "late": "C0392B",
        "risk": "D68910",
        "soon": "F1C40F",
        "normal": "27AE60",
        "done": "95A5A6",
        "faulty": "2E86C1",
    }
)
"""Strong versions for charts and light cards, by style name."""

FONT = "微软雅黑"
"""Every Office and WPS for Chinese has it; elsewhere the system falls back to its own sans serif."""

NUMBER_FORMATS = MappingProxyType(
    {
        "date": "yyyy-mm-dd",
        "datetime": "yyyy-mm-dd hh:mm",
        "percent": "0%",
        "points": "0.0",
        "count": "0",
        "text": "@",
    }
)
