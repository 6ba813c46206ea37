"""Carries calls through the official client, `Client.request` of `lark_oapi` with plain dicts.

It is imported when the first call is made: any import of it takes seconds and 160 MB (reference, 1). It
keeps no connections: each call opens its own, and it offers no way to hand it a session.
"""

import json
import logging
import threading
import warnings
from types import ModuleType
from typing import Any

from sheetsync.feishu.access import Access
from sheetsync.feishu.errors import ValueRefusedError
from sheetsync.feishu.line import Answer, Call, LostError, UnsentError
from sheetsync.text import Text

_IMPORT = threading.Lock()
_JSON = "application/json; charset=utf-8"


class SdkLine:
    """The official client as a line.

    Args:
        access: How we are known.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._lock = threading.Lock()
        self._client: Any = None  # lark_oapi has no types

    def __call__(self, call: Call, token: str | None) -> Answer:
        """Carry a call.

        Raises:
            UnsentError: It did not leave, or was not taken.
            LostError: No whole answer came.
            ValueRefusedError: A value in it cannot be written as JSON.
        """
        _must_be_json(call)
        lark = sdk()
        client = self._opened(lark)
        # A request is used up by its call, so each attempt has one of its own.
        request = lark.BaseRequest()
        request.http_method = lark.HttpMethod[call.method]
        request.uri = call.path
        request.queries = list(call.query.items())
        option = lark.RequestOption()
        if token is not None:
            request.token_types = {lark.AccessTokenType.TENANT}
            option.tenant_access_token = token
        request.headers, request.body = _content(call)
        answer = _exchanged(client, request, option)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(status=answer.status_code, headers=headers, content=answer.content or b"")

    def _opened(self, lark: ModuleType) -> Any:  # noqa: ANN401 - lark_oapi has no types
        with self._lock:
            if self._client is None:
                self._client = (
                    lark.Client.builder()
                    .app_id(self._access.app_id)
                    # Tokens are our own business (token.py): the client asks for none, so it needs no secret.
                    .app_secret("")
                    .domain(self._access.domain)
                    .timeout(self._access.timeout)
                    .enable_set_token(True)
                    .log_level(lark.LogLevel.WARNING)
                    .build()
                )
            return self._client


def sdk() -> ModuleType:
    """Return the official client's package, imported on first use and kept from writing to stdout."""
    with _IMPORT, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it still does in old ways is not ours to mend
        import lark_oapi

    logger = logging.getLogger("Lark")
    for handler in [one for one in logger.handlers if isinstance(one, logging.StreamHandler)]:
        logger.removeHandler(handler)
    module: ModuleType = lark_oapi
    return module


def _must_be_json(call: Call) -> None:
    """Refuse what would break while it is sent, when nobody could tell any more whether it left."""
    if call.upload is not None or call.body is None:
        return
    try:
        json.dumps(call.body, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:  # not a number, or half a character
        raise ValueRefusedError(
            Text(
                "有一个值不能发给飞书（半个字符，或不是数）。",
                "A value cannot be sent: half a character, or no number.",
            ),
            where=call.endpoint,
        ) from error


def _content(call: Call) -> tuple[dict[str, str], object]:
    if call.upload is None:
        return ({}, None) if call.body is None else ({"Content-Type": _JSON}, dict(call.body))
    from requests_toolbelt import MultipartEncoder

    # The name that counts is a field of the form; here, servers differ on what is not ASCII.
    suffix = call.upload.name.rpartition(".")[2]
    name = f"file.{suffix}" if suffix.isascii() and suffix.isalnum() else "file"
    file = (name, call.upload.content, "application/octet-stream")
    fields = {name: str(value) for name, value in (call.body or {}).items()}
    form = MultipartEncoder(fields={**fields, call.upload.field: file})
    return {"Content-Type": form.content_type}, form


def _exchanged(client: Any, request: Any, option: Any) -> Any:  # noqa: ANN401 - likewise
    from requests import exceptions

    try:
        return client.request(request, option).raw
    except (exceptions.ConnectTimeout, exceptions.ProxyError) as error:
        raise UnsentError(_said(error)) from None
    except exceptions.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise UnsentError(_said(error), trusted=False) from None
        raise LostError(_said(error)) from None
    except exceptions.ConnectionError as error:
        if _never_connected(error):
            raise UnsentError(_said(error)) from None
        raise LostError(_said(error)) from None
    except (exceptions.RequestException, ValueError, TypeError, AttributeError) as error:
        # The client also trips over JSON answers that are not what they say.
        raise LostError(_said(error)) from None


def _never_connected(error: Exception) -> bool:
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _said(error: Exception) -> str:
    """Return what went wrong without the address, which the words of HTTP libraries hold."""
    return type(error).__name__
