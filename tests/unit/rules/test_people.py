"""Who may be who: nobody is said to have done nothing who may have done it under another name."""

import pytest

from sheetsync.rules.people import possibly

HOME = {"李娜": "设计部", "赵敏": "市场部"}


@pytest.mark.parametrize(
    ("name", "others", "may_be"),
    [
        ("李娜", {"赵敏"}, False),
        ("李娜", {"设计部*设计师"}, True),  # her department, under a mask
        ("李娜", {"市场部*专员"}, False),
        ("王磊", {"市场部*专员"}, True),  # nobody knows his department
        ("李娜", {"*经理"}, True),
        ("设计部*设计师", {"李娜"}, True),
        ("设计部*设计师", {"赵敏"}, False),
        ("设计部*设计师", {"王磊"}, True),
        ("设计部*设计师", {"设计部*主管"}, True),
        ("设计部*设计师", {"市场部*专员"}, False),
        ("*经理", {"赵敏"}, True),
        ("李娜", {"lina"}, True),
        ("lina", {"李娜"}, True),
        ("lina", {"zhaomin"}, False),
        ("李晓梅", {"晓梅"}, True),
        ("晓梅", {"李晓梅"}, True),
        ("李娜", set(), False),
    ],
)
def test_a_name_may_be_another(name: str, others: set[str], may_be: bool) -> None:
    assert possibly({name}, others, set(), HOME) == ({name} if may_be else set())


def test_a_name_that_stands_elsewhere_is_no_other_spelling() -> None:
    """John answers for something himself: his report is not 李娜's."""
    assert possibly({"李娜"}, {"John"}, {"John", "李娜"}, HOME) == set()
