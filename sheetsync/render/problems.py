"""The tab 数据问题: every cell that was not read or was read with a doubt, sorted by who can mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import ceil
from typing import Self
from unicodedata import east_asian_width

from sheetsync import palette
from sheetsync.marks import column_letters
from sheetsync.model.edit import Parts, ReplaceSheet
from sheetsync.model.finding import Finding, Problem
from sheetsync.model.table import Table
from sheetsync.render.canvas import Canvas, link_to
from sheetsync.render.fingerprint import fingerprint
from sheetsync.render.listings import problems_listing
from sheetsync.render.look import Look
from sheetsync.text import Language, Text

ROLE = "problems"
TITLE = Text("数据问题", "Data problems")
LAYOUT = 2
TALLEST = 400
"""Points; Excel takes rows of at most 409.5."""
LINKED = 65_000
"""Rows that carry a link; Excel takes 65,530 links on a sheet."""

_KINDS = {
    "error": (Text("看不懂", "not read"), "late"),
    "warning": (Text("存疑", "in doubt"), "soon"),
    "info": (Text("说明", "note"), "done"),
}
_COLUMNS: tuple[tuple[Text, float], ...] = (
    (Text("负责人", "Owner"), 14),
    (Text("工作表", "Sheet"), 24),
    (Text("位置", "Cell"), 9),
    (Text("列", "Column"), 16),
    (Text("填写内容", "Typed"), 26),
    (Text("类型", "Kind"), 9),
    (Text("读作", "Read as"), 20),
    (Text("问题", "Problem"), 44),
    (Text("建议", "Suggestion"), 40),
)
_HEADER_ROW = 2
_WIDE = frozenset("WFA")


def problems_tab(problems: Sequence[Problem], language: Language) -> ReplaceSheet:
    """Draw the list of data problems.

    Args:
        problems: Of the whole workbook; of assumptions (kind `info`) those about whole sheets are listed,
            those about single cells are counted.
        language: The language to write in.
    """
    assumed = sum(_is_assumed(problem) for problem in problems)
    listed = sorted((problem for problem in problems if not _is_assumed(problem)), key=_order)
    return ReplaceSheet(
        role=ROLE,
        title=TITLE.say(language),
        draw=partial(_draw, listed, assumed, language),
        fingerprint=fingerprint(LAYOUT, language, listed, assumed),
        listing=problems_listing(listed, {kind: title for kind, (title, _) in _KINDS.items()}, language),
    )


def unmarked(findings: Sequence[Finding], tables: Sequence[Table]) -> tuple[Problem, ...]:
    """Return findings on sheets that bear no marks of ours as lines of the list, where people will see them.

    Args:
        findings: Of the whole workbook; those of level info are left out, as they are beside marks.
        tables: The tables without marks.
    """
    bare = {table.id: table for table in tables}
    return tuple(
        _as_problem(finding, bare[finding.table])
        for finding in findings
        if finding.table in bare and finding.level != "info"
    )


def _as_problem(finding: Finding, table: Table) -> Problem:
    place = table.places.get(finding.field)
    return Problem(
        sheet=finding.sheet,
        row=finding.row,
        cell=f"{column_letters(place.number)}{finding.row}" if place else None,
        column=finding.column,
        raw="" if finding.value is None else finding.value,
        kind="warning",  # the cell was read; it is what it says that cannot be
        message=Text(f"[{finding.rule}] {finding.message.zh}", f"[{finding.rule}] {finding.message.en}"),
        suggestion=finding.step,
        owner=finding.owner,
        table=finding.table,
    )


def _is_assumed(problem: Problem) -> bool:
    return problem.kind == "info" and problem.row is not None


def _order(problem: Problem) -> tuple[bool, str, str, str, int, str]:
    """Order by owner (cells of nobody last), then the unread before the doubtful, then by place."""
    owner, cell = problem.owner, problem.cell or ""
    return (owner is None, owner or "", problem.kind, problem.sheet, problem.row or 0, cell)


def _draw(listed: Sequence[Problem], assumed: int, language: Language) -> Parts:
    canvas = Canvas(TITLE.say(language), tab=palette.SOLID["faulty"])
    sheet = canvas.sheet
    for index, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(index, index, width)
    sheet.set_row(0, 30)
    sheet.write_string(
        0, 0, TITLE.say(language), canvas.style(bold=True, font_size=16, font_color=f"#{palette.ACCENT}")
    )
    doubtful = sum(problem.kind != "info" for problem in listed)
    said = Text(
        f"看不懂或存疑 {doubtful} 处（另有 {assumed} 处按惯例读取，无需处理）。"
        "改正后下次运行自动消失。本页由 SheetSync 自动生成，请勿在此填写。",
        f"{doubtful} not read or in doubt ({assumed} more were read with an assumption). "
        "Mend them and they are gone with the next run. Written by SheetSync; please do not type here.",
    )
    sheet.write_string(1, 0, said.say(language), canvas.style(font_color=f"#{palette.MUTED}", font_size=9))
    header = canvas.style(
        bold=True, align="center", bg_color=f"#{palette.ACCENT}", font_color=f"#{palette.PAPER}", border=1,
        border_color=f"#{palette.LINE}",
    )  # fmt: skip
    sheet.set_row(_HEADER_ROW, 24)
    for index, (title, _) in enumerate(_COLUMNS):
        sheet.write_string(_HEADER_ROW, index, title.say(language), header)
    looks = _Looks.of(canvas)
    for row, problem in enumerate(listed, start=_HEADER_ROW + 1):
        _row(canvas, looks, row, problem, language)
    last = _HEADER_ROW + max(1, len(listed))
    sheet.autofilter(_HEADER_ROW, 0, last, len(_COLUMNS) - 1)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    return canvas.done()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """How the cells of a line look.

    Args:
        plain: Most of them.
        linked: The place.
        chips: The kind, by kind.
    """

    plain: Look
    linked: Look
    chips: Mapping[str, Look]

    @classmethod
    def of(cls, canvas: Canvas) -> Self:
        line = {"border": 1, "border_color": f"#{palette.LINE}"}
        chips = {}
        for kind, (_, style) in _KINDS.items():
            look = palette.STYLES[style]
            chips[kind] = canvas.style(
                **line, align="center", bg_color=f"#{look.fill}", font_color=f"#{look.font}"
            )
        return cls(
            plain=canvas.style(**line, text_wrap=True),
            linked=canvas.style(**line, align="center", font_color=f"#{palette.ACCENT}", underline=1),
            chips=chips,
        )


def _row(canvas: Canvas, looks: _Looks, row: int, problem: Problem, language: Language) -> None:
    kind, _ = _KINDS[problem.kind]
    place = problem.cell or (f"A{problem.row}" if problem.row else "A1")
    texts = (
        problem.owner or "",
        problem.sheet,
        place,
        problem.column or "",
        _shown(problem.raw),
        kind.say(language),
        problem.read_as or "",
        problem.message.say(language),
        problem.suggestion.say(language) if problem.suggestion else "",
    )
    lines = max(ceil(_units(text) / (width - 1)) for text, (_, width) in zip(texts, _COLUMNS, strict=True))
    canvas.sheet.set_row(row, min(TALLEST, 6 + 14 * max(1, lines)))
    for column, text in enumerate(texts):
        drawn = looks.linked if column == 2 else looks.chips[problem.kind] if column == 5 else looks.plain
        link = link_to(problem.sheet, place) if column == 2 and row < LINKED else None
        canvas.cells(row, column, 1, text, drawn, link=link)


@lru_cache(maxsize=1000)
def _units(text: str) -> int:
    """Return the width of a text in characters of the default font; a Chinese one takes two."""
    # Sheets, columns and suggestions come again line by line.
    return len(text) + sum(map(_WIDE.__contains__, map(east_asian_width, text)))


def _shown(raw: object) -> str:
    """Return a cell as a person would recognise it, at most 200 characters."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    text = str(raw)
    return text if len(text) <= 200 else text[:199] + "…"
