"""Summaries with trends, for the tests of every renderer: small (a first report), medium, large."""

from datetime import date, datetime, timedelta

from sheetsync.model.course import Attainment
from sheetsync.model.department import DepartmentLine
from sheetsync.model.finding import Status
from sheetsync.model.summary import (
    Attention,
    Bar,
    BurnPoint,
    Dated,
    Figure,
    Forecast,
    Light,
    Reporting,
    Summary,
    Tally,
    Trends,
    Turn,
    Unit,
    Wanted,
    Week,
    Wish,
    WorstRow,
)
from sheetsync.text import Text

CUT_OFF = datetime(2026, 11, 20, 18, 0)
"""A Friday."""

MONDAY = date(2026, 11, 16)

_FIGURES: tuple[tuple[str, str, str, Unit, Wish], ...] = (
    ("total", "事项总数", "Records", "count", "none"),
    ("finished", "已完成", "Done", "count", "more"),
    ("running", "进行中", "In progress", "count", "none"),
    ("late", "延期", "Late", "count", "less"),
    ("soon", "即将到期", "Due soon", "count", "less"),
    ("risk", "风险", "At risk", "count", "less"),
    ("faulty", "数据异常", "Data faults", "count", "less"),
    ("completion", "完成率", "Complete", "percent", "more"),
    ("planned", "计划进度", "Planned", "percent", "none"),
    ("on_time", "本周按时完成率", "On time this week", "percent", "more"),
    ("deviations", "偏差超过10个百分点", "More than 10 points behind", "count", "less"),
    ("attainment", "时限达成率", "Limits kept", "percent", "more"),
    ("open_issues", "未闭环问题", "Open issues", "count", "less"),
    ("high_risks", "未关闭高风险", "Open high risks", "count", "less"),
    ("median_late", "延期天数中位数", "Median days late", "days", "less"),
    ("remaining", "剩余工作量（工作日）", "Work left (working days)", "days", "less"),
)


def figures(now: dict[str, float], before: dict[str, float] | None = None) -> tuple[Figure, ...]:
    """Return all figures in order; those not named are not known."""
    known = before or {}
    return tuple(
        Figure(
            name=name, title=Text(zh, en), value=now.get(name), unit=unit, before=known.get(name), wish=wish
        )
        for name, zh, en, unit, wish in _FIGURES
    )


def tally(name: str, total: int, late: int, risk: int, done: int) -> Tally:
    counts = ((Status.LATE, late), (Status.RISK, risk), (Status.DONE, done))
    return Tally(name=name, total=total, counts=(*counts, (Status.NORMAL, total - late - risk - done)))


def worst(number: int, *, days: int | None = 2, department: str = "市场部") -> WorstRow:
    return WorstRow(
        key=f"XZB20261101-{number:02}",
        name=f"“双十二”主会场海报初稿第{number}版",
        owner="张三",
        status=Status.LATE if days else Status.RISK,
        rule="T10",
        due=None if days is None else CUT_OFF - timedelta(days=days),
        days_late=days,
        message="计划 2026-11-18 完成，尚未完成" if days else "风险等级高，没有应对措施",
        step="请更新进度或提交延期申请",
        sheet="任务执行进度跟踪表",
        row=number + 3,
        department=department,
    )


def attention(number: int, *, turn: Turn | None, days: int | None = 2) -> Attention:
    return Attention(
        worst=worst(number, days=days),
        turn=turn,
        cause="供应商打样延误" if number % 2 else "",
        measure="改由备选供应商，周末加班" if number % 2 else "",
        new_date=datetime(2026, 11, 25, 18) if number % 2 else None,
        behind=15.0 if number == 2 else None,
    )


def bar(number: int, *, status: Status = Status.NORMAL, progress: float | None = 40.0) -> Bar:
    start = date(2026, 11, 2) + timedelta(days=2 * number)
    return Bar(
        key=f"XZB20261101-{number:02}",
        name=f"里程碑{number}：渠道物料到位",
        owner="李四" if number % 2 else "",
        status=status,
        start=start,
        due=start + timedelta(days=10),
        began=start if progress else None,
        until=start + timedelta(days=4) if progress else None,
        progress=progress,
        sheet="任务执行进度跟踪表",
        row=number + 3,
    )


