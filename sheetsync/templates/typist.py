"""Types values the way people do: mostly plainly, sometimes in the many other ways that intake must read."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from sheetsync.templates.entry import Cell

_FULL_WIDTH = str.maketrans("0123456789-/%", "０１２３４５６７８９－／％")
_STATES: dict[str, tuple[str, ...]] = {
    "未开始": ("未启动", "待开始", "todo"),
    "进行中": ("执行中", "在做", "推进中", "doing"),
    "受阻": ("卡住", "阻塞", "blocked"),
    "待验收": ("待审核", "提测"),
    "已完成": ("完成", "√", "done", "OK"),
    "处理中": ("跟进中",),
    "已闭环": ("闭环", "已关闭"),
    "待验证": ("已解决",),
}
_TENTHS = "零一二三四五六七八九"


class Typist:
    """Somebody who fills sheets.

    Args:
        dice: Where the habits come from; equal dice type equally.
        habit: Share of cells that are typed in another way than the plain one.
    """

    def __init__(self, dice: Random, habit: float = 0.25) -> None:
        self._dice, self._habit = dice, habit

    def _as_usual(self, plain: Cell, others: Sequence[Callable[[], Cell]]) -> Cell:
        if not others or self._dice.random() >= self._habit:
            return plain
        return self._dice.choice(others)()

    def day(self, day: datetime) -> Cell:
        """Type a day; the plain way is a real date cell."""
        return self._as_usual(
            day.replace(hour=0, minute=0),
            (
                lambda: f"{day:%Y.}{day.month}.{day.day}",
                lambda: f"{day.month}月{day.day}日",
                lambda: f"{day.month}月{day.day}号",
                lambda: f"{day.month}/{day.day}",
                lambda: f"{day:%Y%m%d}",
                lambda: f"{day:%Y-%m-%d}".translate(_FULL_WIDTH),
                lambda: f"{day.year}年{day.month}月{day.day}日",
            ),
        )

    def moment(self, moment: datetime) -> Cell:
        """Type a day with a time of day; the plain way is a real date cell."""
        half = f"{moment.hour - 12}点" + ("半" if moment.minute == 30 else "")
        others: list[Callable[[], Cell]] = [
            lambda: f"{moment.month}月{moment.day}日{moment:%H:%M}",
            lambda: f"{moment.month}-{moment.day} {moment:%H:%M}",
            lambda: f"{moment:%Y/%m/%d %H:%M}",
        ]
        if moment.hour > 12 and moment.minute in {0, 30}:
            others.append(lambda: f"{moment.month}月{moment.day}日下午{half}")
        return self._as_usual(moment, others)

    def until(self, day: datetime) -> Cell:
        """Type a due day; people like to write 前 behind it."""
        return self._as_usual(
            day.replace(hour=18, minute=0),
            (
                lambda: f"{day.month}月{day.day}日前",
                lambda: f"{day.month}月{day.day}日18:00前",
                lambda: day.replace(hour=0, minute=0),
                lambda: f"{day.month}月{day.day}日",
            ),
        )

    def percent(self, points: int) -> Cell:
        """Type a progress; the plain way is a percent cell."""
        others: list[Callable[[], Cell]] = [
            lambda: f"{points}％",
            lambda: f"{points} %",
            lambda: f"{points}%".translate(_FULL_WIDTH),
        ]
        if points % 10 == 0 and 0 < points < 100:
            others += [
                lambda: f"{_TENTHS[points // 10]}成",
                lambda: f"{points // 10}/10",
                lambda: f"约{points}%",
            ]
        if points == 100:
            others.append(lambda: "已完成")
        if points == 0:
            others = [lambda: "未开始"]
        return self._as_usual(points / 100, others)

    def person(self, name: str, department: str) -> Cell:
        """Type one person."""
        return self._as_usual(
            name,
            (
                lambda: f"{department}-{name}",
                lambda: f"{name}（{department}）",
                lambda: f"@{name}",
                lambda: f"{name} 138{self._dice.randrange(10**8):08d}",
                lambda: f"{name[0]} {name[1:]}",
            ),
        )

    def several(self, names: Sequence[str]) -> Cell:
        """Type several people or departments."""
        return self._as_usual(
            "、".join(names), (lambda: "/".join(names), lambda: ",".join(names), lambda: " ".join(names))
        )

    def departments(self, names: Sequence[str]) -> Cell:
        """Type several departments; the short form drops 部."""
        return self._as_usual(
            "、".join(names),
            (lambda: "、".join(name.removesuffix("部") for name in names), lambda: "/".join(names)),
        )

    def state(self, word: str) -> Cell:
        """Type a state."""
        others = _STATES.get(word, ())
        return self._as_usual(word, (lambda: self._dice.choice(others),) if others else ())
