"""Times of day inside a text: 14:00, 14点, 下午2点半, 晚上."""

import re
from dataclasses import dataclass

from sheetsync.text import Text

_MORNING = "凌晨|清晨|早上|早晨|上午|早"
_LATER = "下午|午后|傍晚|晚上|夜里|晚"
_PART = rf"(?P<part>{_MORNING}|中午|正午|{_LATER}|am|pm)"
_TIME = re.compile(
    rf"{_PART}?(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?"
    r"|[点时](?:(?P<minutes>\d{1,2})分?|(?P<half>半)|(?P<quarter>[一三])刻|整|钟)?)"
    r"(?P<half_day>am|pm)?(?!\d)",
    re.IGNORECASE,
)
_DAMAGED = re.compile(rf"{_PART}?\d{{1,2}}:", re.IGNORECASE)
_BARE = re.compile(_PART, re.IGNORECASE)
_END_OF_WORK = re.compile(r"(下班|收工)(?=前|$)")
_LATE_WORDS = frozenset(_LATER.split("|")) | {"pm"}


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day found in a text.

    Args:
        minutes: Minutes after midnight, up to 1440 for 24:00; None when only a part of the day is named.
        seconds: Seconds beyond the minutes.
        end: Where in the text it ends.
        damaged: True when it breaks off (`12:`) or no clock shows it (`25:00`).
        note: What is vague about it.
    """

    minutes: int | None
    end: int
    seconds: int = 0
    damaged: bool = False
    note: Text | None = None


def time_at(text: str, position: int) -> TimeOfDay | None:
    """Return the time of day that begins at `position`, or None."""
    if match := _TIME.match(text, position):
        return _clock(match)
    if match := _DAMAGED.match(text, position):
        return TimeOfDay(minutes=None, end=match.end(), damaged=True)
    if match := _END_OF_WORK.match(text, position):
        return TimeOfDay(minutes=None, end=match.end())
    if match := _BARE.match(text, position):
        if match[0] in {"中午", "正午"}:
            return TimeOfDay(minutes=720, end=match.end())
        note = Text(f"“{match[0]}”没有写几点", f"'{match[0]}' names no hour")
        return TimeOfDay(minutes=None, end=match.end(), note=note)
    return None


def _clock(match: re.Match[str]) -> TimeOfDay:
    hour, second = int(match["hour"]), int(match["second"] or 0)
    minute = int(match["minute"] or match["minutes"] or 0)
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 if match["quarter"] == "一" else 45
    part = (match["half_day"] or match["part"] or "").lower()
    if (part in _LATE_WORDS and hour < 12) or (part in {"中午", "正午"} and hour < 3):
        hour += 12
    elif (part in {"凌晨", "am"} and hour == 12) or (part in {"晚上", "夜里", "晚"} and hour == 12):
        hour = 0 if part in {"凌晨", "am"} else 24
    damaged = hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute + second > 0)
    return TimeOfDay(minutes=hour * 60 + minute, seconds=second, end=match.end(), damaged=damaged)
