"""`[bitable]`: how tables are made in a Feishu base."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sheetsync.config.section import Section
from sheetsync.mistakes import WrongValueError
from sheetsync.text import Text

OPTION_COLOURS: Mapping[str, int] = {"late": 0, "risk": 1, "soon": 2, "normal": 4, "done": 10, "faulty": 6}
"""Which number is which colour is documented nowhere; a base shows it once options have been made."""


def _whole(given: Mapping[str, int]) -> Mapping[str, int]:
    unknown = [name for name in given if name not in OPTION_COLOURS]
    if unknown:
        names = "、".join(OPTION_COLOURS)
        raise WrongValueError(
            Text(f"没有 {unknown[0]}；可用：{names}", f"there is no {unknown[0]}; there are {names}")
        )
    return {**OPTION_COLOURS, **given}


class BitableSettings(Section):
    """`[bitable]`: how tables are made and marked in a Feishu base.

    Args:
        persons: What columns of people become: fields of people (user), or texts.
        option_colours: The colour of each status as a number from 0 to 54, by late, risk, soon, normal, done
            and faulty; the usual ones for those that are not named.
    """

    persons: Literal["user", "text"] = "user"
    option_colours: Annotated[Mapping[str, Annotated[int, Field(ge=0, le=54)]], AfterValidator(_whole)] = (
        OPTION_COLOURS
    )
