"""Bases, tables, fields, records and views over HTTP."""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.feishu_server.answers import Refusal, bad_request
from tests.feishu_server.request import Request
from tests.feishu_server.routes import Route
from tests.feishu_server.schema import delete_field, new_field, new_table, update_field
from tests.feishu_server.search import search, shown
from tests.feishu_server.tables import Base, Field, Record, Table, new_id

if TYPE_CHECKING:
    from tests.feishu_server.server import FeishuServer

_APPS = "/open-apis/bitable/v1/apps"
_TABLES = f"{_APPS}/:app/tables"
_TABLE = f"{_TABLES}/:table"


def base_of(server: "FeishuServer", token: str) -> Base:
    base = server.bases.get(token)
    if base is None:
        raise Refusal(91402, "NOTEXIST")
    if not base.allowed:
        raise Refusal(91403, "Forbidden", status=403)
    if base.copying:
        raise Refusal(1254036, "Base is copying, please try again later", status=400)
    return base


def _base(server: "FeishuServer", request: Request) -> Base:
    return base_of(server, request.names["app"])


def _table(server: "FeishuServer", request: Request) -> Table:
    table = _base(server, request).tables.get(request.names["table"])
    if table is None:
        raise Refusal(1254041, "TableIdNotFound")
    return table


def _field(table: Table, request: Request) -> Field:
    column = table.fields.get(request.names["field"])
    if column is None:
        raise Refusal(1254044, "FieldIdNotFound")
    return column


def _record(table: Table, record_id: object) -> Record:
    record = table.records.get(record_id) if isinstance(record_id, str) else None
    if record is None:
        raise Refusal(1254043, f"RecordIdNotFound: {record_id}")
    return record


def _list(body: dict, name: str, most: int, code: int = 1254104) -> list:
    given = body.get(name)
    if not isinstance(given, list) or not given:
        raise bad_request(name, "a list that is not empty is required")
    if len(given) > most:
        raise Refusal(code, f"RecordAddOnceExceedLimit: {len(given)} > {most}")
    return given


def _page(items: list[dict], request: Request, most: int, *, token_key: str) -> dict:
    """Return a page of a structure list, which names a token on the last page, too."""
    size = request.number("page_size", 20, most)
    start = 0
    after = request.query.get("page_token")
    if after:
        ids = [item[token_key] for item in items]
        if after not in ids:
            raise Refusal(1254002, "Fail: page_token")
        start = ids.index(after) + 1
    page = items[start : start + size]
    return {
        "items": page,
        "has_more": start + size < len(items),
        "page_token": page[-1][token_key] if page else "",
        "total": len(items),
    }


# --- bases ---


def create_app(server: "FeishuServer", request: Request) -> dict:
    name = request.body.get("name", "未命名")
    if len(name) > 255:
        raise bad_request("name", "255 at most")
    base = server.base(name)
    base.time_zone = request.body.get("time_zone", base.time_zone)
    table = base.table("数据表", {"多行文本": 1, "单选": 3, "日期": 5, "附件": 17})
    for _ in range(10):
        table.create({})  # the default table comes with blank rows
    answer = _app(base) | {
        "url": f"https://example.feishu.cn/base/{base.token}",
        "default_table_id": table.id,
    }
    return {"app": answer}


def get_app(server: "FeishuServer", request: Request) -> dict:
    return {"app": _app(_base(server, request))}


def put_app(server: "FeishuServer", request: Request) -> dict:
    base = _base(server, request)
    base.name = request.body.get("name", base.name)
    base.revision += 1
    return {"app": _app(base)}


def _app(base: Base) -> dict:
    return {
        "app_token": base.token,
        "name": base.name,
        "revision": base.revision,
        "is_advanced": base.blind,
        "time_zone": base.time_zone,
        "formula_type": 2,
        "advance_version": "v2",
    }


# --- tables ---


def list_tables(server: "FeishuServer", request: Request) -> dict:
    tables = _base(server, request).tables.values()
    items = [{"table_id": one.id, "name": one.name, "revision": one.revision} for one in tables]
    return _page(items, request, 100, token_key="table_id")  # noqa: S106 - no password


def create_table(server: "FeishuServer", request: Request) -> dict:
    given = request.body.get("table")
    if not isinstance(given, dict):
        raise bad_request("table", "is required")
    table = new_table(_base(server, request), given)
    return {
        "table_id": table.id,
        "default_view_id": next(iter(table.views)),
        "field_id_list": list(table.fields),
    }


