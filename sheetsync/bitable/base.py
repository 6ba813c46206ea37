"""The calls that a base answers, in our words: complete lists or an error, writes in batches."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from sheetsync.bitable.field import Field, field_of
from sheetsync.errors import RemoteError
from sheetsync.feishu.client import FeishuClient
from sheetsync.feishu.errors import (
    AlreadySoError,
    FeishuError,
    NotFoundError,
    TooLargeError,
    UnknownOutcomeError,
)
from sheetsync.text import Text

Piece = TypeVar("Piece")
Result = TypeVar("Result")

PAGE, LOOKED_AT = 500, 100
"""Records of a page of a search, and of those that are asked for by id (reference, 2)."""

_SMALLER = (PAGE, 200, 50)
_STRUCTURE = 100
LAGS = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait for what was made a moment ago and is not seen everywhere yet (reference, 2)."""

_READERS = 5
"""Reads at a time; more would not be faster than Feishu's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseInfo:
    """A base.

    Args:
        name: What people call it.
        zone: Name of its time zone, empty where it is not told.
        is_guarded: True where advanced permissions may hide records from us.
    """

    name: str
    zone: str
    is_guarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInfo:
    """A table of a base; its revision rises with every change."""

    id: str
    name: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record: its cells by name of field, empty ones absent, and who changed it last."""

    id: str
    cells: Mapping[str, object]
    editor: object = None
    edited: int | None = None
    made: int | None = None


