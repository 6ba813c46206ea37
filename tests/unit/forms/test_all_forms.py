"""Every form of the catalogue: complete, told apart from the others, with samples that read well."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import yaml
from openpyxl.workbook import Workbook

from sheetsync.app import open_app
from sheetsync.forms.spec import Form
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.intake.readers import Readers
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.operations.create import create
from sheetsync.templates.layout import ENGINE_TITLES, HEADER_ROW, sheet_name
from sheetsync.text import Language
from sheetsync.worktime import WorkTime

CATALOGUE = open_app(project=None, environ={}).catalogue
FORMS = [form for form in CATALOGUE.forms.values() if not form.internal]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
CASES = Path(__file__).parents[2] / "cases" / "forms" / "headers.yaml"
FROM_THE_SEED = {"task-master", "progress", "minutes", "issues", "acceptance", "raci"}
"""Their sample rows are the seed's own, with gaps and masked names (tests/unit/intake/test_sample.py)."""
TOO_LITTLE = {
    "calendar": "日期、类型、说明 head many a list that is no calendar",
    "directory": "姓名 and 部门 head many a list of people that is no directory",
}
"""Forms whose required columns alone say too little, and why that must be so."""

# Spec section 1.2, word for word: the columns given by the sources in their order, then those we inferred.
GIVEN = {
    "collaboration": """协作主题 涉及部门/人 核心目标 关键任务与分工 沟通机制 当前状态 问题与风险 解决措施
        复盘总结 依赖关系 资源缺口 确认人 确认时间""",
    "plan-actual": "计划进度 实际进度 偏差 风险项 原因分析 应对措施",
    "dept-progress": """计划 实际 延迟原因 问题描述 影响范围 已尝试的解决措施 需协调资源
        问题责任人 解决时限 后续行动项""",
    "status": "任务名称 负责人 计划完成时间 实际完成时间 状态 风险说明",
    "weekly-progress": "任务完成率 风险点 需支持事项",
    "request": """任务背景 协作目标 期望协作部门 发起时间 期望启动时间 截止时间 资源需求
        审批人 无法承接原因 建议启动日期""",
    "memo": """合作目标 周期起 周期止 部门 具体职责 截止时间 提交对象 关键节点 交付标准 资源支持需求
        部门负责人签字 签字时间""",
    "charter": "项目名称 项目背景 目标 关键时间节点 涉及部门 初步职责分工",
    "goals": "职责 完成时间 交付标准",
    "mechanism": "沟通方式 参与人 时间 内容 负责人",
    "delay": "",
    "risks": "风险等级 影响范围 建议解决方案 处理方式",
    "changes": "变更原因 新目标 影响",
    "retro": "项目整体完成情况 做得好的方面 待改进点 优化措施",
    "notice": """会议编号 议题 参会人员 所需资料 背景资料 会议时间 时长 会议链接/地点 发布时间 设备测试确认
        跨时区说明""",
    "process": "节点 输入物 输出物 依赖节点",
    "standup": "日期 负责人 昨日完成 今日计划 遇到障碍",
    "calendar": "日期 类型 说明",
    "audit": "时间 来源 操作人 表 行编号 字段 旧值 新值 规则号",
}
INFERRED = {
    "collaboration": "沟通表编号",
    "plan-actual": "任务名称 子任务编号 负责部门 负责人 计划开始 计划完成 汇总周 更新时间",
    "dept-progress": "部门 汇报周期 任务 填报人 填报时间",
    "status": "任务编号",
    "weekly-progress": "填报人 周次 子任务编号 提交时间 下周计划",
    "request": """需求编号 发起部门 发起人 优先级 交付标准 提交时间 审批结论 审批时间 协作部门负责人 是否承接
        确认时间 状态""",
    "memo": "版本 不包含内容",
    "charter": "项目编号 发起方 项目经理 范围 不含范围 预算 版本",
    "goals": """项目 核心目标 范围 部门 部门负责人 接口人 是否有异议 异议内容 签字人 签字时间 电子件
        纸质件归档号""",
    "mechanism": "项目阶段 类型 定时表达式 逢节假日顺延规则 提前提醒",
    "delay": """子任务编号 负责人 原计划完成 延迟天数(工作日) 延迟原因分类 原因说明 影响范围 已采取措施
        预计完成时间 是否需变更申请 提交时间""",
    "risks": """风险编号 关联子任务 风险描述 预计延期天数 概率 上报人 上报时间 响应人 响应时间 处理结果
        同步群组时间 状态 关闭时间""",
    "changes": """变更编号 关联任务 变更类型 原值 新值 对进度/成本/质量的影响 申请人 申请时间 协作部门负责人
        确认意见 确认时间 生效时间 更新的任务字段 状态""",
    "retro": "复盘编号 项目 复盘会时间 参会 指标 目标值 实际值 偏差 负责人 截止时间 状态 沉淀SOP编号",
    "notice": "状态",
    "process": "负责部门 计划完成",
    "standup": "提交时间 关联子任务",
    "parameters": "参数名称",
}
# Spec section 4: what each rule of time reads, beyond the standard forms.
READ_BY_RULES = {
    "T01": ("collaboration", "发出时间 确认人 确认时间"),
    "T01 signed": ("goals", "发出时间 签字人 签字时间"),
    "T02": ("collaboration", "发出时间 涉及部门/人 确认人"),
    "T03": ("collaboration", "状态变更时间"),
    "T05": ("retro", "复盘会时间 项目编号"),
    "T07": ("collaboration", "复盘总结 归档时间"),
    "T11": ("plan-actual", "计划进度 实际进度 偏差 原因分析 应对措施"),
    "T12": ("risks", "风险等级"),
    "T14": ("notice", "会议类型 背景资料 发布时间 会议时间"),
    "T20": ("goals", "签字时间 电子件 纸质件归档号"),
    "T22": ("notice", "发布时间 会议时间 会议发起人"),
    "T34": ("delay", "提交时间 预计完成时间"),
    "T37": ("status", "更新时间"),
    "T38": ("charter", "项目结束时间"),
    "T39": ("request", "承接部门 送达时间 是否承接 无法承接原因 确认时间"),
    "T40": ("weekly-progress", "提交时间"),
    "T41": ("standup", "日期 负责人"),
    "T42": ("risks", "上报时间 响应时间 处理方式 同步群组时间"),
    "T49": ("changes", "确认部门 确认意见 确认时间"),
    "T52": ("request", "借用截止日期"),
    "T52 memo": ("memo", "借用截止日期"),
}
WORDS = {
    "report_status": "正常 延迟 风险",
    "request_state": "草稿 待审批 待承接 已驳回 协商中 已承接 已取消 已启动",
    "approval": "通过 驳回",
    "take_on": "承接 无法承接",
    "sign_state": "已发送 已阅 已签 有异议 修订",
    "project_phase": "立项 启动 执行 监控 验收 复盘 归档",
    "mechanism_phase": "启动 执行 关键节点",
    "mechanism_type": "群更新 周例会 专题会 文档共享",
    "delay_reason": "资源不足 需求变更 前置未完成 外部供应商 质量返工 人员变动 其他",
    "risk_level": "高 中 低",
    "probability": "高 中 低",
    "risk_state": "已上报 处理中 已处理 已同步 已关闭 转问题",
    "risk_response": "协调资源 调整时间节点",
    "change_type": "时间 范围 资源 人员 目标",
    "change_state": "草稿 确认中 已生效 已归档 已驳回",
    "consent": "同意 不同意",
    "meeting_state": "已计划 已通知 已召开 纪要已发 修订中 已确认 已存档 已取消",
    "day_kind": "工作日 休息日 法定节假日 调休上班",
    "audit_source": "Excel 飞书 规则",
}


