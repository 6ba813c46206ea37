"""The lists behind the weekly summary: a row a record, to filter and to trace every number to its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sheetsync import palette
from sheetsync.model.department import RANKED_FROM, DepartmentLine
from sheetsync.model.finding import Problem, Status
from sheetsync.model.summary import Dated, Trends, Why
from sheetsync.model.weekly import ListedRecord, Overrun, Reported
from sheetsync.render.figures import NOT_REPORTED
from sheetsync.render.pages import Column, Link, Page, Tone, Toned, Value, measured
from sheetsync.render.weeklycharts import LATE, Bars, bars
from sheetsync.render.words import duration
from sheetsync.text import Language, Text

OVERVIEW = Text("概览", "Overview")
RISKS = Text("延期与风险", "Late and at risk")
DEPARTMENTS = Text("部门", "Departments")
LIMITS = Text("SLA明细", "SLA details")
DECISIONS = Text("决议与待决", "Decisions")
AHEAD = Text("下两周", "Next two weeks")
PROBLEMS = Text("数据问题", "Data problems")
SNAPSHOT = Text("原始快照", "Raw snapshot")

TITLE_ROW, NOTE_ROW, BACK_ROW, HEADER_ROW = range(4)
FIRST = HEADER_ROW + 2
"""Row number, as a person sees it, of the first record of each list."""

NOT_RANKED = Text(f"少于 {RANKED_FROM} 项，不按比率排名", f"fewer than {RANKED_FROM}, not ranked by rate")
_KINDS: dict[str, tuple[Text, Tone]] = {
    "error": (Text("看不懂", "not read"), "late"),
    "warning": (Text("存疑", "in doubt"), "soon"),
    "info": (Text("说明", "note"), "done"),
}
_AGENDA = (
    (Text("未来两周", "next two weeks"), "coming"),
    (Text("本周完成", "done this week"), "done"),
    (Text("本周生效的变更", "change in force this week"), "in_force"),
)
_BOOK = Column(Text("工作簿", "Workbook"), 22)
_KEY = Column(Text("编号", "ID"), 18)
_WHAT = Column(Text("事项", "What"), 30)
_OWNER = Column(Text("负责人", "Owner"), 14)
_DEPARTMENT = Column(Text("部门", "Department"), 14)
_STATUS = Column(Text("预警状态", "Status"), 11, centred=True)
_SHEET = Column(Text("工作表", "Sheet"), 20)
_ROW = Column(Text("行号", "Row"), 7)


@dataclass(frozen=True)
class Places:
    """Where the rows of the report stand on its lists.

    Args:
        reported: The workbooks of the report.
        language: The language of the tabs' names.
    """

    reported: Sequence[Reported]
    language: Language
    _risks: dict[tuple[int, str, int], int] = field(init=False, default_factory=dict)
    _records: dict[tuple[int, str, int], int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for at, (number, record) in enumerate(risky(self.reported), start=FIRST):
            self._risks.setdefault((number, record.sheet, record.row), at)
        for at, (number, record) in enumerate(_all_records(self.reported), start=FIRST):
            self._records.setdefault((number, record.sheet, record.row), at)

    def worst(self, number: int, sheet: str, row: int, text: str) -> Link | str:
        """Return a link to the row of a record on the list of what is late, else on that of all records."""
        at = self._risks.get((number, sheet, row))
        if at is None:
            return self.record(number, sheet, row, text)
        return Link(text, RISKS.say(self.language), f"A{at}")

    def record(self, number: int, sheet: str, row: int, text: str) -> Link | str:
        """Return a link to the row of a record on the list of all records; the text where it has none."""
        at = self._records.get((number, sheet, row))
        return text if at is None else Link(text, SNAPSHOT.say(self.language), f"A{at}")

    def decision(self, number: int, at: int, text: str) -> Link:
        """Return a link to one of the decisions wanted of a workbook."""
        before = sum(len(_decisions(one)) for one in self.reported[:number])
        return Link(text, DECISIONS.say(self.language), f"A{FIRST + before + at}")


def risky(reported: Sequence[Reported]) -> Iterator[tuple[int, ListedRecord]]:
    """Yield what is late, the longest first, then what is at risk, each with the number of its workbook."""
    for status in (Status.LATE, Status.RISK):
        found = [pair for pair in _all_records(reported) if pair[1].state.status is status]
        yield from sorted(found, key=lambda pair: -(pair[1].days_late or 0))


def risks_tab(page: Page, reported: Sequence[Reported], places: Places) -> None:
    """List what is late or at risk."""
    columns = [
        _KEY, _WHAT, _OWNER, _DEPARTMENT, _STATUS, Column(Text("规则", "Rules"), 12, centred=True),
        Column(Text("应完成", "Due"), 17), Column(Text("已过天数", "Days late"), 9),
        Column(Text("问题", "What is not met"), 44), Column(Text("下一步", "Next step"), 36),
        Column(Text("原因、措施、新日期", "Cause, measure, new date"), 36), _SHEET, _ROW,
    ]  # fmt: skip
    rows = [
        (
            number,
            (
                places.record(number, one.sheet, one.row, one.key or f"{one.sheet} {one.row}"),
                one.state.name,
                one.state.owner,
                one.state.department,
                one.state.status,
                "、".join(one.state.rules),
                one.due,
                one.days_late,
                one.message,
                one.step,
                _explained(one.why, page.pages.language),
                one.sheet,
                one.row,
            ),
        )
        for number, one in risky(reported)
    ]
    note = Text(
        f"延期和风险共 {len(rows)} 项，延期最久的在前。点编号看该记录的全部数据。",
        f"{len(rows)} records are late or at risk, the longest late first. An ID leads to all of the record.",
    )
    _list(page, RISKS, note, columns, rows, reported, Text("没有延期或有风险的事项。", "Nothing is late."))


def departments_tab(page: Page, reported: Sequence[Reported]) -> None:
    """Compare the departments, with a chart of what is late for each workbook."""
    columns = [
        Column(Text("部门", "Department"), 20), Column(Text("事项", "Records"), 9),
        Column(Text("已完成", "Done"), 9), Column(Text("延期", "Late"), 9),
        Column(Text("本周应完成", "Due this week"), 12), Column(Text("按时完成", "In time"), 11),
        Column(Text("按时率", "On time"), 13), Column(Text("按时率名次", "Rank by rate"), 24, centred=True),
        Column(Text("超时限", "Limits missed"), 10), Column(Text("SLA达成率", "SLA attained"), 13),
        Column(Text("未报", "Not reported"), 10),
    ]  # fmt: skip
    rows: list[tuple[int, Sequence[Value]]] = []
    for number, trends in _trends(reported):
        ranks = ranking(trends.departments)
        rows += [
            (number, (*department_cells(line, page.pages.language, ranks),)) for line in trends.departments
        ]
    note = Text(
        f"延期多的在前。按时率＝本周到期事项中按时完成的比例；SLA达成率＝已到期时限中守住的比例；"
        f"事项少于 {RANKED_FROM} 项的部门不按比率排名。",
        "Most late first. On time is the share of what was due this week that was done in time, SLA attained "
        f"that of the limits which ended; departments with fewer than {RANKED_FROM} records are not ranked.",
    )
    nothing = Text("表里没有部门。", "No departments are named.")
    below = _list(page, DEPARTMENTS, note, columns, rows, reported, nothing)
    _late(page, reported, below + 1)


def _late(page: Page, reported: Sequence[Reported], row: int) -> None:
    """Draw what is late by department, a chart a workbook, below the table."""
    several = len(reported) > 1
    first = HEADER_ROW + 1
    for number, trends in _trends(reported):
        last = first + len(trends.departments) - 1
        if last < first:
            continue
        names = 1 if several else 0
        given = Bars(first=first, last=last, names=names, values=names + 3, colour=palette.SOLID["late"])
        name = reported[number].name
        title = Text(f"{LATE.zh}　{name}", f"{LATE.en}: {name}") if several else LATE
        rows = max(8, 4 + last - first + 1)
        bars(page, row, 0, 16, given, rows=rows, title=title)
        row += rows + 1
        first = last + 1


def department_cells(line: DepartmentLine, language: Language, ranks: dict[str, int]) -> Iterator[Value]:
    """Yield the cells of a department, in the order of the columns of its tab."""
    yield line.name
    yield from (line.total, line.finished)
    yield Toned(line.late, "late") if line.late else 0
    yield from (line.due, line.in_time)
    yield measured(line.on_time, "percent", Text("本周无到期", "none due").say(language))
    rank = ranks.get(line.name)
    yield rank if rank is not None else "—" if line.ranked else NOT_RANKED.say(language)
    yield line.overrun
    yield measured(line.attained, "percent", Text("无到期", "none ended").say(language))
    yield Toned(line.silent, "risk") if line.silent else 0


def ranking(lines: Sequence[DepartmentLine]) -> dict[str, int]:
    """Return the ranks by on-time rate, the best is 1; small departments and unknown rates have none."""
    rates = {line.name: line.on_time for line in lines if line.ranked and line.on_time is not None}
    return {name: 1 + sum(other > rate for other in rates.values()) for name, rate in rates.items()}


def limits_tab(page: Page, reported: Sequence[Reported]) -> None:
    """Show how the limit of each rule was kept, then every limit that ran out."""
    language = page.pages.language
    rules = [
        Column(Text("规则", "Rule"), 18), Column(Text("内容", "About"), 30),
        Column(Text("守时", "Kept"), 14), Column(Text("已到期", "Ended"), 14),
        Column(Text("达成率", "Attained"), 14),
    ]  # fmt: skip
    _head(page, LIMITS, Text(
        "上表：各规则时限的达成情况；下表：每一次超时限，超得最久的在前。",
        "Above: how the limit of each rule was kept. Below: every limit that ran out, the longest first.",
    ), 10)  # fmt: skip
    several = len(reported) > 1
    kept: list[Sequence[Value]] = [
        (
            *([reported[number].name] if several else []),
            one.rule,
            one.title.say(language),
            one.kept,
            one.ended,
            measured(None if one.rate is None else 100 * one.rate, "percent", NOT_REPORTED.say(language)),
        )
        for number, trends in _trends(reported)
        for one in trends.limits
    ]
    below = page.table(HEADER_ROW, 0, [*([_BOOK] if several else []), *rules], kept)
    if not kept:
        page.note(below, 0, Text("还没有到期的时限。", "No limit has ended yet.").say(language), 6, 18)
        below += 1
    columns = [
        Column(Text("编号", "ID"), 18), _WHAT, Column(Text("规则", "Rule"), 14, centred=True),
        Column(Text("责任", "Who had to act"), 14), Column(Text("时限", "Limit"), 14, centred=True),
        Column(Text("起算", "Started"), 17), Column(Text("应完成", "Due"), 17),
        Column(Text("完成", "Done"), 17, centred=True), Column(Text("超出", "Over by"), 15, centred=True),
        Column(Text("说明", "What is not met"), 44), _SHEET, _ROW,
    ]  # fmt: skip
    if several:
        columns = [_BOOK, *columns]
    _widths(page, columns)
    overruns = [(number, one) for number, book in enumerate(reported) for one in book.overruns]
    rows = (
        (*([reported[number].name] if several else []), *_overrun(one, language)) for number, one in overruns
    )
    header = below + 1
    last = page.table(header, 0, columns, rows) - 1
    page.sheet.autofilter(header, 0, max(header, last), len(columns) - 1)


def decisions_tab(page: Page, reported: Sequence[Reported]) -> None:
    """List the decisions wanted, and the resolutions that are not carried out yet."""
    columns = [
        Column(Text("类别", "Kind"), 16, centred=True), Column(Text("待决定的事", "To be decided"), 44),
        Column(Text("等待自", "Since"), 17), Column(Text("期限", "Deadline"), 17),
        Column(Text("方案", "Options"), 36), Column(Text("由谁决定或执行", "Who"), 18),
        _SHEET, _ROW,
    ]  # fmt: skip
    rows = [(number, cells) for number, book in enumerate(reported) for cells in _decided(book, page)]
    note = Text(
        "需要领导决定的事在前（等得最久的最先），随后是还没有完成的会议决议。",
        "What leaders have to decide comes first, the longest waiting on top; then open resolutions.",
    )
    _list(page, DECISIONS, note, columns, rows, reported, Text("没有待决事项。", "Nothing is to be decided."))


def ahead_tab(page: Page, reported: Sequence[Reported]) -> None:
    """List what is due in the next two weeks, what was done this week, and changes in force."""
    language = page.pages.language
    columns = [
        Column(Text("何时", "When"), 18, centred=True), Column(Text("日期", "Day"), 13),
        Column(Text("类别", "Kind"), 14, centred=True), _KEY, _WHAT, _OWNER, _SHEET, _ROW,
    ]  # fmt: skip
    rows: list[tuple[int, Sequence[Value]]] = [
        (number, (when.say(language), *dated_cells(one, language), one.sheet, one.row))
        for number, trends in _trends(reported)
        for when, name in _AGENDA
        for one in getattr(trends, name)
    ]
    hidden = sum(trends.done_left_out + trends.coming_left_out for _, trends in _trends(reported))
    rest = Text(
        f"另有 {hidden} 项没有列出，见{SNAPSHOT.zh}页。",
        f" {hidden} more are not listed; see {SNAPSHOT.en}.",
    )
    note = Text(
        "未来两周到期的事项和会议，本周完成的事项，本周生效的变更（原值 → 新值）。"
        + (rest.zh if hidden else ""),
        "What is due in the next two weeks, what was done this week, and changes in force (old → new)."
        + (rest.en if hidden else ""),
    )
    _list(page, AHEAD, note, columns, rows, reported, Text("两周内没有到期的事项。", "Nothing is due."))


def dated_cells(one: Dated, language: Language) -> tuple[Value, ...]:
    """Return the cells of something with a day: day, kind, id, name, owner."""
    return one.day, one.kind.say(language), one.key, one.name, one.owner


def problems_list(page: Page, reported: Sequence[Reported]) -> None:
    """List the cells that were not read or read with a doubt, by who can mend them."""
    language = page.pages.language
    columns = [
        Column(Text("负责人", "Owner"), 14), Column(Text("工作表", "Sheet"), 22),
        Column(Text("位置", "Cell"), 9, centred=True), Column(Text("列", "Column"), 16),
        Column(Text("填写内容", "Typed"), 26), Column(Text("类型", "Kind"), 10, centred=True),
        Column(Text("读作", "Read as"), 20), Column(Text("问题", "Problem"), 44),
        Column(Text("建议", "Suggestion"), 40),
    ]  # fmt: skip
    listed = [
        (number, one)
        for number, book in enumerate(reported)
        for one in sorted(book.problems, key=_problem_order)
        if one.kind != "info"
    ]
    note = Text(
        f"看不懂或存疑 {len(listed)} 处，按负责人排列。请在原工作簿里改正。",
        f"{len(listed)} cells were not read or are in doubt, by owner. Please mend them in the workbook.",
    )
    rows = [(number, _problem(one, language)) for number, one in listed]
    _list(
        page, PROBLEMS, note, columns, rows, reported, Text("没有数据问题。", "There are no data problems.")
    )


def snapshot_tab(page: Page, reported: Sequence[Reported]) -> None:
    """List every record as it stood at the cut-off."""
    language = page.pages.language
    columns = [
        _KEY, Column(Text("表单", "Form"), 20), _WHAT, _OWNER, _DEPARTMENT, _STATUS,
        Column(Text("是否完成", "Done"), 10, centred=True), Column(Text("进度", "Progress"), 10),
        Column(Text("计划开始", "Planned start"), 17), Column(Text("计划完成", "Due"), 17),
        Column(Text("未达到的规则", "Rules not met"), 18), _SHEET, _ROW,
    ]  # fmt: skip
    rows = [(number, _state(one, language)) for number, one in _all_records(reported)]
    cut_off = max(book.summary.cut_off for book in reported)
    note = Text(
        f"截至 {cut_off:%Y-%m-%d %H:%M} 的全部 {len(rows)} 条记录，各页数字都可由此筛选核对。",
        f"All {len(rows)} records as of {cut_off:%Y-%m-%d %H:%M}; filter to trace every number.",
    )
    _list(page, SNAPSHOT, note, columns, rows, reported, Text("没有记录。", "There are no records."))


def _list(
    page: Page,
    title: Text,
    note: Text,
    columns: Sequence[Column],
    rows: Sequence[tuple[int, Sequence[Value]]],
    reported: Sequence[Reported],
    nothing: Text,
) -> int:
    """Draw a tab with one list, with several workbooks its first column says which; return the row below."""
    if len(reported) > 1:
        columns = [_BOOK, *columns]
        rows = [(number, (reported[number].name, *cells)) for number, cells in rows]
    _head(page, title, note, len(columns))
    _widths(page, columns)
    below = page.table(HEADER_ROW, 0, columns, (cells for _, cells in rows))
    page.sheet.freeze_panes(HEADER_ROW + 1, 0)
    page.sheet.repeat_rows(HEADER_ROW)
    if rows:
        page.sheet.autofilter(HEADER_ROW, 0, below - 1, len(columns) - 1)
    else:
        page.put(below, 0, nothing.say(page.pages.language), font_color=f"#{palette.MUTED}")
    return below


def _head(page: Page, title: Text, note: Text, span: int) -> None:
    language = page.pages.language
    page.sheet.set_row(TITLE_ROW, 30)
    page.put(
        TITLE_ROW, 0, title.say(language), bold=True, font_size=16, font_color=f"#{palette.ACCENT}"
    )  # fmt: skip
    page.note(NOTE_ROW, 0, note.say(language), min(span, 8), 18)
    back = Text(f"← 返回{OVERVIEW.zh}", f"← {OVERVIEW.en}").say(language)
    page.sheet.set_row(BACK_ROW, 20)
    page.put(BACK_ROW, 0, Link(back, OVERVIEW.say(language), "A1"))


def _widths(page: Page, columns: Sequence[Column]) -> None:
    for number, column in enumerate(columns):
        page.sheet.set_column(number, number, column.width)


def _trends(reported: Sequence[Reported]) -> Iterator[tuple[int, Trends]]:
    for number, book in enumerate(reported):
        if book.summary.trends is not None:
            yield number, book.summary.trends


def _all_records(reported: Sequence[Reported]) -> Iterator[tuple[int, ListedRecord]]:
    return ((number, record) for number, book in enumerate(reported) for record in book.records)


def _explained(one: Why, language: Language) -> str:
    """Return cause, measure and new date of a record, as far as the sheets tell them."""
    told = (
        (Text("原因：", "cause: "), one.cause),
        (Text("措施：", "measure: "), one.measure),
        (Text("新日期：", "new date: "), f"{one.new_date:%Y-%m-%d}" if one.new_date else ""),
    )
    return Text("；", "; ").say(language).join(word.say(language) + said for word, said in told if said)


def _overrun(one: Overrun, language: Language) -> Iterator[Value]:
    yield from (one.key, one.name, one.rule, one.actor.say(language), one.limit, one.started, one.due)
    yield one.stopped if one.stopped is not None else Toned(Text("未完成", "not done").say(language), "late")
    yield _over(one.overdue, language) if one.overdue is not None else ""
    yield from (one.message, one.sheet, one.row)


def _over(span: timedelta, language: Language) -> str:
    """Return how long something is over: days and hours, below a day hours and minutes."""
    if span.days < 1:
        return duration(span)
    hours = span.seconds // 3600
    return Text(f"{span.days} 天 {hours} 小时", f"{span.days} d {hours} h").say(language)


def _decisions(book: Reported) -> Sequence[object]:
    wanted = book.summary.trends.wanted if book.summary.trends is not None else ()
    return [*wanted, *_open_resolutions(book)]


def _open_resolutions(book: Reported) -> list[ListedRecord]:
    return [one for one in book.records if one.form == "resolutions" and not one.state.finished]


def _decided(book: Reported, page: Page) -> Iterator[Sequence[Value]]:
    language = page.pages.language
    trends = book.summary.trends
    for one in trends.wanted if trends is not None else ():
        yield (
            Toned(one.kind.say(language), "risk"), one.text, one.since, one.deadline, one.options, one.who,
            one.sheet, one.row,
        )  # fmt: skip
    for kept in _open_resolutions(book):
        yield (
            Text("未完成的决议", "open resolution").say(language), kept.state.name, None, kept.state.due, "",
            kept.state.owner, kept.sheet, kept.row,
        )  # fmt: skip


def _problem(one: Problem, language: Language) -> Sequence[Value]:
    kind, tone = _KINDS[one.kind]
    return (
        one.owner or "", one.sheet, one.cell or "", one.column or "", str(one.raw)[:200],
        Toned(kind.say(language), tone), one.read_as or "", one.message.say(language),
        one.suggestion.say(language) if one.suggestion else "",
    )  # fmt: skip


def _problem_order(one: Problem) -> tuple[bool, str, str, str, int, str]:
    return (one.owner is None, one.owner or "", one.kind, one.sheet, one.row or 0, one.cell or "")


def _state(one: ListedRecord, language: Language) -> Sequence[Value]:
    state = one.state
    # Records without a plan, such as issues, have no progress to report.
    silent = "" if state.due is None else NOT_REPORTED.say(language)
    done = Text("是", "yes") if state.finished else Text("否", "no")
    return (
        one.key, one.title.say(language), state.name, state.owner, state.department, state.status,
        done.say(language), measured(state.progress, "percent", silent), state.start, state.due,
        "、".join(state.rules), one.sheet, one.row,
    )  # fmt: skip
