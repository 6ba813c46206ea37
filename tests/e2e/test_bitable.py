"""Bases of Feishu on the command line: tables made, checked, marked; and judged as workbooks are."""

import json
import pickle
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sheetsync.app import App, open_app
from sheetsync.bitable.store import BitableStore
from sheetsync.cli.main import cli
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.excel.store import ExcelStore
from sheetsync.feishu import client
from sheetsync.feishu.sdk import SdkLine
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.templates.build import Order, build
from sheetsync.worktime import WorkTime
from tests.bases import appended, people, told
from tests.feishu_server import FeishuServer, bare_client, bare_line, dropped, running
from tests.feishu_server.tables import Base

NOW, LATER = "2023-10-18T16:00", "2023-10-18T17:40"
AT = datetime(2023, 10, 16, 9)
WORKTIME = WorkTime.standard()


@pytest.fixture(name="feishu")
def _feishu(monkeypatch: pytest.MonkeyPatch) -> Iterator[FeishuServer]:
    """A Feishu that commands reach without the vendor's client, whose import takes seconds."""
    with running() as server:
        monkeypatch.setattr(client, "SdkLine", lambda access: bare_line(access.domain))
        monkeypatch.setenv("FEISHU_SECRET", server.app_secret)
        server.meter.full = lambda *_, **__: False  # how fast we are is proved elsewhere
        yield server


@pytest.fixture(name="project")
def _project(feishu: FeishuServer, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "sheetsync.toml").write_text(
        f'[project]\nname = "新品上市"\n[feishu]\napp_id = "{feishu.app_id}"\n'
        f'app_secret = "env:FEISHU_SECRET"\ndomain = "{feishu.url}"\n',
        "utf-8",
    )
    return folder


@pytest.fixture(name="base")
def _base(feishu: FeishuServer) -> Base:
    return feishu.base("新品上市")


