"""The types of an expression's values, and which type a column has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sheetsync.forms.spec import Column
from sheetsync.model.value import MULTIPLE, NUMBERS
from sheetsync.text import Text

TypeName = Literal[
    "condition", "number", "percent", "moment", "day", "duration", "worktime", "text", "word", "list"
]

NAMES: tuple[TypeName, ...] = get_args(TypeName)
_WORDS: Mapping[TypeName, Text] = {
    "condition": Text("条件", "a condition"),
    "number": Text("数字", "a number"),
    "percent": Text("百分比", "a percentage"),
    "moment": Text("时间", "a moment"),
    "day": Text("日期", "a day"),
    "duration": Text("时长", "a duration"),
    "worktime": Text("工作时长", "a working duration"),
    "text": Text("文字", "a text"),
    "word": Text("词表中的词", "a word of a list"),
    "list": Text("多个值", "several values"),
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is.

    Args:
        name: Its kind.
        vocabulary: For words, texts and lists of departments: the list of words they come from.
        texts: For `list`: True where its elements are texts.
    """

    name: TypeName
    vocabulary: str | None = None
    texts: bool = True

    @property
    def words(self) -> Text:
        """What a person calls it."""
        return _WORDS[self.name]


CONDITION = Type("condition")
NUMBER = Type("number")
PERCENT = Type("percent")
MOMENT = Type("moment")
DAY = Type("day")
DURATION = Type("duration")
WORKTIME = Type("worktime")
TEXT = Type("text")

ORDERED: frozenset[TypeName] = frozenset({"number", "percent", "moment", "day", "duration"})
"""What has a smaller and a greater."""
TIMES: frozenset[TypeName] = frozenset({"moment", "day"})
TEXTS: frozenset[TypeName] = frozenset({"text", "word"})


def of(column: Column) -> Type:
    """Return the type of a column's values."""
    kind = column.kind
    if kind in NUMBERS:
        return PERCENT if kind == "percent" else NUMBER
    if kind in {"date", "datetime"}:
        return MOMENT
    if kind in MULTIPLE:
        return Type("list", column.vocabulary, texts=kind not in {"milestones", "resolutions"})
    if kind == "word":
        return Type("word", column.vocabulary)
    # RACI cells hold sorted letters, not the words of their list.
    return Type("text", None if kind == "raci" else column.vocabulary)
