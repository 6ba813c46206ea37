"""How a tab prints: A4 landscape, as wide as the page, header on every page, numbered."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

_A4 = 9
_ONE_PAGE = 215.0
"""Characters across that are still read easily on one A4 page; wider tabs take two or more side by side."""
_A_LITTLE_MORE = 1.15
"""A tab that is only a little wider than its pages is made a little smaller, not given a page more."""


def print_on_a4(
    sheet: Worksheet,
    *,
    repeat: tuple[int, int] | None = None,
    widths: Sequence[float] = (),
    kept: int = 0,
) -> None:
    """Set up the pages of a tab.

    Args:
        sheet: The tab.
        repeat: First and last row, from 0, that stand on top of every page.
        widths: The columns' widths in characters.
        kept: How many columns stand at the left of every page, where there are several side by side.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    if repeat is not None:
        sheet.repeat_rows(*repeat)
    across = pages_across(widths, kept)
    if across > 1 and kept:
        sheet.repeat_columns(0, kept - 1)
    sheet.fit_to_pages(across, 0)
    sheet.set_footer("&L&8&A&C&8&P / &N&R&8&D")
    sheet.hide_gridlines(2)


def pages_across(widths: Sequence[float], kept: int) -> int:
    """Return how many pages stand side by side; each repeats the kept columns.

    >>> pages_across([50.0] * 10, 0), pages_across([50.0] * 10, 2)
    (3, 4)
    """
    total, again = sum(widths), sum(widths[:kept])
    across = 1
    while total + again * (across - 1) > across * _ONE_PAGE * _A_LITTLE_MORE:
        across += 1
    return across
