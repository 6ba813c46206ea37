"""Whole rows coloured where a project asks for it: as their status changes, and nothing but their fills."""

import json
from dataclasses import replace

import pytest

from sheetsync.errors import RemoteError
from sheetsync.feishu.errors import NotAllowedError
from sheetsync.feishusheets.document import Block, Document, Fill
from sheetsync.model.edit import AppendColumns, CellValue, Edit, MarkRows, RemoveColumns, SetCells
from sheetsync.templates.layout import engine_columns
from tests.feishu_server import FeishuServer, bare_client, coded, dropped
from tests.feishu_server.sheets import Sheet, Spreadsheet
from tests.spreadsheets import store_of
from tests.unit.feishusheets.conftest import Open, mark, orders

RED, GREEN, WHITE, YELLOW = "#ffc7ce", "#c6efce", "#ffffff", "#ffff00"


@pytest.fixture(name="coloured")
def _coloured(feishu: FeishuServer, document: Spreadsheet) -> Open:
    """Return the spreadsheet as a store of a project that wants whole rows."""
    return lambda: store_of(feishu, document, whole_rows=True)


def status(words: dict[int, CellValue], last: int = 3) -> list[Edit]:
    return orders(words, last=last)


def chosen(words: dict[int, CellValue], **how: object) -> list[Edit]:
    """Return the orders with another order to colour."""
    *others, last = status(words)
    return [*others, other(last, **how)]


def other(edit: Edit, **how: object) -> Edit:
    """Return another order to colour."""
    assert isinstance(edit, MarkRows)
    return replace(edit, **how)  # type: ignore[arg-type] # as the test names them


def cleaned(last: int | None = 2, before: int | None = None) -> list[Edit]:
    """Return the order to take our columns out beside a table from the first to the `last` column."""
    return [
        RemoveColumns(
            sheet="任务",
            number=1,
            columns=engine_columns("zh"),
            rows=(2, 3),
            first_column=None if last is None else 1,
            last_column=last,
            before=before,
        )
    ]


def painted(feishu: FeishuServer) -> list[str]:
    """Return the ranges that were given a fill."""
    calls = [json.loads(call.content) for call in feishu.called("styles_batch_update")]
    return [place.partition("!")[2] for call in calls for one in call["data"] for place in one["ranges"]]


class TestMarking:
    def test_a_row_has_the_fill_of_its_status(self, tasks: Sheet, coloured: Open) -> None:
        """From the first column of the table to the last of ours; the header and what is beside stay."""
        mark(coloured, status({2: "延期", 3: "正常"}))
        assert tasks.fills(2, 6) == [*[RED] * 5, ""]
        assert tasks.fills(3, 6) == [*[GREEN] * 5, ""]
        assert tasks.fills(1, 6) == tasks.fills(4, 6) == [""] * 6

    def test_the_word_is_coloured_as_ever(self, tasks: Sheet, coloured: Open) -> None:
        mark(coloured, status({2: "延期", 3: "正常"}))
        assert [rule["attrs"][0]["text"] for rule in tasks.rules.values()] == ["延期", "正常"]

    def test_a_second_run_writes_nothing(self, feishu: FeishuServer, tasks: Sheet, coloured: Open) -> None:
        mark(coloured, status({2: "延期", 3: "正常"}))
        tasks.fill(YELLOW, (2, 1))
        before = len(feishu.writes)
        assert mark(coloured, status({2: "延期", 3: "正常"})) == 0
        assert len(feishu.writes) == before
        assert tasks.fills(2, 1) == [YELLOW]

    @pytest.mark.usefixtures("tasks")
    def test_only_rows_whose_status_changes_are_filled(self, feishu: FeishuServer, coloured: Open) -> None:
        mark(coloured, status({2: "延期", 3: "正常"}))
        feishu.calls.clear()
        mark(coloured, orders({2: "延期", 3: "延期"}, {2: "超期 3 天"}))
        assert painted(feishu) == ["A3:E3"]

    @pytest.mark.usefixtures("tasks")
    def test_rows_of_one_colour_go_together(self, feishu: FeishuServer, coloured: Open) -> None:
        mark(coloured, status({2: "延期", 3: "延期", 5: "延期", 6: "正常"}, last=6))
        assert painted(feishu) == ["A2:E3", "A5:E5", "A6:E6"]
        assert len(feishu.called("styles_batch_update")) == 1

    def test_all_else_of_a_cells_look_stays(self, tasks: Sheet, coloured: Open) -> None:
        tasks.looks[2, 1] = {"formatter": "0%", "foreColor": "#0000ff", "font": {"bold": True}}
        before = dict(tasks.looks[2, 1])
        mark(coloured, status({2: "延期", 3: "正常"}))
        assert tasks.looks[2, 1] == before | {"backColor": RED}

    @pytest.mark.parametrize("word", [None, "暂停"])
    def test_a_status_without_a_colour_takes_it_away(
        self, tasks: Sheet, coloured: Open, word: CellValue
    ) -> None:
        tasks.format("0%", (2, 1))
        mark(coloured, status({2: "延期", 3: "正常"}))
        mark(coloured, status({2: word, 3: "正常"}))
        assert tasks.fills(2, 5) == [WHITE] * 5
        assert tasks.looks[2, 1]["formatter"] == "0%"
        assert tasks.fills(3, 5) == [GREEN] * 5

    def test_where_no_colour_of_ours_was_none_is_taken_away(
        self, feishu: FeishuServer, document: Spreadsheet, tasks: Sheet, coloured: Open
    ) -> None:
        mark(coloured, status({2: "延期", 3: None}))
        document.type(tasks, 3, 3, "手写")
        tasks.fill(YELLOW, (3, 1))
        feishu.calls.clear()
        mark(coloured, status({2: "延期", 3: None}))
        assert not painted(feishu)
        assert tasks.fills(3, 1) == [YELLOW]

    def test_a_project_chooses_its_colours(self, tasks: Sheet, coloured: Open) -> None:
        mark(coloured, chosen({2: "延期", 3: "正常"}, looks={"late": ("FF0000", None)}))
        assert tasks.fills(2, 5) == ["#ff0000"] * 5

    def test_a_dry_run_paints_nothing(self, feishu: FeishuServer, tasks: Sheet, coloured: Open) -> None:
        store = coloured()
        changes = store.preview(status({2: "延期", 3: "正常"}), based_on=store.read().version).changes
        assert [change.after for change in changes if change.what == "colours"] == ["延期、正常"] * 2
        assert not feishu.writes
        assert not tasks.looks

    def test_many_rows_go_in_few_calls(
        self, feishu: FeishuServer, document: Spreadsheet, coloured: Open
    ) -> None:
        rows = [["编号", "负责人"], *([f"A{row}", "张三"] for row in range(6000))]
        tasks = document.sheet("任务", rows)
        mark(coloured, status(dict.fromkeys(range(2, 6002), "延期"), last=6001))
        assert painted(feishu) == ["A2:E5001", "A5002:E6001"]
        assert len(feishu.called("styles_batch_update")) == 2
        assert tasks.fills(6001, 6) == [*[RED] * 5, ""]


