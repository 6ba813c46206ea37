"""The tables of the dashboard: worst rows, counts by group, limits by rule."""

import re
from collections.abc import Sequence

from sheetsync import palette
from sheetsync.model.course import Attainment
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.model.summary import Tally, WorstRow
from sheetsync.render import figures
from sheetsync.render.canvas import link_to
from sheetsync.render.look import Look, look
from sheetsync.render.screen import GRID, MARGIN, UNDERLINED, Place, Screen, chip
from sheetsync.text import Text

HALF = GRID // 2
LISTED = 10
"""Groups of a table."""
TWO_LINES = 28
"""Pixels of a row whose text does not fit into one line."""
NAME_ROOM, WHY_ROOM = 32, 74
"""Latin letters that fit into one line of the columns 事项 and 原因与下一步."""
_CHINESE = re.compile("[\u2e80-\U0010ffff]+")
"""Characters that are as wide as they are high."""
SHOWN = (Status.LATE, Status.RISK, Status.SOON, Status.NORMAL, Status.DONE, Status.FAULTY)

_WORST = (
    (Text("编号", "ID"), 3),
    (Text("事项", "What"), 4),
    (Text("负责人", "Owner"), 2),
    (Text("部门", "Department"), 2),
    (Text("状态", "Status"), 2),
    (Text("截止", "Due"), 2),
    (Text("已过天数", "Days late"), 1),
    (Text("原因与下一步", "Why, and the next step"), 8),
)

_PLAIN = look(**UNDERLINED, font_size=9, text_wrap=True)
_CENTRED = look(**UNDERLINED, font_size=9, align="center")
_LINKED = look(**UNDERLINED, font_size=9, font_color=f"#{palette.ACCENT}", underline=1)
_SMALL = look(**UNDERLINED, font_size=8, text_wrap=True)
_CHIPS = {
    status: chip(style, **UNDERLINED, bold=True, font_size=9)
    for status, style in palette.STATUS_STYLE.items()
}
_DOT = '0;-0;"·"'
"""A number; where it is 0, a dot."""
_GROUP, _TOTAL = look(**UNDERLINED), look(**UNDERLINED, align="center")
_NONE = look(**UNDERLINED, num_format=_DOT, align="center")
_COUNTS = {
    status: chip(style, **UNDERLINED, num_format=_DOT) for status, style in palette.STATUS_STYLE.items()
}
_RULE, _KEPT = look(**UNDERLINED, font_size=8), look(**UNDERLINED, font_size=8, align="center")


def worst(screen: Screen, row: int, rows: Sequence[WorstRow]) -> int:
    """List what needs attention first, each with a link to its row; return the row after the list."""
    title = screen.say(
        f"最需要处理的 {len(rows)} 项（点编号跳到该行）",
        f"{len(rows)} that need attention first (click the ID)",
    )
    if not rows:
        screen.heading(row, MARGIN, GRID, screen.say("最需要处理的事项", "What needs attention first"))
        look = screen.canvas.style(font_color=f"#{palette.STYLES['normal'].font}")
        text = screen.say("没有需要处理的事项。", "Nothing needs attention.")
        screen.canvas.cells(row + 1, MARGIN, GRID, text, look)
        return row + 2
    screen.heading(row, MARGIN, GRID, title)
    screen.titles(row + 1, MARGIN, [(screen.word(text), span) for text, span in _WORST])
    for at, one in enumerate(rows, start=row + 2):
        _worst(screen, at, one)
    return row + 2 + len(rows)


