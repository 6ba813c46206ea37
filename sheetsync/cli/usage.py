"""Wrong usage in one line: what is wrong, and how it would be right."""

import re
from collections.abc import Sequence

import click
from click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoSuchCommand,
    NoSuchOption,
    UsageError,
)

from sheetsync.text import Text

_EXTRA = re.compile(r"extra arguments? \((.*)\)")
_PATHS = {
    "does not exist": "不存在",
    "is a file": "是文件，这里要文件夹",
    "is a directory": "是文件夹，这里要文件",
    "is not readable": "读不了",
    "is not writable": "写不了",
}
"""What the library says of a path, and the same in Chinese."""


def told(error: UsageError) -> Text:
    """Return what is wrong with a command line."""
    path = "sheetsync" if error.ctx is None else error.ctx.command_path
    what = _what(error)
    return Text(f"{what.zh}用法见 {path} --help。", f"{what.en} See {path} --help.")


def _what(error: UsageError) -> Text:
    match error:
        case NoSuchCommand():
            return _unknown(Text("命令", "command"), error.command_name, error.possibilities)
        case NoSuchOption():
            return _unknown(Text("选项", "option"), error.option_name, error.possibilities)
        case MissingParameter():
            said = Text(f"缺少 {_named(error)}。", f"{_named(error)} is missing.")
        case BadParameter():
            said = _refused(error)
        case BadOptionUsage() if "requires" in error.message:
            said = Text(f"{error.option_name} 后面要写值。", f"{error.option_name} takes a value.")
        case BadOptionUsage():
            said = Text(f"{error.option_name} 后面不写值。", f"{error.option_name} takes no value.")
        case _:
            said = _other(error)
    return said


def _unknown(what: Text, name: str, possibilities: Sequence[str] | None) -> Text:
    near = None if not possibilities else possibilities[0]
    return Text(
        f"没有{what.zh} {name}" + (f"，是否想写 {near}？" if near else "。"),
        f"There is no {what.en} {name}" + (f"; did you mean {near}?" if near else "."),
    )


def _other(error: UsageError) -> Text:
    extra = _EXTRA.search(error.message)
    if extra:
        return Text(f"多写了 {extra[1]}。", f"This is too much: {extra[1]}.")
    said = error.format_message().rstrip(".")
    return Text(f"写法不对：{said}。", f"{said}.")


def _refused(error: BadParameter) -> Text:
    """Return why a value does not fit; what the library says of it stands as it is where it is no choice."""
    name, kind = _named(error), None if error.param is None else error.param.type
    if isinstance(kind, click.Choice):
        choices = [str(one) for one in kind.choices]
        return Text(
            f"{name} 只能是 {'、'.join(choices)}。",
            f"{name} can only be {', '.join(choices[:-1])} or {choices[-1]}.",
        )
    if isinstance(kind, click.IntRange):
        low, high = kind.min, kind.max
        if high is None:
            return Text(
                f"{name} 应为不小于 {low} 的整数。", f"{name} must be a whole number of {low} or more."
            )
        return Text(
            f"{name} 应为 {low} 到 {high} 的整数。", f"{name} must be a whole number, {low} to {high}."
        )
    said = error.message.rstrip(".")
    for words, zh in _PATHS.items():
        if said.endswith(words):
            return Text(f"{name} 的值不对：{said.split(chr(39))[1]} {zh}。", f"{name} is wrong: {said}.")
    return Text(f"{name} 的值不对：{said}。", f"{name} is wrong: {said}.")


def _named(error: BadParameter) -> str:
    """Return what people call an option or argument: `--form`, `NAME`."""
    if error.param is None:
        return str(error.param_hint or "")
    if isinstance(error.param, click.Argument):
        return error.param.make_metavar(error.ctx or click.Context(click.Command(None))).strip("[].")
    return max(error.param.opts, key=len)
