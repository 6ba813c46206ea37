"""The schemas for editors: what we ship and accept is valid by them, and what we refuse mostly is not."""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sheetsync.config.file import parse
from sheetsync.config.settings import Settings
from sheetsync.operations.scaffold import project_files
from sheetsync.operations.schemas import FILES, SCHEMAS, schema
from sheetsync.rules.checks.registry import RULES
from sheetsync.rules.spec import Rule
from sheetsync.specfile import parse_yaml

ROOT = Path(__file__).parent.parent.parent
RULE = next(rule for rule in parse_yaml((ROOT / "rules/issues.yaml").read_text("utf-8"), "").data["rules"])
FULL = """\
[project]
name = "新品上市"
language = "en"
timezone = "Asia/Shanghai"
[calendar]
region = "CN"
working_hours = ["9:00-12:00", "13:00-18:00"]
workdays = [2026-02-28]
holidays = ["2026-12-31"]
[rules]
packs = ["tasks"]
[rules.parameters]
T16.limit = "4h"
D1 = { over = 15.5, enabled = true }
"T19/verify.limit" = "2wd"
T17.actor_field = ["lead_department"]
[workbooks.plan]
path = "a.xlsx"
forms = ["raci"]
[state]
url = "sqlite:///state.db"
[colours]
late = "#FFC7CE/9C0006"
"延期" = "ffc7ce"
[mail]
host = "smtp.example.com"
port = 587
security = "starttls"
user = "pmo@example.com"
password = "env:MAIL_PASSWORD"
sender = "项目办 <pmo@example.com>"
to = ["zhang@example.com"]
ca_file = "ca.pem"
timeout = 60
outbox = "待发"

[feishu]
app_id = "cli_a1b2"
app_secret = "env:FEISHU_APP_SECRET"
domain = "https://open.larksuite.com"
timeout = 20
patience = 60
webhook = "file:bot.txt"
webhook_secret = "env:BOT_SECRET"

[webhook]
url = "env:HOOK_URL"
secret = "env:HOOK_SECRET"
header = "X-Signature"
hosts = ["hooks.example.com"]
intranet = true
timeout = 20

[bitable]
persons = "text"
option_colours = { late = 0, done = 54 }

[reminders]
channels = ["feishu", "mail"]
quiet = "19:00-09:00"
urgent = ["紧急"]
most_items = 5
fallback = "王磊"
people = { "上级领导" = "周涛" }
links = { "计划.xlsx" = "https://example.com/plan" }
[report]
channels = ["feishu", "mail"]
to = ["oc_leaders", "boss@example.com"]
[pairs.design]
left = "a.xlsx"
right = "b.xlsx#进度"
form = "progress"
[backup]
keep = 3
[executor]
spec = "dask://host:8786"
jobs = 4
[limits]
rows = 1000
[escalation]
shares = [50, 100]
first_rung = { "紧急" = 1 }
after_due = "4wh"
levels = ["red"]
[changes]
apply = false
[words.task_state]
"进行中" = ["在搞"]
"灰度中" = { en = "Trial", synonyms = ["灰度"], paused = true }
"""


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def mistakes(name: str, data: object) -> list[str]:
    plain = json.loads(json.dumps(data, default=str, ensure_ascii=False))
    return [error.message for error in validator(name).iter_errors(plain)]


def shipped() -> Iterator[tuple[str, str]]:
    for name, folder, inside in (
        ("rules", "rules", ""),
        ("job", "jobs", ""),
        ("form", "workbook_templates", ""),
        ("preset", "workbook_templates", "presets"),
        ("cases", "rules", "cases"),
        ("events", "rules", "events"),
    ):
        for file in sorted((ROOT / folder / inside).glob("*.yaml")):
            yield "vocabularies" if file.stem == "vocabularies" else name, str(file.relative_to(ROOT))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    """By the dialect it names."""
    Draft202012Validator.check_schema(schema(name))
    assert name in FILES


@pytest.mark.parametrize(("name", "path"), list(shipped()), ids=str)
def test_what_is_shipped_is_valid(name: str, path: str) -> None:
    """An editor underlines nothing in our own files."""
    assert mistakes(name, parse_yaml((ROOT / path).read_text("utf-8"), path).data) == []


def test_a_new_project_is_valid() -> None:
    """As it is, and with every remark that holds a setting made one."""
    text = project_files("新品上市")["sheetsync.toml"]
    assert mistakes("settings", tomllib.loads(text)) == []
    data = tomllib.loads(re.sub(r"^# (?=\[|.* = )", "", text, flags=re.MULTILINE))
    assert all(data.values())
    assert mistakes("settings", data) == []


def test_settings_of_every_section_are_valid() -> None:
    """And none is forgotten here."""
    data = tomllib.loads(FULL)
    assert set(data) == set(Settings.model_fields)
    parse(FULL, "sheetsync.toml")
    assert mistakes("settings", data) == []


