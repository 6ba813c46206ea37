"""The tab 填写说明: what each column of each table wants, with an example."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from sheetsync import palette
from sheetsync.forms.spec import Form
from sheetsync.templates.layout import GUIDE_SHEET, sheet_name
from sheetsync.templates.styles import Styles
from sheetsync.text import Language, Text

NAME = GUIDE_SHEET

_TITLE = Text("填写说明", "How to fill in this workbook")
_REQUIRED = Text("● 必填", "● required")
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
    sheet.write_string(1, 0, _REQUIRED.say(language), styles.get(font_color=f"#{palette.REQUIRED}"))
    return 2


def _form(sheet: Worksheet, styles: Styles, form: Form, language: Language, row: int) -> int:
    sheet.set_row(row, 26)
    quoted = sheet_name(form, language).replace("'", "''")
    sheet.write_url(
        row,
        0,
        f"internal:'{quoted}'!A1",
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