def _worst(screen: Screen, row: int, one: WorstRow) -> None:
    why = f"{one.message} → {one.step}"
    if _wide(one.name) > NAME_ROOM or _wide(why) > WHY_ROOM:
        screen.sheet.set_row_pixels(row, TWO_LINES)
    due = one.due.strftime("%m-%d %H:%M") if one.due else ""
    cells: tuple[tuple[str | float | None, Look], ...] = (
        (one.key or f"{one.sheet} {one.row}", _LINKED),
        (one.name, _PLAIN),
        (one.owner, _PLAIN),
        (one.department, _PLAIN),
        (screen.word(STATUS_TEXT[one.status]), _CHIPS[one.status]),
        (due, _CENTRED),
        (one.days_late, _CENTRED),
        (why, _SMALL),
    )
    column = MARGIN
    for index, ((value, drawn), (_, span)) in enumerate(zip(cells, _WORST, strict=True)):
        link = link_to(one.sheet, f"A{one.row}") if index == 0 else None
        screen.canvas.cells(row, column, span, value, drawn, link=link)
        column += span


def _wide(text: str) -> int:
    """Return how wide a text is, in Latin letters; a Chinese character is as wide as two."""
    return len(text) + sum(map(len, _CHINESE.findall(text)))


def tallies(screen: Screen, row: int, column: int, title: Text, groups: Sequence[Tally]) -> int:
    """Write a table of counts by group, half the grid wide; return the row after it."""
    span = HALF - 1 - 1 - len(SHOWN)
    screen.heading(row, column, HALF - 1, screen.word(title))
    heads = [(screen.say(title.zh[1:], ""), span), (screen.say("合计", "All"), 1)]
    screen.titles(row + 1, column, heads + [(screen.word(STATUS_TEXT[status]), 1) for status in SHOWN])
    at = row + 2
    for group in groups[:LISTED]:
        screen.canvas.cells(at, column, span, group.name, _GROUP)
        screen.canvas.cells(at, column + span, 1, group.total, _TOTAL)
        counts = dict(group.counts)
        for offset, status in enumerate(SHOWN, start=1):
            count = counts.get(status, 0)
            screen.canvas.cells(at, column + span + offset, 1, count, _COUNTS[status] if count else _NONE)
        at += 1
    if not groups:
        screen.quiet(at, column, HALF - 1, screen.say("无记录", "no records"))
        return at + 1
    if len(groups) > LISTED:
        rest = len(groups) - LISTED
        screen.quiet(at, column, HALF - 1, screen.say(f"另有 {rest} 个", f"and {rest} more"))
        return at + 1
    return at


def limits(screen: Screen, place: Place, kept: Sequence[Attainment]) -> None:
    """List how the limits of rules were kept, the worst first.

    Args:
        screen: The tab.
        place: Where; its first row is the heading. Rules that do not fit are counted in the last row.
        kept: The rules.
    """
    screen.heading(
        place.row, place.column, place.columns, screen.say("时限达成（按规则）", "Limits kept, by rule")
    )
    known = sorted((one for one in kept if one.rate is not None), key=lambda one: (one.rate or 0, -one.ended))
    if not known:
        nothing = screen.say("还没有到期的时限。", "No limit has run out yet.")
        screen.quiet(place.row + 1, place.column, place.columns, nothing)
        return
    wide = place.columns - 2
    heads = ((screen.say("规则", "Rule"), wide), (screen.say("按时/共", "Kept/all"), 1))
    screen.titles(place.row + 1, place.column, [*heads, (screen.say("达成率", "Rate"), 1)])
    room = place.rows - 2
    shown = known if len(known) <= room else known[: room - 1]
    for row, one in enumerate(shown, start=place.row + 2):
        screen.canvas.cells(row, place.column, wide, f"{one.rule} {screen.word(one.title)}", _RULE)
        screen.canvas.cells(row, place.column + wide, 1, f"{one.kept}/{one.ended}", _KEPT)
        screen.canvas.cells(row, place.column + wide + 1, 1, screen.word(figures.share(one.rate)), _KEPT)
    if len(shown) < len(known):
        rest = len(known) - len(shown)
        text = screen.say(f"另有 {rest} 条规则，达成率更高", f"and {rest} more rules, better kept")
        screen.quiet(place.row + 2 + len(shown), place.column, place.columns, text)
