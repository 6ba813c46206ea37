"""A workbook of XlsxWriter that hands out its parts: they go into another workbook, so none is packed."""

from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook

_Given = tuple[tuple[tuple[str, Any], ...], tuple[type, ...]]
"""Properties of a format and the types of their values: 1 is not True."""


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

    def add_format(self, properties: Mapping[str, Any] | None = None) -> Format:
        """Return a new format: what the workbook's cells have, and these properties."""
        given = {**self.default_format_properties, **(properties or {})}
        made = _Look((tuple(given.items()), tuple(map(type, given.values()))))
        made.xf_format_indices, made.dxf_format_indices = self.xf_format_indices, self.dxf_format_indices
        self.formats.append(made)
        return made

    def _get_packager(self) -> Packager:
        return self._shelf

    def _prepare_format_properties(self) -> None:
        # What else its base does numbers fonts, fills and borders for the style sheet.
        self._prepare_formats()


class _Shelf(Packager):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Keeps the parts and gives nothing to be packed."""

    def _create_package(self) -> list[Any]:
        files = super()._create_package()
        self.parts = {
            name: content.getvalue() if binary else content.getvalue().encode()
            for content, name, binary in files
        }
        return []

    def _write_styles_file(self) -> None:
        book = self.workbook
        looks, differences = (
            tuple(look.given for look in kind) for kind in (book.xf_formats, book.dxf_formats)
        )
        self._filename("xl/styles.xml").write(_style_sheet(looks, differences))


class _Look(Format):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """A format whose properties are worked out already.

    Args:
        given: What it is made of.
    """

    def __init__(self, given: _Given) -> None:
        # Nothing is left for its base to do.
        self.__dict__.update(_worked_out(given))
        self.given = given


@lru_cache(maxsize=1000)
def _worked_out(given: _Given) -> Mapping[str, Any]:
    """Return all that a format of these properties holds; our tabs have the same looks in all workbooks."""
    made = Format(dict(given[0]))
    made._get_format_key()  # noqa: SLF001 - which it keeps
    return {**vars(made)}


@lru_cache(maxsize=100)
def _style_sheet(looks: tuple[_Given, ...], differences: tuple[_Given, ...]) -> str:
    """Return the style sheet of a workbook of these looks; tabs of like workbooks have the same."""
    book, packager = Workbook(BytesIO()), Packager()
    cells, laid_over = ([Format(dict(given)) for given, _ in kind] for kind in (looks, differences))
    for index, look in enumerate(cells):
        look.xf_index = index
    for index, look in enumerate(laid_over):
        look.dxf_index = index
    book.formats = cells + laid_over
    book._prepare_format_properties()  # noqa: SLF001 - as where it writes itself
    packager._add_workbook(book)  # noqa: SLF001
    packager._set_in_memory(in_memory=True)  # noqa: SLF001
    packager._write_styles_file()  # noqa: SLF001
    [(file, _, _)] = packager.filenames
    return str(file.getvalue())
