"""`doctor` on real folders, files and a real mail server."""

import json
from pathlib import Path

import pytest

import sheetsync
from tests.e2e.conftest import Run
from tests.feishu_server import running as feishu_running
from tests.mailserver import PASSWORD, USER, Office, free_port, running

NOW = ("--now", "2026-11-20T18:00")
PLAIN = """
[mail]
host = "localhost"
port = {port}
security = "none"
sender = "pmo@example.com"
to = ["zhang@example.com"]
"""


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    assert run("init", "p").code == 0
    assert run("new", "issues", "--sample", "-o", "p/workbooks/a.xlsx", *NOW).code == 0
    return tmp_path / "p"


def found(run: Run, *options: str) -> tuple[int, dict[str, dict[str, object]]]:
    outcome = run("--project", "p", "doctor", "--json", *options, *NOW)
    return outcome.code, {check["id"]: check for check in outcome.document()["checks"]}


def test_a_new_project_is_well(run: Run, project: Path) -> None:
    """And looking leaves nothing behind."""
    before = sorted(project.rglob("*"))
    code, checks = found(run)
    assert code == 0
    assert {name: check for name, check in checks.items() if check["state"] not in {"ok", "skipped"}} == {}
    assert sorted(project.rglob("*")) == before


def test_people_read_one_line_a_check(run: Run, project: Path) -> None:
    (project / "workbooks" / "a.xlsx").unlink()
    outcome = run("--project", "p", "doctor", *NOW)
    assert outcome.code == 0
    assert "✓ 日历  日历到 2026 年" in outcome.out
    assert "▲ 工作簿\n" in outcome.out
    assert "    → 请把工作簿放进 workbooks 文件夹" in outcome.out
    assert outcome.out.endswith("0 处错误，1 处提醒。\n")


@pytest.mark.usefixtures("project")
def test_quiet_says_only_what_is_wrong(run: Run) -> None:
    assert run("--project", "p", "-q", "doctor", *NOW).out == ""


def test_settings_that_cannot_be_read_hide_nothing_else(run: Run, project: Path) -> None:
    (project / "sheetsync.toml").write_text("[mail]\nhots = 'x'\n", "utf-8")
    code, checks = found(run)
    assert code == 2
    assert checks["settings"]["state"] == "failure"
    assert "sheetsync.toml:2" in json.dumps(checks["settings"])
    assert checks["programs"]["state"] == checks["calendar"]["state"] == "ok"
    assert checks["mail"]["state"] == "skipped"


@pytest.mark.parametrize(
    ("file", "check"),
    [("rules/x.yaml", "rules"), ("workbook_templates/x.yaml", "forms"), ("jobs/x.yaml", "jobs")],
)
def test_a_wrong_file_is_told_with_its_line(run: Run, project: Path, file: str, check: str) -> None:
    (project / file).parent.mkdir(exist_ok=True)
    (project / file).write_text("id: [\n", "utf-8")
    code, checks = found(run)
    assert code == 2
    assert checks[check]["state"] == "failure"
    assert Path(file).name in json.dumps(checks[check])


def test_a_workbook_that_cannot_be_read_is_told(run: Run, project: Path) -> None:
    (project / "workbooks" / "b.xlsx").write_bytes(b"PK\3\4 no zip")
    code, checks = found(run)
    assert code == 2
    assert "b.xlsx" in json.dumps(checks["workbooks"])


def test_a_damaged_database_is_told_once(run: Run, project: Path) -> None:
    (project / ".sheetsync").mkdir(exist_ok=True)
    (project / ".sheetsync" / "state.db").write_bytes(b"x" * 5000)
    code, checks = found(run)
    assert code == 2
    assert [name for name, check in checks.items() if check["state"] == "failure"] == ["database"]


def test_the_mail_server_is_greeted_and_gets_no_mail(run: Run, project: Path) -> None:
    office = Office()
    with running(office) as port:
        (project / "sheetsync.toml").write_text(PLAIN.format(port=port), "utf-8")
        code, checks = found(run)
    assert (code, checks["mail"]["state"], office.seen) == (0, "ok", [])


