"""Rows as an English workbook shows them: what dropdowns offer is put in English, what people say is not."""

from collections.abc import Mapping, Sequence

from sheetsync.forms.catalogue import Catalogue
from sheetsync.forms.spec import Form
from sheetsync.templates.entry import Cell, Row

_SEPARATOR = "、"


def in_english(form: Form, rows: Sequence[Row], catalogue: Catalogue) -> tuple[Row, ...]:
    """Return the rows with standard words and departments in English; all other text as it is typed."""
    columns = {column.id: column for column in form.columns}
    known: dict[str, Mapping[str, str]] = {}
    opened = form.open_columns

    def translated(field: str, cell: Cell) -> Cell:
        column = columns.get(field)
        vocabulary = column.vocabulary if column else opened.vocabulary if opened else None
        if vocabulary is None or not isinstance(cell, str):
            return cell
        if vocabulary not in known:
            known[vocabulary] = english_words(catalogue, vocabulary)
        words = known[vocabulary]
        parts = cell.split(_SEPARATOR)
        if column is not None and column.kind == "departments" and all(part in words for part in parts):
            return ", ".join(words[part] for part in parts)
        return words.get(cell, cell)

    return tuple(
        {title_in_english(form, field, catalogue): translated(field, cell) for field, cell in row.items()}
        for row in rows
    )


def title_in_english(form: Form, field: str, catalogue: Catalogue) -> str:
    """Return a field as it is, and the title of an open column in English where it is a known department."""
    if form.has(field):
        return field
    return english_words(catalogue, "departments").get(field, field)


def english_words(catalogue: Catalogue, vocabulary: str) -> Mapping[str, str]:
    """Return the English words of a vocabulary by the Chinese ones; standard words only."""
    return {word.zh: word.en for word in catalogue.vocabulary(vocabulary).words}
