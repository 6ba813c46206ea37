"""`sheetsync rules`: the rules in force, one rule whole, and their cases."""

import click

from sheetsync.cli.output import Globals, complain, pass_globals
from sheetsync.errors import UsageError
from sheetsync.text import Text


@click.group(invoke_without_command=True, epilog="Example: sheetsync rules show T16")
@click.pass_context
def rules(context: click.Context) -> None:
    """List the rules, show one, or run their cases. 列出规则、查看一条规则、运行规则用例。"""
    if context.invoked_subcommand is None:
        context.invoke(list_rules)


@rules.command("list", epilog="Example: sheetsync rules list")
@pass_globals
def list_rules(given: Globals) -> None:
    """List the rules in force, with where each comes from. 列出生效的规则及来源。"""
    app = given.open()
    for pack in app.packs():
        click.secho(f"{pack.title.say(app.language)}  {pack.name}", bold=True)
        for rule in pack.rules:
            forms = ", ".join(rule.forms)
            click.echo(f"  {rule.name:<18}{rule.level:<8}{forms:<22}  {rule.title.say(app.language)}")


@rules.command("show", epilog="Example: sheetsync rules show T16")
@click.argument("rule")
@pass_globals
def show(given: Globals, rule: str) -> None:
    """Show one rule whole, with file and line. 查看一条规则的全部内容及所在文件与行号。"""
    app = given.open()
    found = [(item, pack) for pack in app.packs() for item in pack.rules if item.id == rule.upper()]
    if not found:
        known = "、".join(dict.fromkeys(item.id for pack in app.packs() for item in pack.rules))
        raise UsageError(
            Text(f"没有规则 {rule}。", f"There is no rule {rule}."),
            fix=Text(f"可用：{known}。", f"There are {known.replace('、', ', ')}."),
        )
    for item, pack in found:
        click.secho(f"{item.name}  {item.title.say(app.language)}  ({pack.places[item.name]})", bold=True)
        for key, value in item.entries():
            if key not in {"id", "variant", "title"}:
                origin = pack.origins.get((item.name, key))
                came = f"  ← {origin}" if origin else ""
                click.echo(f"  {key}: {value.say(app.language)}{came}")


@rules.command("test", epilog="Example: sheetsync rules test")
@pass_globals
def test(given: Globals) -> int:
    """Run the cases beside the rules. 运行规则用例。"""
    app = given.open()
    results = app.rule_cases()
    failed = [result for result in results if not result.passed]
    for result in failed:
        complain(f"{result.file}: {result.case}: {result.difference}")
    click.echo(
        Text(
            f"{len(results) - len(failed)} 个用例通过，{len(failed)} 个未通过",
            f"{len(results) - len(failed)} cases passed, {len(failed)} failed",
        ).say(app.language)
    )
    return 1 if failed else 0
