"""Text of a spec file (form, rule, job: YAML) to checked models, with the line of every mistake.

Spec files come from people and projects, so the reader is strict: no tags, anchors, aliases, duplicate keys
or second documents, nothing that YAML would guess (`no`, `1:30`, `010`), at most 1 MiB and 32 levels. All
mistakes of a file are reported at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from sheetsync.errors import SpecFileError
from sheetsync.mistakes import Steps, mistakes
from sheetsync.text import Text, join

Model = TypeVar("Model", bound=BaseModel)
Path = Steps

# libyaml where PyYAML was built with it: the same events, ten times sooner.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_BYTES = 1 << 20
MAX_DEPTH = 32

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")
_GUESSED = re.compile(r"(yes|no|on|off|y|n)|[0-9]+(:[0-9]+)+|[-+]?0[0-9]+|[-+]?\.(inf|nan)", re.IGNORECASE)

_PROBLEMS = {
    "mapping values are not allowed": "这里多了一个冒号；含冒号的文字要加引号",
    "expected ',' or ']'": "列表缺少逗号或右方括号 ]",
    "expected ',' or '}'": "缺少逗号或右花括号 }",
    "expected ':'": "键的后面缺少冒号和空格",
    "expected key": "缩进不对，或含特殊符号的文字没有加引号",
    "expected '-' indicator": "缩进不对，或这一项缺少 -",
    "expected <block end>": "缩进不对",
    "block sequence entries are not allowed": "这里不能以 - 开头；- 要另起一行",
    "cannot start any token": "文字不能以这个符号开头，请加引号；缩进用空格，不用制表符",
    "found a tab character": "缩进用空格，不用制表符",
    "unexpected end of stream": "引号或括号没有成对",
    "unknown escape character": "双引号里反斜杠要写两个，或改用单引号",
    "hexdecimal number": "双引号里反斜杠要写两个，或改用单引号",
    "expected the node content": "括号或逗号之间缺少内容",
}
"""What the parser's reasons contain, and what they mean."""


@dataclass(frozen=True, slots=True)
class SpecTree:
    """A parsed file: plain data, and the line on which each value stands.

    Args:
        name: The file as a user knows it.
        data: Mappings, lists, texts, numbers, booleans, None.
        lines: Line number (from 1) of each value, by its path of keys and indexes.
    """

    name: str
    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of its nearest ancestor that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(text: str, name: str) -> SpecTree:
    """Parse the text of one spec file.

    Args:
        text: The whole file.
        name: What to call it in messages.

    Returns:
        The data with its positions.

    Raises:
        SpecFileError: The text is no YAML, or uses what spec files may not use.
    """
    if len(text.encode()) > MAX_BYTES:
        raise SpecFileError(Text("文件超过 1 MB。", "The file is larger than 1 MB."), where=name)
    reader = _Reader(name)
    try:
        data = reader.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = error.problem or "not YAML"
        said = next((zh for part, zh in _PROBLEMS.items() if part in problem), "写法不对")
        raise SpecFileError(
            Text(f"不是有效的 YAML：{said}。", f"Not valid YAML: {problem}."), where=f"{name}:{line}"
        ) from error
    except yaml.YAMLError as error:
        raise SpecFileError(
            Text("含有 YAML 不允许的字符。", "Contains characters that YAML forbids."), where=name
        ) from error
    return SpecTree(name, data, reader.lines)


def load(text: str, name: str, model: type[Model]) -> Model:
    """Parse `text` and check it against `model`.

    Raises:
        SpecFileError: With every mistake of the file, each with its line.
    """
    return check(parse_yaml(text, name), model)


def check(tree: SpecTree, model: type[Model]) -> Model:
    """Check a parsed file against `model`.

    Raises:
        SpecFileError: With every mistake of the file, each with its line.
    """
    try:
        return model.model_validate(tree.data)
    except ValidationError as error:
        found = mistakes(error, tree.data, _field_names(model))
        lines = [tree.line(one.path) for one in found]
        said = [
            Text(f"第 {line} 行 {one.said.zh}", f"line {line}: {one.said.en}")
            for line, one in zip(lines, found, strict=True)
        ]
        raise SpecFileError(join(said), where=f"{tree.name}:{min(lines)}") from error


def mistake(tree: SpecTree, path: Path, message: Text) -> SpecFileError:
    """Return the error for the value at `path` of a file, to be raised by whoever found it wrong."""
    return SpecFileError(message, where=f"{tree.name}:{tree.line(path)}")


class _Reader:
    """Builds plain data from parser events and remembers where each value stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}

    def document(self, events: Iterator[yaml.Event]) -> Any:  # noqa: ANN401 - YAML holds anything
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refuse(event, Text("只能有一个文档", "only one document is allowed"))
                data = self._value(next(events), events, ())
        return data

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> Any:  # noqa: ANN401
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(event, Text("不允许锚点与引用", "anchors and aliases are not allowed"))
        if getattr(event, "tag", None):
            raise self._refuse(event, Text("不允许标签", "tags are not allowed"))
        if len(path) > MAX_DEPTH:
            raise self._refuse(event, Text("嵌套过深", "nested too deeply"))
        self.lines[path] = _line(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - the parser has no fourth kind
        return self._scalar(event)

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(event, Text("键必须是文字", "a key must be a text"))
            key = event.value
            if key in found:
                raise self._refuse(event, Text(f"键“{key}”重复", f"the key '{key}' stands twice"))
            found[key] = self._value(next(events), events, (*path, key))
            self.lines[(*path, key)] = _line(event)
        return found

    def _sequence(self, events: Iterator[yaml.Event], path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | float | bool | None:
        text = event.value
        if event.style:  # quoted or block; libyaml says "" where the Python parser says None
            return text
        if text in {"", "~", "null"}:
            return None
        if text in {"true", "false"}:
            return text == "true"
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _GUESSED.fullmatch(text):
            raise self._refuse(
                event,
                Text(f"“{text}”有歧义，请加引号", f"'{text}' can be read in two ways; put it in quotes"),
            )
        return text

    def _refuse(self, event: yaml.Event, message: Text) -> SpecFileError:
        return SpecFileError(message, where=f"{self.name}:{_line(event)}")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _field_names(model: type[BaseModel]) -> Iterator[str]:
    """All field names of a model and of the models it holds: the vocabulary for suggestions."""
    seen: set[type[BaseModel]] = set()
    waiting: list[Any] = [model]
    while waiting:
        current = waiting.pop()
        if isinstance(current, type) and issubclass(current, BaseModel):
            if current not in seen:
                seen.add(current)
                for name, info in current.model_fields.items():
                    yield info.alias or name
                    waiting.append(info.annotation)
        else:
            waiting.extend(getattr(current, "__args__", ()))
