"""Workbooks of a few rows, studied and judged the way a run does it."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from sheetsync.bundled import bundled
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.summary import Trends
from sheetsync.model.table import RawSheet, RawValue
from sheetsync.operations.standards import Standards
from sheetsync.operations.study import Judgement, Retrospect, judge, study
from sheetsync.ports import History
from sheetsync.rules import parse
from sheetsync.testing import MemoryStore, sheet_of
from sheetsync.worktime import WorkTime

Row = Mapping[str, RawValue]
SubTask = Callable[..., Row]
Judged = Callable[..., Judgement]
Told = Callable[..., Trends]


@pytest.fixture(scope="session")
def packs(catalogue: Catalogue) -> tuple[parse.RulePack, ...]:
    """The shipped rules."""
    files = (file for file in bundled("rules").iterdir() if file.name.endswith(".yaml"))
    texts = sorted((file.name.removesuffix(".yaml"), file.name, file.read_text("utf-8")) for file in files)
    return parse.build(texts, catalogue)


@pytest.fixture(scope="session")
def standards(catalogue: Catalogue, worktime: WorkTime, packs: tuple[parse.RulePack, ...]) -> Standards:
    return Standards(catalogue=catalogue, packs=packs, worktime=worktime, language="zh")


@pytest.fixture(scope="session")
def sub_task() -> SubTask:
    """A function (number, header=cell, …) that makes a row of the progress tracker; None leaves one out."""

    def make(number: int, **cells: RawValue | None) -> Row:
        usual: dict[str, RawValue | None] = {
            "子任务编号": f"XZB20231001-{number:02d}",
            "所属任务": "海报",
            "负责人": "设计部-李娜",
            "当前阶段": "进行中",
            "当前进度": "50%",
            "完成情况描述": f"第{number}稿",
            "更新时间": "2023-10-18 08:30",
            "计划开始": "2023-10-16",
            "截止时间": "2023-10-27 18:00",
            "实际完成": "",
        }
        return {title: cell for title, cell in (usual | cells).items() if cell is not None}

    return make


@pytest.fixture(scope="session")
def judged(standards: Standards) -> Judged:
    """A function (now, {sheet: rows} or sheets, history=…) that judges a workbook with plan and history."""

    def run(
        now: str | datetime,
        sheets: Mapping[str, list[Row]] | list[RawSheet],
        history: History | None = None,
        standards: Standards = standards,
    ) -> Judgement:
        if isinstance(now, str):
            now = datetime.fromisoformat(now)
        if isinstance(sheets, Mapping):
            sheets = [sheet_of(name, rows) for name, rows in sheets.items()]
        studied = study(MemoryStore(sheets), standards)
        return judge(studied, standards, now=now, title="t", retrospect=Retrospect(history))

    return run


@pytest.fixture(scope="session")
def told(judged: Judged) -> Told:
    """A function with the arguments of `judged` that returns what plan and history tell."""

    def tell(
        now: str | datetime, sheets: Mapping[str, list[Row]] | list[RawSheet], history: History | None = None
    ) -> Trends:
        trends = judged(now, sheets, history).summary.trends
        assert trends is not None
        return trends

    return tell
