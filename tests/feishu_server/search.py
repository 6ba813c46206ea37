"""`records/search`: filter, sort, choice of columns, and pages."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.feishu_server.answers import Refusal, bad_request
from tests.feishu_server.tables import Field, Record, Table

_OPERATORS = {
    "is",
    "isNot",
    "contains",
    "doesNotContain",
    "isEmpty",
    "isNotEmpty",
    "isGreater",
    "isGreaterEqual",
    "isLess",
    "isLessEqual",
}
_DATE_OPERATORS = {"is", "isEmpty", "isNotEmpty", "isGreater", "isLess"}


def shown(table: Table, record: Record, names: list[str] | None, *, old: bool, automatic: bool) -> dict:
    """Return a record as an answer holds it; empty cells are absent."""
    fields = {}
    for column in table.fields.values():
        if names is not None and column.name not in names:
            continue
        value = table.shape(record, column, old=old)
        if value is not None:
            fields[column.name] = value
    answer: dict[str, Any] = {"record_id": record.id, "fields": fields}
    if old:
        answer["id"] = record.id
    if automatic:
        answer |= {
            "created_by": table.base.person(record.author),
            "created_time": record.created,
            "last_modified_by": table.base.person(record.editor),
            "last_modified_time": record.modified,
        }
    return answer


def search(table: Table, body: Mapping[str, Any], page_size: int, page_token: str | None) -> dict:
    """Return one page."""
    names = body.get("field_names")
    if names is not None:
        if len(names) > 200:
            raise bad_request("field_names", "200 at most")
        if any(table.named(one) is None for one in names):
            raise Refusal(1254024, "InvalidFieldNames")
    if body.get("view_id") and body["view_id"] not in table.views:
        raise Refusal(1254042, "ViewIdNotFound")
    records = [] if table.base.blind else list(table.records.values())
    if body.get("filter"):
        fits = _filter(table, body["filter"])
        records = [record for record in records if fits(record)]
    for rule in reversed(body.get("sort") or []):
        column = table.named(rule.get("field_name", ""))
        if column is None:
            raise Refusal(1254016, "InvalidSort")
        records.sort(key=lambda record, of=column: _order(record, of), reverse=bool(rule.get("desc")))
    mark = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:8]
    start = _start(page_token, mark)
    page = records[start : start + page_size]
    automatic = bool(body.get("automatic_fields"))
    more = start + page_size < len(records)
    answer: dict[str, Any] = {
        "items": [shown(table, record, names, old=False, automatic=automatic) for record in page],
        "has_more": more,
        "total": len(records),
    }
    if more:
        answer["page_token"] = f"{mark}-{start + page_size}"
    return answer


def _start(page_token: str | None, mark: str) -> int:
    if page_token is None:
        return 0
    head, _, number = page_token.partition("-")
    if head != mark or not number.isdigit():
        raise Refusal(1254002, "Fail: page_token")
    return int(number)


def _order(record: Record, column: Field) -> tuple[bool, Any]:
    kept = record.values.get(column.id)
    return (kept is not None, kept if kept is not None else 0)


def _filter(table: Table, given: Mapping[str, Any], *, child: bool = False) -> Callable[[Record], bool]:
    """Return the test that a filter is."""
    conjunction = given.get("conjunction")
    conditions = given.get("conditions") or []
    children = given.get("children") or []
    fits = conjunction in {"and", "or"} and len(conditions) <= 50 and not (child and children)
    if not fits or len(json.dumps(given, ensure_ascii=False)) > 2000:
        raise Refusal(1254018, "InvalidFilter")
    tests = [_condition(table, one) for one in conditions]
    tests += [_filter(table, one, child=True) for one in children]
    whole = all if conjunction == "and" else any
    return lambda record: not tests or whole(test(record) for test in tests)


def _condition(table: Table, given: Mapping[str, Any]) -> Callable[[Record], bool]:
    column, operator, value = (
        table.named(given.get("field_name", "")),
        given.get("operator"),
        given.get("value"),
    )
    bad = Refusal(1254018, f"InvalidFilter: {dict(given)}")
    if column is None or operator not in _OPERATORS or column.type in {19, 20}:
        raise bad
    if not isinstance(value, list) or len(value) > 10 or not all(isinstance(one, str) for one in value):
        raise bad
    empty = operator in {"isEmpty", "isNotEmpty"}
    if empty != (not value) or (column.type == 17 and not empty):
        raise bad
    if column.type == 5 and operator not in _DATE_OPERATORS:
        raise bad
    if column.type == 7 and (operator != "is" or value[0] not in {"true", "false"}):
        raise bad
    if column.type == 5 and not empty:
        value = [str(_named_day(value, table, bad))]
    return lambda record: _meets(record, column, operator, value, ZoneInfo(table.base.time_zone))


def _named_day(value: list[str], table: Table, bad: Refusal) -> int:
    """Return a moment of the day that is meant; weeks and months are not served here."""
    if value[0] == "ExactDate" and len(value) == 2 and value[1].isdigit():
        return int(value[1])
    shift = {"Today": 0, "Tomorrow": 1, "Yesterday": -1}.get(value[0])
    if shift is None or len(value) != 1:
        raise bad
    return table.base.now_ms() + shift * 86_400_000


def _meets(record: Record, column: Field, operator: str, value: list[str], zone: ZoneInfo) -> bool:
    kept = record.values.get(column.id)
    if operator in {"isEmpty", "isNotEmpty"}:
        return (kept is None) == (operator == "isEmpty")
    if column.type == 7:
        return bool(kept) == (value[0] == "true")
    if kept is None:
        return operator in {"isNot", "doesNotContain"}
    if column.type == 5:
        return _compared(operator, _day(kept, zone), _day(int(value[0]), zone))
    if column.type == 2:
        return any(_compared(operator, float(kept), float(one)) for one in value)
    have = kept if isinstance(kept, list) else [kept["text"] if isinstance(kept, dict) else str(kept)]
    within = any(one in each for one in value for each in have)
    return {
        "is": set(have) == set(value),
        "isNot": set(have) != set(value),
        "contains": within,
        "doesNotContain": not within,
    }.get(operator, False)


def _day(moment: int, zone: ZoneInfo) -> int:
    return datetime.fromtimestamp(moment / 1000, zone).date().toordinal()


def _compared(operator: str, left: float, right: float) -> bool:
    return {
        "is": left == right,
        "isNot": left != right,
        "isGreater": left > right,
        "isGreaterEqual": left >= right,
        "isLess": left < right,
        "isLessEqual": left <= right,
    }.get(operator, False)
