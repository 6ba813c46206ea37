"""The shipped forms, and sheets as a person would fill them."""

from collections.abc import Callable, Sequence

import pytest

from sheetsync.bundled import bundled
from sheetsync.forms import catalogue
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.directory import Directory
from sheetsync.intake.headers import Recogniser
from sheetsync.intake.interpret import Reading, interpret
from sheetsync.intake.readers import Readers
from sheetsync.intake.wordlist import extended
from sheetsync.model.table import RawBook, RawSheet, RawValue, Version
from sheetsync.worktime import WorkTime

Read = Callable[..., Reading]
SampleSheet = Callable[[str], RawSheet]
Informed = Callable[..., Readers]


@pytest.fixture(scope="session")
def forms() -> Catalogue:
    """The shipped catalogue."""
    folder = bundled("workbook_templates")
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return catalogue.build((file.name[:-5], file.name, file.read_text("utf-8")) for file in files)


@pytest.fixture(scope="session")
def readers(forms: Catalogue) -> Readers:
    """The readers over the shipped catalogue."""
    return Readers(forms)


@pytest.fixture(scope="session")
def recogniser(forms: Catalogue) -> Recogniser:
    """What knows the headers of the shipped forms."""
    return Recogniser(forms)


@pytest.fixture(scope="session")
def read(forms: Catalogue) -> Read:
    """Reads sheets as `interpret` does; a list of rows is a sheet without further facts."""

    def run(*sheets: RawSheet | Sequence[Sequence[RawValue]], **options: object) -> Reading:
        given = tuple(
            sheet if isinstance(sheet, RawSheet) else RawSheet(name=f"Sheet{number}", rows=sheet)
            for number, sheet in enumerate(sheets, start=1)
        )
        book = RawBook(name="book", version=Version("1"), sheets=given)
        return interpret(book, forms, worktime=WorkTime.standard(), **options)  # type: ignore[arg-type] # as given

    return run


@pytest.fixture(scope="session")
def sample_sheet(forms: Catalogue) -> SampleSheet:
    """Makes the sheet of a form with the seed's own rows below its own headers."""

    def make(name: str) -> RawSheet:
        form = forms.form(name)
        header = [column.title.zh for column in form.columns]
        rows = [[row.get(column.id, "") for column in form.columns] for row in form.sample]
        return RawSheet(name=form.title.zh, rows=[header, *rows])

    return make


@pytest.fixture(scope="session")
def informed(forms: Catalogue, read: Read) -> Informed:
    """Makes readers that know the sheets of a directory (B1) and of a list of own words (B3)."""

    def make(*sheets: Sequence[Sequence[RawValue]]) -> Readers:
        tables = read(*sheets, forms=("directory", "vocabulary")).tables
        directory = Directory.of(tables, forms)
        return Readers(extended(forms, tables, directory)[0], directory)

    return make
