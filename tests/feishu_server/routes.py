"""Which call is answered by what, how often, and what it writes to."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.feishu_server.request import Request

if TYPE_CHECKING:
    from tests.feishu_server.server import FeishuServer

Handler = Callable[["FeishuServer", Request], Mapping[str, Any]]


@dataclass(frozen=True)
class Route:
    """One kind of call.

    Args:
        pattern: Path with `:names`.
        answer: Returns the data of the answer, or refuses.
        rate: Calls a second that the gateway lets through.
        writes: Whether it changes something of what its first name names, so that only one may run.
        once: Whether `client_token` makes it safe to repeat.
    """

    method: str
    pattern: str
    answer: Handler
    rate: int
    writes: bool = False
    once: bool = False

    def meets(self, method: str, path: str) -> dict[str, str] | None:
        if method != self.method:
            return None
        shape = re.sub(r":(\w+)", r"(?P<\1>[^/]+)", self.pattern)
        found = re.fullmatch(shape, path)
        return found.groupdict() if found else None


def find(routes: tuple[Route, ...], method: str, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
    """Yield the route of a call, and what stands at its names."""
    for route in routes:
        names = route.meets(method, path)
        if names is not None:
            yield route, names
            return
