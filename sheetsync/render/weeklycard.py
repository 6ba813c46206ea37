"""The weekly report as a card: the verdict, the numbers and what wants deciding, for a chat.

It says less than the mail, in the same words; the workbook travels along with the rest.
"""

from collections.abc import Iterator, Sequence

from sheetsync.model.card import Card, Passage
from sheetsync.model.finding import Level
from sheetsync.model.summary import Light
from sheetsync.render.mailparts import Section
from sheetsync.text import Language, Text

_WORST: tuple[tuple[Light, Level], ...] = (("red", "red"), ("yellow", "yellow"))
_WANTED = Text("请领导决定", "Decision wanted")
_ATTENTION = Text("重点事项", "Needs attention")
_ROBOT = Text(
    "由 SheetSync 自动生成，数字与工作簿“项目看板”一致；明细见随后的工作簿。",
    "Written by SheetSync. Its numbers are those of the dashboard; the workbook below has the details.",
)


def weekly_card(
    subject: str,
    sections: Sequence[Section],
    lights: Sequence[Light | None],
    changes: Sequence[str],
    language: Language,
) -> Card:
    """Write the card of a weekly report.

    Args:
        subject: Its head.
        sections: What the mail says, one a project.
        lights: The light of each.
        changes: In a corrected one, what changed.
        language: The language to write in.
    """
    alone = len(sections) == 1
    first, *_ = sections
    return Card(
        title=subject,
        level=next((level for light, level in _WORST if light in lights), None),
        lines=(*changes, *((first.headline, first.week, first.reporting) if alone else (first.week,))),
        fields=tuple(_figures(first)) if alone else (),
        passages=tuple(passage for one in sections for passage in _passages(one, language, alone=alone)),
        foot=(_ROBOT.say(language),),
    )


def _passages(one: Section, language: Language, *, alone: bool) -> Iterator[Passage]:
    if not alone:
        yield Passage(
            title=f"[{one.light}] {one.title}",
            fields=tuple(_figures(one)),
            lines=(one.headline, one.reporting),
        )
    place = "" if alone else f"{one.title} · "
    for what, records in ((_WANTED, one.wanted), (_ATTENTION, one.attention)):
        for record in records:
            yield Passage(
                title=f"{place}{what.say(language)} · {record.title} [{record.chip}]",
                fields=record.lines,
            )


def _figures(one: Section) -> Iterator[tuple[str, str]]:
    for cell in one.cells:
        yield cell.title, " ".join(filter(None, (cell.value, cell.step, cell.sense)))
