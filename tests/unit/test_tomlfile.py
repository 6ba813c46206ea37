"""TOML files: the line of every value, and mistakes in both languages."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.errors import SpecFileError
from sheetsync.specfile import Path
from sheetsync.tomlfile import parse_toml

TEXT = '''\
# a remark with [brackets] and "quotes
title = "a # b"  # a remark
[calendar]
holidays = [
  2026-10-01,  # one
  # none
  2026-10-02,
]
[rules.parameters]
T16.limit = "4h"
"T19/verify.limit" = '2wd'
[rules.parameters.D1]
over = 15
[words.task_state]
"进行中" = ["在搞", "忙"]
"灰度中" = { en = "Trial \\"x\\"", synonyms = ["灰度"] }
[[more]]
text = """
[none]
key = 1
\\""" no end
"""
last = \'\'\'
it's "one"\'\'\'\'
[[more]]
at = 2026-10-01 08:00:00
[more.inner]
x = -1.5
'''
LINES: Mapping[Path, int] = {
    ("title",): 2,
    ("calendar",): 3,
    ("calendar", "holidays"): 4,
    ("calendar", "holidays", 0): 5,
    ("calendar", "holidays", 1): 7,
    ("rules",): 9,
    ("rules", "parameters"): 9,
    ("rules", "parameters", "T16"): 10,
    ("rules", "parameters", "T16", "limit"): 10,
    ("rules", "parameters", "T19/verify.limit"): 11,
    ("rules", "parameters", "D1"): 12,
    ("rules", "parameters", "D1", "over"): 13,
    ("words",): 14,
    ("words", "task_state"): 14,
    ("words", "task_state", "进行中"): 15,
    ("words", "task_state", "进行中", 0): 15,
    ("words", "task_state", "进行中", 1): 15,
    ("words", "task_state", "灰度中"): 16,
    ("words", "task_state", "灰度中", "en"): 16,
    ("words", "task_state", "灰度中", "synonyms"): 16,
    ("words", "task_state", "灰度中", "synonyms", 0): 16,
    ("more",): 17,
    ("more", 0): 17,
    ("more", 0, "text"): 18,
    ("more", 0, "last"): 23,
    ("more", 1): 25,
    ("more", 1, "at"): 26,
    ("more", 1, "inner"): 27,
    ("more", 1, "inner", "x"): 28,
}
VALUES = ("1", "true", '"a = 1"', "'[x]'", '"""\n[t]\nk = 1"""', "[1, [2,\n3], 4]", '{ y = "}", z = [1] }')


def paths(data: object, above: Path = ()) -> Iterator[Path]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield (*above, step)
        yield from paths(value, (*above, step))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_value_has_its_line(ending: str) -> None:
    """Whatever the way it is written, and nothing in a text or a remark is taken for a key."""
    assert parse_toml(TEXT.replace("\n", ending), "a.toml").lines == LINES


@given(st.lists(st.tuples(st.sampled_from(VALUES), st.integers(0, 2), st.booleans()), max_size=12))
def test_lines_do_not_depend_on_what_stands_before(entries: list[tuple[str, int, bool]]) -> None:
    """Every value is found, and each key at the line it was written to."""
    text, expected = "", {}
    for number, (value, blanks, section) in enumerate(entries):
        text += "\n# [x] y = 1\n" * blanks + (f"[s{number}]\n" if section else "")
        expected[f"k{number}"] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    tree = parse_toml(text, "a.toml")
    assert set(tree.lines) == set(paths(tree.data))
    assert {path[-1]: line for path, line in tree.lines.items() if path[-1] in expected} == expected


@pytest.mark.parametrize(
    ("text", "line", "zh"),
    [
        ("[words.x]\n进行中 = ['在搞']\n", 2, "要加引号"),
        ("a = 1\nb = [1\nc = 2\n", 3, "右方括号"),
        ("a = 1\nb = x\n", 2, "文字要加引号"),
        ("a = 1\na = 2\n", 2, "前面已经写过"),
        ("a = 1\nb 2\n", 2, "缺少等号"),
        ("a = 1\nb = 2026-02-30\n", 2, "没有这一天"),
        ("a = 'x\n", 1, "引号"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, line: int, zh: str) -> None:
    """In Chinese, too, though the reader says it in English."""
    with pytest.raises(SpecFileError) as caught:
        parse_toml(text, "a.toml")
    assert (caught.value.where, zh in caught.value.say("zh")) == (f"a.toml:{line}", True), caught.value
    assert "Not valid TOML" in caught.value.say("en")
