"""Colours by text, live in Excel itself: single cells by what they say, whole rows by their 预警状态."""

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetsync import marks, palette
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.finding import STATUS_TEXT
from sheetsync.templates.layout import FIRST_ROW
from sheetsync.templates.livecell import ROW, LiveCell
from sheetsync.templates.plan import Plan
from sheetsync.templates.styles import Styles
from sheetsync.templates.words import word_in
from sheetsync.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Writes the conditional formats of one workbook.

    Args:
        styles: Its formats.
        catalogue: The vocabularies.
        language: The language of its words.
    """

    styles: Styles
    catalogue: Catalogue
    language: Language

    def of_words(self, sheet: Worksheet, plan: Plan, live: Mapping[str, LiveCell]) -> None:
        """Colour single cells by what they say, without any run: states, grades, formulas."""
        for slot in plan.slots:
            area = (FIRST_ROW, slot.index, plan.last_row, slot.index)
            for criteria, style in live[slot.field].looks if slot.field in live else ():
                here = criteria.replace(ROW, str(FIRST_ROW + 1))
                rule = {"type": "formula", "criteria": f"={here}", "format": self.styles.dxf(style)}
                sheet.conditional_format(*area, rule)
            if slot.vocabulary and not slot.engine:
                for word in self.catalogue.vocabulary(slot.vocabulary).words:
                    if word.look is not None:
                        text = word_in(self.language, word).replace('"', '""')
                        format_ = self.styles.dxf(word.look, bold=True)
                        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": format_}
                        sheet.conditional_format(*area, rule)

    def of_rows(self, sheet: Worksheet, plan: Plan) -> None:
        """Colour whole rows by the text of 预警状态, live; marked so that a run rebuilds, not adds."""
        status = next((slot.index for slot in plan.slots if slot.engine and slot.field == "status"), None)
        if status is None:
            return
        cell = f"${xl_col_to_name(status)}{FIRST_ROW + 1}"
        for word, text in STATUS_TEXT.items():
            style = palette.STATUS_STYLE[word]
            formula = marks.cf_formula(cell, text.say(self.language), style)
            rule = {"type": "formula", "criteria": f"={formula}", "format": self.styles.dxf(style)}
            sheet.conditional_format(FIRST_ROW, 0, plan.last_row, plan.slots[-1].index, rule)
