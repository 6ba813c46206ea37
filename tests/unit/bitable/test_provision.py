"""Tables of forms in a base: all of them, in both languages; nothing of people's is touched."""

import pytest

from sheetsync.bitable.blueprint import blueprint
from sheetsync.bitable.names import free_name
from sheetsync.bitable.provision import lack_of, supply
from sheetsync.bitable.tabs import drop_blank
from sheetsync.config.bitable import OPTION_COLOURS
from sheetsync.forms.catalogue import Catalogue
from sheetsync.intake.interpret import interpret
from sheetsync.templates.layout import engine_columns
from sheetsync.text import Language
from sheetsync.worktime import WorkTime
from tests.bases import store_of
from tests.feishu_server import FeishuServer, dropped
from tests.feishu_server.tables import Base
from tests.unit.bitable.conftest import Reach


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_becomes_a_table_that_is_known_again(
    feishu: FeishuServer,
    reach: Reach,
    base: Base,
    catalogue: Catalogue,
    language: Language,
    worktime: WorkTime,
) -> None:
    """Feishu takes each field as it is told, and `check` reads the form out of the headers."""
    way = reach(base)
    forms = [form for form in catalogue.forms.values() if not form.internal]
    for form in forms:
        plan = blueprint(form, catalogue, engine_columns(language), language=language)
        supply(way, lack_of(way, plan, None, {}))
    tables = interpret(store_of(feishu, base, catalogue).read(), catalogue, worktime=worktime).tables
    assert {table.form for table in tables if table.exploded_from is None} == {form.id for form in forms}
    assert all(not table.missing for table in tables)


def test_people_may_be_texts(reach: Reach, base: Base, catalogue: Catalogue) -> None:
    plan = blueprint(catalogue.forms["issues"], catalogue, (), language="zh", persons="text")
    supply(reach(base), lack_of(reach(base), plan, None, {}))
    (table,) = base.tables.values()
    assert 11 not in {one.type for one in table.fields.values()}


def test_colours_are_those_of_the_settings(catalogue: Catalogue) -> None:
    plan = blueprint(
        catalogue.forms["issues"],
        catalogue,
        engine_columns("zh"),
        language="zh",
        colours={**OPTION_COLOURS, "late": 42},
    )
    (status,) = [one for one in plan.fields if one.name == "status"]
    options = status.head["property"]["options"]  # type: ignore[index] # what Feishu is told
    assert {"name": "延期", "color": 42} in options


def test_words_that_a_list_lacks_are_told_and_not_added(
    reach: Reach, base: Base, catalogue: Catalogue
) -> None:
    plan = blueprint(catalogue.forms["issues"], catalogue, engine_columns("zh"), language="zh")
    way = reach(base)
    supply(way, lack_of(way, plan, None, {}))
    (table,) = base.tables.values()
    field = table.named("问题级别")
    assert field is not None
    gone = field.traits["options"].pop()["name"]
    lack = lack_of(way, plan, way.tables()[0], {})
    assert (lack.is_none, lack.words) == (True, (f"问题级别: {gone}",))


def test_a_view_of_theirs_stays(reach: Reach, base: Base, catalogue: Catalogue) -> None:
    """Also one that is called as ours would be."""
    plan = blueprint(catalogue.forms["issues"], catalogue, engine_columns("zh"), language="zh")
    way = reach(base)
    supply(way, lack_of(way, plan, None, {}))
    (table,) = base.tables.values()
    (late,) = [one for one in table.views.values() if one["view_name"] == "延期"]
    late["property"] = {"filter_info": "theirs"}
    table.views = {id_: one for id_, one in table.views.items() if one["view_name"] != "我的"}
    supply(way, lack_of(way, plan, way.tables()[0], {}))
    assert late["property"] == {"filter_info": "theirs"}
    assert "我的" in {one["view_name"] for one in table.views.values()}


def test_a_lost_answer_makes_no_second_view(
    feishu: FeishuServer, reach: Reach, base: Base, catalogue: Catalogue
) -> None:
    plan = blueprint(catalogue.forms["issues"], catalogue, engine_columns("zh"), language="zh")
    feishu.faults.add(dropped("/views", applied=True, skip=1))
    supply(reach(base), lack_of(reach(base), plan, None, {}))
    (table,) = base.tables.values()
    assert [one["view_name"] for one in table.views.values()] == ["全部", "我的", "延期", "按部门"]


def test_blank_rows_of_a_new_table_go(reach: Reach, base: Base) -> None:
    table = base.table("任务", {"编号": 1})
    for _ in range(3):
        table.add({})
    drop_blank(reach(base), table.id)
    assert not table.records


def test_where_anybody_has_typed_all_rows_stay(reach: Reach, base: Base) -> None:
    table = base.table("任务", {"编号": 1})
    table.add({})
    table.add({"编号": "T-1"})
    drop_blank(reach(base), table.id)
    assert len(table.records) == 2


def test_a_name_that_is_taken_gets_something_behind_it() -> None:
    assert free_name("仪表盘", []) == "仪表盘"
    assert free_name("仪表盘", ["仪表盘"]) == "仪表盘（系统）"
    assert free_name("仪表盘", ["仪表盘", "仪表盘（系统）"]) == "仪表盘（系统）2"
    assert free_name("Dashboard", ["Dashboard"]) == "Dashboard (system)"
