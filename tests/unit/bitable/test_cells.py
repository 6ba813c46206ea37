"""Cells in both directions: what Feishu tells to what people see, values to what Feishu takes."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sheetsync.bitable.field import Field, field_of
from sheetsync.bitable.reading import Lens, read_cell
from sheetsync.bitable.writing import Known, UnfitError, body_of, plain_value, stands
from sheetsync.model.rowchange import FieldValue

ZONE = ZoneInfo("Asia/Shanghai")
LENS = Lens(zone=ZONE, titles={"tbl1": {"rec1": "XZB1", "rec2": "XZB2", "rec3": "XZB2"}})
NINE = 1_697_418_000_000
"""2023-10-16 09:00 in Shanghai."""

PEOPLE = {"张三": ["ou_1"], "李四": ["ou_2"], "王伟": ["ou_3", "ou_4"]}
KNOWN = Known(lens=LENS, words=frozenset({"受阻"}), people=lambda name: PEOPLE.get(name, []))


def of(type_: int, **traits: object) -> Field:
    return Field(id="fld1", name="列", type=type_, traits=traits)


@pytest.mark.parametrize(
    ("field", "told", "seen"),
    [
        (of(1), None, ""),
        (of(1), [{"text": "样机", "type": "text"}, {"text": "@张三", "type": "mention"}], "样机@张三"),
        (of(1), [{"text": "a@b.cn", "link": "mailto:a@b.cn", "type": "url"}], "a@b.cn"),
        (of(2), 70, 70.0),
        (of(2), 0.7, 0.7),
        (of(3), "进行中", "进行中"),
        (of(4), ["甲", "乙"], "甲、乙"),
        (of(5), NINE, datetime(2023, 10, 16, 9)),
        (of(5), NINE - 9 * 3_600_000, date(2023, 10, 16)),
        (of(5), -1_000, datetime(1970, 1, 1, 7, 59, 59)),
        (of(7), True, True),
        (of(7), False, ""),
        (of(7), None, ""),
        (of(11), [{"id": "ou_1", "name": "张三"}, {"id": "ou_2", "name": "李四"}], "张三、李四"),
        (of(13), "+8613800000000", "+8613800000000"),
        (of(15), {"text": "方案", "link": "https://a.cn"}, "方案"),
        (of(15), {"text": "", "link": "https://a.cn"}, "https://a.cn"),
        (of(17), [{"file_token": "box1", "name": "图.png"}], "图.png"),
        (of(18, table_id="tbl1"), {"link_record_ids": ["rec1", "rec9"]}, "XZB1、rec9"),
        (of(20), {"type": 2, "ui_type": "Number", "value": [0.5]}, 0.5),
        (
            of(20),
            {"type": 1, "value": [{"text": "延", "type": "text"}, {"text": "期", "type": "text"}]},
            "延期",
        ),
        (of(20), {"type": 5, "value": [NINE]}, datetime(2023, 10, 16, 9)),
        (of(19), {"type": 3, "value": ["甲", "乙"]}, "甲、乙"),
        (of(20), {"type": 2, "value": 3}, 3.0),
        (of(20), [{"text": "x", "type": "text"}], "x"),
        (of(22), {"location": "1,2", "name": "厂", "full_address": "深圳市"}, "深圳市"),
        (of(23), [{"id": "oc_1", "name": "项目群"}], "项目群"),
        (of(1003), [{"id": "ou_1", "name": "张三"}], "张三"),
        (of(1005), "7", "7"),
        (of(24), {"name": "阶段一"}, "阶段一"),
        (of(9999), {"strange": [1, {"text": "?"}]}, ""),
    ],
)
def test_a_cell_is_seen_as_people_see_it(field: Field, told: object, seen: object) -> None:
    found = read_cell(told, field, LENS)
    assert (found, type(found)) == (seen, type(seen))


def value(kind: str, held: object, text: str = "") -> FieldValue:
    return FieldValue(kind=kind, value=held, text=text or str(held))  # type: ignore[arg-type] # a kind


@pytest.mark.parametrize(
    ("field", "said", "body"),
    [
        (of(1), value("text", "样机"), "样机"),
        (of(1), value("percent", 70.0, "70%"), "70%"),
        (of(1), value("text", None), None),
        (of(2, formatter="0%"), value("percent", 70.0), 0.7),
        (of(2, formatter="0%"), value("percent", 29.0), 0.29),
        (of(2, formatter="0.0"), value("percent", 70.0), 70),
        (of(2, formatter="0.0"), value("number", 2.5), 2.5),
        (of(2), value("text", "1,200"), 1200),
        (of(3, options=[{"name": "进行中"}]), value("word", "进行中"), "进行中"),
        (of(3), value("word", "受阻"), "受阻"),
        (of(4, options=[{"name": "甲"}, {"name": "乙"}]), value("list", "甲、乙、甲"), ["甲", "乙"]),
        (of(5), value("datetime", datetime(2023, 10, 16, 9)), NINE),
        (of(7), value("word", "是"), True),
        (of(7), value("word", "否"), False),
        (of(11), value("person", "张三", "设计部-张三"), [{"id": "ou_1"}]),
        (of(11), value("persons", ("张三", "李四")), [{"id": "ou_1"}, {"id": "ou_2"}]),
        (of(13), value("text", "138 0000 0000"), "13800000000"),
        (of(15), value("text", "https://a.cn/x"), {"text": "https://a.cn/x", "link": "https://a.cn/x"}),
        (of(18, table_id="tbl1"), value("references", ("XZB1",)), ["rec1"]),
    ],
)
def test_a_value_has_the_shape_of_its_field(field: Field, said: FieldValue, body: object) -> None:
    assert body_of(said, field, KNOWN) == body


@pytest.mark.parametrize(
    ("field", "said", "told"),
    [
        (of(2), value("text", "八成"), "八成"),
        (of(3, options=[{"name": "进行中"}]), value("word", "在搞"), "在搞"),
        (of(4), value("list", "丙"), "丙"),
        (of(5), value("text", "下周"), "下周"),
        (of(7), value("text", "也许"), "也许"),
        (of(11), value("person", "赵六"), "赵六"),
        (of(11), value("person", "王伟"), "多个"),
        (of(11, multiple=False), value("persons", ("张三", "李四")), "一个人"),
        (of(13), value("text", "打给他"), "打给他"),
        (of(15), value("text", "见附件"), "见附件"),
        (of(17), value("files", "图.png"), "附件"),
        (of(18, table_id="tbl1"), value("references", ("XZB9",)), "没有“XZB9”"),
        (of(18, table_id="tbl1"), value("references", ("XZB2",)), "有多条“XZB2”"),
        (of(20), value("number", 1.0), "自动计算"),
        (of(1005), value("text", "7"), "自动计算"),
        (of(22), value("text", "深圳"), "在飞书里改"),
    ],
)
def test_what_does_not_fit_is_told_and_not_bent(field: Field, said: FieldValue, told: str) -> None:
    with pytest.raises(UnfitError) as caught:
        body_of(said, field, KNOWN)
    assert told in caught.value.why.zh
    assert "列" in caught.value.why.zh


@given(some.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1)))
def test_moments_come_back_to_the_millisecond(moment: datetime) -> None:
    exact = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert LENS.moment(LENS.milliseconds(exact)) == exact


@given(some.floats(min_value=-100, max_value=1000).map(lambda points: round(points, 2)))
def test_percentages_come_back(points: float) -> None:
    """Through the division by 100 and back, as intake does it."""
    body = body_of(value("percent", points), of(2, formatter="0.00%"), KNOWN)
    assert isinstance(body, int | float)
    assert round(body * 100, 6) == points


@given(some.text())
def test_a_text_that_was_written_stands(text: str) -> None:
    body = body_of(value("text", text or None, text), of(1), KNOWN)
    told = [{"text": text, "type": "text"}] if text else None
    assert stands(body, of(1), told)


def test_what_stands_is_told_apart_from_what_does_not() -> None:
    people = [{"id": "ou_1", "name": "张三"}]
    assert stands([{"id": "ou_1"}], of(11), people)
    assert not stands([{"id": "ou_2"}], of(11), people)
    assert stands(0.1 + 0.2, of(2), 0.3)
    assert not stands(1, of(2), None)
    assert stands(None, of(7), False)
    assert stands(False, of(7), None)
    assert not stands("甲", of(3), "乙")


def test_our_own_values_have_the_kind_of_their_field() -> None:
    """A fraction in a field of percentages is what a spreadsheet keeps there."""
    assert body_of(plain_value(0.7, of(2, formatter="0%")), of(2, formatter="0%"), KNOWN) == 0.7
    assert body_of(plain_value(datetime(2023, 10, 16, 9), of(5)), of(5), KNOWN) == NINE
    assert body_of(plain_value("", of(1)), of(1), KNOWN) is None


def test_our_mark_is_found_however_a_description_is_told() -> None:
    mark = "由系统填写 [sheetsync:field:status]"
    for told in (mark, {"text": mark}, [{"type": "text", "text": mark}]):
        assert field_of({"field_id": "f", "field_name": "x", "type": 1, "description": told}).ours == "status"
    assert field_of({"field_id": "f", "field_name": "预警状态", "type": 1}).ours == ""
