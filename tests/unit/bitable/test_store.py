"""A base as a store: read whole or not at all, and marked without touching what people made."""

from datetime import datetime

import pytest

from sheetsync.bitable.store import BitableStore
from sheetsync.errors import InputRefusedError, RemoteError, StaleError
from sheetsync.feishu.client import FeishuClient
from sheetsync.feishu.errors import NotAllowedError
from sheetsync.model.edit import (
    AppendColumns,
    Edit,
    ListedColumn,
    Listing,
    MarkRows,
    RemoveSheet,
    ReplaceSheet,
    ReplaceValue,
    SetCells,
)
from sheetsync.model.rowchange import CellChange, FieldValue, UpdateRow
from sheetsync.model.table import RawBook
from sheetsync.templates.layout import engine_columns
from tests.feishu_server import FeishuServer, coded
from tests.feishu_server.schema import delete_field
from tests.feishu_server.tables import Base, Table


@pytest.fixture(name="tasks")
def _tasks(base: Base) -> Table:
    table = base.table("任务", {"编号": 1, "工时": 2, "截止": 5})
    for number in range(3):
        table.add({"编号": f"T-{number}", "工时": number})
    return table


def marked(status: str = "延期", *, rows: tuple[int, ...] = (2, 3, 4)) -> list[Edit]:
    columns = engine_columns("zh")
    return [
        AppendColumns(sheet="任务", number=9, header_row=1, last_row=4, after_column=3, columns=columns),
        SetCells(sheet="任务", number=9, column="status", values=dict.fromkeys(rows, status)),
        SetCells(sheet="任务", number=9, column="since", values=dict.fromkeys(rows, datetime(2026, 1, 2, 9))),
        MarkRows(
            sheet="任务",
            number=9,
            header_row=1,
            last_row=4,
            first_column=1,
            column="status",
            styles=(("延期", "late"), ("正常", "normal")),
        ),
    ]


def listed(*rows: tuple[str, float | None]) -> ReplaceSheet:
    columns = (
        ListedColumn(name="metric", title="指标"),
        ListedColumn(name="value", title="本期", kind="number"),
    )
    return ReplaceSheet(
        role="dashboard",
        title="仪表盘",
        draw=dict,
        fingerprint=str(rows),
        listing=Listing(columns=columns, rows=rows),
    )


def present(store: BitableStore, edits: list[Edit]) -> list[str]:
    book = store.read()
    return [change.what for change in store.present(edits, based_on=book.version).changes]


