"""The minutes of a meeting as one printed page: who met, what was agreed, who does what by when."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sheetsync import palette
from sheetsync.templates.measure import height
from sheetsync.templates.styles import DEFAULT, Styles
from sheetsync.text import Language, Text

NAME = Text("会议纪要", "Minutes")

_WIDTHS = (10.5, 12, 12, 11.5, 10.5, 11, 16.5, 11.5)
_LAST = len(_WIDTHS) - 1
_PAGE = 1100
"""Points of height that still print readably on one A4 page, when its width is fitted."""
_LABELS = {
    "subject": Text("会议主题", "Subject"),
    "id": Text("会议编号", "Meeting ID"),
    "kind": Text("会议类型", "Type"),
    "held": Text("时间", "Time"),
    "place": Text("地点", "Place"),
    "chair": Text("主持人", "Chair"),
    "recorder": Text("记录人", "Recorder"),
    "present": Text("参会人员", "Present"),
    "absent": Text("缺席人员", "Absent"),
    "agenda": Text("会议议程", "Agenda"),
    "discussion": Text("讨论与结论", "Discussion"),
    "progress": Text("各部门进展", "Progress"),
    "disputes": Text("争议点", "Disputes"),
}
_RESOLVED = Text("决议事项", "Resolutions")
_COLUMNS = (
    Text("序号", "No."),
    Text("决议内容", "Resolution"),
    Text("责任人", "Owner"),
    Text("期限", "Due"),
    Text("状态", "State"),
)
_AS_WRITTEN = Text("原文", "As written")
_OPEN = Text("未决议事项", "Unresolved")
_FOLLOW = Text("待跟进问题", "To follow up")
_NEXT = Text("下一步行动", "Next actions")
_SIGNING = Text("签字栏", "Signatures")
_SIGNERS = (Text("姓名", "Name"), Text("签字", "Signature"), Text("日期", "Date"))
_SIGNED = Text("已签", "signed")
_NONE = Text("无", "None")
_SENT = Text("纪要发出时间", "Minutes sent at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One resolution.

    Args:
        content: What is done.
        owner: Who does it.
        due: By when.
        state: How far it is, where somebody keeps that.
    """

    content: str
    owner: str
    due: str
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """One meeting as its page shows it; all in the words of those who wrote it.

    Args:
        id: Its id.
        subject: About what.
        kind: What kind of meeting.
        held: When, from and to.
        place: Where, or how people met.
        chair: Who was in the chair.
        recorder: Who kept the minutes.
        present: Who took part, as written.
        participants: The same, one by one: those who sign.
        absent: Who was missing and why.
        agenda: Its points.
        discussion: What was said and concluded.
        progress: What each department reported.
        disputes: What was disputed.
        actions: What was agreed.
        as_written: The whole text of the resolutions, where some of it could not be read.
        unresolved: What was left open.
        follow_up: What is to be followed up.
        next_actions: What comes next.
        sent: When the minutes were sent.
        signers: Who has signed.
        signed: When the last of them did.
    """

    id: str
    subject: str
    kind: str = ""
    held: str = ""
    place: str = ""
    chair: str = ""
    recorder: str = ""
    present: str = ""
    participants: tuple[str, ...] = ()
    absent: str = ""
    agenda: tuple[str, ...] = ()
    discussion: tuple[str, ...] = ()
    progress: str = ""
    disputes: str = ""
    actions: tuple[Action, ...] = ()
    as_written: str = ""
    unresolved: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    next_actions: tuple[str, ...] = ()
    sent: str = ""
    signers: tuple[str, ...] = ()
    signed: str = ""


def build(meetings: Sequence[Minutes], *, language: Language, project: str, created: datetime) -> bytes:
    """Return a workbook with one page per meeting, as bytes of an xlsx file.

    Args:
        meetings: The meetings, at least one.
        language: The language of the labels.
        project: Name of the project, may be empty.
        created: Stamped into the document's properties.
    """
    buffer = io.BytesIO()
    book = Workbook(
        buffer, {"in_memory": True, "default_format_properties": dict(DEFAULT), "strings_to_urls": False}
    )
    book.set_properties({"title": f"{project} {NAME.say(language)}".strip(), "created": created})
    styles = Styles(book)
    taken: set[str] = set()
    for meeting in meetings:
        name = _tab(meeting.id, taken)
        _Page(book.add_worksheet(name), styles, language).write(meeting, project)
    book.close()
    return buffer.getvalue()


def _tab(wanted: str, taken: set[str]) -> str:
    """Return a tab's name that is still free; two rows may have one id."""
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted} ({number})"
    taken.add(name.casefold())
    return name


