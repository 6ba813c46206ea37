"""The tab 工作日历: which days it lists, and that it says nothing new to the engine."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sheetsync.app import open_app
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.templates.build import Cell, Order, build
from sheetsync.worktime import WorkTime

NOW = datetime(2023, 10, 16, 9)


def content(catalogue: Catalogue, rows: Mapping[str, Sequence[Mapping[str, Cell]]]) -> bytes:
    forms = [catalogue.forms[name] for name in rows]
    return build(Order(forms=forms, catalogue=catalogue, created=NOW, rows=rows, ready_rows=10))


def calendar(catalogue: Catalogue, rows: Mapping[str, Sequence[Mapping[str, Cell]]]) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content(catalogue, rows)), data_only=True)["工作日历"]


def days(sheet: Worksheet) -> dict[date, tuple[object, object]]:
    """Return kind and gain by day."""
    return {
        row[0].date(): (row[1], row[2])
        for row in sheet.iter_rows(min_row=4, values_only=True)
        if isinstance(row[0], datetime)
    }


def test_the_tab_comes_with_forms_that_count_days(catalogue: Catalogue) -> None:
    """And with no others, unless asked for."""
    assert days(calendar(catalogue, {"progress": []}))
    plain = openpyxl.load_workbook(io.BytesIO(content(catalogue, {"minutes": []})))
    assert "工作日历" not in plain.sheetnames


@pytest.mark.parametrize(
    ("day", "kind", "gained"),
    [
        (date(2023, 10, 2), "法定节假日", -1),
        (date(2023, 10, 1), "法定节假日", 0),  # a Sunday
        (date(2023, 10, 7), "调休上班", 1),
        (date(2024, 2, 4), "调休上班", 1),
    ],
)
def test_holidays_and_make_up_days_are_listed(
    catalogue: Catalogue, day: date, kind: str, gained: int
) -> None:
    assert days(calendar(catalogue, {"progress": []}))[day] == (kind, gained)


def test_the_list_agrees_with_the_engine_on_every_day(catalogue: Catalogue, worktime: WorkTime) -> None:
    listed = days(calendar(catalogue, {"progress": []}))
    assert {day.year for day in listed} >= {2022, 2023, 2024}
    for day, (_, gained) in listed.items():
        ordinary = day.weekday() < 5
        label = worktime.day_label(day).zh
        assert isinstance(gained, int | float)
        assert ordinary + gained == (label == "调休上班"), day


def test_years_of_given_dates_are_covered(catalogue: Catalogue) -> None:
    """A project that began two years ago counts its days, too."""
    listed = days(calendar(catalogue, {"progress": [{"subtask_id": "a", "due": "2021-05-06"}]}))
    assert date(2021, 5, 5) in listed


def test_what_is_given_takes_the_place_of_the_official_day(catalogue: Catalogue) -> None:
    given = [{"day": "2023-10-07", "kind": "休息日", "remark": "本公司不调休"}]
    listed = days(calendar(catalogue, {"progress": [], "calendar": given}))
    assert listed[date(2023, 10, 7)] == ("休息日", 0)


def test_until_when_the_calendar_is_published_is_told(catalogue: Catalogue, worktime: WorkTime) -> None:
    assert f"公布到 {worktime.last_published_year} 年" in str(
        calendar(catalogue, {"progress": []})["B2"].value
    )


def test_official_days_keep_their_names_for_the_engine(catalogue: Catalogue, tmp_path: Path) -> None:
    """A make-up day that the tab lists is no invention of the company's."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        content(catalogue, {"progress": [], "calendar": [{"day": "2023-10-20", "kind": "休息日"}]})
    )
    app = open_app(project=None, environ={}, now=NOW.isoformat())
    known = app.standards()
    said = interpret(app.reader(path).read(), known.catalogue, worktime=known.worktime).worktime
    assert said.day_label(date(2023, 10, 7)).zh == "调休上班"
    assert said.day_label(date(2023, 10, 20)).zh == "公司休息日"
