"""HTTP: reads calls from the line and puts answers on it."""

import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.feishu_server.answers import Answer
from tests.feishu_server.request import Request


class Hangup(Exception):  # noqa: N818 - what the server does, not a mistake of its
    """Break the line without an answer."""


class Wire(ThreadingHTTPServer):
    """Listens on a free port of this machine."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, take: Callable[[Request], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.take = take

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a client went away; anything else is a mistake of ours and is told."""
        if not isinstance(sys.exception(), ConnectionError | ValueError):
            super().handle_error(request, client_address)


class _Line(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Wire

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=self.headers,
            content=content,
            names={},
        )
        try:
            answer = self.server.take(request)
        except Hangup:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Tt-Logid", "20261120090000ABCDEF")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Be quiet."""
