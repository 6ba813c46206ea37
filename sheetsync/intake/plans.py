"""Plans inside one cell: milestones (10月8日启动，10月15日交付) and resolutions (who, by when, what)."""

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from sheetsync.intake.cell import Cell, Doubt, Take, failed
from sheetsync.intake.dates import NO_ANCHOR, doubt_of, read_moment, show
from sheetsync.intake.days import Anchor, NoMomentError, Note
from sheetsync.intake.lists import items
from sheetsync.intake.moments import Span, inside, prepare, span_at
from sheetsync.intake.normalise import is_open_end, trim
from sheetsync.intake.nothing import nothing
from sheetsync.model.table import RawValue
from sheetsync.model.value import Milestone, Moment, Resolution
from sheetsync.text import Text

_LONGEST = 4000
"""A longer plan is prose; nothing in it is meant as a node."""
_SEGMENTS = re.compile(r"[,;、。\n]+")
_LABEL_ENDS = " :：,;、。.-~()（）[]"
_VAGUE = re.compile(r"尽快|尽早|asap|近期|越快越好|待定|随时", re.IGNORECASE)
_STARTS = re.compile(r"启动|开始|开工|start|kick", re.IGNORECASE)
_NEXT_NODE = re.compile(r"\n|(?<=[^\W\d_年月日号])\s+(?=\d)")
"""Where a new node begins: a line, or a blank between a label and a number."""
_PARTS = re.compile(r"[,;、。 ]+")
_DELIVERS = re.compile(r"交付|交货|完成|截止|提交|上线|发布|deliver|due|finish", re.IGNORECASE)
_ACTOR = re.compile(
    r"^(?:请|由|责任人|负责人|[:：])+|(?:负责|须|应|需|于|在|最迟|务必|预计|计划|[,:：、 ])+$"
)
_ACTION = re.compile(r"^(?:前|之前|完成时限|[,:：、 ])+")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_BEFORE_DATE = re.compile(r"[,;。]")


def read_milestones(raw: RawValue, anchor: Anchor = NO_ANCHOR) -> Cell:
    """Read a cell of dated nodes; a tuple of `Milestone` in the order written."""
    if not isinstance(raw, str):
        return _single(read_moment(raw, anchor))
    if (unsaid := nothing(raw)) is not None:
        return unsaid
    if is_open_end(raw):
        return Cell(doubt=Doubt("warning", Text("未定日期", "no date set yet")))
    try:
        return _milestones(raw, anchor)
    except NoMomentError as error:
        return error.cell


def read_resolutions(raw: RawValue, anchor: Anchor = NO_ANCHOR) -> Cell:
    """Read a cell of resolutions; a tuple of `Resolution`, without those that name no person or date."""
    text = raw if isinstance(raw, str) else str(raw)
    if (unsaid := nothing(text)) is not None:
        return Cell(()) if unsaid.empty and trim(text) else unsaid
    found: list[Resolution] = []
    wrong: list[Text] = []
    notes: list[Note] = []
    relative = False
    for number, item in enumerate(items(text[:_LONGEST]), start=1):
        try:
            read = _resolution(number, prepare(item), anchor)
        except NoMomentError as error:
            relative = relative or error.cell.relative
            message = error.cell.doubt.message if error.cell.doubt else Text("", "")
            wrong.append(Text(f"第 {number} 条：{message.zh}", f"item {number}: {message.en}"))
            continue
        if isinstance(read, Text):
            wrong.append(read)
            continue
        resolution, more, counted = read
        found.append(resolution)
        notes.extend(more)
        relative = relative or counted
    if wrong:
        message = Text("；".join(text.zh for text in wrong), "; ".join(text.en for text in wrong))
        doubt: Doubt | None = Doubt("error", message, _ADVICE)
    else:
        doubt = doubt_of(notes)
    return Cell(tuple(found), doubt, broken=bool(wrong), relative=relative, read_as=_said(found))


def bounds(milestones: object, take: Take) -> Moment | None:
    """Return the start or the end of a plan, None where it names none."""
    if not isinstance(milestones, tuple) or not milestones:
        return None
    nodes: tuple[Milestone, ...] = milestones
    if take == "start":
        chosen = min([node for node in nodes if _STARTS.search(node.label)] or nodes, key=_at)
    else:
        # What comes after the delivery, such as a retrospective, is not what the task is due for.
        chosen = max([node for node in nodes if _DELIVERS.search(node.label)] or nodes, key=_at)
    if len(nodes) == 1 and bool(_STARTS.search(chosen.label)) != (take == "start"):
        return None
    return chosen.moment


