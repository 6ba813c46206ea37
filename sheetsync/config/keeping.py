"""`[state]`, `[backup]`, `[limits]`: what is kept, for how long, and what is too large to be read."""

from typing import Annotated

from pydantic import Field

from sheetsync.config.section import Section


class StateSettings(Section):
    """`[state]`: where the project remembers what it saw, and for how long.

    Args:
        url: Address of a database, its password by reference; a file in `.sheetsync/` when there is none.
        days: For how many days it is kept how the workbooks stood, and which messages left and jobs ran.
        audit_days: For how many days the audit trail is kept; for good when it is not given.
        copies: How many daily copies of the file are kept.
    """

    url: str | None = None
    days: Annotated[int, Field(ge=30, le=36_600)] = 400
    audit_days: Annotated[int, Field(ge=180, le=36_600)] | None = None
    copies: Annotated[int, Field(ge=1, le=1000)] = 14


class BackupSettings(Section):
    """`[backup]`: the earlier versions of each workbook that are kept.

    Args:
        keep: How many of the last versions.
        days: For how many days one version a day is kept besides, the first of it.
        megabytes: How much room they may take; the last version is kept in any case.
    """

    keep: Annotated[int, Field(ge=1, le=1000)] = 10
    days: Annotated[int, Field(ge=0, le=3660)] = 30
    megabytes: Annotated[int, Field(ge=1, le=1_000_000)] = 2048


class LimitsSettings(Section):
    """`[limits]`: what is too large to be read safely (reliability, 10).

    Args:
        file_megabytes: Size of the file.
        unpacked_megabytes: Size of all its inner parts together, unpacked.
        part_megabytes: Size of one of them.
        members: Number of inner parts.
        packing_ratio: Unpacked to packed size of a large part.
        sheets: Number of sheets.
        rows: Rows with content in one sheet.
        columns: Last column with content.
        cells: Cells of the rectangles around the content of all sheets.
        empty_rows: What stands behind so many empty rows is not read in a sheet that is huge without them.
    """

    file_megabytes: Annotated[int, Field(ge=1, le=2000)] = 100
    unpacked_megabytes: Annotated[int, Field(ge=1, le=8000)] = 512
    part_megabytes: Annotated[int, Field(ge=1, le=4000)] = 256
    members: Annotated[int, Field(ge=10, le=1_000_000)] = 20_000
    packing_ratio: Annotated[int, Field(ge=10, le=1100)] = 200
    sheets: Annotated[int, Field(ge=1, le=100_000)] = 2_000
    rows: Annotated[int, Field(ge=1, le=1_048_576)] = 200_000
    columns: Annotated[int, Field(ge=1, le=16_384)] = 1_000
    cells: Annotated[int, Field(ge=1, le=1_000_000_000)] = 40_000_000
    empty_rows: Annotated[int, Field(ge=1, le=1_048_576)] = 1_000
