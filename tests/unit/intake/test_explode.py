"""Records that stand in a text of another form: resolutions of the minutes, commitments of progress rows."""

from collections.abc import Callable
from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake import explode
from sheetsync.intake.cell import Cell
from sheetsync.intake.days import Anchor
from sheetsync.intake.explode import damaged, exploded, held_texts
from sheetsync.intake.interpret import Reading
from sheetsync.model.table import Place, RawSheet, RawValue, Table

Read = Callable[..., Reading]
SampleSheet = Callable[[str], RawSheet]

PROGRESS: list[RawValue] = ["子任务编号", "所属任务", "负责人", "当前阶段", "所需支持", "更新时间"]
MINUTES: list[RawValue] = ["会议编号", "会议主题", "会议时间", "会议形式", "参会人员", "决议事项", "记录人"]


def progress(*texts: str, owner: str = "设计部-李娜", updated: str = "2023-10-08") -> list[list[RawValue]]:
    rows = enumerate(texts, start=1)
    body: list[list[RawValue]] = [
        [f"XZB20231001-{number:02d}", "海报", owner, "进行中", text, updated] for number, text in rows
    ]
    return [PROGRESS, *body]


def minutes(resolutions: str, *, key: str = "YH20231001") -> list[list[RawValue]]:
    return [MINUTES, [key, "启动会", "2023-10-08 14:00", "线上", "王磊", resolutions, "陈静"]]


def typed(reading: Reading) -> list[Table]:
    """Return the tables that stand on sheets."""
    return [table for table in reading.tables if table.exploded_from is None]


def only(tables: list[Table], form: str) -> Table:
    (found,) = (table for table in tables if table.form == form)
    return found


@pytest.fixture
def of_sample(read: Read, sample_sheet: SampleSheet, forms: Catalogue) -> list[Table]:
    """What the seed's own rows hold (spec section 3)."""
    reading = read(*(sample_sheet(name) for name in ("task-master", "progress", "minutes")))
    return exploded(held_texts(typed(reading), forms))


def test_the_seed_holds_two_resolutions_and_one_commitment(of_sample: list[Table]) -> None:
    assert [(table.form, table.exploded_from, len(table)) for table in of_sample] == [
        ("resolutions", "minutes", 2),
        ("commitments", "progress", 1),
    ]


def test_a_resolution_is_a_row(of_sample: list[Table]) -> None:
    """Key, meeting, what, who, until when; and nothing that nobody has said."""
    table = only(of_sample, "resolutions")
    assert table.frame.to_dict("list") == {
        "resolution_id": ["YH20231001-J01", "YH20231001-J02"],
        "source": ["YH20231001", "YH20231001"],
        "content": ["提交海报核心卖点", "完成VI审核"],
        "owner": ["经理", "专员"],
        "due": [datetime(2023, 10, 9), datetime(2023, 10, 11)],
    }
    assert table.whole_days["due"].tolist() == [True, True]


def test_a_commitment_is_a_row_with_its_hour(of_sample: list[Table]) -> None:
    """`请*专员今日18点前补充` counts from 更新时间, 8 October 2023."""
    table = only(of_sample, "commitments")
    assert table.frame.to_dict("list") == {
        "commitment_id": ["XZB20231001-01-C01"],
        "source": ["XZB20231001-01"],
        "content": ["补充"],
        "owner": ["*专员"],
        "due": [datetime(2023, 10, 8, 18)],
    }
    assert table.whole_days["due"].tolist() == [False]


def test_every_field_stands_where_its_text_stands(of_sample: list[Table]) -> None:
    table = only(of_sample, "resolutions")
    said = "1.经理10月9日前提交海报核心卖点;2.专员10月11日前完成VI审核"
    assert table.rows.tolist() == [2, 2]
    assert set(table.places.values()) == {Place(title="决议事项", number=14)}
    assert set(table.places) == set(table.raw) == set(table.broken) == set(table.frame.columns)
    assert all(list(cells) == [said, said] for cells in table.raw.values())


def test_a_sheet_kept_by_hand_is_the_only_truth(
    read: Read, sample_sheet: SampleSheet, forms: Catalogue
) -> None:
    reading = read(*(sample_sheet(name) for name in ("minutes", "resolutions", "progress")))
    assert [table.form for table in exploded(held_texts(typed(reading), forms))] == ["commitments"]