class TestReading:
    def test_tables_are_sheets(self, store: BitableStore, tasks: Table) -> None:
        tasks.base.table("人员", {"姓名": 1})
        book = store.read()
        assert [sheet.name for sheet in book.sheets] == ["任务", "人员"]
        assert book.sheets[0].rows[0] == ["编号", "工时", "截止"]
        assert book.sheets[0].rows[1] == ["T-0", 0.0, ""]

    def test_who_changed_a_row_is_known(
        self, feishu: FeishuServer, store: BitableStore, tasks: Table
    ) -> None:
        feishu.person("ou_9", "周涛")
        tasks.edit(next(iter(tasks.records)), {"工时": 5}, by="ou_9")
        edits = store.read().sheets[0].row_edits
        assert (edits[2].by, edits[2].at is not None) == ("周涛", True)

    def test_a_long_table_is_read_page_by_page(self, store: BitableStore, tasks: Table) -> None:
        for number in range(3, 1203):
            tasks.create({next(iter(tasks.fields)): f"T-{number}"})
        rows = store.read().sheets[0].rows
        assert [cells[0] for cells in rows[1:]] == [f"T-{number}" for number in range(1203)]

    def test_a_percentage_has_the_format_of_one(self, store: BitableStore, base: Base) -> None:
        made = {"field_name": "进度", "type": 2, "ui_type": "Progress", "property": {"formatter": "0%"}}
        table = base.table("任务", [{"field_name": "编号", "type": 1}, made])
        table.add({"编号": "T-1", "进度": 1})
        table.add({"编号": "T-2"})
        assert store.read().sheets[0].facts.number_formats(2) == {2: "0%"}

    def test_what_is_computed_must_not_be_written(self, store: BitableStore, tasks: Table) -> None:
        tasks.formula("合计", lambda _: [1.0], 2)
        facts = store.read().sheets[0].facts
        assert (facts.cell_state(2, 4).fixed, facts.cell_state(2, 1).fixed) == ("formula", None)
        assert facts.cell_state(2, 3).dated

    def test_a_link_shows_what_it_points_to(
        self, store: BitableStore, client: FeishuClient, base: Base
    ) -> None:
        other = base.table("项目", {"名称": 1})
        there = other.add({"名称": "新品上市"})
        link = {"field_name": "项目", "type": 18, "property": {"table_id": other.id}}
        table = base.table("任务", [{"field_name": "编号", "type": 1}, link])
        table.add({"编号": "T-1", "项目": [there]})
        alone = BitableStore(client, base.token, table.id)
        assert [one.read().sheets[-1].rows[1] for one in (store, alone)] == [["T-1", "新品上市"]] * 2

    def test_rows_that_are_hidden_are_not_taken_for_none(self, store: BitableStore, tasks: Table) -> None:
        tasks.base.blind = True
        with pytest.raises(InputRefusedError, match="advanced permissions"):
            store.read()

    @pytest.mark.usefixtures("tasks")
    def test_rows_that_vanish_without_a_change_are_not_believed_gone(
        self, feishu: FeishuServer, store: BitableStore
    ) -> None:
        store.read()
        fault = coded("records/search", 0)
        fault.body = b'{"code": 0, "data": {"items": [], "has_more": false, "total": 0}}'
        feishu.faults.add(fault)
        with pytest.raises(InputRefusedError, match="not believed"):
            store.read()

    def test_an_empty_table_is_one(self, store: BitableStore, base: Base) -> None:
        base.table("任务", {"编号": 1})
        assert store.read().sheets[0].rows == [["编号"]]

    @pytest.mark.usefixtures("tasks")
    def test_half_a_table_is_no_table(self, feishu: FeishuServer, store: BitableStore) -> None:
        """The list of records does not match the number that the server tells."""
        half = {"items": [{"record_id": "rec1", "fields": {}}], "has_more": False, "total": 3}
        fault = coded("records/search", 0, times=9)
        fault.body = (
            b'{"code": 0, "data": ' + str(half).replace("'", '"').replace("False", "false").encode() + b"}"
        )
        feishu.faults.add(fault)
        with pytest.raises(RemoteError, match="whole list"):
            store.read()

    @pytest.mark.usefixtures("tasks")
    def test_too_much_at_once_is_asked_for_in_smaller_pages(
        self, feishu: FeishuServer, store: BitableStore
    ) -> None:
        feishu.faults.add(coded("records/search", 1254030))
        assert len(store.read().sheets[0].rows) == 4

    def test_a_table_that_is_not_there_is_told_with_those_that_are(
        self, client: FeishuClient, tasks: Table
    ) -> None:
        with pytest.raises(InputRefusedError) as caught:
            BitableStore(client, tasks.base.token, "tblnone").read()
        assert f"任务（{tasks.id}）" in caught.value.say("zh")

    def test_a_base_that_we_may_not_open_is_told_with_the_fix(self, store: BitableStore, base: Base) -> None:
        base.allowed = False
        with pytest.raises(NotAllowedError) as caught:
            store.read()
        assert caught.value.say("zh").startswith(f"bitable:{base.token}: ")
        assert "添加文档应用" in caught.value.say("zh")


class TestMarking:
    def test_a_persons_field_of_our_name_is_left_alone(self, store: BitableStore, base: Base) -> None:
        table = base.table("任务", {"编号": 1, "预警状态": 1})
        table.add({"编号": "T-1", "预警状态": "我自己看"})
        present(store, marked(rows=(2,)))
        (row,) = table.rows()
        assert (row["预警状态"], row["预警状态（系统）"]) == ("我自己看", "延期")

    def test_our_field_is_known_when_it_was_renamed(self, store: BitableStore, tasks: Table) -> None:
        present(store, marked())
        tasks.rename("预警状态", "红黄绿")
        assert present(store, marked()) == []
        assert present(store, marked("正常")) == ["cell"] * 3
        assert {row["红黄绿"] for row in tasks.rows()} == {"正常"}

    def test_options_have_their_colours(self, store: BitableStore, tasks: Table) -> None:
        present(store, marked())
        field = tasks.named("预警状态")
        assert field is not None
        assert [one["name"] for one in field.traits["options"]] == ["延期", "正常"]
        assert len({one["color"] for one in field.traits["options"]}) == 2

    @pytest.mark.usefixtures("tasks")
    def test_only_what_differs_is_written(self, feishu: FeishuServer, store: BitableStore) -> None:
        present(store, marked())
        before = len(feishu.writes)
        edits = [*marked(), SetCells(sheet="任务", number=9, column="status", values={3: "正常"})]
        assert present(store, edits) == ["cell"]
        assert [call.path.rpartition("/")[2] for call in feishu.writes[before:]] == ["batch_update"]
        assert feishu.writes[-1].content.count(b"record_id") == 1

    def test_a_view_that_was_widened_stops_nothing(self, store: BitableStore, tasks: Table) -> None:
        """The revision rises with every click; what cells hold is what counts."""
        book = store.read()
        tasks.changed()
        assert store.present(marked(), based_on=book.version).changes

    def test_a_cell_that_was_typed_meanwhile_stops_everything(
        self, feishu: FeishuServer, store: BitableStore, tasks: Table
    ) -> None:
        book = store.read()
        tasks.edit(next(iter(tasks.records)), {"工时": 9})
        before = len(feishu.writes)
        with pytest.raises(StaleError):
            store.present(marked(), based_on=book.version)
        assert len(feishu.writes) == before

    def test_a_change_in_force_is_written_where_the_cell_holds_what_was_read(
        self, store: BitableStore, tasks: Table
    ) -> None:
        present(store, [ReplaceValue(sheet="任务", row=3, column=2, expected=1.0, value=8.0)])
        assert [row["工时"] for row in tasks.rows()] == [0, 8, 2]
        with pytest.raises(InputRefusedError):
            present(store, [ReplaceValue(sheet="任务", row=3, column=2, expected=1.0, value=9.0)])


