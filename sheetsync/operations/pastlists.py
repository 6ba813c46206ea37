"""The lists of what a project did and saw, as lines on a terminal and as CSV files."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sheetsync.model.finding import STATUS_TEXT
from sheetsync.model.summary import FIGURES
from sheetsync.model.tick import TICK_TEXT
from sheetsync.operations.pasts import CHANNELS, MESSAGE_STATES, Kind, Row, Value, titles
from sheetsync.render.csvfile import Cell, csv_file
from sheetsync.text import Language, Text

_CHANNEL = ("reminders", "channel")
"""The list that goes into a form of its own, and its column of a vocabulary."""


def as_csv(kind: Kind, rows: Sequence[Row], language: Language) -> bytes:
    """Return a list as a CSV file; figures have a column each.

    Args:
        kind: Which list.
        rows: Its rows.
        language: Of the titles.
    """
    known = titles(kind, rows)
    columns = [name for name in known if name != "figures"]
    figures: dict[str, None] = {}
    for row in rows:
        figures |= dict.fromkeys(_counted(row))
    return csv_file(
        [*(known[name].say(language) for name in columns), *figures],
        (
            [
                *(_cell(kind, name, row.get(name), language) for name in columns),
                *map(_counted(row).get, figures),
            ]
            for row in rows
        ),
    )


def _counted(row: Row) -> Mapping[str, float]:
    found = row.get("figures")
    return found if isinstance(found, Mapping) else {}


def _cell(kind: Kind, name: str, value: Value, language: Language) -> Cell:
    if (kind, name) == _CHANNEL and str(value) in CHANNELS:
        return CHANNELS[str(value)].say(language)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(value)
    return None if isinstance(value, Mapping) else value


def listed(kind: Kind, rows: Sequence[Row], language: Language) -> Iterator[str]:
    """Yield a list as lines for a terminal, the titles first."""
    known = titles(kind, rows)
    yield "  ".join(title.say(language) for title in known.values())
    for row in rows:
        yield "  ".join(_line(kind, name, row.get(name), language) for name in known)


def _line(kind: Kind, name: str, value: Value, language: Language) -> str:
    words = _words(kind, name)
    if words is not None:
        return words[str(value)].say(language) if str(value) in words else one_line(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Mapping):
        return _figures(value, language)
    if isinstance(value, tuple):
        return "、".join(value) or "—"
    return one_line(value)


def _words(kind: Kind, name: str) -> Mapping[str, Text] | None:
    """Return what the values of a column are called, where they are names of the program."""
    if name == "state":
        return TICK_TEXT if kind == "ticks" else MESSAGE_STATES
    if name == "status":
        return {status.value: said for status, said in STATUS_TEXT.items()}
    return CHANNELS if (kind, name) == _CHANNEL else None


def _figures(given: Mapping[str, float], language: Language) -> str:
    """Return figures as people know them; those that only JSON and CSV have are left out."""
    known = [(FIGURES[name][0], number) for name, number in given.items() if name in FIGURES]
    shown = (f"{title.say(language)} {round(number, 1):g}" for title, number in known)
    return ("，" if language == "zh" else ", ").join(shown)


def one_line(value: Value) -> str:
    """Return a text on one line, and a sign where there is none."""
    return "—" if value is None or value == "" else " ".join(str(value).split())
