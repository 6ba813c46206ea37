"""Who saved a workbook last, as its core properties say (ECMA-376 part 2, annex on core properties)."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sheetsync.excel import splice
from sheetsync.excel.package import Package
from sheetsync.excel.zipped import DamagedZipError
from sheetsync.model.table import Edited

_BY = re.compile(rb"<(?:[^\s<>/:]+:)?lastModifiedBy(?:\s[^>]*)?>([^<]*)<")
_AT = re.compile(rb"<(?:[^\s<>/:]+:)?modified(?:\s[^>]*)?>\s*([^<]*?)\s*<")


def edited(package: Package) -> Edited:
    """Return who saved a workbook last, in UTC; nothing where it does not say so."""
    try:
        part = package.related("", "core-properties")
        xml = b"" if part is None else package.read_xml(part)
    except DamagedZipError:
        return Edited()
    by, at = _BY.search(xml), _AT.search(xml)
    return Edited(
        by=splice.unescape(by[1].decode("utf-8", "replace")).strip() if by else "",
        at=_moment(at[1].decode("ascii", "replace")) if at else None,
    )


def shown_in(found: Edited, zone: ZoneInfo) -> Edited:
    """Return who saved a workbook last with the time on the wall clock of a zone."""
    if found.at is None:
        return found
    at = found.at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return Edited(by=found.by, at=at)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
