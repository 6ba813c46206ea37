"""Words of the settings: what they come to mean, and what is said of those that cannot be."""

from collections.abc import Callable

import pytest

from sheetsync.config.file import parse
from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Word
from sheetsync.intake.directory import Directory, Member
from sheetsync.intake.interpret import Reading
from sheetsync.intake.ownwords import with_own_words
from sheetsync.intake.wordlist import extended
from sheetsync.intake.words import WordReader
from sheetsync.operations.ownwords import own_words
from sheetsync.tomlfile import parse_toml

Read = Callable[..., Reading]


def taught(forms: Catalogue, text: str) -> Catalogue:
    settings = parse(text, "sheetsync.toml")
    return with_own_words(forms, own_words(settings, parse_toml(text, "sheetsync.toml")))


def standard(catalogue: Catalogue, vocabulary: str, word: str) -> str | None:
    return WordReader(catalogue.vocabulary(vocabulary)).standard(word)


def test_a_synonym_means_its_standard_word(forms: Catalogue) -> None:
    """Beside those that are shipped, and in that vocabulary alone."""
    known = taught(forms, '[words.task_state]\n"进行中" = ["在 搞", "Grinding"]\n')
    assert standard(known, "task_state", "在搞") == "进行中"
    assert standard(known, "task_state", "ＧＲＩＮＤＩＮＧ") == "进行中"
    assert standard(known, "task_state", "doing") == "进行中"
    assert standard(known, "priority", "在搞") is None


def test_a_new_word_is_a_standard_word_with_its_nature(forms: Catalogue) -> None:
    """It tells whether anything is left to do, so that rules of time know."""
    text = '[words.task_state]\n"灰度中" = { en = "Trial", synonyms = ["灰度"], paused = true }\n'
    known = taught(forms, text)
    assert known.vocabulary("task_state").words[-1] == Word(
        zh="灰度中", en="Trial", synonyms=("灰度",), paused=True
    )


def test_an_open_list_takes_any_word(forms: Catalogue) -> None:
    """Departments of a company need no declaration."""
    assert (
        standard(taught(forms, "[words.departments]\n'星火部' = ['火部']\n"), "departments", "火部")
        == "星火部"
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[words.task_stat]\n'进行中' = ['x']\n", 2, "没有词表 task_stat，是否想写 task_state"),
        ("[words.'任务状态']\n'进行中' = ['x']\n", 2, "没有词表 任务状态，是否想写 task_state"),
        ("[words.colour]\n'红' = ['x']\n", 2, "priority（优先级）"),
        ("[words.task_state]\n'进形中' = ['x']\n", 2, "没有标准词 进形中，是否想写 进行中"),
        ("[words.task_state]\n'doing' = ['x']\n", 2, "没有标准词 doing，是否想写 进行中"),
        (
            "[words.task_state]\n'进行中' = [\n'在搞',\n'完工']\n",
            4,
            "“完工”已经表示“已完成”，不能再表示“进行中”",
        ),
        ("[words.task_state]\n'进行中' = ['已完成']\n", 2, "“已完成”已经表示“已完成”"),
        ("[words.task_state]\n'进行中' = ['在搞']\n'受阻' = ['在搞']\n", 3, "“在搞”已经表示“进行中”"),
        ("[words.task_state]\n'进行中' = ['']\n", 2, "同义词应有 1 到 60 个字"),
        ("[words.task_state]\n'完工' = { en = 'Done' }\n", 2, "“完工”已在词表中（已完成）"),
    ],
)
def test_a_word_that_cannot_be_is_refused(forms: Catalogue, text: str, line: int, said: str) -> None:
    """With file, line, reason and the nearest spelling."""
    with pytest.raises(SpecFileError) as caught:
        taught(forms, text)
    assert said in caught.value.say("zh")
    assert caught.value.where == f"sheetsync.toml:{line}"


def test_all_that_is_wrong_is_told_at_once(forms: Catalogue) -> None:
    """Each with its line."""
    with pytest.raises(SpecFileError) as caught:
        taught(forms, "[words.task_state]\n'进行中' = ['完工']\n'受阻' = ['归档']\n")
    assert "第 2 行" in caught.value.say("zh")
    assert "第 3 行" in caught.value.say("zh")


def test_a_sheet_cannot_overrule_the_settings(read: Read, forms: Catalogue) -> None:
    """Its row is named with the place that counts; its other rows are learnt."""
    known = taught(forms, "[words.task_state]\n'进行中' = ['在搞']\n")
    sheet = [
        ["表", "原词", "标准词"],
        ["", "在搞", "已完成"],
        ["F02", "在搞", "受阻"],
        ["", "搞定", "已完成"],
    ]
    reading = read(sheet, forms=("vocabulary",))
    after, problems = extended(known, reading.tables)
    own = after.forms["progress"].column("state").vocabulary or ""
    assert {standard(after, name, "在搞") for name in ("task_state", own)} == {"进行中"}
    assert standard(after, "task_state", "搞定") == "已完成"
    assert [problem.cell for problem in problems] == ["C2", "C3"]
    assert all("sheetsync.toml:2" in problem.message.zh for problem in problems)


def test_a_sheet_may_say_the_same(read: Read, forms: Catalogue) -> None:
    """Then there is nothing to tell."""
    known = taught(forms, "[words.task_state]\n'进行中' = ['在搞']\n")
    reading = read([["表", "原词", "标准词"], ["", "在搞", "进行中"]], forms=("vocabulary",))
    assert extended(known, reading.tables)[1] == []


def test_the_directory_cannot_overrule_the_settings(forms: Catalogue) -> None:
    """火部 and 火星部 stand for 星火部, though the directory knows a 火部门 and a 火星部."""
    known = taught(forms, "[words.departments]\n'星火部' = ['火部', '火星部']\n")
    directory = Directory(
        members=(Member(name="张三", departments=("火部门",)), Member(name="李四", departments=("火星部",)))
    )
    after, _ = extended(known, (), directory)
    assert standard(after, "departments", "火部") == "星火部"
    assert standard(after, "departments", "火星部") == "星火部"