class TestTabs:
    def test_a_tab_is_a_table_that_is_rewritten_row_by_row(
        self, feishu: FeishuServer, store: BitableStore, tasks: Table
    ) -> None:
        present(store, [listed(("延期", 3), ("正常", 5), ("风险", None))])
        (table,) = [one for one in tasks.base.tables.values() if one.name == "仪表盘"]
        kept = set(table.records)
        before = len(feishu.writes)
        present(store, [listed(("延期", 4), ("正常", 5), ("完成", 1))])
        assert sorted(table.rows(), key=str) == sorted(
            [{"指标": "延期", "本期": 4.0}, {"指标": "正常", "本期": 5.0}, {"指标": "完成", "本期": 1.0}],
            key=str,
        )
        assert len(kept & set(table.records)) == 2
        writes = [call.path.rpartition("/")[2] for call in feishu.writes[before:]]
        assert writes == ["batch_update", "batch_create", "batch_delete"]
        assert present(store, [listed(("完成", 1), ("延期", 4), ("正常", 5))]) == []

    def test_a_persons_table_of_that_name_is_left_alone(self, store: BitableStore, base: Base) -> None:
        mine = base.table("仪表盘", {"指标": 1})
        mine.add({"指标": "我的"})
        present(store, [listed(("延期", 3))])
        assert mine.rows() == [{"指标": "我的"}]
        assert "仪表盘（系统）" in {one.name for one in base.tables.values()}

    @pytest.mark.usefixtures("tasks")
    def test_our_table_is_nobodys_input(self, store: BitableStore) -> None:
        present(store, [listed(("延期", 3))])
        book = store.read()
        (ours,) = [sheet for sheet in book.sheets if sheet.ours]
        assert (ours.role, len(ours.rows), book.tabs) == ("dashboard", 0, frozenset({"dashboard"}))

    def test_each_table_of_a_base_has_tabs_of_its_own(
        self, client: FeishuClient, store: BitableStore, tasks: Table
    ) -> None:
        present(store, [listed(("延期", 3))])
        alone = BitableStore(client, tasks.base.token, tasks.id)
        present(alone, [listed(("延期", 1))])
        assert {one.name for one in tasks.base.tables.values()} == {"任务", "仪表盘", "仪表盘·任务"}
        assert present(store, [listed(("延期", 3))]) == []
        assert present(alone, [listed(("延期", 1))]) == []
        present(alone, [RemoveSheet(role="dashboard")])
        assert {one.name for one in tasks.base.tables.values()} == {"任务", "仪表盘"}

    def test_a_column_that_a_person_deleted_comes_back(self, store: BitableStore, tasks: Table) -> None:
        present(store, [listed(("延期", 3))])
        (table,) = [one for one in tasks.base.tables.values() if one.name == "仪表盘"]
        delete_field(table, next(one for one in table.fields.values() if one.name == "本期"))
        present(store, [listed(("延期", 3))])
        assert table.rows() == [{"指标": "延期", "本期": 3.0}]


def test_a_row_that_was_changed_right_before_the_write_is_left_alone(
    store: BitableStore, tasks: Table
) -> None:
    """It is looked at once more when its batch leaves."""
    book: RawBook = store.read()
    (row, *_) = tasks.records
    change = UpdateRow(
        sheet="任务",
        row=2,
        key="T-0",
        cells={2: CellChange(expected=0.0, value=FieldValue(kind="number", value=7.0, text="7"))},
    )
    looked_up = store._base.chosen  # noqa: SLF001 - the moment between both looks

    def late(table: str, ids: list[str]) -> object:
        tasks.edit(row, {"工时": 99})
        return looked_up(table, ids)

    store._base.chosen = late  # type: ignore[method-assign,assignment] # noqa: SLF001 - likewise
    receipt = store.apply([change], based_on=book.version)
    assert (receipt.landed, len(receipt.setbacks)) == ((), 1)
    assert "99" in receipt.setbacks[0].why.zh
    assert tasks.records[row].values[list(tasks.fields)[1]] == 99
