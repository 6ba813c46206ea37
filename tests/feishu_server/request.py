"""A call as it came in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP

from tests.feishu_server.answers import Refusal, bad_request


@dataclass(frozen=True)
class Request:
    """A call as it came in.

    Args:
        query: Names to their last values.
        path: Without the query.
        names: What stands at the `:names` of its route.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    names: Mapping[str, str]

    @property
    def body(self) -> dict:
        """The JSON object in it."""
        if not self.content:
            return {}
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            raise bad_request("Content-Type", "application/json is required")
        try:
            body = json.loads(self.content)
        except ValueError as error:
            raise Refusal(9499, "Bad Request: invalid JSON", status=400) from error
        if not isinstance(body, dict):
            raise bad_request("body", "an object is required")
        return body

    @property
    def form(self) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
        """Its multipart fields, and its files with their names."""
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/form-data"):
            raise Refusal(234001, "Invalid request param", status=400)
        whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.content, policy=HTTP)
        fields: dict[str, str] = {}
        files: dict[str, tuple[str, bytes]] = {}
        for part in whole.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if part.get_filename() is None:
                fields[name] = content.decode()
            else:
                files[name] = (part.get_filename(), content)
        return fields, files

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number of the query."""
        text = self.query.get(name, str(default))
        if not text.isdigit() or not 1 <= int(text) <= most:
            raise bad_request(name, f"the value must be between 1 and {most}")
        return int(text)

    def flag(self, name: str) -> bool:
        return self.query.get(name, "false").lower() == "true"
