"""The tab 同步冲突: what it shows stays still, and what people choose on it is found again."""

import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from sheetsync.model.mirror import SideName
from sheetsync.model.table import Edited
from sheetsync.render.conflicts import LISTED_AS, Dispute, Stand, chosen, conflicts_tab
from sheetsync.text import Language, Text
from tests.packing import packed

NOW = datetime(2023, 10, 16, 9)
NAMES: dict[SideName, str] = {"left": "总表.xlsx", "right": "设计部.xlsx"}


def stand(shown: str, by: str = "", saved: str = "") -> Stand:
    return Stand(
        shown=Text(shown, shown),
        edited=Edited(by=by, at=NOW if by else None),
        saved=Edited(by=saved, at=NOW if saved else None),
    )


def dispute(mark: str = "m1", **more: Stand) -> Dispute:
    given = {"left": stand("左边的话", "张三"), "right": stand("右边的话", saved="李四")} | more
    return Dispute(key="K1", name="海报", field=Text("备注", "Remarks"), base="原话", mark=mark, **given)


def drawn(
    *disputes: Dispute, names: dict[SideName, str] = NAMES, language: Language = "zh"
) -> openpyxl.Workbook:
    tab = conflicts_tab(disputes, names, "conflicts_a", language=language)
    return openpyxl.load_workbook(io.BytesIO(packed(tab.draw())))


def test_a_line_tells_both_values_who_changed_them_and_what_was_agreed_on() -> None:
    (line,) = drawn(dispute())["同步冲突"].iter_rows(min_row=4, values_only=True)
    assert line[:4] == ("K1", "海报", "备注", "左边的话")
    assert line[4:9] == (
        "2023-10-16 09:00 张三",
        "右边的话",
        "文件保存：2023-10-16 09:00 李四",
        "原话",
        None,
    )


def test_it_speaks_english() -> None:
    sheet = drawn(dispute(), language="en")["Sync conflicts"]
    assert [cell.value for cell in sheet[3]][2:5] == ["Field", "Left: 总表.xlsx", "Left changed"]


def test_whoever_saves_a_workbook_makes_no_other_tab() -> None:
    """Else both workbooks would be written with every run, as long as anything is open."""

    def printed(one: Dispute) -> str:
        return conflicts_tab([one], NAMES, "conflicts_a", language="zh").fingerprint

    before = dispute()
    assert printed(replace(before, right=stand("右边的话", saved="王五"))) == printed(before)
    assert printed(replace(before, right=stand("又改了", saved="李四"))) != printed(before)


@pytest.mark.parametrize(
    ("typed", "side"),
    [
        ("左：总表.xlsx", "left"),
        ("右", "right"),
        ("Right: b.xlsx", "right"),
        ("LEFT", "left"),
        ("?", None),
        ("", None),
    ],
)
def test_a_choice_is_read(typed: str, side: SideName | None) -> None:
    rows = [["编号", "采用", "sheetsync"], ["K1", typed, "m1"]]
    assert chosen(rows) == ({} if side is None else {"m1": side})


def test_lines_may_be_sorted_and_columns_moved() -> None:
    rows = [
        ["同步冲突", "", ""],
        ["sheetsync", "", "Use"],
        ["m2", "", "右"],
        ["m1", "", "左"],
        ["m3", "", ""],
    ]
    assert chosen(rows) == {"m2": "right", "m1": "left"}


def test_a_tab_whose_headers_are_gone_says_nothing() -> None:
    assert chosen([["K1", "左", "m1"]]) == {}


def test_the_dropdown_fits_whatever_the_files_are_called() -> None:
    names: dict[SideName, str] = {"left": "很长" * 100 + ".xlsx", "right": "a,b.xlsx"}
    (rule,) = drawn(dispute(), names=names)["同步冲突"].data_validations.dataValidation
    offered = rule.formula1.strip('"').split(",")
    assert len(rule.formula1) <= 257
    assert [option[:2] for option in offered] == ["左：", "右："]


def test_a_base_gets_the_same_lines_as_a_list() -> None:
    listing = conflicts_tab([dispute()], NAMES, "conflicts_a", language="zh").listing
    assert listing is not None
    assert [column.name for column in listing.columns] == list(LISTED_AS)
    assert listing.rows[0][:4] == ("K1", "海报", "备注", "左边的话")
