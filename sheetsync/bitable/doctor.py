"""Looks at what work with a base needs, each thing by itself, and says how to mend what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from sheetsync.bitable.base import Base, TableInfo
from sheetsync.bitable.telling import said
from sheetsync.errors import SheetSyncError
from sheetsync.feishu.errors import NotFoundError
from sheetsync.feishu.people import PeopleIds
from sheetsync.text import Text

MOST_TABLES, MOST_FIELDS, MOST_RECORDS = 100, 300, 20_000
"""What a base and a table hold (reference, 5); how many records depends on the plan."""

_NEAR = 0.9
_NO_RECORD = "recSheetSync00"
_NO_ADDRESS = "sheetsync-doctor@example.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one thing.

    Args:
        name: What was looked at.
        state: `ok`, `note` where somebody should look, `wrong`.
        said: What is so.
        fix: What to do, None where nothing is.
    """

    name: str
    state: str
    said: Text
    fix: Text | None = None


def examine(base: Base, people: PeopleIds) -> Iterator[Finding]:
    """Yield what is found of a base; nothing is changed in it.

    Args:
        base: The base.
        people: What looks people up.
    """
    try:
        info = base.info()
    except SheetSyncError as error:
        yield _wrong("base", error)
        return
    yield Finding(name="base", state="ok", said=Text(f"能打开“{info.name}”。", f"'{info.name}' opens."))
    if info.is_guarded:
        yield Finding(
            name="advanced",
            state="note",
            said=Text(
                "开了高级权限：应用看不到的行和列，会像不存在一样。",
                "It has advanced permissions: what the app may not see looks as if it were not there.",
            ),
            fix=Text(
                "请在“高级权限”里把应用加到能读写全部数据表的角色。",
                "Add the app to a role that may read and write all tables.",
            ),
        )
    try:
        tables = base.tables()
    except SheetSyncError as error:
        yield _wrong("tables", error)
        return
    yield _amount("tables", "base", len(tables), MOST_TABLES)
    if tables:
        yield _writable(base, tables[0])
    for table in tables:
        yield from _table(base, table)
    yield _contacts(people)


def _table(base: Base, table: TableInfo) -> Iterator[Finding]:
    try:
        fields = base.fields(table.id)
        records = base.count(table.id)
    except SheetSyncError as error:
        yield _wrong(f"table {table.name}", error)
        return
    yield _amount("fields", table.name, len(fields), MOST_FIELDS)
    yield _amount("records", table.name, records, MOST_RECORDS)


def _writable(base: Base, table: TableInfo) -> Finding:
    """Ask to delete a record that cannot be: whether we may is looked at first."""
    try:
        with base.writing():
            base.delete(table.id, [_NO_RECORD])
    except NotFoundError:
        pass
    except SheetSyncError as error:
        return _wrong("write", error)
    return Finding(name="write", state="ok", said=Text("应用可以写。", "The app may write."))


def _contacts(people: PeopleIds) -> Finding:
    try:
        people.look_up([_NO_ADDRESS])
    except SheetSyncError as error:
        return Finding(
            name="contacts",
            state="note",
            said=Text(
                f"不能按邮箱或手机号找人：{said(error).zh}",
                f"People cannot be found by mail address or number: {said(error).en}",
            ),
            fix=Text(
                '要往人员字段写新的人，请开通 contact:user.id:readonly；或设 [bitable] persons = "text"。',
                "To write new people into fields of people, grant contact:user.id:readonly; or set [bitable] "
                'persons = "text".',
            ),
        )
    return Finding(
        name="contacts", state="ok", said=Text("能按邮箱或手机号找人。", "People can be found by address.")
    )


def _amount(what: str, where: str, number: int, most: int) -> Finding:
    words = {
        "tables": Text("数据表", "tables"),
        "fields": Text("字段", "fields"),
        "records": Text("记录", "records"),
    }[what]
    place = Text("", "") if where == "base" else Text(f"“{where}”：", f"'{where}': ")
    said = Text(
        f"{place.zh}{words.zh} {number} / {most}。",
        f"{place.en}{number} of {most} {words.en}.",
    )
    if number < most * _NEAR:
        return Finding(name=f"{what} {where}" if where != "base" else what, state="ok", said=said)
    return Finding(
        name=f"{what} {where}" if where != "base" else what,
        state="note",
        said=said,
        fix=Text(
            "快到上限了：请归档旧记录或拆成多个多维表格。",
            "That is near the limit: archive old records, or use several bases.",
        ),
    )


def _wrong(name: str, error: SheetSyncError) -> Finding:
    bare = SheetSyncError(error.what, why=error.why)
    return Finding(name=name, state="wrong", said=said(bare), fix=error.fix)
