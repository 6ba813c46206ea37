"""`doctor`: looks at everything a run needs, each thing by itself, and says how to mend what is wrong."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sheetsync.config.section import FILE_NAME
from sheetsync.crash import as_error
from sheetsync.errors import BugError, SheetSyncError
from sheetsync.operations.health import kept, machine, places, schedule, services, times, written
from sheetsync.operations.health.diagnosis import STATES, Check, Diagnosis, State, failure, of_error, skipped
from sheetsync.operations.health.premises import Premises
from sheetsync.render.documents import Document
from sheetsync.render.words import zoned
from sheetsync.secret import is_reference, reveal
from sheetsync.text import Language, Text

CHECKS: tuple[Check, ...] = (
    Check(id="settings", title=Text("设置", "settings"), look=written.settings, settled=False),
    Check(id="programs", title=Text("程序", "programs"), look=machine.programs, settled=False),
    Check(id="fonts", title=Text("字体", "fonts"), look=machine.fonts, settled=False),
    Check(id="folders", title=Text("文件夹", "folders"), look=places.folders),
    Check(id="disk", title=Text("磁盘", "disk"), look=places.disk, settled=False),
    Check(id="drive", title=Text("网络盘", "network drive"), look=places.drive),
    Check(id="secrets", title=Text("密钥", "secrets"), look=written.secrets),
    Check(id="calendar", title=Text("日历", "calendar"), look=times.calendar, settled=False),
    Check(id="zone", title=Text("时区", "time zone"), look=times.zone),
    Check(id="clock", title=Text("时钟", "clock"), look=times.clock, settled=False),
    Check(id="forms", title=Text("表单", "forms"), look=written.forms),
    Check(id="rules", title=Text("规则", "rules"), look=written.rules),
    Check(id="jobs", title=Text("作业", "jobs"), look=written.jobs),
    Check(id="pairs", title=Text("同步", "pairs"), look=written.pairs),
    Check(id="workbooks", title=Text("工作簿", "workbooks"), look=places.workbooks),
    Check(id="database", title=Text("数据库", "database"), look=kept.database),
    Check(id="server_clock", title=Text("数据库时钟", "database clock"), look=times.server_clock),
    Check(id="copies", title=Text("数据库备份", "database copies"), look=kept.copies),
    Check(id="messages", title=Text("消息", "messages"), look=kept.messages),
    Check(id="recipients", title=Text("收件人", "recipients"), look=services.recipients),
    Check(id="mail", title=Text("邮件", "mail"), look=services.mail, remote=True),
    Check(id="feishu", title=Text("飞书", "Feishu"), look=services.feishu, remote=True),
    Check(id="bases", title=Text("多维表格", "bases"), look=services.bases, remote=True),
    Check(id="scheduler", title=Text("按时运行", "scheduler"), look=schedule.scheduler),
)
"""What is looked at, in this order; a new check is one entry more."""

_HIDDEN = "***"
_SHORTEST = 4
"""Letters of a secret that is taken out of texts; a shorter one would take words out, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one check came to.

    Args:
        check: Which.
        found: What it found, at least one diagnosis.
    """

    check: Check
    found: tuple[Diagnosis, ...]

    @property
    def state(self) -> State:
        """The worst that was found."""
        return max((one.state for one in self.found), key=STATES.index)


def examine(at: Premises, *, offline: bool = False, checks: Sequence[Check] = CHECKS) -> Iterator[Examined]:
    """Look at everything; yield what each check came to as soon as it is known.

    Args:
        at: What there is to look at.
        offline: Leave out what asks mail servers and Feishu.
        checks: What is looked at.
    """
    hidden = secrets_of(at)
    for check in checks:
        if check.settled and at.trouble is not None:
            found = [skipped("设置读不出来，没有检查。", f"Not looked at: {FILE_NAME} cannot be read.")]
        elif check.remote and offline:
            found = [skipped("离线，没有检查。", "Not looked at: offline.")]
        else:
            found = _looked(check, at)
        yield Examined(check=check, found=tuple(_without(hidden, one) for one in found))


def _looked(check: Check, at: Premises) -> list[Diagnosis]:
    """Return what a check finds; what goes wrong with it becomes a diagnosis of its own."""
    found: list[Diagnosis] = []
    try:
        found.extend(check.look(at))
    except SheetSyncError as error:
        found.append(of_error(error))
    except OSError as error:
        found.append(
            failure(
                Text("系统不允许检查。", "The system does not let us look."),
                Text("请检查权限和磁盘。", "Look at rights and at the disk."),
                where=None if error.filename is None else str(error.filename),
                why=Text(f"（{error.strerror}）", f"({error.strerror})"),
            )
        )
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide what the others find
        bug = as_error(error)
        found.append(failure(bug.what, bug.fix or bug.what, code=BugError.exit_code))
    return found or [skipped("没有可检查的。", "There is nothing to look at.")]


def exit_code(examined: Iterable[Examined]) -> int:
    """Return 0 where all is well or only to be seen to, else the highest code of a failure."""
    found = (one for check in examined for one in check.found)
    return max((one.code for one in found if one.state == "failure"), default=0)


def doctor_document(
    examined: Sequence[Examined], *, folder: str | None, now: datetime, zone: ZoneInfo, language: Language
) -> Document:
    """Return the JSON document.

    Args:
        examined: What all checks came to.
        folder: The project folder.
        now: Wall clock of the project's zone.
        zone: The project's zone.
        language: Of the texts.
    """
    return {
        "schema": "sheetsync.doctor/1",
        "now": zoned(now, zone),
        "project": folder,
        "state": max((one.state for one in examined), key=STATES.index, default="ok"),
        "exit_code": exit_code(examined),
        "checks": [
            {
                "id": one.check.id,
                "title": one.check.title.say(language),
                "state": one.state,
                "found": [_told(diagnosis, language) for diagnosis in one.found],
            }
            for one in examined
        ],
    }


def _told(one: Diagnosis, language: Language) -> Document:
    return {
        "state": one.state,
        "what": one.what.say(language),
        "where": one.where,
        "why": None if one.why is None else one.why.say(language),
        "fix": None if one.fix is None else one.fix.say(language),
    }


def secrets_of(at: Premises) -> tuple[str, ...]:
    """Return the secrets that the settings refer to, as far as they can be read, the longest first."""
    found: set[str] = set()
    for reference in written.references_in(at.settings).values():
        if at.folder is None or not is_reference(reference):
            continue
        try:
            found.add(reveal(reference, folder=at.folder, environ=at.environ, where=FILE_NAME))
        except SheetSyncError:
            # The check of secrets tells of it; what cannot be read cannot be printed.
            continue
    return tuple(sorted((one for one in found if len(one) >= _SHORTEST), key=len, reverse=True))


def _without(secrets: Sequence[str], one: Diagnosis) -> Diagnosis:
    """Return a diagnosis whose texts hold no secret: libraries may repeat what they were given."""

    def plain(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, _HIDDEN)
        return text

    def told(text: Text | None) -> Text | None:
        return None if text is None else Text(plain(text.zh), plain(text.en))

    return replace(
        one,
        what=Text(plain(one.what.zh), plain(one.what.en)),
        where=None if one.where is None else plain(one.where),
        why=told(one.why),
        fix=told(one.fix),
    )
