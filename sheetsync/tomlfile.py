"""Text of a TOML file to plain data with the line of every value: the standard library keeps no positions."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator

from sheetsync.errors import SpecFileError
from sheetsync.specfile import Path, SpecTree
from sheetsync.text import Text

_AT = re.compile(r"(.*?) \(at line (\d+), column (\d+)\)")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_UNQUOTED = re.compile(r"\s*\[?[^\"'#=]*[^\x00-\x7f]")
_STRING = re.compile(
    r"""
      \"{3} (?: \\. | [^\\] )*? \"{3,5}
    | '{3} .*? '{3,5}
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")

_REASONS = {
    "Invalid statement": "这一行看不懂",
    "Invalid value": "等号后面的值看不懂，文字要加引号",
    "Expected '='": "缺少等号",
    "Cannot overwrite a value": "这一项前面已经写过",
    "Cannot declare": "这一节前面已经写过",
    "Cannot mutate": "这一项前面已经写过",
    "Duplicate inline table key": "这一项写了两遍",
    "Unclosed array": "列表缺少右方括号 ]",
    "Unclosed inline table": "缺少右花括号 }",
    "Expected ']": "缺少右方括号 ]",
    "Expected newline": "值的后面多了内容；文字要加引号",
    "Unterminated string": "缺少右引号",
    "Illegal character": "引号没有成对，或含有不允许的字符",
    "Expected \"'": "缺少右引号",
    "Expected '\"": "缺少右引号",
    "Unescaped '\\'": "反斜杠要写两个 \\\\，或改用单引号",
    "Invalid initial character for a key": "键的写法不对，中文的键要加引号",
    "Invalid date": "没有这一天",
}
"""How the reader's reasons begin, and what they mean."""


def parse_toml(text: str, name: str) -> SpecTree:
    """Parse the text of one TOML file.

    Args:
        text: The whole file.
        name: What to call it in messages.

    Raises:
        SpecFileError: It is no TOML, with the line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, name, str(error)) from error
    return SpecTree(name, data, dict(_Places(text.replace("\r\n", "\n")).all()))


def _no_toml(text: str, name: str, message: str) -> SpecFileError:
    lines = text.splitlines() or [""]
    match = _AT.fullmatch(message)
    reason, number = (match[1], int(match[2])) if match else (message, len(lines))
    said = next((zh for start, zh in _REASONS.items() if reason.startswith(start)), "写法不对")
    fix = None
    if number <= len(lines) and _UNQUOTED.match(lines[number - 1]):
        fix = Text(
            '中文的键要加引号，如 "进行中" = ["在搞"]。',
            'Quote keys in Chinese, such as "进行中" = ["在搞"].',
        )
    return SpecFileError(
        Text(f"不是有效的 TOML：{said}。", f"Not valid TOML: {reason}."), fix=fix, where=f"{name}:{number}"
    )


class _Places:
    """Walks through a text that is known to be valid TOML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.tables: dict[Path, int] = {}  # arrays of tables: how many there are so far

    def all(self) -> Iterator[tuple[Path, int]]:
        """Yield every path with its line, the first of two last."""
        yield from reversed(list(self._statements()))

    def _statements(self) -> Iterator[tuple[Path, int]]:
        table: Path = ()
        while self._next():
            line = self._line()
            if self._take("[["):
                table = self._within(self._key())
                self.tables[table] = self.tables.get(table, -1) + 1
                table = (*table, self.tables[table])
                yield from _each(table, line)
                self._take("]]")
            elif self._take("["):
                table = self._within(self._key())
                yield from _each(table, line)
                self._take("]")
            else:
                yield from self._entry(table)

    def _entry(self, table: Path) -> Iterator[tuple[Path, int]]:
        line = self._line()
        path = (*table, *self._key())
        yield from _each(path, line, above=len(table))
        self._take("=")
        yield from self._value(path)

    def _value(self, path: Path) -> Iterator[tuple[Path, int]]:
        self._next()
        if self._take("["):
            number = 0
            while self._next() and not self._take("]"):
                yield (*path, number), self._line()
                yield from self._value((*path, number))
                self._next()
                self._take(",")
                number += 1
        elif self._take("{"):
            while self._next() and not self._take("}"):
                yield from self._entry(path)
                self._next()
                self._take(",")
        else:
            match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            self.at = match.end() if match else len(self.text)

    def _key(self) -> list[str]:
        steps: list[str] = []
        while True:
            self._next()
            if (quoted := _STRING.match(self.text, self.at)) is not None:
                steps.append(tomllib.loads(f"key = {quoted[0]}")["key"])
                self.at = quoted.end()
            elif (bare := _BARE.match(self.text, self.at)) is not None:
                steps.append(bare[0])
                self.at = bare.end()
            self._next()
            if not self._take("."):
                return steps

    def _within(self, steps: list[str]) -> Path:
        """Return the path of a table; a step to an array of tables means its last one."""
        path: Path = ()
        for number, step in enumerate(steps):
            path = (*path, step)
            if path in self.tables and number < len(steps) - 1:
                path = (*path, self.tables[path])
        return path

    def _next(self) -> bool:
        """Go on to what comes after blanks and remarks; tell whether there is anything."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def _take(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) * found
        return found

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)


def _each(path: Path, line: int, above: int = 0) -> Iterator[tuple[Path, int]]:
    """Yield a path and those on the way to it."""
    for size in range(above + 1, len(path) + 1):
        yield path[:size], line
