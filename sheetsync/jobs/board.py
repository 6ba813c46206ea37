"""What a monitor reads: a file that is always whole, and an address on this machine."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from sheetsync.disk.fresh import write_fresh
from sheetsync.errors import SheetSyncError, UsageError
from sheetsync.jobs.logs import Log
from sheetsync.text import Text, same

LOOPBACK = "127.0.0.1"
STALE = 120.0
"""Seconds after which what stands on the board says nothing any more: whoever writes it hangs."""

_TIMEOUT = 5
"""Seconds that a monitor has to say what it wants."""


class Board:
    """Shows how the engine is.

    Args:
        file: Where it is written.
        look: Returns how the engine is, as a JSON document with `status`.
        log: Hears what goes wrong, once until it goes well again.
        monotonic: Seconds that no change of the wall clock touches.
    """

    def __init__(
        self,
        file: Path,
        look: Callable[[], Mapping[str, object]],
        log: Log,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._look = look
        self._log = log
        self._monotonic = monotonic
        self._shown: Mapping[str, object] = {}
        self._at = float("-inf")
        self._complained = False

    def write(self) -> None:
        """Look, and write what is seen; what goes wrong stops nobody."""
        try:
            self._shown = self._look()
            self._at = self._monotonic()
            text = json.dumps(self._shown, ensure_ascii=False, indent=2)
            write_fresh(self._file, f"{text}\n".encode(), force=True)
        except SheetSyncError as error:
            if not self._complained:
                said = Text(error.say("zh"), error.say("en"))
                self._log.say("board", said, level="warning")
            self._complained = True
        else:
            self._complained = False

    def answer(self) -> tuple[int, Mapping[str, object]]:
        """Return an HTTP status, 200 or 503, and what is shown with it."""
        if self._monotonic() - self._at > STALE:
            return 503, {**self._shown, "status": "stale"}
        return (200 if self._shown.get("status") == "ok" else 503), self._shown

    @contextmanager
    def open_at(self, port: int | None) -> Iterator[None]:
        """Answer on a port of this machine while this holds; on none if it is None.

        Raises:
            UsageError: The port cannot be had.
        """
        if port is None:
            yield
            return
        board = self

        class Handler(_Handler):
            shown = board

        try:
            server = ThreadingHTTPServer((LOOPBACK, port), Handler)
        except (OSError, OverflowError) as error:
            raise UsageError(
                Text(f"端口 {port} 不能用。", f"The port {port} cannot be used."),
                why=same(f"({getattr(error, 'strerror', None) or error})"),
                fix=Text("请用 --health-port 换一个。", "Choose another one with --health-port."),
            ) from error
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    shown: Board
    timeout = _TIMEOUT

    def do_GET(self) -> None:
        if self.path.partition("?")[0].rstrip("/") not in {"", "/health"}:
            self.send_error(404)
            return
        status, document = self.shown.answer()
        body = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the base's signature
        """Say nothing: each question of a monitor would be a line."""
