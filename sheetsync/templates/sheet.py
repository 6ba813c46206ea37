"""Tabs whose formulas are written as they are."""

from xlsxwriter.worksheet import Worksheet


class FormSheet(Worksheet):  # type: ignore[misc] # xlsxwriter tells no types
    """A tab of a form.

    Our formulas use no function that is younger than Excel 2010, so there is none to look for: that search
    takes nine tenths of the time of a large workbook.
    """

    def _prepare_formula(self, formula: str, _expand: bool = False) -> str:
        return formula.removeprefix("=")