def test_a_mail_server_that_is_down_is_a_remote_failure(run: Run, project: Path) -> None:
    (project / "sheetsync.toml").write_text(PLAIN.format(port=free_port()), "utf-8")
    code, checks = found(run)
    assert (code, checks["mail"]["state"]) == (4, "failure")
    assert "连不上邮件服务器" in json.dumps(checks["mail"], ensure_ascii=False)
    code, checks = found(run, "--offline")
    assert (code, checks["mail"]["state"]) == (0, "skipped")


def test_a_refused_login_prints_no_password(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody trusts this server's certificate: there is no login, and in no output a password."""
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with running(Office()) as port:
        text = PLAIN.format(port=port).replace('"none"', '"tls"')
        (project / "sheetsync.toml").write_text(
            f'{text}user = "{USER}"\npassword = "env:MAIL_PASSWORD"\ntimeout = 5\n', "utf-8"
        )
        printed = [run("--project", "p", *more, *NOW) for more in (("doctor", "--json"), ("-v", "doctor"))]
    assert [one.code for one in printed] == [4, 4]
    assert not [one for one in printed if PASSWORD in one.out + one.err]


def test_a_secret_that_others_may_read_is_told(run: Run, project: Path) -> None:
    (project / "secret").write_text(PASSWORD)
    (project / "secret").chmod(0o644)
    text = PLAIN.format(port=1).replace('"none"', '"tls"')
    (project / "sheetsync.toml").write_text(f'{text}user = "{USER}"\npassword = "file:secret"\n', "utf-8")
    code, checks = found(run, "--offline")
    assert code == 2
    assert "chmod 600 secret" in json.dumps(checks["secrets"])
    assert PASSWORD not in json.dumps(checks)


@pytest.mark.xdist_group("lark_oapi")
@pytest.mark.parametrize(("secret", "code", "words"), [("", 0, "凭证有效"), ("another-secret", 4, "飞书")])
def test_feishu_is_asked_whether_it_knows_the_app(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, secret: str, code: int, words: str
) -> None:
    with feishu_running() as feishu:
        monkeypatch.setenv("FEISHU_SECRET", secret or feishu.app_secret)
        (project / "sheetsync.toml").write_text(
            f'[feishu]\napp_id = "{feishu.app_id}"\napp_secret = "env:FEISHU_SECRET"\n'
            f'domain = "{feishu.url}"\npatience = 1\n',
            "utf-8",
        )
        found_code, checks = found(run)
    assert found_code == code
    assert words in json.dumps(checks["feishu"], ensure_ascii=False)
    assert (secret or feishu.app_secret) not in json.dumps(checks)


@pytest.mark.xdist_group("lark_oapi")
def test_the_bases_of_pairs_are_looked_into(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One table is there, one is not; and nothing is written at Feishu."""
    with feishu_running() as feishu:
        base = feishu.base("项目库")
        there = base.table("问题", {"编号": 1})
        monkeypatch.setenv("FEISHU_SECRET", feishu.app_secret)
        (project / "sheetsync.toml").write_text(
            f'[feishu]\napp_id = "{feishu.app_id}"\napp_secret = "env:FEISHU_SECRET"\n'
            f'domain = "{feishu.url}"\n'
            f'[pairs.x]\nleft = "workbooks/a.xlsx"\nright = "bitable:{base.token}/{there.id}"\n'
            f'form = "issues"\n[pairs.y]\nleft = "workbooks/a.xlsx"\nright = "bitable:{base.token}/tblgone"\n'
            'form = "issues"\n',
            "utf-8",
        )
        _, checks = found(run)
        assert feishu.writes == []
    told = json.loads(json.dumps(checks["bases"]))["found"]
    assert [one["state"] for one in told] == ["ok", "failure"]


@pytest.mark.usefixtures("project")
def test_the_library_call_is_the_command() -> None:
    examined = sheetsync.doctor(project="p", offline=True, now=NOW[1])
    assert {one.check.id: one.state for one in examined}["workbooks"] == "ok"
