"""`raci`: a first responsibility matrix from the tasks and their departments, beside what people have put.

Who does what is guessed by spec section 7.1: the department that asks decides (exactly one A); departments
whose people own sub-tasks do it (at least one R, at most three); those that only help are asked (C).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sheetsync.errors import UsageError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.departments import Departments
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.model.table import Table
from sheetsync.ports import TableReader
from sheetsync.templates.build import Order, Row, build
from sheetsync.text import Language, Text
from sheetsync.worktime import WorkTime

_MOST_DOING = 3
"""More departments with an R than this are too many (Q03)."""
_READY_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One letter that was proposed.

    Args:
        task_id: The task.
        task_name: What it is called.
        department: Whose letter.
        letter: The letter.
        why: What it was guessed from.
    """

    task_id: str
    task_name: str
    department: str
    letter: str
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A proposed matrix.

    Args:
        departments: Its columns: those of the existing matrix as people call them, then the others.
        rows: Its rows; letters of people as they typed them.
        guesses: The letters that were proposed, in the order of the rows.
        doubts: What people have to decide.
    """

    departments: tuple[str, ...]
    rows: tuple[Row, ...]
    guesses: tuple[Guess, ...]
    doubts: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a task tells of its departments.

    Args:
        id: Its id.
        name: What it is called.
        asking: The department that asks; None where nobody can tell.
        helping: Those that help.
        owning: Department to the sub-tasks that its people own.
    """

    id: str
    name: str
    asking: str | None
    helping: tuple[str, ...]
    owning: Mapping[str, tuple[str, ...]]


def guessed(task: Task, held: Mapping[str, str]) -> Iterator[tuple[str, str, Text]]:
    """Yield department, letter and reason for what the row of a task still lacks.

    Args:
        task: The task.
        held: Department to the letters that people have put; these are never proposed anew.
    """
    decides = any("A" in letters for letters in held.values())
    doing = sum("R" in letters for letters in held.values())
    owners = sorted(
        (name for name in task.owning if name not in held), key=lambda name: -len(task.owning[name])
    )[: max(0, _MOST_DOING - doing)]
    asked = [name for name in task.helping if name not in held]
    if not owners and not doing and asked:
        owners, first = asked[:1], True
    else:
        first = False
    given: set[str] = set()
    if not decides and task.asking is not None and task.asking not in held:
        does = task.asking in owners
        why = Text("发起部门", "asks for it")
        if does and not first:
            why = Text(
                f"发起部门，{_steps(task, task.asking).zh}", f"asks for it, {_steps(task, task.asking).en}"
            )
        given.add(task.asking)
        yield task.asking, "R/A" if does else "A", why
    for name in owners:
        if name not in given:
            given.add(name)
            why = Text("排在首位的协作部门", "first of those that help") if first else _steps(task, name)
            yield name, "R", why
    for name in asked:
        if name not in given:
            given.add(name)
            yield name, "C", Text("协作部门", "helps")


def _steps(task: Task, department: str) -> Text:
    ids = [step.removeprefix(task.id) or step for step in task.owning[department]]
    listed = "、".join(ids[:3]) + ("…" if len(ids) > 3 else "")
    return Text(f"负责子任务 {listed}", f"owns {listed.replace('、', ', ')}")


def propose(
    reader: TableReader, catalogue: Catalogue, *, worktime: WorkTime, language: Language = "zh"
) -> Matrix:
    """Return a matrix for the tasks of a workbook.

    Args:
        reader: Where the workbook is; it is only read.
        catalogue: Forms and vocabularies.
        worktime: The project's calendar.
        language: The language of departments that have a name in both.

    Raises:
        UsageError: The workbook has no task master with records.
        InputRefusedError: It cannot be read safely.
    """
    # Nothing but these is typed. Asking for these forms only would take other sheets for them.
    fields = {
        name: frozenset(column.id for column in catalogue.forms[name].columns)
        for name in ("task-master", "progress", "raci")
    }
    reading = interpret(reader.read(), catalogue, worktime=worktime, fields=fields)
    tasks = list(_tasks(reading))
    if not tasks:
        raise UsageError(
            Text("没有找到跨部门协作任务总表。", "There is no task master in it."),
            why=Text(
                "RACI 由任务的发起部门、协作部门和子任务负责人推断，需要任务总表。",
                "RACI is guessed from the departments of tasks and the owners of sub-tasks.",
            ),
            fix=Text(
                "sheetsync new task-master progress raci 可以生成。",
                "sheetsync new task-master progress raci makes one.",
            ),
        )
    existing = next((table for table in reading.tables if table.form == "raci"), None)
    columns = _columns(existing, tasks, reading.readers.departments, catalogue, language)
    typed = _typed(existing)
    rows: list[Row] = []
    guesses: list[Guess] = []
    doubts: list[Text] = []
    for task in tasks:
        kept = typed.pop(task.id, None)
        row = {"task_id": task.id, "task_name": task.name, **(kept.cells if kept else {})}
        held = (
            {name: kept.letters.get(title, "") for name, title in columns.items() if title in row}
            if kept
            else {}
        )
        for name, letter, why in guessed(task, held):
            row[columns[name]] = letter
            guesses.append(
                Guess(task_id=task.id, task_name=task.name, department=columns[name], letter=letter, why=why)
            )
        doubts.extend(_doubts(task, row))
        rows.append(row)
    rows.extend({"task_id": key, "task_name": kept.name, **kept.cells} for key, kept in typed.items())
    return Matrix(
        departments=tuple(columns.values()), rows=tuple(rows), guesses=tuple(guesses), doubts=tuple(doubts)
    )