@pytest.mark.parametrize(
    "text",
    [
        "[backup]\nkeeep = 3",
        "[backup]\nkeep = 0",
        "[backup]\nkeep = 'x'",
        "[project]\nlanguage = 'cn'",
        "[calendar]\nregion = 'US'",
        "[calendar]\nworking_hours = ['9-18']",
        "[calendar]\nworking_hours = []",
        "[calendar]\nholidays = [20261001]",
        "[rules]\npacks = 'tasks'",
        "[rules.parameters]\nT16.limit = [1]",
        "[workbooks.plan]\nforms = ['raci']",
        "[colours]\nlate = 'red'",
        "[colours]\nlat = 'FFC7CE'",
        "[escalation]\nafter_due = '2天'",
        "[words.task_state]\n'进行中' = [1]",
        "[words.task_state]\n'灰度中' = { english = 'x' }",
        "[wrods]",
    ],
)
def test_typical_mistakes_in_settings_are_seen(text: str) -> None:
    """Before the file is ever run."""
    assert mistakes("settings", tomllib.loads(text))


@pytest.mark.parametrize(
    "change",
    [
        {"check": "slaa"},
        {"level": "rad"},
        {"limit": "2天"},
        {"limt": "2h"},
        {"id": "t16"},
        {"title": {"zh": "只有中文"}},
        {"title": {"zh": "甲", "en": "a", "fr": "b"}},
        {"form": 3},
        {"when": {"状态": ["已关闭"]}},
        {"over": 10},
    ],
    ids=str,
)
def test_typical_mistakes_in_rules_are_seen(change: dict[str, Any]) -> None:
    """A key of another check among them."""
    pack = {"pack": "own", "title": "自己的", "rules": [RULE]}
    assert mistakes("rules", pack) == []
    assert mistakes("rules", {**pack, "rules": [{**RULE, **change}]})


@pytest.mark.parametrize(
    "change",
    [
        {"when": 3},
        {"when": {"at": "daily 9:00", "on_rest_day": "before"}},
        {"steps": ["snyc"]},
        {"steps": [{"step": "archive", "fail_on": "red"}]},
        {"steps": []},
        {"time_limit": "30"},
        {"grace": "PT30M"},
        {"retry": {"time": 3}},
        {"on_failure": {"tell": ["fieshu"]}},
        {"catch_up": "last"},
        {"enabled": "yes"},
        {"cron": "0 9 * * *"},
    ],
    ids=str,
)
def test_typical_mistakes_in_jobs_are_seen(change: dict[str, Any]) -> None:
    """An argument of another step among them."""
    job = {"job": "mine", "title": "t", "when": "daily 9:00", "steps": ["check", {"step": "sync"}]}
    assert mistakes("job", job) == []
    assert mistakes("job", {**job, **change})


def test_defaults_of_jobs_are_said_as_files_write_them() -> None:
    """Not as a program would."""
    assert "PT" not in json.dumps(schema("job"))


@pytest.mark.parametrize("key", ["id", "limit", "message", "check"])
def test_a_key_that_a_rule_lacks_is_seen(key: str) -> None:
    """Also those that only its check needs."""
    rule = {name: value for name, value in RULE.items() if name != key}
    assert mistakes("rules", {"pack": "own", "title": "自己的", "rules": [rule]})


@pytest.mark.parametrize(
    "change",
    [{"kind": "dat"}, {"titel": "x"}, {"id": "编号"}, {"max_length": "long"}, {"derive": {"take": "start"}}],
)
def test_typical_mistakes_in_forms_are_seen(change: dict[str, Any]) -> None:
    """In a column."""
    column = {"id": "k", "title": "编号", "kind": "id"}
    form = {"id": "mine", "code": "X1", "title": "t", "purpose": "p", "key": "k", "name": "k"}
    assert mistakes("form", {**form, "columns": [column]}) == []
    assert mistakes("form", {**form, "columns": [{**column, **change}]})


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"extend": "issues"}, False),
        ({"columns": [{"id": "cost"}]}, False),
        ({"headers": []}, False),
    ],
)
def test_typical_mistakes_in_extensions_are_seen(change: dict[str, Any], *, fits: bool) -> None:
    """Of a form that is only made longer."""
    column = {"id": "cost", "title": "处理成本", "kind": "number", "after": "solution"}
    extension = {"extends": "issues", "headers": {"owner": ["主办人"]}, "columns": [column]}
    assert (mistakes("form-extension", {**extension, **change}) == []) == fits


def test_every_key_is_described() -> None:
    """By the docstring of its model, so that an editor can show what it is for."""
    bare = [
        f"{name}:{model}.{key}"
        for name in SCHEMAS
        for model, one in {"": schema(name), **schema(name).get("$defs", {})}.items()
        for key, value in one.get("properties", {}).items()
        if "description" not in value and "$ref" not in value
    ]
    assert bare == []


def test_every_check_is_offered() -> None:
    """Each with the keys of its model, as files write them."""
    definitions = schema("rules")["$defs"]
    for check_name, model in RULES.items():
        keys = {info.alias or key for key, info in model.model_fields.items()}
        assert set(definitions[f"check-{check_name}"]["properties"]) == keys
    assert "form" in {info.alias for info in Rule.model_fields.values()}
