"""Two workbooks kept in step, as a person does it."""

import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest

import sheetsync
from tests.structure import faults

Run = Callable[..., Any]
TITLES = ("子任务编号", "所属任务", "负责人", "当前阶段", "当前进度", "截止时间", "下一步计划")
ENGLISH = ("Sub-task ID", "Task", "Owner", "Stage", "Progress", "Due", "Next step")
NOW = ("--now", "2023-10-16T09:00")
ROWS = (
    ("XZB20231001-01", "海报", "张三", "进行中", "20%", "2023-10-20", None),
    ("XZB20231001-02", "海报", "李四", "待验收", "100%", "2023-10-18", "看过了"),
    ("XZB20231001-03", "视频", "王五", "进行中", "30%", "2023-10-25", None),
    ("XZB20231001-04", "视频", "赵六", "进行中", "40%", "2023-10-26", None),
    ("XZB20231001-05", "视频", "钱七", "进行中", "50%", "2023-10-27", None),
)
KEYS = tuple(row[0] for row in ROWS)


class Pair:
    """A project with two workbooks."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder = run, folder
        self.left, self.right = folder / "总表.xlsx", folder / "设计部.xlsx"

    def sync(self, *more: str, left: str = "", right: str = "") -> Any:  # noqa: ANN401 - an Outcome
        ends = ("--left", f"{self.left}{left}", "--right", f"{self.right}{right}")
        return self.run("--project", self.folder, "sync", *ends, "--form", "progress", *NOW, *more)


def write(path: Path, rows: Sequence[Sequence[object]], titles: Sequence[str] = TITLES) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "进度"
    sheet.append(titles)
    for row in rows:
        sheet.append(row)
    book.save(path)


def edit(path: Path, *cells: tuple[str, str, object]) -> None:
    """Give cells other values: id, header, value."""
    book = openpyxl.load_workbook(path)
    sheet = book["进度"]
    titles = [cell.value for cell in sheet[1]]
    for key, title, value in cells:
        row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == key)
        row[titles.index(title)].value = value  # type: ignore[assignment]
    book.save(path)


def drop(path: Path, *keys: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["进度"]
    for key in keys:
        (number,) = [row[0].row for row in sheet.iter_rows() if row[0].value == key]
        sheet.delete_rows(number)
    book.save(path)


def add(path: Path, *rows: Sequence[object]) -> None:
    book = openpyxl.load_workbook(path)
    for row in rows:
        book["进度"].append(row)
    book.save(path)


def rows(path: Path) -> dict[str, tuple[object, ...]]:
    sheet = openpyxl.load_workbook(path)["进度"]
    return {str(row[0]): row[1:] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]}


def tab(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    return [] if "同步冲突" not in book else list(book["同步冲突"].iter_rows(min_row=4, values_only=True))


def choose(path: Path, key: str, side: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["同步冲突"]
    titles = [cell.value for cell in sheet[3]]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == key)
    row[titles.index("采用")].value = side
    book.save(path)


def bytes_of(pair: Pair) -> tuple[bytes, bytes]:
    return pair.left.read_bytes(), pair.right.read_bytes()


def fresh(run: Run, folder: Path) -> Pair:
    """Return a project that nothing was synced in."""
    (folder / "项目").mkdir()
    (folder / "项目" / "sheetsync.toml").write_text("[project]\nname = '项目'\n", "utf-8")
    return Pair(run, folder / "项目")


@pytest.fixture(scope="session")
def in_step(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two workbooks that are in step."""
    folder = tmp_path_factory.mktemp("sync") / "项目"
    sheetsync.init(folder)
    ends = folder / "总表.xlsx", folder / "设计部.xlsx"
    for path in ends:
        write(path, ROWS)
    sheetsync.sync(left=ends[0], right=ends[1], form="progress", adopt=True, project=folder, now=NOW[1])
    return folder


@pytest.fixture
def pair(run: Run, in_step: Path, tmp_path: Path) -> Pair:
    """Two workbooks that are in step, in a project of their own."""
    return Pair(run, Path(shutil.copytree(in_step, tmp_path / "项目")))