def test_the_owner_answers_where_nobody_is_named(read: Read, forms: Catalogue) -> None:
    reading = read(progress("今日18点前补充文案", "请赵敏今日18点前补充文案"))
    table = only(exploded(held_texts(typed(reading), forms)), "commitments")
    assert table.frame["owner"].tolist() == ["李娜", "赵敏"]
    assert list(table.asides["owner"]) == ["设计部", None]


def test_several_commitments_of_a_row_are_counted(read: Read, forms: Catalogue) -> None:
    reading = read(progress("无", "请张三今日18点前补充；李四明天12点前确认", "等反馈"))
    table = only(exploded(held_texts(typed(reading), forms)), "commitments")
    assert table.frame["commitment_id"].tolist() == ["XZB20231001-02-C01", "XZB20231001-02-C02"]
    assert table.rows.tolist() == [3, 3]


def test_a_record_without_a_key_has_none_either(read: Read, forms: Catalogue) -> None:
    reading = read(minutes("李娜10月9日前提交卖点", key=""))
    table = only(exploded(held_texts(typed(reading), forms)), "resolutions")
    assert table.frame["resolution_id"].tolist() == [None]
    assert table.frame["content"].tolist() == ["提交卖点"]


def test_a_resolution_that_was_refused_is_no_row_and_keeps_its_number(read: Read, forms: Catalogue) -> None:
    reading = read(minutes("1.提交卖点 2.王敏10月11日前完成审核"))
    table = only(exploded(held_texts(typed(reading), forms)), "resolutions")
    assert table.frame["resolution_id"].tolist() == ["YH20231001-J02"]


def test_a_stand_up_note_holds_commitments_too(
    read: Read, sample_sheet: SampleSheet, forms: Catalogue
) -> None:
    table = only(exploded(held_texts(typed(read(sample_sheet("standup"))), forms)), "commitments")
    assert table.frame["commitment_id"].tolist() == ["李娜 2023-10-09-C01"]
    assert table.frame["due"].tolist() == [datetime(2023, 10, 9, 18)]


def test_each_text_column_is_a_table_of_its_own(
    read: Read, sample_sheet: SampleSheet, forms: Catalogue
) -> None:
    tables = exploded(held_texts(typed(read(sample_sheet("standup"), sample_sheet("progress"))), forms))
    found = [(table.form, table.exploded_from) for table in tables]
    assert found == [("commitments", "progress"), ("commitments", "standup")]
    assert len({table.id for table in tables}) == 2


def test_a_text_without_a_row_date_takes_the_year_of_its_id(read: Read, forms: Catalogue) -> None:
    """10月9日前 has a year to count from, 今日 has no day."""
    reading = read(progress("请张三10月9日前补充", "请张三今日18点前补充", updated=""))
    table = only(exploded(held_texts(typed(reading), forms)), "commitments")
    assert table.frame["due"].tolist() == [datetime(2023, 10, 9)]


def test_a_sheet_without_texts_holds_nothing(read: Read, forms: Catalogue) -> None:
    table = only(exploded(held_texts(typed(read(progress("无", ""))), forms)), "commitments")
    assert (len(table), table.frame["due"].dtype.kind) == (0, "M")


def test_a_damaged_limit_is_a_warning_at_its_cell(read: Read, forms: Catalogue) -> None:
    reading = read(progress("无", "请*专员今日12:前补充", "请*专员今日18点前补充"))
    (found,) = damaged(held_texts(typed(reading), forms))
    assert (found.kind, found.cell, found.column, found.owner) == ("warning", "E3", "所需支持", "李娜")
    assert found.raw == "请*专员今日12:前补充"
    assert "12:" in found.message.zh


def test_a_text_is_read_once_for_each_day(
    read: Read, forms: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 400 rows of one day, the content with a limit is read twice: without the day, then with it."""
    reading = read(progress(*["无", "文案未提供，需协调", "请*专员今日18点前补充", "无"] * 100))
    asked: list[RawValue] = []

    def counted(raw: RawValue, anchor: Anchor) -> Cell:
        asked.append(raw)
        return original(raw, anchor)

    original = explode.read_commitments
    monkeypatch.setattr(explode, "read_commitments", counted)
    table = only(exploded(held_texts(typed(reading), forms)), "commitments")
    assert len(table) == 100
    assert asked == ["请*专员今日18点前补充"] * 2
