"""`[executor]`: by what and how many at a time workbooks are checked."""

from typing import Annotated

from pydantic import Field

from sheetsync.config.section import Section


class ExecutorSettings(Section):
    """`[executor]`: how many workbooks are checked at a time, and where, unless an option says so.

    Args:
        spec: `serial`, `processes` or `dask://host:port` (an existing cluster); by `jobs` when there is none.
        jobs: How many at a time; 0 is one a processor.
    """

    spec: Annotated[str, Field(pattern=r"^(serial|processes|dask://[^\s/]+:\d+)$")] | None = None
    jobs: Annotated[int, Field(ge=0, le=64)] = 1