def titles(form: Form, language: Language = "zh", *, only_required: bool = False) -> list[str]:
    columns = [column for column in form.shown if column.required or not only_required]
    opened = form.open_columns.titles if form.open_columns else ()
    return [*(column.title.say(language) for column in columns), *opened]


def read(*sheets: Sequence[Sequence[RawValue]]) -> Reading:
    """Read rows as sheets whose names say nothing."""
    given = tuple(RawSheet(name=f"Sheet{at}", rows=rows) for at, rows in enumerate(sheets, start=1))
    book = RawBook(name="book", version=Version("1"), sheets=given)
    return interpret(book, CATALOGUE, worktime=WorkTime.standard())


def forms_in(header: Sequence[str]) -> list[str]:
    return [table.form for table in read([header]).tables]


def sampled(form: Form) -> Reading:
    body = [[row.get(column.id, "") for column in form.shown] for row in form.sample]
    return read([[column.title.zh for column in form.shown], *body])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_is_known_by_its_own_headers(form: Form, language: Language) -> None:
    """All of its columns are found, and nothing is left over."""
    (table,) = read([titles(form, language)]).tables
    assert (table.form, table.language) == (form.id, language)
    assert (table.missing, table.unread) == ((), ())
    assert {column.id for column in form.shown} <= set(table.places)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_order_of_the_headers_does_not_matter(form: Form, language: Language) -> None:
    """Turned round, sorted, or every second column first."""
    header = titles(form, language)
    for moved in (header[::-1], sorted(header), header[::2] + header[1::2]):
        assert forms_in(moved) == [form.id], moved


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form.id not in TOO_LITTLE], ids=lambda form: form.id
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_required_headers_are_enough(form: Form, language: Language) -> None:
    """Who leaves out every optional column still has the same form."""
    assert forms_in(titles(form, language, only_required=True)) == [form.id]


