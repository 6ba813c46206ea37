"""The tab 同步冲突: what both ends of a mirror changed in different ways, and where a person decides."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from unicodedata import east_asian_width

from sheetsync import palette
from sheetsync.model.edit import ListedColumn, Listing, Parts, ReplaceSheet
from sheetsync.model.mirror import SIDES, SideName, Token
from sheetsync.model.table import Edited
from sheetsync.model.value import RawValue
from sheetsync.render.canvas import LONGEST, Canvas
from sheetsync.text import Language, Text

TITLE = Text("同步冲突", "Sync conflicts")
LAYOUT = 1
TALLEST = 400
"""Points; Excel takes rows of at most 409.5."""

MARK = "sheetsync"
"""Header of the hidden column by which a line is known again, however people sort the tab."""
USE = Text("采用", "Use")
_SIDE = {"left": Text("左", "Left"), "right": Text("右", "Right")}
_LIST = 250
"""Characters of a dropdown's list; Excel takes 255."""
_HEADER_ROW = 2
LISTED_AS = ("id", "name", "field", "left", "left_changed", "right", "right_changed", "base")
"""Our names for the columns of the tab, as far as a table lists them, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What one end holds.

    Args:
        shown: The value as it stands there.
        edited: Who changed the record last.
        saved: Who saved the document last.
    """

    shown: Text
    edited: Edited
    saved: Edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One conflict as people see it.

    Args:
        key: The record.
        name: What people call it.
        field: The header of its column.
        base: What both last agreed on, None where they never did.
        left: What the left end holds.
        right: Likewise the right one.
        mark: What the line is known again by.
    """

    key: str
    name: str
    field: Text
    base: Token | None
    left: Stand
    right: Stand
    mark: str


def conflicts_tab(
    disputes: Sequence[Dispute],
    names: Mapping[SideName, str],
    role: str,
    *,
    language: Language,
) -> ReplaceSheet:
    """Draw the list of conflicts.

    Args:
        disputes: In the order of the records.
        names: What people call both ends.
        role: What the tab is to us.
        language: The language to write in.
    """
    # The tab keeps what it was drawn with: whoever saves a workbook changes none of its conflicts, nor does
    # what the very sync that lists them brings to the other fields of a record.
    still = repr((LAYOUT, language, sorted(names.items()), [_still(one) for one in disputes]))
    return ReplaceSheet(
        role=role,
        title=TITLE.say(language),
        draw=partial(_draw, disputes, names, language),
        listing=_listed(disputes, names, language),
        fingerprint=hashlib.sha256(still.encode()).hexdigest()[:24],
    )


def _still(dispute: Dispute) -> Dispute:
    left, right = (replace(stand, edited=Edited(), saved=Edited()) for stand in (dispute.left, dispute.right))
    return replace(dispute, name="", left=left, right=right)


def chosen(rows: Sequence[Sequence[RawValue]]) -> Mapping[str, SideName]:
    """Return what people chose on a tab: the mark of each line to the side that counts.

    Args:
        rows: The tab as it is now; its lines may be sorted and its columns moved.
    """
    uses = {USE.zh, USE.en}
    found: dict[str, SideName] = {}
    mark = use = None
    for row in rows:
        if MARK in row:
            mark = row.index(MARK)
            use = next((at for at, cell in enumerate(row) if cell in uses), None)
        elif mark is not None and use is not None and (side := _side(row[use])) is not None:
            found[str(row[mark])] = side
    return found


def _side(cell: RawValue) -> SideName | None:
    """Return the side that a cell names: by the list's words, or by what somebody typed for them."""
    typed = str(cell).strip().lower()
    return next(
        (side for side in SIDES if typed.startswith((_SIDE[side].zh, _SIDE[side].en.lower()))),
        None,
    )


def _columns(names: Mapping[SideName, str]) -> tuple[tuple[Text, float], ...]:
    called = {
        side: Text(f"{_SIDE[side].zh}：{names[side]}", f"{_SIDE[side].en}: {names[side]}") for side in SIDES
    }
    return (
        (Text("编号", "ID"), 16),
        (Text("名称", "Name"), 24),
        (Text("字段", "Field"), 16),
        (called["left"], 28),
        (Text("左边改动", "Left changed"), 18),
        (called["right"], 28),
        (Text("右边改动", "Right changed"), 18),
        (Text("上次一致", "Last agreed"), 22),
        (USE, 22),
        (Text(MARK, MARK), 4),
    )


