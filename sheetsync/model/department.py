"""How one department stands in a week, for the lines that leaders compare."""

from dataclasses import dataclass

RANKED_FROM = 5
"""Records; a rate over fewer says more of chance than of the department (product expectations, 7.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentLine:
    """One department.

    Args:
        name: The department.
        total: Its records.
        finished: Those with nothing left to do.
        late: Those that are late.
        due: Work of this week that was due until now and says whether it was done.
        in_time: Of these, what was done in time.
        limits: Limits of rules that ended on its records: what they ask for was done, or they ran out.
        kept: Of these, those that were kept.
        overrun: Limits of rules that ran out on its records, whether what they ask for was done since or not.
        silent: Records of which no progress was reported within the rule's limit.
    """

    name: str
    total: int
    finished: int
    late: int
    due: int = 0
    in_time: int = 0
    limits: int = 0
    kept: int = 0
    overrun: int = 0
    silent: int = 0

    @property
    def on_time(self) -> float | None:
        """The share that came in time, in percent; None where nothing was due."""
        return 100 * self.in_time / self.due if self.due else None

    @property
    def attained(self) -> float | None:
        """The share of limits that were kept, in percent; None where none has ended."""
        return 100 * self.kept / self.limits if self.limits else None

    @property
    def ranked(self) -> bool:
        """Whether it has enough records to be compared by rates."""
        return self.total >= RANKED_FROM
