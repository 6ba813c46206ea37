"""Settings: defaults, the file, and its mistakes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sheetsync import config
from sheetsync.clock import parse_now
from sheetsync.errors import SpecFileError, UsageError


def test_an_empty_file_is_the_defaults() -> None:
    """Whatever the file does not say has its default."""
    settings = config.parse("", "sheetsync.toml")
    assert settings == config.Settings()
    assert settings.zone == ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[project]\nlanguage = "cn"\n', 2, "project.language"),
        ('[project]\ntimezone = "Asia/Peking"\n', 2, "no such time zone"),
        ("[calendar]\n\nworking_hours = ['9-18']\n", 3, "write it like 09:00-12:00"),
        ("[calendar]\nworking_hours = ['09:00-12:00', '11:00-18:00']\n", 2, "after the span before it"),
        ("[backup]\nkeeep = 3\n", 2, "did you mean keep"),
        ("[backup]\nkeep = 0\n", 2, "backup.keep"),
        ("[backup\n", 1, "Not valid TOML"),
    ],
)
def test_each_mistake_names_its_line(text: str, line: int, said: str) -> None:
    """A wrong setting is refused with file, line, reason and the nearest spelling."""
    with pytest.raises(SpecFileError) as caught:
        config.parse(text, "sheetsync.toml")
    assert said in caught.value.say("en")
    assert caught.value.where is not None
    assert caught.value.where.startswith("sheetsync.toml")
    assert line == 1 or caught.value.where.endswith(f":{line}")


def test_the_project_is_found_upwards(tmp_path: Path) -> None:
    """A command works from any folder inside the project."""
    (tmp_path / "sheetsync.toml").write_text("", encoding="utf-8")
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert config.find_project(inside) == tmp_path


def test_a_folder_without_settings_is_no_project(tmp_path: Path) -> None:
    """Naming a folder that is no project is a mistake of use, with the way out."""
    with pytest.raises(UsageError, match="sheetsync init"):
        config.read(tmp_path)


def test_now_is_wall_clock_of_the_project() -> None:
    """A time with an offset is converted, one without is taken as it is."""
    zone = ZoneInfo("Asia/Shanghai")
    assert parse_now("2026-11-20T09:00", zone).now() == datetime(2026, 11, 20, 9)
    assert parse_now("2026-11-20T01:00+00:00", zone).now() == datetime(2026, 11, 20, 9)


def test_a_wrong_now_is_a_mistake_of_use() -> None:
    """`--now soon` says what a time looks like."""
    with pytest.raises(UsageError, match="2026-11-20T09:00"):
        parse_now("soon", ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    "text",
    [
        "shares = [100, 80]",
        "shares = []",
        'after_due = "2 days"',
        'levels = ["gelb"]',
        'first_rung."紧急" = 0',
    ],
)
def test_a_ladder_that_nobody_can_climb_is_refused(text: str) -> None:
    with pytest.raises(SpecFileError):
        config.parse(f"[escalation]\n{text}\n", "sheetsync.toml")