def test_without_a_project_it_says_what_to_do(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", ROWS)
    outcome = run("sync", "--left", "a.xlsx", "--right", "b.xlsx", "--form", "progress")
    assert outcome.code == 2
    assert "sheetsync init" in outcome.err


def test_the_first_time_takes_adopt(run: Run, tmp_path: Path) -> None:
    pair = fresh(run, tmp_path)
    write(pair.left, ROWS)
    write(pair.right, ROWS)
    outcome = pair.sync()
    assert outcome.code == 2
    assert "--adopt" in outcome.err


def test_adopting_unites_by_id_and_deletes_nothing(run: Run, tmp_path: Path) -> None:
    pair = fresh(run, tmp_path)
    write(pair.left, ROWS[:3])
    write(pair.right, [(*ROWS[0][:4], "25%", *ROWS[0][5:]), *ROWS[1:2], *ROWS[3:]])
    outcome = pair.sync("--adopt")
    assert outcome.code == 0, outcome.err
    assert tuple(rows(pair.left)) == (*KEYS[:3], *KEYS[3:])
    assert set(rows(pair.right)) == set(KEYS)
    assert "冲突 1 处" in outcome.out
    assert [line[2] for line in tab(pair.left)] == ["当前进度"]


def test_what_two_people_changed_meets_in_one_record(pair: Pair) -> None:
    edit(pair.left, (KEYS[0], "当前进度", "60%"))
    edit(pair.right, (KEYS[0], "负责人", "周八"), (KEYS[1], "当前阶段", "已完成"))
    assert pair.sync().code == 0
    assert rows(pair.left) == rows(pair.right)
    assert rows(pair.left)[KEYS[0]][1:4] == ("周八", "进行中", "60%")
    assert rows(pair.left)[KEYS[1]][2] == "已完成"


def test_a_second_run_writes_nothing(pair: Pair) -> None:
    edit(pair.left, (KEYS[0], "下一步计划", "左"))
    edit(pair.right, (KEYS[0], "下一步计划", "右"), (KEYS[2], "下一步计划", "新的"))
    pair.sync()
    before = bytes_of(pair)
    stamps = [path.stat().st_mtime_ns for path in (pair.left, pair.right)]
    assert pair.sync().code == 0
    assert bytes_of(pair) == before
    assert [path.stat().st_mtime_ns for path in (pair.left, pair.right)] == stamps


def test_a_second_run_writes_nothing_where_the_record_of_a_conflict_got_another_name(
    run: Run, tmp_path: Path
) -> None:
    """The tab names records; what the same sync brings to their names and times draws it not anew."""
    pair = fresh(run, tmp_path)
    titles = (*TITLES, "完成情况描述", "更新时间")
    for path in (pair.left, pair.right):
        write(path, [(*row, "初稿", "2023-10-08") for row in ROWS], titles)
    pair.sync("--adopt")
    edit(pair.left, (KEYS[0], "下一步计划", "左"), (KEYS[0], "更新时间", "2023-10-11"))
    edit(pair.right, (KEYS[0], "下一步计划", "右"), (KEYS[0], "完成情况描述", "终稿"))
    pair.sync()
    before = bytes_of(pair)
    assert "冲突 1 处" in pair.sync().out
    assert bytes_of(pair) == before


def test_a_dry_run_shows_the_plan_and_writes_nothing(pair: Pair) -> None:
    edit(pair.left, (KEYS[0], "当前进度", "60%"))
    before = bytes_of(pair)
    outcome = pair.sync("--dry-run")
    assert "右  修改  XZB20231001-01  当前进度  20" in outcome.out
    assert bytes_of(pair) == before
    document = pair.sync("--dry-run", "--json").document()
    assert document["schema"] == "sheetsync.sync/1"
    assert document["right"]["updates"] == [
        {"id": KEYS[0], "fields": {"actual_progress": {"before": "20", "after": "60"}}}
    ]
    assert document["left"]["updates"] == []


class TestConflict:
    @pytest.fixture
    def torn(self, pair: Pair) -> Pair:
        """Both have put something else into one cell."""
        edit(pair.left, (KEYS[0], "下一步计划", "左边的话"))
        edit(pair.right, (KEYS[0], "下一步计划", "右边的话"))
        assert pair.sync().code == 0
        return pair

    def test_nothing_is_written_over_and_both_are_told(self, torn: Pair) -> None:
        assert rows(torn.left)[KEYS[0]][-1] == "左边的话"
        assert rows(torn.right)[KEYS[0]][-1] == "右边的话"
        for path in (torn.left, torn.right):
            (line,) = tab(path)
            assert line[0] == KEYS[0]
            assert line[2] == "下一步计划"
            assert (line[3], line[5]) == ("左边的话", "右边的话")
            assert not faults(path.read_bytes())

    @pytest.mark.parametrize("where", ["left", "right"])
    @pytest.mark.parametrize(("side", "word"), [("左", "左边的话"), ("右", "右边的话")])
    def test_a_choice_on_either_tab_decides(self, torn: Pair, where: str, side: str, word: str) -> None:
        choose(getattr(torn, where), KEYS[0], f"{side}：{getattr(torn, where).name}")
        assert torn.sync().code == 0
        assert rows(torn.left)[KEYS[0]][-1] == rows(torn.right)[KEYS[0]][-1] == word
        assert tab(torn.left) == tab(torn.right) == []

    def test_a_choice_counts_only_for_what_was_seen(self, torn: Pair) -> None:
        choose(torn.left, KEYS[0], "左")
        edit(torn.right, (KEYS[0], "下一步计划", "又改了"))
        assert "冲突 1 处" in torn.sync().out
        assert rows(torn.right)[KEYS[0]][-1] == "又改了"
        assert tab(torn.left)[0][8] is None

    def test_different_choices_decide_nothing(self, torn: Pair) -> None:
        choose(torn.left, KEYS[0], "左")
        choose(torn.right, KEYS[0], "右")
        outcome = torn.sync()
        assert "选的不一样" in outcome.out
        assert rows(torn.left)[KEYS[0]][-1] == "左边的话"

    def test_it_is_over_once_both_are_made_the_same(self, torn: Pair) -> None:
        edit(torn.right, (KEYS[0], "下一步计划", "左边的话"))
        assert "冲突" not in torn.sync().out
        assert tab(torn.left) == []

    def test_preferring_a_side_settles_it(self, torn: Pair) -> None:
        assert torn.sync("--prefer", "right").code == 0
        assert rows(torn.left)[KEYS[0]][-1] == "右边的话"

    def test_the_tab_is_no_data_and_clean_takes_it_out(self, torn: Pair) -> None:
        document = torn.run("check", torn.left, "--json", *NOW).book()
        assert [sheet["sheet"] for sheet in document["sheets"]] == ["进度"]
        torn.run("clean", torn.left)
        assert tab(torn.left) == []


class TestDeletion:
    def test_the_other_side_is_marked(self, pair: Pair) -> None:
        drop(pair.left, KEYS[2])
        assert pair.sync().code == 0
        assert KEYS[2] not in rows(pair.left)
        assert rows(pair.right)[KEYS[2]][2] == "已取消"
        assert pair.sync().code == 0
        assert KEYS[2] not in rows(pair.left)

    @pytest.mark.parametrize("id_", [None, KEYS[1]], ids=["cleared", "another one's"])
    def test_a_row_that_lost_its_id_is_not_deleted(self, pair: Pair, id_: str | None) -> None:
        """Rubbing out an id, or dragging the one above over it, must not cancel anything."""
        edit(pair.left, (KEYS[2], "子任务编号", id_), (KEYS[3], "当前进度", "45%"))
        outcome = pair.sync()
        assert outcome.code == 0
        assert f"没有当作删除：{KEYS[2]}" in outcome.out
        assert rows(pair.right)[KEYS[2]] == ROWS[2][1:]
        assert rows(pair.right)[KEYS[3]][3] == "45%"

    def test_for_good_only_once_confirmed(self, pair: Pair) -> None:
        drop(pair.left, KEYS[2])
        outcome = pair.sync("--delete")
        assert outcome.code == 0
        assert "--yes" in outcome.out
        assert KEYS[2] in rows(pair.right)
        assert pair.sync("--delete", "--yes").code == 0
        assert tuple(rows(pair.right)) == (*KEYS[:2], *KEYS[3:])

    @pytest.mark.parametrize("answer", [True, False])
    def test_on_a_terminal_it_asks(
        self, pair: Pair, monkeypatch: pytest.MonkeyPatch, *, answer: bool
    ) -> None:
        asked = []

        def confirm(question: str) -> bool:
            asked.append(question)
            return answer

        monkeypatch.setattr("sys.stdin", Mock(isatty=lambda: True))
        monkeypatch.setattr("click.confirm", confirm)
        drop(pair.left, KEYS[2])
        assert pair.sync("--delete").code == 0
        assert asked == ["永久删除这 1 条？"]
        assert (KEYS[2] in rows(pair.right)) is not answer

    def test_the_mark_is_in_the_language_of_the_sheet(self, run: Run, tmp_path: Path) -> None:
        pair = fresh(run, tmp_path)
        write(pair.left, ROWS)
        write(pair.right, [], ENGLISH)
        pair.sync("--adopt")
        assert rows(pair.right)[KEYS[0]][2] == "In progress"
        drop(pair.left, KEYS[0])
        pair.sync()
        assert rows(pair.right)[KEYS[0]][2] == "Cancelled"

    def test_too_many_are_an_accident(self, pair: Pair) -> None:
        drop(pair.left, *KEYS[1:4])
        before = bytes_of(pair)
        outcome = pair.sync()
        assert outcome.code == 1
        assert "5 条里有 3 条" in outcome.out
        assert bytes_of(pair) == before
        assert pair.sync("--max-delete", "60").code == 0

    def test_a_side_that_is_suddenly_empty_stops_it(self, pair: Pair) -> None:
        write(pair.right, [])
        before = bytes_of(pair)
        outcome = pair.sync()
        assert outcome.code == 1
        assert "一条记录也没有" in outcome.out
        assert bytes_of(pair) == before

    def test_a_lost_column_stops_it(self, pair: Pair) -> None:
        write(pair.right, [row[:-1] for row in ROWS], TITLES[:-1])
        outcome = pair.sync()
        assert outcome.code == 1
        assert "下一步计划" in outcome.out

    def test_a_record_that_the_other_one_changed_is_a_conflict(self, pair: Pair) -> None:
        drop(pair.left, KEYS[2])
        edit(pair.right, (KEYS[2], "下一步计划", "还要做"))
        assert pair.sync().code == 0
        (line,) = tab(pair.right)
        assert (line[2], line[3], line[5]) == ("（整条记录）", "（已删除）", "还要做")
        choose(pair.right, KEYS[2], "右")
        pair.sync()
        assert rows(pair.left)[KEYS[2]][-1] == "还要做"


class TestUndo:
    def test_everything_that_was_written_is_taken_back(self, pair: Pair) -> None:
        add(pair.left, ("XZB20231001-06", "海报", "孙九", "进行中", "10%", "2023-10-30", None))
        edit(pair.left, (KEYS[0], "当前进度", "60%"))
        drop(pair.right, KEYS[1])
        left, right = rows(pair.left), rows(pair.right)
        pair.sync()
        assert rows(pair.left) != left
        outcome = pair.sync("--undo")
        assert outcome.code == 0, outcome.err
        assert (rows(pair.left), rows(pair.right)) == (left, right)

    def test_a_chinese_word_on_an_english_sheet_comes_back_as_it_was(self, run: Run, tmp_path: Path) -> None:
        pair = fresh(run, tmp_path)
        for path in (pair.left, pair.right):
            write(path, ROWS, ENGLISH)
        pair.sync("--adopt")
        edit(pair.left, (KEYS[0], "Stage", "Done"))
        pair.sync()
        assert rows(pair.right)[KEYS[0]][2] == "Done"
        pair.sync("--undo")
        assert rows(pair.right)[KEYS[0]][2] == ROWS[0][3]

    def test_what_somebody_changed_since_stays(self, pair: Pair) -> None:
        edit(pair.left, (KEYS[0], "当前进度", "60%"), (KEYS[1], "当前进度", "90%"))
        pair.sync()
        edit(pair.right, (KEYS[0], "当前进度", "70%"))
        outcome = pair.sync("--undo")
        assert "后来改成了“70”" in outcome.out
        assert rows(pair.right)[KEYS[0]][3] == "70%"
        assert rows(pair.right)[KEYS[1]][3] == "100%"

    def test_a_dry_run_tells_it_cell_by_cell(self, pair: Pair) -> None:
        edit(pair.left, (KEYS[0], "当前进度", "60%"))
        pair.sync()
        before = bytes_of(pair)
        outcome = pair.sync("--undo", "--dry-run")
        assert "右  修改  XZB20231001-01  当前进度  60    20" in outcome.out
        assert bytes_of(pair) == before

    def test_a_deleted_record_comes_back(self, pair: Pair) -> None:
        drop(pair.left, KEYS[2])
        before = rows(pair.right)
        pair.sync("--delete", "--yes")
        pair.sync("--undo")
        assert rows(pair.right) == before

    def test_what_was_typed_comes_back_as_it_was_typed(self, pair: Pair) -> None:
        edit(pair.right, (KEYS[0], "截止时间", "2023年10月20日"), (KEYS[0], "负责人", "设计部-张三"))
        edit(pair.right, (KEYS[2], "截止时间", "10月25日"))
        assert "无改动" in pair.sync().out
        before = rows(pair.right)
        edit(pair.left, (KEYS[0], "截止时间", "2023-10-30"), (KEYS[0], "负责人", "李四"))
        drop(pair.left, KEYS[2])
        pair.sync("--delete", "--yes")
        assert rows(pair.right)[KEYS[0]] != before[KEYS[0]]
        pair.sync("--undo")
        assert rows(pair.right) == before

    def test_a_new_record_that_somebody_went_on_with_stays(self, pair: Pair) -> None:
        add(pair.left, ("XZB20231001-06", "海报", "孙九", "进行中", "10%", "2023-10-30", None))
        pair.sync()
        edit(pair.right, ("XZB20231001-06", "下一步计划", "已接手"))
        outcome = pair.sync("--undo")
        assert "保留" in outcome.out
        assert "XZB20231001-06" in rows(pair.right)

    def test_twice_is_once(self, pair: Pair) -> None:
        edit(pair.left, (KEYS[0], "当前进度", "60%"))
        pair.sync()
        pair.sync("--undo")
        outcome = pair.sync("--undo")
        assert outcome.code == 2
        assert "撤销" in outcome.err

    def test_the_next_sync_sees_what_that_one_saw(self, pair: Pair) -> None:
        edit(pair.left, (KEYS[0], "当前进度", "60%"))
        pair.sync()
        pair.sync("--undo")
        assert pair.sync("--prefer", "right").code == 0
        assert rows(pair.right)[KEYS[0]][3] == "60%"


class TestSpelling:
    def test_an_english_sheet_meets_a_chinese_one(self, run: Run, tmp_path: Path) -> None:
        pair = fresh(run, tmp_path)
        write(pair.left, ROWS)
        states = {"进行中": "In progress", "待验收": "Awaiting acceptance"}
        write(pair.right, [(*row[:3], states[str(row[3])], *row[4:]) for row in ROWS], ENGLISH)
        document = pair.sync("--adopt", "--json").document()
        assert document["conflicts"] == document["left"]["updates"] == document["right"]["updates"] == []
        edit(pair.left, (KEYS[0], "当前阶段", "已完成"))
        pair.sync()
        assert rows(pair.right)[KEYS[0]][2] == "Done"

    def test_untouched_cells_keep_their_bytes(self, run: Run, tmp_path: Path) -> None:
        """`70%` and 0.7, dates of other types, a name with its department: equal, and left as typed."""
        pair = fresh(run, tmp_path)
        write(
            pair.left,
            [(KEYS[0], "海报", "设计部-张三", "进行中", "70%", datetime(2023, 10, 20), None), *ROWS[1:]],
        )
        write(pair.right, [(KEYS[0].lower(), "海报 ", "张三", "在做", 0.7, "2023/10/20", None), *ROWS[1:]])
        before = bytes_of(pair)
        outcome = pair.sync("--adopt", "--json").document()
        assert outcome["conflicts"] == outcome["skipped"] == []
        assert bytes_of(pair) == before
        edit(pair.left, (KEYS[1], "下一步计划", "改了"))
        kept = [row.value for row in openpyxl.load_workbook(pair.right)["进度"][2]]
        pair.sync()
        assert [row.value for row in openpyxl.load_workbook(pair.right)["进度"][2]] == kept

    def test_a_person_is_known_by_either_ends_directory(self, run: Run, tmp_path: Path) -> None:
        """One end lists who 李总 is; on both he is the person he is, as each has spelled him."""
        pair = fresh(run, tmp_path)
        write(pair.left, [(KEYS[0], "海报", "李总", *ROWS[0][3:]), *ROWS[1:]])
        write(pair.right, [(KEYS[0], "海报", "李建国", *ROWS[0][3:]), *ROWS[1:]])
        book = openpyxl.load_workbook(pair.right)
        sheet = book.create_sheet("通讯录")
        for row in (
            ("姓名", "部门", "岗位", "别名", "手机"),
            ("李建国", "设计部", "总监", "李总", "13800000000"),
        ):
            sheet.append(row)
        book.save(pair.right)
        document = pair.sync("--adopt", "--json").document()
        assert document["conflicts"] == document["skipped"] == []
        edit(pair.left, (KEYS[1], "负责人", "李总"))
        pair.sync()
        assert rows(pair.left)[KEYS[0]][1] == "李总"
        assert rows(pair.right)[KEYS[0]][1] == "李建国"
        assert rows(pair.right)[KEYS[1]][1] == "李总"

    def test_both_ends_may_list_the_same_people(self, run: Run, tmp_path: Path) -> None:
        pair = fresh(run, tmp_path)
        for path in (pair.left, pair.right):
            write(path, ROWS)
            book = openpyxl.load_workbook(path)
            sheet = book.create_sheet("通讯录")
            for row in (("姓名", "部门", "角色", "别名"), ("李建国", "设计部", "总监", "李总")):
                sheet.append(row)
            book.save(path)
        assert pair.sync("--adopt").code == 0
        edit(pair.left, (KEYS[0], "负责人", "李总"))
        edit(pair.right, (KEYS[0], "负责人", "李建国"))
        assert "无改动" in pair.sync().out

    def test_a_plain_figure_means_the_same_after_others_of_its_column_changed(
        self, run: Run, tmp_path: Path
    ) -> None:
        pair = fresh(run, tmp_path)
        for path, last in ((pair.left, 1), (pair.right, "1%")):
            write(path, [(*ROWS[0][:4], 90, *ROWS[0][5:]), (*ROWS[1][:4], last, *ROWS[1][5:])])
        pair.sync("--adopt")
        edit(pair.right, (KEYS[0], "当前进度", "0%"))
        pair.sync()
        pair.sync()
        assert rows(pair.right)[KEYS[1]][3] == "1%"

    def test_only_the_changed_cell_differs(self, pair: Pair) -> None:
        edit(pair.left, (KEYS[1], "下一步计划", "改了"))
        before = _cells(pair.right)
        pair.sync()
        after = _cells(pair.right)
        assert {place for place in {**before, **after} if before.get(place) != after.get(place)} == {b"G3"}


def _cells(path: Path) -> dict[bytes, bytes]:
    """Return the cells of the first sheet byte for byte."""
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    return {place: cell for cell, place in re.findall(rb'(<c r="([A-Z]+[0-9]+)".*?(?:/>|</c>))', xml)}


class TestSkipped:
    def test_repeated_ids_and_rows_without_one_are_told(self, pair: Pair) -> None:
        add(pair.left, (KEYS[0], "海报", "孙九", "进行中", "10%", "2023-10-30", None))
        add(pair.right, (None, "海报", "孙九", "进行中", "10%", "2023-10-30", None))
        outcome = pair.sync()
        assert outcome.code == 0
        assert f"编号重复，未同步：{KEYS[0]}" in outcome.out
        assert "第 7 行（可用 XZB20231001-06）" in outcome.out

    def test_columns_of_one_side_are_listed_and_left(self, run: Run, tmp_path: Path) -> None:
        pair = fresh(run, tmp_path)
        write(pair.left, [(*row, f"内部{number}") for number, row in enumerate(ROWS)], (*TITLES, "内部说明"))
        write(pair.right, ROWS)
        assert "内部说明" in pair.sync("--adopt").out
        edit(pair.right, (KEYS[0], "下一步计划", "改了"))
        pair.sync()
        assert rows(pair.left)[KEYS[0]][-2:] == ("改了", "内部0")

    def test_an_unread_cell_is_neither_copied_nor_written_over(self, pair: Pair) -> None:
        edit(pair.left, (KEYS[0], "截止时间", "10月32日"))
        outcome = pair.sync()
        assert "看不懂" in outcome.out
        assert rows(pair.left)[KEYS[0]][4] == "10月32日"
        assert rows(pair.right)[KEYS[0]][4] == "2023-10-20"

    def test_a_date_that_counts_from_the_rows_own_day_stays_that_date(self, run: Run, tmp_path: Path) -> None:
        """明天 would be another day with another 更新时间; nobody has typed another due date."""
        pair = fresh(run, tmp_path)
        titles = (*TITLES[:6], "更新时间")
        rest = ROWS[0][1:5]
        write(
            pair.left,
            [(KEYS[0], *rest, "明天", "2023-10-08"), (KEYS[1], *rest, "10月20日", "2023-10-08")],
            titles,
        )
        write(
            pair.right,
            [
                (key, *rest, due, "2023-10-08")
                for key, due in zip(KEYS[:2], ("2023-10-09", "2023-10-20"), strict=True)
            ],
            titles,
        )
        pair.sync("--adopt")
        edit(pair.right, *((key, "更新时间", "2023-10-11") for key in KEYS[:2]), (KEYS[0], "当前进度", "30%"))
        assert f"没有写入：{KEYS[0]} 更新时间" in pair.sync().out
        assert rows(pair.left)[KEYS[0]][3:] == ("30%", "明天", "2023-10-08")
        assert rows(pair.left)[KEYS[1]][3:] == ("20%", "10月20日", "2023-10-11")
        before = bytes_of(pair)
        assert pair.sync().code == 0
        assert bytes_of(pair) == before
        assert rows(pair.right)[KEYS[0]][4] == "2023-10-09"

    def test_a_word_that_the_form_does_not_know_waits(self, pair: Pair) -> None:
        """Somebody renamed an option of the dropdown: it is told, and the other side keeps what it has."""
        edit(pair.left, (KEYS[0], "当前阶段", "灰度中"))
        edit(pair.right, (KEYS[0], "下一步计划", "发布"))
        outcome = pair.sync()
        assert "看不懂" in outcome.out
        assert rows(pair.right)[KEYS[0]][2] == "进行中"
        assert rows(pair.left)[KEYS[0]][2::3] == ("灰度中", "发布")

    def test_a_date_read_out_of_a_text_is_not_typed_in(self, run: Run, tmp_path: Path) -> None:
        """截止时间 follows from 关键时间节点 on both sides; only that is mirrored."""
        pair = fresh(run, tmp_path)
        titles = ("任务编号", "任务名称", "发起部门", "发起人", "关键时间节点", "截止时间")
        row = ("XZB20231001", "海报", "市场部", "王磊", "10月8日启动，10月15日交付", None)
        for path in (pair.left, pair.right):
            write(path, [row], titles)
        ends = ("--left", pair.left, "--right", pair.right, "--form", "task-master")
        assert pair.run("--project", pair.folder, "sync", *ends, *NOW, "--adopt").code == 0
        edit(pair.left, ("XZB20231001", "关键时间节点", "10月8日启动，10月20日交付"))
        assert pair.run("--project", pair.folder, "sync", *ends, *NOW).code == 0
        assert rows(pair.right)["XZB20231001"][3:] == ("10月8日启动，10月20日交付", None)


class TestPairs:
    def test_a_pair_of_the_settings(self, pair: Pair) -> None:
        settings = pair.folder / "sheetsync.toml"
        named = (
            "\n[pairs.design]\nleft = '总表.xlsx'\nright = '设计部.xlsx#进度'\nform = 'F02'\n"
            "policy = { prefer = 'left' }\n"
        )
        settings.write_text(settings.read_text("utf-8") + named, "utf-8")
        assert pair.run("--project", pair.folder, "sync", "design", "--adopt", *NOW).code == 0
        edit(pair.left, (KEYS[0], "下一步计划", "左"))
        edit(pair.right, (KEYS[0], "下一步计划", "右"))
        assert pair.run("--project", pair.folder, "sync", "design", *NOW).code == 0
        assert rows(pair.right)[KEYS[0]][-1] == "左"
        # Spelled out, the same two tables have the same memory.
        edit(pair.left, (KEYS[0], "下一步计划", "又"))
        assert pair.sync(right="#进度").code == 0
        assert rows(pair.right)[KEYS[0]][-1] == "又"

    def test_an_unknown_pair_and_a_wrong_one(self, pair: Pair) -> None:
        settings = pair.folder / "sheetsync.toml"
        text = (
            settings.read_text("utf-8")
            + "\n[pairs.design]\nleft = 'a.xlsx'\nright = 'b.xlsx'\nform = 'F99'\n"
        )
        settings.write_text(text, "utf-8")
        outcome = pair.run("--project", pair.folder, "sync", "desing")
        assert outcome.code == 2
        assert "是否想写 design" in outcome.err
        outcome = pair.run("--project", pair.folder, "sync", "design")
        assert outcome.code == 2
        assert f"sheetsync.toml:{len(text.splitlines())}" in outcome.err

    def test_two_tables_of_one_workbook(self, run: Run, tmp_path: Path) -> None:
        pair = fresh(run, tmp_path)
        pair.right = pair.left
        write(pair.left, ROWS)
        book = openpyxl.load_workbook(pair.left)
        other = book.create_sheet("另一张")
        for row in (TITLES, *ROWS[:3]):
            other.append(row)
        book.save(pair.left)
        assert pair.sync("--adopt", left="#进度", right="#另一张").code == 0
        edit(pair.left, (KEYS[0], "下一步计划", "左"))
        assert pair.sync(left="#进度", right="#另一张").code == 0
        other = openpyxl.load_workbook(pair.left)["另一张"]
        assert [row[0] for row in other.iter_rows(min_row=2, values_only=True)] == list(KEYS)
        assert other["G2"].value == "左"

    def test_a_workbook_in_two_pairs_has_a_tab_for_each(self, pair: Pair) -> None:
        third = Pair(pair.run, pair.folder)
        third.right = pair.folder / "品牌部.xlsx"
        write(third.right, ROWS)
        third.sync("--adopt")
        edit(pair.left, (KEYS[0], "下一步计划", "总表"))
        edit(pair.right, (KEYS[0], "下一步计划", "设计部"))
        edit(third.right, (KEYS[0], "下一步计划", "品牌部"))
        pair.sync()
        third.sync()
        tabs = [name for name in openpyxl.load_workbook(pair.left).sheetnames if "同步冲突" in name]
        assert len(tabs) == 2
        choose(pair.right, KEYS[0], "右")
        pair.sync()
        left = openpyxl.load_workbook(pair.left).sheetnames
        assert [name for name in left if "同步冲突" in name] == tabs[1:]
        assert tab(third.right)

    def test_a_base_without_an_app_is_refused_in_one_line(self, pair: Pair) -> None:
        outcome = pair.run(
            "--project",
            pair.folder,
            "sync",
            "--left",
            pair.left,
            "--right",
            "bitable:bascn1/tbl1",
            "--form",
            "F02",
        )
        assert outcome.code == 2
        assert outcome.err.count("\n") == 1

    def test_the_same_table_twice_is_refused(self, pair: Pair) -> None:
        pair.right = pair.left
        assert pair.sync().code == 2


def test_a_workbook_that_is_open_elsewhere_stops_both(pair: Pair) -> None:
    edit(pair.left, (KEYS[0], "下一步计划", "改了"))
    owner = pair.right.with_name(f"~${pair.right.name}")
    owner.write_bytes(b"\x06Zhang " + b" " * 150)
    before = pair.left.read_bytes()
    outcome = pair.sync()
    assert outcome.code == 5
    assert pair.left.read_bytes() == before


def test_two_runs_of_one_pair_do_not_meet(pair: Pair) -> None:
    from sheetsync.commands import syncing  # noqa: PLC0415 - what is held open below
    from sheetsync.config.keeping import StateSettings  # noqa: PLC0415 - likewise
    from sheetsync.state.database import Database  # noqa: PLC0415 - likewise

    name = "总表.xlsx | 设计部.xlsx | progress"
    with syncing._alone(Database(pair.folder, StateSettings()), name):  # noqa: SLF001 - another run, inside
        outcome = pair.sync()
    assert outcome.code == 5
    assert "正在同步" in outcome.err
    assert pair.sync().code == 0
