"""The tab 填写说明: what each column wants, the colours, and how the engine works with the sheet."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from sheetsync import palette
from sheetsync.forms.spec import Form
from sheetsync.model.finding import STATUS_TEXT, Status
from sheetsync.templates.layout import GUIDE_SHEET, LEGEND, sheet_name
from sheetsync.templates.styles import Styles
from sheetsync.text import Language, Text

NAME = GUIDE_SHEET

_TITLE = Text("填写说明", "How to fill in this workbook")
_STEPS = (
    Text("在各表表头下方逐行填写，一行一条记录；可以排序、筛选、插入行，也可以加自己的列。",
         "Fill in one record per row below the header; sort, filter, insert rows, add columns as you like."),
    Text("日期写“2026-11-20”“11月20日”“11月20日14:00”都可以；百分比写“70%”。",
         "Dates like 2026-11-20 or 2026-11-20 14:00; percentages like 70%."),
    Text("紫色表头的列和“仪表盘”“数据问题”两页由系统填写，每次运行会重写；您填写的内容系统不会"
         "改动，只有已生效的变更申请会更新它所指的那一格。",
         "Columns with a purple header and the tabs 仪表盘 and 数据问题 are the engine's and are rewritten "
         "each run; what you type is left alone, but for the cell that a change request in force updates."),
    Text("编号是各表之间的联系，请勿重复、勿改动已用的编号。",
         "IDs tie the tables together: keep them unique and do not change one in use."),
)  # fmt: skip
_STATUSES = {
    Status.LATE: Text("已过期限仍未完成，或时限已超", "past its due time and not finished"),
    Status.FAULTY: Text(
        "有看不懂或缺失的关键内容，见“数据问题”", "something essential is unreadable or missing"
    ),
    Status.RISK: Text("进度偏差超过 10 个百分点，或中等级别的时限已超", "more than 10 points behind plan"),
    Status.SOON: Text("2 个工作日内到期", "due within 2 working days"),
    Status.NORMAL: Text("按计划进行", "going to plan"),
    Status.DONE: Text("已完成、已归档或已取消", "finished, archived or cancelled"),
}
_HEADERS = (
    Text("列名", "Column"),
    Text("必填", "Required"),
    Text("怎么填", "How"),
    Text("示例", "Example"),
)


def write(sheet: Worksheet, styles: Styles, forms: Sequence[Form], language: Language, project: str) -> None:
    """Write the whole tab.

    Args:
        sheet: The empty tab.
        styles: The workbook's formats.
        forms: The forms that the workbook holds.
        language: The language to write in.
        project: Name of the project, may be empty.
    """
    for index, width in enumerate((24, 9, 62, 46)):
        sheet.set_column(index, index, width)
    sheet.hide_gridlines(2)
    row = _opening(sheet, styles, language, project)
    for form in forms:
        row = _form(sheet, styles, form, language, row + 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&8&A&C&8&P / &N")


def _opening(sheet: Worksheet, styles: Styles, language: Language, project: str) -> int:
    title = _TITLE.say(language)
    sheet.set_row(0, 34)
    sheet.write_string(
        0,
        0,
        f"{project}　{title}" if project else title,
        styles.get(bold=True, font_size=18, font_color=f"#{palette.ACCENT}"),
    )
    row = 1
    wrapped = styles.get(text_wrap=True)
    for number, step in enumerate((*_STEPS, LEGEND), start=1):
        text = f"{number}. {step.say(language)}"
        sheet.merge_range(row, 0, row, 3, text, wrapped)
        sheet.set_row(row, 18 if len(text) < (140 if language == "en" else 72) else 32)
        row += 1
    row += 1
    for status, meaning in _STATUSES.items():
        look = palette.STYLES[palette.STATUS_STYLE[status]]
        chip = styles.get(
            align="center", bold=True, font_color=f"#{look.font}", bg_color=f"#{look.fill}", border=1,
            border_color=f"#{palette.LINE}",
        )  # fmt: skip
        sheet.write_string(row, 0, STATUS_TEXT[status].say(language), chip)
        sheet.merge_range(row, 1, row, 3, meaning.say(language), styles.get(indent=1))
        row += 1
    return row


def _form(sheet: Worksheet, styles: Styles, form: Form, language: Language, row: int) -> int:
    sheet.set_row(row, 26)
    sheet.write_url(
        row,
        0,
        f"internal:'{sheet_name(form, language)}'!A1",
        styles.get(bold=True, font_size=13, font_color=f"#{palette.ACCENT}", underline=1),
        form.title.say(language),
    )
    sheet.merge_range(row, 1, row, 3, form.purpose.say(language), styles.get(font_color=f"#{palette.MUTED}"))
    row += 1
    for index, header in enumerate(_HEADERS):
        sheet.write_string(row, index, header.say(language), styles.header(required=True, engine=False))
    row += 1
    line = {"border": 1, "border_color": f"#{palette.LINE}"}
    for column in form.shown:
        sheet.write_string(row, 0, column.title.say(language), styles.get(bold=column.required, **line))
        mark = "●" if column.required else ""
        sheet.write_string(
            row, 1, mark, styles.get(align="center", font_color=f"#{palette.REQUIRED}", **line)
        )
        hint = column.hint.say(language) if column.hint else ""
        sheet.write_string(row, 2, hint, styles.get(text_wrap=True, **line))
        sheet.write_string(
            row, 3, column.example or "", styles.get(text_wrap=True, font_color=f"#{palette.MUTED}", **line)
        )
        row += 1
    if form.open_columns is not None:
        sheet.write_string(row, 0, "、".join(form.open_columns.titles[:3]) + "…", styles.get(**line))
        sheet.write_string(row, 1, "", styles.get(**line))
        hint = form.open_columns.hint.say(language) if form.open_columns.hint else ""
        sheet.write_string(row, 2, hint, styles.get(text_wrap=True, **line))
        sheet.write_string(row, 3, "R", styles.get(font_color=f"#{palette.MUTED}", **line))
        row += 1
    return row
