"""Tags of XlsxWriter's parts, written as it writes them: most of what they say has nothing to escape."""

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.xmlwriter import XMLwriter

_SPECIAL = re.compile(r"[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""What may have to be written otherwise than it is between tags; `_x` begins an escape of the format."""

_SPECIAL_QUOTED = re.compile('["&<>\n]')
"""The same within a tag."""

_Attributes = Sequence[tuple[str, object]]


class QuickTags(XMLwriter):  # type: ignore[misc] # XlsxWriter says nothing of its types
    """Writes tags in one go."""

    fh: Any

    def _xml_start_tag(self, tag: str, attributes: _Attributes = ()) -> None:
        self.fh.write(f"<{tag}{_said(attributes)}>")

    def _xml_empty_tag(self, tag: str, attributes: _Attributes = ()) -> None:
        self.fh.write(f"<{tag}{_said(attributes)}/>")

    def _xml_data_element(self, tag: str, data: object, attributes: _Attributes = ()) -> None:
        content = escaped(data) if isinstance(data, str) else data
        self.fh.write(f"<{tag}{_said(attributes)}>{content}</{tag}>")


def escaped(text: str) -> str:
    """Return a text as the library writes it between tags."""
    if not _SPECIAL.search(text):
        return text
    return escape(str(XMLwriter._escape_control_characters(text)))  # noqa: SLF001 - as its own texts do


def quoted(text: str) -> str:
    """Return a text as the library writes it within a tag."""
    return escape(text, {'"': "&quot;", "\n": "&#xA;"}) if _SPECIAL_QUOTED.search(text) else text


def _said(attributes: _Attributes) -> str:
    said = ""
    for key, value in attributes:
        said += f' {key}="{quoted(value) if isinstance(value, str) else value}"'
    return said
