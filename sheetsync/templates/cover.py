"""The tab 封面: what project this is, how to fill it, what the colours mean, and the way to every tab."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from xlsxwriter.worksheet import Worksheet

from sheetsync import palette
from sheetsync.forms.life import STAGES, stage_of
from sheetsync.forms.spec import Form
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.templates.layout import GUIDE_SHEET, WORDS_SHEET, sheet_name
from sheetsync.templates.measure import height
from sheetsync.templates.styles import Styles
from sheetsync.text import Language, Text

NAME = Text("封面", "Cover")

ABOUT = {
    "manager": Text("项目经理", "Project manager"),
    "department": Text("牵头部门", "Lead department"),
    "period": Text("起止时间", "From and to"),
    "goal": Text("项目目标", "Goal"),
}
"""What the cover says of the project; what nobody knows yet is left for people to write."""

_WIDTHS = (15, 27, 58, 38, 46)
_TITLES = {**ABOUT, "made": Text("生成日期", "Made on")}
_UNNAMED = Text("项目工作簿", "Project workbook")
_HOW = Text("怎么填", "How to fill")
_STEPS = (
    Text("表头下方一行一条记录，按平时习惯填写；可以排序、筛选、插入行，也可以加自己的列。",
         "One record a row below the header, typed as you are used to; sort, filter, add rows and columns."),
    Text("日期写“2026-11-20”“11月20日”“11月20日14:00”都可以；百分比写“70%”；几个人、几个部门用“、”分隔。",
         "Dates like 2026-11-20 or 2026-11-20 14:00; percentages like 70%; commas between people."),
    Text("编号是各表之间的联系，请勿重复，也不要改动已用的编号。",
         "IDs tie the tables together: keep them unique, and do not change one in use."),
    Text("紫色表头的列和“仪表盘”“数据问题”两页由系统填写；您填写的内容系统不会改动，"
         "只有已生效的变更申请会更新它所指的那一格。",
         "Purple columns and the tabs Dashboard and Data problems are the engine's; what you type stays, but "
         "for the cell that a change request in force updates."),
)  # fmt: skip
_COLOURS = Text("颜色与用语", "Colours and words")
_STATUSES = {
    Status.LATE: Text("已过期限仍未完成，或时限已超", "past its due time and not finished"),
    Status.FAULTY: Text(
        "关键内容看不懂或缺失，见“数据问题”页", "something essential is unreadable or missing"
    ),
    Status.RISK: Text("进度偏差超过 10 个百分点，或次要时限已超", "more than 10 points behind plan"),
    Status.SOON: Text("2 个工作日内到期", "due within 2 working days"),
    Status.NORMAL: Text("按计划进行", "going to plan"),
    Status.DONE: Text("已完成、已归档或已取消", "finished, archived or cancelled"),
}
_HEADERS = {
    "required": (
        Text("必填", "Required"),
        Text("深色表头、带 *：每条记录都填", "dark header with *: in every record"),
    ),
    "optional": (Text("选填", "Optional"), Text("浅色表头：有就填", "light header: if there is any")),
    "live": (
        Text("自动", "Formula"),
        Text("带 ƒ：自动计算，也可以改写", "with ƒ: a formula, you may overwrite it"),
    ),
    "engine": (Text("系统", "Engine"), Text("紫色表头：由系统填写", "purple header: please leave it")),
}
_INDEX = (
    Text("阶段", "Stage"),
    Text("表（点击打开）", "Tab (click to open)"),
    Text("用途", "Purpose"),
    Text("谁填", "Who fills it"),
    Text("何时填", "When"),
)
_GUIDE_PURPOSE = Text(
    "每张表的每一列怎么填，附示例。", "What every column of every table wants, with an example."
)
_WORDS_PURPOSE = Text("各列下拉选项的标准用语。", "The standard words behind the dropdowns.")
_REFERENCE = Text("查阅", "Reference")


def write(
    sheet: Worksheet,
    styles: Styles,
    forms: Sequence[Form],
    language: Language,
    *,
    created: datetime,
    about: Mapping[str, str],
) -> None:
    """Write the whole tab.

    Args:
        sheet: The empty tab.
        styles: The workbook's formats.
        forms: The forms that the workbook holds, in the order of their tabs.
        language: The language to write in.
        created: The day the workbook was made.
        about: What is known of the project, by the names of `ABOUT`, and its `name`.
    """
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.hide_gridlines(2)
    row = _title(sheet, styles, language, created, about)
    row = _how(sheet, styles, language, row + 1)
    _index(sheet, styles, forms, language, row + 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&8&P / &N&R&8&D")


def _title(
    sheet: Worksheet, styles: Styles, language: Language, created: datetime, about: Mapping[str, str]
) -> int:
    band = styles.get(
        bold=True, font_size=22, font_color=f"#{palette.PAPER}", bg_color=f"#{palette.ACCENT}", indent=1
    )
    sheet.set_row(0, 48)
    sheet.merge_range(0, 0, 0, 4, about.get("name") or _UNNAMED.say(language), band)
    label = styles.get(
        bold=True,
        font_color=f"#{palette.ACCENT}",
        bg_color=f"#{palette.ACCENT_SOFT}",
        align="center",
        **_LINE,
    )
    value = styles.get(text_wrap=True, indent=1, **_LINE)
    for row, (left, right) in enumerate((("manager", "department"), ("period", "made")), start=1):
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, _TITLES[left].say(language), label)
        sheet.merge_range(row, 1, row, 2, about.get(left, ""), value)
        sheet.write_string(row, 3, _TITLES[right].say(language), label)
        made = f"{created:%Y-%m-%d}"
        sheet.write_string(row, 4, made if right == "made" else about.get(right, ""), value)
    goal = about.get("goal", "")
    sheet.set_row(3, height(goal, sum(_WIDTHS[1:]), least=22))
    sheet.write_string(3, 0, _TITLES["goal"].say(language), label)
    sheet.merge_range(3, 1, 3, 4, goal, value)
    return 4


def _how(sheet: Worksheet, styles: Styles, language: Language, row: int) -> int:
    """Write the steps at the left and the legend at the right; they share their rows."""
    head = styles.get(bold=True, font_size=13, font_color=f"#{palette.ACCENT}", bottom=2,
                      bottom_color=f"#{palette.ACCENT}")  # fmt: skip
    sheet.set_row(row, 26)
    sheet.merge_range(row, 0, row, 2, _HOW.say(language), head)
    sheet.merge_range(row, 3, row, 4, _COLOURS.say(language), head)
    legend = [
        (
            STATUS_TEXT[status].say(language),
            meaning.say(language),
            _chip(styles, palette.STATUS_STYLE[status]),
        )
        for status, meaning in _STATUSES.items()
    ]
    looks = {
        "required": styles.header(required=True, engine=False, marked=True),
        "optional": styles.header(required=False, engine=False),
        "live": styles.live_header(),
        "engine": styles.header(required=False, engine=True),
    }
    legend += [
        (word.say(language), meaning.say(language), looks[kind]) for kind, (word, meaning) in _HEADERS.items()
    ]
    for number, (word, meaning, look) in enumerate(legend, start=1):
        sheet.set_row(row + number, 19)
        sheet.write_string(row + number, 3, word, look)
        sheet.write_string(row + number, 4, meaning, styles.get(indent=1))
    lines = len(legend)
    each, more = divmod(lines, len(_STEPS))
    at = row + 1
    for number, step in enumerate(_STEPS):
        last = at + each + (number < more) - 1
        text = f"{number + 1}.  {step.say(language)}"
        sheet.merge_range(at, 0, last, 2, text, styles.get(text_wrap=True))
        at = last + 1
    return row + lines + 1


def _index(sheet: Worksheet, styles: Styles, forms: Sequence[Form], language: Language, row: int) -> None:
    sheet.set_row(row, 26)
    for index, title in enumerate(_INDEX):
        sheet.write_string(row, index, title.say(language), styles.header(required=True, engine=False))
    row += 1
    for stage, group in groupby(forms, stage_of):
        first = row
        for form in group:
            life = form.life
            said = [form.purpose.say(language)]
            said += [life.who.say(language), life.when.say(language)] if life else ["", ""]
            _line(sheet, styles, row, (sheet_name(form, language), form.title.say(language)), said)
            row += 1
        _stage(sheet, styles, first, row - 1, STAGES[stage].say(language))
    first = row
    for name, purpose in ((GUIDE_SHEET, _GUIDE_PURPOSE), (WORDS_SHEET, _WORDS_PURPOSE)):
        tab = name.say(language)
        _line(sheet, styles, row, (tab, tab), [purpose.say(language), "", ""])
        row += 1
    _stage(sheet, styles, first, row - 1, _REFERENCE.say(language))


def _line(sheet: Worksheet, styles: Styles, row: int, link: tuple[str, str], said: Sequence[str]) -> None:
    tab, title = link
    quoted = tab.replace("'", "''")
    look = styles.get(
        bold=True, font_color=f"#{palette.ACCENT}", underline=1, text_wrap=True, indent=1, **_LINE
    )
    sheet.write_url(row, 1, f"internal:'{quoted}'!A1", look, title)
    body = styles.get(text_wrap=True, indent=1, **_LINE)
    for index, text in enumerate(said, start=2):
        sheet.write_string(row, index, text, body)
    sheet.set_row(
        row, max(height(text, _WIDTHS[index] - 2) for index, text in enumerate((title, *said), start=1))
    )


def _stage(sheet: Worksheet, styles: Styles, first: int, last: int, title: str) -> None:
    look = styles.get(
        bold=True, align="center", text_wrap=True, font_color=f"#{palette.ACCENT}",
        bg_color=f"#{palette.ACCENT_SOFT}", **_LINE,
    )  # fmt: skip
    if first == last:
        sheet.write_string(first, 0, title, look)
    else:
        sheet.merge_range(first, 0, last, 0, title, look)


def _chip(styles: Styles, style: str) -> object:
    look = palette.STYLES[style]
    return styles.get(
        align="center", bold=True, font_color=f"#{look.font}", bg_color=f"#{look.fill}", **_LINE
    )


_LINE = {"border": 1, "border_color": f"#{palette.LINE}"}
