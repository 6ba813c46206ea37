"""Dashboard and data problems as plain rows, for stores that have tables where workbooks have drawings."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from sheetsync.model.edit import ListedColumn, Listing
from sheetsync.model.finding import STATUS_TEXT, Problem, Status
from sheetsync.model.summary import Figure, Summary, Tally
from sheetsync.render import figures
from sheetsync.text import Language, Text, same

Cell = str | float | None

_STATUSES = (Status.LATE, Status.RISK, Status.SOON, Status.NORMAL, Status.DONE, Status.FAULTY)
_NONE = dict.fromkeys(_STATUSES, 0)
_in_order = itemgetter(*_STATUSES)
_UNITS = {"count": Text("条", "records"), "percent": same("%"), "days": Text("天", "days")}
_FIGURES = (
    ("metric", Text("指标", "Figure"), "text"),
    ("group", Text("分组", "Group"), "text"),
    ("value", Text("本期", "Now"), "number"),
    ("before", Text("上期", "Before"), "number"),
    ("trend", Text("趋势", "Trend"), "text"),
    ("unit", Text("单位", "Unit"), "text"),
)
_NOTE = Text("说明", "Note")
_WHOLE = Text("总览", "Overview")
_WORST = Text("需关注", "Needs attention")
_ALL = Text("全部记录", "All records")


def figures_listing(summary: Summary, language: Language) -> Listing:
    """Return the figures of the dashboard: one a row, with what it was a week before.

    Rows of a group of records count them by status, so that a chart can be drawn from them.

    Args:
        summary: The figures.
        language: The language to write in.
    """
    columns = [
        *(
            ListedColumn(name=name, title=title.say(language), kind="number" if kind == "number" else "text")
            for name, title, kind in _FIGURES
        ),
        *(
            ListedColumn(
                name=f"count_{status.name.lower()}", title=STATUS_TEXT[status].say(language), kind="number"
            )
            for status in _STATUSES
        ),
        ListedColumn(name="note", title=_NOTE.say(language)),
    ]
    return Listing(columns=tuple(columns), rows=tuple(_figure_rows(summary, language)))


def _figure_rows(summary: Summary, language: Language) -> Iterator[tuple[Cell, ...]]:
    whole = _WHOLE.say(language)
    for figure in () if summary.trends is None else summary.trends.figures:
        yield _figure(figure, whole, language)
    yield _tally(summary.whole, _ALL.say(language), whole, language)
    groups = (
        (summary.by_form, Text("按表", "By form")),
        (summary.by_department, Text("按部门", "By department")),
        (summary.by_owner, Text("按负责人", "By owner")),
    )
    for tallies, title in groups:
        for tally in tallies:
            yield _tally(tally, tally.name, title.say(language), language)
    for one in summary.worst:
        about = " ".join(part for part in (one.key, one.name) if part)
        said = Text(f"{one.message} → {one.step}", f"{one.message} → {one.step}").say(language)
        blank: tuple[Cell, ...] = (None,) * len(_STATUSES)
        status = STATUS_TEXT[one.status].say(language)
        # How many days late it is moves with the clock alone; the due time in the note does not.
        yield (about, _WORST.say(language), None, None, status, None, *blank, f"{one.owner} {said}".strip())


def _figure(figure: Figure, group: str, language: Language) -> tuple[Cell, ...]:
    blank: tuple[Cell, ...] = (None,) * len(_STATUSES)
    step = figures.step(figure).say(language)
    told = (
        figure.title.say(language),
        group,
        _rounded(figure.value),
        _rounded(figure.before),
        step,
        _UNITS[figure.unit].say(language),
    )
    unreported = figures.NOT_REPORTED.say(language) if figure.value is None else None
    return (*told, *blank, unreported)


def _tally(tally: Tally, name: str, group: str, language: Language) -> tuple[Cell, ...]:
    counts = map(float, _in_order(_NONE | dict(tally.counts)))
    return (name, group, float(tally.total), None, None, _UNITS["count"].say(language), *counts, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)


_PROBLEMS = (
    ("place", Text("位置", "Place")),
    ("owner", Text("负责人", "Owner")),
    ("column", Text("列", "Column")),
    ("raw", Text("填写内容", "Typed")),
    ("kind", Text("类型", "Kind")),
    ("read_as", Text("读作", "Read as")),
    ("message", Text("问题", "Problem")),
    ("suggestion", Text("建议", "Suggestion")),
)


def problems_listing(listed: Sequence[Problem], kinds: dict[str, Text], language: Language) -> Listing:
    """Return data problems, one a row.

    Args:
        listed: The problems in their order.
        kinds: What each kind is called.
        language: The language to write in.
    """
    columns = tuple(ListedColumn(name=name, title=title.say(language)) for name, title in _PROBLEMS)
    return Listing(columns=columns, rows=tuple(_problem(problem, kinds, language) for problem in listed))


def _problem(problem: Problem, kinds: dict[str, Text], language: Language) -> tuple[Cell, ...]:
    place = problem.cell or (str(problem.row) if problem.row else "")
    return (
        f"{problem.sheet}!{place}" if place else problem.sheet,
        problem.owner or None,
        problem.column or None,
        str(problem.raw)[:200] or None,
        kinds[problem.kind].say(language),
        problem.read_as or None,
        problem.message.say(language),
        problem.suggestion.say(language) if problem.suggestion else None,
    )
