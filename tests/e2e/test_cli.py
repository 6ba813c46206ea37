"""The command line from end to end: files in, exit codes, JSON and marked workbooks out."""

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetsync.excel.store import ExcelStore
from sheetsync.model.table import RawBook
from tests.e2e.conftest import Outcome, Run

NOW = "2023-10-16T09:00"
FORMS = ("task-master", "progress", "minutes", "issues", "raci")


@pytest.fixture
def sample(run: Run, tmp_path: Path) -> Path:
    """The five standard forms with the seed's sample rows."""
    book = tmp_path / "sample.xlsx"
    assert run("new", *FORMS, "--sample", "-o", book).code == 0
    return book


def found(book: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    return [finding for finding in book["findings"] if finding["rule"] == rule]


def problems(book: dict[str, Any], column: str) -> list[dict[str, Any]]:
    return [problem for problem in book["problems"] if problem["column"] == column]


class TestSample:
    """What spec section 3 says a correct reading of the sample must yield."""

    @pytest.fixture
    def book(self, run: Run, sample: Path) -> dict[str, Any]:
        outcome = run("check", sample, "--json", "--now", NOW)
        assert outcome.code == 0
        return outcome.book()

    def test_every_form_is_recognised_by_its_headers(self, book: dict[str, Any]) -> None:
        """Five forms with their header rows and records, and the calendar they count by."""
        headers = {sheet["form"]: sheet["header_row"] for sheet in book["sheets"]}
        assert headers == dict.fromkeys((*FORMS, "calendar"), 3)
        assert all(not sheet["missing_columns"] for sheet in book["sheets"])
        rows = {sheet["form"]: sheet["rows"] for sheet in book["sheets"]}
        assert (rows["task-master"], rows["progress"], rows["minutes"]) == (1, 2, 1)

    def test_start_and_due_come_from_the_key_dates(self, book: dict[str, Any]) -> None:
        """Task start 2023-10-08, due 2023-10-15, the year inferred; 15 October is a rest day."""
        said = problems(book, "关键时间节点")
        assert any("2023-10-08" in item["read_as"] and "2023-10-15" in item["read_as"] for item in said)
        (rest,) = (item for item in said if "休息日" in item["message"])
        assert rest["kind"] == "warning"

    def test_the_task_is_late(self, book: dict[str, Any]) -> None:
        """Due at the end of work of 15 October, judged on the 16th."""
        (late,) = found(book, "T47")
        assert (late["id"], late["level"]) == ("XZB20231001", "red")
        assert late["due"] == "2023-10-15T18:00:00+08:00"
        assert late["overdue"] == "15h"
        assert late["actor"]

    def test_resolutions_are_read_with_person_and_due_day(self, book: dict[str, Any]) -> None:
        """经理 by 2023-10-09, 专员 by 2023-10-11."""
        (read,) = {item["read_as"] for item in problems(book, "决议事项") if item["read_as"]}
        for part in ("经理", "2023-10-09", "专员", "2023-10-11"):
            assert part in read

    def test_masked_people_are_told(self, book: dict[str, Any]) -> None:
        """设计部*设计师 is department and role; the head is addressed, with a warning."""
        (masked,) = (item for item in problems(book, "负责人") if item["raw"] == "设计部*设计师")
        assert masked["kind"] == "warning"

    def test_waiting_for_acceptance_without_a_request_is_told(self, book: dict[str, Any]) -> None:
        """T43 needs a 验收申请 row; none exists."""
        (waiting,) = found(book, "T43")
        assert waiting["id"] == "XZB20231001-02"
        assert waiting["level"] == "yellow"
        assert waiting["due"] == "2023-10-09T18:00:00+08:00"

    def test_the_names_differ_but_the_id_decides(self, book: dict[str, Any]) -> None:
        """Q4宣传物料制作 is Q4新品宣传物料制作 by its id: a warning, not an error."""
        said = problems(book, "所属任务")
        assert {item["kind"] for item in said} == {"warning"}

    def test_every_record_has_a_status(self, book: dict[str, Any]) -> None:
        """The late task is 延期; nothing is left without a word."""
        status = {(row["form"], row["id"]): row["status"] for row in book["rows"]}
        assert status["task-master", "XZB20231001"] == "延期"
        days = next(sheet["rows"] for sheet in book["sheets"] if sheet["form"] == "calendar")
        assert len(book["rows"]) == sum(sheet["rows"] for sheet in book["sheets"]) - days

    def test_the_document_names_its_schema_clock_and_calendar(self, run: Run, sample: Path) -> None:
        """Programs know what they read."""
        document = run("check", sample, "--json", "--now", NOW).document()
        assert document["schema"] == "sheetsync.check/1"
        assert document["now"] == "2023-10-16T09:00:00+08:00"
        assert document["calendar"]["region"] == "CN"
        assert document["calendar"]["last_published_year"] >= 2026


class TestWrite:
    """Marking a workbook, and taking the marks back."""

    def test_reading_changes_nothing(self, run: Run, sample: Path) -> None:
        """A check without --write leaves the bytes as they are."""
        before = sample.read_bytes()
        run("check", sample, "--now", NOW)
        assert sample.read_bytes() == before

    def test_a_dry_run_names_each_change_and_writes_nothing(self, run: Run, sample: Path) -> None:
        """The status of the late task among them."""
        before = sample.read_bytes()
        outcome = run("check", sample, "--write", "--dry-run", "--now", NOW)
        assert outcome.code == 0
        assert "延期" in outcome.out
        assert "仪表盘" in outcome.out
        assert sample.read_bytes() == before

    def test_a_write_marks_rows_and_adds_our_tabs(self, run: Run, sample: Path) -> None:
        """Status, note and time in our columns, a dashboard first, the data problems."""
        assert run("check", sample, "--write", "--now", NOW).code == 0
        book = openpyxl.load_workbook(sample)
        assert book.sheetnames[0] == "仪表盘"
        assert "数据问题" in book.sheetnames
        sheet = book["跨部门协作任务总表"]
        at = {cell.value: cell.column for cell in sheet[3]}
        assert sheet.cell(4, at["预警状态"]).value == "延期"
        assert "T47" in str(sheet.cell(4, at["预警说明"]).value)
        assert sheet.cell(4, at["预警时间"]).is_date
        assert len(book["仪表盘"]._charts) >= 2  # noqa: SLF001 - openpyxl has no other way to ask

    def test_what_people_typed_is_untouched(self, run: Run, sample: Path) -> None:
        """Cell by cell, value and format, everything but our three columns is what it was."""
        before = openpyxl.load_workbook(sample)
        run("check", sample, "--write", "--now", NOW)
        after = openpyxl.load_workbook(sample)
        for sheet in before.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if sheet.cell(3, cell.column).value in {"预警状态", "预警说明", "预警时间"}:
                        continue
                    twin = after[sheet.title].cell(cell.row, cell.column)
                    assert (twin.value, twin.number_format) == (cell.value, cell.number_format)

    def test_a_second_run_writes_nothing(self, run: Run, sample: Path) -> None:
        """Same input, same clock: same bytes, same time stamp."""
        run("check", sample, "--write", "--now", NOW)
        before, stamp = sample.read_bytes(), sample.stat().st_mtime_ns
        outcome = run("check", sample, "--write", "--json", "--now", NOW)
        assert not outcome.book()["written"]
        assert (sample.read_bytes(), sample.stat().st_mtime_ns) == (before, stamp)

    def test_the_clock_alone_writes_nothing(self, run: Run, sample: Path) -> None:
        """An hour later, with no verdict or figure changed, the workbook is not touched."""
        run("check", sample, "--write", "--now", NOW)
        before = sample.read_bytes()
        run("check", sample, "--write", "--now", "2023-10-16T10:07")
        assert sample.read_bytes() == before

    def test_a_later_run_keeps_the_time_of_a_status(self, run: Run, sample: Path) -> None:
        """预警时间 is when the status was first given; a changed figure elsewhere does not move it."""
        run("check", sample, "--write", "--now", NOW)
        run("check", sample, "--write", "--now", "2023-10-18T09:00")
        sheet = openpyxl.load_workbook(sample)["跨部门协作任务总表"]
        at = {cell.value: cell.column for cell in sheet[3]}
        assert str(sheet.cell(4, at["预警时间"]).value) == "2023-10-16 09:00:00"

    def test_our_own_tabs_are_not_read_as_forms(self, run: Run, sample: Path) -> None:
        """A marked workbook is recognised as the one it was."""
        run("check", sample, "--write", "--now", NOW)
        book = run("check", sample, "--json", "--now", NOW).book()
        assert sorted(sheet["form"] for sheet in book["sheets"]) == sorted((*FORMS, "calendar"))

    def test_a_copy_is_marked_and_the_original_left(self, run: Run, sample: Path, tmp_path: Path) -> None:
        """-o writes elsewhere."""
        before = sample.read_bytes()
        copy = tmp_path / "marked.xlsx"
        outcome = run("check", sample, "-o", copy, "--now", NOW)
        assert outcome.code == 0
        assert sample.read_bytes() == before
        assert "仪表盘" in openpyxl.load_workbook(copy).sheetnames

    def test_undo_puts_the_very_bytes_back(self, run: Run, sample: Path) -> None:
        """Once back, undo again steps to the marked version."""
        before = sample.read_bytes()
        run("check", sample, "--write", "--now", NOW)
        marked = sample.read_bytes()
        assert run("undo", sample).code == 0
        assert sample.read_bytes() == before
        assert run("undo", sample).code == 0
        assert sample.read_bytes() == marked

    def test_undo_lists_what_is_kept(self, run: Run, sample: Path) -> None:
        """One version after one write."""
        assert "没有备份" in run("undo", sample, "--list").out
        run("check", sample, "--write", "--now", NOW)
        assert len(run("undo", sample, "--list").out.splitlines()) == 1

    def test_a_workbook_open_elsewhere_is_left_alone(self, run: Run, sample: Path) -> None:
        """The owner file of Excel beside it: exit 5, the name of who has it, nothing written."""
        name = "王磊"
        owner = sample.with_name("~$" + sample.name)
        owner.write_bytes(bytes([len(name)]) + name.encode("gbk") + b" " * 160)
        before = sample.read_bytes()
        outcome = run("check", sample, "--write", "--now", NOW)
        assert outcome.code == 5
        assert len(outcome.err.strip().splitlines()) == 1
        assert sample.read_bytes() == before


class TestErrors:
    """Each mistake: one clear line, the right exit code, nothing changed on disk."""

    def refused(self, outcome: Outcome, code: int, said: str) -> None:
        assert outcome.code == code, outcome
        lines = outcome.err.strip().splitlines()
        assert len(lines) == 1, outcome.err
        assert said in lines[0]
        assert "Traceback" not in outcome.err + outcome.out

    def test_a_missing_file(self, run: Run) -> None:
        """The path is named."""
        self.refused(run("check", "missing.xlsx"), 3, "missing.xlsx")

    def test_a_file_that_is_no_workbook(self, run: Run, tmp_path: Path) -> None:
        """It says what the file is instead."""
        path = tmp_path / "fake.xlsx"
        path.write_text("姓名,部门\n", encoding="utf-8")
        self.refused(run("check", path, "--write"), 3, "fake.xlsx")
        assert path.read_text("utf-8") == "姓名,部门\n"

    def test_an_unknown_form(self, run: Run, tmp_path: Path) -> None:
        """The nearest one is named, and no file is made."""
        self.refused(run("new", "isues", "-o", "x.xlsx"), 2, "issues")
        assert not (tmp_path / "x.xlsx").exists()

    def test_a_bad_rule_file(self, run: Run, sample: Path, tmp_path: Path) -> None:
        """File and line."""
        pack = tmp_path / "mine.yaml"
        pack.write_text("pack: mine\nrulez: []\n", encoding="utf-8")
        self.refused(run("check", sample, "--rules", pack), 2, "mine.yaml:")

    def test_an_unknown_rule_pack(self, run: Run, sample: Path) -> None:
        """The nearest one is named."""
        self.refused(run("check", sample, "--rules", "isues"), 2, "issues")

    def test_bad_settings(self, run: Run, sample: Path, tmp_path: Path) -> None:
        """File and line."""
        (tmp_path / "sheetsync.toml").write_text('[project]\nlanguage = "de"\n', encoding="utf-8")
        self.refused(run("check", sample), 2, "sheetsync.toml:2")

    def test_a_read_only_folder(self, run: Run, sample: Path, tmp_path: Path) -> None:
        """Neither a new workbook nor a mark goes into it, not even by root."""
        folder = tmp_path / "locked"
        folder.mkdir()
        book = shutil.copy(sample, folder / "book.xlsx")
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        try:
            self.refused(run("new", "issues", "-o", folder / "new.xlsx"), 3, "locked")
            self.refused(run("check", book, "--write", "--now", NOW), 3, "locked")
            assert [path.name for path in folder.iterdir()] == ["book.xlsx"]
        finally:
            folder.chmod(stat.S_IRWXU)

    def test_an_existing_file_is_not_replaced(self, run: Run, sample: Path) -> None:
        """Unless --force says so."""
        before = sample.read_bytes()
        self.refused(run("new", "issues", "-o", sample), 2, "--force")
        assert sample.read_bytes() == before
        assert run("new", "issues", "-o", sample, "--force").code == 0

    def test_a_wrong_now(self, run: Run, sample: Path) -> None:
        """`--now soon` says what a time looks like."""
        self.refused(run("check", sample, "--now", "soon"), 2, "2026-11-20T09:00")

    def test_one_bad_workbook_does_not_stop_the_others(self, run: Run, sample: Path) -> None:
        """The highest code wins, every other book is done."""
        outcome = run("check", "missing.xlsx", sample, "--json", "--now", NOW)
        assert outcome.code == 3
        first, second = outcome.document()["workbooks"]
        assert (first["status"], second["status"]) == ("error", "ok")
        assert first["error"]
        assert second["findings"]

    def test_an_empty_folder_does_not_stop_the_others(self, run: Run, sample: Path, tmp_path: Path) -> None:
        """A folder or pattern without a workbook is one error among the results."""
        (tmp_path / "empty").mkdir()
        outcome = run("check", "empty", "none-*.xlsx", sample, "--json", "--now", NOW)
        assert outcome.code == 2
        assert [book["status"] for book in outcome.document()["workbooks"]] == ["error", "error", "ok"]

    @pytest.mark.parametrize("name", ["x/**.xlsx", "长" * 300, "a\0b"])
    def test_a_name_that_cannot_be(self, run: Run, name: str) -> None:
        """A pattern, a length or a letter that the system refuses is one clear line."""
        assert run("check", name).code in {2, 3}

    def test_a_workbook_by_another_ending(self, run: Run, tmp_path: Path) -> None:
        """An xlsx that is called csv opens nowhere."""
        self.refused(run("new", "issues", "-o", "x.csv"), 2, ".xlsx")
        assert not (tmp_path / "x.csv").exists()

    def test_two_sheets_of_one_name(self, run: Run, sample: Path, tmp_path: Path) -> None:
        """A file that Excel would repair: nobody could say which of the two is meant."""
        twin = tmp_path / "twin.xlsx"
        with zipfile.ZipFile(sample) as source, zipfile.ZipFile(twin, "w") as target:
            for name in source.namelist():
                data = source.read(name)
                if name == "xl/workbook.xml":
                    data = data.replace('name="词表"'.encode(), 'name="问题跟踪表"'.encode())
                target.writestr(name, data)
        self.refused(run("check", twin, "--write"), 3, "twin.xlsx")

    def test_a_time_that_cannot_be(self, run: Run, sample: Path) -> None:
        """The year 1 has no working days."""
        self.refused(run("check", sample, "--now", "0001-01-01T00:00"), 2, "2026-11-20T09:00")

    def test_a_bug_with_one_workbook_does_not_stop_the_others(
        self, run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exit 70, one line that names a log, no traceback, and the other workbook is done."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        twin = shutil.copy(sample, tmp_path / "twin.xlsx")
        read = ExcelStore.read

        def stumble(store: ExcelStore) -> RawBook:
            book = read(store)
            if book.name == "twin.xlsx":
                raise ZeroDivisionError
            return book

        monkeypatch.setattr(ExcelStore, "read", stumble)
        outcome = run("check", twin, sample, "--json", "--now", NOW)
        assert [book["status"] for book in outcome.document()["workbooks"]] == ["error", "ok"]
        self.refused(outcome, 70, "twin.xlsx")
        (log,) = tmp_path.glob("sheetsync-*.log")
        assert "ZeroDivisionError" in log.read_text("utf-8")

    def test_copies_of_one_name_do_not_replace_one_another(
        self, run: Run, sample: Path, tmp_path: Path
    ) -> None:
        """Two folders may hold a workbook of one name; one folder of copies cannot."""
        for folder in ("a", "b", "out"):
            (tmp_path / folder).mkdir()
            shutil.copy(sample, tmp_path / folder)
        books = tmp_path / "a" / "sample.xlsx", tmp_path / "b" / "sample.xlsx"
        before = (tmp_path / "out" / "sample.xlsx").read_bytes()
        self.refused(run("check", *books, "-o", tmp_path / "out", "--now", NOW), 2, "sample.xlsx")
        assert (tmp_path / "out" / "sample.xlsx").read_bytes() == before


@pytest.mark.parametrize(("level", "code"), [("none", 0), ("info", 1), ("yellow", 1), ("red", 1)])
def test_fail_on(run: Run, sample: Path, level: str, code: int) -> None:
    """The sample has a red finding."""
    assert run("check", sample, "--fail-on", level, "--now", NOW).code == code


def test_workbooks_are_checked_in_worker_processes_alike(run: Run, sample: Path, tmp_path: Path) -> None:
    """--jobs changes the speed, not the result."""
    twin = shutil.copy(sample, tmp_path / "twin.xlsx")
    one = run("check", sample, twin, "--json", "--now", NOW).document()
    two = run("check", sample, twin, "--json", "--now", NOW, "--jobs", "2").document()
    assert one == two


def test_a_folder_means_its_workbooks(run: Run, sample: Path, tmp_path: Path) -> None:
    """Owner files and other programs' conflict copies are not workbooks."""
    (tmp_path / "~$sample.xlsx").write_bytes(b"\0" * 165)
    (tmp_path / "sample 冲突副本.xlsx").write_bytes(b"x")
    paths = [book["path"] for book in run("check", tmp_path, "--json", "--now", NOW).document()["workbooks"]]
    assert paths == [str(sample)]


def test_explain_is_what_check_says(run: Run, sample: Path) -> None:
    """The same findings, with cells and clock."""
    book = run("check", sample, "--json", "--now", NOW).book()
    explained = run("explain", sample, "XZB20231001-02", "--json", "--now", NOW).document()
    (record,) = explained["records"]
    wanted = [item for item in book["findings"] if item["id"] == "XZB20231001-02"]
    assert sorted(item["rule"] for item in record["reasons"]) == sorted(item["rule"] for item in wanted)
    (acceptance,) = (item for item in record["reasons"] if item["rule"] == "T43")
    assert acceptance["place"].startswith("rules/tasks.yaml:")
    days = {day["day"]: day for day in acceptance["days"]}
    assert "调休" in days["2023-10-08"]["label"]


def test_explain_names_the_nearest_id(run: Run, sample: Path) -> None:
    """A typing mistake is not the end."""
    outcome = run("explain", sample, "XZB20231001-03", "--now", NOW)
    assert outcome.code == 2
    assert "XZB20231001-0" in outcome.err


def test_rules_are_listed_shown_and_tested(run: Run) -> None:
    """All shipped cases pass."""
    assert "T16" in run("rules").out
    shown = run("rules", "show", "T16").out
    assert "rules/issues.yaml:" in shown
    tested = run("rules", "test")
    assert tested.code == 0, tested.err
    assert "0 个用例未通过" in tested.out or "0 个未通过" in tested.out


def test_init_never_overwrites(run: Run, tmp_path: Path) -> None:
    """A second init changes nothing."""
    assert run("init", "项目").code == 0
    settings = tmp_path / "项目" / "sheetsync.toml"
    settings.write_text("[project]\n", encoding="utf-8")
    assert run("init", "项目").code == 0
    assert settings.read_text("utf-8") == "[project]\n"
    assert run("--project", tmp_path / "项目", "forms").code == 0


def test_demo_tells_the_story(run: Run, tmp_path: Path) -> None:
    """A marked workbook, weekly summary, mail, two workbooks in step; a folder with files is left alone."""
    outcome = run("demo", "demo")
    assert outcome.code == 0, outcome.err
    (book,) = (tmp_path / "demo" / "workbooks").glob("*.xlsx")
    assert str(Path("demo") / "workbooks" / book.name) in outcome.out
    assert (tmp_path / "demo" / "周报.xlsx").is_file()
    (mail,) = (tmp_path / "demo" / "outbox").glob("*.eml")
    assert mail.name in outcome.out
    assert len(outcome.out.strip().splitlines()) == 8
    for side in ("项目办", "设计部"):
        assert "同步冲突" in openpyxl.load_workbook(tmp_path / "demo" / "同步" / f"{side}.xlsx").sheetnames
    assert openpyxl.load_workbook(book).sheetnames[0] == "仪表盘"
    assert run("demo", "demo").code == 2
    assert run("undo", book).code == 0


def test_english_speaks_english(run: Run, sample: Path) -> None:
    """Messages on the screen."""
    outcome = run("--lang", "en", "check", sample, "--now", NOW)
    assert "records" in outcome.out
    assert "no such" in run("--lang", "en", "check", "missing.xlsx").err.lower()
