"""Row colours: conditional formats over whole tables, driven by the text in one of our columns.

Our rules carry a mark in their formula (see `sheetsync.marks`), which survives saves by other programs; Excel
may have split or merged the blocks in between. They are rebuilt as one block a table, or left alone when they
already say what they should.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from sheetsync import marks, palette
from sheetsync.excel import splice
from sheetsync.excel.cellvalue import plain
from sheetsync.excel.host import Host
from sheetsync.excel.outlineedit import OutlineEdit, reference
from sheetsync.excel.refusals import uneditable
from sheetsync.excel.sheet import Area, areas
from sheetsync.excel.splice import Element
from sheetsync.model.edit import Change, MarkRows

_BEYOND = 1000
"""Rows below the last record that are coloured too, so that new ones are."""

_ROOM = 100
"""Rows that must be left below the last record before the range is drawn anew."""

_LAST_ROW = 1_048_576


_EXTENDED = re.compile(rb"<[^\s/>:]+:cfRule\s[^>]*>")
_FORMULA = re.compile(rb"<(?:[^\s/>:]+:)?formula(?:\s[^>]*)?>([^<]*)")


class _Rule(NamedTuple):
    """One rule of ours as it stands."""

    block: Element
    element: Element
    ranges: tuple[Area, ...]
    formula: str
    dxf: int
    priority: int


def mark_rows(host: Host, orders: Sequence[MarkRows]) -> None:
    """Colour the tables of one sheet.

    Args:
        host: The workbook.
        orders: One a table, all of the same sheet.

    Raises:
        InputRefusedError: Our column is not there.
    """
    sheet, edit = host.sheet(orders[0].sheet), host.edit(orders[0].sheet)
    rules, highest = _rules(edit)
    areas_wanted = [_areas(host, order, rules) for order in orders]
    wanted = [_formulas(host, order) for order in orders]
    if len(rules) == sum(map(len, wanted)) and all(
        _stands(host, order, ranges, formulas, rules)
        for order, ranges, formulas in zip(orders, areas_wanted, wanted, strict=True)
    ):
        return
    _remove(edit, rules)
    blocks = []
    for order, ranges, formulas in zip(orders, areas_wanted, wanted, strict=True):
        lines = []
        for formula, style in formulas:
            highest += 1
            dxf = host.styles.append(dxf_xml(style, order.looks))
            opening = f'<cfRule type="expression" dxfId="{dxf}" priority="{highest}">'
            lines.append(f"{opening}<formula>{splice.escape(formula)}</formula></cfRule>")
        cell = " ".join(map(reference, ranges))
        opening = f'<conditionalFormatting sqref="{cell}">'
        blocks.append(f"{opening}{''.join(lines)}</conditionalFormatting>")
        before, after = ("预警颜色" if rules else ""), "预警颜色"
        host.changes.append(Change(sheet=sheet.name, cell=cell, what="colours", before=before, after=after))
    edit.insert_child("conditionalFormatting", "".join(blocks).encode())


def unmark_rows(host: Host, sheet: str) -> None:
    """Take all our colours off a sheet."""
    edit = host.edit(sheet)
    rules, _ = _rules(edit)
    done = any(change.sheet == sheet and change.what == "colours" for change in host.changes)
    if rules and not done:
        _remove(edit, rules)
        cell = " ".join(dict.fromkeys(reference(area) for rule in rules for area in rule.ranges))
        host.changes.append(Change(sheet=sheet, cell=cell, what="colours", before="预警颜色", after=""))


def dxf_xml(style: str, looks: Mapping[str, tuple[str, str | None]] = MappingProxyType({})) -> bytes:
    """Return the differential style of a palette style; its fill is the other way round than a cell's."""
    look = palette.STYLES[style]
    if style in looks:
        fill, font = looks[style]
        look = palette.Style(fill=fill, font=font or look.font)
    background = f'<bgColor rgb="FF{look.fill}"/>'
    if look.hatch:
        pattern = (
            f'<patternFill patternType="lightUp"><fgColor rgb="FF{look.hatch}"/>{background}</patternFill>'
        )
    else:
        pattern = f"<patternFill>{background}</patternFill>"
    return f'<dxf><font><color rgb="FF{look.font}"/></font><fill>{pattern}</fill></dxf>'.encode()


