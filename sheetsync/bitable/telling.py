"""Errors of calls as people are told them: without the call, with the base."""

from collections.abc import Iterator
from contextlib import contextmanager

from sheetsync.errors import SheetSyncError
from sheetsync.feishu.errors import FeishuError
from sheetsync.text import Text


def said(error: SheetSyncError) -> Text:
    """Return what an error says, without where."""
    parts = [text for text in (error.what, error.why, error.fix) if text is not None]
    return Text("".join(text.zh for text in parts), " ".join(text.en for text in parts))


@contextmanager
def about(address: str) -> Iterator[None]:
    """Let errors of calls name the base that they are about; the log has the call."""
    try:
        yield
    except FeishuError as error:
        error.where = address
        raise
