"""The server of the tests is as strict as the vendor: what it lets through, others would be surprised by."""

import uuid
from collections.abc import Iterator

import pytest

from sheetsync.feishu.client import FeishuClient, Upload
from sheetsync.feishu.errors import FeishuError
from tests.feishu_server import FeishuServer, bare_client, running
from tests.feishu_server.tables import Base, Table

DAY = 1_763_654_400_000


@pytest.fixture(name="feishu", scope="module")
def _feishu() -> Iterator[FeishuServer]:
    with running() as server:
        server.person("ou_a", "张三", "a@example.com")
        yield server


@pytest.fixture(name="base")
def _base(feishu: FeishuServer) -> Base:
    return feishu.base()


@pytest.fixture(name="client")
def _client(feishu: FeishuServer) -> FeishuClient:
    return bare_client(feishu)


def tables(base: Base) -> str:
    return f"/open-apis/bitable/v1/apps/{base.token}/tables"


def records(table: Table) -> str:
    return f"{tables(table.base)}/{table.id}/records"


SHAPES = [
    (1, "a", [{"text": "a", "type": "text"}], "a"),
    (2, 12.5, 12.5, "12.5"),
    (2, 3, 3, "3"),
    (3, "进行中", "进行中", "进行中"),
    (4, ["a", "b"], ["a", "b"], ["a", "b"]),
    (5, DAY, DAY, DAY),
    (7, True, True, True),
    (13, "+8613800000000", "+8613800000000", "+8613800000000"),
    (15, {"text": "t", "link": "https://a.cn"}, *([{"text": "t", "link": "https://a.cn"}] * 2)),
]


@pytest.mark.parametrize(("kind", "written", "found", "listed"), SHAPES)
def test_a_value_has_three_shapes(
    base: Base, client: FeishuClient, kind: int, written: object, found: object, listed: object
) -> None:
    table = base.table("t", {"名": 1, "值": kind})
    body = {"records": [{"fields": {"值": written}}]}
    (echo,) = client.call("POST", f"{records(table)}/batch_create", body=body, writes=base.token)["records"]
    (one,) = client.call("POST", f"{records(table)}/search", body={})["items"]
    (old,) = client.call("GET", records(table))["items"]
    assert (echo["fields"]["值"], one["fields"], old["fields"]) == (written, {"值": found}, {"值": listed})


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        *((1, 5, 1254060), (1, ["a"], 1254060), (1, "长" * 100_001, 1254130), (2, "5", 1254061)),
        *((2, True, 1254061), (3, ["a"], 1254062), (4, "a", 1254063), (5, "2026-11-20", 1254064)),
        *((5, 1_763_654_400, 1254064), (5, 1.5, 1254064), (7, 1, 1254065), (7, "true", 1254065)),
        *(
            (11, "ou_a", 1254066),
            (11, [{"id": "ou_a", "name": "张三"}], 1254066),
            (11, [{"id": "ou_x"}], 1254066),
        ),
        *((13, "138-0000", 1254072), (15, "https://a.cn", 1254068), (17, [{"file_token": "boxx"}], 1254303)),
        *((22, "北京", 1254015), (1001, DAY, 1254015), (1005, "1", 1254015), (20, "x", 1254015)),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_and_nothing_of_its_batch_stays(
    base: Base, client: FeishuClient, kind: int, written: object, code: int
) -> None:
    table = base.table("t", {"名": 1, "值": kind})
    body = {"records": [{"fields": {"名": "good"}}, {"fields": {"值": written}}]}
    with pytest.raises(FeishuError) as caught:
        client.call("POST", f"{records(table)}/batch_create", body=body, writes=base.token)
    assert (caught.value.code, table.records) == (code, {})


@pytest.mark.parametrize(
    ("call", "body", "code"),
    [
        ("batch_create", {"records": [{"fields": {}}] * 1001}, 1254104),
        ("batch_update", {"records": [{"record_id": "recx", "fields": {}}]}, 1254043),
        ("batch_delete", {"records": ["recx"] * 501}, 1254104),
        ("batch_delete", {"records": ["recx"]}, 1254043),
        ("batch_get", {"record_ids": ["recx"] * 101}, 1254104),
        ("batch_create", {"records": [{"fields": {"无此列": "x"}}]}, 1254045),
        ("batch_create", {"records": []}, 99992402),
        ("search", {"field_names": ["无此列"]}, 1254024),
        ("search", {"filter": {"conjunction": "and", "conditions": [{"field_name": "x"}]}}, 1254018),
        ("search", {"sort": [{"field_name": "x"}]}, 1254016),
    ],
)
def test_what_is_too_much_or_not_there_is_refused(
    base: Base, client: FeishuClient, call: str, body: dict[str, object], code: int
) -> None:
    table = base.table("t", {"名": 1})
    with pytest.raises(FeishuError) as caught:
        client.call("POST", f"{records(table)}/{call}", body=body, repeatable=False)
    assert caught.value.code == code


