"""What every store must do whose rows can be changed: the real definition of the port TableWriter.

A further store joins by one more name in `make`: it must hold the two records of the sample of the progress
tracker, and give the same document at each call.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pandas as pd
import pytest

from sheetsync.errors import StaleError
from sheetsync.excel.store import ExcelStore
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.model.rowchange import AppendRow, CellChange, DeleteRow, FieldValue, UpdateRow
from sheetsync.model.table import Table, Version
from sheetsync.ports import TableReader, TableWriter
from sheetsync.templates.build import Order, build
from sheetsync.testing import MemoryStore
from sheetsync.worktime import WorkTime
from tests.bases import filled, known, store_of
from tests.feishu_server import FeishuServer

CREATED = datetime(2023, 10, 16, 9)
SHEET, KEY = "任务执行进度跟踪表", "subtask_id"
FIRST, SECOND = "XZB20231001-01", "XZB20231001-02"
DUE = datetime(2023, 11, 3, 18)

VALUES = {
    "owner": FieldValue(kind="person", value="李四", text="李四"),
    "state": FieldValue(kind="word", value="受阻", text="受阻"),
    "actual_progress": FieldValue(kind="percent", value=85.5, text="85.5%"),
    "updated_at": FieldValue(kind="date", value=datetime(2023, 10, 9), whole_day=True, text="2023-10-09"),
    "due": FieldValue(kind="datetime", value=DUE, text="2023-11-03 18:00"),
    "helpers": FieldValue(kind="persons", value=("王五", "赵六"), text="王五、赵六"),
    "weight": FieldValue(kind="number", value=2.5, text="2.5"),
    "next_step": FieldValue(kind="long", value="=定稿\n送印", text="=定稿\n送印"),
}
"""A value of each kind that every store must be able to keep."""


class Document(TableReader, TableWriter, Protocol):
    """What a store is here."""


Make = Callable[[], Document]
Look = Callable[[], Table]


@pytest.fixture(scope="module")
def sample(catalogue: Catalogue) -> bytes:
    """The progress tracker with its two records."""
    form = catalogue.forms["progress"]
    rows = {form.id: form.sample}
    return build(Order(forms=[form], catalogue=catalogue, created=CREATED, rows=rows, ready_rows=20))


@pytest.fixture(params=["memory", "excel", "bitable"])
def make(
    request: pytest.FixtureRequest, sample: bytes, tmp_path: Path, feishu: FeishuServer, catalogue: Catalogue
) -> Make:
    """A store that holds the sample of the progress tracker; each call opens the same document anew."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(sample)
    if request.param == "excel":
        return lambda: ExcelStore(path)
    if request.param == "bitable":
        base = filled(feishu, ExcelStore(path), ["progress"], catalogue)
        for name in ("李四", "王五", "赵六"):
            known(feishu, name)
        return lambda: store_of(feishu, base, catalogue)
    memory = MemoryStore([sheet for sheet in ExcelStore(path).read().sheets if sheet.name == SHEET])
    return lambda: memory


@pytest.fixture
def look(make: Make, catalogue: Catalogue, worktime: WorkTime) -> Look:
    """Return the table as it is now."""
    return lambda: interpret(make().read(), catalogue, worktime=worktime).tables[0]


def version(make: Make) -> Version:
    return make().read().version


def keys(table: Table) -> list[str]:
    return [str(key) for key in table.frame[KEY]]


def fields(values: Mapping[str, FieldValue], table: Table) -> dict[int, FieldValue]:
    return {table.places[field].number: value for field, value in values.items()}


def update(table: Table, key: str, values: Mapping[str, FieldValue], **expected: object) -> UpdateRow:
    """Return an update of a record, based on what it holds unless something else is given."""
    at = keys(table).index(key)
    return UpdateRow(
        sheet=table.sheet,
        row=int(table.rows[at]),
        key=key,
        cells={
            table.places[field].number: CellChange(
                expected=expected.get(field, table.raw[field][at]),  # type: ignore[arg-type] # wrong ones too
                value=value,
            )
            for field, value in values.items()
        },
    )


def append(table: Table, key: str, values: Mapping[str, FieldValue] = VALUES) -> AppendRow:
    named = {KEY: FieldValue(kind="id", value=key, text=key), **values}
    return AppendRow(
        sheet=table.sheet,
        header_row=table.header_row,
        last_row=table.last_row,
        key=key,
        cells=fields(named, table),
    )


def delete(table: Table, key: str) -> DeleteRow:
    row = int(table.rows[keys(table).index(key)])
    return DeleteRow(sheet=table.sheet, row=row, key=key, header_row=table.header_row)


def record(table: Table, key: str) -> dict[str, object]:
    """Return the canonical values of a record, nothing for what is missing."""
    line = table.frame.iloc[keys(table).index(key)]
    return {
        str(field): None if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else value
        for field, value in line.items()
    }


