"""Everything that `sheetsync.toml` can say."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from sheetsync.config.bitable import BitableSettings
from sheetsync.config.executor import ExecutorSettings
from sheetsync.config.feishu import FeishuSettings, WebhookSettings
from sheetsync.config.keeping import BackupSettings, LimitsSettings, StateSettings
from sheetsync.config.looks import Look, LookText, StatusWord, as_look
from sheetsync.config.mail import MailSettings
from sheetsync.config.pairs import PairSettings
from sheetsync.config.project import CalendarSettings, ChangesSettings, ProjectSettings, WorkbookSettings
from sheetsync.config.reminders import RemindersSettings
from sheetsync.config.report import ReportSettings
from sheetsync.config.rules import EscalationSettings, RulesSettings
from sheetsync.config.section import Section
from sheetsync.config.words import Word


class Settings(Section):
    """Everything `sheetsync.toml` can say, with the defaults for what it does not say.

    Args:
        workbooks: The workbooks of the project by a name of yours; those in `workbooks/` when there are none.
        pairs: Tables that are kept in step, by a name of yours.
        colours: Status to the colours of its rows: fill, or fill/font.
        words: Vocabulary to its words: what else people type for one, or a word of your own.
    """

    project: ProjectSettings = ProjectSettings()
    calendar: CalendarSettings = CalendarSettings()
    rules: RulesSettings = RulesSettings()
    workbooks: Mapping[str, WorkbookSettings] = {}
    pairs: Mapping[str, PairSettings] = {}
    state: StateSettings = StateSettings()
    colours: Mapping[
        StatusWord, Annotated[Look, BeforeValidator(as_look, json_schema_input_type=LookText)]
    ] = {}
    executor: ExecutorSettings = ExecutorSettings()
    backup: BackupSettings = BackupSettings()
    limits: LimitsSettings = LimitsSettings()
    escalation: EscalationSettings = EscalationSettings()
    changes: ChangesSettings = ChangesSettings()
    mail: MailSettings = MailSettings()
    feishu: FeishuSettings = FeishuSettings()
    bitable: BitableSettings = BitableSettings()
    webhook: WebhookSettings = WebhookSettings()
    reminders: RemindersSettings = RemindersSettings()
    report: ReportSettings = ReportSettings()
    words: Mapping[str, Mapping[str, Word]] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The project's time zone."""
        return ZoneInfo(self.project.timezone)
