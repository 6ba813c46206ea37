"""Task names that differ between tables: the id joins them, the name is only looked at."""

from collections.abc import Iterator, Sequence

from sheetsync.forms.spec import Form
from sheetsync.intake.normalise import as_text, cell_address, fold
from sheetsync.model.finding import Problem
from sheetsync.model.table import Table
from sheetsync.text import Text

_NAME = "task_name"


def misnamed(table: Table, masters: Sequence[Table], form: Form) -> Iterator[Problem]:
    """Yield the records whose task name is not the one that the task master gives to their id.

    Args:
        table: A table with ids of tasks or of their parts.
        masters: The task masters of the document.
        form: The form of `table`.
    """
    if _NAME not in table.raw or form.key not in table.columns:
        return
    known = {
        key: as_text(name)
        for master in masters
        if _NAME in master.raw and "task_id" in master.columns
        for key, name in zip(master.columns["task_id"].tolist(), master.raw[_NAME], strict=True)
        if isinstance(key, str) and name != ""
    }
    owners = table.columns.get(form.owner) if form.owner else None
    place = table.places[_NAME]
    for row, (key, raw) in enumerate(zip(table.columns[form.key].tolist(), table.raw[_NAME], strict=True)):
        if not isinstance(key, str) or raw == "":
            continue
        name = known.get(key) or known.get(key.rpartition("-")[0])
        if name is None or name == raw or fold(as_text(raw)) == fold(name):
            continue
        number = int(table.rows[row])
        owner = owners[row] if owners is not None else None
        yield Problem(
            sheet=table.sheet,
            row=number,
            cell=cell_address(number, place.number),
            column=place.title,
            raw=raw,
            kind="warning",
            read_as=as_text(raw),
            message=Text(
                f"任务总表中编号对应的名称是“{name.strip()}”，以编号为准",
                f"the task master calls this id '{name.strip()}'; the id counts",
            ),
            owner=owner if isinstance(owner, str) else None,
        )
