"""What people see of conflicts, and what they chose of them on the tab 同步冲突."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from sheetsync.forms.spec import Form
from sheetsync.mirror.sides import Source
from sheetsync.model.edit import Edit, RemoveSheet
from sheetsync.model.mirror import EMPTY, SIDES, UNREAD, Choice, Conflict, SideName, Token
from sheetsync.model.table import Edited, RawBook
from sheetsync.operations.syncends import ReadEnd
from sheetsync.render.conflicts import Dispute, Stand, chosen, conflicts_tab
from sheetsync.text import Language, Text

_AT, _BY = "updated_at", "updated_by"
"""The fields in which a record itself says when and by whom it was changed."""
WHOLE = Text("（整条记录）", "(whole record)")
GONE = Text("（已删除）", "(deleted)")


def role_of(pair: str) -> str:
    """Return the role of a pair's tab; a workbook may be kept in step with several others."""
    letters = hashlib.sha256(pair.encode()).hexdigest()[:10].translate(_LETTERS)
    return f"conflicts_{letters}"


_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Names of tabs bear letters only (`marks`)."""


def mark_of(conflict: Conflict) -> str:
    """Return what a conflict is known again by: other values make another one."""
    said = repr((conflict.key, conflict.field, conflict.left, conflict.right))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def choices(
    conflicts: Iterable[Conflict], books: Mapping[SideName, RawBook], role: str
) -> tuple[Mapping[tuple[str, str], Choice], tuple[Conflict, ...]]:
    """Return what people chose for conflicts that still are what they saw, and those they disagree about.

    Args:
        conflicts: As they are now.
        books: Both documents.
        role: Of the tabs.
    """
    given: dict[str, set[SideName]] = {}
    for book in books.values():
        for sheet in book.sheets:
            if sheet.role == role:
                for mark, side in chosen(sheet.rows).items():
                    given.setdefault(mark, set()).add(side)
    found: dict[tuple[str, str], Choice] = {}
    torn = []
    for one in conflicts:
        sides = given.get(mark_of(one), set())
        if len(sides) == 1:
            (side,) = sides
            choice = Choice(side=side, left=one.left or EMPTY, right=one.right or EMPTY)
            found[one.key, one.field] = choice
        elif sides:
            torn.append(one)
    return found, tuple(torn)


def disputes(
    conflicts: Sequence[Conflict],
    read: Mapping[SideName, ReadEnd],
    sources: Mapping[SideName, Source],
    form: Form,
) -> tuple[Dispute, ...]:
    """Return conflicts as people see them: in their own spelling, with who changed what when."""
    return tuple(
        Dispute(
            key=one.key,
            name=_name(one.key, sources, form),
            field=column_title(one.field, read, form) if one.field else WHOLE,
            base=one.base if one.field else "—",
            left=_stand(one, "left", read["left"], sources["left"]),
            right=_stand(one, "right", read["right"], sources["right"]),
            mark=mark_of(one),
        )
        for one in conflicts
    )


def tab_edits(
    shown: Sequence[Dispute],
    books: Sequence[RawBook],
    names: Mapping[SideName, str],
    role: str,
    *,
    language: Language,
) -> tuple[Edit, ...]:
    """Return what brings the tabs up to date; nothing where there are none and none are needed.

    Args:
        shown: The conflicts.
        books: Both documents; where either bears such a tab, there are some to be taken away.
        names: What people call both ends.
        role: Of the tab.
        language: The language to write in.
    """
    if shown:
        return (conflicts_tab(shown, names, role, language=language),)
    return (RemoveSheet(role=role),) if any(role in book.tabs for book in books) else ()


def column_title(field: str, read: Mapping[SideName, ReadEnd], form: Form) -> Text:
    """Return the header of a field as people wrote it, the form's own title where no sheet has it."""
    for name in SIDES:
        place = read[name].table.places.get(field)
        if place is not None:
            return Text(place.title, place.title)
    title = next((column.title for column in form.columns if column.id == field), None)
    return Text(field, field) if title is None else Text(title.zh, title.en)


def spelled(source: Source, key: str, field: str, token: Token) -> str:
    """Return a cell as a person typed it; a number or date as its token says."""
    place = source.places.get(key)
    raw = source.table.raw[field][place] if place is not None and field in source.table.raw else ""
    return raw.strip() if isinstance(raw, str) and raw.strip() else token.removeprefix(UNREAD)


def _stand(conflict: Conflict, side: SideName, read: ReadEnd, source: Source) -> Stand:
    token = conflict.left if side == "left" else conflict.right
    if token is None:
        return Stand(shown=GONE, edited=Edited(), saved=read.book.edited)
    shown = spelled(source, conflict.key, conflict.field, token) if conflict.field else token
    return Stand(shown=Text(shown, shown), edited=_edited(conflict.key, read, source), saved=read.book.edited)


def _edited(key: str, read: ReadEnd, source: Source) -> Edited:
    """Return who changed a record last, as the record itself or its store says."""
    place, table = source.places.get(key), source.table
    if place is None:
        return Edited()
    row = int(table.rows[place])
    known = next((sheet.row_edits.get(row) for sheet in read.book.sheets if sheet.name == table.sheet), None)
    known = known or Edited()
    at, by = (table.frame[name].iloc[place] if name in table.frame else None for name in (_AT, _BY))
    return Edited(
        by=by if isinstance(by, str) else known.by,
        at=at.to_pydatetime() if isinstance(at, pd.Timestamp) else known.at,
    )


def _name(key: str, sources: Mapping[SideName, Source], form: Form) -> str:
    """Return what people call a record, empty where neither sheet tells."""
    for name in SIDES:
        place = sources[name].places.get(key)
        if place is not None and form.name in sources[name].table.raw:
            return str(sources[name].table.raw[form.name][place]).strip()
    return ""
