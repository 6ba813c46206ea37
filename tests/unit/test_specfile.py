"""Spec files: strict YAML, and every mistake with its line."""

import pytest

from sheetsync import specfile
from sheetsync.errors import SpecFileError
from sheetsync.forms.spec import Vocabulary

GOOD = """\
title: { zh: 词表, en: Words }
words:
  - { zh: 高, en: High, synonyms: [H, "no"] }
"""


def refusal(text: str) -> SpecFileError:
    with pytest.raises(SpecFileError) as caught:
        specfile.load(text, "words.yaml", Vocabulary)
    return caught.value


def test_a_good_file_becomes_its_model() -> None:
    """Plain data in the file is a checked, frozen model in the program."""
    vocabulary = specfile.load(GOOD, "words.yaml", Vocabulary)
    assert [word.zh for word in vocabulary.words] == ["高"]
    assert vocabulary.words[0].synonyms == ("H", "no")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("title: &a x\nwords: []\n", 1, "anchors"),
        ("title: !!python/object:os.system x\n", 1, "tags"),
        ("title: x\ntitle: y\n", 2, "twice"),
        ("title: x\n---\ntitle: y\n", 2, "one document"),
        ("title: x\nopen: no\n", 2, "quotes"),
        ("title: x\nwords:\n  - zh: 1:30\n", 3, "quotes"),
        ("title: [x\n", 2, "Not valid YAML"),
        ("title: x\nwords: []\nopne: true\n", 3, "did you mean open"),
        ("title: x\nwords: []\ndoubtful:\n  - { pattern: a, kind: eror, message: m }\n", 4, "error"),
    ],
)
def test_each_mistake_names_its_line(text: str, line: int, said: str) -> None:
    """What a project may not write is refused with file, line and reason."""
    error = refusal(text)
    assert error.where == f"words.yaml:{line}"
    assert said in error.say("en")
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: a: b\n", "多了一个冒号"),
        ("title: [x\nwords: []\n", "右方括号"),
        ("title: { zh: x\nwords: []\n", "右花括号"),
        ("title: x\n words: []\n", "多了一个冒号"),
        ("title: x\nwords\n", "缺少冒号"),
        ("words:\n  - a\n b: c\n", "缩进不对"),
        ("title: x\n- a\n", "缩进不对"),
        ("title: - a\n", "不能以 - 开头"),
        ("title: @x\n", "请加引号"),
        ("title:\n\t- x\n", "制表符"),
        ('title: "x\n', "没有成对"),
        ('title: "\\x \\d"\n', "反斜杠"),
        ("title: 'a' b\n", "缩进不对，或含特殊符号"),
    ],
)
def test_what_is_no_yaml_is_said_in_chinese(text: str, said: str) -> None:
    """The parser's own reasons are English."""
    assert said in refusal(text).say("zh"), refusal(text)


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    """Nobody has to mend one mistake to hear of the next."""
    said = refusal("wrods: []\nopne: true\n").say("en")
    assert "wrods" in said
    assert "opne" in said
    assert "title is missing" in said


def test_deep_nesting_is_refused() -> None:
    """A file made to exhaust the reader ends in one line."""
    assert "deeply" in refusal("a: " + "[" * 60 + "]" * 60).say("en")


def test_a_huge_file_is_refused() -> None:
    """The limit is 1 MiB."""
    assert "1 MB" in refusal("# " + "x" * (1 << 20)).say("en")
