"""Marks on a spreadsheet: ours only, written where something differs, known again wherever they went."""

from contextlib import AbstractContextManager
from datetime import datetime

import pytest

from sheetsync.errors import BusyError, InputRefusedError, RemoteError
from sheetsync.feishu.errors import NotAllowedError
from sheetsync.feishusheets.document import Document
from sheetsync.feishusheets.store import FeishuSheetStore
from sheetsync.model.edit import (
    AppendColumns,
    Edit,
    ListedColumn,
    Listing,
    RemoveColumns,
    RemoveSheet,
    ReplaceSheet,
    ReplaceValue,
    SetCells,
)
from sheetsync.templates.layout import engine_columns
from sheetsync.text import Text
from tests.feishu_server import FeishuServer, bare_client, coded, dropped
from tests.feishu_server.sheets import Formula, Sheet, Spreadsheet
from tests.spreadsheets import TITLES, store_of
from tests.unit.feishusheets.conftest import OURS, Open, mark, orders

LATE = orders({2: "延期", 3: "正常"}, {2: "超期 3 天"})


def header(tab: Sheet) -> list[str]:
    return [text for column in range(1, tab.grid[1] + 1) if (text := tab.text(1, column))]


def people(tab: Sheet) -> dict[tuple[int, int], object]:
    return {place: cell for place, cell in tab.cells.items() if place[1] <= 2}


def tab(*rows: tuple[str, float], role: str = "dashboard") -> ReplaceSheet:
    return ReplaceSheet(
        role=role,
        title="仪表盘",
        draw=dict,
        fingerprint="",
        first=True,
        listing=Listing(
            columns=(
                ListedColumn(name="metric", title="指标"),
                ListedColumn(name="value", title="本期", kind="number"),
            ),
            rows=rows,
        ),
    )


class TestColumns:
    def test_ours_come_at_the_right(self, tasks: Sheet, opened: Open) -> None:
        before = people(tasks)
        mark(opened, LATE)
        assert header(tasks) == ["编号", "负责人", *OURS]
        assert [tasks.text(row, 3) for row in (2, 3)] == ["延期", "正常"]
        assert people(tasks) == before

    def test_a_second_run_writes_nothing(self, feishu: FeishuServer, tasks: Sheet, opened: Open) -> None:
        assert tasks.cells
        mark(opened, LATE)
        feishu.calls.clear()
        assert mark(opened, LATE) == 0
        assert not [call for call in feishu.calls if call.writes]

    def test_only_what_differs_is_written(self, feishu: FeishuServer, tasks: Sheet, opened: Open) -> None:
        assert tasks.cells
        mark(opened, LATE)
        feishu.calls.clear()
        assert mark(opened, orders({2: "延期", 3: "延期"}, {2: "超期 3 天"})) == 1
        (call,) = feishu.writes
        assert call.content.count(b'"range"') == 1
        assert b"C3:C3" in call.content

    def test_the_grid_grows_where_it_must(self, document: Spreadsheet, opened: Open) -> None:
        tasks = document.sheet("任务", [["编号", "负责人"], ["A1", "张三"], ["A2", "李四"]])
        tasks.grid = (3, 2)
        mark(opened, LATE)
        assert tasks.grid == (3, 5)
        assert tasks.text(2, 3) == "延期"

    def test_what_stands_at_the_right_is_not_written_over(self, tasks: Sheet, opened: Open) -> None:
        """Neither a note far below nor a merged range."""
        tasks.cells[90, 4] = "手写备注"
        tasks.merges.append((50, 6, 51, 7))
        mark(opened, LATE)
        assert tasks.cells[90, 4] == "手写备注"
        assert [tasks.text(1, column) for column in (8, 9, 10)] == list(OURS)

    def test_columns_that_people_moved_are_known_again(self, tasks: Sheet, opened: Open) -> None:
        mark(opened, LATE)
        for row in (1, 2, 3):
            tasks.cells[row, 9] = tasks.cells.pop((row, 3))
        mark(opened, orders({2: "正常", 3: "正常"}, {2: "超期 3 天"}))
        assert tasks.text(2, 9) == "正常"
        assert tasks.text(2, 3) == ""

    def test_a_renamed_header_is_known_again(self, tasks: Sheet, opened: Open) -> None:
        mark(opened, LATE)
        tasks.cells[1, 3][0]["text"] = "状态"
        assert mark(opened, LATE) == 0

    def test_a_header_that_was_typed_over_gets_its_mark_again(
        self, document: Spreadsheet, tasks: Sheet, opened: Open
    ) -> None:
        mark(opened, LATE)
        document.type(tasks, 1, 4, "预警说明")
        assert mark(opened, LATE) == 1
        assert header(tasks) == ["编号", "负责人", *OURS]
        assert mark(opened, LATE) == 0

    def test_a_marked_tab_may_be_copied(self, document: Spreadsheet, tasks: Sheet, opened: Open) -> None:
        mark(opened, LATE)
        copy = document.sheet("任务 副本", [])
        copy.cells = dict(tasks.cells)
        both = opened().read().sheets
        assert [sheet.own[0].columns for sheet in both] == [{"status": 3, "note": 4, "since": 5}] * 2

    def test_links_that_feishu_drops_leave_nothing_behind(
        self, document: Spreadsheet, tasks: Sheet, opened: Open
    ) -> None:
        """Else each run would add three more columns."""
        document.keeps_links = False
        before = dict(tasks.cells)
        with pytest.raises(RemoteError, match="did not keep the links"):
            mark(opened, LATE)
        assert tasks.cells == before


