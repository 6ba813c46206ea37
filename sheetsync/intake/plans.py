"""Plans inside one cell: milestones (10月8日启动，10月15日交付) and resolutions (who, by when, what)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from sheetsync.intake.actors import who
from sheetsync.intake.cell import Cell, Doubt, Take, failed
from sheetsync.intake.clauses import Clause, clauses
from sheetsync.intake.dates import NO_ANCHOR, doubt_of, read_moment, show
from sheetsync.intake.days import Anchor, NoMomentError, Note, undated
from sheetsync.intake.lists import numbered, sentences
from sheetsync.intake.moments import Span, bare, inside, prepare
from sheetsync.intake.normalise import is_open_end, trim
from sheetsync.intake.nothing import nothing
from sheetsync.model.table import RawValue
from sheetsync.model.value import Milestone, Moment, Resolution
from sheetsync.text import Text, join

_LONGEST = 4000
"""A longer plan is prose; nothing in it is meant as a node."""
_LABEL_ENDS = " :：,;、。.-~/"
_EMPTY_BRACKETS = re.compile(r"\(\)|\[\]")
_ARROW = re.compile(r"\s*(?:[-=—]*>|[→⇒➔➜])\s*")
_ON = re.compile(r"(?:于|在|[定拟]于|预计|计划)+$")
_LEAD_TIME = re.compile(r"提前\d+(?:个?工作日|天|日|周|个月)")
"""What a delivery ahead of an event is known by (spec T51); the label must keep it."""
_LONG = 31
"""Days; a longer stretch, such as Q4, is more often part of a name than a node of its own."""
_VAGUE = re.compile(r"尽快|尽早|asap|近期|越快越好|待定|随时", re.IGNORECASE)
_STARTS = re.compile(r"启动|开始|开工|start|kick", re.IGNORECASE)
_DELIVERS = re.compile(r"交付|交货|完成|截止|提交|上线|发布|deliver|due|finish", re.IGNORECASE)
_ACTOR = re.compile(
    r"^(?:请|由|责任人|负责人|[:：])+|(?:负责|须|应|需|于|在|最迟|务必|预计|计划|[,:：、 ])+$"
)
_ACTION = re.compile(r"^(?:前|之前|完成时限|[,:：、 ])+")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_OPEN, _CLOSE = "([", ")]"
_NAMED = re.compile(r"(?:(?<![理自事缘])由|(?<![申邀聘])请)([^由请,;。]{1,15})$")
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
    number = 0
    relative = False
    for item in sentences(text[:_LONGEST]):
        actor = ""
        try:
            pieces = list(_pieces(prepare(item), anchor))
        except NoMomentError as error:
            number += 1
            relative = relative or error.cell.relative
            message = error.cell.doubt.message if error.cell.doubt else Text("", "")
            wrong.append(Text(f"第 {number} 条：{message.zh}", f"item {number}: {message.en}"))
            continue
        for piece, spans in pieces:
            number += 1
            relative = relative or any(span.relative for span in spans)
            read = _resolution(number, piece, spans, actor)
            if isinstance(read, Text):
                wrong.append(read)
                continue
            resolution, more = read
            actor = resolution.actor
            found.append(resolution)
            notes.extend(more)
    if wrong:
        doubt: Doubt | None = Doubt("error", join(wrong), _ADVICE)
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
    if len(nodes) == 1 and _only_starts(chosen.label) != (take == "start"):
        return None
    return chosen.moment


def _only_starts(label: str) -> bool:
    return bool(_STARTS.search(label)) and not _DELIVERS.search(label)


def _milestones(raw: str, anchor: Anchor) -> Cell:
    raw = _ARROW.sub("；", raw[:_LONGEST])
    if vague := _VAGUE.search(prepare(raw)):
        return failed(f"“{vague[0]}”不是日期", f"'{vague[0]}' is not a date", _NODE_ADVICE)
    notes: list[Note] = []
    nodes: list[tuple[Span, str]] = []
    for number, item in enumerate(numbered(raw), start=1):
        near = Anchor(near=nodes[-1][0].last.at.date()) if nodes and anchor.day is None else anchor
        found = _nodes(item, near)
        nodes.extend(found)
        if not found:
            short = _short(item)
            missing = Text(f"第 {number} 项没有日期：{short}", f"item {number} has no date: {short}")
            notes.append(("warning", missing))
    if not nodes:  # no list, or one that begins with a month: 1.5启动 2.8交付
        notes, nodes = [], _nodes(raw, anchor)
    if not nodes:
        # Bare numbers are dates only with a year to count from: worth another look once there is one.
        none = undated(prepare(raw)) or failed("没有找到日期", "there is no date in it", _NODE_ADVICE)
        return replace(none, relative=any(letter.isdigit() for letter in raw))
    return _planned(nodes, notes)


def _planned(nodes: list[tuple[Span, str]], notes: list[Note]) -> Cell:
    """Return the plan of these nodes; a range is two nodes of one label."""
    found: list[Milestone] = []
    for span, label in nodes:
        if span.ranged:
            found.append(Milestone(moment=span.first, label=label))
            notes.extend(span.notes)
            found.append(Milestone(moment=span.last, label=label))
        else:
            moment, more = span.taken("end")
            found.append(Milestone(moment=moment, label=label))
            notes.extend(more)
    relative = any(span.relative for span, _ in nodes)
    said = "；".join(f"{show(node.moment)} {node.label}".strip() for node in found)
    return Cell(tuple(found), doubt_of(notes), relative=relative, read_as=said)


def _nodes(raw: str, anchor: Anchor) -> list[tuple[Span, str]]:
    """Return the dates of a plan, each with what it stands for.

    Raises:
        NoMomentError: A date in it cannot be one, or words stand where one should.
    """
    text = prepare(raw.replace("\n", ";"))
    spans = _meant(text, max(inside(text, anchor), bare(text, anchor), key=len))
    nodes: list[tuple[Span, str]] = []
    before = ""
    labels_first = False
    for clause in clauses(text, spans) if spans else ():
        words = _tidy(text[clause.start : clause.end])
        if clause.spans:
            labels = _labels(text, clause)
            if before and not labels[0]:  # 启动，10月8日，交付，10月15日
                labels[0], labels_first = before, labels_first or not nodes
            elif _LEAD_TIME.search(before):  # 物料提前10天到位，10月18日发布会
                labels[0] = f"{before},{labels[0]}"
            nodes.extend(zip(clause.spans, labels, strict=True))
            before = ""
            continue
        if reason := undated(words, alone=False):
            raise NoMomentError(reason)
        if not nodes or labels_first:
            before = words
        elif clause.soft or not nodes[-1][1] or _LEAD_TIME.search(words):
            span, label = nodes[-1]
            nodes[-1] = span, f"{label},{words}" if label else words
    return nodes


def _meant(text: str, spans: list[Span]) -> list[Span]:
    """Return the dates without those that only name a stretch of time beside others.

    Neither Q4 in `Q4新品10月8日启动` nor 10月 in `10月8日发布10月月报` is a node.
    """
    exact = [span for span in spans if span.by or (span.last.at - span.first.at).days <= _LONG or span.ranged]
    kept: list[Span] = []
    for clause in clauses(text, exact or spans):
        clear = [span for span in clause.spans if span.by or not span.vague]
        kept.extend(clear or clause.spans)
    return kept


def _labels(text: str, clause: Clause) -> list[str]:
    """Return what each date of a clause stands for: the words around it, before it or after it."""
    words = clause.around(text)
    first, last = _ON.sub("", _tidy(words[0])), _tidy(words[-1])
    if len(clause.spans) > 1 and first and not last:  # 启动10月8日交付10月15日
        return [first, *(_tidy(gap) for gap in words[1:-1])]
    labels = [_tidy(gap) for gap in words[1:]]
    labels[0] = first + labels[0]  # 项目10月8日启动; 启动：10月8日
    return labels


def _tidy(label: str) -> str:
    """Return a label without separators at its ends and without brackets that a date has left empty."""
    label = _EMPTY_BRACKETS.sub("", label).strip(_LABEL_ENDS)
    if label[:1] in _OPEN and label[-1:] in _CLOSE and len(label) > 1:
        label = label[1:-1]
    if label.count("(") < label.count(")"):
        label = label.lstrip(")]")
    elif label.count("(") > label.count(")"):
        label = label.rstrip("([")
    return label.strip(_LABEL_ENDS)


def _pieces(text: str, anchor: Anchor) -> Iterator[tuple[str, list[Span]]]:
    """Yield the resolutions of one item, each with its dates: every further limit begins another.

    Raises:
        NoMomentError: A date in it cannot be one.
    """
    spans = inside(text, anchor)
    limited = [clause for clause in clauses(text, spans) if any(span.by for span in clause.spans)]
    cuts = [0, *(clause.start for clause in limited[1:]), len(text)]
    for begin, end in pairwise(cuts):
        here = [span for span in spans if begin <= span.start < end]
        yield (
            text[begin:end],
            [replace(span, start=span.start - begin, end=span.end - begin) for span in here],
        )


def _resolution(
    number: int, text: str, spans: Sequence[Span], inherited: str
) -> tuple[Resolution, tuple[Note, ...]] | Text:
    """Return one resolution with its assumptions, or what it lacks.

    Args:
        number: Its number, from 1.
        text: Prepared text.
        spans: The dates in it.
        inherited: Who acts where it names nobody: the person of the sentence before it; empty for nobody.
    """
    short = _short(text)
    if not spans:
        return Text(f"第 {number} 条没有完成时限：{short}", f"item {number} has no date: {short}")
    limits = [span for span in spans if span.by] or [span for span in spans if not span.vague] or spans
    span = limits[0]
    before, after = text[: span.start], text[span.end :]
    brackets = _IN_BRACKETS.search(text)
    if brackets and brackets.start() < span.start:  # 提交卖点(经理,10月9日)
        action = text[: brackets.start()]
        actor = re.split(r"[,;、]", brackets[1])[0] if before[brackets.start() + 1 :] else ""
    elif named := _NAMED.search(before):  # 物料由李娜10月9日前提交
        actor, action = named[1], before[: named.start()] + _ACTION.sub("", after)
    elif not after.strip(_LABEL_ENDS) and "," in before:  # 提交卖点，李娜10月9日前
        action, _, actor = before.rpartition(",")
    else:
        actor, action = before, after
    if not _ACTOR.sub("", actor).strip(" ()") or not _ACTION.sub("", action).strip(_LABEL_ENDS):
        words = (before + after) if not brackets else action  # 李娜-提交卖点-10月9日; 10月9日前李娜提交卖点
        actor, action = next((found for found in (who(words),) if all(found)), (actor, action))
    actor = _ACTOR.sub("", actor).strip(" ()").rpartition(":")[2] or inherited
    action = _ACTION.sub("", action).strip(" ,;、。")
    if not actor or len(actor) > 15 or _BEFORE_DATE.search(actor):
        return Text(f"第 {number} 条没有负责人：{short}", f"item {number} names nobody: {short}")
    if not action:
        return Text(f"第 {number} 条没有写做什么：{short}", f"item {number} does not say what: {short}")
    moment, notes = span.taken("end")
    return Resolution(number=number, actor=actor, due=moment, action=action), notes


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