def run(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--project", str(project), *arguments], standalone_mode=False)


@pytest.fixture(name="issues")
def _issues(feishu: FeishuServer, project: Path, base: Base) -> str:
    """The address of a base with a table of issues in which one waits too long."""
    open_app(project=project).bitable_provision(base.token, forms=["issues"])
    (table,) = base.tables.values()
    feishu.person("ou_1", "张三")
    table.add(
        {
            "问题编号": "WT20231001",
            "问题描述": "样机不开机",
            "提交时间": 1_697_418_000_000,
            "主导部门": "设计部",
            "问题级别": "紧急",
        }
    )
    return f"bitable:{base.token}"


class TestCheck:
    def test_a_base_is_checked_like_a_workbook(self, project: Path, issues: str) -> None:
        document = json.loads(run(project, "check", issues, "--json", "--now", NOW).stdout)
        (book,) = document["workbooks"]
        assert (book["path"], book["status"], book["written"]) == (issues, "ok", False)
        assert {finding["id"] for finding in book["findings"]} == {"WT20231001"}

    def test_one_table_is_checked_by_itself(self, project: Path, base: Base, issues: str) -> None:
        base.table("别的", {"编号": 1})
        address = f"{issues}/{next(iter(base.tables))}"
        (book,) = json.loads(run(project, "check", address, "--json", "--now", NOW).stdout)["workbooks"]
        assert [sheet["form"] for sheet in book["sheets"]] == ["issues"]

    @pytest.mark.usefixtures("issues")
    def test_a_web_address_is_understood(self, project: Path, base: Base) -> None:
        link = f"https://example.feishu.cn/base/{base.token}?table={next(iter(base.tables))}&view=vew1"
        (book,) = json.loads(run(project, "check", link, "--json", "--now", NOW).stdout)["workbooks"]
        assert book["findings"]

    def test_a_record_is_explained(self, project: Path, issues: str) -> None:
        assert "T16" in run(project, "explain", issues, "WT20231001", "--now", NOW).stdout

    def test_marks_are_written_once(
        self, feishu: FeishuServer, project: Path, base: Base, issues: str
    ) -> None:
        """And nothing at all the second time."""
        run(project, "check", issues, "--write", "--now", NOW)
        assert {"仪表盘", "数据问题"} < {table.name for table in base.tables.values()}
        assert next(iter(base.tables.values())).rows()[0]["预警状态"] == "延期"
        before = len(feishu.writes)
        assert "没有变化" in run(project, "check", issues, "--write", "--now", NOW).stdout
        assert len(feishu.writes) == before

    def test_the_clock_alone_writes_nothing(self, feishu: FeishuServer, project: Path, issues: str) -> None:
        run(project, "check", issues, "--write", "--now", NOW)
        before = len(feishu.writes)
        run(project, "check", issues, "--write", "--now", LATER)
        assert len(feishu.writes) == before

    def test_a_dry_run_writes_nothing(self, feishu: FeishuServer, project: Path, issues: str) -> None:
        before = len(feishu.writes)
        assert "将改动 5 处" in run(project, "check", issues, "--write", "--dry-run", "--now", NOW).stdout
        assert len(feishu.writes) == before

    def test_a_marked_copy_is_refused(self, feishu: FeishuServer, project: Path, issues: str) -> None:
        before = len(feishu.writes)
        assert run(project, "check", issues, "-o", str(project / "copy.xlsx")).return_value == 2
        assert len(feishu.writes) == before

    def test_a_base_is_not_written_where_copies_go_to_a_folder(
        self, feishu: FeishuServer, project: Path, issues: str
    ) -> None:
        before = len(feishu.writes)
        run(project, "check", issues, str(project / "none.xlsx"), "-o", str(project))
        assert len(feishu.writes) == before

    def test_a_base_that_we_may_not_open_is_told_with_the_fix(self, project: Path, base: Base) -> None:
        base.allowed = False
        result = run(project, "check", f"bitable:{base.token}")
        assert result.return_value == 4
        assert "添加文档应用" in result.stderr


class TestTakingBack:
    def test_what_is_ours_is_taken_out_and_what_is_theirs_stays(
        self, project: Path, base: Base, issues: str
    ) -> None:
        (table,) = base.tables.values()
        fields = set(table.fields)
        before = table.rows()
        run(project, "check", issues, "--write", "--now", NOW)
        assert run(project, "clean", issues).return_value in {0, None}
        assert [one.name for one in base.tables.values()] == ["问题跟踪表"]
        ours = {"预警状态", "预警说明", "预警时间"}
        assert not ours & {one.name for one in table.fields.values()}
        assert table.rows() == before
        assert set(table.fields) < fields

    def test_undo_says_where_the_history_is(self, project: Path, issues: str) -> None:
        result = run(project, "undo", issues)
        assert isinstance(result.exception, UsageError)


class TestProject:
    """A base among the workbooks of a project."""

    def test_what_belongs_together_is_judged_together(
        self, project: Path, issues: str, catalogue: Catalogue
    ) -> None:
        staff = catalogue.forms["directory"]
        (project / "通讯录.xlsx").write_bytes(
            build(Order(forms=[staff], catalogue=catalogue, created=AT, rows={staff.id: staff.sample}))
        )
        settings = project / "sheetsync.toml"
        named = f'[workbooks.base]\npath = "{issues}"\n[workbooks.staff]\npath = "通讯录.xlsx"\n'
        settings.write_text(settings.read_text("utf-8") + named, "utf-8")
        (book,) = json.loads(run(project, "check", issues, "--json", "--now", NOW).stdout)["workbooks"]
        assert [Path(one).name for one in book["beside"]] == ["通讯录.xlsx"]
        assert book["findings"]
        reminded = run(project, "remind", "--dry-run", "--now", NOW)
        assert "WT20231001" in reminded.stdout

    def test_a_project_travels_to_other_processes_after_it_spoke_to_feishu(
        self, project: Path, issues: str
    ) -> None:
        app = open_app(project=project, now=NOW)
        list(app.check([issues]))
        assert pickle.loads(pickle.dumps(app)).settings == app.settings  # noqa: S301 - our own

    def test_an_address_that_means_nothing_is_told_with_its_line(self, project: Path) -> None:
        settings = project / "sheetsync.toml"
        wrong = '[workbooks.base]\npath = "bitable:"\n'
        settings.write_text(settings.read_text("utf-8") + wrong, "utf-8")
        with pytest.raises(SpecFileError, match=r"sheetsync\.toml:\d+"):
            open_app(project=project).workbooks  # noqa: B018 - it is read when somebody asks for it


class TestProvision:
    def test_tables_are_made_once(self, feishu: FeishuServer, project: Path, base: Base) -> None:
        first = json.loads(run(project, "bitable", "provision", base.token, "--json").stdout)
        assert [one["state"] for one in first["tables"]] == ["new"] * 5
        before = len(feishu.writes)
        again = json.loads(run(project, "bitable", "provision", base.token, "--json").stdout)
        assert [one["state"] for one in again["tables"]] == ["unchanged"] * 5
        assert len(feishu.writes) == before

    def test_what_people_made_stays(self, project: Path, base: Base) -> None:
        """A renamed column is known again, one of theirs is left alone, one that is gone is added."""
        run(project, "bitable", "provision", base.token, "--forms", "issues")
        (table,) = base.tables.values()
        table.rename("问题描述", "问题说明")
        table.fields = {id_: one for id_, one in table.fields.items() if one.name != "影响范围"}
        table.add({"问题编号": "WT20231001"})
        base_names = {one.name for one in table.fields.values()}
        (made,) = open_app(project=project).bitable_provision(base.token, forms=["issues"]).tables
        assert (made.state, made.fields) == ("extended", ("影响范围",))
        assert {one.name for one in table.fields.values()} == base_names | {"影响范围"}
        assert [row["问题编号"] for row in table.rows()] == ["WT20231001"]

    def test_types_follow_the_form(self, project: Path, base: Base) -> None:
        run(project, "bitable", "provision", base.token, "--forms", "progress")
        (table,) = base.tables.values()
        kinds = {one.name: (one.type, one.ui_type) for one in table.fields.values()}
        assert kinds["当前进度"] == (2, "Progress")
        assert kinds["负责人"] == (11, "User")
        assert kinds["预警状态"] == (3, "SingleSelect")
        assert [view["view_name"] for view in table.views.values()] == ["全部", "我的", "延期"]
        status = next(one for one in table.fields.values() if one.name == "预警状态")
        late = next(one["id"] for one in status.traits["options"] if one["name"] == "延期")
        (shown,) = [view for view in table.views.values() if view["view_name"] == "延期"]
        assert shown["property"]["filter_info"]["conditions"][0]["value"] == json.dumps([late])

    def test_a_dry_run_makes_nothing(self, feishu: FeishuServer, project: Path, base: Base) -> None:
        run(project, "bitable", "provision", base.token, "--dry-run")
        assert not feishu.writes

    def test_a_lost_answer_makes_no_second_table(
        self, feishu: FeishuServer, project: Path, base: Base
    ) -> None:
        feishu.faults.add(dropped(f"POST /open-apis/bitable/v1/apps/{base.token}/tables", applied=True))
        run(project, "bitable", "provision", base.token, "--forms", "issues")
        assert [table.name for table in base.tables.values()] == ["问题跟踪表"]


@pytest.mark.xdist_group("lark_oapi")
def test_the_vendors_own_client_carries_it_all(
    feishu: FeishuServer, project: Path, issues: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other tests here speak bare HTTP, which saves seconds."""
    monkeypatch.setattr(client, "SdkLine", SdkLine)
    assert "已写入" in run(project, "check", issues, "--write", "--now", NOW).stdout
    assert len(feishu.writes) > 3


class TestDoctor:
    def test_a_sound_base_is_well(self, project: Path, issues: str) -> None:
        result = run(project, "bitable", "doctor", issues)
        assert (result.return_value, "✗" in result.stdout) == (0, False)

    def test_nothing_is_changed(self, feishu: FeishuServer, project: Path, issues: str) -> None:
        before = len(feishu.writes)
        run(project, "bitable", "doctor", issues)
        assert len(feishu.writes) == before

    def test_each_trouble_has_its_fix(self, project: Path, base: Base) -> None:
        base.allowed = False
        document = json.loads(run(project, "bitable", "doctor", base.token, "--json").stdout)
        (found,) = document["findings"]
        assert (found["state"], "添加文档应用" in found["fix"]) == ("wrong", True)

    def test_missing_columns_are_named(self, project: Path, base: Base) -> None:
        base.table("问题", {"问题编号": 1, "问题描述": 1, "提交时间": 5, "主导部门": 1})
        document = json.loads(run(project, "bitable", "doctor", base.token, "--json").stdout)
        assert any("provision" in (one["fix"] or "") for one in document["findings"])


class TestSync:
    """A workbook and a base kept in step."""

    @pytest.fixture(name="pair")
    def _pair(self, feishu: FeishuServer, project: Path, base: Base, catalogue: Catalogue) -> list[str]:
        form = catalogue.forms["progress"]
        book = project / "进度.xlsx"
        rows = {form.id: form.sample}
        book.write_bytes(
            build(Order(forms=[form], catalogue=catalogue, created=AT, rows=rows, ready_rows=20))
        )
        open_app(project=project).bitable_provision(base.token, forms=["progress"])
        staff = catalogue.forms["directory"]
        names = {
            name for table in told(ExcelStore(book), catalogue, WORKTIME) for name in people(table, catalogue)
        }
        listed = []
        for number, name in enumerate(sorted(names)):
            feishu.person(f"ou_{number}", name, email=f"{number}@example.com")
            listed.append({"name": name, "email": f"{number}@example.com"})
        (project / "workbooks").mkdir()
        (project / "workbooks" / "通讯录.xlsx").write_bytes(
            build(Order(forms=[staff], catalogue=catalogue, created=AT, rows={staff.id: tuple(listed)}))
        )
        return ["sync", "--left", str(book), "--right", f"bitable:{base.token}", "--form", "progress"]

    def test_rows_go_both_ways(
        self, project: Path, base: Base, pair: list[str], catalogue: Catalogue, feishu: FeishuServer
    ) -> None:
        adopted = run(project, *pair, "--adopt", "--yes", "--now", NOW)
        assert adopted.return_value == 0, adopted.output
        (table,) = base.tables.values()
        assert {row["子任务编号"] for row in table.rows()} == {"XZB20231001-01", "XZB20231001-02"}
        assert all(row["负责人"] for row in table.rows())
        (one,) = (id_ for id_, row in table.records.items() if "XZB20231001-01" in row.values.values())
        table.edit(one, {"下一步计划": "送印", "当前进度": 0.85})
        assert run(project, *pair, "--now", NOW).return_value == 0
        here = told(ExcelStore(Path(pair[2])), catalogue, WORKTIME)[0]
        at = here.frame["subtask_id"].tolist().index("XZB20231001-01")
        assert (here.frame["next_step"][at], here.frame["actual_progress"][at]) == ("送印", 85.0)
        before = len(feishu.writes)
        assert run(project, *pair, "--now", NOW).return_value == 0
        assert len(feishu.writes) == before


class TestSameFindings:
    """The same data in a workbook and in a base: the same findings and statuses."""

    def test_the_story_of_the_demo_is_judged_alike(
        self,
        feishu: FeishuServer,
        project: Path,
        base: Base,
        catalogue: Catalogue,
        worktime: WorkTime,
        tmp_path: Path,
    ) -> None:
        demo = tmp_path / "demo"
        App.demo(open_app(), demo)
        (story,) = (demo / "workbooks").glob("*.xlsx")
        tables = told(ExcelStore(story), catalogue, worktime)
        forms = [catalogue.forms[table.form] for table in tables]
        names = {name for table in tables for name in people(table, catalogue)}
        ids = {name: feishu.person(f"ou_{number}", name) for number, name in enumerate(sorted(names))}

        app = open_app(project=project, now=NOW)
        app.bitable_provision(base.token, forms=[form.id for form in forms])
        words = {text for one in catalogue.vocabularies.values() for word in one.words for text in (word.zh,)}
        way = bare_client(feishu)
        there = BitableStore(way, base.token, words=words, people=lambda name: [ids[name]])
        book = tmp_path / "same.xlsx"
        order = Order(forms=forms, catalogue=catalogue, created=app.clock.now())
        book.write_bytes(build(order))
        here = ExcelStore(book)

        for store in (there, here):
            raw = store.read()
            places = {table.form: table for table in interpret(raw, catalogue, worktime=worktime).tables}
            changes = [
                change for table in tables for change in appended(table, places[table.form], catalogue)
            ]
            receipt = store.apply(changes, based_on=raw.version)
            assert [setback.why.zh for setback in receipt.setbacks] == []
            assert len(receipt.landed) == len(changes) > 50
        one, two = judged(app, f"bitable:{base.token}"), judged(app, str(book))
        assert one == two


def judged(app: App, book: str) -> tuple[Sequence[object], Sequence[object]]:
    """Return what is found, without the rows: a workbook has title rows above its header."""
    (result,) = app.check([book])
    assert result.error is None, result.error
    document = app.check_document([result])
    (told_of,) = document["workbooks"]  # type: ignore[misc] # a list of one
    findings = [
        {k: v for k, v in one.items() if k not in {"row", "value", "sheet"}} for one in told_of["findings"]
    ]
    rows = [(one["form"], one["id"], one["status"]) for one in told_of["rows"]]
    return sorted(map(plain, findings)), sorted(map(plain, rows))


def plain(told_of: object) -> str:
    """Return a part of a document as a text, without the number of the row that stands for a missing id."""
    return re.sub(r"第 \d+ 行", "第 N 行", json.dumps(told_of, ensure_ascii=False, sort_keys=True))
