"""The tokens of batches on their way, kept from before they leave until their outcome is known."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sheetsync.config.keeping import StateSettings
from sheetsync.state.batches import KEPT, ProjectJournal
from sheetsync.state.database import Database

NOW = datetime(2026, 11, 21, 9)


class Clock:
    now = NOW


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


def journal(folder: Path, clock: Clock) -> ProjectJournal:
    return ProjectJournal(Database(folder, StateSettings()), lambda: clock.now)


def test_another_run_is_given_the_same_token(tmp_path: Path, clock: Clock) -> None:
    token, again = journal(tmp_path, clock).token("batch")
    assert uuid.UUID(token).version == 4
    assert not again
    assert journal(tmp_path, clock).token("batch") == (token, True)


def test_what_is_settled_is_a_batch_of_its_own_the_next_time(tmp_path: Path, clock: Clock) -> None:
    kept = journal(tmp_path, clock)
    token, _ = kept.token("batch")
    kept.settle("batch")
    assert kept.token("batch") != (token, True)


def test_other_batches_have_other_tokens(tmp_path: Path, clock: Clock) -> None:
    kept = journal(tmp_path, clock)
    assert kept.token("one")[0] != kept.token("two")[0]


def test_nobody_asks_feishu_about_a_token_of_long_ago(tmp_path: Path, clock: Clock) -> None:
    kept = journal(tmp_path, clock)
    token, _ = kept.token("batch")
    clock.now = NOW + KEPT + timedelta(seconds=1)
    again, known = kept.token("batch")
    assert (again != token, known) == (True, False)