def _rules(edit: OutlineEdit) -> tuple[list[_Rule], int]:
    """Return our rules on a sheet, and the highest priority among the others, those of extensions too."""
    part = edit.part
    found = []
    others = [0]
    for block in part.children:
        name = block.name
        if name == "extLst":
            others += map(_priority, _EXTENDED.findall(block.text(part.xml)))
        if name != "conditionalFormatting":
            continue
        ranges = tuple(areas((splice.attribute(block.open_tag(part.xml), "sqref") or "").split()))
        for element in splice.named(part.mask, block, "cfRule"):
            tag = element.open_tag(part.xml)
            formula, style = _formula(edit, element)
            if style is None:
                others.append(_priority(tag))
            else:
                dxf = int(splice.attribute(tag, "dxfId") or -1)
                found.append(_Rule(block, element, ranges, formula, dxf, _priority(tag)))
    return sorted(found, key=lambda rule: rule.priority), max(others)


def _formula(edit: OutlineEdit, rule: Element) -> tuple[str, str | None]:
    """Return the formula of a rule, and its style if it is one of ours."""
    inner = _FORMULA.search(edit.part.mask, rule.body, rule.tail)
    return ("", None) if inner is None else _told(edit.part.xml[inner.start(1) : inner.end(1)])


# Our rules are the same on most sheets.
@lru_cache(maxsize=1000)
def _told(raw: bytes) -> tuple[str, str | None]:
    formula = plain(raw)
    return formula, marks.cf_style(formula)


def _priority(tag: bytes) -> int:
    value = splice.attribute(tag, "priority") or ""
    return int(value) if value.isdigit() else 0


def _areas(host: Host, order: MarkRows, rules: Sequence[_Rule]) -> tuple[Area, ...]:
    """Return the ranges to colour: what is coloured now, widened where the table has outgrown it.

    One range, unless another table stands between a table and our columns.
    """
    top = order.header_row + 1
    ours = [column.column for column in host.ours.of(order.sheet, order.number).values()]
    present = [
        area
        for rule in rules
        for area in rule.ranges
        if area.top == top and area.left <= max(ours, default=0) <= area.right
    ]
    right = max(ours + [area.right for area in present])
    bottom = max((area.bottom for area in present), default=0)
    last = max(order.last_row, order.header_row)
    if bottom < last + _ROOM:
        bottom = max(bottom, min(last + _BEYOND, _LAST_ROW))
    if order.before is not None:
        bottom = min(bottom, order.before - 1)
    if order.last_column is not None and order.last_column + 1 < min(ours, default=0):
        return (
            Area(top, order.first_column, bottom, order.last_column),
            Area(top, min(ours), bottom, max(ours)),
        )
    return (Area(top, order.first_column, bottom, right),)


def _formulas(host: Host, order: MarkRows) -> list[tuple[str, str]]:
    """Return formula and style of each rule, as seen from the first row below the header."""
    columns = host.ours.of(order.sheet, order.number)
    if order.column not in columns:
        raise uneditable(
            f"工作表“{order.sheet}”缺少系统列", f"Sheet '{order.sheet}' lacks our column", order.sheet
        )
    cell = f"${marks.column_letters(columns[order.column].column)}{order.header_row + 1}"
    return [(marks.cf_formula(cell, text, style), style) for text, style in order.styles]


def _stands(
    host: Host,
    order: MarkRows,
    ranges: tuple[Area, ...],
    wanted: Sequence[tuple[str, str]],
    rules: Sequence[_Rule],
) -> bool:
    """Return True if one block over `ranges` says what is wanted, in that order."""
    mine = [rule for rule in rules if rule.ranges == ranges]
    if [rule.formula for rule in mine] != [formula for formula, _ in wanted]:
        return False
    looks = [host.styles.canonical(dxf_xml(style, order.looks)) for _, style in wanted]
    return all(
        0 <= rule.dxf < host.styles.count("dxfs")
        and host.styles.canonical(host.styles.element("dxfs", rule.dxf)) == look
        for rule, look in zip(mine, looks, strict=True)
    )


def _remove(edit: OutlineEdit, rules: Sequence[_Rule]) -> None:
    """Take our rules out, and the blocks that hold nothing else."""
    gone = {rule.element for rule in rules}
    for block in dict.fromkeys(rule.block for rule in rules):
        inside = splice.children(edit.part.mask, block)
        whole = all(element in gone for element in inside)
        for element in (block,) if whole else [element for element in inside if element in gone]:
            edit.changes.replace(element.start, element.end, b"")
