"""What a tab shows as a few letters: equal content has equal ones, whoever made it and when."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

_LENGTH = 24


def fingerprint(*content: object) -> str:
    """Return the fingerprint of values, sequences and dataclasses; fields without a `repr` do not count."""
    return hashlib.sha256(_WRITER.encode(content).encode()).hexdigest()[:_LENGTH]


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever a tab shows
    """Return what JSON has no form for as something that it has one for."""
    return _reader(value.__class__)(value)


@lru_cache(maxsize=100)
def _reader(kind: type) -> Callable[[Any], object]:
    return attrgetter(*(field.name for field in fields(kind) if field.repr)) if is_dataclass(kind) else str


# What is drawn holds no circles, and looking for them would double the work.
_WRITER = json.JSONEncoder(check_circular=False, default=_plain)
