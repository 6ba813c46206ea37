"""Batches of records: what is refused is narrowed down, and what nobody answers is looked up."""

import json
import uuid

import pytest

from sheetsync.bitable.base import Base as Way
from sheetsync.bitable.batches import Batches
from sheetsync.bitable.journal import MemoryJournal
from tests.feishu_server import FeishuServer, coded, dropped
from tests.feishu_server.tables import Base, Table
from tests.unit.bitable.conftest import Reach


@pytest.fixture(name="table")
def _table(base: Base) -> Table:
    return base.table("任务", {"编号": 1, "工时": 2})


def batches(way: Way, table: Table, journal: MemoryJournal | None = None) -> Batches:
    return Batches(way, table.id, way.fields(table.id), journal or MemoryJournal(), list(table.records))


def ids(table: Table) -> list[str]:
    return list(table.fields)


def numbers(table: Table) -> list[object]:
    return [row["编号"] for row in table.rows()]


FOREVER = 99


class TestCreate:
    def test_one_bad_row_keeps_no_other_out(self, reach: Reach, table: Table) -> None:
        name, hours = ids(table)
        rows = [{name: f"T-{n}", hours: "八" if n == 3 else n} for n in range(7)]
        outcome = batches(reach(table), table).create(rows)
        assert (sorted(outcome.landed), list(outcome.refused)) == ([0, 1, 2, 4, 5, 6], [3])
        assert numbers(table) == [f"T-{n}" for n in (0, 1, 2, 4, 5, 6)]
        assert "1254061" in outcome.refused[3].zh
        assert "open-apis" not in outcome.refused[3].zh

    def test_what_was_made_without_an_answer_is_found(
        self, feishu: FeishuServer, reach: Reach, table: Table
    ) -> None:
        (name, _), way = ids(table), reach(table)
        work = batches(way, table)
        feishu.faults.add(
            dropped("batch_create", applied=True), coded("batch_create", 1254608, times=FOREVER)
        )
        outcome = work.create([{name: "T-1"}, {name: "T-2"}])
        assert (sorted(outcome.landed), numbers(table)) == ([0, 1], ["T-1", "T-2"])

    def test_what_was_not_made_is_told_as_unknown(
        self, feishu: FeishuServer, reach: Reach, table: Table
    ) -> None:
        (name, _), way = ids(table), reach(table)
        feishu.faults.add(dropped("batch_create", applied=False, times=FOREVER))
        outcome = batches(way, table).create([{name: "T-1"}])
        assert (outcome.landed, list(outcome.refused)) == ({}, [0])

    def test_rows_that_are_alike_are_each_found(
        self, feishu: FeishuServer, reach: Reach, table: Table
    ) -> None:
        """And a record that was there before is not taken for one of them."""
        table.add({"编号": "T-1"})
        (name, _), way = ids(table), reach(table)
        work = batches(way, table)
        feishu.faults.add(
            dropped("batch_create", applied=True), coded("batch_create", 1254608, times=FOREVER)
        )
        outcome = work.create([{name: "T-1"}, {name: "T-1"}])
        assert len(set(outcome.landed.values())) == 2
        assert len(table.records) == 3

    def test_what_a_dead_run_sent_comes_once(self, reach: Reach, table: Table) -> None:
        """The token was kept before the batch left; the next run shows the same one."""
        (name, _), way = ids(table), reach(table)
        journal = MemoryJournal()

        class Died(BaseException):
            pass

        def die(*sent: object) -> None:
            Way.create(way, *sent)  # type: ignore[arg-type] # as it was called
            raise Died

        first = batches(way, table, journal)
        way.create = die  # type: ignore[method-assign,assignment] # the run dies between call and answer
        with pytest.raises(Died):
            first.create([{name: "T-1"}])
        del way.create  # type: ignore[method-assign]
        work = Batches(way, table.id, way.fields(table.id), journal)
        assert list(work.create([{name: "T-1"}]).landed) == [0]
        assert numbers(table) == ["T-1"]

    def test_an_old_answer_about_a_record_that_is_gone_is_not_believed(
        self, reach: Reach, table: Table
    ) -> None:
        (name, _), way = ids(table), reach(table)

        class Keeping(MemoryJournal):
            def settle(self, batch: str) -> None:
                if len(self.settled) > 0:
                    super().settle(batch)
                self.settled.append(batch)

            settled: list[str] = []  # noqa: RUF012 - of one test

        journal = Keeping()
        batches(way, table, journal).create([{name: "T-1"}])
        table.remove(next(iter(table.records)))
        batches(way, table, journal).create([{name: "T-1"}])
        assert numbers(table) == ["T-1"]

    def test_a_token_that_stands_for_something_else_is_given_up(
        self, feishu: FeishuServer, reach: Reach, table: Table
    ) -> None:
        (name, _), way = ids(table), reach(table)
        journal = MemoryJournal()
        feishu.faults.add(coded("batch_create", 1255006, status=400))
        assert list(batches(way, table, journal).create([{name: "T-1"}]).refused) == [0]
        assert list(batches(way, table, journal).create([{name: "T-1"}]).landed) == [0]
        assert numbers(table) == ["T-1"]

    def test_no_two_batches_share_a_token(self, feishu: FeishuServer, reach: Reach, table: Table) -> None:
        (name, _), way = ids(table), reach(table)
        work = batches(way, table)
        work.create([{name: "T-1"}])
        work.create([{name: "T-1"}])
        sent = [call.query["client_token"] for call in feishu.called("batch_create")]
        assert len({uuid.UUID(one) for one in sent}) == 2
        assert numbers(table) == ["T-1", "T-1"]

    def test_a_new_option_comes_once_in_a_batch(self, feishu: FeishuServer, reach: Reach, base: Base) -> None:
        """And the records in their order."""
        table = base.table("任务", {"编号": 1, "状态": 3})
        (name, state), way = ids(table), reach(table)
        words = ["受阻", None, "受阻", "进行中", "受阻", "进行中", "受阻"]
        rows = [{name: f"T-{n}", state: word} for n, word in enumerate(words)]
        assert len(batches(way, table).create(rows).landed) == 7
        assert numbers(table) == [f"T-{n}" for n in range(7)]
        sent = [json.loads(call.content)["records"] for call in feishu.called("batch_create")]
        chosen = [[one["fields"]["状态"] for one in batch if one["fields"]["状态"]] for batch in sent]
        assert chosen == [["受阻"], ["受阻", "进行中", "受阻"], ["进行中", "受阻"]]


