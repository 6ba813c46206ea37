"""A base, or one table of it, as a store: read it, mark it, change its rows."""

import time
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from sheetsync.bitable.base import Base
from sheetsync.bitable.reader import read_base, version_now
from sheetsync.bitable.state import BaseState, raw_book
from sheetsync.errors import StaleError
from sheetsync.feishu.client import FeishuClient
from sheetsync.model.edit import Edit
from sheetsync.model.table import RawBook, Version
from sheetsync.ports import Presented
from sheetsync.text import Text

_ZONE = ZoneInfo("Asia/Shanghai")


class BitableStore:
    """A base, or one table of it; meets the ports Workbook, TableWriter and Cleanable.

    Args:
        client: Feishu, as our app sees it.
        app_token: Of the base.
        table_id: Of the only table that is looked at; all tables when None.
        zone: Where the base names no time zone of its own.
        sleep: Waits for seconds.
    """

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
        """Return everything the base, or its table, holds.

        Raises:
            InputRefusedError: There is no such table, or advanced permissions hide its records.
            RemoteError: Feishu does not answer, or refuses.
        """
        self._state = read_base(self._base, self._table, self._zone)
        return raw_book(self._state)
