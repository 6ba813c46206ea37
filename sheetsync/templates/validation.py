"""Dropdowns, input messages and error alerts of a column: they explain and never forbid.

Alerts come where the engine could not read the cell either: people may type as they are used to, and what is
understood is not nagged about. All of them let the text stand.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sheetsync.forms.catalogue import Catalogue
from sheetsync.model.value import MOMENTS
from sheetsync.templates.layout import Slot
from sheetsync.templates.people import FORM, PeopleTab
from sheetsync.templates.words import WordsTab, word_in
from sheetsync.text import Language, Text

Rule = dict[str, object]

_TITLE, _MESSAGE = 32, 255
"""What Excel takes, in characters."""
_SHOWN_WORDS = 8
_REQUIRED = Text("（必填）", " (required)")
_DAY_RANGE = (36526, 109575)
"""2000-01-01 and 2200-01-01 as Excel counts days; a smaller number is a date typed with a dot: 10.8."""

_LISTED = Text(
    "列表里没有这个词。可选：{words}。意思一样的写法可以保留（点“确定”），系统会尽量理解。",
    "Not one of the words: {words}. Another word for the same may stay (OK); mostly it is understood.",
)
_PERCENT = Text("应在 0% 到 100% 之间，如 70%。", "Should be between 0% and 100%, such as 70%.")
_MOMENT = Text(
    "这会被当成数字，不是日期。请写成 2026-10-08 或 10月8日；10.8 请写成 10-8。",
    "This is a number, not a date. Write 2026-10-08 or 2026-10-08 14:00.",
)
_TWICE = Text(
    "这个编号已经用过。每行用一个新编号，表头上方有下一个可用的编号。",
    "This id is in use already. Give each row its own; the next free one stands above the header.",
)
_TOO_LONG = Text("最多 {most} 个字，现在太长了。", "At most {most} characters; this is longer.")
_COMPUTED = Text(
    "这一列由公式自动计算，改了就不再更新。确定要改吗？",
    "This column is computed by a formula; what you type replaces it. Go on?",
)
_OURS = Text(
    "这一列由系统填写，下次运行会重写。请把内容写在您自己的列里。",
    "This column is filled in by the engine and rewritten at the next run. Please use a column of your own.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validations:
    """Makes the validations of one workbook.

    Args:
        catalogue: The vocabularies.
        language: The language of the workbook.
        words: The tab of words.
        people: The tab that sorts people, None where the workbook has no directory.
    """

    catalogue: Catalogue
    language: Language
    words: WordsTab
    people: PeopleTab | None

    def of(self, slot: Slot, form: str, cells: Callable[[str], str]) -> Rule | None:
        """Return the validation of a column, in the writer's terms; None where there is nothing to say.

        Args:
            slot: The column.
            form: Id of the form.
            cells: Gives the first cell of a field (`$B4`), and the whole column for `:` before it.
        """
        rule = self._rule(slot, form, cells)
        if slot.hint is not None or slot.required:
            rule = rule or {"validate": "any"}
            title = slot.title + (_REQUIRED.say(self.language) if slot.required else "")
            hint = slot.hint.say(self.language) if slot.hint else self._example(slot)
            if hint:
                rule |= {"input_title": title[:_TITLE], "input_message": hint[:_MESSAGE]}
        return rule or None

    def _rule(self, slot: Slot, form: str, cells: Callable[[str], str]) -> Rule:
        if slot.engine or slot.is_live:
            return self._custom(slot, "=FALSE", _OURS if slot.engine else _COMPUTED)
        if self.people is not None and form != FORM and slot.kind in {"person", "department"}:
            return self._from_directory(self.people, slot, cells)
        if slot.vocabulary and slot.kind in {"word", "raci", "department", "text"}:
            return self._listed(slot, slot.vocabulary)
        return self._alerted(slot, cells)

    def _alerted(self, slot: Slot, cells: Callable[[str], str]) -> Rule:
        """Return the alert of a column in which people type freely."""
        own, column = cells(slot.field), slot.column
        if slot.kind == "percent":
            return self._custom(slot, f"=OR(ISTEXT({own}),AND({own}>=0,{own}<=1))", _PERCENT)
        if slot.kind in MOMENTS:
            first, last = _DAY_RANGE
            return self._custom(slot, f"=OR(ISTEXT({own}),AND({own}>={first},{own}<{last}))", _MOMENT)
        if column is not None and column.unique and slot.kind in {"id", "reference"}:
            return self._custom(slot, f"=COUNTIF({cells(':' + slot.field)},{own})<2", _TWICE)
        if column is not None and column.max_length:
            said = Text(*(text.format(most=column.max_length) for text in (_TOO_LONG.zh, _TOO_LONG.en)))
            return self._custom(slot, f"=LEN({own})<={column.max_length}", said)
        return {}

    def _from_directory(self, people: PeopleTab, slot: Slot, cells: Callable[[str], str]) -> Rule:
        """Return a dropdown of the directory's people, or of its departments; others may be typed."""
        if slot.kind == "person":
            column = slot.column
            source = people.offered(cells(column.people_of) if column and column.people_of else None)
        else:
            source = people.department_names(self.words.source(slot.vocabulary or "departments"))
        return {"validate": "list", "source": source, "show_error": False}

    def _listed(self, slot: Slot, vocabulary: str) -> Rule:
        known = self.catalogue.vocabulary(vocabulary)
        rule: Rule = {"validate": "list", "source": f"={self.words.source(vocabulary)}"}
        if known.open:
            return rule | {"show_error": False}
        words = [word_in(self.language, word) for word in known.words]
        more = "…" if len(words) > _SHOWN_WORDS else ""
        said = Text(
            _LISTED.zh.format(words="、".join(words[:_SHOWN_WORDS]) + more),
            _LISTED.en.format(words=", ".join(words[:_SHOWN_WORDS]) + more),
        )
        return rule | self._alert(slot, said, "information")

    def _custom(self, slot: Slot, formula: str, said: Text) -> Rule:
        return {"validate": "custom", "value": formula, **self._alert(slot, said, "warning")}

    def _alert(self, slot: Slot, said: Text, kind: str) -> Rule:
        return {
            "error_type": kind,
            "error_title": slot.title[:_TITLE],
            "error_message": said.say(self.language)[:_MESSAGE],
        }

    def _example(self, slot: Slot) -> str:
        example = slot.column.example if slot.column is not None else None
        return Text(f"如：{example}", f"Such as: {example}").say(self.language) if example else ""
