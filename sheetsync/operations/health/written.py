"""What people wrote: settings, secrets they refer to, forms, rules, jobs."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from sheetsync.config.section import FILE_NAME
from sheetsync.errors import SheetSyncError
from sheetsync.operations.health.diagnosis import Diagnosis, of_error, ok, skipped, warning
from sheetsync.operations.health.premises import Premises
from sheetsync.secret import is_reference, reveal
from sheetsync.text import Text, join

_OF_PEOPLE = frozenset({"project", "workbooks", "words", "colours", "rules"})
"""Sections whose texts are people's words, and never say where a secret is."""


def settings(at: Premises) -> Iterator[Diagnosis]:
    """The settings file can be read."""
    if at.trouble is not None:
        yield of_error(at.trouble)
    elif at.folder is None:
        yield warning(
            Text("这里没有项目文件夹，按默认设置检查。", "There is no project folder here; defaults hold."),
            Text("请进入项目文件夹，或用 --project 指定；新建用 sheetsync init。",
                 "Go into one, or name it with --project; sheetsync init makes one."),
        )  # fmt: skip
    else:
        yield ok("设置文件有效。", "The settings are valid.", where=str(at.folder / FILE_NAME))


def secrets(at: Premises) -> Iterator[Diagnosis]:
    """Every secret is where the settings say, and nobody else may read it."""
    references = references_in(at.settings)
    if at.folder is None or not references:
        yield skipped("设置没有用到密钥。", "The settings use no secret.")
        return
    for name, reference in references.items():
        try:
            reveal(reference, folder=at.folder, environ=at.environ, where=f"{FILE_NAME} {name}")
        except SheetSyncError as error:
            yield of_error(error)
        else:
            yield ok(f"密钥可用（{reference}）。", f"The secret is there ({reference}).", where=name)


def references_in(settings: BaseModel) -> Mapping[str, str]:
    """Return where the settings refer to secrets: name of the setting to reference."""
    found: dict[str, str] = {}
    for section in type(settings).model_fields:
        value = getattr(settings, section)
        if section not in _OF_PEOPLE and isinstance(value, BaseModel):
            found |= {f"{section}.{name}": text for name, text in _references(value.model_dump(), "")}
    return found


def _references(values: Mapping[str, object], above: str) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _references(value, f"{above}{key}.")
        elif isinstance(value, str):
            # In the address of a database, the reference stands between the account and the host.
            inside = value.partition("://")[2].rpartition("@")[0].partition(":")[2]
            for text in (value, inside):
                if is_reference(text):
                    yield f"{above}{key}", text


def forms(at: Premises) -> Iterator[Diagnosis]:
    """All forms and vocabularies can be read."""
    count = at.forms()
    yield ok(f"{count} 张表单有效。", f"{count} forms are valid.")


def rules(at: Premises) -> Iterator[Diagnosis]:
    """All rule packs in force can be read."""
    titles = join(list(at.rules()), "、", ", ")
    yield ok(f"规则包有效：{titles.zh}。", f"The rule packs are valid: {titles.en}.")


def jobs(at: Premises) -> Iterator[Diagnosis]:
    """All job files can be read."""
    found = at.jobs()
    running = sum(job.enabled for job in found)
    yield ok(
        f"{len(found)} 个作业有效，其中 {running} 个按时运行。",
        f"{len(found)} jobs are valid; {running} of them run by the clock.",
    )


def pairs(at: Premises) -> Iterator[Diagnosis]:
    """Each pair names two tables that can be kept in step."""
    for name in at.settings.pairs:
        try:
            left, right = at.pair(name)
        except SheetSyncError as error:
            yield of_error(error)
        else:
            yield ok(f"{left} 与 {right}。", f"{left} and {right}.", where=f"[pairs.{name}]")
    if not at.settings.pairs:
        yield skipped("没有设置同步。", "No tables are kept in step.")