class _Page:
    """Writes one page from top to bottom."""

    def __init__(self, sheet: Worksheet, styles: Styles, language: Language) -> None:
        self.sheet, self.language = sheet, language
        line = {"border": 1, "border_color": f"#{palette.MUTED}"}
        self.label = styles.get(
            bold=True, align="center", text_wrap=True, font_color=f"#{palette.ACCENT}",
            bg_color=f"#{palette.ACCENT_SOFT}", **line,
        )  # fmt: skip
        self.band = styles.get(
            bold=True, indent=1, font_color=f"#{palette.PAPER}", bg_color=f"#{palette.ACCENT}", **line
        )
        self.body = styles.get(text_wrap=True, indent=1, **line)
        self.centred = styles.get(text_wrap=True, align="center", **line)
        self.title = styles.get(bold=True, font_size=20, align="center", font_color=f"#{palette.ACCENT}")
        self.quiet = styles.get(font_size=9, align="left", font_color=f"#{palette.MUTED}")
        self.sent = styles.get(font_size=9, align="right", font_color=f"#{palette.MUTED}")
        self.row = 0
        self.points = 0.0

    def write(self, meeting: Minutes, project: str) -> None:
        for index, width in enumerate(_WIDTHS):
            self.sheet.set_column(index, index, width)
        self._heading(meeting, project)
        self._facts(meeting)
        self._texts(meeting)
        self._actions(meeting)
        self._lists(meeting)
        self._signatures(meeting)
        self._print()

    def _heading(self, meeting: Minutes, project: str) -> None:
        self._across(0, _LAST, NAME.say(self.language), self.title)
        self._next(38)
        colon = ": " if self.language == "en" else "："
        sent = f"{_SENT.say(self.language)}{colon}{meeting.sent}" if meeting.sent else ""
        self._across(0, 3, project, self.quiet)
        self._across(4, _LAST, sent, self.sent)
        self._next(18)

    def _facts(self, meeting: Minutes) -> None:
        self._labelled("subject", meeting.subject)
        for left, right in (("id", "kind"), ("held", "place"), ("chair", "recorder")):
            values = getattr(meeting, left), getattr(meeting, right)
            self._label(0, _LABELS[left])
            self._across(1, 3, values[0], self.body)
            self._label(4, _LABELS[right])
            self._across(5, _LAST, values[1], self.body)
            self._next(max(height(value, self._room(1, 3), 24) for value in values))
        self._labelled("present", meeting.present)
        self._labelled("absent", meeting.absent or _NONE.say(self.language))

    def _texts(self, meeting: Minutes) -> None:
        self._labelled("agenda", _numbered(meeting.agenda))
        self._labelled("discussion", _numbered(meeting.discussion))
        if meeting.progress:
            self._labelled("progress", meeting.progress)
        if meeting.disputes:
            self._labelled("disputes", meeting.disputes)

    def _actions(self, meeting: Minutes) -> None:
        self._band(_RESOLVED)
        spans = ((0, 0), (1, 4), (5, 5), (6, 6), (7, 7))
        for (first, last), title in zip(spans, _COLUMNS, strict=True):
            self._across(first, last, title.say(self.language), self.label)
        self._next(20)
        for number, action in enumerate(meeting.actions, start=1):
            cells = (str(number), action.content, action.owner, action.due, action.state)
            for (first, last), text in zip(spans, cells, strict=True):
                self._across(first, last, text, self.body if first == 1 else self.centred)
            self._next(
                max(height(text, self._room(*span), 22) for span, text in zip(spans, cells, strict=True))
            )
        if meeting.as_written:
            self._label(0, _AS_WRITTEN)
            self._across(1, _LAST, meeting.as_written, self.body)
            self._next(height(meeting.as_written, self._room(1, _LAST), 22))
        elif not meeting.actions:
            self._across(0, _LAST, _NONE.say(self.language), self.body)
            self._next(22)

    def _lists(self, meeting: Minutes) -> None:
        for title, items in (
            (_OPEN, meeting.unresolved),
            (_FOLLOW, meeting.follow_up),
            (_NEXT, meeting.next_actions),
        ):
            if items or title is _OPEN:
                self._band(title)
                text = _numbered(items) or _NONE.say(self.language)
                self._across(0, _LAST, text, self.body)
                self._next(height(text, self._room(0, _LAST), 22))

    def _signatures(self, meeting: Minutes) -> None:
        self._band(_SIGNING)
        spans = ((0, 0), (1, 2), (3, 3), (4, 4), (5, 6), (7, 7))
        for (first, last), title in zip(spans, _SIGNERS * 2, strict=True):
            self._across(first, last, title.say(self.language), self.label)
        self._next(20)
        people = list(dict.fromkeys((*meeting.participants, *meeting.signers))) or [""] * 4
        for pair in (people[at : at + 2] for at in range(0, len(people), 2)):
            cells: list[str] = []
            for name in (*pair, *[""] * (2 - len(pair))):
                signed = name and name in meeting.signers
                cells += [
                    name,
                    _SIGNED.say(self.language) if signed else "",
                    meeting.signed[:10] if signed else "",
                ]
            for (first, last), text in zip(spans, cells, strict=True):
                self._across(first, last, text, self.centred)
            self._next(
                max(height(text, self._room(*span), 30) for span, text in zip(spans, cells, strict=True))
            )

    def _labelled(self, name: str, text: str) -> None:
        self._label(0, _LABELS[name])
        self._across(1, _LAST, text, self.body)
        self._next(height(text, self._room(1, _LAST), 24))

    def _band(self, title: Text) -> None:
        self._across(0, _LAST, title.say(self.language), self.band)
        self._next(20)

    def _label(self, column: int, title: Text) -> None:
        self.sheet.write_string(self.row, column, title.say(self.language), self.label)

    def _across(self, first: int, last: int, text: str, look: object) -> None:
        if first == last:
            self.sheet.write_string(self.row, first, text, look)
        else:
            self.sheet.merge_range(self.row, first, self.row, last, "", look)
            # Written as a text of its own: a merged range would take one that begins with = for a formula.
            self.sheet.write_string(self.row, first, text, look)

    def _room(self, first: int, last: int) -> float:
        return sum(_WIDTHS[first : last + 1]) - 2

    def _next(self, points: float) -> None:
        self.sheet.set_row(self.row, points)
        self.points += points
        self.row += 1

    def _print(self) -> None:
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.center_horizontally()
        sheet.print_area(0, 0, self.row - 1, _LAST)
        sheet.fit_to_pages(1, 1 if self.points <= _PAGE else 0)
        sheet.set_footer("&L&8&A&C&8&P / &N&R&8&D")


def _numbered(items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
