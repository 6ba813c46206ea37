"""`history` after a few runs: the story, the lists, JSON and CSV."""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter

from tests.e2e.conftest import Run

HEADER = ["子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "更新时间", "截止时间"]


def book(folder: Path, due: str) -> Path:
    (folder / "workbooks").mkdir(exist_ok=True)
    path = folder / "workbooks" / "进度.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("进度")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["XZB20261101-01", "物料", "王磊", "进行中", "70%", "2026-11-16", due])
    return path


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    """Late on Tuesday and Wednesday, put off on Thursday."""
    (tmp_path / "sheetsync.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    for day, due in ((17, "2026-11-16 18:00"), (18, "2026-11-16 18:00"), (19, "2026-11-30 18:00")):
        done = run("check", book(tmp_path, due), "--write", "--now", f"2026-11-{day}T09:00")
        assert done.code == 0, done.err
    return tmp_path


NOW = ("--now", "2026-11-20T09:00")


@pytest.mark.usefixtures("project")
def test_the_story_of_the_last_days(run: Run) -> None:
    told = run("history", *NOW).out
    tuesday, _, rest = told.partition("2026-11-19 周四")
    assert tuesday.startswith("2026-11-17 周二\n")
    assert "变为延期：XZB20261101-01" in tuesday
    assert "不再延期：XZB20261101-01" in rest


@pytest.mark.usefixtures("project")
def test_when_it_became_red_and_when_it_ended(run: Run) -> None:
    document = run("history", "--findings", "--json", *NOW).document()
    assert document["schema"] == "sheetsync.history/1"
    (late,) = (one for one in document["findings"] if one["status"] == "延期")
    assert (late["id"], late["since"], late["until"]) == (
        "XZB20261101-01",
        "2026-11-17T09:00:00+08:00",
        "2026-11-19T09:00:00+08:00",
    )
    assert late["rules"]
    assert set(document) & {"runs", "audit"} == set()


@pytest.mark.usefixtures("project")
def test_runs_of_some_days(run: Run) -> None:
    document = run("history", "--runs", "--json", "--since", "2026-11-18", "--until", "2026-11-18", *NOW)
    (only,) = document.document()["runs"]
    assert (only["taken"], only["book"], only["figures"]["late"]) == (
        "2026-11-18T09:00:00+08:00",
        "workbooks/进度.xlsx",
        1,
    )


@pytest.mark.usefixtures("project")
def test_all_lists_in_one_document(run: Run) -> None:
    document = run("history", "--json", *NOW).document()
    lists = {name: len(document[name]) for name in document if isinstance(document[name], list)}
    assert lists.pop("findings") >= 1
    assert lists == {"runs": 3, "audit": 0, "messages": 0, "reminders": 0, "ticks": 0}


@pytest.mark.usefixtures("project")
def test_a_csv_file_is_written_once(run: Run, tmp_path: Path) -> None:
    for code in (0, 2):
        assert run("history", "--findings", "--csv", "past.csv", *NOW).code == code
    assert run("history", "--findings", "--csv", "past.csv", "--force", *NOW).code == 0
    content = (tmp_path / "past.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    first, *rest = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (first["编号"], first["预警状态"], first["负责人"]) == ("XZB20261101-01", "延期", "王磊")
    assert not [row for row in rest if row["预警状态"] == "延期"]


@pytest.mark.usefixtures("project")
def test_a_csv_file_goes_to_a_pipe(run: Run) -> None:
    assert run("history", "--audit", "--csv", "-", *NOW).out.startswith("\ufeff时间,来源,操作人,表,行编号")


@pytest.mark.usefixtures("project")
def test_reading_changes_nothing(run: Run, project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    run("history", *NOW)
    run("history", "--json", *NOW)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--csv", "a.csv"), "一次导出一张清单"),
        (("--runs", "--audit", "--csv", "a.csv"), "一次导出一张清单"),
        (("--since", "gestern"), "不是日期"),
    ],
)
@pytest.mark.usefixtures("project")
def test_wrong_usage(run: Run, arguments: tuple[str, ...], words: str) -> None:
    refused = run("history", *arguments)
    assert refused.code == 2
    assert words in refused.err


def test_without_a_project_there_is_no_history(run: Run) -> None:
    refused = run("history")
    assert refused.code == 2
    assert "没有项目" in refused.err
