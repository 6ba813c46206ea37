"""`sheetsync`: the group of all commands, and the one place where errors become one line and an exit code."""

import os
import sys
from itertools import pairwise
from pathlib import Path

import click

from sheetsync.app import open_app
from sheetsync.cli import (
    bitable,
    check,
    clean,
    config,
    demo,
    doctor,
    explain,
    forms,
    history,
    init,
    job,
    minutes,
    new,
    outbox,
    raci,
    remind,
    rules,
    serve,
    sync,
    undo,
    weekly,
)
from sheetsync.cli.output import Globals, complain
from sheetsync.cli.usage import told
from sheetsync.crash import as_error
from sheetsync.errors import SheetSyncError
from sheetsync.text import Language

INTERRUPTED = 130


class _InOrder(click.Group):
    """Lists its commands in the order people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands in the order they were added."""
        return list(self.commands)


@click.group(
    cls=_InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Start with: sheetsync demo my-demo",
)
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    help="Project folder; found upwards from here by its sheetsync.toml.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.version_option(package_name="sheetsync", prog_name="sheetsync")
@click.pass_context
def cli(
    context: click.Context, project: Path | None, lang: Language | None, verbose: bool, quiet: bool
) -> None:
    """SheetSync: the engine over your project spreadsheets.

    Generates the standard workbooks, checks them as people fill them, marks what is late or at risk in the
    same workbook and writes a dashboard into it. It never changes what people typed.

    SheetSync 是跨部门项目表格的引擎：生成标准表，按规则检查，在原工作簿里标色并写入仪表盘，
    绝不改动人填的内容。
    """
    context.obj = Globals(project=project, language=lang, verbose=verbose, quiet=quiet)


for command in (
    demo.demo,
    init.init,
    forms.forms,
    new.new,
    minutes.minutes,
    raci.raci,
    check.check,
    sync.sync,
    bitable.bitable,
    weekly.report,
    remind.remind,
    remind.unreported,
    history.history,
    outbox.outbox,
    job.job,
    serve.serve,
    serve.health,
    explain.explain,
    undo.undo,
    clean.clean,
    rules.rules,
    doctor.doctor,
    config.config,
):
    cli.add_command(command)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code of interface section 3."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # Chinese text on a terminal or pipe with another encoding must not end the run.
            reconfigure(errors="replace")
    sys.exit(_outcome(arguments))


def _outcome(arguments: list[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = cli.main(args=arguments, prog_name="sheetsync", standalone_mode=False)
    except SheetSyncError as error:
        complain(error.say(_language(given)))
        return error.exit_code
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and not isinstance(error, click.exceptions.NoArgsIsHelpError):
            complain(told(error).say(_language(given)))
        else:
            error.show()
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); say nothing more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug must not reach a user raw
        bug = as_error(error)
        complain(bug.say(_language(given)))
        return bug.exit_code
    return code if isinstance(code, int) else 0


def _language(arguments: list[str]) -> Language:
    """Return the language to complain in; the settings may be the very thing that is wrong."""
    wanted, project = _value("--lang", arguments), _value("--project", arguments)
    if wanted in {"zh", "en"}:
        return "en" if wanted == "en" else "zh"
    try:
        return open_app(project=None if project is None else Path(project)).language
    except SheetSyncError:
        return "zh"


def _value(option: str, arguments: list[str]) -> str | None:
    """Return what stands for an option before the command, None where it is not given."""
    spelt = (one.removeprefix(f"{option}=") for one in arguments if one.startswith(f"{option}="))
    return next((after for one, after in pairwise(arguments) if one == option), next(spelt, None))
