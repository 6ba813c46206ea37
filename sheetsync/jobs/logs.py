"""What a server says while it runs: a line an event, for people or as JSON for programs."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Literal, TextIO
from zoneinfo import ZoneInfo

from sheetsync.text import Language, Text

LogFormat = Literal["text", "json"]
Level = Literal["info", "warning", "error"]

_SIGNS = {"info": " ", "warning": "!", "error": "✗"}


class Log:
    """Writes lines; meets nothing else of the house.

    Args:
        form: `text` for people, `json` for programs: one object a line.
        language: Of the messages.
        zone: The project's time zone.
        clock: Tells the time, UTC.
        stream: Where to; standard output when None.
    """

    def __init__(
        self,
        form: LogFormat,
        *,
        language: Language,
        zone: ZoneInfo,
        clock: Callable[[], datetime],
        stream: TextIO | None = None,
    ) -> None:
        self._form = form
        self._language = language
        self._zone = zone
        self._clock = clock
        self._stream = stream

    def say(self, event: str, text: Text, *, level: Level = "info", **facts: object) -> None:
        """Write one line.

        Args:
            event: Its kind, one word for programs, such as `done`.
            text: What happened.
            level: How bad that is.
            **facts: What programs may want to know, such as `job`; times are UTC without zone information.
        """
        stream = self._stream or sys.stdout
        if stream is None:  # Windows without a console
            return
        now = zoned(self._clock(), self._zone)
        said = " ".join(text.say(self._language).split("\n"))
        if self._form == "json":
            shown = {
                name: zoned(fact, self._zone).isoformat() if isinstance(fact, datetime) else fact
                for name, fact in facts.items()
            }
            line = {"time": now.isoformat(), "level": level, "event": event, **shown, "message": said}
            stream.write(f"{json.dumps(line, ensure_ascii=False)}\n")
        else:
            due = facts.get("due")
            of = f" {zoned(due, self._zone):%m-%d %H:%M}" if isinstance(due, datetime) else ""
            job = f"{facts['job']}{of}: " if "job" in facts else ""
            stream.write(f"{now:%Y-%m-%d %H:%M:%S} {_SIGNS[level]} {job}{said}\n")
        # Whoever reads along, a pipe or a service manager, sees it when it happens.
        stream.flush()


def zoned(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a UTC time as the wall clock of a zone, with its offset."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