def _milestones(raw: str, anchor: Anchor) -> Cell:
    text = prepare(_NEXT_NODE.sub(";", raw[:_LONGEST]))
    if vague := _VAGUE.search(text):
        return failed(f"“{vague[0]}”不是日期", f"'{vague[0]}' is not a date", _NODE_ADVICE)
    spans = max(inside(text, anchor), _parted(text, anchor), key=len)
    if not spans:
        # Bare numbers are dates only with a year to count from: worth another look once there is one.
        none = failed("没有找到日期", "there is no date in it", _NODE_ADVICE)
        return replace(none, relative=any(letter.isdigit() for letter in text))
    found: list[Milestone] = []
    notes: list[Note] = []
    for span, label in zip(spans, _labels(text, spans), strict=True):
        if span.ranged:
            found.append(Milestone(moment=span.first, label=label))
            notes.extend(span.notes)
            found.append(Milestone(moment=span.last, label=label))
        else:
            moment, more = span.taken("end")
            found.append(Milestone(moment=moment, label=label))
            notes.extend(more)
    relative = any(span.relative for span in spans)
    said = "；".join(f"{show(node.moment)} {node.label}".strip() for node in found)
    return Cell(tuple(found), doubt_of(notes), relative=relative, read_as=said)


def _parted(text: str, anchor: Anchor) -> list[Span]:
    """Return the moments of a plan in bare numbers, `10.8启动，10.15交付`: every node must begin with one.

    A single one may as well be a version (2.1版上线), so there must be two.
    """
    starts = [0, *(part.end() for part in _PARTS.finditer(text))]
    found: list[Span] = []
    for start in starts:
        if start >= len(text) or (found and start < found[-1].end):
            continue
        try:
            span = span_at(text, start, anchor)
        except NoMomentError:
            return []
        if span is None:
            return []
        found.append(span)
    return found if len(found) > 1 or any(span.ranged for span in found) else []


def _labels(text: str, spans: list[Span]) -> list[str]:
    """Return what each date stands for: the words after it, or before it where labels come first."""
    gaps = [text[a.end : b.start] for a, b in pairwise(spans)]
    before = text[: spans[0].start].strip(_LABEL_ENDS)
    if before:  # 启动：10月8日；交付：10月15日
        return [before, *(_SEGMENTS.split(gap.strip(_LABEL_ENDS))[-1].strip(_LABEL_ENDS) for gap in gaps)]
    return [gap.strip(_LABEL_ENDS) for gap in [*gaps, text[spans[-1].end :]]]


def _resolution(number: int, text: str, anchor: Anchor) -> tuple[Resolution, list[Note], bool] | Text:
    """Return one resolution with its assumptions, or what it lacks."""
    spans = inside(text, anchor)
    if not spans:
        return Text(
            f"第 {number} 条没有完成时限：{_short(text)}", f"item {number} has no date: {_short(text)}"
        )
    span = spans[0]
    before, after = text[: span.start], text[span.end :]
    brackets = _IN_BRACKETS.search(text)
    if brackets and brackets.start() < span.start:  # 提交卖点(经理,10月9日)
        action = text[: brackets.start()]
        actor = re.split(r"[,;、]", brackets[1])[0] if before[brackets.start() + 1 :] else ""
    else:
        actor, action = before, after
    actor, action = _ACTOR.sub("", actor).strip(" ()"), _ACTION.sub("", action).strip()
    if not actor or len(actor) > 15 or _BEFORE_DATE.search(actor):
        return Text(
            f"第 {number} 条没有负责人：{_short(text)}", f"item {number} names nobody: {_short(text)}"
        )
    moment, notes = span.taken("end")
    return Resolution(number=number, actor=actor, due=moment, action=action), list(notes), span.relative


def _single(cell: Cell) -> Cell:
    """Return a plan of one unnamed node."""
    if not isinstance(cell.value, datetime):
        return cell
    moment = Moment(at=cell.value, whole_day=cell.whole_day)
    return Cell((Milestone(moment=moment, label=""),), cell.doubt, read_as=show(moment))


def _said(found: list[Resolution]) -> str:
    return "；".join(f"{node.actor} {show(node.due)} {node.action}".strip() for node in found)


def _at(node: Milestone) -> datetime:
    return node.moment.at


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"


_NODE_ADVICE = Text(
    "请写成 2023-10-08启动，2023-10-15交付", "write it like 2023-10-08 start, 2023-10-15 delivery"
)
_ADVICE = Text(
    "每条写清谁、何时前、做什么，如“1.李娜10月9日前提交海报卖点”", "each item says who, by when, what"
)
