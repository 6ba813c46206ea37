"""Settings: defaults, the file, and its mistakes."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from sheetsync.clock import parse_now
from sheetsync.config.file import find_project, parameter_places, parse, read
from sheetsync.config.settings import Settings
from sheetsync.errors import SpecFileError, UsageError
from sheetsync.specfile import SpecTree, check

SECTIONS = [type(value) for value in vars(Settings()).values() if isinstance(value, BaseModel)]


def test_an_empty_file_is_the_defaults() -> None:
    """Whatever the file does not say has its default."""
    settings = parse("", "sheetsync.toml")
    assert settings == Settings()
    assert settings.zone == ZoneInfo("Asia/Shanghai")


WRONG = [
    ('[project]\nlanguage = "cn"', 2, "project.language 不能是“cn”，只能是 zh、en，最接近的是 en"),
    ("[project]\nname = 3", 2, "应为文字"),
    ('[project]\ntimezone = "Asia/Shanghi"', 2, "没有这个时区，是否想写 Asia/Shanghai"),
    ('[calendar]\nregion = "US"', 2, "calendar.region 不能是“US”，只能是 CN"),
    ("[calendar]\nworking_hours = ['09:00-12:00', '9-18']", 2, "“9-18”不对：应写成 09:00-12:00"),
    ("[calendar]\n\nworking_hours = ['09:00-12:00', '11:00-18:00']", 3, "“11:00-18:00”要先开始后结束"),
    ("[calendar]\nworking_hours = ['12:00-09:00']", 2, "“12:00-09:00”要先开始后结束"),
    ("[calendar]\nworking_hours = []", 2, "至少要有 1 项"),
    ('[calendar]\nworking_hours = "09:00-18:00"', 2, "应为列表"),
    (
        "[calendar]\nholidays = [\n  2026-01-01,\n  '十月一日',\n]",
        4,
        "calendar.holidays.1 的值“十月一日”不对：应为日期",
    ),
    ("[calendar]\nholidays = [20261001]", 2, "应为日期，如 2026-10-01"),
    ("[calendar]\nworkdays = ['2026-02-30']", 2, "应为日期"),
    (
        "[calendar]\nworkdays = [2026-10-01]\nholidays = [2026-10-01]",
        1,
        "2026-10-01 既在 workdays 又在 holidays",
    ),
    ("[calendar]\nholliday = []", 2, "不认识的键 calendar.holliday，是否想写 holidays"),
    ("calendar = 3", 1, "calendar 的值“3”不对：应为一组"),
    ('[rules]\npacks = "tasks"', 2, "应为列表"),
    (
        "[rules.parameters]\nD1.over = 3\nT16.limit = 2026-01-01",
        3,
        "应为文字、数字、true、false 或文字的列表",
    ),
    ("[rules.parameters.T16]\nlimit = [1]", 2, "rules.parameters.T16.limit 的值不对"),
    ("[rules.parameters.T16.when]\nstate = 'x'", 1, "rules.parameters.T16.when 的值不对"),
    ("[workbooks.plan]\nforms = ['raci']", 1, "缺少 workbooks.plan.path"),
    ("[workbooks.plan]\npath = 'a'\nform = ['raci']", 3, "是否想写 forms"),
    ("[workbooks]\nplan = 'a.xlsx'", 2, "应为一组"),
    ("[state]\nurl = 3", 2, "应为文字"),
    ("[colours]\nlate = 'red'", 2, "不是颜色，应写成 FFC7CE"),
    ("[colours]\nnormal = 'FFFFFF'\nlat = 'FFC7CE'", 3, "没有这个状态，是否想写 late"),
    ('[colours]\n"延误" = "FFC7CE"', 2, "没有这个状态，是否想写 延期"),
    ("[backup]\nkeeep = 3", 2, "不认识的键 backup.keeep，是否想写 keep"),
    ("[backup]\nkeep = 0", 2, "backup.keep 的值“0”不对：不能小于 1"),
    ("[backup]\nkeep = 'x'", 2, "应为整数"),
    ("[backup]\nkeep = 2.5", 2, "应为整数"),
    ("[backup]\nkeep = true\n[limits]\nrows = 2000000", 4, "limits.rows 的值“2000000”不对：不能大于 1048576"),
    ("[report]\nto = ['oc leaders']", 2, "飞书的群（oc_…）"),
    ("[report]\nchannels = ['sms']", 2, "只能是 feishu、bot、webhook、mail、file"),
    ("[escalation]\nshares = [100, 80]", 2, "要从小到大"),
    ("[escalation]\nshares = [0]", 2, "escalation.shares.0 的值“0”不对：不能小于 1"),
    ("[escalation]\nafter_due = '2天'", 2, "应写成 2wd、4wh 或 24h"),
    ("[changes]\napply = 'ja'", 2, "应为 true 或 false"),
    ("[escalation]\nlevels = ['orange']", 2, "只能是 info、yellow、red"),
    ("[escalation.first_rung]\n'紧急' = 9", 2, "escalation.first_rung.紧急 的值“9”不对：不能大于 5"),
    ("[words.task_state]\n'进行中' = [1]", 2, "words.task_state.进行中.0 的值“1”不对：应为文字"),
    ("[words.task_state]\n'灰度中' = { english = 'x' }", 2, "不认识的键 words.task_state.灰度中.english"),
    ("[wrods]\n", 1, "不认识的键 wrods，是否想写 words"),
    ("[backup\n", 1, "不是有效的 TOML"),
]


@pytest.mark.parametrize(("text", "line", "said"), WRONG, ids=[text for text, _, _ in WRONG])
def test_each_mistake_names_its_line(text: str, line: int, said: str) -> None:
    """A wrong setting is refused with file, line, reason and the nearest spelling, in Chinese."""
    with pytest.raises(SpecFileError) as caught:
        parse(text, "sheetsync.toml")
    assert said in caught.value.say("zh")
    assert caught.value.where == f"sheetsync.toml:{line}"


@pytest.mark.parametrize("text", [text for text, _, _ in WRONG])
def test_each_mistake_is_told_in_the_language_of_the_reader(text: str) -> None:
    """No English reason reaches a Chinese reader, no Chinese one an English reader."""
    with pytest.raises(SpecFileError) as caught:
        parse(text, "sheetsync.toml")
    assert not re.search(r"\b(should|must|is|not|valid|value|input)\b", caught.value.what.zh, re.IGNORECASE)
    given = set(re.findall(r"[\u3000-\u9fff]", text))
    shown = set(re.findall(r"[\u3000-\u9fff]", caught.value.what.en)) - given
    assert shown <= set("延期"), shown  # a word that may be written here


SCALARS = (
    st.text("a1延：-", max_size=4) | st.integers() | st.floats() | st.booleans() | st.dates() | st.times()
    | st.datetimes() | st.sampled_from(["CN", "zh", "2h", "09:00-12:00", "2026-01-01", "FFC7CE"])
)  # fmt: skip
NAMES = st.sampled_from(
    [name for model in (Settings, *SECTIONS) for name in model.model_fields]
    + ["late", "延期", "T16", "limit"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def refusal(data: dict[str, object]) -> SpecFileError | None:
    try:
        check(SpecTree("sheetsync.toml", data, {(): 1}), Settings)
    except SpecFileError as error:
        return error
    return None


@given(st.dictionaries(st.sampled_from(list(Settings.model_fields)), VALUES, max_size=4))
def test_whatever_a_file_holds_is_taken_or_refused_in_words(data: dict[str, object]) -> None:
    """No settings file ends in a crash, and every refusal is worded here."""
    error = refusal(data)
    assert error is None or "这里不能这样写" not in error.what.zh


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody has to mend one mistake to hear of the next."""
    with pytest.raises(SpecFileError) as caught:
        parse("[backup]\nkeep = 0\n[limits]\nrows = 0\n", "sheetsync.toml")
    assert "第 2 行" in caught.value.say("zh")
    assert "第 4 行" in caught.value.say("zh")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """Editors on Windows put one before the text."""
    (tmp_path / "sheetsync.toml").write_text("[backup]\nkeep = 3\n", encoding="utf-8-sig")
    assert read(tmp_path).backup.keep == 3


