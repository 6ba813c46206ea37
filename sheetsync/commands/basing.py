"""Makes the tables of forms in a Feishu base, and looks at what work with it needs.

Rooms are opened inside the functions, when somebody goes in: `sheetsync --help` must not pay for pandas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheetsync.errors import UsageError
from sheetsync.project import Project
from sheetsync.text import Text

if TYPE_CHECKING:
    from sheetsync.bitable.base import Base, TableInfo
    from sheetsync.bitable.blueprint import Blueprint
    from sheetsync.bitable.doctor import Finding
    from sheetsync.bitable.provision import Lack
    from sheetsync.model.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMade:
    """What became of the table of one form.

    Args:
        form: Id of the form.
        table: Its name.
        table_id: Its id, None where it was not made.
        state: `new`, `extended` or `unchanged`.
        fields: Fields that were (in a dry run: would be) made.
        views: Views likewise.
        notes: What a person has to do by hand.
    """

    form: str
    table: str
    table_id: str | None
    state: str
    fields: tuple[str, ...]
    views: tuple[str, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionResult:
    """What a provisioning came to.

    Args:
        base: Token of the base.
        tables: What became of each form's table.
        written: True where something was made.
    """

    base: str
    tables: tuple[TableMade, ...]
    written: bool


@dataclass(frozen=True)
class Basing(Project):
    """The commands about Feishu bases."""

    def bitable_provision(
        self, app: str, *, forms: Sequence[str] = (), dry_run: bool = False
    ) -> ProvisionResult:
        """Make the tables of forms in a base; where they are, add what they lack.

        Nothing that people made is changed or deleted.

        Args:
            app: The base: its app_token, `bitable:APP_TOKEN`, or its web address.
            forms: Ids or names of forms; the five standard ones when empty.
            dry_run: Only say what would be made.

        Raises:
            UsageError: There is no such form, or the address means nothing.
            SpecFileError: No Feishu app is set up.
            RemoteError: Feishu does not answer, or refuses.
            BusyError: Another run writes the base.
        """
        from sheetsync.bitable.provision import lack_of, supply
        from sheetsync.bitable.telling import about

        base = self._base(app)
        wanted = [self.catalogue.form(name).id for name in forms] or list(_STANDARD)
        made = []
        with about(f"bitable:{base.token}"), nullcontext() if dry_run else base.writing():
            found = self._found(base)
            for form in wanted:
                table, known = found.get(form, (None, {}))
                lack = lack_of(base, self._plan(form), table, known)
                id_ = None if table is None else table.id
                if not lack.is_none and not dry_run:
                    id_ = supply(base, lack)
                made.append(_told(lack, id_))
        changed = any(one.state != "unchanged" for one in made)
        return ProvisionResult(base=base.token, tables=tuple(made), written=changed and not dry_run)

    def bitable_doctor(self, app: str) -> tuple[Finding, ...]:
        """Look at what work with a base needs: access, limits, missing fields; nothing is changed.

        Args:
            app: The base: its app_token, `bitable:APP_TOKEN`, or its web address.

        Raises:
            UsageError: The address means nothing.
            SpecFileError: No Feishu app is set up.
        """
        from sheetsync.bitable.doctor import examine
        from sheetsync.feishu.people import PeopleIds

        base = self._base(app)
        findings = list(examine(base, PeopleIds(self.feishu)))
        if not any(one.state == "wrong" for one in findings):
            findings += self._missing(base)
        return tuple(findings)

    def provision_document(self, result: ProvisionResult) -> dict[str, Any]:
        """Return the JSON document of a provisioning."""
        return {
            "schema": "sheetsync.provision/1",
            "base": result.base,
            "written": result.written,
            "tables": [
                {
                    "form": one.form,
                    "table": one.table,
                    "table_id": one.table_id,
                    "state": one.state,
                    "fields": list(one.fields),
                    "views": list(one.views),
                    "by_hand": [note.say(self.language) for note in one.notes],
                }
                for one in result.tables
            ],
        }

    def bitable_doctor_document(self, findings: Sequence[Finding]) -> dict[str, Any]:
        """Return the JSON document of a doctor's visit."""
        return {
            "schema": "sheetsync.bitable-doctor/1",
            "findings": [
                {
                    "name": one.name,
                    "state": one.state,
                    "message": one.said.say(self.language),
                    "fix": one.fix.say(self.language) if one.fix else None,
                }
                for one in findings
            ],
        }

    def _base(self, app: str) -> Base:
        from sheetsync.address import BitableAddress, is_remote, parse
        from sheetsync.bitable.base import Base

        found = parse(app if is_remote(app) else f"bitable:{app}")
        if not isinstance(found, BitableAddress):
            raise UsageError(Text("这不是多维表格的地址。", "This is no address of a base."), where=app)
        return Base(self.feishu, found.app_token)

    def _plan(self, form: str) -> Blueprint:
        from sheetsync.bitable.blueprint import blueprint
        from sheetsync.templates.layout import engine_columns

        given = self.settings.bitable
        return blueprint(
            self.catalogue.forms[form],
            self.catalogue,
            engine_columns(self.language),
            language=self.language,
            persons=given.persons,
            colours=given.option_colours,
        )

    def _found(self, base: Base) -> Mapping[str, tuple[TableInfo, Mapping[str, str]]]:
        """Return the tables of a base by form, with the columns of the form that each has."""
        from sheetsync.bitable.base import TableInfo

        found: dict[str, tuple[TableInfo, Mapping[str, str]]] = {}
        tables, infos = self._recognised_in(base)
        for table in tables:
            info = infos[table.sheet]
            known = {name: place.title for name, place in table.places.items()}
            found.setdefault(table.form, (TableInfo(id=info[0], name=table.sheet, revision=0), known))
        for title, (id_, is_ours) in infos.items():
            for form in self.catalogue.forms.values():
                if title == self._plan_title(form.id) and not is_ours:
                    found.setdefault(form.id, (TableInfo(id=id_, name=title, revision=0), {}))
        return found

    def _plan_title(self, form: str) -> str:
        return self.catalogue.forms[form].title.say(self.language)

    def _recognised_in(self, base: Base) -> tuple[Sequence[Table], Mapping[str, tuple[str, bool]]]:
        """Return the tables of forms in a base, and of all tables by name: the id, and whether it is ours."""
        from sheetsync.bitable.reader import read_heads
        from sheetsync.bitable.state import raw_book
        from sheetsync.intake.interpret import interpret

        state = read_heads(base, self.settings.zone)
        reading = interpret(raw_book(state), self.catalogue, worktime=self.worktime)
        infos = {one.name: (one.id, bool(one.role)) for one in state.tables}
        return [table for table in reading.tables if table.exploded_from is None], infos

    def _missing(self, base: Base) -> Iterator[Finding]:
        """Yield which columns of their form tables lack."""
        from sheetsync.bitable.doctor import Finding

        tables, _ = self._recognised_in(base)
        for table in tables:
            form = self.catalogue.forms[table.form]
            needed = {column.id for column in form.columns if column.required}
            missing = [one.title for one in table.missing if one.column in needed]
            title = form.title
            said = Text(
                f"“{table.sheet}”是{title.zh}（{table.form}）。",
                f"'{table.sheet}' is a table of '{title.en}' ({table.form}).",
            )
            if not missing:
                yield Finding(name=f"form {table.sheet}", state="ok", said=said)
                continue
            names = "、".join(missing)
            yield Finding(
                name=f"form {table.sheet}",
                state="note",
                said=Text(f"{said.zh}缺必填列：{names}。", f"{said.en} It lacks {names}."),
                fix=Text(
                    f"补列：sheetsync bitable provision {base.token} --forms {table.form}",
                    f"Add them: sheetsync bitable provision {base.token} --forms {table.form}",
                ),
            )


_STANDARD = ("task-master", "progress", "minutes", "issues", "raci")
"""The five standard forms (interface, 2)."""


def _told(lack: Lack, id_: str | None) -> TableMade:
    from sheetsync.bitable.provision import COLOUR_BY_HAND

    state = "new" if lack.table is None else "unchanged" if lack.is_none else "extended"
    notes = [view.by_hand for view in lack.views if view.by_hand is not None]
    if lack.table is None and any(one.ours for one in lack.fields):
        notes.append(COLOUR_BY_HAND)
    if lack.words:
        words = "、".join(lack.words[:20])
        notes.append(
            Text(
                f"这些选项表里没有，未改动已有字段，需要时请手工加上：{words}",
                f"Options that the table lacks; fields are left as they are, so add them by hand: {words}",
            )
        )
    return TableMade(
        form=lack.plan.form,
        table=lack.plan.title if lack.table is None else lack.table.name,
        table_id=id_,
        state=state,
        fields=tuple(one.title for one in lack.fields),
        views=tuple(one.title for one in lack.views),
        notes=tuple(notes),
    )