@pytest.mark.parametrize("form", TOO_LITTLE)
def test_headers_that_say_too_little_are_left_alone(form: str) -> None:
    """If one of these is recognised after all, it may leave the list of exceptions."""
    assert forms_in(titles(CATALOGUE.forms[form], only_required=True)) == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_form_is_known_by_what_else_its_headers_are_called(form: Form) -> None:
    """Every column under its first synonym."""
    header = [column.synonyms[0] if column.synonyms else column.title.zh for column in form.shown]
    assert forms_in([*header, *(form.open_columns.titles if form.open_columns else ())]) == [form.id]


def _typical() -> Iterator[tuple[str | None, str]]:
    table = yaml.safe_load(CASES.read_text("utf-8"))
    for form, headers in table.items():
        for header in headers:
            yield (None if form == "none" else form), header


@pytest.mark.parametrize(("form", "header"), list(_typical()))
def test_typical_sheets_are_told_apart(form: str | None, header: str) -> None:
    """As teams write them; what is no form of ours is left alone."""
    assert forms_in(header.split()) == ([] if form is None else [form])


def test_there_are_typical_sheets_of_every_form() -> None:
    """Of every one in the catalogue; the support sheets are mostly written by us."""
    kept = {form.id for form in FORMS if form.code.startswith("F")}
    assert kept - {form for form, _ in _typical()} == set()


@pytest.mark.parametrize("form", GIVEN)
def test_the_given_columns_stand_in_their_order(form: str) -> None:
    """In the source's words, as the source lists them."""
    given = GIVEN[form].split()
    shown = [column.title.zh for column in CATALOGUE.forms[form].shown]
    assert [title for title in shown if title in given] == given


@pytest.mark.parametrize("form", INFERRED)
def test_the_inferred_columns_are_there(form: str) -> None:
    shown = {column.title.zh for column in CATALOGUE.forms[form].shown}
    assert set(INFERRED[form].split()) <= shown


@pytest.mark.parametrize("rule", READ_BY_RULES)
def test_what_a_rule_reads_is_there(rule: str) -> None:
    form, columns = READ_BY_RULES[rule]
    assert set(columns.split()) <= {column.title.zh for column in CATALOGUE.forms[form].shown}