class TestUpdate:
    def test_a_record_that_is_gone_keeps_no_other_out(self, reach: Reach, table: Table) -> None:
        one, two = table.add({"编号": "T-1"}), table.add({"编号": "T-2"})
        (_, hours), way = ids(table), reach(table)
        work = batches(way, table)
        table.remove(one)
        outcome = work.update([(one, {hours: 1}), (two, {hours: 2})])
        assert (list(outcome.landed), list(outcome.refused)) == ([1], [0])
        assert table.rows() == [{"编号": "T-2", "工时": 2}]

    def test_a_field_that_was_renamed_meanwhile_is_found_by_its_id(self, reach: Reach, table: Table) -> None:
        row = table.add({"编号": "T-1"})
        (_, hours), way = ids(table), reach(table)
        work = batches(way, table)
        table.rename("工时", "用时")
        assert list(work.update([(row, {hours: 8})]).landed) == [0]
        assert table.rows() == [{"编号": "T-1", "用时": 8}]

    def test_what_nobody_answered_is_read_back(
        self, feishu: FeishuServer, reach: Reach, table: Table
    ) -> None:
        row = table.add({"编号": "T-1"})
        (_, hours), way = ids(table), reach(table)
        feishu.faults.add(dropped("batch_update", applied=True, times=FOREVER))
        assert list(batches(way, table).update([(row, {hours: 8})]).landed) == [0]

    def test_what_did_not_arrive_is_told(self, feishu: FeishuServer, reach: Reach, table: Table) -> None:
        row = table.add({"编号": "T-1"})
        (_, hours), way = ids(table), reach(table)
        feishu.faults.add(dropped("batch_update", applied=False, times=FOREVER))
        assert list(batches(way, table).update([(row, {hours: 8})]).refused) == [0]

    def test_a_field_that_is_not_seen_everywhere_yet_is_waited_for(
        self, feishu: FeishuServer, reach: Reach, table: Table
    ) -> None:
        """It was made a moment ago, and the one who answers has not heard of it."""
        row = table.add({"编号": "T-1"})
        (_, hours), way = ids(table), reach(table)
        feishu.faults.add(coded("batch_update", 1254045, times=3))
        assert list(batches(way, table).update([(row, {hours: 8})]).landed) == [0]

    def test_a_field_that_is_gone_is_not_waited_for_row_by_row(self, reach: Reach, table: Table) -> None:
        rows = [table.add({"编号": f"T-{n}"}) for n in range(4)]
        (_, hours), way = ids(table), reach(table)
        waited: list[float] = []
        way.wait = waited.append  # type: ignore[method-assign] # instead of waiting
        work = batches(way, table)
        table.fields = {id_: one for id_, one in table.fields.items() if id_ != hours}
        outcome = work.update([(row, {hours: 8}) for row in rows])
        assert (len(outcome.refused), sum(waited) < 10) == (4, True)


class TestDelete:
    def test_those_that_are_gone_already_have_landed(self, reach: Reach, table: Table) -> None:
        one, two = table.add({"编号": "T-1"}), table.add({"编号": "T-2"})
        work = batches(reach(table), table)
        table.remove(one)
        assert sorted(work.delete([one, two]).landed) == [0, 1]
        assert not table.records

    def test_an_answer_is_not_believed_alone(self, feishu: FeishuServer, reach: Reach, table: Table) -> None:
        """It is looked whether the record is gone; where it is not, it is deleted again."""
        row = table.add({"编号": "T-1"})
        feishu.faults.add(coded("batch_delete", 0))
        assert list(batches(reach(table), table).delete([row]).landed) == [0]
        assert not table.records

    def test_a_lost_answer_is_looked_up(self, feishu: FeishuServer, reach: Reach, table: Table) -> None:
        row = table.add({"编号": "T-1"})
        feishu.faults.add(dropped("batch_delete", applied=True))
        assert list(batches(reach(table), table).delete([row]).landed) == [0]


def test_what_landed_before_all_stopped_is_told(
    feishu: FeishuServer, reach: Reach, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheetsync.bitable.batches.BATCH", 2)
    (name, _), way = ids(table), reach(table)
    feishu.faults.add(coded("batch_create", 91403, skip=1))
    outcome = batches(way, table).create([{name: f"T-{n}"} for n in range(5)])
    assert (sorted(outcome.landed), sorted(outcome.refused)) == ([0, 1], [2, 3, 4])
    assert outcome.stopped is not None
