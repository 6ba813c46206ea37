"""Job files to jobs; mistakes carry their line, those of all files are told at once."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sheetsync import specfile
from sheetsync.errors import SpecFileError
from sheetsync.jobs import phrases
from sheetsync.jobs.cadence import Cadence, DayOfMonth, Every, Weekdays, WorkdayEdge
from sheetsync.jobs.spec import JobFile, RetrySpec, StepSpec, WhenSpec
from sheetsync.model.job import Job, JobStep, When
from sheetsync.specfile import SpecTree
from sheetsync.text import Text, join

HOURLY_GRACE = timedelta(hours=1)
DAILY_GRACE = timedelta(days=3)
WEEKLY_GRACE = timedelta(days=14)
MONTHLY_GRACE = timedelta(days=31)
"""How late a run may begin where its file does not say: within a day an hour (reliability, 8); a day may wait
for a weekend to pass, a week for the longest holidays, a month for a month. More would tell old news."""
UNMISSED_GRACE = timedelta(minutes=30)
"""How late is not missed yet, for jobs that make up for nothing: as long as another job may take."""


def build(files: Iterable[tuple[str, str, str]], zone: str) -> tuple[Job, ...]:
    """Build the jobs from their files.

    Args:
        files: (name without ending, path to show in messages, text); of two files of one name the first wins.
        zone: IANA name of the zone of jobs that name none.

    Returns:
        The jobs, by name.

    Raises:
        SpecFileError: Files are wrong; with every mistake of all of them, each with its line.
    """
    jobs: dict[str, Job] = {}
    mistakes: list[SpecFileError] = []
    seen: set[str] = set()
    for name, shown, text in files:
        if name in seen:
            continue
        seen.add(name)
        try:
            jobs[name] = parse(text, shown, zone, name=name)
        except SpecFileError as error:
            mistakes.append(error)
    if mistakes:
        raise _together(mistakes)
    return tuple(jobs[name] for name in sorted(jobs))


def parse(text: str, shown: str, zone: str, *, name: str | None = None) -> Job:
    """Read one job file.

    Args:
        text: The whole file.
        shown: What to call it in messages.
        zone: IANA name of the zone, if the job names none.
        name: Name of the file without the ending, which the job must have; any when None.

    Raises:
        SpecFileError: With every mistake of the file, each with its line.
    """
    tree = specfile.parse_yaml(text, shown)
    file = specfile.check(tree, JobFile)
    if mistakes := list(_unfit(file, tree, name)):
        raise _together(mistakes)
    when = tuple(_when(one, file) for one in file.when)
    return Job(
        name=file.job,
        title=file.title,
        when=when,
        zone=file.timezone or zone,
        books=file.workbooks,
        pairs=file.pairs,
        steps=tuple(_step(step, f"{shown}:{tree.line(('steps', n))}") for n, step in enumerate(file.steps)),
        pauses=_pauses(file.retry),
        limit=file.time_limit,
        on_failure=file.on_failure.then,
        tell=file.on_failure.tell,
        catch_up=file.catch_up,
        grace=file.grace or _usual_grace(file),
        enabled=file.enabled,
        source=shown,
    )


def _unfit(file: JobFile, tree: SpecTree, name: str | None) -> Iterator[SpecFileError]:
    """Yield what no value tells by itself."""
    if name is not None and file.job != name:
        yield specfile.mistake(
            tree,
            ("job",),
            Text(f"作业名应与文件名一致：{name}", f"a job is named like its file: {name}"),
        )
    for number, one in enumerate(file.when):
        cadence = phrases.parse(one.at)
        if one.on_rest_day is not None and not cadence.asks_of_rest_days:
            yield specfile.mistake(
                tree,
                ("when", number, "on_rest_day"),
                Text(
                    f"“{one.at}”本来就只在工作日，不需要 on_rest_day",
                    f"'{one.at}' means working days already; leave on_rest_day out",
                ),
            )
        wanted = one.on_rest_day or file.on_rest_day
        if isinstance(cadence.at, Every) and wanted in {"next", "previous"}:
            yield specfile.mistake(
                tree,
                ("when", number, "on_rest_day") if one.on_rest_day else ("on_rest_day",),
                Text(
                    f"“{one.at}”在休息日只能是 skip 或 run",
                    f"'{one.at}' can only be skip or run on rest days",
                ),
            )
    if file.pairs and all(step.step != "sync" for step in file.steps):
        yield specfile.mistake(
            tree,
            ("pairs",),
            Text("pairs 只用于步骤 sync，这个作业没有", "pairs are for the step sync, which this job lacks"),
        )


def _when(one: WhenSpec, file: JobFile) -> When:
    usual = phrases.parse(one.at)
    if not usual.asks_of_rest_days:
        return When(one.at, usual.on_rest_day)
    return When(one.at, one.on_rest_day or file.on_rest_day or usual.on_rest_day)


def _step(step: StepSpec, place: str) -> JobStep:
    given = {key: getattr(step, key) for key in sorted(step.model_fields_set - {"step"})}
    return JobStep(
        name=step.step,
        arguments={key: value for key, value in given.items() if value is not None},
        place=place,
    )


def _pauses(retry: RetrySpec) -> tuple[timedelta, ...]:
    pauses = retry.pauses
    times = len(pauses) if retry.times is None else retry.times
    return tuple(pauses[min(number, len(pauses) - 1)] for number in range(times))


def _usual_grace(file: JobFile) -> timedelta:
    """Return the grace of a job that names none: of several cadences the rarest counts."""
    if file.catch_up == "none":
        return UNMISSED_GRACE
    return max(_grace(phrases.parse(one.at)) for one in file.when)


def _grace(cadence: Cadence) -> timedelta:
    if isinstance(cadence.at, Every):
        return HOURLY_GRACE
    match cadence.on:
        case Weekdays() | WorkdayEdge(of="week"):
            return WEEKLY_GRACE
        case DayOfMonth() | WorkdayEdge(of="month"):
            return MONTHLY_GRACE
        case _:
            return DAILY_GRACE


def _together(mistakes: list[SpecFileError]) -> SpecFileError:
    """Return several mistakes as one error; the place of each stands before it."""
    if len(mistakes) == 1:
        return mistakes[0]
    first, *others = mistakes
    placed = [Text(f"{one.where} {one.what.zh}", f"{one.where}: {one.what.en}") for one in others]
    return SpecFileError(join([first.what, *placed]), where=first.where)
