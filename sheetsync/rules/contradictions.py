"""Where a person's own word for how a record stands differs from what the rules say of it.

People write 延期, 风险 or 正常 into the column of states. That is the other axis (spec section 2): the word
is kept as it is, and when it contradicts the computed status, they are told.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from sheetsync.forms.catalogue import Catalogue
from sheetsync.marks import column_letters
from sheetsync.model.finding import STATUS_TEXT, Problem, Status, Verdict
from sheetsync.model.table import RawValue, Table, TableId
from sheetsync.rules.rows import state_column
from sheetsync.text import Text

_VOCABULARY = "alert_state"
_AGREES: Mapping[Status, frozenset[Status]] = {
    Status.LATE: frozenset({Status.LATE}),
    Status.RISK: frozenset({Status.RISK, Status.LATE}),
    Status.NORMAL: frozenset({Status.NORMAL, Status.SOON, Status.DONE, Status.FAULTY}),
}
"""What a person's word is compatible with; the other words are states as well and say nothing here."""


def contradictions(
    tables: Sequence[Table], verdicts: Sequence[Verdict], catalogue: Catalogue
) -> tuple[Problem, ...]:
    """Return a warning for each cell whose word the computed status contradicts.

    Args:
        tables: What was read.
        verdicts: One a record.
        catalogue: Forms and vocabularies.
    """
    if _VOCABULARY not in catalogue.vocabularies:
        return ()
    statuses = {status.value: status for status in _AGREES}
    meant = {
        spelling: statuses[word]
        for spelling, word in _spellings(_VOCABULARY, catalogue).items()
        if word in statuses
    }

    @cache
    def judged() -> Mapping[tuple[TableId, int], Verdict]:
        # Hardly ever is anybody's asked for.
        return {(verdict.table, verdict.position): verdict for verdict in verdicts}

    return tuple(problem for table in tables for problem in _table(table, judged, meant, catalogue))


def _table(
    table: Table,
    judged: Callable[[], Mapping[tuple[TableId, int], Verdict]],
    meant: Mapping[str, Status],
    catalogue: Catalogue,
) -> Iterator[Problem]:
    form = catalogue.forms[table.form]
    column = state_column(form, catalogue)
    if column is None or column.id not in table.raw:
        return
    # A word that is a state as well says how far the work is, not how it stands.
    states = _spellings(column.vocabulary or "", catalogue)
    raws = {raw: _plain(raw) for raw in _texts(table.raw[column.id])}
    said = {raw: meant[plain] for raw, plain in raws.items() if plain in meant and plain not in states}
    if not said:
        return
    owners = table.columns[form.owner].tolist() if form.owner and form.owner in table.columns else None
    place, name = table.places[column.id], table.id
    for position, raw in enumerate(table.raw[column.id]):
        if not isinstance(raw, str) or raw not in said:
            continue
        row = int(table.rows[position])
        status = judged()[name, position].status
        if status in _AGREES[said[raw]]:
            continue
        owner = owners[position] if owners else None
        computed = STATUS_TEXT[status]
        yield Problem(
            sheet=table.sheet,
            row=row,
            cell=f"{column_letters(place.number)}{row}",
            column=place.title,
            raw=raw,
            kind="warning",
            message=Text(
                f"写的是“{raw.strip()}”，系统判断为“{computed.zh}”；原文保留",
                f"says '{raw.strip()}', the computed status is '{computed.en}'; the text is kept",
            ),
            suggestion=Text(
                f"这一列请填{column.title.zh}，是否延期由系统判断",
                f"put the {column.title.en.lower()} here; whether it is late is computed",
            ),
            owner=owner if isinstance(owner, str) else None,
            table=name,
        )


@lru_cache(maxsize=256)
def _spellings(vocabulary: str, catalogue: Catalogue) -> Mapping[str, str]:
    """Return every spelling of the words of a vocabulary, plainly, with the word it stands for."""
    return {
        _plain(spelling): word.zh
        for word in catalogue.vocabulary(vocabulary).words
        for spelling in (word.zh, word.en, *word.synonyms)
    }


def _texts(cells: Sequence[RawValue]) -> set[str]:
    return {cell for cell in cells if isinstance(cell, str)}


def _plain(text: str) -> str:
    """Return a word without regard to width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
