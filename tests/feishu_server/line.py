"""A line for tests that are not about the vendor's client, whose import costs seconds: bare HTTP."""

import json
import uuid
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

from sheetsync.feishu.access import Access
from sheetsync.feishu.client import FeishuClient, Times
from sheetsync.feishu.line import Answer, Call, Line, LostError, UnsentError
from sheetsync.feishu.throttle import Throttle
from tests.feishu_server.server import FeishuServer


def bare_line(url: str, timeout: float = 5) -> Line:
    """Return a line to a server of the tests."""
    host = urlsplit(url)

    def carry(call: Call, token: str | None) -> Answer:
        connection = HTTPConnection(host.hostname or "", host.port, timeout=timeout)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise UnsentError(type(error).__name__) from None
            kind, content = _content(call)
            headers = {"Content-Type": kind} if content else {}
            if token is not None:
                headers["Authorization"] = f"Bearer {token}"
            query = f"?{urlencode(call.query)}" if call.query else ""
            try:
                connection.request(call.method, f"{call.path}{query}", content, headers)
                answer = connection.getresponse()
                got = answer.read()
            except (OSError, HTTPException) as error:
                raise LostError(type(error).__name__) from None
        finally:
            connection.close()
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(status=answer.status, headers=names, content=got)

    return carry


def bare_client(
    feishu: FeishuServer,
    *,
    patience: float = 60,
    timeout: float = 5,
    sleep: Callable[[float], None] = lambda _: None,
    **how: object,
) -> FeishuClient:
    """Return a client that talks to a server of the tests without the vendor's, and waits for nothing."""
    access = Access(
        app_id=feishu.app_id,
        app_secret=feishu.app_secret,
        domain=feishu.url,
        timeout=timeout,
        patience=patience,
    )
    line = bare_line(feishu.url, timeout)
    return FeishuClient(access, line=line, times=Times(sleep=sleep), throttle=Throttle(), **how)


def _content(call: Call) -> tuple[str, bytes]:
    if call.upload is None:
        body = (
            b"" if call.body is None else json.dumps(call.body, ensure_ascii=False, allow_nan=False).encode()
        )
        return "application/json; charset=utf-8", body
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (call.body or {}).items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{call.upload.field}"; filename="file"\r\n\r\n'
    content = b"".join((*parts, head.encode(), call.upload.content, f"\r\n--{mark}--\r\n".encode()))
    return f"multipart/form-data; boundary={mark}", content
