"""The project's own words: what they come to mean, where, and what is said of those nobody can use."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.directory import Directory, Member
from sheetsync.intake.interpret import Reading
from sheetsync.intake.wordlist import extended
from sheetsync.intake.words import WordReader
from sheetsync.model.finding import Problem
from sheetsync.model.table import RawValue
from tests.effort import calls

Read = Callable[..., Reading]
Learn = Callable[..., tuple[Catalogue, list[Problem]]]
HEADER = ["表", "原词", "标准词"]


@pytest.fixture(scope="module")
def learn(read: Read, forms: Catalogue) -> Learn:
    """Extends the shipped catalogue by the rows of one or several word lists."""

    def run(
        *sheets: Sequence[Sequence[RawValue]], directory: Directory | None = None
    ) -> tuple[Catalogue, list[Problem]]:
        reading = read(*([HEADER, *rows] for rows in sheets), forms=("vocabulary",))
        assert [table.form for table in reading.tables] == ["vocabulary"] * len(sheets)
        return extended(forms, reading.tables, directory or Directory())

    return run


def standard(catalogue: Catalogue, vocabulary: str, word: str) -> str | None:
    return WordReader(catalogue.vocabulary(vocabulary)).standard(word)


def test_nothing_to_learn_changes_nothing(forms: Catalogue) -> None:
    """Without a word list and a directory the catalogue stays the one that was shipped."""
    assert extended(forms, ()) == (forms, [])


def test_a_word_for_all_tables_is_known_wherever_the_standard_word_is(learn: Learn) -> None:
    """高 is a priority, a risk level and a probability; as an issue class it is only a synonym."""
    catalogue, problems = learn([["全部", "甲级", "高"]])
    assert problems == []
    assert {standard(catalogue, name, "甲级") for name in ("priority", "risk_level", "probability")} == {"高"}
    assert standard(catalogue, "issue_class", "甲级") is None


def test_a_word_of_one_table_is_known_there_alone(learn: Learn) -> None:
    """The form gets a vocabulary of its own, and the shared one stays as it is."""
    catalogue, _ = learn([["F02", "搞定", "已完成"]])
    own = catalogue.forms["progress"].column("state").vocabulary
    assert own is not None
    assert standard(catalogue, own, "搞定") == "已完成"
    assert standard(catalogue, "task_state", "搞定") is None
    assert catalogue.forms["task-master"].column("state").vocabulary == "task_state"


@pytest.mark.parametrize(
    "table", ["progress", "F02", "f02", "任务执行进度跟踪表", " 任务执行 进度跟踪表 ", "子任务进度表"]
)
def test_a_table_is_known_by_whatever_names_it(learn: Learn, table: str) -> None:
    catalogue, problems = learn([[table, "搞定", "已完成"]])
    assert problems == []
    assert catalogue.forms["progress"].column("state").vocabulary != "task_state"


def test_no_word_means_two_things_afterwards(learn: Learn, forms: Catalogue) -> None:
    """What the project says takes a synonym away from the word that was shipped with it."""
    directory = Directory((Member(name="张三", departments=("技术部", "设计中心")),))
    rows = [
        ["", "在做", "待验收"],
        ["F02", "doing", "受阻"],
        ["", "研发部", "技术部"],
        ["", "IT", "设计中心"],
    ]
    catalogue, _ = learn(rows, directory=directory)
    assert len(catalogue.vocabularies) == len(forms.vocabularies) + 1
    for vocabulary in catalogue.vocabularies.values():
        seen: dict[str, str] = {}
        for word in vocabulary.words:
            for spelling in {text.casefold() for text in (word.zh, word.en, *word.synonyms)}:
                assert seen.setdefault(spelling, word.zh) == word.zh, spelling


@pytest.mark.parametrize(
    ("row", "cell", "says", "suggests"),
    [
        (["问题表格", "好", "已闭环"], "A2", "没有名为“问题表格”的表单", "问题跟踪表"),
        (["乱七八糟", "好", "已闭环"], "A2", "没有名为“乱七八糟”的表单", "F02"),
        (["F02、F99", "搞定", "已完成"], "A2", "没有名为“F99”的表单", "空着表示所有表"),
        (["F02", "搞定", "已完城"], "C2", "“任务执行进度跟踪表”的词表中没有“已完城”", "是否是“已完成”"),
        (["F02", "搞定", "已闭环"], "C2", "词表中没有“已闭环”", ""),
        (["", "搞定", "妥妥的"], "C2", "词表中没有“妥妥的”", "已完成"),
        (["F11", "处理中", "已闭环"], "B2", "“处理中”本身就是标准词", "另一个原词"),
        (["", "王总", "王磊"], "C2", "“王磊”是人名", "在名册的“别名”里加上“王总”"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_cell(
    learn: Learn, row: list[RawValue], cell: str, says: str, suggests: str
) -> None:
    """With the cell as typed, the reason and what is near."""
    _, (problem,) = learn([row], directory=Directory((Member(name="王磊"),)))
    assert problem.cell == cell
    assert problem.kind == "warning"
    assert problem.raw == row["ABC".index(cell[0])]
    assert problem.table is not None
    assert problem.table.form == "vocabulary"
    assert says in problem.message.zh
    assert problem.suggestion is not None
    assert suggests in problem.suggestion.zh


def test_a_word_with_two_meanings_keeps_the_first(learn: Learn) -> None:
    """Across sheets as well; the same meaning twice is no contradiction."""
    rows = [["F02", "搞定", "已完成"], ["F02", "搞定", "完成"], ["F02", "搞定", "待验收"]]
    catalogue, problems = learn(rows, [["F02", "搞定", "受阻"]])
    assert [(p.sheet, p.row) for p in problems] == [("Sheet1", 4), ("Sheet2", 2)]
    assert "“Sheet1”第 2 行" in problems[1].message.zh
    assert standard(catalogue, "task_state@progress", "搞定") == "已完成"


def test_a_row_with_nothing_to_teach_is_left_alone(learn: Learn, forms: Catalogue) -> None:
    """That a required cell is empty is said when the sheet is read."""
    assert learn([["F02", "搞定", ""], ["", "", "已完成"]]) == (forms, [])


def test_the_directorys_departments_can_be_meant(learn: Learn) -> None:
    """A department that is not shipped is a standard word as soon as the directory has it."""
    directory = Directory((Member(name="张三", departments=("总裁办",)),))
    catalogue, problems = learn([["", "总办", "总裁办"]], directory=directory)
    assert problems == []
    assert standard(catalogue, "departments", "总办") == "总裁办"
    assert learn([["", "总办", "总裁办"]])[1]


def test_a_short_name_belongs_to_the_department_of_the_project(forms: Catalogue) -> None:
    """设计 is 设计中心 where there is no 设计部, and 设计部 where there are both."""
    centre = Directory((Member(name="张三", departments=("设计中心",)),))
    both = Directory((Member(name="张三", departments=("设计中心", "设计部")),))
    assert standard(extended(forms, (), centre)[0], "departments", "设计") == "设计中心"
    assert standard(extended(forms, (), both)[0], "departments", "设计") == "设计部"


cells = st.sampled_from(
    [
        "",
        "*",
        "全部",
        "F02",
        "progress",
        "F02、F11",
        "已完成",
        "完成",
        "Done",
        "研发部",
        "技术部",
        "乱写",
        "高",
        "、",
    ]
) | st.text(max_size=8)


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=6))
def test_no_word_list_breaks_reading(
    rows: list[tuple[str, str, str]], learn: Learn, forms: Catalogue
) -> None:
    """Whatever stands there, each standard word of a closed list still means itself."""
    catalogue, _ = learn([["F02", "搞定", "已完成"], *map(list, rows)])
    for name, vocabulary in forms.vocabularies.items():
        if not vocabulary.open:
            reader = WordReader(catalogue.vocabulary(name))
            assert all(reader.standard(word.zh) == word.zh for word in vocabulary.words)
    for form in catalogue.forms.values():
        named = {column.vocabulary for column in form.columns if column.vocabulary}
        assert named <= catalogue.vocabularies.keys()


def test_no_word_of_a_long_list_is_looked_for_in_the_others(learn: Learn) -> None:
    """Ten thousand words, one half of them useless."""
    rows = [["" if n % 2 else "F02", f"词{n}", "已完成" if n % 4 else f"没有{n}"] for n in range(10_000)]
    assert calls(lambda: learn(rows)) < 400 * 10_000
    assert len(learn(rows[:1_000])[1]) == 250
