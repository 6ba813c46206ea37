"""Reading stays columnar: the cost hangs on the distinct contents, not on the rows."""

from collections.abc import Callable

from sheetsync.intake.cell import Cell
from sheetsync.intake.coded import Coded
from sheetsync.intake.columns import read_column
from sheetsync.intake.interpret import Reading
from sheetsync.intake.readers import nothing_plain
from sheetsync.model.table import RawValue
from tests.effort import calls

Read = Callable[..., Reading]


def test_each_distinct_content_is_read_once() -> None:
    asked: list[RawValue] = []

    def reader(raw: RawValue) -> Cell:
        asked.append(raw)
        return Cell(str(raw))

    column: list[RawValue] = ["甲", "乙", "甲", "乙", "甲"] * 1000
    typed = read_column("word", Coded.of(column), nothing_plain, reader)
    assert asked == ["甲", "乙"]
    assert typed.data.tolist() == column


def test_true_is_not_one() -> None:
    """A ticked box and a 1 are two contents, though Python calls them equal."""
    coded = Coded.of([1, True, 1.0])
    assert list(coded.distinct) == [1, "TRUE"]
    assert coded.codes.tolist() == [0, 1, 0]


def test_no_cell_is_worth_a_call_of_its_own(read: Read) -> None:
    """Ten thousand rows of eight columns, where two columns differ in each row and six hardly do."""
    header = [
        "子任务编号",
        "所属任务",
        "负责人",
        "当前阶段",
        "当前进度",
        "下一步计划",
        "更新时间",
        "截止时间",
    ]
    rows = [
        [
            f"XZB202310{n // 99 + 10:03d}-{n % 99 + 1:02d}",
            "物料",
            f"张三{n % 50}",
            "进行中",
            "70%",
            f"第{n}步的详细计划与安排",
            "2023-10-08",
            "10月13日",
        ]
        for n in range(10_000)
    ]
    read([header, *rows[:100]])
    made = [calls(lambda some=rows[:size]: read([header, *some])) for size in (5_000, 10_000)]
    assert made[1] - made[0] < 36 * 5_000
