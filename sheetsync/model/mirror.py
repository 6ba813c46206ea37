"""Two tables in step: one side of them, what both last agreed on, and the plan that brings them together.

A cell is held as one text, its token: the canonical value in words, the same whatever a person spelt. The
empty text is an empty cell. A cell that could not be read has a token that begins with `UNREAD`: it is told,
never copied, and nothing is written over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

SideName = Literal["left", "right"]
SIDES: tuple[SideName, SideName] = ("left", "right")

Token = str
EMPTY: Token = ""
UNREAD = "\0"


def other(side: SideName) -> SideName:
    """Return the side across."""
    return "right" if side == "left" else "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side as it was read.

    Args:
        keys: The business keys of its records, each once, in their order.
        fields: Field to the tokens of its cells, one for each of `keys`.
        repeated: Keys that more than one record bears; none of these is in `keys`.
        unnamed: Rows with content and without a key that could be read, as a person sees their numbers.
        strays: What the rows without a key of their own hold, field by field: unnamed and repeated ones.
    """

    keys: tuple[str, ...]
    fields: Mapping[str, Sequence[Token]]
    repeated: frozenset[str] = frozenset()
    unnamed: tuple[int, ...] = ()
    strays: tuple[Mapping[str, Token], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What both sides last agreed on for one record.

    Args:
        tokens: Field to its token; a field that they never agreed on is not in it.
        gone: The side whose record was deleted, while the other one's was marked as cancelled; None else.
    """

    tokens: Mapping[str, Token]
    gone: SideName | None = None


Base = Mapping[str, Agreed]
"""What both sides last agreed on, by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """How a record is marked whose counterpart was deleted.

    Args:
        field: The field of its state.
        word: The token that says that nothing will come of it: 已取消.
    """

    field: str
    word: Token


Deletion = Literal["mark", "delete", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which side a person chose for a conflict, and what both held when they did.

    Args:
        side: The side whose value counts.
        left: What the left one held.
        right: What the right one held.
    """

    side: SideName
    left: Token
    right: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How what both sides disagree about is dealt with.

    Args:
        deletion: A record that one side deleted: `mark` it on the other, `delete` it there, or `keep` it.
        confirmed: Whether a person wants that records are deleted for good; until then they are kept.
        cancelling: How it is marked; None where the form has no word for it: it is kept then.
        prefer: The side that wins every conflict, None where people decide.
        choices: What people decided, by key and field; the field is empty for a whole record.
    """

    deletion: Deletion = "mark"
    confirmed: bool = False
    cancelling: Cancelling | None = None
    prefer: SideName | None = None
    choices: Mapping[tuple[str, str], Choice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One value on its way to a side.

    Args:
        before: The token that stands there now.
        after: The token that comes.
        spelled: What a person had typed for the value that goes, so that it can be put back as it was; in
            what takes a run back, for the value that comes. Empty where it is like its token, or no text.
    """

    before: Token
    after: Token
    spelled: str = ""


ActionKind = Literal["create", "update", "mark", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What is to be done with one record of one side.

    Args:
        kind: `mark` is an update that says that the record is cancelled.
        key: The record's key on that side; for `create` the one it gets.
        source: Its key on the other side; another one where it was renamed there.
        moves: Field to its value; the key's own field where it is renamed. For `delete` what is lost.
    """

    kind: ActionKind
    key: str
    source: str
    moves: Mapping[str, Move] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What only a person can decide: both sides changed the same thing in different ways.

    Args:
        key: The record.
        field: The field; empty where one side deleted the record that the other one changed.
        base: What both last agreed on; None where they never did.
        left: What the left side holds; None where it holds no such record.
        right: Likewise.
    """

    key: str
    field: str = ""
    base: Token | None = None
    left: Token | None
    right: Token | None


Hindrance = Literal["repeated", "unnamed", "unread", "kept", "unconfirmed", "astray", "counted"]
"""A key that several records bear; a row without a key; a cell that cannot be read; a record whose
counterpart is gone and that the form has no word for; one that is deleted only once a person confirms it; one
whose counterpart seems to stand there still, without its key; a day that others of its row count from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What is left as it is, and told.

    Args:
        why: What is in the way.
        side: Where.
        key: The record; empty for a row without a key.
        field: The field; empty for a whole record.
        row: Number of a row without a key.
    """

    why: Hindrance
    side: SideName
    key: str = ""
    field: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What brings two sides together.

    Args:
        left: What is to be done on the left side.
        right: Likewise on the right one.
        conflicts: What only a person can decide.
        skipped: What is left as it is.
        renamed: Key that both agreed on to the key that one side gave the record since.
        compared: How many records both sides have.
    """

    left: tuple[Action, ...] = ()
    right: tuple[Action, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    compared: int = 0

    def of(self, side: SideName) -> tuple[Action, ...]:
        """Return what is to be done on one side."""
        return self.left if side == "left" else self.right