@pytest.mark.parametrize(
    "text",
    [
        "T16.limit = '4h'",
        "'T16.limit' = '4h'",
        "T16 = { limit = '4h' }",
        "[rules.parameters.T16]\nlimit = '4h'",
    ],
)
def test_a_parameter_may_be_written_in_four_ways(text: str) -> None:
    """They mean the same, and each has its line."""
    whole = f"[rules.parameters]\n{text}\n"
    settings = parse(whole, "sheetsync.toml")
    assert settings.rules.parameters == {"T16.limit": "4h"}
    line = 3 if "\n" in text else 2
    assert parameter_places(whole, settings) == {"T16.limit": f"sheetsync.toml:{line}"}


@pytest.mark.parametrize("number", range(2))
def test_the_settings_that_the_documentation_shows_are_right(number: int) -> None:
    """A reader may copy them."""
    page = (Path(__file__).parents[2] / "docs" / "howto.md").read_text("utf-8")
    parse(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[number], "howto.md")


def test_the_project_is_found_upwards(tmp_path: Path) -> None:
    """A command works from any folder inside the project."""
    (tmp_path / "sheetsync.toml").write_text("", encoding="utf-8")
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert find_project(inside) == tmp_path


def test_a_folder_without_settings_is_no_project(tmp_path: Path) -> None:
    """Naming a folder that is no project is a mistake of use, with the way out."""
    with pytest.raises(UsageError, match="sheetsync init"):
        read(tmp_path)


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
        parse(f"[escalation]\n{text}\n", "sheetsync.toml")
