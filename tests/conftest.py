"""What many tests stand on: the shipped forms and the standard calendar."""

import pytest
from hypothesis import HealthCheck, settings

from sheetsync.bundled import bundled
from sheetsync.disk import patience
from sheetsync.forms.catalogue import Catalogue, build
from sheetsync.worktime import WorkTime

# A busy machine makes an example slow, and nothing is wrong with it. The examples are the same in each run:
# what fails on one machine fails on all. `--hypothesis-profile=search` looks for new ones.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped forms."""
    folder = bundled("workbook_templates")
    files = (file for file in folder.iterdir() if file.name.endswith(".yaml"))
    return build((file.name.removesuffix(".yaml"), file.name, file.read_text("utf-8")) for file in files)


@pytest.fixture(scope="session")
def worktime() -> WorkTime:
    """The standard calendar: 09:00-12:00 and 13:00-18:00, official holidays and make-up days."""
    return WorkTime.standard()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for workbooks that a test leaves half written."""
    monkeypatch.setattr(patience, "WAITS", ())
