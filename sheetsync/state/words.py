"""Text of people as a database takes it."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Dialect, String, TypeDecorator

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Words(TypeDecorator[str]):
    """Text from a sheet. No database takes half a surrogate, PostgreSQL no NUL: they become U+FFFD."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - as in the base
        """Return what is stored."""
        return value if value is None else _UNSTORABLE.sub("\ufffd", value)


def is_storable(texts: Iterable[str]) -> bool:
    """Tell whether a database takes all of some texts as they are."""
    return _UNSTORABLE.search("\n".join(texts)) is None
