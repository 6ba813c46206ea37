"""A workbook of XlsxWriter that hands out its parts: they go into another workbook, so none is packed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.chart_line import ChartLine
from xlsxwriter.chart_scatter import ChartScatter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook


class QuickBook(Workbook):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes what its base writes, and packs nothing.

    Args:
        options: As its base takes them.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(BytesIO(), {**options, "in_memory": True})
        self._shelf = _Shelf()

    def parts(self) -> dict[str, bytes]:
        """Close the workbook and return its parts by their names."""
        self.close()
        return self._shelf.parts

    def add_chart(self, options: dict[str, Any]) -> Chart:
        """Return a new chart; the kinds that tabs are full of write their numbers at once."""
        kind = _CHARTS.get(options["type"])
        if kind is None:
            return super().add_chart(options)
        chart: Chart = kind(options)
        chart.embedded = True
        self.charts.append(chart)
        return chart

    def add_format(self, properties: Mapping[str, Any] | None = None) -> Format:
        """Return a new format: what the workbook's cells have, and these properties."""
        given = {**self.default_format_properties, **(properties or {})}
        made = _Look(_worked_out(tuple(given.items()), tuple(map(type, given.values()))))
        made.xf_format_indices, made.dxf_format_indices = self.xf_format_indices, self.dxf_format_indices
        self.formats.append(made)
        return made

    def _get_packager(self) -> Packager:
        return self._shelf


class _Shelf(Packager):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Keeps the parts and gives nothing to be packed."""

    def _create_package(self) -> list[Any]:
        files = super()._create_package()
        self.parts = {
            name: content.getvalue() if binary else content.getvalue().encode()
            for content, name, binary in files
        }
        return []


class _Look(Format):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """A format whose properties are worked out already."""

    font_key: str
    border_key: str

    def __init__(self, worked_out: Mapping[str, Any]) -> None:
        # Nothing is left for its base to do.
        self.__dict__.update(worked_out)

    def _get_font_key(self) -> str:
        return self.font_key

    def _get_border_key(self) -> str:
        return self.border_key


@lru_cache(maxsize=1000)
def _worked_out(given: tuple[tuple[str, Any], ...], types: tuple[type, ...]) -> Mapping[str, Any]:  # noqa: ARG001 - 1 is not True
    """Return all that a format of these properties holds; our tabs have the same looks in all workbooks."""
    made = Format(dict(given))
    made._get_format_key()  # noqa: SLF001 - which it keeps
    return {**vars(made), "font_key": made._get_font_key(), "border_key": made._get_border_key()}  # noqa: SLF001


class _Numbers:
    """The part of a chart that remembers the numbers of its cells, hundreds of them."""

    fh: Any

    def _write_num_cache(self, data: Sequence[object]) -> None:
        points = [
            f'<c:pt idx="{at}"><c:v>{_number(value)}</c:v></c:pt>'
            for at, value in enumerate(data)
            if value is not None
        ]
        head = f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(data)}"/>'
        self.fh.write(f"{head}{''.join(points)}</c:numCache>")


class _Bar(_Numbers, ChartBar):  # type: ignore[misc] # XlsxWriter says nothing of its types
    pass


class _Line(_Numbers, ChartLine):  # type: ignore[misc] # XlsxWriter says nothing of its types
    pass


class _Scatter(_Numbers, ChartScatter):  # type: ignore[misc] # XlsxWriter says nothing of its types
    pass


_CHARTS = {"bar": _Bar, "line": _Line, "scatter": _Scatter}


def _number(value: object) -> object:
    """Return what a chart remembers of a cell: words count as 0."""
    try:
        float(value)  # type: ignore[arg-type] # what is no number is what is asked
    except ValueError:
        return 0
    return value
