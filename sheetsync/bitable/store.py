"""A base, or one table of it, as a store: read it."""

from zoneinfo import ZoneInfo
import time
from collections.abc import Callable

from sheetsync.bitable.base import Base
from sheetsync.bitable.reader import read_base
from sheetsync.bitable.state import BaseState, raw_book
from sheetsync.feishu.client import FeishuClient
from sheetsync.model.table import RawBook

_ZONE = ZoneInfo("Asia/Shanghai")


class BitableStore:
    def __init__(
        self,
        client: FeishuClient,
        app_token: str,
        table_id: str | None = None,
        *,
        zone: ZoneInfo = _ZONE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = Base(client, app_token, sleep=sleep)
        self._table = table_id
        self._zone = zone
        self._state: BaseState | None = None

    def read(self) -> RawBook:
        self._state = read_base(self._base, self._table, self._zone)
        return raw_book(self._state)
