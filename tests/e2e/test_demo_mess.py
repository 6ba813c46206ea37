"""The demonstration carries every kind of mess, and the tab of data problems names what to do about it."""

import re
from pathlib import Path

import openpyxl
import pytest

from tests.e2e.conftest import Run

SAID = [
    "10月32日", "尽快", "10.8", "08/10/2023", "10月27日12:", "10月下旬", "28号", "2032-10-27", "23.10.27",
    "差不多了", "1.5", "70-80%", "3/4个", "李娜、周涛", "设计部", "全体", "王总",
    "设计部*设计师", "市埸部、品牌部",
    "已完成90%", "进行中/受阻", "加急处理", "有条件通过", "√", "RR",
]  # fmt: skip
"""Cells as typed that the tab must list."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """The rows of the tab 数据问题 of the demonstration."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        from sheetsync import demo  # noqa: PLC0415 - the library opens the project of the current folder

        book = Path(demo("d").book)
    sheet = openpyxl.load_workbook(folder / book)["数据问题"]
    return list(sheet.iter_rows(min_row=4, values_only=True))


@pytest.mark.parametrize("typed", SAID)
def test_every_kind_of_mess_is_listed(listed: list[tuple[object, ...]], typed: str) -> None:
    assert typed in {str(row[4]) for row in listed}


def test_those_who_can_mend_it_stand_together(listed: list[tuple[object, ...]]) -> None:
    owners = [str(row[0]) for row in listed if row[0]]
    assert owners == sorted(owners)
    assert [row[0] for row in listed[len(owners) :]] == [None] * (len(listed) - len(owners))


def test_every_refusal_says_what_to_type(listed: list[tuple[object, ...]]) -> None:
    """Cell, what was typed, why not, and what instead; ids that repeat only name the other row."""
    refused = [row for row in listed if row[5] == "看不懂" and "编号重复" not in str(row[7])]
    assert refused
    for row in refused:
        assert re.fullmatch(r"[A-Z]+\d+", str(row[2])), row
        assert row[7], row
        assert row[8], row


def test_totals_are_left_out_and_said(run: Run, tmp_path: Path) -> None:
    assert run("demo", tmp_path / "d").code == 0
    book = next((tmp_path / "d" / "workbooks").glob("*.xlsx"))
    problems = run("check", book, "--json", "--now", "2023-10-16T09:00").book()["problems"]
    assert sum("合计行" in problem["message"] for problem in problems) == 2
