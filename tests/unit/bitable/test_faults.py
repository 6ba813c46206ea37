"""Whatever goes wrong on the line, and however often: no record twice, none lost, and receipts that are true.

Each schedule of faults is drawn by chance from its number. `make test` runs some; all of them by

    SHEETSYNC_SCHEDULES=500 python -m pytest tests/unit/bitable/test_faults.py
"""

import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from sheetsync.bitable import batches
from sheetsync.bitable.journal import MemoryJournal
from sheetsync.bitable.store import BitableStore
from sheetsync.errors import RemoteError, SheetSyncError
from sheetsync.feishu.access import Access
from sheetsync.feishu.client import FeishuClient, Times
from sheetsync.feishu.throttle import Throttle
from sheetsync.model.rowchange import AppendRow, CellChange, DeleteRow, FieldValue, RowChange, UpdateRow
from sheetsync.model.table import RawBook
from tests.feishu_server import FeishuServer, bare_line, coded, dropped, html, limited, running
from tests.feishu_server.faults import Fault
from tests.feishu_server.tables import Table

SCHEDULES = int(os.environ.get("SHEETSYNC_SCHEDULES", "40"))
RUNS = 8
"""After so many runs everything has to be as it should: the faults of a schedule are used up long before."""

ON = (
    "batch_create",
    "batch_create",
    "batch_update",
    "batch_delete",
    "batch_get",
    "search",
    "/tables",
    "tenant_access_token",
)


@pytest.fixture(name="feishu", scope="module")
def _feishu() -> Iterator[FeishuServer]:
    with running() as server:
        server.meter.full = lambda *_, **__: False  # type: ignore[method-assign] # chance decides who is too fast
        yield server


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 3)


class Passing:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def store_of(feishu: FeishuServer, table: Table, journal: MemoryJournal) -> BitableStore:
    time = Passing()
    access = Access(
        app_id=feishu.app_id, app_secret=feishu.app_secret, domain=feishu.url, timeout=5, patience=12
    )
    client = FeishuClient(
        access,
        line=bare_line(feishu.url),
        times=Times(clock=time.clock, sleep=time.sleep),
        throttle=Throttle(time.clock, time.sleep),
    )
    return BitableStore(client, table.base.token, table.id, journal=journal, sleep=time.sleep)


def drawn(chance: random.Random) -> list[Fault]:
    """Return a schedule of faults."""
    faults = []
    for _ in range(chance.randint(1, 5)):
        on, applied = chance.choice(ON), chance.random() < 0.5
        times, skip = chance.choice((1, 1, 2, 3, 9, 20)), chance.randint(0, 2)
        faults.append(
            chance.choice(
                (
                    dropped(on, applied=applied, times=times, skip=skip),
                    coded(on, 1255001, applied=applied, status=500, times=times, skip=skip),
                    coded(on, 1255040, applied=applied, status=504, times=times, skip=skip),
                    coded(on, 1254291, times=times, skip=skip),
                    coded(on, 1254290, status=429, times=times, skip=skip),
                    coded(on, 1254607, status=400, times=times, skip=skip),
                    coded(on, 99991663, status=400, skip=skip),
                    html(on, applied=applied, times=times),
                    limited(on, times=times),
                )
            )
        )
    return faults


WANTED = {f"T-{number:02}": f"做完 {number}" for number in range(2, 14)}
"""What the table is to hold at the end; it begins with T-00 to T-05, of which two are to go."""


def text(value: str) -> FieldValue:
    return FieldValue(kind="text", value=value, text=value)


def plan(book: RawBook) -> list[RowChange]:
    """Return what is still to be done, as a mirror would that reads first."""
    (sheet,) = book.sheets
    held = {str(cells[0]): (row, cells[1]) for row, cells in enumerate(sheet.rows[1:], 2)}
    changes: list[RowChange] = []
    for key, words in WANTED.items():
        if key not in held:
            cells = {1: text(key), 2: text(words)}
            last = len(sheet.rows)
            changes.append(AppendRow(sheet=sheet.name, header_row=1, last_row=last, key=key, cells=cells))
        elif held[key][1] != words:
            row, before = held[key]
            change = CellChange(expected=before, value=text(words))
            changes.append(UpdateRow(sheet=sheet.name, row=row, key=key, cells={2: change}))
    changes += [
        DeleteRow(sheet=sheet.name, row=row, key=key, header_row=1)
        for key, (row, _) in held.items()
        if key not in WANTED
    ]
    return changes


def held(table: Table) -> list[dict[str, object]]:
    return sorted(table.rows(), key=lambda row: str(row["编号"]))


def untrue(landed: Sequence[RowChange], table: Table) -> list[RowChange]:
    """Return changes that a receipt has as landed and that did not."""
    now = {str(row["编号"]): row.get("说明") for row in table.rows()}
    return [
        one
        for one in landed
        if (one.key in now if isinstance(one, DeleteRow) else now.get(one.key) != WANTED[one.key])
    ]


@pytest.mark.parametrize("schedule", range(SCHEDULES))
def test_nothing_is_doubled_or_lost(feishu: FeishuServer, schedule: int) -> None:
    chance = random.Random(schedule)  # noqa: S311 - chance, and no secret
    table = feishu.base().table("任务", {"编号": 1, "说明": 1})
    for number in range(6):
        table.add({"编号": f"T-{number:02}", "说明": "要做"})
    untouched = {one for one in table.records if table.records[one]}
    journal = MemoryJournal()
    feishu.faults.clear()
    feishu.faults.add(*drawn(chance))
    for run in range(RUNS):
        if chance.random() < 0.2:
            feishu.tokens.expire()
        if run == RUNS - 2:
            feishu.faults.clear()
        store = store_of(feishu, table, journal)
        try:
            book = store.read()
            changes = plan(book)
            receipt = store.apply(changes, based_on=book.version)
        except RemoteError:
            continue
        finally:
            keys = Counter(str(row["编号"]) for row in table.rows())
            assert max(keys.values(), default=0) == 1, "a record came twice"
        assert not untrue(receipt.landed, table)
        told = len(receipt.landed) + len(receipt.setbacks)
        assert told == len(changes)
        if not changes:
            break
    assert held(table) == [{"编号": key, "说明": words} for key, words in WANTED.items()]
    assert len(untouched & set(table.records)) == 4, "records that stay are changed, not made anew"


def test_what_stopped_everything_is_an_error(feishu: FeishuServer) -> None:
    """And not a receipt that says that nothing could be done."""
    table = feishu.base().table("任务", {"编号": 1, "说明": 1})
    store = store_of(feishu, table, MemoryJournal())
    book = store.read()
    feishu.faults.clear()
    feishu.faults.add(coded("batch_create", 91403))
    with pytest.raises(SheetSyncError) as caught:
        store.apply(plan(book), based_on=book.version)
    assert "添加文档应用" in caught.value.say("zh")
