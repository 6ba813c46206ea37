"""`demo`: a project with a messy workbook, checked, marked and summed up for leaders."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sheetsync import specfile
from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.finding import Status
from sheetsync.model.mirror import SideName
from sheetsync.operations.check import BookResult
from sheetsync.operations.sync import SyncResult
from sheetsync.operations.weekly import WeeklyReport
from sheetsync.templates.build import Cell, Order, build
from sheetsync.templates.story import NOW, Story, raci_titles, tell
from sheetsync.text import Language, Text
from sheetsync.worktime import WorkTime

FORMS = ("task-master", "progress", "minutes", "issues", "raci", "acceptance")
"""The five standard forms, and the acceptance requests that rule T43 looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demonstration made.

    Args:
        book: The marked workbook.
        weekly: The weekly summary workbook.
        mails: The weekly mail as a file, one a recipient.
        story: What it found and made, a line each.
    """

    book: str
    weekly: str
    mails: tuple[str, ...]
    story: tuple[Text, ...]


def read_story(text: str, name: str) -> Story:
    """Read the file of a story.

    Raises:
        SpecFileError: The file is wrong, with its line.
    """
    return specfile.load(text, name, Story)


def demo_workbook(story: Story, catalogue: Catalogue, worktime: WorkTime, language: Language) -> bytes:
    """Return the story's workbook as people left it: the seed's sample rows first, then the launch."""
    told = tell(story, worktime)
    forms = [catalogue.forms[name] for name in FORMS]
    return build(
        Order(
            forms=forms,
            catalogue=catalogue,
            created=NOW,
            language=language,
            worktime=worktime,
            rows={form.id: (*form.sample, *told[form.id]) for form in forms},
            open_titles={"raci": raci_titles(story)},
            project=story.project,
        )
    )


PAIR = "design"
"""Name of the pair that is kept in step in the story."""
_SHARED = 4
"""Sub-tasks that both the project office and the design department keep."""
_TYPED: Mapping[SideName, Mapping[int, Mapping[str, Cell]]] = {
    "left": {
        0: {"actual_progress": "40%", "next_step": "提交主视觉初稿", "updated_at": "10月16日"},
        1: {"due": datetime(2023, 10, 30, 18)},
    },
    "right": {
        0: {"description": "需求已确认，初稿完成四成"},
        1: {"due": datetime(2023, 10, 25, 18)},
        2: {"owner": "孙悦"},
    },
}
"""What two people type on the same morning: row to field to cell. Both move the same due time."""


def demo_side(
    story: Story,
    catalogue: Catalogue,
    worktime: WorkTime,
    language: Language,
    side: SideName | None = None,
) -> bytes:
    """Return the workbook that two departments keep in step, as it was handed out.

    Args:
        story: The story.
        catalogue: Forms and vocabularies.
        worktime: The working-time calendar.
        language: What people read.
        side: With what was typed into this one since.
    """
    form = catalogue.forms["progress"]
    typed = {} if side is None else _TYPED[side]
    rows = [
        {**row, **typed.get(number, {})}
        for number, row in enumerate(tell(story, worktime)[form.id][:_SHARED])
    ]
    return build(
        Order(
            forms=[form],
            catalogue=catalogue,
            created=NOW,
            language=language,
            worktime=worktime,
            rows={form.id: rows},
            project=story.project,
        )
    )


def pair_settings(left: str, right: str) -> str:
    """Return the section of the settings that names both workbooks."""
    lines = (f"[pairs.{PAIR}]", f'left = "{left}"', f'right = "{right}"', 'form = "progress"')
    return "\n" + "\n".join(lines) + "\n"


def retell(
    result: BookResult, shown: str, report: WeeklyReport, synced: SyncResult, folder: str
) -> DemoResult:
    """Say in a few lines what the demonstration found and made.

    Args:
        result: What the check came to.
        shown: The workbook.
        report: Its weekly summary.
        synced: How the workbooks of two people were brought in step.
        folder: The project folder.
    """
    counted = result.counted
    rules = Counter(finding.rule for finding in result.findings if finding.level != "info")
    errors = [problem for problem in result.problems if problem.kind == "error"]
    doubts = sum(problem.kind == "warning" for problem in result.problems)
    assumed = sum(problem.kind == "info" for problem in result.problems)
    named = "、".join(f"{rule} {count} 项" for rule, count in rules.most_common(4))
    named_en = ", ".join(f"{rule} {count}" for rule, count in rules.most_common(4))
    example = errors[0] if errors else None
    unread = f"，如 {example.sheet}!{example.cell} 的“{example.raw}”" if example else ""
    unread_en = f", such as “{example.raw}” in {example.sheet}!{example.cell}" if example else ""
    weekly, mails = report.output or "", tuple(mail.place or "" for mail in report.deliveries)
    late, risk, soon = (counted.get(status, 0) for status in (Status.LATE, Status.RISK, Status.SOON))
    tables = sum(table.exploded_from is None for table in result.tables)
    rows, at = sum(counted.values()), result.now
    return DemoResult(
        book=shown,
        weekly=weekly,
        mails=mails,
        story=(
            Text(
                f"读取 {tables} 张表、{rows} 条记录（按 {at:%Y-%m-%d %H:%M} 判断，含调休）。",
                f"Read {tables} tables, {rows} records (as of {at:%Y-%m-%d %H:%M}, make-up days counted).",
            ),
            Text(
                f"延期 {late} 条，风险 {risk} 条，即将到期 {soon} 条；最多的是 {named}。",
                f"{late} late, {risk} at risk, {soon} due soon; most often {named_en}.",
            ),
            Text(
                f"看不懂 {len(errors)} 处{unread}；存疑 {doubts} 处，列在“数据问题”页；"
                f"另有 {assumed} 处按说明读取。",
                f"{len(errors)} cells not read{unread_en}; {doubts} in doubt, listed on the tab "
                f"Data problems; {assumed} more read with an assumption.",
            ),
            Text(
                f"已在原工作簿标色并写入仪表盘；sheetsync undo {shown} 可恢复，"
                f"再查请加 --now {at:%Y-%m-%dT%H:%M}。",
                f"Rows are coloured and the dashboard is written; sheetsync undo {shown} takes it back. "
                f"Check again with --now {at:%Y-%m-%dT%H:%M}.",
            ),
            Text(
                f"周报工作簿 {weekly}，周报邮件 {'、'.join(mails)}（双击即可查看）。",
                f"Weekly summary {weekly}, weekly mail {', '.join(mails)} (open it to look).",
            ),
            _kept_in_step(synced, folder),
        ),
    )


def _kept_in_step(synced: SyncResult, folder: str) -> Text:
    """Say how the workbooks of two people were brought in step, and where they disagree."""
    plan, pair = synced.plan, synced.pair
    count = sum(len(act.moves) for act in (*plan.left, *plan.right))
    conflicts = len(plan.conflicts)
    again = f"sheetsync --project {folder} sync {PAIR}"
    return Text(
        f"两个人同时改了 {pair.left.address} 和 {pair.right.address}：{count} 处改动已互相带过去，"
        f"{conflicts} 处改得不同，列在“同步冲突”页；选好后运行 {again}。",
        f"Two people changed {pair.left.address} and {pair.right.address}: {count} changes were carried "
        f"over; cells that both changed in different ways ({conflicts}) wait on the tab Sync conflicts: "
        f"choose there, then run {again}.",
    )