@pytest.mark.parametrize("name", WORDS)
def test_the_words_are_those_of_the_spec(name: str) -> None:
    assert [word.zh for word in CATALOGUE.vocabulary(name).words] == WORDS[name].split()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_column_says_what_it_wants(form: Form) -> None:
    """Both titles, and a hint, an example or a list to pick from."""
    for column in form.shown:
        assert column.title.zh.strip()
        assert column.title.en.strip()
        if form.id not in FROM_THE_SEED:
            assert column.hint or column.example or column.vocabulary, column.id


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_examples_read_without_a_doubt(form: Form) -> None:
    """What the guide shows is what intake takes."""
    if form.id in FROM_THE_SEED:
        return
    row = {column.id: column.example or "" for column in form.shown}
    reading = read([[column.title.zh for column in form.shown], list(row.values())])
    doubts = [problem for problem in reading.problems if problem.kind == "error" and problem.raw]
    assert doubts == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_composed_key_is_made_of_required_fields(form: Form) -> None:
    """A record without one of them could not be told from another."""
    key = form.column(form.key)
    fields = key.composed_of or (key.id,)
    assert all(form.column(field).required for field in fields)
    assert not any(form.column(field).composed_of for field in fields)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_sample_rows_are_read_without_an_error(form: Form) -> None:
    assert [problem for problem in sampled(form).problems if problem.kind == "error"] == []


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form.id not in FROM_THE_SEED], ids=lambda form: form.id
)
def test_sample_rows_are_complete(form: Form) -> None:
    """Two or more, each with every required cell, and nothing about them to warn of."""
    assert len(form.sample) >= 2
    assert [problem for problem in sampled(form).problems if problem.kind == "warning"] == []
    needed = {column.id for column in form.shown if column.required}
    assert all(needed <= set(row) for row in form.sample)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_sample_ids_look_like_ids(form: Form) -> None:
    """Those of the form itself, and those of the forms it refers to."""
    readers = Readers(CATALOGUE)
    for column in form.shown:
        patterns = readers.patterns(column) if column.kind in {"id", "reference", "references"} else ()
        for row in form.sample:
            said = str(row.get(column.id, ""))
            ids = re.split("[、;,]", said) if said and said != "无" else []
            if patterns:
                assert all(any(p.regex.fullmatch(item) for p in patterns) for item in ids), (column.id, said)


def test_records_of_the_samples_are_told_apart() -> None:
    """No two sample rows of a form have one key."""
    for form in FORMS:
        key = form.column(form.key)
        keys = [tuple(row[field] for field in key.composed_of or (key.id,)) for row in form.sample]
        assert len(set(keys)) == len(keys), form.id


@pytest.fixture(scope="module", params=LANGUAGES)
def handed_out(request: pytest.FixtureRequest) -> tuple[Language, Workbook]:
    """The workbook with every form, as `sheetsync new --all --sample` makes it."""
    language: Language = request.param
    made = create(FORMS, CATALOGUE, now=datetime(2023, 10, 16, 9), language=language, sample=True, rows=20)
    return language, openpyxl.load_workbook(io.BytesIO(made))


def test_a_workbook_holds_every_form(handed_out: tuple[Language, Workbook]) -> None:
    """Each has a tab of its own, with a name that Excel takes."""
    language, book = handed_out
    names = book.sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set(r"[]:*?/\\") for name in names)
    assert {sheet_name(form, language) for form in FORMS} < set(names)


def test_every_tab_is_recognised_as_its_form(handed_out: tuple[Language, Workbook]) -> None:
    """Title rows, headers and sample rows as Excel holds them, under a name that says nothing."""
    language, book = handed_out
    sheets = [
        [
            [_raw(value) for value in row]
            for row in book[sheet_name(form, language)].iter_rows(values_only=True)
        ]
        for form in FORMS
    ]
    found = [(table.form, table.header_row, table.language) for table in read(*sheets).tables]
    assert found == [(form.id, HEADER_ROW + 1, language) for form in FORMS]


def _raw(value: object) -> RawValue:
    return value if isinstance(value, str | int | float | datetime) else "" if value is None else str(value)


def test_no_composed_key_stands_on_a_tab(handed_out: tuple[Language, Workbook]) -> None:
    language, book = handed_out
    for form in FORMS:
        header = [cell.value for cell in book[sheet_name(form, language)][HEADER_ROW + 1]]
        assert header[: len(form.shown)] == [column.title.say(language) for column in form.shown]
        for column in form.columns:
            assert not column.composed_of or column.title.say(language) not in header


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_no_field_is_named_as_a_column_of_ours(form: Form) -> None:
    """A tab holds both side by side; 预警说明 must not show what people wrote under a field of its name."""
    assert {column.id for column in form.columns}.isdisjoint(ENGINE_TITLES)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_headers_fit_their_columns(form: Form) -> None:
    """The header row has room for two lines of a Chinese title."""
    for column in form.shown:
        wide = sum(1 if letter.isascii() else 2 for letter in column.title.zh)
        assert wide <= 2 * column.width - 2, column.title.zh
