"""Row colours that a project chose for itself."""

from pathlib import Path

import openpyxl
import pytest

from tests.e2e.conftest import Run
from tests.e2e.test_memory import book

NOW = "2023-11-06T09:00"


def fills(path: Path) -> dict[str, tuple[str, str]]:
    """Return status to fill and font of the row colours."""
    sheet = openpyxl.load_workbook(path)["进度"]
    found = {}
    for block in sheet.conditional_formatting:
        for rule in block.rules:
            word = rule.formula[0].split('"')[1]
            found[word] = (rule.dxf.fill.bgColor.rgb[2:], rule.dxf.font.color.rgb[2:])
    return found


def test_chosen_colours_take_the_place_of_the_usual_ones(run: Run, tmp_path: Path) -> None:
    chosen = '[colours]\nlate = "FF9999/660000"\n"正常" = "#ccffcc"\n'
    (tmp_path / "sheetsync.toml").write_text(chosen, "utf-8")
    path = book(tmp_path, "进行中")
    assert run("check", path, "--write", "--now", NOW).code == 0
    assert fills(path)["延期"] == ("FF9999", "660000")
    assert fills(path)["正常"] == ("CCFFCC", "006100")
    assert fills(path)["风险"] == ("FFEB9C", "9C5700")


def test_a_new_choice_recolours_what_was_marked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sheetsync.toml").write_text("", "utf-8")
    path = book(tmp_path, "进行中")
    run("check", path, "--write", "--now", NOW)
    (tmp_path / "sheetsync.toml").write_text('[colours]\nlate = "FF9999"\n', "utf-8")
    run("check", path, "--write", "--now", NOW)
    assert fills(path)["延期"] == ("FF9999", "9C0006")
    assert len(fills(path)) == 6


@pytest.mark.parametrize(("line", "said"), [('late = "red"', "不是颜色"), ('lat = "FF9999"', "lat")])
def test_a_wrong_choice_is_refused_with_its_line(run: Run, tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "sheetsync.toml").write_text(f"[colours]\n{line}\n", "utf-8")
    outcome = run("--project", tmp_path, "rules", "list")
    assert outcome.code == 2
    assert "sheetsync.toml:2" in outcome.err
    assert said in outcome.err