class TestWhatIsPeoples:
    def test_a_column_of_that_name(self, document: Spreadsheet, opened: Open) -> None:
        own = document.sheet("任务", [["编号", "预警状态"], ["A1", "看起来还行"], ["A2", "正常"]])
        before = dict(own.cells)
        mark(opened, LATE)
        assert header(own) == ["编号", "预警状态", "预警状态（系统）", "预警说明", "预警时间"]
        assert {place: own.cells[place] for place in before} == before

    def test_three_columns_of_those_names_with_words_of_their_own(
        self, document: Spreadsheet, opened: Open
    ) -> None:
        own = document.sheet("任务", [["编号", *OURS], ["A1", "我看没事", "", ""], ["A2", "", "请催", ""]])
        assert opened().read().sheets[0].own == ()
        before = dict(own.cells)
        edit = AppendColumns(
            sheet="任务", number=1, header_row=1, last_row=3, after_column=4, columns=engine_columns("zh")
        )
        mark(opened, [edit])
        assert {place: own.cells[place] for place in before} == before
        assert header(own)[4:] == [f"{title}（系统）" for title in OURS]

    def test_the_empty_columns_of_a_template_are_ours(self, document: Spreadsheet, opened: Open) -> None:
        """An imported workbook lost our marks on the way."""
        own = document.sheet("任务", [["编号", "负责人", *OURS], ["A1", "张三"], ["A2", "李四", "正常"]])
        mark(opened, LATE)
        assert header(own) == ["编号", "负责人", *OURS]
        assert mark(opened, LATE) == 0

    def test_fills_stay(self, feishu: FeishuServer, tasks: Sheet, opened: Open) -> None:
        """No call gives cells a look: only the word of a status is coloured, by a rule."""
        assert tasks.cells
        mark(opened, LATE)
        assert not feishu.called("style")

    def test_a_tab_of_that_name(self, document: Spreadsheet, tasks: Sheet, opened: Open) -> None:
        assert tasks.cells
        own = document.sheet("仪表盘", [["我们自己的"]])
        mark(opened, [tab(("在办", 3))])
        assert own.cells == {(1, 1): "我们自己的"}
        assert document.tab("仪表盘（系统）").text(2, 1) == "在办"