def _draw(disputes: Sequence[Dispute], names: Mapping[SideName, str], language: Language) -> Parts:
    canvas = Canvas(TITLE.say(language), tab=palette.SOLID["risk"])
    sheet = canvas.sheet
    columns = _columns(names)
    use, mark = len(columns) - 2, len(columns) - 1
    for index, (_, width) in enumerate(columns):
        sheet.set_column(index, index, width, None, {"hidden": index == mark})
    sheet.set_row(0, 30)
    sheet.write_string(
        0, 0, TITLE.say(language), canvas.style(bold=True, font_size=16, font_color=f"#{palette.ACCENT}")
    )
    said = Text(
        f"两边改了同一处且不同，共 {len(disputes)} 处，都没有覆盖。请在“{USE.zh}”列选一边，下次同步照办；"
        "或把两边改成一样。本页由 SheetSync 自动生成，其他列请勿填写。",
        f"{len(disputes)} places that both sides changed in different ways; nothing was written over. Choose "
        f"a side under “{USE.en}” and the next sync does so, or make both the same. Written by SheetSync.",
    )
    sheet.write_string(1, 0, said.say(language), canvas.style(font_color=f"#{palette.MUTED}", font_size=9))
    look = {"bold": True, "align": "center", "border": 1, "border_color": f"#{palette.LINE}"}
    header = canvas.style(
        **look, text_wrap=True, bg_color=f"#{palette.ACCENT}", font_color=f"#{palette.PAPER}"
    )
    asked = canvas.style(
        **look, bg_color=f"#{palette.STYLES['risk'].fill}", font_color=f"#{palette.STYLES['risk'].font}"
    )
    sheet.set_row(_HEADER_ROW, 32)
    for index, (title, _) in enumerate(columns):
        sheet.write_string(_HEADER_ROW, index, title.say(language), asked if index == use else header)
    for row, dispute in enumerate(disputes, start=_HEADER_ROW + 1):
        _row(canvas, row, dispute, [width for _, width in columns], language)
    last = _HEADER_ROW + max(1, len(disputes))
    sheet.data_validation(
        _HEADER_ROW + 1, use, last, use, {"validate": "list", "source": _options(names, language)}
    )
    sheet.autofilter(_HEADER_ROW, 0, last, mark)
    sheet.freeze_panes(_HEADER_ROW + 1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    return canvas.done()


def _listed(disputes: Sequence[Dispute], names: Mapping[SideName, str], language: Language) -> Listing:
    """Return the conflicts for a store that has tables; there nobody can choose a side."""
    titles = [title.say(language) for title, _ in _columns(names)[: len(LISTED_AS)]]
    return Listing(
        columns=tuple(
            ListedColumn(name=name, title=title) for name, title in zip(LISTED_AS, titles, strict=True)
        ),
        rows=tuple(
            (
                one.key,
                one.name,
                one.field.say(language),
                one.left.shown.say(language),
                _changed(one.left, language),
                one.right.shown.say(language),
                _changed(one.right, language),
                one.base or "",
            )
            for one in (replace(_still(one), name=one.name) for one in disputes)
        ),
    )


def _options(names: Mapping[SideName, str], language: Language) -> list[str]:
    """Return what the dropdown offers; a comma would part one of them into two."""
    most = _LIST // 2 - 4
    return [
        f"{_SIDE[side].say(language)}：{names[side].replace(',', '，')[:most]}"
        if language == "zh"
        else f"{_SIDE[side].say(language)}: {names[side].replace(',', ' ')[:most]}"
        for side in SIDES
    ]


def _row(canvas: Canvas, row: int, dispute: Dispute, widths: Sequence[float], language: Language) -> None:
    line = {"border": 1, "border_color": f"#{palette.LINE}", "text_wrap": True}
    plain, soft = canvas.style(**line), canvas.style(**line, font_color=f"#{palette.MUTED}", font_size=9)
    choice = canvas.style(**line, align="center", bold=True, bg_color=f"#{palette.STYLES['soon'].fill}")
    never = Text("（从未一致）", "(never)") if dispute.base is None else Text("（空）", "(empty)")
    empty = Text("（空）", "(empty)").say(language)
    texts = (
        (dispute.key, plain),
        (dispute.name, plain),
        (dispute.field.say(language), plain),
        (dispute.left.shown.say(language) or empty, plain),
        (_changed(dispute.left, language), soft),
        (dispute.right.shown.say(language) or empty, plain),
        (_changed(dispute.right, language), soft),
        (dispute.base or never.say(language), soft),
        ("", choice),
        (dispute.mark, soft),
    )
    lines = max(
        sum(max(1, ceil(_units(part) / (width - 1))) for part in text.split("\n"))
        for (text, _), width in zip(texts[:-1], widths, strict=False)
    )
    canvas.sheet.set_row(row, min(TALLEST, 8 + 15 * lines))
    for column, (text, look) in enumerate(texts):
        if text:
            canvas.sheet.write_string(row, column, text[:LONGEST], look)
        else:
            canvas.sheet.write_blank(row, column, None, look)


def _changed(stand: Stand, language: Language) -> str:
    """Return who changed a record and when; who saved its document, where the record does not tell."""
    at, by = stand.edited.at, stand.edited.by
    told = " ".join(part for part in (f"{at:%Y-%m-%d %H:%M}" if at else "", by) if part)
    if by or not (stand.saved.by or (stand.saved.at and not at)):
        return told
    saved = " ".join(
        part
        for part in (f"{stand.saved.at:%Y-%m-%d %H:%M}" if stand.saved.at else "", stand.saved.by)
        if part
    )
    last = Text(f"文件保存：{saved}", f"file saved: {saved}").say(language)
    return f"{told}\n{last}" if told else last


def _units(text: str) -> int:
    """Return the width of a text in characters of the default font; Chinese ones count twice."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
