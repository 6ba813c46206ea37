"""The words for cadences, in Chinese and in English: read from job files, said to people."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import time
from functools import cache

from sheetsync.jobs.cadence import Cadence, DayOfMonth, Every, OnDays, Weekdays, WorkdayEdge
from sheetsync.mistakes import WrongValueError, nearest
from sheetsync.model.job import OnRestDay
from sheetsync.text import Text

WEEKDAYS = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)

REST_WORDS: dict[OnRestDay, Text] = {
    "skip": Text("休息日不执行", "not on rest days"),
    "next": Text("遇休息日顺延到下一个工作日", "on a rest day the next working day instead"),
    "previous": Text("遇休息日提前到上一个工作日", "on a rest day the working day before instead"),
    "run": Text("休息日照常", "on rest days too"),
}

POSSIBLE = Text(
    "可以写：每天 17:00；每个工作日 8:40、13:30；每周五 17:00；每周一、周三 9:00；每周第一个工作日 9:00；"
    "每月最后一个工作日 17:00；每月25日 10:00；每30分钟 08:30-20:00；每小时",
    "you can write: daily 17:00; workdays 8:40, 13:30; Friday 17:00; Mon,Wed 9:00; "
    "first working day of week 9:00; last working day of month 17:00; day 25 of month 10:00; "
    "every 30 minutes 08:30-20:00; hourly",
)

_CLOCK = r"\d{1,2}:\d{2}"
_CLOCKS = rf"{_CLOCK}(?: ?, ?{_CLOCK})*"
_ON_AT = re.compile(rf"(.*?) ?(?:\bat )?({_CLOCKS})")
_EVERY = re.compile(
    r"(?:hourly|every hour|每个?小时|every (?P<n>\d+) ?(?P<unit>minutes?|min|hours?|h)"
    r"|每隔?(?P<count>\d+)个?(?P<of>分钟|小时))"
    rf" ?(?:(?P<first>{_CLOCK}) ?[-~至到] ?(?P<last>{_CLOCK}))?"
)
_DAILY = re.compile(r"daily|every ?day|每天|每日")
_WORKDAYS = re.compile(r"(?:on |every )?work(?:ing )?days?|每?个?工作日")
_EDGE = re.compile(
    r"(?:on )?(?:the )?(?P<edge>first|last) work(?:ing )?day of (?:the |each |every )?(?P<of>week|month)"
    r"|每个?(?P<span>周|星期|月)的?(?P<which>第一个|首个|最后一个|最后1个|第1个)工作日"
)
_DAY_OF_MONTH = re.compile(r"(?:on )?day (\d{1,2}) of (?:the |each |every )?month|每个?月的?(\d{1,2})[日号]")
_NAME = r"[a-z]+"
_NAMES = re.compile(rf"(?:on |every )?({_NAME}(?: ?, ?{_NAME})*)")
_WEEKDAY = r"[一二三四五六日天]"
_CHINESE_NAMES = re.compile(rf"每?个?(?:周|星期)({_WEEKDAY}(?:,?(?:周|星期)?{_WEEKDAY})*)")
_NUMBERS = {name.en.lower(): number for number, name in enumerate(WEEKDAYS)} | {
    name.en[:3].lower(): number for number, name in enumerate(WEEKDAYS)
}
_CHINESE_NUMBERS = {letter: number for number, letter in enumerate("一二三四五六日")} | {"天": 6}

_EXAMPLES = (
    *("daily", "workdays", "hourly", "every 30 minutes", "day 25 of month"),
    *(f"{edge} working day of {span}" for edge in ("first", "last") for span in ("week", "month")),
    *("每天", "每个工作日", "每小时", "每30分钟", "每月25日"),
    *(f"每{span}{edge}工作日" for span in "周月" for edge in ("第一个", "最后一个")),
    *(name.en for name in WEEKDAYS),
    *(f"每{name.zh}" for name in WEEKDAYS),
)
"""The words for days, for whoever wrote others."""


@cache
def parse(words: str) -> Cadence:
    """Read the words of one cadence.

    What becomes of it on rest days is the default: what is due daily is not due then, and what is due on a
    day of the week or month moves to the next working day, so that nothing of a whole week or month is lost;
    only who names Saturdays and Sundays alone means them.

    Args:
        words: Such as `daily 17:00`, `Mon,Wed 9:00`, `每月最后一个工作日 17:00`.

    Raises:
        WrongValueError: They say no cadence.
    """
    plain = _normalised(words)
    if found := _EVERY.fullmatch(plain):
        return Cadence(on="daily", at=_every(found), on_rest_day="skip")
    found = _ON_AT.fullmatch(plain)
    if found is None:
        raise _no_time(plain)
    on = _days(found[1])
    if on is None:
        raise _no_days(found[1])
    times = tuple(sorted({_time(clock) for clock in found[2].split(",")}))
    return Cadence(on=on, at=times, on_rest_day=_usual_rest(on))


def said(cadence: Cadence) -> Text:
    """Return a cadence in words, without what becomes of it on rest days; `parse` reads them again."""
    if isinstance(cadence.at, Every):
        return _said_every(cadence.at)
    on = _said_days(cadence.on)
    clocks = [f"{clock:%H:%M}" for clock in cadence.at]
    return Text(f"{on.zh} {'、'.join(clocks)}", f"{on.en} {', '.join(clocks)}")


def said_whole(cadence: Cadence) -> Text:
    """Return a cadence in words, with what becomes of it on rest days where it can fall on one."""
    words = said(cadence)
    if not cadence.asks_of_rest_days:
        return words
    rest = REST_WORDS[cadence.on_rest_day]
    return Text(f"{words.zh}（{rest.zh}）", f"{words.en} ({rest.en})")


def _normalised(words: str) -> str:
    """Return the words in one width and case, with one kind of comma, and clocks as 17:00."""
    plain = unicodedata.normalize("NFKC", words).lower().replace("、", ",")
    plain = " ".join(plain.split())
    plain = re.sub(r"[\u2010-\u2015]", "-", plain)
    plain = re.sub(r" ?(?<=[\u4e00-\u9fff]) ?| ?(?=[\u4e00-\u9fff])", "", plain)
    plain = re.sub(r"(\d{1,2})点(?:(\d{1,2})分?|(半)|整)?", _clock_of, plain)
    return re.sub(r"(?<=\d) and (?=\d)|(?<=[a-z]) and (?=[a-z])|和|及", ",", plain)


def _clock_of(found: re.Match[str]) -> str:
    return f"{found[1]}:{'30' if found[3] else (found[2] or '').zfill(2)}"


def _every(found: re.Match[str]) -> Every:
    count = found["n"] or found["count"] or "1"
    unit = found["unit"] or found["of"] or "小时"
    minutes = int(count) * (60 if unit[0] in "h小" else 1)
    if not 1 <= minutes <= 24 * 60:
        raise WrongValueError(
            Text("间隔应在 1 分钟到 24 小时之间", "the times must be 1 minute to 24 hours apart")
        )
    if found["first"] is None:
        return Every(minutes)
    first, last = _time(found["first"]), _time(found["last"])
    if first >= last:
        raise WrongValueError(
            Text(
                "时段要在同一天里先开始后结束，如 08:30-20:00",
                "the span must begin before it ends, within one day, such as 08:30-20:00",
            )
        )
    return Every(minutes, first, last)


def _time(clock: str) -> time:
    hour, minute = map(int, clock.strip().split(":"))
    if hour > 23 or minute > 59:
        raise WrongValueError(
            Text(f"没有 {clock.strip()} 这个时刻，应为 00:00 到 23:59", f"{clock.strip()} is no time of day")
        )
    return time(hour, minute)


def _days(words: str) -> OnDays | None:
    if _DAILY.fullmatch(words):
        return "daily"
    if _WORKDAYS.fullmatch(words):
        return "workdays"
    if found := _EDGE.fullmatch(words):
        last = "last" in (found["edge"] or "") or "最后" in (found["which"] or "")
        return WorkdayEdge(
            "last" if last else "first", "month" if "month" in words or "月" in words else "week"
        )
    if found := _DAY_OF_MONTH.fullmatch(words):
        day = int(found[1] or found[2])
        if not 1 <= day <= 31:
            raise WrongValueError(Text(f"一个月没有第 {day} 天", f"no month has a day {day}"))
        return DayOfMonth(day)
    numbers = sorted(set(_weekdays(words)))
    return Weekdays(tuple(numbers)) if numbers else None


def _usual_rest(on: OnDays) -> OnRestDay:
    if isinstance(on, Weekdays) and set(on.days) <= {5, 6}:
        return "run"
    return "next" if isinstance(on, Weekdays | DayOfMonth) else "skip"


def _weekdays(words: str) -> Iterator[int]:
    if found := _CHINESE_NAMES.fullmatch(words):
        yield from (_CHINESE_NUMBERS[letter] for letter in found[1] if letter in _CHINESE_NUMBERS)
    elif found := _NAMES.fullmatch(words):
        names = [name.strip() for name in found[1].split(",")]
        if all(name in _NUMBERS for name in names):
            yield from (_NUMBERS[name] for name in names)


def _no_time(plain: str) -> WrongValueError:
    if _days(plain) is not None:
        return WrongValueError(
            Text("缺少时刻，如 17:00", "the time of day is missing, such as 17:00"),
        )
    return _no_days(re.sub(rf" ?{_CLOCK}.*", "", plain))


def _no_days(words: str) -> WrongValueError:
    near = nearest(words, _EXAMPLES) if words else None
    if near is None:
        return WrongValueError(POSSIBLE)
    return WrongValueError(
        Text(f"是否想写“{near}”？{POSSIBLE.zh}", f"did you mean '{near}'? {POSSIBLE.en}"),
    )


def _said_every(at: Every) -> Text:
    span = "" if at == Every(at.minutes) else f" {at.first:%H:%M}-{at.last:%H:%M}"
    hours, minutes = divmod(at.minutes, 60)
    if minutes:
        return Text(f"每{at.minutes}分钟{span}", f"every {at.minutes} minutes{span}")
    if hours == 1:
        return Text(f"每小时{span}", f"hourly{span}")
    return Text(f"每{hours}小时{span}", f"every {hours} hours{span}")


def _said_days(on: OnDays) -> Text:
    match on:
        case Weekdays(days):
            names = [WEEKDAYS[day] for day in days]
            return Text(f"每{'、'.join(name.zh for name in names)}", ", ".join(name.en for name in names))
        case WorkdayEdge(edge, of):
            span, which = {"week": "周", "month": "月"}[of], {"first": "第一个", "last": "最后一个"}[edge]
            return Text(f"每{span}{which}工作日", f"{edge} working day of {of}")
        case DayOfMonth(day):
            return Text(f"每月{day}日", f"day {day} of month")
        case "workdays":
            return Text("每个工作日", "workdays")
        case "daily":
            return Text("每天", "daily")
