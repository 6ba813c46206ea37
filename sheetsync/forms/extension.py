"""A form made longer: columns and headers that a project adds to a form which it otherwise takes as it is."""

from collections.abc import Iterator

from pydantic import Field, ValidationError

from sheetsync.forms.spec import Column, FieldName, Form, Spec
from sheetsync.mistakes import mistakes, nearest
from sheetsync.specfile import Path
from sheetsync.text import Text


class AddedColumn(Column):
    """One column more.

    Args:
        after: The column it stands behind; the last one when None.
    """

    after: FieldName | None = None


class FormExtension(Spec):
    """A file that adds to a form.

    Args:
        extends: Id of the form.
        synonyms: Other names of the form.
        headers: Column to other headers that people use for it.
        required: Columns that are required from now on.
        columns: Columns more.
    """

    extends: str
    synonyms: tuple[str, ...] = ()
    headers: dict[FieldName, tuple[str, ...]] = Field(default={})
    required: tuple[FieldName, ...] = ()
    columns: tuple[AddedColumn, ...] = ()


Said = Iterator[tuple[Path, Text]]


def wrong(extension: FormExtension, form: Form) -> Said:
    """Yield what an extension says that does not fit its form, with the place in its file."""
    ids = [column.id for column in form.columns]
    for field in extension.headers:
        yield from _unknown(field, ids, ("headers", field))
    for number, field in enumerate(extension.required):
        yield from _unknown(field, ids, ("required", number))
    for number, column in enumerate(extension.columns):
        if column.id in ids:
            yield (
                ("columns", number, "id"),
                Text(
                    f"表单已有列 {column.id}；只加表头请写在 headers 里",
                    f"the form has a column {column.id} already; headers takes more headers for it",
                ),
            )
        if column.after is not None:
            yield from _unknown(column.after, ids, ("columns", number, "after"))
        ids.append(column.id)
    yield from _ambiguous(extension, form)
    if not all(name in ids for name in extension.headers):
        return
    try:
        extended(form, extension)
    except ValidationError as error:
        yield ("columns",), mistakes(error, {}, ())[0].said


def extended(form: Form, extension: FormExtension) -> Form:
    """Return a form with what an extension adds.

    Raises:
        ValidationError: A column names another one that is not there.
    """
    columns = [
        column.model_copy(
            update={
                "synonyms": (*column.synonyms, *extension.headers.get(column.id, ())),
                "required": column.required or column.id in extension.required,
            }
        )
        for column in form.columns
    ]
    for added in extension.columns:
        ids = [column.id for column in columns]
        place = ids.index(added.after) + 1 if added.after in ids else len(columns)
        columns.insert(place, Column(**{name: getattr(added, name) for name in Column.model_fields}))
    kept = {name: getattr(form, name) for name in Form.model_fields}
    return Form(**{**kept, "synonyms": (*form.synonyms, *extension.synonyms), "columns": tuple(columns)})


def _unknown(field: str, ids: list[str], path: Path) -> Said:
    if field not in ids:
        near = nearest(field, ids)
        yield (
            path,
            Text(
                f"没有列 {field}" + (f"，是否想写 {near}" if near else ""),
                f"there is no column {field}" + (f"; did you mean {near}" if near else ""),
            ),
        )


def _ambiguous(extension: FormExtension, form: Form) -> Said:
    """Yield headers that another column of the form has already."""
    taken = {
        header.casefold(): column.id
        for column in form.columns
        for header in (column.title.zh, column.title.en, *column.synonyms)
    }
    given: list[tuple[Path, str, tuple[str, ...]]] = [
        (("headers", field), field, headers) for field, headers in extension.headers.items()
    ]
    given += [
        (("columns", number), column.id, (column.title.zh, column.title.en, *column.synonyms))
        for number, column in enumerate(extension.columns)
    ]
    for path, field, headers in given:
        for header in headers:
            other = taken.setdefault(header.casefold(), field)
            if other != field:
                yield (
                    path,
                    Text(f"表头“{header}”已是列 {other} 的", f"'{header}' is a header of {other} already"),
                )