class TestCells:
    @pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+86", "2023-10-18", "见 https://a.cn/b", "@张三"])
    def test_a_text_stays_a_text(self, tasks: Sheet, opened: Open, text: str) -> None:
        mark(opened, orders({2: "延期", 3: "正常"}, {2: text}))
        assert tasks.cells[2, 4] == text
        assert mark(opened, orders({2: "延期", 3: "正常"}, {2: text})) == 0

    def test_a_moment_is_written_as_people_read_it(self, tasks: Sheet, opened: Open) -> None:
        moment = SetCells(sheet="任务", number=1, column="since", values={2: datetime(2023, 10, 18, 9)})
        mark(opened, [*LATE, moment])
        assert tasks.cells[2, 5] == "2023-10-18 09:00"
        assert mark(opened, [*LATE, moment]) == 0

    def test_a_moment_that_became_a_day_number_is_the_same(self, tasks: Sheet, opened: Open) -> None:
        moment = SetCells(sheet="任务", number=1, column="since", values={2: datetime(2023, 10, 18, 9)})
        mark(opened, [*LATE, moment])
        tasks.cells[2, 5] = 45217.375
        tasks.format("yyyy-MM-dd HH:mm", (2, 5))
        assert mark(opened, [*LATE, moment]) == 0

    def test_many_rows_go_in_few_calls(
        self, feishu: FeishuServer, document: Spreadsheet, opened: Open
    ) -> None:
        rows = [["编号", "负责人"], *([f"A{row}", "张三"] for row in range(6000))]
        tasks = document.sheet("任务", rows)
        mark(opened, orders(dict.fromkeys(range(2, 6002), "延期"), last=6001))
        assert [tasks.text(row, 3) for row in (2, 5001, 6001)] == ["延期"] * 3
        assert len([call for call in feishu.writes if "values" in call.path]) == 2


class TestPeoplesValues:
    def change(self, column: int, expected: object, value: object) -> list[Edit]:
        return [
            ReplaceValue(sheet="任务", row=2, column=column, expected=expected, value=value)  # type: ignore[arg-type] # as read
        ]

    def test_a_change_in_force_is_written(self, tasks: Sheet, opened: Open) -> None:
        mark(opened, self.change(2, "张三", "王五"))
        assert tasks.cells[2, 2] == "王五"
        assert mark(opened, self.change(2, "张三", "王五")) == 0

    def test_a_day_stays_a_day(self, tasks: Sheet, opened: Open) -> None:
        tasks.cells[2, 3] = 45217.375
        tasks.format("yyyy/MM/dd HH:mm", (2, 3))
        mark(opened, self.change(3, datetime(2023, 10, 18, 9), datetime(2023, 10, 20, 18)))
        assert tasks.cells[2, 3] == 45219.75

    def test_a_whole_day_that_stands_there_is_not_written(self, tasks: Sheet, opened: Open) -> None:
        tasks.cells[2, 3] = 45217
        tasks.format("yyyy/MM/dd", (2, 3))
        assert mark(opened, self.change(3, "", datetime(2023, 10, 18))) == 0

    def test_a_cell_that_holds_something_else_is_refused(
        self, feishu: FeishuServer, tasks: Sheet, opened: Open
    ) -> None:
        assert tasks.cells
        with pytest.raises(InputRefusedError, match="张三"):
            mark(opened, self.change(2, "赵六", "王五"))
        assert not feishu.writes

    def test_a_formula_is_refused(self, feishu: FeishuServer, tasks: Sheet, opened: Open) -> None:
        tasks.cells[2, 2] = Formula("=B3", "张三")
        with pytest.raises(InputRefusedError, match="formula"):
            mark(opened, self.change(2, "张三", "王五"))
        assert not feishu.writes


