"""Text encodings of XML parts: everything is edited as UTF-8 and goes back as it came.

Office writes UTF-8; UTF-16 and Latin-1 occur in files of other programs (two and one of 4,306).
"""

import codecs
import re
from functools import lru_cache

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_USUAL = b'<?xml version="1.0" encoding="UTF-8"'
"""How nearly all parts begin."""
_SAME = frozenset({"utf-8", "ascii"})


def encoding_of(part: bytes) -> str:
    """Return the codec name of an XML part: by its byte order mark, else as declared, else UTF-8.

    Raises:
        LookupError: The declared encoding is unknown.
    """
    if part.startswith(_USUAL):
        return "utf-8"
    if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if part.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    if part[:4] in (b"<\0?\0", b"\0<\0?"):
        return "utf-16-le" if part[1] == 0 else "utf-16-be"
    declared = _DECLARED.match(part.removeprefix(codecs.BOM_UTF8))
    return _codec(declared[1]) if declared else "utf-8"


@lru_cache
def _codec(declared: bytes) -> str:
    name = codecs.lookup(declared.decode()).name
    return "utf-8" if name in _SAME else name


def to_utf8(part: bytes) -> bytes:
    """Return an XML part as UTF-8, a byte order mark included; the declaration stays as it is.

    Raises:
        UnicodeDecodeError: It is not in the encoding it declares.
        LookupError: That encoding is unknown.
    """
    encoding = encoding_of(part)
    return part if encoding == "utf-8" else part.decode(encoding).encode()


def from_utf8(xml: bytes, encoding: str) -> bytes:
    """Return `xml` in its first encoding; characters that it lacks become character references."""
    return xml if encoding == "utf-8" else xml.decode().encode(encoding, "xmlcharrefreplace")