class TestWhere:
    """Which cells belong to a row of a table."""

    @pytest.mark.usefixtures("tasks")
    def test_a_table_may_begin_further_right(self, feishu: FeishuServer, coloured: Open) -> None:
        mark(coloured, chosen({2: "延期"}, first_column=2))
        assert painted(feishu) == ["B2:E2"]

    @pytest.mark.usefixtures("tasks")
    def test_what_begins_below_the_table_stays(self, feishu: FeishuServer, coloured: Open) -> None:
        mark(coloured, chosen({2: "延期", 3: "正常"}, before=3))
        assert painted(feishu) == ["A2:E2"]

    def test_columns_between_the_table_and_ours_stay(
        self, feishu: FeishuServer, tasks: Sheet, coloured: Open
    ) -> None:
        tasks.cells[9, 4] = "手写备注"
        mark(coloured, status({2: "延期"}))
        assert painted(feishu) == ["A2:B2", "E2:G2"]

    def test_tables_side_by_side_have_fills_of_their_own(
        self, feishu: FeishuServer, document: Spreadsheet, coloured: Open
    ) -> None:
        tasks = document.sheet(
            "任务", [["编号", "负责人", "", "编号", "级别"], ["A1", "张三", "", "W1", "高"]]
        )
        first = chosen({2: "延期"}, last_column=2)
        second: list[Edit] = [
            AppendColumns(
                sheet="任务", number=2, header_row=1, last_row=2, after_column=5, columns=engine_columns("zh")
            ),
            SetCells(sheet="任务", number=2, column="status", values={2: "正常"}),
            other(first[-1], number=2, first_column=4, last_column=None),
        ]
        mark(coloured, [*first, *second])
        assert tasks.fills(2, 11) == [RED, RED, "", GREEN, GREEN, *[RED] * 3, *[GREEN] * 3]
        feishu.calls.clear()
        assert mark(coloured, [*first, *second]) == 0

    def test_a_cell_merged_over_rows_keeps_its_fill(
        self, feishu: FeishuServer, tasks: Sheet, coloured: Open
    ) -> None:
        """It belongs to records of several statuses."""
        tasks.merges.append((2, 2, 3, 2))
        mark(coloured, status({2: "延期", 3: "延期"}))
        assert painted(feishu) == ["A2:A3", "C2:E3"]

    def test_cells_merged_within_the_row_are_filled(
        self, feishu: FeishuServer, tasks: Sheet, coloured: Open
    ) -> None:
        tasks.merges.append((2, 1, 2, 2))
        mark(coloured, status({2: "延期"}))
        assert painted(feishu) == ["A2:E2"]

    def test_no_call_has_more_than_feishu_takes(self, feishu: FeishuServer, document: Spreadsheet) -> None:
        """Neither columns nor ranges nor rows of all of them."""
        tab = document.sheet("任务", [["编号"]])
        tab.grid = (6000, 250)
        wide = Block(sheet=tab.id, top=1, left=1, bottom=5200, right=230)
        single = [Block(sheet=tab.id, top=row, left=240, bottom=row, right=240) for row in range(1, 1202, 2)]
        fills = [Fill(block=block, colour=RED) for block in (wide, *single)]
        assert Document(bare_client(feishu), document.token).paint(fills) == 5
        assert tab.fills(1, 230) == tab.fills(5200, 230) == [RED] * 230
        assert tab.looks[1201, 240]["backColor"] == RED
        assert (5201, 1) not in tab.looks


