"""A field of a base's table, and the table it belongs to, as Feishu describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetsync.bitable.marks import mark_of

TEXT, NUMBER, SELECT, CHOICES, DATE, TICK, USER, PHONE, URL, FILES, LINK = (
    1,
    2,
    3,
    4,
    5,
    7,
    11,
    13,
    15,
    17,
    18,
)
LOOKUP, FORMULA, TWO_WAY, PLACE, CHATS = 19, 20, 21, 22, 23
CREATED, MODIFIED, CREATOR, EDITOR, SERIAL = 1001, 1002, 1003, 1004, 1005

COMPUTED = frozenset({LOOKUP, FORMULA, CREATED, MODIFIED, CREATOR, EDITOR, SERIAL})
"""Types whose cells nobody types."""

MOMENTS = frozenset({DATE, CREATED, MODIFIED})
CHOSEN = frozenset({SELECT, CHOICES})
PEOPLE = frozenset({USER, CREATOR, EDITOR})
LINKS = frozenset({LINK, TWO_WAY})
WRITTEN = frozenset({TEXT, NUMBER, SELECT, CHOICES, DATE, TICK, USER, PHONE, URL, LINK, TWO_WAY})
"""Types whose cells we know how to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a table.

    Args:
        id: Stays when it is renamed.
        name: What cells are named by, exact to the character.
        type: Number of its type (reference, 3).
        ui_type: The look of its type, such as `Progress`.
        traits: Options, formatter and the like.
        ours: Our name for it, empty for a field of people's.
        table_of_ours: Our name for its table, where that is ours.
    """

    id: str
    name: str
    type: int
    ui_type: str = ""
    traits: Mapping[str, object] = field(default_factory=dict)
    ours: str = ""
    table_of_ours: str = ""

    @property
    def formatter(self) -> str:
        """How its numbers are shown; that of the result where it is computed."""
        given = self.traits.get("formatter")
        if self.type in COMPUTED:
            result = self.traits.get("type")
            look = result.get("ui_property") if isinstance(result, Mapping) else None
            given = (look.get("formatter") if isinstance(look, Mapping) else None) or given
        return given if isinstance(given, str) else ""

    @property
    def percent(self) -> str:
        """The number format of a sheet whose cells show the same, empty where it shows no percentage."""
        code = self.formatter
        return ("0%" if code == "%" else code) if code.endswith("%") else ""

    @property
    def options(self) -> tuple[str, ...]:
        """The words that can be chosen."""
        given = self.traits.get("options")
        return tuple(str(one.get("name", "")) for one in given) if isinstance(given, list) else ()

    @property
    def linked(self) -> str:
        """Id of the table that its cells point into, empty where they do not."""
        given = self.traits.get("table_id")
        return given if self.type in LINKS and isinstance(given, str) else ""

    @property
    def is_single(self) -> bool:
        """True where a cell holds one person or one link only."""
        return self.traits.get("multiple") is False


def field_of(told: Mapping[str, object]) -> Field:
    """Return a field as the list of fields tells it."""
    traits = told.get("property")
    type_ = told.get("type")
    return Field(
        id=str(told.get("field_id", "")),
        name=str(told.get("field_name", "")),
        type=type_ if isinstance(type_, int) else 0,
        ui_type=str(told.get("ui_type") or ""),
        traits=traits if isinstance(traits, Mapping) else {},
        ours=mark_of(told.get("description"), "field"),
        table_of_ours=mark_of(told.get("description"), "table"),
    )
