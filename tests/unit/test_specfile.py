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