def burndown(days: int, told: int) -> tuple[BurnPoint, ...]:
    start = date(2026, 11, 2)
    return tuple(
        BurnPoint(
            day=start + timedelta(days=at),
            ideal=100 - 100 * at / (days - 1),
            left=100 - 3 * at if at < told else None,
            scope=(100 if at < 5 else 110) if at < told else None,
        )
        for at in range(days)
    )


def small() -> Summary:
    """A first report: no week before, nothing reported, hence no light, too little for a forecast."""
    return _summary(
        "官网改版",
        total=5,
        light=None,
        week=Week(year=2026, number=47, first=MONDAY, last=date(2026, 11, 22)),
        numbers=figures(
            {"total": 5, "finished": 0, "running": 5, "late": 0, "soon": 1, "risk": 0, "faulty": 0}
        ),
        reporting=Reporting(asked=5, told=1, silent=(("王五", 3), ("赵六", 1))),
        forecast=Forecast(
            first=None,
            last=None,
            planned=date(2026, 12, 18),
            snapshots=1,
            reason=Text("数据不足：只有 1 天的记录，至少要 3 天", "too little data: 1 day, 3 are needed"),
        ),
        headline=Text("共 5 项，已完成 0 项，延期 0 项（无上周数据）。", "5 records, 0 done, 0 late."),
    )


def medium() -> Summary:
    """A red light, a forecast, everything there is."""
    now = {
        "total": 48, "finished": 17, "running": 31, "late": 6, "soon": 4, "risk": 3, "faulty": 1,
        "completion": 41.5, "planned": 55.2, "on_time": 66.7, "deviations": 5, "attainment": 82.4,
        "open_issues": 4, "high_risks": 1, "median_late": 2.5, "remaining": 88.5,
    }  # fmt: skip
    before = {
        "total": 46, "finished": 12, "running": 34, "late": 3, "soon": 6, "risk": 3, "faulty": 2,
        "completion": 33.0, "planned": 44.0, "on_time": 80.0, "deviations": 2, "attainment": 79.0,
        "open_issues": 5, "high_risks": 1, "median_late": 1.0, "remaining": 101.0,
    }  # fmt: skip
    return _summary(
        "“星河”新品上市",
        total=48,
        light="red",
        week=Week(
            year=2026,
            number=47,
            first=MONDAY,
            last=date(2026, 11, 22),
            compared_with=datetime(2026, 11, 13, 18),
        ),
        numbers=figures(now, before),
        reporting=Reporting(asked=31, told=27, silent=(("王五", 3), ("赵六", 1))),
        forecast=Forecast(
            first=date(2026, 12, 16), last=date(2026, 12, 29), planned=date(2026, 12, 18), snapshots=9
        ),
        headline=Text(
            "共 48 项，已完成 17 项，延期 6 项，比上周多 3 项；计划进度 55%，实际 42%。",
            "48 records, 17 done, 6 late, 3 more than last week; 55 % planned, 42 % done.",
        ),
        many=True,
    )


def large() -> Summary:
    """A holiday week of a project of 5,000 tasks."""
    now = {
        "total": 5000, "finished": 3200, "running": 1800, "late": 412, "soon": 96, "risk": 77, "faulty": 12,
        "completion": 63.0, "planned": 60.0, "on_time": None, "deviations": 140, "attainment": 91.0,
        "open_issues": 133, "high_risks": 8, "median_late": 6.0, "remaining": 9120.0,
    }  # fmt: skip
    known = {name: value for name, value in now.items() if value is not None}
    return _summary(
        "集团数字化",
        total=5000,
        light="yellow",
        week=Week(
            year=2026,
            number=40,
            first=date(2026, 9, 28),
            last=date(2026, 10, 4),
            holiday="国庆节",
            compared_with=datetime(2026, 9, 25, 18),
        ),
        numbers=figures(known, {name: value - 3 for name, value in known.items()}),
        reporting=Reporting(asked=1800, told=1500, silent=tuple((f"员工{at}", 40 - at) for at in range(30))),
        forecast=Forecast(first=date(2027, 3, 1), last=None, planned=date(2027, 1, 29), snapshots=60),
        headline=Text("共 5000 项，已完成 3200 项，延期 412 项。", "5000 records, 3200 done, 412 late."),
        many=True,
        left_out=180,
        days=120,
    )


