"""A workbook and a table of a Feishu base kept in step."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from sheetsync.app import open_app
from sheetsync.cli.main import cli
from sheetsync.feishu import client
from tests.feishu_server import FeishuServer, bare_line, running
from tests.feishu_server.tables import Base, Table

NOW = "2023-10-18T16:00"
TITLES = ("问题编号", "问题描述", "提交时间", "主导部门", "问题级别", "状态")
ROWS = (
    ("WT20231001", "样机不开机", "2023-10-16 09:00", "设计部", "紧急", "处理中"),
    ("WT20231002", "包装破损", "2023-10-16 10:00", "品牌部", "一般", "处理中"),
    ("WT20231003", "物料缺货", "2023-10-17", "设计部", "一般", "处理中"),
)


class Mirror:
    """A project with a workbook, and a base with a table of the same form."""

    def __init__(self, folder: Path, feishu: FeishuServer) -> None:
        self.folder, self.feishu = folder, feishu
        self.base: Base = feishu.base("项目库")
        self.book = folder / "问题.xlsx"
        open_app(project=folder).bitable_provision(self.base.token, forms=["issues"])
        (self.table,) = self.base.tables.values()
        self.address = f"bitable:{self.base.token}/{self.table.id}"
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "问题"
        for row in (TITLES, *ROWS):
            sheet.append(row)
        book.save(self.book)

    def sync(self, *more: str) -> Result:
        ends = ("--left", str(self.book), "--right", self.address, "--form", "issues", "--now", NOW)
        arguments = ["--project", str(self.folder), "sync", *ends, *more]
        return CliRunner().invoke(cli, arguments, standalone_mode=False)

    def rows(self) -> dict[str, tuple[object, ...]]:
        sheet = openpyxl.load_workbook(self.book)["问题"]
        return {str(row[0]): row[1:] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]}

    def records(self) -> dict[str, dict[str, Any]]:
        return {str(row["问题编号"]): row for row in self.table.rows()}

    def edit(self, key: str, title: str, value: object) -> None:
        book = openpyxl.load_workbook(self.book)
        row = next(row for row in book["问题"].iter_rows(min_row=2) if row[0].value == key)
        row[TITLES.index(title)].value = value  # type: ignore[assignment]
        book.save(self.book)

    def edit_record(self, key: str, **cells: object) -> None:
        self.table.edit(record_of(self.table, key), cells, by="ou_1")


def record_of(table: Table, key: str) -> str:
    column = table.named("问题编号")
    assert column is not None
    return next(one.id for one in table.records.values() if key in str(one.values.get(column.id)))


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Both in step."""
    with running() as feishu:
        monkeypatch.setattr(client, "SdkLine", lambda access: bare_line(access.domain))
        monkeypatch.setenv("FEISHU_SECRET", feishu.app_secret)
        feishu.meter.full = lambda *_, **__: False  # how fast we are is proved elsewhere
        feishu.person("ou_1", "张三")
        (tmp_path / "sheetsync.toml").write_text(
            f'[feishu]\napp_id = "{feishu.app_id}"\napp_secret = "env:FEISHU_SECRET"\n'
            f'domain = "{feishu.url}"\n',
            "utf-8",
        )
        made = Mirror(tmp_path, feishu)
        done = made.sync("--adopt")
        assert done.return_value == 0, done
        yield made


def test_the_first_sync_fills_the_base(mirror: Mirror) -> None:
    records = mirror.records()
    assert set(records) == {row[0] for row in ROWS}
    assert records["WT20231002"]["问题描述"] == "包装破损"
    assert records["WT20231002"]["问题级别"] == "一般"


def test_a_second_run_writes_nothing(mirror: Mirror) -> None:
    before, content = len(mirror.feishu.writes), mirror.book.read_bytes()
    assert mirror.sync().return_value == 0
    assert len(mirror.feishu.writes) == before
    assert mirror.book.read_bytes() == content


def test_changes_of_both_meet(mirror: Mirror) -> None:
    mirror.edit("WT20231001", "问题级别", "严重")
    mirror.edit_record("WT20231001", 问题描述="样机开机后死机")
    mirror.edit_record("WT20231002", 状态="已关闭")
    mirror.table.add({"问题编号": "WT20231004", "问题描述": "价签错误", "问题级别": "一般"})
    assert mirror.sync().return_value == 0
    assert mirror.records()["WT20231001"]["问题级别"] == "严重"
    rows = mirror.rows()
    assert rows["WT20231001"][0] == "样机开机后死机"
    assert rows["WT20231002"][4] == "已闭环"  # the standard word for what was typed there
    assert rows["WT20231004"][0] == "价签错误"


def test_a_conflict_names_who_changed_the_record_and_is_listed_on_both(mirror: Mirror) -> None:
    mirror.edit("WT20231001", "问题描述", "左边的话")
    mirror.edit_record("WT20231001", 问题描述="右边的话")
    assert mirror.sync().return_value == 0
    book = openpyxl.load_workbook(mirror.book)
    (line,) = book["同步冲突"].iter_rows(min_row=4, values_only=True)
    assert (line[3], line[5]) == ("左边的话", "右边的话")
    assert "张三" in str(line[6])
    (listed,) = [table for table in mirror.base.tables.values() if table.name.startswith("同步冲突")]
    assert listed.rows()[0]["编号"] == "WT20231001"
    book["同步冲突"]["I4"] = "右"
    book.save(mirror.book)
    assert mirror.sync().return_value == 0
    assert mirror.rows()["WT20231001"][0] == "右边的话"
    assert "同步冲突" not in openpyxl.load_workbook(mirror.book).sheetnames
    assert [table.name for table in mirror.base.tables.values()] == [mirror.table.name]


def test_a_deleted_record_is_marked_in_the_workbook(mirror: Mirror) -> None:
    mirror.table.remove(record_of(mirror.table, "WT20231003"))
    document = json.loads(mirror.sync("--json").stdout)
    assert [one["id"] for one in document["left"]["marks"]] == ["WT20231003"]
    assert mirror.rows()["WT20231003"][4] == "已取消"
    assert mirror.sync().return_value == 0
    assert "WT20231003" not in mirror.records()


def test_it_is_taken_back(mirror: Mirror) -> None:
    before = mirror.records(), mirror.rows()
    mirror.edit_record("WT20231002", 状态="已关闭")
    mirror.edit("WT20231001", "问题级别", "严重")
    mirror.sync()
    assert mirror.sync("--undo").return_value == 0
    assert mirror.records()["WT20231001"]["问题级别"] == before[0]["WT20231001"]["问题级别"]
    assert mirror.rows()["WT20231002"] == before[1]["WT20231002"]