class Base:
    """A base as one app sees it.

    Args:
        client: Feishu.
        token: Of the base.
        sleep: Waits for seconds.
    """

    def __init__(
        self, client: FeishuClient, token: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.token = token
        self._client = client
        self._sleep = sleep
        self._path = f"/open-apis/bitable/v1/apps/{token}"

    def writing(self) -> AbstractContextManager[None]:
        """Hold the base: it takes one write at a time.

        Raises:
            BusyError: Another writer has it.
        """
        return self._client.writing(self.token)

    # --- reading ---

    def info(self) -> BaseInfo:
        """Return what the base says of itself."""
        app = _mapping(self._client.call("GET", self._path).get("app"))
        return BaseInfo(
            name=str(app.get("name") or self.token),
            zone=str(app.get("time_zone") or ""),
            is_guarded=app.get("is_advanced") is True,
        )

    def tables(self) -> tuple[TableInfo, ...]:
        """Return the tables of the base."""
        return tuple(
            TableInfo(
                id=str(one.get("table_id")), name=str(one.get("name")), revision=_whole(one.get("revision"))
            )
            for one in self._listed(f"{self._path}/tables")
        )

    def fields(self, table: str) -> tuple[Field, ...]:
        """Return the fields of a table, the index field first."""
        told = self._listed(f"{self._path}/tables/{table}/fields")
        return tuple(field_of(one) for one in sorted(told, key=lambda one: not one.get("is_primary")))

    def views(self, table: str) -> Mapping[str, str]:
        """Return the views of a table: name to id."""
        told = self._listed(f"{self._path}/tables/{table}/views")
        return {str(one.get("view_name")): str(one.get("view_id")) for one in told}

    def records(self, table: str, names: Sequence[str] | None = None) -> tuple[Record, ...]:
        """Return all records of a table, complete or not at all, in Feishu's own order.

        Args:
            table: Its id.
            names: Only these fields; all when None.

        Raises:
            RemoteError: The list does not become complete.
        """
        for size in _SMALLER:
            try:
                found, total = self._searched(table, size, names)
            except TooLargeError:
                continue
            if len(found) == total == len({one.id for one in found}):
                return found
        raise RemoteError(
            Text(
                "飞书没有给出完整的记录列表，没有采用半张表。",
                "Feishu did not give the whole list of records; half a table is not used.",
            ),
            fix=Text("请稍后再运行。", "Run again later."),
            where=f"{self.token}/{table}",
        )

    def count(self, table: str) -> int:
        """Return how many records a table has."""
        data = self._client.call("POST", self._records(table, "search"), query={"page_size": 1}, body={})
        return _whole(data.get("total"))

    def chosen(self, table: str, ids: Sequence[str]) -> Mapping[str, Record]:
        """Return records by id; those that are gone are missing.

        Raises:
            RemoteError: Some are there and may not be seen.
        """
        pieces = [ids[start : start + LOOKED_AT] for start in range(0, len(ids), LOOKED_AT)]
        found = self.at_once(lambda some: self._chosen(table, some), pieces)
        return {record.id: record for piece in found for record in piece}

    def at_once(self, work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> list[Result]:
        """Return what reads come to, a few of them at a time."""
        if len(pieces) < 2:
            return [work(piece) for piece in pieces]
        with ThreadPoolExecutor(_READERS) as pool:
            return list(pool.map(work, pieces))

    # --- writing; whoever calls holds the base ---

    def create(self, table: str, rows: Sequence[Mapping[str, object]], token: str) -> list[str]:
        """Add records, all or none; return their ids.

        Args:
            table: Id of the table.
            rows: What each holds, by name of field.
            token: A uuid4 that stands for exactly these rows.
        """
        body = {"records": [{"fields": dict(row)} for row in rows]}
        data = self._write("POST", f"/tables/{table}/records/batch_create", body, client_token=token)
        return [str(one.get("record_id")) for one in _mappings(data.get("records"))]

    def update(self, table: str, rows: Mapping[str, Mapping[str, object]]) -> None:
        """Give cells of records other values, all or none; None clears one. It may be repeated."""
        body = {"records": [{"record_id": one, "fields": dict(cells)} for one, cells in rows.items()]}
        self._write("POST", f"/tables/{table}/records/batch_update", body, repeatable=True)

    def delete(self, table: str, ids: Sequence[str]) -> None:
        """Delete records, all or none."""
        self._write("POST", f"/tables/{table}/records/batch_delete", {"records": list(ids)}, repeatable=False)

    def create_table(
        self,
        name: str,
        fields: Sequence[Mapping[str, object]],
        is_ours: Callable[[str], bool],
        *,
        view: str = "",
    ) -> str:
        """Make a table; return its id, and that of the one that an unanswered call has made already.

        Args:
            name: No other table may bear it.
            fields: What each is, the index field first.
            is_ours: Tells of a table's id whether it is the one that was asked for.
            view: What its first view is called; as Feishu likes when empty.

        Raises:
            AlreadySoError: Another table bears that name.
        """
        table: dict[str, object] = {"name": name, "fields": list(fields)}
        if view:
            table["default_view_name"] = view
        try:
            data = self._write("POST", "/tables", {"table": table}, repeatable=False)
        except (AlreadySoError, UnknownOutcomeError) as error:
            made = next((one.id for one in self.tables() if one.name == name), None)
            if made is None or not is_ours(made):
                raise error from None
            return made
        return str(data.get("table_id"))

    def delete_table(self, table: str) -> None:
        """Delete a table; one that is gone is so already."""
        try:
            self._write("DELETE", f"/tables/{table}", None, repeatable=True)
        except NotFoundError:
            return

    def create_field(self, table: str, made: Mapping[str, object], token: str) -> str:
        """Make a field at the right end; return its id."""
        data = self._write("POST", f"/tables/{table}/fields", made, client_token=token)
        return str(_mapping(data.get("field")).get("field_id"))

    def delete_field(self, table: str, field: str) -> None:
        """Delete a field; one that is gone is so already."""
        try:
            self._write("DELETE", f"/tables/{table}/fields/{field}", None, repeatable=True)
        except NotFoundError:
            return

    def create_view(self, table: str, name: str) -> str:
        """Make a view; return its id, and that of the one of that name where there is one already."""
        body = {"view_name": name, "view_type": "grid"}
        try:
            data = self._write("POST", f"/tables/{table}/views", body, repeatable=False)
        except (AlreadySoError, UnknownOutcomeError) as error:
            known = self.views(table).get(name)
            if known is None:
                raise error from None
            return known
        return str(_mapping(data.get("view")).get("view_id"))

    def filter_view(self, table: str, view: str, filter_info: Mapping[str, object]) -> None:
        """Let a view show some records only."""
        body = {"property": {"filter_info": filter_info}}
        self._write("PATCH", f"/tables/{table}/views/{view}", body, repeatable=True)

    def wait(self, seconds: float) -> None:
        """Wait for what was made a moment ago to be seen everywhere."""
        self._sleep(seconds)

    def seen(self, look: Callable[[], Result]) -> Result:
        """Return what is seen of something that was made a moment ago, as soon as it is seen everywhere."""
        for lag in LAGS:
            try:
                return look()
            except NotFoundError:
                self._sleep(lag)
        return look()

    def _write(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        *,
        client_token: str | None = None,
        repeatable: bool | None = None,
    ) -> Mapping[str, object]:
        return self._client.call(
            method,
            f"{self._path}{path}",
            body=body,
            writes=self.token,
            client_token=client_token,
            repeatable=repeatable,
        )

    def _listed(self, path: str) -> list[Mapping[str, object]]:
        """Return a list of the structure; its pages go on while `has_more` says so and nothing else."""
        found: list[Mapping[str, object]] = []
        after = ""
        while True:
            query: dict[str, str | int | bool] = {"page_size": _STRUCTURE}
            if after:
                query["page_token"] = after
            data = self._client.call("GET", path, query=query)
            found += _mappings(data.get("items"))
            if data.get("has_more") is not True:
                return found
            after = str(data.get("page_token"))

    def _searched(self, table: str, size: int, names: Sequence[str] | None) -> tuple[tuple[Record, ...], int]:
        """Return the records of a search without filter and order, and how many there should be."""
        body: dict[str, object] = {"automatic_fields": True}
        if names is not None:
            body["field_names"] = list(names)
        found: list[Record] = []
        after = ""
        while True:
            query: dict[str, str | int | bool] = {"page_size": size, "user_id_type": "open_id"}
            if after:
                query["page_token"] = after
            data = self._client.call("POST", self._records(table, "search"), query=query, body=body)
            found += [_record(one) for one in _mappings(data.get("items"))]
            total = data.get("total")
            if data.get("has_more") is not True:
                return tuple(found), total if isinstance(total, int) else len(found)
            after = str(data.get("page_token"))

    def _chosen(self, table: str, ids: Sequence[str]) -> list[Record]:
        body = {"record_ids": list(ids), "user_id_type": "open_id", "automatic_fields": False}
        data = self._client.call("POST", self._records(table, "batch_get"), body=body)
        if data.get("forbidden_record_ids"):
            raise FeishuError(
                Text("有些记录应用看不到。", "Some records may not be seen by the app."),
                fix=Text(
                    "请在“高级权限”里把应用加到能读写全部记录的角色。",
                    "Add the app to a role that may read and write all records.",
                ),
                where=f"{self.token}/{table}",
            )
        return [_record(one) for one in _mappings(data.get("records"))]

    def _records(self, table: str, call: str) -> str:
        return f"{self._path}/tables/{table}/records/{call}"


def _record(told: Mapping[str, object]) -> Record:
    edited, made = told.get("last_modified_time"), told.get("created_time")
    return Record(
        id=str(told.get("record_id")),
        cells=_mapping(told.get("fields")),
        editor=told.get("last_modified_by"),
        edited=edited if isinstance(edited, int) else None,
        made=made if isinstance(made, int) else None,
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