def workbook(
    matrix: Matrix,
    catalogue: Catalogue,
    *,
    worktime: WorkTime,
    created: datetime,
    language: Language,
    project: str,
) -> bytes:
    """Return a matrix as a workbook with the form RACI, guesses marked with a comment that says from what.

    Args:
        matrix: The matrix.
        catalogue: Forms and vocabularies.
        worktime: The project's calendar.
        created: Stamped into the document's properties.
        language: The language of headers and hints.
        project: Name of the project, may be empty.
    """
    place = {row["task_id"]: number for number, row in enumerate(matrix.rows)}
    label = Text("推断，请确认：", "Guessed, please confirm: ")
    remarks = {
        (place[guess.task_id], guess.department): f"{label.say(language)}{guess.why.say(language)}"
        for guess in matrix.guesses
    }
    return build(
        Order(
            forms=[catalogue.forms["raci"]],
            catalogue=catalogue,
            created=created,
            worktime=worktime,
            language=language,
            rows={"raci": matrix.rows},
            open_titles={"raci": matrix.departments},
            remarks={"raci": remarks},
            ready_rows=len(matrix.rows) + _READY_ROWS,
            project=project,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What people have put into the row of a task: cells as typed, letters as read."""

    name: str
    cells: Mapping[str, str]
    letters: Mapping[str, str]


def _typed(table: Table | None) -> dict[str, _Kept]:
    """Return the rows of an existing matrix by task."""
    found: dict[str, _Kept] = {}
    for index in range(0 if table is None else len(table)):
        assert table is not None  # noqa: S101 - a matrix without a table has no rows
        key = table.frame["task_id"].iloc[index] if "task_id" in table.frame else None
        if not isinstance(key, str) or key in found:
            continue
        cells, letters = {}, {}
        for field in table.open_fields:
            raw = str(table.raw[field][index]).strip()
            if raw:
                title = table.places[field].title
                cells[title] = raw
                read = table.frame[field].iloc[index]
                letters[title] = read if isinstance(read, str) else ""
        name = str(table.raw["task_name"][index]) if "task_name" in table.raw else ""
        found[key] = _Kept(name=name, cells=cells, letters=letters)
    return found


def _tasks(reading: Reading) -> Iterator[Task]:
    owning = _owning(reading)
    seen: set[str] = set()
    for table in reading.tables:
        if table.form != "task-master":
            continue
        for index in range(len(table)):
            key = _value(table, "task_id", index)
            if not isinstance(key, str) or key in seen:
                continue
            seen.add(key)
            asking, helping = (
                _value(table, "initiating_department", index),
                _value(table, "departments", index),
            )
            yield Task(
                id=key,
                name=str(table.raw["task_name"][index]) if "task_name" in table.raw else "",
                asking=asking if isinstance(asking, str) else None,
                helping=helping if isinstance(helping, tuple) else (),
                owning={name: tuple(steps) for name, steps in owning.get(key, {}).items()},
            )


def _owning(reading: Reading) -> Mapping[str, Mapping[str, list[str]]]:
    """Return for each task the departments whose people own its sub-tasks."""
    found: dict[str, dict[str, list[str]]] = {}
    for table in reading.tables:
        if table.form != "progress":
            continue
        asides = table.asides.get("owner", [None] * len(table))
        for index in range(len(table)):
            key, owner = _value(table, "subtask_id", index), _value(table, "owner", index)
            if not isinstance(key, str) or not isinstance(owner, str):
                continue
            home = asides[index] or reading.directory.department_of(owner)
            home = home and (reading.readers.departments.standard(home) or home)
            if home:
                found.setdefault(key.rpartition("-")[0], {}).setdefault(home, []).append(key)
    return found


def _columns(
    existing: Table | None,
    tasks: Iterable[Task],
    departments: Departments,
    catalogue: Catalogue,
    language: Language,
) -> dict[str, str]:
    """Return department to its column: those of the existing matrix first, then those named most."""
    columns: dict[str, str] = {}
    for field in existing.open_fields if existing is not None else ():
        assert existing is not None  # noqa: S101 - the loop has fields only of a table
        title = existing.places[field].title
        columns.setdefault(departments.standard(title) or title, title)
    usual = {word.zh: word.en for word in catalogue.vocabulary("departments").words}
    named = Counter(
        name for task in tasks for name in dict.fromkeys((task.asking, *task.helping, *task.owning)) if name
    )
    for name, _ in named.most_common():
        columns.setdefault(name, usual.get(name, name) if language == "en" else name)
    return columns


def _doubts(task: Task, row: Row) -> Iterator[Text]:
    """Yield what a row lacks that nothing tells."""
    letters = "".join(
        str(cell).upper() for field, cell in row.items() if field not in {"task_id", "task_name"}
    )
    for letter, what in (("A", Text("最终负责", "answers for it")), ("R", Text("执行", "does it"))):
        if letter not in letters:
            yield Text(
                f"{task.id} 没有 {letter}，看不出由哪个部门{what.zh}，请补上。",
                f"{task.id} has no {letter}: nothing tells which department {what.en}.",
            )


def _value(table: Table, field: str, index: int) -> object:
    return table.frame[field].iloc[index] if field in table.frame else None
