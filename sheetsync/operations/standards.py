"""What a workbook is judged by: forms, rules and the calendar, gathered once for all workbooks of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sheetsync.config.rules import EscalationSettings
from sheetsync.forms.catalogue import Catalogue
from sheetsync.metrics.agenda import FIGURED
from sheetsync.model.finding import Status
from sheetsync.rules.escalation import Ladder
from sheetsync.rules.events import needed
from sheetsync.rules.eventspec import EventRule
from sheetsync.rules.parse import RulePack, needed_fields
from sheetsync.text import Language
from sheetsync.worktime import WorkTime


@dataclass(frozen=True, kw_only=True)
class Standards:
    """Forms, rules and calendar of a run.

    Args:
        catalogue: Forms and vocabularies.
        packs: The rule packs in force.
        worktime: The working-time calendar.
        language: The language of our tabs.
        project: Name of the project, may be empty.
        looks: Colours that the project chose for some statuses: fill and font as RRGGBB.
        ladder: Who is told, rung by rung, when a limit runs out.
        events: What is told because it happened; none where nobody is told anything.
    """

    catalogue: Catalogue
    packs: tuple[RulePack, ...]
    worktime: WorkTime
    language: Language
    project: str = ""
    looks: Mapping[Status, tuple[str, str | None]] = field(default_factory=dict)
    ladder: Ladder = field(default_factory=lambda: Ladder.of(EscalationSettings()))
    events: tuple[EventRule, ...] = ()

    @cached_property
    def fields(self) -> Mapping[str, frozenset[str]]:
        """The columns that rules, figures and events read, by form."""
        found = dict(needed_fields(self.packs, self.catalogue))
        for others in (FIGURED, needed(self.events, self.catalogue)):
            found |= {form: found.get(form, frozenset()) | more for form, more in others.items()}
        return found