def _summary(  # noqa: PLR0913 - all by name
    title: str,
    *,
    total: int,
    light: Light | None,
    week: Week,
    numbers: tuple[Figure, ...],
    reporting: Reporting,
    forecast: Forecast,
    headline: Text,
    many: bool = False,
    left_out: int = 0,
    days: int = 34,
) -> Summary:
    known = {one.name: int(one.value or 0) for one in numbers}
    turns: tuple[Turn, ...] = ("new", "worse", "better", "unchanged", "new")
    trends = Trends(
        week=week,
        light=light,
        headline=headline,
        figures=numbers,
        reporting=reporting,
        forecast=forecast,
        limits=(
            Attainment(rule="T16", title=Text("紧急问题 2 小时内响应", "Urgent issues"), kept=14, ended=17),
            Attainment(rule="T14", title=Text("会议纪要 24 小时内发出", "Minutes"), kept=5, ended=5),
        )
        if many
        else (),
        issues=(("严重", 2), ("一般", 2)) if many else (),
        gantt=tuple(
            bar(at, status=(Status.LATE, Status.RISK, Status.NORMAL, Status.DONE)[at % 4]) for at in range(12)
        )
        if many
        else (bar(1, progress=None),),
        gantt_left_out=left_out,
        burndown=burndown(days, days // 2) if many else (),
        on_time=tuple(
            (MONDAY - timedelta(weeks=7 - at), None if at in {0, 3} else 60.0 + 5 * at) for at in range(8)
        )
        if many
        else (),
        wanted=_wanted() if many else (),
        done=(_dated("任务", 1, "主视觉定稿", date(2026, 11, 18)),) if many else (),
        coming=(
            _dated("里程碑", 8, "物料到仓", date(2026, 11, 27)),
            _dated("验收", 9, "海报验收", date(2026, 12, 2)),
        )
        if many
        else (),
        in_force=(_dated("变更", 5, "上线日 2026-12-10 → 2026-12-18", date(2026, 11, 17)),) if many else (),
        attention=tuple(
            attention(at + 1, turn=turn, days=None if at == 4 else at + 1) for at, turn in enumerate(turns)
        )
        if many
        else (),
        departments=(
            DepartmentLine(
                name="市场部",
                total=20,
                finished=8,
                late=4,
                due=6,
                in_time=3,
                limits=12,
                kept=10,
                overrun=2,
                silent=3,
            ),
            DepartmentLine(
                name="设计部",
                total=14,
                finished=6,
                late=2,
                due=3,
                in_time=3,
                limits=5,
                kept=5,
                overrun=0,
                silent=1,
            ),
            DepartmentLine(name="法务部", total=3, finished=1, late=0, due=0, in_time=0, overrun=0, silent=0),
        )
        if many
        else (),
    )
    return Summary(
        title=title,
        cut_off=CUT_OFF if week.number == 47 else datetime(2026, 9, 30, 18),
        calendar_year=2026,
        whole=tally("全部", total, known["late"], known["risk"], known["finished"]),
        by_form=(tally("任务执行进度跟踪表", total, known["late"], known["risk"], known["finished"]),),
        by_department=(tally("市场部", 20, 4, 2, 8), tally("设计部", 14, 2, 1, 6)),
        by_owner=(tally("张三", 9, 3, 1, 2),),
        deviations=known["deviations"],
        errors=3,
        warnings=5,
        worst=tuple(worst(at + 1) for at in range(10 if many else 0)),
        trends=trends,
    )


def _wanted() -> tuple[Wanted, ...]:
    return (
        Wanted(
            kind=Text("升级", "Escalation"),
            text="打样供应商是否更换",
            since=datetime(2026, 11, 12, 9),
            deadline=datetime(2026, 11, 23, 18),
            options="更换 / 加价催货",
            who="王总",
            sheet="问题跟踪表",
            row=7,
        ),
        Wanted(
            kind=Text("未决议事项", "Open item"),
            text="发布会场地",
            since=None,
            deadline=None,
            options="",
            who="",
            sheet="跨部门会议纪要表",
            row=4,
        ),
    )


def _dated(kind: str, number: int, name: str, day: date) -> Dated:
    return Dated(
        kind=Text(kind, kind),
        key=f"XZB20261101-{number:02}",
        name=name,
        owner="李四",
        day=day,
        sheet="任务执行进度跟踪表",
        row=number + 3,
    )
