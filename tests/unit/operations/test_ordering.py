"""What a change orders is of the sort the cell holds, and reads afterwards as the change says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from sheetsync.forms.catalogue import Catalogue, build
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.model.edit import Change
from sheetsync.model.order import Orders
from sheetsync.model.table import CellState, PlainFacts, RawBook, RawSheet, RawValue, Table, Version
from sheetsync.operations.ordering import carried_out, ordered, replacements, trail
from sheetsync.rules import parse
from sheetsync.testing import MemoryStore, sheet_of
from sheetsync.worktime import WorkTime

ROOT = Path(__file__).parents[3]
NOW = datetime(2023, 10, 16, 9)
WORKTIME = WorkTime.standard()

Row = Mapping[str, RawValue]
Asked = Callable[..., Orders]


def _files(folder: str) -> list[tuple[str, str, str]]:
    return [
        (path.stem, path.name, path.read_text("utf-8")) for path in sorted((ROOT / folder).glob("*.yaml"))
    ]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return build(_files("workbook_templates"))


@pytest.fixture(scope="module")
def packs(catalogue: Catalogue) -> tuple[parse.RulePack, ...]:
    return parse.build(_files("rules"), catalogue)


def task(**cells: RawValue) -> Row:
    return {
        "子任务编号": "XZB20231001-01", "所属任务": "物料", "负责人": "李娜", "当前阶段": "进行中",
        "当前进度": "70%", "更新时间": "2023-10-13", "截止时间": "2023-10-13 18:00",
    } | cells  # fmt: skip


def change(field: str, old: RawValue, new: RawValue, **cells: RawValue) -> Row:
    return {
        "变更编号": "BG20231001", "变更原因": "文案晚到", "关联任务": "XZB20231001-01",
        "原值": old, "新值": new,
        "申请时间": "2023-10-12", "确认部门": "设计部", "确认意见": "同意", "生效时间": "2023-10-13",
        "更新的任务字段": field, "状态": "已生效",
    } | cells  # fmt: skip


def tasks(*rows: Row, **how: object) -> RawSheet:
    return replace(sheet_of("进度", rows), **how)  # type: ignore[arg-type] # facts, merged ranges


def changes(*rows: Row) -> RawSheet:
    return sheet_of("变更申请", rows)


def book_of(*sheets: RawSheet) -> RawBook:
    return RawBook(name="x", version=Version("v"), sheets=sheets)


@pytest.fixture(scope="module")
def read(catalogue: Catalogue) -> Callable[[RawBook], Reading]:
    return lambda book: interpret(book, catalogue, worktime=WORKTIME)


@pytest.fixture(scope="module")
def asked(catalogue: Catalogue, packs: Sequence[parse.RulePack], read: Callable[[RawBook], Reading]) -> Asked:
    def ask(book: RawBook, beside: Sequence[Table] = (), *, automatic: bool = True) -> Orders:
        return ordered(book, read(book), packs, catalogue, now=NOW, beside=beside, automatic=automatic)

    return ask


MONDAY = datetime(2023, 10, 16, 18)
DATED = PlainFacts(states={(2, 7): CellState(dated=True)})
PERCENT = PlainFacts(formats={5: {2: "0%"}})


@pytest.mark.parametrize(
    ("field", "held", "old", "new", "written", "facts"),
    [
        ("截止时间", datetime(2023, 10, 13, 18), "10月13日18:00", "2023-10-16 18:00", MONDAY, DATED),
        ("截止时间", date(2023, 10, 13), "2023-10-13", "2023-10-16", datetime(2023, 10, 16), DATED),
        ("截止时间", "10月13日", "2023-10-13", "10月16日18:00", "2023-10-16 18:00", None),
        ("截止时间", "2023-10-13", date(2023, 10, 13), date(2023, 10, 16), "2023-10-16", None),
        ("截止时间", "", "无", "2023-10-16 18:00", MONDAY, DATED),
        ("截止时间", "", "无", "2023-10-16 18:00", "2023-10-16 18:00", None),
        ("当前进度", 0.7, "70%", "80%", 0.8, PERCENT),
        ("当前进度", 70.0, "70%", "80%", 80.0, None),
        ("当前进度", "70%", 0.7, "80%", "80%", None),
        ("权重", 2.0, 2.0, 3.0, 3.0, None),
        ("权重", "2", "2", 3.0, "3", None),
        ("负责人", "李娜", "李娜", " 王磊 ", "王磊", None),
        ("交付标准", "300 DPI", "300DPI", "=1+1", "=1+1", None),
    ],
)
def test_the_sort_of_the_cell_is_kept(
    asked: Asked,
    field: str,
    held: RawValue,
    old: RawValue,
    new: RawValue,
    written: object,
    facts: PlainFacts | None,
) -> None:
    book = book_of(
        tasks(task(**{"权重": "", "交付标准": ""} | {field: held}), facts=facts or PlainFacts()),
        changes(change(field, old, new)),
    )
    [order] = asked(book).orders
    assert (order.expected, order.value) == (held, written)
    assert type(order.value) is type(written)
    after = asked(carried_out(book, [order]))
    assert (after.orders, after.refusals) == ((), ())


@pytest.mark.parametrize(
    ("field", "held", "old", "new", "words"),
    [
        ("当前进度", 0.0, "0%", "10%", "不能照样更新"),
        ("交付标准", datetime(2023, 10, 13), "2023-10-13", "300 DPI", "不能照样更新"),
        ("交付标准", time(9, 30), "09:30", "300 DPI", "不自动更新"),
    ],
)
def test_a_sort_that_cannot_be_kept_is_left_alone(
    asked: Asked, field: str, held: RawValue, old: RawValue, new: RawValue, words: str
) -> None:
    book = book_of(tasks(task(**{"交付标准": ""} | {field: held})), changes(change(field, old, new)))
    found = asked(book)
    assert found.orders == ()
    [refusal] = found.refusals
    assert words in refusal.why.zh


@pytest.mark.parametrize(
    ("fixed", "words"),
    [("formula", "公式"), ("merged", "合并"), ("protected", "受保护"), ("picture", "图片")],
)
def test_a_cell_that_must_not_be_written_is_left_alone(asked: Asked, fixed: str, words: str) -> None:
    facts = PlainFacts(states={(2, 7): CellState(fixed=fixed)})  # type: ignore[arg-type] # one of them
    sheet = tasks(task(), facts=facts)
    found = asked(book_of(sheet, changes(change("截止时间", "2023-10-13 18:00", "2023-10-16"))))
    [refusal] = found.refusals
    assert words in refusal.why.zh
    assert found.orders == ()


DUE = ("截止时间", "2023-10-13 18:00", "2023-10-16 18:00")


def test_a_department_that_answers_in_another_workbook_is_asked_there(
    asked: Asked, read: Callable[[RawBook], Reading]
) -> None:
    book = book_of(tasks(task()), changes(change(*DUE)))
    against = read(book_of(changes(change(*DUE, 确认部门="品牌部", 确认意见="不同意"))))
    agrees = read(book_of(changes(change(*DUE, 确认部门="品牌部"))))
    assert asked(book, against.tables).orders == ()
    assert len(asked(book, agrees.tables).orders) == 1


def test_a_task_in_another_workbook_is_left_to_people_until_it_fits(
    asked: Asked, read: Callable[[RawBook], Reading]
) -> None:
    book = book_of(changes(change(*DUE)))
    old, new = read(book_of(tasks(task()))), read(book_of(tasks(task(截止时间="2023-10-16 18:00"))))
    [refusal] = asked(book, old.tables).refusals
    assert "另一个工作簿" in refusal.why.zh
    assert asked(book, new.tables) == Orders(automatic=True)


def test_changes_of_another_workbook_are_carried_out_by_nobody(
    asked: Asked, read: Callable[[RawBook], Reading]
) -> None:
    book = book_of(tasks(task()))
    assert asked(book, read(book_of(changes(change(*DUE)))).tables).orders == ()


def test_without_the_rule_people_carry_it_out(
    catalogue: Catalogue, packs: Sequence[parse.RulePack], read: Callable[[RawBook], Reading]
) -> None:
    book = book_of(tasks(task()), changes(change(*DUE)))
    others = [pack for pack in packs if pack.title.zh != "变更的落实"]
    assert len(others) == len(packs) - 1
    found = ordered(book, read(book), others, catalogue, now=NOW, automatic=True)
    assert (len(found.orders), found.automatic) == (1, False)


def test_a_store_carries_it_out_and_the_trail_tells_only_what_was_written(asked: Asked) -> None:
    store = MemoryStore([tasks(task()), changes(change(*DUE))])
    book = store.read()
    done = asked(book).orders
    presented = store.present(list(replacements(done)), based_on=book.version)
    assert store.read().sheets == carried_out(book, done).sheets
    [entry] = trail(done, presented.changes, NOW)
    assert (entry.table, entry.record_id, entry.field) == ("进度", "XZB20231001-01", "截止时间")
    assert (entry.old_value, entry.new_value) == ("2023-10-13 18:00", "2023-10-16 18:00")
    assert (entry.source, entry.actor, entry.rule, entry.cause) == ("规则", "系统", "SM5", "BG20231001")
    elsewhere = Change(sheet="进度", cell="G3", what="cell", before="", after="x")
    assert trail(done, [elsewhere], NOW) == ()
