"""A spreadsheet is read whole or not at all."""

import pytest

from sheetsync.errors import InputRefusedError, RemoteError
from sheetsync.feishusheets import reader
from sheetsync.feishusheets.store import FeishuSheetStore
from tests.feishu_server import FeishuServer, coded
from tests.feishu_server.answers import as_json
from tests.feishu_server.faults import Fault
from tests.feishu_server.sheets import Formula, Sheet, Spreadsheet
from tests.spreadsheets import store_of
from tests.unit.feishusheets.conftest import Open

VALUES = "values_batch_get"


def test_many_rows_come_in_blocks(feishu: FeishuServer, document: Spreadsheet, opened: Open) -> None:
    """6,000 rows of 20 columns: two ranges, each asked for plain and as shown."""
    document.sheet("大表", [[f"{row}-{column}" for column in range(20)] for row in range(6000)])
    (sheet,) = opened().read().sheets
    assert [sheet.rows[number][19] for number in (0, 4999, 5000, 5999)] == [
        "0-19", "4999-19", "5000-19", "5999-19",
    ]  # fmt: skip
    assert len(sheet.rows) == 6000
    asked = [call.query["ranges"].partition("!")[2] for call in feishu.called(VALUES)]
    assert asked == ["A1:T5000", "A1:T5000", "A5001:T6000", "A5001:T6000"]


def test_wide_tabs_come_in_blocks(document: Spreadsheet, opened: Open) -> None:
    document.sheet("宽表", [[f"c{column}" for column in range(250)]])
    (sheet,) = opened().read().sheets
    assert sheet.rows == [[f"c{column}" for column in range(250)]]


def test_small_tabs_are_asked_for_together(feishu: FeishuServer, document: Spreadsheet, opened: Open) -> None:
    for number in range(5):
        document.sheet(f"表{number}", [["编号"]])
    assert len(opened().read().sheets) == 5
    assert len(feishu.called(VALUES)) == 2


def test_an_answer_too_large_is_asked_for_in_halves(document: Spreadsheet, opened: Open) -> None:
    document.most_bytes = 6000
    document.sheet("表", [[f"第{row}行"] for row in range(300)])
    (sheet,) = opened().read().sheets
    assert [row[0] for row in sheet.rows] == [f"第{row}行" for row in range(300)]


def test_merged_ranges_and_hidden_tabs_are_told(tasks: Sheet, opened: Open) -> None:
    tasks.merges.append((1, 1, 2, 1))
    tasks.hidden = True
    (sheet,) = opened().read().sheets
    assert (sheet.merged, sheet.hidden) == (((1, 1, 2, 1),), True)


@pytest.mark.usefixtures("tasks")
def test_a_base_in_a_tab_is_left_out(document: Spreadsheet, opened: Open) -> None:
    document.sheet("多维表格", []).kind = "bitable"
    assert [sheet.name for sheet in opened().read().sheets] == ["任务"]


def test_formulas_give_their_results(tasks: Sheet, opened: Open) -> None:
    tasks.cells[2, 3] = Formula("=1+1", 2)
    tasks.cells[3, 3] = Formula("=A9/0", "#DIV/0!")
    (sheet,) = opened().read().sheets
    assert sheet.rows[1][2] == 2
    assert sheet.facts.unreadable() == {(3, 3): "#DIV/0!"}
    assert [sheet.facts.cell_state(row, column).fixed for row, column in ((2, 3), (2, 1))] == [
        "formula", None,
    ]  # fmt: skip


def test_a_percentage_has_its_format(tasks: Sheet, opened: Open) -> None:
    tasks.cells[2, 3] = 0.7
    tasks.format("0%", (2, 3))
    (sheet,) = opened().read().sheets
    assert sheet.facts.number_formats(3) == {2: "0%"}


class TestVersion:
    def test_it_stays_without_a_change(self, tasks: Sheet, opened: Open) -> None:
        assert tasks.cells
        assert opened().read().version == opened().read().version

    def test_it_changes_with_a_cell(self, document: Spreadsheet, tasks: Sheet, opened: Open) -> None:
        before = opened().read().version
        document.type(tasks, 2, 2, "王五")
        assert opened().read().version != before

    def test_it_changes_with_a_format(self, tasks: Sheet, opened: Open) -> None:
        tasks.cells[2, 3] = 0.7
        before = opened().read().version
        tasks.format("0%", (2, 3))
        assert opened().read().version != before


class TestRefusals:
    def test_an_answer_without_cells_is_no_empty_sheet(self, document: Spreadsheet, opened: Open) -> None:
        document.sheet("空表", [])
        with pytest.raises(InputRefusedError, match="no cell at all"):
            opened().read()

    @pytest.mark.usefixtures("tasks")
    @pytest.mark.parametrize(
        "told", [{}, {"valueRanges": []}, {"valueRanges": [{"range": "s!A1:B2", "values": None}]}]
    )
    def test_half_an_answer_is_not_used(self, feishu: FeishuServer, opened: Open, told: object) -> None:
        body = as_json({"code": 0, "msg": "ok", "data": told})
        feishu.faults.add(Fault(VALUES, status=200, body=body, times=9))
        with pytest.raises(RemoteError, match="did not give all cells"):
            opened().read()

    @pytest.mark.usefixtures("tasks")
    def test_a_tab_that_is_not_there(self, feishu: FeishuServer, document: Spreadsheet) -> None:
        with pytest.raises(InputRefusedError) as refused:
            store_of(feishu, document, "nowhere").read()
        assert refused.value.fix is not None
        assert "任务" in refused.value.fix.zh

    def test_a_spreadsheet_that_is_not_there(self, feishu: FeishuServer) -> None:
        with pytest.raises(RemoteError, match="at Feishu"):
            store_of(feishu, Spreadsheet("没有")).read()


def moving(monkeypatch: pytest.MonkeyPatch, document: Spreadsheet, tab: Sheet, times: int) -> None:
    """Let somebody type each time the values were read plain, so often."""
    left = [times]
    asked = reader.Document.values

    def values(self: reader.Document, blocks: object, render: str) -> object:
        answer = asked(self, blocks, render)  # type: ignore[arg-type] # handed on
        if render == "UnformattedValue" and left[0]:
            left[0] -= 1
            document.type(tab, 2, 2, f"第{left[0]}次")
        return answer

    monkeypatch.setattr(reader.Document, "values", values)


def test_what_changed_underneath_is_read_again(
    document: Spreadsheet, tasks: Sheet, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving(monkeypatch, document, tasks, 2)
    (sheet,) = opened().read().sheets
    assert sheet.rows[1][1] == "第0次"


def test_what_changes_all_the_time_is_told(
    document: Spreadsheet, tasks: Sheet, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving(monkeypatch, document, tasks, 99)
    with pytest.raises(RemoteError, match="keeps changing"):
        opened().read()


@pytest.mark.usefixtures("tasks")
@pytest.mark.parametrize("code", [90217, 90235, 99991663])
def test_what_feishu_did_not_take_is_asked_again(feishu: FeishuServer, opened: Open, code: int) -> None:
    feishu.faults.add(coded(VALUES, code))
    store: FeishuSheetStore = opened()
    assert store.read().sheets