class TestColours:
    def test_each_word_has_its_colour(self, tasks: Sheet, opened: Open) -> None:
        mark(opened, LATE)
        rules = [
            (rule["attrs"][0], rule["style"]["back_color"], rule["ranges"]) for rule in tasks.rules.values()
        ]
        place = [f"{tasks.id}!C2:C200"]
        assert rules == [
            ({"operator": "is", "text": "延期"}, "#ffc7ce", place),
            ({"operator": "is", "text": "正常"}, "#c6efce", place),
        ]

    def test_peoples_own_rules_stay(self, tasks: Sheet, opened: Open) -> None:
        theirs = {
            "a": {
                "ranges": [f"{tasks.id}!A1:C9"],
                "rule_type": "containsText",
                "attrs": [{"operator": "is", "text": "延期"}],
            },
            "b": {"ranges": [f"{tasks.id}!C2:C9"], "rule_type": "notContainsBlanks"},
        }
        tasks.rules.update(theirs)
        mark(opened, LATE)
        columns = RemoveColumns(sheet="任务", number=1, columns=engine_columns("zh"), rows=(2, 3))
        mark(opened, [columns])
        assert tasks.rules == theirs

    def test_there_is_no_more_room_than_feishu_has(self, tasks: Sheet, opened: Open) -> None:
        rule = {"ranges": [f"{tasks.id}!A1:A9"], "rule_type": "uniqueValues"}
        tasks.rules.update({f"r{number}": rule for number in range(19)})
        mark(opened, LATE)
        assert len(tasks.rules) == 19
        assert tasks.text(2, 3) == "延期"

    def test_colours_reach_rows_that_came_below(self, tasks: Sheet, opened: Open) -> None:
        mark(opened, LATE)
        tasks.grid = (400, 20)
        for row in range(4, 302):
            tasks.cells[row, 1] = f"A{row}"
        mark(opened, orders({2: "延期", 3: "正常"}, {2: "超期 3 天"}, last=301))
        assert {rule["ranges"][0] for rule in tasks.rules.values()} == {f"{tasks.id}!C2:C400"}


@pytest.mark.usefixtures("tasks")
class TestTabs:
    def test_a_tab_says_what_it_shall(self, document: Spreadsheet, opened: Open) -> None:
        mark(opened, [tab(("在办", 3), ("=延期", 1))])
        made = document.tab("仪表盘")
        assert [[made.text(row, column) for column in (1, 2)] for row in (1, 2, 3)] == [
            ["指标", "本期"], ["在办", "3.0"], ["=延期", "1.0"],
        ]  # fmt: skip
        assert next(iter(document.sheets.values())) is made
        assert mark(opened, [tab(("在办", 3), ("=延期", 1))]) == 0

    def test_rows_that_say_nothing_any_more_are_emptied(self, document: Spreadsheet, opened: Open) -> None:
        mark(opened, [tab(("在办", 3), ("延期", 1))])
        mark(opened, [tab(("在办", 2))])
        made = document.tab("仪表盘")
        assert (made.text(2, 2), made.bottom) == ("2.0", 2)

    def test_a_copy_that_people_made_of_it_is_theirs(self, document: Spreadsheet, opened: Open) -> None:
        mark(opened, [tab(("在办", 3))])
        kept = document.sheet("上周", [])
        kept.cells = dict(document.tab("仪表盘").cells)
        document.sheets = dict(sorted(document.sheets.items(), key=lambda one: one[1] is not kept))
        mark(opened, [tab(("在办", 2))])
        assert (kept.text(2, 2), document.tab("仪表盘").text(2, 2)) == ("3.0", "2.0")

    def test_many_rows_get_room(self, document: Spreadsheet, opened: Open) -> None:
        mark(opened, [tab(*((f"指标{number}", number) for number in range(500)))])
        assert document.tab("仪表盘").text(501, 1) == "指标499"

    def test_a_tab_has_its_own_dashboard(
        self, feishu: FeishuServer, document: Spreadsheet, tasks: Sheet
    ) -> None:
        """Where only one tab is looked at; it is known again, and the other tabs are not read."""
        document.sheet("别的", [["编号"]])
        for _ in range(2):
            store = store_of(feishu, document, tasks.id)
            book = store.read()
            store.present([tab(("在办", 3))], based_on=book.version)
        assert [one.title for one in document.sheets.values()] == ["仪表盘·任务", "任务", "别的"]
        assert [(one.name, one.role) for one in book.sheets] == [("仪表盘·任务", "dashboard"), ("任务", "")]

    def test_a_lost_answer_makes_no_second_tab(
        self, feishu: FeishuServer, document: Spreadsheet, opened: Open
    ) -> None:
        feishu.faults.add(dropped("sheets_batch_update", applied=True))
        mark(opened, [tab(("在办", 3))])
        assert [one.title for one in document.sheets.values()] == ["仪表盘", "任务"]

    def test_a_tab_goes(self, document: Spreadsheet, opened: Open) -> None:
        mark(opened, [tab(("在办", 3))])
        assert mark(opened, [RemoveSheet(role="dashboard")]) == 1
        assert [one.title for one in document.sheets.values()] == ["任务"]


