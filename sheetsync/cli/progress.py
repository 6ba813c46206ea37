"""How far a long command is: one line on a terminal, nothing anywhere else."""

import sys

from sheetsync.text import Language, Text

_WIDTH = 24
_ERASE = "\r\x1b[K"


class Progress:
    """A line on the error output that is wiped away before anything else is printed.

    Args:
        language: What people read.
        shown: False to print nothing at all.
    """

    def __init__(self, language: Language, *, shown: bool) -> None:
        self._language = language
        self._stream = sys.stderr
        self._shown = shown and self._stream.isatty()
        self._line = ""

    def at(self, done: int, total: int) -> None:
        """Show how many of how many are done; a single one needs no line."""
        if not self._shown or total < 2:
            return
        full = _WIDTH * done // total
        said = Text(f"已检查 {done}/{total} 个工作簿", f"{done} of {total} workbooks checked")
        self._line = (
            "" if done == total else f"[{'#' * full}{'.' * (_WIDTH - full)}] {said.say(self._language)}"
        )
        self._write(_ERASE + self._line)

    def wipe(self) -> None:
        """Make room for other output."""
        if self._line:
            self._write(_ERASE)

    def again(self) -> None:
        """Show the line again, behind other output."""
        if self._line:
            self._write(self._line)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