def test_pages_end_where_nothing_more_is_said(base: Base, client: FeishuClient) -> None:
    """`search` gives no token with the last page; structure lists do."""
    table = base.table("t", {"名": 1})
    for number in range(5):
        table.add({"名": str(number)})
    found, token = [], None
    for _ in range(3):
        query = {"page_size": 2} | ({"page_token": token} if token else {})
        page = client.call("POST", f"{records(table)}/search", query=query, body={})
        found += page["items"]
        token = page.get("page_token")
    assert (len(found), page["has_more"], token) == (5, False, None)
    last = client.call("GET", tables(base))
    assert (last["has_more"], last["page_token"]) == (False, table.id)


def test_a_repeated_token_brings_the_first_answer(base: Base, client: FeishuClient) -> None:
    table = base.table("t", {"名": 1})
    how = {"body": {"records": [{"fields": {}}]}, "writes": base.token, "client_token": str(uuid.uuid4())}
    path = f"{records(table)}/batch_create"
    assert client.call("POST", path, **how) == client.call("POST", path, **how)
    assert len(table.records) == 1


def test_a_token_that_is_none_is_refused(base: Base, client: FeishuClient) -> None:
    table = base.table("t", {"名": 1})
    with pytest.raises(FeishuError, match="1254037"):
        client.call("POST", records(table), body={"fields": {}}, writes=base.token, client_token="1")  # noqa: S106


def test_every_change_moves_the_revision_and_no_reading_does(base: Base, client: FeishuClient) -> None:
    table = base.table("t", {"名": 1})
    before = table.revision
    client.call("POST", f"{records(table)}/search", body={})
    assert table.revision == before
    table.add({"名": "x"})
    assert table.revision > before


def test_a_formula_reads_as_a_list_and_is_no_condition(base: Base, client: FeishuClient) -> None:
    table = base.table("t", {"名": 1})
    table.formula("倍", lambda _: [2.0], data_type=2)
    table.add({"名": "x"})
    (one,) = client.call("POST", f"{records(table)}/search", body={})["items"]
    assert one["fields"]["倍"] == {"type": 2, "ui_type": "Number", "value": [2.0]}
    condition = {"field_name": "倍", "operator": "is", "value": ["2"]}
    with pytest.raises(FeishuError, match="1254018"):
        client.call(
            "POST",
            f"{records(table)}/search",
            body={"filter": {"conjunction": "and", "conditions": [condition]}},
        )


def test_a_field_is_overwritten_in_full(base: Base, client: FeishuClient) -> None:
    """Options that are left out are gone, and with them what cells had."""
    table = base.table("t", {"名": 1, "状态": 3})
    table.add({"状态": "进行中"})
    (field,) = [one for one in table.fields.values() if one.name == "状态"]
    path = f"{tables(base)}/{table.id}/fields/{field.id}"
    given = {"field_name": "状态", "type": 3, "property": {"options": [{"name": "完成"}]}}
    client.call("PUT", path, body=given, writes=base.token)
    assert table.rows() == [{}]
    with pytest.raises(FeishuError, match="1254606"):
        client.call("PUT", path, body=given | {"property": field.traits}, writes=base.token)


def test_a_file_is_good_in_its_own_base_only(base: Base, client: FeishuClient, feishu: FeishuServer) -> None:
    fields = {"file_name": "a.txt", "parent_type": "bitable_file", "parent_node": base.token, "size": 2}
    file = Upload(field="file", name="a.txt", content=b"ab")
    token = client.upload("/open-apis/drive/v1/medias/upload_all", fields, file)["file_token"]
    base.table("t", {"名": 1, "附件": 17}).add({"附件": [{"file_token": token}]})
    other = feishu.base().table("t", {"名": 1, "附件": 17})
    body = {"fields": {"附件": [{"file_token": token}]}}
    with pytest.raises(FeishuError, match="1254303"):
        client.call("POST", records(other), body=body, writes=other.base.token)