class TestRemoval:
    def test_our_columns_are_emptied(self, tasks: Sheet, opened: Open) -> None:
        before = dict(tasks.cells)
        mark(opened, LATE)
        columns = RemoveColumns(sheet="任务", number=1, columns=engine_columns("zh"), rows=(2, 3))
        mark(opened, [columns])
        assert tasks.cells == before
        assert not tasks.rules
        assert mark(opened, [columns]) == 0

    def test_a_column_in_which_people_typed_becomes_theirs(self, tasks: Sheet, opened: Open) -> None:
        mark(opened, LATE)
        tasks.cells[9, 4] = "请催"
        mark(
            opened,
            [
                RemoveColumns(
                    sheet="任务",
                    number=1,
                    columns=engine_columns("zh"),
                    rows=(2, 3),
                    kept=frozenset({"note"}),
                )
            ],
        )
        assert header(tasks) == ["编号", "负责人", "预警说明"]
        assert (tasks.text(2, 4), tasks.text(9, 4)) == ("", "请催")
        assert opened().read().sheets[0].own == ()


class TestFaults:
    def test_one_run_at_a_time_writes(
        self, feishu: FeishuServer, document: Spreadsheet, tasks: Sheet
    ) -> None:
        def held(name: str) -> AbstractContextManager[object]:
            raise BusyError(Text("有人在写。", "Somebody writes."), where=name)

        client = bare_client(feishu, lease=held)
        store = FeishuSheetStore(client, document.token, titles=TITLES)
        with pytest.raises(BusyError, match=document.token):
            store.present(LATE, based_on=store.read().version)
        assert header(tasks) == ["编号", "负责人"]

    @pytest.mark.parametrize("code", [90235, 90217, 99991663])
    def test_what_was_not_taken_is_written_again(
        self, feishu: FeishuServer, tasks: Sheet, opened: Open, code: int
    ) -> None:
        feishu.faults.add(coded("values_batch_update", code))
        mark(opened, LATE)
        assert tasks.text(2, 3) == "延期"

    @pytest.mark.parametrize("call", ["values_batch_update", "condition_formats/batch_create"])
    def test_a_run_that_broke_off_is_finished_by_the_next(
        self, feishu: FeishuServer, tasks: Sheet, opened: Open, call: str
    ) -> None:
        feishu.faults.add(coded(call, 90218))
        with pytest.raises(NotAllowedError, match="locked"):
            mark(opened, LATE)
        mark(opened, LATE)
        assert header(tasks) == ["编号", "负责人", *OURS]
        assert len(tasks.rules) == 2

    def test_who_types_at_the_same_moment_is_noticed(
        self, document: Spreadsheet, tasks: Sheet, opened: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A row came in above between our reading and our writing."""
        wrote = Document.write

        def write(self: Document, cells: object) -> list[int]:
            if (4, 1) not in tasks.cells:
                for row in (3, 2):
                    for column in (1, 2):
                        tasks.cells[row + 1, column] = tasks.cells.pop((row, column))
                document.revision += 1
            return wrote(self, cells)  # type: ignore[arg-type] # handed on

        monkeypatch.setattr(Document, "write", write)
        with pytest.raises(RemoteError, match="Run again"):
            mark(opened, LATE)
