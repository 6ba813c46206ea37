"""Drawn tabs in the tests: as the files that other programs read, and out of files that others write."""

from io import BytesIO
from zipfile import ZipFile

from sheetsync.excel.package import Package
from sheetsync.model.edit import Parts


def packed(parts: Parts) -> bytes:
    """Return the workbook whose parts these are."""
    return Package.of(parts).build()


def unpacked(content: bytes) -> Parts:
    """Return the parts of a workbook."""
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
