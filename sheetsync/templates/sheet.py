"""Tabs whose formulas are written as they are, and once where many cells of a column have the same."""

from collections.abc import Callable, Iterable, Mapping

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from sheetsync.templates.shared import SharedFormula, sharable


class FormSheet(Worksheet):  # type: ignore[misc] # xlsxwriter tells no types
    """A tab of a form.

    Our formulas use no function that is younger than Excel 2010, so there is none to look for: that search
    takes nine tenths of the time of a large workbook.
    """

    def __init__(self) -> None:
        super().__init__()
        self._groups = 0

    def fill_down(
        self,
        column: int,
        values: Mapping[int, float | str],
        formula: Callable[[int], str],
        style: Format | None = None,
    ) -> None:
        """Write a formula into cells of a column, shared by all of them where it may be.

        Args:
            column: Number of the column, from 0.
            values: Row, from 0, to the value that is shown first; in ascending order.
            formula: Gives the formula of a row without `=`. The first one is shared: the others must differ
                from it as if it were filled down.
            style: The format of the cells.
        """
        rows = list(values)
        if len(rows) < 2 or not sharable(formula(rows[0])):
            for row, value in values.items():
                self.write_formula(row, column, formula(row), style, value)
            return
        number, self._groups = self._groups, self._groups + 1
        area = xl_range(rows[0], column, rows[-1], column)
        text = self._escape_data(formula(rows[0]))
        written = SharedFormula(f'<f t="shared" ref="{area}" si="{number}">{text}</f>')
        for row, value in values.items():
            self.write_formula(row, column, written, style, value)
            if row == rows[0]:
                written = SharedFormula(f'<f t="shared" si="{number}"/>')

    def _prepare_formula(self, formula: str, _expand: bool = False) -> str:
        return formula if isinstance(formula, SharedFormula) else formula.removeprefix("=")

    def _xml_formula_element(
        self, formula: str, result: float | str, attributes: Iterable[tuple[str, object]] = ()
    ) -> None:
        if not isinstance(formula, SharedFormula):
            super()._xml_formula_element(formula, result, attributes)
            return
        said = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{said}>{formula}<v>{self._escape_data(result)}</v></c>")
