"""The shipped forms, and what a project may do to them."""

from collections.abc import Iterator

import pytest

from sheetsync.bundled import bundled
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.forms.catalogue import Catalogue, build


def shipped() -> Iterator[tuple[str, str, str]]:
    for file in bundled("workbook_templates").iterdir():
        if file.name.endswith(".yaml"):
            yield file.name.removesuffix(".yaml"), file.name, file.read_text("utf-8")


# Spec section 1.2, the columns of the five standard forms word for word.
COLUMNS = {
    "task-master": """
        任务编号 任务名称 发起部门 发起人 协作部门 任务目标 关键时间节点 交付物清单 优先级 备注 启动日期
        截止时间 计划进度 实际进度 偏差 任务状态 前置任务 任务背景 期望启动时间 发起时间""",
    "progress": """
        子任务编号 所属任务 负责人 当前阶段 当前进度 完成情况描述 遇到的问题及障碍 所需支持 下一步计划
        更新时间 协作人 所需资源 交付标准 截止时间 计划开始 计划进度 偏差 实际开始 实际完成
        前置子任务 交付物""",
    "minutes": """
        会议编号 会议主题 会议时间 会议形式 参会部门及人员 缺席人员及原因 会议议程 讨论内容及结论 决议事项
        待跟进问题 记录人 会议类型 主持人 结束时间 通知发布时间 各部门进展 争议点 未决议事项 下一步行动
        纪要发出时间 签字人 签字时间""",
    "issues": """
        问题描述 影响范围 已尝试的解决措施 需其他部门支持的资源 状态 问题编号 关联任务 问题级别 提交人
        发现时间 提交时间 主导部门 响应人 响应时间 责任部门 责任人 解决方案 方案时间 计划解决时间
        实际解决时间 验证人 验证结果 验证时间 闭环时间 升级级别 升级时间 根因 备注""",
    "raci": "任务编号 任务",
}
FORM = """\
id: mine
code: X1
title: t
purpose: p
key: k
name: k
columns:
  - { id: k, title: 编号, kind: id }
"""
VOCABULARIES = {
    "priority": "高 中 低",
    "issue_class": "一般 复杂 紧急 严重 跨部门争议 客户重大",
    "task_state": "未开始 进行中 受阻 待验收 已完成 已归档 已取消 暂停",
    "meeting_form": "线上 线下 线上+线下",
    "meeting_type": "启动会 周例会 专题会 重要决策会 协调会 验收会 复盘会 月度复盘会 短会 预沟通会",
    "alert_state": "正常 即将到期 风险 延期 已完成 数据异常",
    "raci": "R A C I R/A",
}


@pytest.mark.parametrize("form", COLUMNS)
def test_a_standard_form_has_every_column_of_the_spec(catalogue: Catalogue, form: str) -> None:
    """No column is missing, none is spelled differently."""
    titles = {column.title.zh for column in catalogue.forms[form].columns}
    assert set(COLUMNS[form].split()) <= titles


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_vocabulary_has_the_words_of_the_spec(catalogue: Catalogue, name: str) -> None:
    """The standard words stand in the spec's own spelling."""
    assert {word.zh for word in catalogue.vocabulary(name).words} == set(VOCABULARIES[name].split())


def test_no_word_of_a_vocabulary_means_two_things(catalogue: Catalogue) -> None:
    """A synonym belongs to one standard word, or reading would depend on the order."""
    for name, vocabulary in catalogue.vocabularies.items():
        seen: dict[str, str] = {}
        for word in vocabulary.words:
            for spelling in {text.casefold() for text in (word.zh, word.en, *word.synonyms)}:
                assert seen.setdefault(spelling, word.zh) == word.zh, (name, spelling)


def test_no_header_means_two_columns_of_a_form(catalogue: Catalogue) -> None:
    """A title or synonym belongs to one column of its form."""
    for form in catalogue.forms.values():
        seen: dict[str, str] = {}
        for column in form.columns:
            for title in {text.casefold() for text in (column.title.zh, column.title.en, *column.synonyms)}:
                assert seen.setdefault(title, column.id) == column.id, (form.id, title)


@pytest.mark.parametrize("name", ["issues", "F11", "f11", "问题跟踪表", "Issue tracker"])
def test_a_form_is_known_by_id_code_and_title(catalogue: Catalogue, name: str) -> None:
    """However a user names it."""
    assert catalogue.form(name).id == "issues"


def test_an_unknown_form_is_refused_with_the_nearest(catalogue: Catalogue) -> None:
    """`sheetsync new isues` says what was probably meant."""
    with pytest.raises(UsageError, match="Did you mean issues"):
        catalogue.form("isues")


def test_the_projects_own_form_comes_first() -> None:
    """Of two files of one name the first one wins."""
    own = FORM.replace("id: mine", "id: issues").replace("title: t", "title: 我的问题表")
    catalogue = build([("issues", "mine.yaml", own), *shipped()])
    assert catalogue.forms["issues"].title.zh == "我的问题表"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("key: k", "key: kk"), "there is no column kk"),
        (("kind: id", "kind: word"), "needs a vocabulary"),
        (("kind: id", "kind: word, vocabulary: prioritty"), "did you mean priority"),
        (("kind: id", 'kind: id, pattern: "("'), "not a regular expression"),
        (("id: mine", "id: other"), "file's name"),
        (("kind: id", "kind: id, live: { kind: raci }"), "has no open_columns of kind raci"),
        (("kind: id", "kind: id, live: { kind: workdays_left, until: k }"), "needs a date in k"),
        (("kind: id", "kind: id, live: { kind: filled, fields: [kk] }"), "there is no column kk"),
        (("kind: id", "kind: id, difference: [k, k]"), "needs a percentage in k"),
    ],
)
def test_a_wrong_form_is_refused_with_its_line(change: tuple[str, str], said: str) -> None:
    """What the models alone cannot see is refused as well."""
    with pytest.raises(SpecFileError) as caught:
        build([("mine", "mine.yaml", FORM.replace(*change)), *shipped()])
    assert said in caught.value.say("en")
    assert (caught.value.where or "").startswith("mine.yaml:")


def test_the_projects_own_words_come_first_and_the_other_lists_stay() -> None:
    """A file of one list replaces that list alone, and a workbook cannot overrule what it says."""
    own = """
vocabularies:
  priority:
    title: 优先级
    words: [{ zh: 急, en: Now, synonyms: [快] }]
"""
    catalogue = build([("vocabularies", "own.yaml", own), *shipped()])
    assert [word.zh for word in catalogue.vocabulary("priority").words] == ["急"]
    assert catalogue.vocabulary("task_state").words
    assert catalogue.settled == {"priority": dict.fromkeys(("急", "Now", "快"), "own.yaml:5")}


def test_the_shipped_words_are_settled_by_nobody(catalogue: Catalogue) -> None:
    """A workbook may give them another meaning."""
    assert catalogue.settled == {}