def patch_table(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    name = request.body.get("name", "")
    if any(one.name == name and one is not table for one in table.base.tables.values()):
        raise Refusal(1254013, "TableNameDuplicated")
    table.name = name
    table.changed()
    return {"name": name}


def delete_table(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    if len(table.base.tables) == 1:
        raise Refusal(1254034, "LastTableForbiddenDelete", status=403)
    del table.base.tables[table.id]
    table.base.revision += 1
    return {}


# --- fields ---


def list_fields(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    items = [one.shown(primary=not number) for number, one in enumerate(table.fields.values())]
    return _page(items, request, 100, token_key="field_id")  # noqa: S106 - no password


def create_field(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    return {"field": new_field(table, request.body).shown(primary=False)}


def put_field(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    column = update_field(table, _field(table, request), request.body)
    return {"field": column.shown(primary=next(iter(table.fields)) == column.id)}


def remove_field(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    column = _field(table, request)
    delete_field(table, column)
    return {"field_id": column.id, "deleted": True}


# --- records ---


def _echo(record: Record, given: object) -> dict:
    """Return a written record as answers have it: in the shape in which it was written."""
    return {"id": record.id, "record_id": record.id, "fields": given}


def batch_create(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    given = [one.get("fields", {}) for one in _list(request.body, "records", 1000)]
    if len(table.records) + len(given) > server.most_records:
        raise Refusal(1254103, "RecordExceedLimit, limited to 20000")
    kept = [table.read_in(one) for one in given]
    made = [table.create(one) for one in kept]
    table.changed()
    return {"records": [_echo(record, one) for record, one in zip(made, given, strict=True)]}


def batch_update(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    given = _list(request.body, "records", 1000)
    work = [(_record(table, one.get("record_id")), one.get("fields", {})) for one in given]
    kept = [(record, table.read_in(fields)) for record, fields in work]
    for record, values in kept:
        table.update(record, values)
    table.changed()
    return {"records": [_echo(record, fields) for record, fields in work]}


def batch_delete(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    gone = [_record(table, one) for one in _list(request.body, "records", 500)]
    for record in gone:
        table.records.pop(record.id, None)
    table.changed()
    return {"records": [{"deleted": True, "record_id": record.id} for record in gone]}


def create_record(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    given = request.body.get("fields", {})
    record = table.create(table.read_in(given))
    table.changed()
    return {"record": _echo(record, given)}


def put_record(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    record = _record(table, request.names["record"])
    given = request.body.get("fields", {})
    table.update(record, table.read_in(given))
    table.changed()
    return {"record": _echo(record, given)}


def delete_record(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    record = _record(table, request.names["record"])
    del table.records[record.id]
    table.changed()
    return {"deleted": True, "record_id": record.id}


def batch_get(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    ids = _list(request.body, "record_ids", 100)
    automatic = bool(request.body.get("automatic_fields"))
    found = [table.records[one] for one in ids if one in table.records]
    return {
        "records": [shown(table, one, None, old=False, automatic=automatic) for one in found],
        "absent_record_ids": [one for one in ids if one not in table.records],
        "forbidden_record_ids": [],
    }


def search_records(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    size = request.number("page_size", 20, 500)
    return search(table, request.body, size, request.query.get("page_token"))


def list_records(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    automatic = request.flag("automatic_fields")
    items = [shown(table, one, None, old=True, automatic=automatic) for one in table.records.values()]
    return _page(items, request, 500, token_key="record_id")  # noqa: S106 - no password


def get_record(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    record = _record(table, request.names["record"])
    automatic = request.flag("automatic_fields")
    return {"record": shown(table, record, None, old=True, automatic=automatic)}


# --- views ---


def list_views(server: "FeishuServer", request: Request) -> dict:
    views = [_view_head(one) for one in _table(server, request).views.values()]
    return _page(views, request, 100, token_key="view_id")  # noqa: S106 - no password


def create_view(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    name, kind = request.body.get("view_name", ""), request.body.get("view_type", "grid")
    if not 1 <= len(name) <= 100 or set(name) & set("[]"):
        raise Refusal(1254020, "InvalidViewName", status=400)
    if kind not in {"grid", "kanban", "gallery", "gantt", "form"}:
        raise bad_request("view_type", "is none")
    if any(one["view_name"] == name for one in table.views.values()):
        raise Refusal(1254020, "ViewNameDuplicated")
    if len(table.views) >= 200:
        raise Refusal(1254101, "ViewExceedLimit")
    view = {"view_id": new_id("vew"), "view_name": name, "view_type": kind}
    table.views[view["view_id"]] = view
    table.changed()
    return {"view": view}


def get_view(server: "FeishuServer", request: Request) -> dict:
    return {"view": _view(_table(server, request), request)}


def patch_view(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    view = _view(table, request)
    given = request.body.get("property") or {}
    if set(given) - {"filter_info", "hidden_fields", "hierarchy_config"}:
        raise bad_request("property", "unknown")
    for condition in (given.get("filter_info") or {}).get("conditions", ()):
        value = condition.get("value")
        if condition.get("field_id") not in table.fields or not (value is None or isinstance(value, str)):
            raise Refusal(1254018, "InvalidFilter")
    if len(given.get("hidden_fields") or ()) > 300 or next(iter(table.fields)) in (
        given.get("hidden_fields") or ()
    ):
        raise bad_request("hidden_fields", "the index field cannot be hidden")
    view["view_name"] = request.body.get("view_name", view["view_name"])
    view["property"] = view.get("property", {}) | given
    table.changed()
    return {"view": view}


def delete_view(server: "FeishuServer", request: Request) -> dict:
    table = _table(server, request)
    view = _view(table, request)
    del table.views[view["view_id"]]
    table.changed()
    return {}


def _view(table: Table, request: Request) -> dict[str, Any]:
    view = table.views.get(unquote(request.names["view"]))
    if view is None:
        raise Refusal(1254042, "ViewIdNotFound")
    return view


def _view_head(view: dict) -> dict:
    return {key: view[key] for key in ("view_id", "view_name", "view_type")}


def wiki_node(server: "FeishuServer", request: Request) -> dict:
    """The base behind a wiki link."""
    token = server.wiki.get(request.query.get("token", ""))
    if token is None:
        raise Refusal(131005, "not found: node")
    return {"node": {"obj_type": "bitable", "obj_token": token, "node_token": request.query["token"]}}


ROUTES = (
    Route("POST", _APPS, create_app, 1),
    Route("GET", f"{_APPS}/:app", get_app, 20),
    Route("PUT", f"{_APPS}/:app", put_app, 10, writes=True),
    Route("GET", _TABLES, list_tables, 20),
    Route("POST", _TABLES, create_table, 10, writes=True),
    Route("PATCH", _TABLE, patch_table, 10, writes=True),
    Route("DELETE", _TABLE, delete_table, 10, writes=True),
    Route("GET", f"{_TABLE}/fields", list_fields, 20),
    Route("POST", f"{_TABLE}/fields", create_field, 10, writes=True, once=True),
    Route("PUT", f"{_TABLE}/fields/:field", put_field, 10, writes=True, once=True),
    Route("DELETE", f"{_TABLE}/fields/:field", remove_field, 10, writes=True),
    Route("POST", f"{_TABLE}/records/batch_create", batch_create, 50, writes=True, once=True),
    Route("POST", f"{_TABLE}/records/batch_update", batch_update, 50, writes=True, once=True),
    Route("POST", f"{_TABLE}/records/batch_delete", batch_delete, 50, writes=True),
    Route("POST", f"{_TABLE}/records/batch_get", batch_get, 20),
    Route("POST", f"{_TABLE}/records/search", search_records, 20),
    Route("POST", f"{_TABLE}/records", create_record, 50, writes=True, once=True),
    Route("GET", f"{_TABLE}/records", list_records, 20),
    Route("GET", f"{_TABLE}/records/:record", get_record, 20),
    Route("PUT", f"{_TABLE}/records/:record", put_record, 50, writes=True, once=True),
    Route("DELETE", f"{_TABLE}/records/:record", delete_record, 50, writes=True),
    Route("GET", f"{_TABLE}/views", list_views, 20),
    Route("POST", f"{_TABLE}/views", create_view, 10, writes=True),
    Route("GET", f"{_TABLE}/views/:view", get_view, 20),
    Route("PATCH", f"{_TABLE}/views/:view", patch_view, 10, writes=True),
    Route("DELETE", f"{_TABLE}/views/:view", delete_view, 10, writes=True),
    Route("GET", "/open-apis/wiki/v2/spaces/get_node", wiki_node, 100),
)
