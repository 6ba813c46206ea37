"""Rules changed from outside their pack: by the project's settings, or by the 参数 sheet of a workbook.

Strength, the strongest first: `sheetsync.toml`, a pack in the project's own `rules/`, the 参数 sheet, the
shipped pack.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sheetsync import specfile
from sheetsync.errors import SpecFileError
from sheetsync.forms.catalogue import Catalogue
from sheetsync.marks import column_letters
from sheetsync.model.finding import Problem
from sheetsync.model.table import Table
from sheetsync.rules.checks.registry import RULES
from sheetsync.rules.parse import RulePack, unknown
from sheetsync.rules.spec import Rule
from sheetsync.specfile import SpecTree
from sheetsync.text import Text
from sheetsync.worktime import Limit

FORM = "parameters"
FIXED = frozenset({"id", "variant", "check", "form"})
"""What makes a rule the rule it is; to change it, write a rule of your own."""

_UNITS = {
    "分钟": "m", "分": "m", "小时": "h", "个小时": "h", "工作小时": "wh", "个工作小时": "wh", "工时": "wh",
    "工作日": "wd", "个工作日": "wd",
}  # fmt: skip
_SPOKEN = re.compile(r"(\d+(?:\.\d+)?)\s*(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")")
_POINTS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|个百分点|点)")
_DOTTED = re.compile(r"([A-Za-z]{1,3}\d{1,3}(?:/[a-z_]+)?)[.．·:：\s]+([a-z_]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value given from outside a pack.

    Args:
        rule: Id of the rule, or id and variant such as `T19/verify`; an id alone means all its variants.
        key: The key of the rule, such as `limit`; None for the one limit or threshold that it has.
        value: What it shall be.
        place: Where that stands, such as `sheetsync.toml:12` or `参数!C5`.
    """

    rule: str
    key: str | None
    value: object
    place: str


def applied(
    packs: Sequence[RulePack], parameters: Iterable[Parameter], catalogue: Catalogue, *, weak: bool = False
) -> tuple[RulePack, ...]:
    """Return the packs with the parameters in force, each change with its place.

    Args:
        packs: The packs.
        parameters: What shall change; of two for one key the first counts.
        catalogue: The forms the rules are about.
        weak: True for what only changes shipped rules: packs of the project, and what was changed before,
            stay.

    Raises:
        SpecFileError: There is no such rule or key, or the value is wrong; with the place.
    """
    found = {pack.name: pack for pack in packs}
    for parameter in parameters:
        hits = [
            (pack, rule)
            for pack in found.values()
            for rule in pack.rules
            if parameter.rule in {rule.id, rule.name}
        ]
        if not hits:
            known = [name for pack in packs for rule in pack.rules for name in (rule.id, rule.name)]
            raise _mistake(parameter, Text("规则", "rule"), parameter.rule, known)
        for pack, rule in hits:
            key = _key(parameter, rule)
            settled = (rule.name, key) in pack.origins or (weak and pack.own)
            if not settled:
                changed = _changed(rule, key, parameter, catalogue)
                found[pack.name] = _with(found[pack.name], rule, changed, key, parameter.place)
    return tuple(found.values())


def from_settings(given: Mapping[str, object], places: Mapping[str, str]) -> list[Parameter]:
    """Return the parameters of `[rules.parameters]`.

    Args:
        given: `T16.limit` to value.
        places: The same keys to their places.
    """
    parameters = []
    for name, value in given.items():
        rule, _, key = name.rpartition(".")
        parameters.append(Parameter(rule=rule, key=key, value=value, place=places[name]))
    return parameters


def tailored(
    packs: Sequence[RulePack], tables: Iterable[Table], catalogue: Catalogue
) -> tuple[tuple[RulePack, ...], list[Problem]]:
    """Return the packs with what the 参数 sheets change in shipped rules, and what is wrong with those.

    Args:
        packs: The packs in force.
        tables: All tables of a workbook.
        catalogue: The forms the rules are about.
    """
    problems = []
    changed = tuple(packs)
    for table in tables:
        for parameter, position in from_table(table) if table.form == FORM else ():
            try:
                changed = applied(changed, [parameter], catalogue, weak=True)
            except SpecFileError as error:
                problems.append(_problem(table, position, error))
    return changed, problems


