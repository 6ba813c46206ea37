"""What the cells of each type of field take, and how they read: three shapes of one value.

`taken` turns what is written into what is kept, or refuses it with the code of the type; `found` is how
`search` and `batch_get` show it, `listed` how the old `list` and `get` do.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.feishu_server.answers import Refusal

if TYPE_CHECKING:
    from tests.feishu_server.tables import Field, Table

MISMATCH = 1254015
EMPTY = None


@dataclass(frozen=True)
class FieldType:
    """A type of field.

    Args:
        names: Its `ui_type`s, the usual one first.
        code: What a value of the wrong shape is refused with.
        index: Whether it may be the first field.
        written: Whether cells of it can be written.
    """

    names: tuple[str, ...]
    code: int = MISMATCH
    taken: Callable[[Any, "Field", "Table"], Any] | None = None
    found: Callable[[Any, "Field", "Table"], Any] = lambda kept, *_: kept
    listed: Callable[[Any, "Field", "Table"], Any] | None = None
    index: bool = False
    created: bool = True


def take(value: object, field: "Field", table: "Table") -> Any:
    """Return what is kept of a value that is written."""
    kind = TYPES[field.type]
    if kind.taken is None:
        # Unverified: the vendor does not say which code.
        raise Refusal(MISMATCH, f"field type {field.type} is read only: {field.name}")
    if value is None:
        return EMPTY
    try:
        return kind.taken(value, field, table)
    except _WrongShapeError as error:
        status = 400 if kind.code == 1254074 else 200
        raise Refusal(
            kind.code, f"{kind.names[0]}FieldConvFail: {field.name}: {error}", status=status
        ) from None


class _WrongShapeError(Exception):
    pass


def _want(fits: bool, said: str) -> None:
    if not fits:
        raise _WrongShapeError(said)


def _text(value: Any, field: "Field", _: "Table") -> str | None:
    _want(isinstance(value, str), "not a string")
    if len(value) > 100_000:
        raise Refusal(1254130, f"TooLargeCell: {field.name}")
    return value or EMPTY  # unverified: an empty text clears


def _segments(kept: str, field: "Field", _: "Table") -> list[dict]:
    if field.ui_type == "Email":
        return [{"text": kept, "link": f"mailto:{kept}", "type": "url"}]
    return [{"text": kept, "type": "text"}]


def _number(value: Any, *_: object) -> float:
    _want(isinstance(value, int | float) and not isinstance(value, bool), "not a number")
    _want(math.isfinite(value), "not finite")
    return value


def _number_text(kept: float, *_: object) -> str:
    return str(int(kept)) if kept == int(kept) else repr(kept)


def _one(value: Any, field: "Field", _: "Table") -> str:
    _want(isinstance(value, str) and bool(value), "not an option's name")
    if value not in field.option_names:
        field.add_option(value)
    return value


def _many(value: Any, field: "Field", _: "Table") -> list[str] | None:
    _want(
        isinstance(value, list) and all(isinstance(one, str) and one for one in value), "not a list of names"
    )
    _want(len(value) <= 1000, "more than 1000")
    known = field.option_names
    for one in value:
        if one not in known:
            field.add_option(one)  # the same new name twice makes two
    return value or EMPTY


def _moment(value: Any, *_: object) -> int:
    _want(isinstance(value, int) and not isinstance(value, bool), "not a whole number")
    # Seconds instead of milliseconds; unverified: refused or stored as 1970.
    _want(value == 0 or abs(value) >= 100_000_000_000, "not in milliseconds")
    return value


def _tick(value: Any, *_: object) -> bool:
    _want(isinstance(value, bool), "not a boolean")
    return value


def _people(value: Any, field: "Field", table: "Table") -> list[str] | None:
    _want(isinstance(value, list) and len(value) <= 1000, "not a list")
    _want(all(isinstance(one, dict) and set(one) == {"id"} for one in value), "more than an id")
    ids = [one["id"] for one in value]
    _want(all(one in table.base.people for one in ids), "no such user of this app")
    _want(field.traits.get("multiple", True) or len(ids) <= 1, "one only")
    return ids or EMPTY


def _shown_people(kept: list[str], _: "Field", table: "Table") -> list[dict]:
    return [{"id": one, "avatar_url": "", "en_name": "", **table.base.people[one]} for one in kept]


def _phone(value: Any, *_: object) -> str:
    _want(isinstance(value, str) and re.fullmatch(r"\+?[0-9]{1,64}", value) is not None, "no number")
    return value


def _url(value: Any, *_: object) -> dict:
    _want(isinstance(value, dict) and set(value) == {"text", "link"}, "not text and link")
    _want(all(isinstance(one, str) for one in value.values()), "not strings")
    return value


def _files(value: Any, _: "Field", table: "Table") -> list[str] | None:
    _want(isinstance(value, list) and len(value) <= 100, "not a list")
    _want(all(isinstance(one, dict) and set(one) == {"file_token"} for one in value), "more than file_token")
    tokens = [one["file_token"] for one in value]
    if not all(token in table.base.files for token in tokens):
        raise Refusal(1254303, "The attachment does not belong to this base")
    return tokens or EMPTY


def _shown_files(kept: list[str], _: "Field", table: "Table") -> list[dict]:
    return [
        {
            "file_token": token,
            "name": table.base.files[token][0],
            "type": "application/octet-stream",
            "size": len(table.base.files[token][1]),
            "url": f"https://open.feishu.cn/open-apis/drive/v1/medias/{token}/download",
            "tmp_url": "",
        }
        for token in kept
    ]


def _links(value: Any, field: "Field", table: "Table") -> list[str] | None:
    if isinstance(value, dict) and set(value) == {"link_record_ids"}:
        value = value["link_record_ids"]
    _want(isinstance(value, list) and len(value) <= 500, "not a list of ids")
    other = table.base.tables.get(field.traits["table_id"])
    _want(other is not None and all(one in other.records for one in value), "no such record")
    return value or EMPTY


def _listed_links(kept: list[str], field: "Field", _: "Table") -> list[dict]:
    return [
        {
            "record_ids": kept,
            "table_id": field.traits["table_id"],
            "text": "",
            "text_arr": [],
            "type": "text",
        }
    ]


def _place(value: Any, *_: object) -> str:
    _want(
        isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?,-?\d+(\.\d+)?", value) is not None, "no place"
    )
    return value


def _chats(value: Any, *_: object) -> list[str] | None:
    _want(isinstance(value, list) and len(value) <= 10, "not a list")
    _want(all(isinstance(one, dict) and set(one) == {"id"} for one in value), "more than an id")
    return [one["id"] for one in value] or EMPTY


TYPES: dict[int, FieldType] = {
    1: FieldType(("Text", "Email", "Barcode"), 1254060, _text, _segments, lambda kept, *_: kept, index=True),
    2: FieldType(
        ("Number", "Progress", "Currency", "Rating"), 1254061, _number, listed=_number_text, index=True
    ),
    3: FieldType(("SingleSelect",), 1254062, _one),
    4: FieldType(("MultiSelect",), 1254063, _many),
    5: FieldType(("DateTime",), 1254064, _moment, index=True),
    7: FieldType(("Checkbox",), 1254065, _tick),
    11: FieldType(("User",), 1254066, _people, _shown_people),
    13: FieldType(("Phone",), 1254072, _phone, index=True),
    15: FieldType(("Url",), 1254068, _url, index=True),
    17: FieldType(("Attachment",), 1254069, _files, _shown_files),
    18: FieldType(
        ("SingleLink",), 1254067, _links, lambda kept, *_: {"link_record_ids": kept}, _listed_links
    ),
    21: FieldType(
        ("DuplexLink",), 1254074, _links, lambda kept, *_: {"link_record_ids": kept}, _listed_links
    ),
    19: FieldType(("Lookup",), created=False),
    20: FieldType(("Formula",), index=True),
    22: FieldType(
        ("Location",), MISMATCH, _place, lambda kept, *_: {"location": kept, "name": ""}, index=True
    ),
    23: FieldType(
        ("GroupChat",), MISMATCH, _chats, lambda kept, *_: [{"id": one, "name": ""} for one in kept]
    ),
    24: FieldType(("Stage",), created=False),
    1001: FieldType(("CreatedTime",)),
    1002: FieldType(("ModifiedTime",)),
    1003: FieldType(("CreatedUser",)),
    1004: FieldType(("ModifiedUser",)),
    1005: FieldType(("AutoNumber",)),
    3001: FieldType(("Button",), created=False),
}
