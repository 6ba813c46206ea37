"""How commands talk: results to stdout, everything else to stderr, JSON alone where asked."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from sheetsync.app import App, open_app
from sheetsync.text import Language, Text

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Globals:
    """The options before the command."""

    project: Path | None = None
    language: Language | None = None
    verbose: bool = False
    quiet: bool = False

    def open(self, now: str | None = None) -> App:
        """Open the project for a command."""
        return open_app(project=self.project, language=self.language, now=now)


pass_globals = click.make_pass_decorator(Globals, ensure=True)


def now_option(function: Function) -> Function:
    """Add `--now`: the clock of commands that look at it."""
    return click.option(
        "--now", metavar="TIME", help="Judge as of this time, such as 2026-11-20T09:00 (also SHEETSYNC_NOW)."
    )(function)


def channel_option(text: str) -> Callable[[Function], Function]:
    """Add `--channel`: the ways that messages leave by, in the order they are tried."""
    return click.option(
        "--channel",
        "channels",
        multiple=True,
        type=click.Choice(["feishu", "bot", "webhook", "mail", "file"]),
        help=f"{text}; several are tried in their order.",
    )


def say(text: Text, app: App) -> None:
    """Print one line of result."""
    click.echo(text.say(app.language))


def note(text: Text, app: App) -> None:
    """Print one line beside the result."""
    click.echo(text.say(app.language), err=True)


def complain(line: str) -> None:
    """Print one line of error."""
    click.echo(click.style("✗ ", fg="red") + line, err=True)


def print_json(document: Any) -> None:  # noqa: ANN401 - any JSON document
    """Print one JSON document and nothing else to stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
