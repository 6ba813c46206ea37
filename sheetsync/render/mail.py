"""The weekly mail: verdict and numbers for somebody who has three minutes and a phone."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sheetsync import palette
from sheetsync.model.message import Attachment, MailDraft
from sheetsync.model.summary import Summary, Week
from sheetsync.render import figures
from sheetsync.render.mailparts import Section
from sheetsync.render.mailview import forecast_words, section, week_words
from sheetsync.render.weeklycard import weekly_card
from sheetsync.text import Language, Text

LIMIT = 10 * 1024 * 1024
"""Bytes of a whole mail (product expectations, 7.9)."""

_LETTERS = 512 * 1024
"""Bytes that headers, both texts and line ends take at most beside pictures and workbook."""

_BLANK = re.compile(r"\n{3,}")

_OF = " · "
"""Between a project and the name of its fact."""

_CHANGES = 4
"""Changes that stand above the verdict; the others stand at the end, so that it stays on the first screen."""

_SUBJECT = 120
"""Letters of a subject that mail programs show or at least keep."""


def weekly_mail(
    summaries: Sequence[Summary],
    language: Language,
    *,
    version: int = 1,
    before: Mapping[str, str] | None = None,
    workbook: Attachment | None = None,
) -> MailDraft:
    """Write the weekly mail.

    Args:
        summaries: One a project, each with trends; several make one mail with a section each.
        language: The language to write in.
        version: 1, or more for a corrected one.
        before: In a corrected one the facts of the version before (`MailDraft.facts`).
        workbook: The weekly workbook; left out, and said so, where the mail would grow over 10 MB.

    Raises:
        ValueError: A summary has no trends, or there is none.
    """
    known = [(one, one.trends) for one in summaries if one.trends is not None]
    if not known or len(known) != len(summaries):
        raise ValueError("a weekly mail needs summaries with trends")
    sections = [section(summary, trends, language) for summary, trends in known]
    week = known[0][1].week
    told = facts(summaries, language)
    pictures = tuple(chart.picture for one in sections for chart in one.drawn)
    room = LIMIT - _LETTERS - sum(map(_encoded, (one.content for one in pictures)))
    fits = workbook is not None and _encoded(workbook.content) <= room
    subject = _subject(sections, week, version, language)
    changes = _changes(before, dict(told), language) if version > 1 else []
    words = {
        "t": _words(language),
        "sections": sections,
        "week": week_words(week).say(language),
        "subject": subject,
        "version": version,
        "changes": changes[:_CHANGES],
        "more_changes": changes[_CHANGES:],
        "workbook": _about(workbook, fits=fits).say(language),
        "language": language,
        "look": palette,
    }
    return MailDraft(
        subject=subject,
        html=_environment().get_template("weekly.html").render(words),
        text=_BLANK.sub("\n\n", _environment().get_template("weekly.txt").render(words)),
        pictures=pictures,
        attachments=(workbook,) if workbook is not None and fits else (),
        facts=told,
        version=version,
        card=weekly_card(
            subject,
            sections,
            [trends.light for _, trends in known],
            _corrected(changes, version, language),
            language,
        ),
    )


def _corrected(changes: Sequence[str], version: int, language: Language) -> tuple[str, ...]:
    """Return what a card says first of a corrected version; nothing of the first one."""
    if version == 1:
        return ()
    words = _words(language)
    return (f"{words['corrected']} v{version}{words['comma']}{words['instead']}", *changes[:_CHANGES])


def facts(summaries: Sequence[Summary], language: Language) -> tuple[tuple[str, str], ...]:
    """Return the figures of a mail as it says them, by name: what a later version is compared with.

    Args:
        summaries: Each with trends.
        language: The language of names and values.
    """
    found: list[tuple[str, str]] = []
    for summary in summaries:
        trends = summary.trends
        if trends is None:
            continue
        said = [
            (Text("项目灯", "light"), figures.LIGHT_TEXT[trends.light]),
            *((one.title, figures.value(one)) for one in trends.figures),
            (Text("上报率", "reported"), figures.share(trends.reporting.rate)),
            (Text("待决定事项", "decisions wanted"), figures.amount(len(trends.wanted), "count")),
            (Text("预测", "forecast"), forecast_words(trends.forecast)),
        ]
        title = " ".join(summary.title.split())
        found += [(f"{title}{_OF}{name.say(language)}", value.say(language)) for name, value in said]
    return tuple(found)


def _changes(before: Mapping[str, str] | None, now: Mapping[str, str], language: Language) -> list[str]:
    """Say what a corrected version changed."""
    if before is None:
        return [
            Text(
                "上一版的数字没有留存，无法列出差别。", "The numbers of the version before are not known."
            ).say(language)
        ]
    nothing = figures.NOT_REPORTED.say(language)
    changed = [
        f"{_short(name, now)}：{before.get(name, nothing)} → {now.get(name, nothing)}"
        for name in dict.fromkeys((*now, *before))
        if before.get(name) != now.get(name)
    ]
    return changed or [
        Text(
            "数字与上一版相同，更正的是文字或明细。",
            "The numbers are the same; words or rows were corrected.",
        ).say(language)
    ]


def _short(name: str, now: Mapping[str, str]) -> str:
    """Return the name of a fact, without the project where there is but one."""
    projects = {one.rpartition(_OF)[0] for one in now}
    return name.rpartition(_OF)[2] if len(projects) == 1 else name


def _subject(sections: Sequence[Section], week: Week, version: int, language: Language) -> str:
    mark = Text(f"更正v{version} ", f"Corrected v{version}: ") if version > 1 else Text("", "")
    if len(sections) == 1:
        (one,) = sections
        cells = {cell.name: cell for cell in one.cells}
        told = [
            f"{cell.title}{cell.value}" if language == "zh" else f"{cell.title} {cell.value}"
            for name in ("late", "completion", "planned")
            if (cell := cells.get(name))
        ]
        said = Text(
            f"【{one.light}】{one.title} 第{week.number}周周报：" + "，".join(told),
            f"[{one.light}] {one.title}, week {week.number}: " + ", ".join(told),
        )
    else:
        lights = "，".join(f"{one.title} {one.light}" for one in sections)
        said = Text(
            f"项目周报 第{week.number}周（{len(sections)} 个项目）：{lights}",
            f"Weekly report, week {week.number} ({len(sections)} projects): {lights}",
        )
    line = " ".join(f"{mark.say(language)}{said.say(language)}".split())
    return line if len(line) <= _SUBJECT else line[: _SUBJECT - 1] + "…"


def _about(workbook: Attachment | None, *, fits: bool) -> Text:
    """Say where the details are."""
    if workbook is None:
        return Text("", "")
    if fits:
        return Text(f"明细见附件：{workbook.name}", f"Details in the attached {workbook.name}")
    size = f"{len(workbook.content) / 1024 / 1024:.1f} MB"
    return Text(
        f"工作簿 {workbook.name} 有 {size}，随信会超过 10 MB，因此没有附上；请向发件人索取。",
        f"{workbook.name} has {size} and would make this mail larger than 10 MB, so it is not attached; "
        "ask the sender for it.",
    )


def _encoded(content: bytes) -> int:
    """Return how many bytes a file takes in a mail: base64, 76 letters and a line end a line."""
    letters = (len(content) + 2) // 3 * 4
    return letters + letters // 76 * 2 + 2


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sheetsync.render", "mails"),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _words(language: Language) -> dict[str, str]:
    return {name: words.say(language) for name, words in _WORDS.items()}


_WORDS: Mapping[str, Text] = {
    "report": Text("项目周报", "Weekly report"),
    "cut_off": Text("数据截至", "Data as of"),
    "projects": Text("各项目", "Projects"),
    "late": Text("延期", "late"),
    "completion": Text("完成率", "complete"),
    "figures": Text("关键数字", "Figures"),
    "limits": Text("各规则时限", "Limits by rule"),
    "wanted": Text("请领导决定", "Decisions wanted"),
    "no_wanted": Text("没有待领导决定的事项。", "Nothing is waiting for a decision."),
    "attention": Text("重点事项", "What needs attention"),
    "no_attention": Text("没有延期或有风险的事项。", "Nothing is late or at risk."),
    "departments": Text("部门", "Departments"),
    "nothing": Text("无", "none"),
    "forecast": Text("预测", "Forecast"),
    "charts": Text("图表", "Charts"),
    "corrected": Text("更正版", "Corrected"),
    "instead": Text("代替此前发出的周报。变化：", "in place of the report sent before. Changed:"),
    "more_changes": Text("更正的其余变化", "What else was corrected"),
    "below": Text("其余变化列在文末", "the other changes stand at the end"),
    "colon": Text("：", ": "),
    "comma": Text("，", ", "),
    "footer": Text(
        "本邮件由 SheetSync 自动生成，数字与工作簿“项目看板”一致，每项都注明所在的工作表和行号。",
        "Written by SheetSync. Its numbers are those of the dashboard; every item names its sheet and row.",
    ),
}
