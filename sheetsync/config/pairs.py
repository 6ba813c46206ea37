"""`[pairs.NAME]`: two tables that are kept in step, and what holds where they disagree."""

from typing import Annotated, Literal

from pydantic import Field

from sheetsync.config.section import Section


class PairPolicy(Section):
    """`policy` of `[pairs.NAME]`.

    Args:
        prefer: The side that wins every conflict; people decide when it is not given.
        deletion: What becomes of a record that one side deleted: it is marked as cancelled, deleted once a
            person confirms it, or kept.
        max_delete: How many of the records one sync may delete or mark, in %.
    """

    prefer: Literal["left", "right"] | None = None
    deletion: Literal["mark", "delete", "keep"] = "mark"
    max_delete: Annotated[float, Field(ge=0, le=100)] = 25


class PairSettings(Section):
    """`[pairs.NAME]`.

    Args:
        left: One table: path.xlsx, path.xlsx#Sheet or bitable:APP_TOKEN/TABLE_ID; paths count from the
            project folder.
        right: The other one.
        form: Their form.
        policy: What holds where they disagree.
    """

    left: str
    right: str
    form: str
    policy: PairPolicy = PairPolicy()
