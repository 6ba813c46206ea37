"""Days and clocks: the official calendar, the time zone, the machine's clock beside others."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheetsync.operations.health.diagnosis import Diagnosis, failure, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.text import Text

SKEW = timedelta(minutes=5)
"""How far two clocks may be apart."""

_DECEMBER = 12


def calendar(at: Premises) -> Iterator[Diagnosis]:
    """The official holidays and make-up days are known of this year, and of the next one when it is near."""
    last, year = at.published(), at.now.year
    upgrade = Text(
        "请运行 pip install -U chinesecalendar；在此之前可在 [calendar] 的 holidays 和 workdays 里写明。",
        "Run pip install -U chinesecalendar; until then, name days in holidays and workdays of [calendar].",
    )
    if last < year:
        yield failure(
            Text(f"{year} 年的节假日和调休还不知道（只到 {last} 年），到期日都是暂定的。",
                 f"Holidays and make-up days of {year} are not known; due times are provisional."),
            upgrade,
        )  # fmt: skip
    elif last == year and at.now.month == _DECEMBER:
        yield warning(
            Text(f"{year + 1} 年的节假日和调休还不知道，跨年的到期日是暂定的。",
                 f"Holidays and make-up days of {year + 1} are not known; due times in it are provisional."),
            upgrade,
        )  # fmt: skip
    elif last == year:
        yield ok(
            f"日历到 {last} 年；明年的安排一般在 11 月公布，公布后请升级 chinesecalendar。",
            f"The calendar reaches to {last}; the next year is published in November as a rule.",
        )
    else:
        yield ok(f"日历到 {last} 年。", f"The calendar reaches to {last}.")


def zone(at: Premises) -> Iterator[Diagnosis]:
    """The project's clocks hang where its people are."""
    name = at.settings.project.timezone
    shown = f"{at.now:%Y-%m-%d %H:%M}"
    yield ok(f"时区 {name}，现在是 {shown}。", f"Time zone {name}; it is {shown} there.")


def clock(at: Premises) -> Iterator[Diagnosis]:
    """The machine's clock goes as those of the file system and of the database server do."""
    place = at.folder if at.folder is not None and at.folder.is_dir() else Path(tempfile.gettempdir())
    there = datetime.fromtimestamp(at.try_folder(place), UTC).replace(tzinfo=None)
    yield _compared(at, there, Text("文件系统", "file system"), str(place))


def server_clock(at: Premises) -> Iterator[Diagnosis]:
    """The database server's clock goes as the machine's does."""
    database = at.reached_database()
    there = None if database is None else database.clock
    if there is None:
        yield skipped("数据库不在服务器上。", "The database is on no server.")
    else:
        yield _compared(at, there, Text("数据库服务器", "database server"), "[state] url")


def _compared(at: Premises, there: datetime, whose: Text, where: str) -> Diagnosis:
    apart = abs(there - at.utc())
    if apart <= SKEW:
        return ok(
            f"本机时钟与{whose.zh}一致。", f"The machine's clock goes as that of the {whose.en}.", where=where
        )
    minutes = int(apart.total_seconds() // 60)
    return warning(
        Text(
            f"本机时钟与{whose.zh}相差 {minutes} 分钟。",
            f"The machine's clock and that of the {whose.en} are {minutes} minutes apart.",
        ),
        Text(
            "请打开自动对时（Windows：设置→时间；Linux：timedatectl set-ntp true）。",
            "Let the system set its clock (Windows: settings, time; Linux: timedatectl set-ntp true).",
        ),
        where=where,
        why=Text("提醒和到期会按错误的时间计算。", "Reminders and due times would go by the wrong time."),
    )
