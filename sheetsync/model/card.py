"""A message as a card: a headed box with a few lines and items, for ways out that show such (spec 9).

All of its words are plain text: whoever shows it escapes what its own language would take for a sign, a
mention above all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sheetsync.model.finding import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a click leads.

    Args:
        words: What is clicked on.
        url: Address that begins with `https://` or `http://`.
    """

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One item of a card.

    Args:
        title: What it is about, one line.
        level: How severe, for its colour; None where it is neither good nor bad.
        fields: Name and value, each a line: 期望 and what is expected.
        lines: Sentences under them.
        link: Where its row is; None where no address is known.
    """

    title: str
    level: Level | None = None
    fields: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says.

    Args:
        title: Its head, one line.
        level: How severe its worst item is, for the colour of the head; None where it tells nothing bad.
        lines: Sentences under the head.
        fields: Name and value, each a line.
        passages: Its items, in their order.
        foot: Small print at the end: why it came, and how it stops.
        link: Where all of it can be looked up; None where no address is known.
    """

    title: str
    level: Level | None = None
    lines: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    passages: tuple[Passage, ...] = ()
    foot: tuple[str, ...] = ()
    link: Link | None = None

    @property
    def text(self) -> str:
        """All of it in plain text, the head first, a blank line between items."""
        blocks = [
            "\n".join((self.title, *self.lines, *_named(self.fields))),
            *("\n".join(_passage(one)) for one in self.passages),
            "\n".join((*_linked(self.link), *self.foot)),
        ]
        return "\n\n".join(block for block in blocks if block) + "\n"


def _passage(one: Passage) -> Iterator[str]:
    yield one.title
    for line in (*_named(one.fields), *one.lines, *_linked(one.link)):
        yield f"  {line}"


def _named(fields: tuple[tuple[str, str], ...]) -> Iterator[str]:
    # A Chinese name takes a Chinese colon, without a space.
    for name, value in fields:
        yield f"{name}: {value}" if name.isascii() else f"{name}：{value}"


def _linked(link: Link | None) -> Iterator[str]:
    if link is not None:
        yield f"{link.words} {link.url}"
