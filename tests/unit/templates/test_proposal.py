"""The next id, as it stands above the ids before any program has calculated."""

from datetime import datetime

import pytest

from sheetsync.forms.catalogue import Catalogue
from sheetsync.templates.proposal import propose

NOW = datetime(2023, 10, 16, 9)


@pytest.mark.parametrize(
    ("form", "typed", "following"),
    [
        ("task-master", [], "XZB20231001"),
        ("task-master", ["XZB20231001", "XZB20231004"], "XZB20231005"),
        ("task-master", ["XZB20230917"], "XZB20231001"),
        ("task-master", ["XZB20231099"], "XZB202310100"),
        ("task-master", ["小计", ""], "XZB20231001"),
        ("task-master", ["XZB202310O1", "XZB20231001"], "XZB20231003"),
        ("issues", [], "WT20231001"),
        ("progress", ["XZB20231001-01", "XZB20231001-02"], "XZB20231001-03"),
        ("resolutions", ["YH20231001-J09"], "YH20231001-J10"),
    ],
)
def test_the_next_free_id_is_proposed(
    catalogue: Catalogue, form: str, typed: list[str], following: str
) -> None:
    found = propose(catalogue.forms[form].columns[0], "$A$4:$A$9", typed, NOW, "zh")
    assert found is not None
    assert found.value == f"新编号 {following}"


def test_nothing_is_proposed_for_parts_of_nothing(catalogue: Catalogue) -> None:
    """The first sub-task takes the id of its task, which nobody has named yet."""
    found = propose(catalogue.forms["progress"].columns[0], "$A$4:$A$9", [], NOW, "zh")
    assert found is not None
    assert str.__eq__(found.value, "")


def test_names_without_a_serial_number_get_no_proposal(catalogue: Catalogue) -> None:
    column = catalogue.forms["process"].column("node")
    assert propose(column, "$A$4:$A$9", [], NOW, "zh") is None