@pytest.mark.parametrize("field", VALUES)
def test_an_updated_value_is_read_back(make: Make, look: Look, field: str) -> None:
    before = record(look(), FIRST)
    change = update(look(), FIRST, {field: VALUES[field]})
    receipt = make().apply([change], based_on=version(make))
    assert (receipt.landed, receipt.setbacks) == ((change,), ())
    after = record(look(), FIRST)
    assert after[field] == VALUES[field].value
    assert {**after, field: None} == {**before, field: None}


def test_a_value_is_taken_out(make: Make, look: Look) -> None:
    nothing = FieldValue(kind="long", value=None, text="")
    make().apply([update(look(), FIRST, {"next_step": nothing})], based_on=version(make))
    assert record(look(), FIRST)["next_step"] is None


def test_other_records_stay(make: Make, look: Look) -> None:
    before = record(look(), SECOND)
    changes = [update(look(), FIRST, VALUES), append(look(), "XZB20231001-03")]
    make().apply(changes, based_on=version(make))
    assert record(look(), SECOND) == before


def test_the_receipt_has_the_version_that_is_read_next(make: Make, look: Look) -> None:
    before = version(make)
    receipt = make().apply([update(look(), FIRST, VALUES)], based_on=before)
    assert receipt.version == version(make) != before


def test_what_stands_already_is_not_written_again(make: Make, look: Look) -> None:
    change = update(look(), FIRST, VALUES)
    make().apply([change], based_on=version(make))
    before = version(make)
    again = make().apply([change], based_on=before)
    assert (again.landed, again.setbacks, again.version) == ((change,), (), before)
    assert version(make) == before


def test_a_cell_that_holds_something_else_is_not_written(make: Make, look: Look) -> None:
    before = version(make)
    change = update(look(), FIRST, {"next_step": VALUES["next_step"]}, next_step="从没这样写过")
    receipt = make().apply([change], based_on=before)
    assert receipt.landed == ()
    assert [held.change for held in receipt.setbacks] == [change]
    assert receipt.setbacks[0].why.zh
    assert version(make) == before


def test_the_other_cells_of_the_record_are_written(make: Make, look: Look) -> None:
    table = look()
    values = {"next_step": VALUES["next_step"], "owner": VALUES["owner"]}
    change = update(table, FIRST, values, next_step="从没这样写过")
    receipt = make().apply([change], based_on=version(make))
    [landed], [held] = receipt.landed, receipt.setbacks
    assert isinstance(landed, UpdateRow)
    assert isinstance(held.change, UpdateRow)
    assert list(landed.cells) == [table.places["owner"].number]
    assert list(held.change.cells) == [table.places["next_step"].number]
    assert record(look(), FIRST)["owner"] == "李四"
    assert record(look(), FIRST)["next_step"] == record(table, FIRST)["next_step"]


def test_new_records_come_below_in_their_order(make: Make, look: Look) -> None:
    new = ["XZB20231001-09", "XZB20231001-03", "XZB20231001-05"]
    changes = [append(look(), key) for key in new]
    receipt = make().apply(changes, based_on=version(make))
    assert (receipt.landed, receipt.setbacks) == (tuple(changes), ())
    assert keys(look()) == [FIRST, SECOND, *new]


def test_a_new_record_holds_what_was_given(make: Make, look: Look) -> None:
    make().apply([append(look(), "XZB20231001-03")], based_on=version(make))
    found = record(look(), "XZB20231001-03")
    assert {field: found[field] for field in VALUES} == {
        field: value.value for field, value in VALUES.items()
    }


def test_a_deleted_record_is_gone_and_the_others_stay(make: Make, look: Look) -> None:
    before = record(look(), SECOND)
    change = delete(look(), FIRST)
    receipt = make().apply([change], based_on=version(make))
    assert (receipt.landed, receipt.setbacks) == ((change,), ())
    assert keys(look()) == [SECOND]
    assert record(look(), SECOND) == before


def test_a_record_may_come_after_one_that_went(make: Make, look: Look) -> None:
    make().apply([delete(look(), SECOND)], based_on=version(make))
    make().apply([append(look(), "XZB20231001-03")], based_on=version(make))
    assert keys(look()) == [FIRST, "XZB20231001-03"]


def test_what_cannot_be_done_does_not_stop_the_rest(make: Make, look: Look) -> None:
    wrong = update(look(), FIRST, {"owner": VALUES["owner"]}, owner="从没这样写过")
    right = update(look(), SECOND, {"owner": VALUES["owner"]})
    receipt = make().apply([wrong, right], based_on=version(make))
    assert receipt.landed == (right,)
    assert record(look(), SECOND)["owner"] == "李四"


def test_a_stale_version_is_refused_whole(make: Make, look: Look) -> None:
    old = version(make)
    changes = [update(look(), FIRST, VALUES), append(look(), "XZB20231001-03"), delete(look(), SECOND)]
    make().apply([update(look(), SECOND, VALUES)], based_on=old)
    new = version(make)
    with pytest.raises(StaleError):
        make().apply(changes, based_on=old)
    assert version(make) == new


def test_no_changes_are_no_change(make: Make) -> None:
    before = version(make)
    receipt = make().apply([], based_on=before)
    assert (receipt.landed, receipt.setbacks, receipt.version) == ((), (), before)