def test_missing_rights_to_rows_look_like_success(base: Base, client: FeishuClient) -> None:
    table = base.table("t", {"名": 1})
    table.add({"名": "x"})
    base.blind = True
    assert client.call("POST", f"{records(table)}/search", body={})["total"] == 0


def test_a_new_base_comes_with_blank_rows(client: FeishuClient, feishu: FeishuServer) -> None:
    made = client.call("POST", "/open-apis/bitable/v1/apps", body={"name": "新"}, repeatable=False)["app"]
    table = feishu.bases[made["app_token"]].tables[made["default_table_id"]]
    assert table.rows() == [{}] * 10


def test_a_sheet_is_written_and_coloured_by_range(client: FeishuClient, feishu: FeishuServer) -> None:
    book = feishu.spreadsheet()
    sheet = book.sheet("任务", [["编号", "状态"], ["T-1", "进行中"]])
    path = f"/open-apis/sheets/v2/spreadsheets/{book.token}"
    values = {"valueRange": {"range": f"{sheet.id}!B2:B3", "values": [["完成"], ["新"]]}}
    client.call("PUT", f"{path}/values", body=values, writes=book.token)
    looks = {"data": [{"ranges": [f"{sheet.id}!A2:B2"], "style": {"backColor": "#FFC7CE"}}]}
    client.call("PUT", f"{path}/styles_batch_update", body=looks, writes=book.token)
    got = client.call("GET", f"{path}/values/{sheet.id}!A1:B3")["valueRange"]["values"]
    assert got == [["编号", "状态"], ["T-1", "完成"], [None, "新"]]
    assert sheet.looks == {key: {"backColor": "#FFC7CE"} for key in [(2, 1), (2, 2)]}
    with pytest.raises(FeishuError, match="90202"):
        client.call("GET", f"{path}/values/{sheet.id}!B2:A1")


@pytest.mark.parametrize(
    ("ranges", "style", "code"),
    [
        (["A1:B2"], {}, "90204"),
        (["A1:B2"], {"backColor": "FFC7CE"}, "90204"),
        (["A1:B2"], {"backColor": ""}, "90204"),
        (["A1:B2"], {"background": "#ffc7ce"}, "90204"),
        ([], {"backColor": "#ffc7ce"}, "90204"),
        (["A1:B2", "A1:B9001"], {"backColor": "#ffc7ce"}, "90202"),
        (["A1:A5001"], {"backColor": "#ffc7ce"}, "90227"),
        (["A1:A5000", "B1:B1"], {"backColor": "#ffc7ce"}, "90227"),
        (["A1:CW1"], {"backColor": "#ffc7ce"}, "90227"),
    ],
)
def test_fills_that_feishu_does_not_take_leave_all_as_it_was(
    client: FeishuClient, feishu: FeishuServer, ranges: list[str], style: dict[str, str], code: str
) -> None:
    book = feishu.spreadsheet()
    sheet = book.sheet("任务", [["编号"]])
    sheet.grid = (9000, 200)
    path = f"/open-apis/sheets/v2/spreadsheets/{book.token}/styles_batch_update"
    data = [{"ranges": [f"{sheet.id}!{one}" for one in ranges], "style": style}]
    with pytest.raises(FeishuError, match=code):
        client.call("PUT", path, body={"data": data}, writes=book.token)
    assert not sheet.looks


def test_of_fills_that_overlap_the_last_one_wins(client: FeishuClient, feishu: FeishuServer) -> None:
    book = feishu.spreadsheet()
    sheet = book.sheet("任务", [["编号"]])
    sheet.format("0%", (1, 1))
    path = f"/open-apis/sheets/v2/spreadsheets/{book.token}/styles_batch_update"
    data = [
        {"ranges": [f"{sheet.id}!{place}"], "style": {"backColor": colour}}
        for place, colour in (("A1:B1", "#ffc7ce"), ("A1:A1", "#ffffff"))
    ]
    client.call("PUT", path, body={"data": data}, writes=book.token)
    assert sheet.looks[1, 1] == {"formatter": "0%", "backColor": "#ffffff"}
    assert sheet.fills(1, 2) == ["#ffffff", "#ffc7ce"]
