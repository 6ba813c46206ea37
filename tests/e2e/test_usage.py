"""Wrong usage is one line that says what to write instead, in the language of whoever reads it."""

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

WRONG = [
    (("chek", "a.xlsx"), "没有命令 chek，是否想写 check？", "no command chek; did you mean check?"),
    (
        ("check", "--jsn", "a.xlsx"),
        "没有选项 --jsn，是否想写 --json？",
        "no option --jsn; did you mean --json?",
    ),
    (("check",), "缺少 BOOKS。", "BOOKS is missing."),
    (("check", "a.xlsx", "--rules"), "--rules 后面要写值。", "--rules takes a value."),
    (("check", "a.xlsx", "--json=1"), "--json 后面不写值。", "--json takes no value."),
    (("undo", "a.xlsx", "b.xlsx"), "多写了 b.xlsx。", "too much: b.xlsx."),
    (("check", "a.xlsx", "--jobs", "99"), "--jobs 应为 0 到 64 的整数。", "a whole number, 0 to 64."),
    (("check", "a.xlsx", "--jobs", "x"), "--jobs 应为 0 到 64 的整数。", "a whole number, 0 to 64."),
    (
        ("report", "weekly", "--channel", "sms"),
        "--channel 只能是 feishu、bot、webhook、mail、file。",
        "feishu, bot, webhook, mail or file.",
    ),
    (("new", "raci", "-o", "."), "--output 的值不对：. 是文件夹，这里要文件。", "is a directory."),
]


@pytest.mark.parametrize(("arguments", "zh", "en"), WRONG, ids=[" ".join(one) for one, _, _ in WRONG])
def test_wrong_usage_is_one_line(run: Run, arguments: tuple[str, ...], zh: str, en: str) -> None:
    for language, said in (("zh", zh), ("en", en)):
        outcome = run("--lang", language, *arguments)
        assert outcome.code == 2
        assert outcome.out == ""
        (line,) = outcome.err.splitlines()
        assert said in line
        assert re.search(r"sheetsync( \w+)* --help[.。]$", line)


def test_a_project_complains_in_its_own_language(run: Run) -> None:
    run("--lang", "en", "init", "launch")
    for named in (("--project", "launch"), ("--project=launch",)):
        assert "There is no job 'nope'" in run(*named, "job", "run", "nope").err
    assert "没有作业 nope" in run("--project", "launch", "--lang", "zh", "job", "run", "nope").err


def test_settings_that_cannot_be_read_are_told_all_the_same(run: Run) -> None:
    """In the language that needs no settings."""
    Path("sheetsync.toml").write_text("[mial]\n", "utf-8")
    outcome = run("job", "list")
    assert outcome.code == 2
    assert re.search("是否想写 mail", outcome.err)


def test_a_group_without_its_command_shows_its_help(run: Run) -> None:
    outcome = run("job")
    assert outcome.code == 2
    assert "Example: sheetsync job next" in outcome.err
