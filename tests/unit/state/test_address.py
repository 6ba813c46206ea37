"""Where the project's database is: the setting, its secrets, its mistakes."""

from pathlib import Path

import pytest

from sheetsync.errors import SpecFileError
from sheetsync.state.address import address

FOLDER = Path("/project").absolute()


def told(given: str | None, **environ: str) -> str:
    return address(given, FOLDER, environ).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, f"sqlite:///{FOLDER / '.sheetsync' / 'state.db'}"),
        ("sqlite:///pm/state.db", f"sqlite:///{FOLDER / 'pm' / 'state.db'}"),
        (f"sqlite:///{FOLDER / 'x.db'}", f"sqlite:///{FOLDER / 'x.db'}"),
        ("postgresql://pm@db/pm", "postgresql+psycopg://pm@db/pm"),
        ("postgres://pm@db/pm", "postgresql+psycopg://pm@db/pm"),
        ("postgresql+psycopg://pm:env:PM@db/pm", "postgresql+psycopg://pm:a%3Ab%40c@db/pm"),
        ("env:URL", "postgresql+psycopg://pm:plain@db/pm"),
    ],
)
def test_what_the_setting_says(given: str | None, expected: str) -> None:
    """A file is meant from the project folder; a password comes from where the reference points."""
    assert told(given, PM="a:b@c", URL="postgresql://pm:plain@db/pm") == expected


def test_a_password_in_the_settings_is_not_used_and_not_repeated() -> None:
    with pytest.raises(SpecFileError, match="holds a password") as caught:
        told("postgresql://pm:s3cret@db/pm")
    assert "s3cret" not in caught.value.say("zh")


@pytest.mark.parametrize("given", ["nonsense", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_none_is_a_mistake_in_the_settings(given: str) -> None:
    """A database that is gone after the run is none."""
    with pytest.raises(SpecFileError, match=r"\[state\] url"):
        told(given)
