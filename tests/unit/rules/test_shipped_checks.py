"""Every shipped rule over tables that are empty, without columns, or without a single readable cell."""

from collections.abc import Callable
from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.table import Table
from sheetsync.model.value import NUMBERS
from sheetsync.rules.evaluate import evaluate
from sheetsync.rules.parse import RulePack
from sheetsync.worktime import WorkTime

MakeTable = Callable[..., Table]


def _table(make_table: MakeTable, catalogue: Catalogue, form: str, size: int, broken: bool) -> Table:
    columns = {
        column.id: [float("nan") if column.kind in NUMBERS else None] * size
        for column in catalogue.forms[form].columns
    }
    return make_table(form, columns, broken={field: range(size) for field in columns} if broken else None)


@pytest.mark.parametrize(("size", "broken"), [(0, False), (1, False), (3, False), (3, True)])
def test_nothing_readable_anywhere_breaks_no_rule(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: MakeTable, size: int, broken: bool
) -> None:
    """And where all is unreadable nobody is late: that is a data problem, not a finding about time."""
    forms = [name for name, form in catalogue.forms.items() if not form.is_support]
    tables = [_table(make_table, catalogue, form, size, broken) for form in forms]
    found = evaluate(
        tables, packs, now=datetime(2023, 10, 16, 9), worktime=WorkTime.standard(), catalogue=catalogue
    )
    assert not [finding for finding in found if finding.overdue is not None]


def test_a_sheet_of_ids_alone_breaks_no_rule(
    catalogue: Catalogue, packs: tuple[RulePack, ...], make_table: MakeTable
) -> None:
    tables = [
        make_table(name, {form.key: ["XZB20231001-01"]})
        for name, form in catalogue.forms.items()
        if not form.is_support
    ]
    evaluate(tables, packs, now=datetime(2023, 10, 16, 9), worktime=WorkTime.standard(), catalogue=catalogue)