class TestRemoval:
    def test_rows_of_ours_lose_their_colour(self, tasks: Sheet, coloured: Open) -> None:
        tasks.format("0%", (2, 1))
        mark(coloured, status({2: "延期", 3: "正常"}))
        mark(coloured, cleaned())
        assert tasks.fills(2, 6) == tasks.fills(3, 6) == [*[WHITE] * 5, ""]
        assert tasks.looks[2, 1]["formatter"] == "0%"
        assert mark(coloured, cleaned()) == 0

    def test_rows_without_a_status_of_ours_keep_theirs(self, tasks: Sheet, coloured: Open) -> None:
        mark(coloured, status({2: "延期", 3: None}))
        tasks.fill(YELLOW, (3, 1), (3, 3))
        mark(coloured, cleaned())
        assert tasks.fills(3, 3) == [YELLOW, "", YELLOW]

    def test_rows_of_the_table_below_are_its_own(
        self, feishu: FeishuServer, tasks: Sheet, coloured: Open
    ) -> None:
        assert tasks.cells
        mark(coloured, status({2: "延期", 3: "正常"}))
        feishu.calls.clear()
        mark(coloured, cleaned(before=3))
        assert painted(feishu) == ["A2:E2"]

    @pytest.mark.usefixtures("tasks")
    def test_of_a_table_that_nobody_finds_ours_are_bared(self, feishu: FeishuServer, coloured: Open) -> None:
        mark(coloured, status({2: "延期", 3: "正常"}))
        feishu.calls.clear()
        mark(coloured, cleaned(last=None))
        assert painted(feishu) == ["C2:E3"]

    def test_a_project_that_does_not_ask_for_it_keeps_all_fills(
        self, feishu: FeishuServer, tasks: Sheet, opened: Open, coloured: Open
    ) -> None:
        mark(coloured, status({2: "延期", 3: "正常"}))
        feishu.calls.clear()
        mark(opened, cleaned())
        assert not painted(feishu)
        assert tasks.fills(2, 5) == [RED] * 5


class TestFaults:
    @pytest.mark.parametrize("call", ["styles_batch_update", "values_batch_update"])
    def test_a_run_that_broke_off_is_finished_by_the_next(
        self, feishu: FeishuServer, tasks: Sheet, coloured: Open, call: str
    ) -> None:
        feishu.faults.add(coded(call, 90218))
        with pytest.raises(NotAllowedError, match="locked"):
            mark(coloured, status({2: "延期", 3: "正常"}))
        mark(coloured, status({2: "延期", 3: "正常"}))
        assert tasks.text(2, 3) == "延期"
        assert tasks.fills(2, 5) == [RED] * 5

    def test_a_lost_answer_is_asked_for_again(
        self, feishu: FeishuServer, tasks: Sheet, coloured: Open
    ) -> None:
        feishu.faults.add(dropped("styles_batch_update", applied=True))
        mark(coloured, status({2: "延期", 3: "正常"}))
        assert tasks.text(2, 3) == "延期"
        assert len(feishu.called("styles_batch_update")) == 2

    def test_links_that_feishu_drops_leave_no_colour_behind(
        self, document: Spreadsheet, tasks: Sheet, coloured: Open
    ) -> None:
        document.keeps_links = False
        with pytest.raises(RemoteError, match="did not keep the links"):
            mark(coloured, status({2: "延期", 3: "正常"}))
        assert tasks.fills(2, 5) == tasks.fills(3, 5) == [WHITE] * 5

    def test_our_own_fills_are_not_taken_for_somebody_elses_change(
        self, tasks: Sheet, coloured: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only where the counts of changes do not add up are all texts compared, which takes long."""
        doubts: list[bool] = []
        monkeypatch.setattr(
            "sheetsync.feishusheets.marking.Marking.verify", lambda self, _: doubts.append(self._doubt)
        )
        mark(coloured, status({2: "延期", 3: "正常"}))
        assert tasks.fills(2, 1) == [RED]
        assert doubts == [False]
