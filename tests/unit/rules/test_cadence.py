"""Reports that are owed, over several tables of one run, which the cases cannot show."""

from collections.abc import Callable
from datetime import datetime

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table
from sheetsync.rules.evaluate import evaluate
from sheetsync.rules.parse import RulePack
from sheetsync.worktime import WorkTime

MakeTable = Callable[..., Table]


def _owing(catalogue: Catalogue, packs: tuple[RulePack, ...], *tables: Table) -> list[tuple[str | None, str]]:
    found = evaluate(
        tables,
        [pack.only(["T40"]) for pack in packs],
        now=datetime(2023, 10, 16, 9),
        worktime=WorkTime.standard(),
        catalogue=catalogue,
    )
    return [(finding.key, finding.owner or "") for finding in found]


def _progress(make_table: MakeTable, *rows: tuple[str, str]) -> Table:
    return make_table(
        "progress",
        {
            "subtask_id": [key for key, _ in rows],
            "owner": [owner for _, owner in rows],
            "state": ["进行中"] * len(rows),
            "planned_start": ["2023-10-08"] * len(rows),
        },
    )


def _reports(make_table: MakeTable, *names: str) -> Table:
    return make_table(
        "weekly-progress",
        {
            "reporter": list(names),
            "week": ["2023-W41"] * len(names),
            "subtask_id": ["XZB20231001-01"] * len(names),
            "submitted_at": ["2023-10-13T15:00"] * len(names),
        },
    )


def test_a_person_is_named_once_in_all_tables(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: MakeTable
) -> None:
    first = _progress(make_table, ("XZB20231001-01", "李娜"), ("XZB20231001-02", "赵敏"))
    second = _progress(make_table, ("XZB20231002-01", "李娜"), ("XZB20231002-02", "王磊"))
    reports = _reports(make_table, "赵敏")
    assert _owing(catalogue, packs, first, second, reports) == [
        ("XZB20231001-01", "李娜"),
        ("XZB20231002-02", "王磊"),
    ]


def test_a_report_in_any_table_counts(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: MakeTable
) -> None:
    work = _progress(make_table, ("XZB20231001-01", "李娜"), ("XZB20231001-02", "赵敏"))
    reports = _reports(make_table, "赵敏"), _reports(make_table, "李娜")
    assert _owing(catalogue, packs, work, *reports) == []


def test_an_empty_sheet_of_reports_is_not_in_use(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: MakeTable
) -> None:
    work = _progress(make_table, ("XZB20231001-01", "李娜"))
    assert _owing(catalogue, packs, work, _reports(make_table)) == []
