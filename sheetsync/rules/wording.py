"""Messages of findings: named facts such as `{due}` filled into a rule's words, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache

import numpy as np
import numpy.typing as npt

from sheetsync.text import Text
from sheetsync.worktime import Limit, Moments

DONE = Text(
    "“{column}”晚于时限：应在 {due} 前（时限 {limit}），实际 {stopped}。",
    "'{column}' came late: due {due} (limit {limit}), done {stopped}.",
)
"""What is said of a record that was completed late."""
DONE_STEP = Text("无需处理，计入时效统计。", "Nothing to do; it counts in the statistics.")
FIRST_SEEN = Text("（起点是系统首次看到这个状态的时间）", " (counted from when this state was first seen)")
"""What is added where no cell tells when a clock really began."""

Said = tuple[Sequence[str], Sequence[str]]
"""One fact of several findings, in Chinese and in English."""

_NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """Words with named gaps, ready to be filled many times.

    Args:
        pattern: The words with `%s` for each gap.
        names: What goes into the gaps, in their order.
    """

    pattern: str
    names: tuple[str, ...]


@cache
def template(words: str) -> Template:
    """Read words with gaps such as `{due}`.

    Raises:
        ValueError: There is a brace that belongs to no such gap: no format specifications, no attributes.
    """
    between = _NAME.split(words)
    if any("{" in text or "}" in text for text in between[::2]):
        raise ValueError(f"a brace outside of a name such as {{due}}: {words}")
    pattern = "%s".join(text.replace("%", "%%") for text in between[::2])
    return Template(pattern, tuple(between[1::2]))


def names(words: Text) -> tuple[str, ...]:
    """Return what goes into the gaps of some words in either language."""
    return template(words.zh).names + template(words.en).names


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of many findings of one rule in one language.

    Args:
        pattern: The words with `%s` for each gap.
        gaps: What goes into each gap, finding by finding.
    """

    pattern: str
    gaps: tuple[Sequence[str], ...]

    def of(self, number: int) -> str:
        """Return the words of one finding."""
        return self.pattern % tuple([gap[number] for gap in self.gaps])


class Phrase(Text):
    """Words that are put together when somebody reads them: of very many findings few are read.

    Args:
        wordings: The words in Chinese and in English.
        number: Which of the findings.
    """

    __slots__ = ("_number", "_wordings")
    _wordings: tuple[Wording, Wording]
    _number: int

    def __init__(self, wordings: tuple[Wording, Wording], number: int) -> None:
        object.__setattr__(self, "_wordings", wordings)
        object.__setattr__(self, "_number", number)

    @property
    def zh(self) -> str:
        """The Chinese wording."""
        return self._wordings[0].of(self._number)

    @property
    def en(self) -> str:
        """The English wording."""
        return self._wordings[1].of(self._number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.zh, self.en) == (other.zh, other.en)

    def __hash__(self) -> int:
        return hash((self.zh, self.en))

    def __reduce__(self) -> tuple[type[Text], tuple[str, str]]:
        return Text, (self.zh, self.en)


def fill(words: Text, facts: Mapping[str, Said], count: int) -> list[Text]:
    """Fill the facts of `count` findings into `words`."""
    chinese, english = _wording(words.zh, facts, 0), _wording(words.en, facts, 1)
    if not (chinese.gaps or english.gaps):
        return [Text(chinese.of(0), english.of(0))] * count
    return [Phrase((chinese, english), number) for number in range(count)]


def followed_by(words: Text, remark: Text) -> Text:
    """Return words with a remark at their end, before the full stop."""
    return Text(words.zh.removesuffix("。") + remark.zh + "。", words.en.removesuffix(".") + remark.en + ".")


def moments(values: Moments) -> Said:
    """Say moments to the minute; — where there is none."""
    written = np.datetime_as_string(values.astype("datetime64[m]")).tolist()
    return same(["—" if value == "NaT" else value.replace("T", " ") for value in written])


def column(values: "npt.NDArray[np.generic]") -> Said:
    """Say numbers with one decimal, counts and texts as they are, and words in both languages."""
    if values.dtype.kind == "f":
        return same([f"{value:.1f}" for value in values.tolist()])
    told = values.tolist()
    return (
        [value.zh if isinstance(value, Text) else str(value) for value in told],
        [value.en if isinstance(value, Text) else str(value).replace("、", ", ") for value in told],
    )


def named(role: Text, names: Sequence[str | None]) -> Said:
    """Say a role with the name of whoever has it: 主导部门（市场部）."""
    return (
        [f"{role.zh}（{name}）" if name else role.zh for name in names],
        [f"{role.en} ({name})" if name else role.en for name in names],
    )


def parameter(value: object, count: int) -> Said:
    """Say a rule's parameter, the same for each of `count` findings."""
    match value:
        case Limit():
            text = _limit(value)
            return [text.zh] * count, [text.en] * count
        case time():
            return same([f"{value:%H:%M}"] * count)
        case float():
            return same([f"{value:g}"] * count)
        case _:
            return same([str(value)] * count)


def same(words: Sequence[str]) -> Said:
    """Say alike in both languages."""
    return words, words


def _limit(length: Limit) -> Text:
    many, plural = f"{length.amount:g}", "" if length.amount == 1 else "s"
    match length.unit:
        case "m":
            return Text(f"{many} 分钟", f"{many} minute{plural}")
        case "h":
            return Text(f"{many} 小时", f"{many} hour{plural}")
        case "wh":
            return Text(f"{many} 个工作小时", f"{many} working hour{plural}")
        case "wd":
            return Text(f"{many} 个工作日", f"{many} working day{plural}")


def _wording(words: str, said: Mapping[str, Said], language: int) -> Wording:
    read = template(words)
    return Wording(read.pattern, tuple(said[name][language] for name in read.names))