def from_table(table: Table) -> list[tuple[Parameter, int]]:
    """Return the parameters of rules in a 参数 sheet, each with the position of its record."""
    if "value" not in table.places:
        return []
    columns = [table.raw.get(field, [""] * len(table)) for field in ("parameter", "value", "rule")]
    kinds = table.columns["kind"].tolist() if "kind" in table.columns else [None] * len(table)
    letters = column_letters(table.places["value"].number)
    found = []
    for position, (name, value, rule) in enumerate(zip(*columns, strict=True)):
        dotted = _DOTTED.fullmatch(str(name).strip())
        named = dotted[1] if dotted else str(rule).strip()
        if not named or str(value).strip() == "" or kinds[position] not in {None, "规则时限", "阈值", "其他"}:
            continue
        parameter = Parameter(
            rule=named.upper() if "/" not in named else named,
            key=dotted[2] if dotted else None,
            value=value if isinstance(value, int | float) else str(value).strip(),
            place=f"{table.sheet}!{letters}{table.rows[position]}",
        )
        found.append((parameter, position))
    return found


def _key(parameter: Parameter, rule: Rule) -> str:
    """Return the key that is meant."""
    keys = [info.alias or name for name, info in type(rule).model_fields.items()]
    changeable = [key for key in keys if key not in FIXED]
    if parameter.key is None:
        if len(rule.constants) != 1:
            such = f"{rule.id}.{(*rule.constants, 'level')[0]}"
            raise SpecFileError(
                Text(
                    f"规则 {rule.id} 要写明改哪一项，如 {such}",
                    f"say which key of rule {rule.id} is meant, such as {such}",
                ),
                where=parameter.place,
            )
        return rule.constants[0]
    if parameter.key not in changeable:
        raise _mistake(parameter, Text("参数", "key"), parameter.key, changeable)
    return parameter.key


def _changed(rule: Rule, key: str, parameter: Parameter, catalogue: Catalogue) -> Rule:
    """Return the rule with one key changed, checked as if it stood in a file."""
    file, _, line = parameter.place.rpartition(":")
    tree = SpecTree(
        file or parameter.place,
        {**rule.model_dump(by_alias=True, exclude_unset=True), key: _spelled(parameter.value)},
        {(): int(line) if line.isdigit() else 1},
    )
    changed = specfile.check(tree, RULES[rule.check])
    for mistake in unknown(changed, tree, catalogue):
        raise mistake
    return changed


def _problem(table: Table, position: int, error: SpecFileError) -> Problem:
    row, place = int(table.rows[position]), table.places["value"]
    return Problem(
        sheet=table.sheet,
        row=row,
        cell=f"{column_letters(place.number)}{row}",
        column=place.title,
        raw=table.raw["value"][position],
        kind="error",
        message=error.what,
        suggestion=Text(
            "规则号写如 T16，时限写如 2h、2wh、1wd，阈值写如 10",
            "name the rule like T16; a limit is 2h, 2wh or 1wd, a threshold 10",
        ),
        table=table.id,
    )


def _with(pack: RulePack, rule: Rule, changed: Rule, key: str, place: str) -> RulePack:
    return replace(
        pack,
        rules=tuple(changed if item is rule else item for item in pack.rules),
        origins={**pack.origins, (rule.name, key): place},
    )


def _spelled(value: object) -> object:
    """Return a value as rule files have it: 4小时 is 4h, 10% is 10."""
    if isinstance(value, Limit) or not isinstance(value, str):
        return value
    text = value.strip()
    if match := _SPOKEN.fullmatch(text):
        return f"{match[1]}{_UNITS[match[2]]}"
    if match := _POINTS.fullmatch(text):
        return float(match[1])
    return text


def _mistake(parameter: Parameter, kind: Text, given: str, known: Iterable[str]) -> SpecFileError:
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.4)
    listed = "、".join(names[:20])
    return SpecFileError(
        Text(
            f"没有{kind.zh} {given}" + (f"，是否想写 {near[0]}" if near else f"，可用：{listed}"),
            f"there is no {kind.en} '{given}'"
            + (f"; did you mean {near[0]}" if near else f"; known: {listed.replace('、', ', ')}"),
        ),
        where=parameter.place,
    )
