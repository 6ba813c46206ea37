"""Cells as Feishu tells them, to what a person would see in a sheet (shapes: reference, 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sheetsync.bitable.field import (
    CHATS,
    CHOICES,
    CREATED,
    CREATOR,
    DATE,
    EDITOR,
    FILES,
    FORMULA,
    LINK,
    LOOKUP,
    MODIFIED,
    NUMBER,
    PLACE,
    SELECT,
    TICK,
    TWO_WAY,
    URL,
    USER,
    Field,
)
from sheetsync.model.value import RawValue

BETWEEN = "、"
"""Between the members of a list, as people write them in a cell."""

Json = object
Titles = Mapping[str, Mapping[str, str]]
"""By id of a table: record id to what its index field shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Through what cells are looked at.

    Args:
        zone: Of the base: its dates have none of their own.
        titles: What links point to.
    """

    zone: ZoneInfo
    titles: Titles = field(default_factory=dict)

    def moment(self, milliseconds: float) -> datetime:
        """Return a moment on the wall clock of the base."""
        # Feishu keeps days since long before 1970; integers keep them exact.
        seconds, rest = divmod(int(milliseconds), 1000)
        moment = datetime.fromtimestamp(seconds, self.zone).replace(tzinfo=None)
        return moment.replace(microsecond=rest * 1000) if rest else moment

    def milliseconds(self, moment: datetime) -> int:
        """Return what stands for a moment on the wall clock of the base."""
        return round(moment.replace(tzinfo=self.zone).timestamp() * 1000)


def read_cell(value: Json, of: Field, lens: Lens) -> RawValue:
    """Return a cell as a person would see it in a sheet; the empty text where it is empty.

    Args:
        value: As `search` and `batch_get` tell it; None where they leave it out.
        of: Its field.
        lens: Zone, and what links point to.
    """
    return "" if value is None else reader_of(of, lens)(value)


def reader_of(of: Field, lens: Lens) -> Callable[[Json], RawValue]:
    """Return what reads the cells of a field that are not empty."""
    shape = _SHAPES.get(of.type, _text)
    if of.type in {LOOKUP, FORMULA}:
        shape = _computed
    elif of.linked:
        titles = lens.titles.get(of.linked, {})
        return lambda value: _links(value, titles)
    return lambda value: shape(value, lens)


def text_of(value: Json) -> str:
    """Return the text of a cell of whatever shape, as well as it can be told."""
    match value:
        case None | False:
            return ""
        case int() | float():
            return "TRUE" if value is True else f"{value:.15g}"
        case list():
            pieces = [text_of(one) for one in value]
            segments = all(isinstance(one, dict) and "text" in one for one in value)
            return ("" if segments else BETWEEN).join(piece for piece in pieces if piece)
        case Mapping():
            named = (value.get(key) for key in ("text", "full_address", "name", "en_name", "id"))
            found = next((name for name in named if isinstance(name, str) and name), None)
            return text_of(value.get("value")) if found is None else found
        case _:
            return str(value)


def _text(value: Json, _: Lens) -> RawValue:
    # Nearly all texts are one plain piece; a large table has hundreds of thousands.
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 1 and isinstance(piece := value[0], dict):
        text = piece.get("text")
        if isinstance(text, str):
            return text
    return text_of(value)


def _number(value: Json, _: Lens) -> RawValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text_of(value)
    # As a workbook gives it: 1 in a column of percentages is a number like 0.7.
    return float(value)


def _moment(value: Json, lens: Lens) -> RawValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text_of(value)
    try:
        moment = lens.moment(value)
        # As a workbook gives it: a day without a time of day is a date.
        return moment.date() if moment.time() == time.min else moment
    except (OverflowError, OSError, ValueError):
        return text_of(value)


def _tick(value: Json, _: Lens) -> RawValue:
    # An empty box may be told as false or not at all: both are the same to whoever looks.
    return True if value is True else "" if value is False else text_of(value)


def _names(value: Json, _: Lens) -> RawValue:
    people = value if isinstance(value, list) else [value]
    return BETWEEN.join(name for name in (text_of(one) for one in people) if name)


def _files(value: Json, _: Lens) -> RawValue:
    return _names(value, _)


def _url(value: Json, _: Lens) -> RawValue:
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("link") or "")
    return text_of(value)


def _computed(value: Json, lens: Lens) -> RawValue:
    """Read what a formula or a lookup found: a list in the shape of the type of its elements."""
    if not isinstance(value, Mapping):
        return text_of(value)
    type_, found = value.get("type"), value.get("value")
    values = found if isinstance(found, list) else [] if found is None else [found]
    shape = _SHAPES.get(type_, _text) if isinstance(type_, int) else _text
    if shape not in {_number, _moment, _tick}:
        return shape(values, lens)
    if len(values) == 1:
        return shape(values[0], lens)
    return BETWEEN.join(str(shape(one, lens)) for one in values)


def _links(value: Json, titles: Mapping[str, str]) -> RawValue:
    return BETWEEN.join(titles.get(one, "") or one for one in link_ids(value))


def link_ids(value: Json) -> list[str]:
    """Return the ids of the records that a link points to."""
    if isinstance(value, Mapping):
        value = value.get("link_record_ids") or value.get("record_ids")
    return [str(one) for one in value] if isinstance(value, list) else []


_SHAPES: Mapping[int, Callable[[Json, Lens], RawValue]] = {
    NUMBER: _number,
    SELECT: _text,
    CHOICES: _names,
    DATE: _moment,
    CREATED: _moment,
    MODIFIED: _moment,
    TICK: _tick,
    USER: _names,
    CREATOR: _names,
    EDITOR: _names,
    URL: _url,
    FILES: _files,
    CHATS: _names,
    LINK: lambda value, _: _links(value, {}),
    TWO_WAY: lambda value, _: _links(value, {}),
    PLACE: _text,
}
