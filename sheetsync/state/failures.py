"""What a database says when it fails, as the errors that a user meets."""

import sqlite3
from pathlib import Path

from sheetsync.config.section import FILE_NAME
from sheetsync.errors import BusyError, SheetSyncError, StateUnusableError
from sheetsync.state.copies import copies_of
from sheetsync.text import Text, same

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY = 0xFF
"""The part of an extended result code of SQLite that says the kind."""

_WAITED = {"55P03", "57014"}
"""PostgreSQL: a lock was not to be had, a statement took too long."""


def explained(error: Exception, file: Path | None) -> SheetSyncError:
    """Return the error that a user meets for one of a database or its driver.

    Args:
        error: What was raised.
        file: The file of an SQLite database, None for a server.
    """
    cause = getattr(error, "orig", None) or error
    if file is not None and is_damage(cause):
        return damaged(file)
    if _code(cause) in _BUSY or getattr(cause, "sqlstate", None) in _WAITED:
        return BusyError(
            Text("另一次运行正在写项目数据库。", "Another run is writing the project's database."),
            fix=Text("请稍后再运行。", "Run again later."),
            where=_where(file),
        )
    return StateUnusableError(
        Text("项目数据库无法读写。", "The project's database cannot be read or written."),
        why=same(f"({str(cause).partition(chr(10))[0]})"),
        fix=Text(
            "请检查 .sheetsync 文件夹的权限，或 sheetsync.toml 的 [state] url。",
            "Check the rights of the folder .sheetsync, or [state] url in sheetsync.toml.",
        ),
        where=_where(file),
    )


def is_damage(error: Exception) -> bool:
    """Return True for what SQLite says of a broken file."""
    return _code(error) in _BROKEN


def damaged(file: Path) -> StateUnusableError:
    """Return the error for a database file that is broken."""
    return StateUnusableError(
        Text("项目数据库已损坏，没有使用。", "The project's database is damaged; it was not used."),
        fix=_remedy(file),
        where=_where(file),
    )


def emptied(file: Path) -> StateUnusableError:
    """Return the error for a database file that is gone or empty although there are copies of it."""
    return StateUnusableError(
        Text(
            "项目数据库不见了或是空的，但有它的备份；没有从头开始。",
            "The project's database is gone or empty, but there are copies of it; nothing was begun anew.",
        ),
        fix=_remedy(file),
        where=_where(file),
    )


def newer(file: Path | None) -> StateUnusableError:
    """Return the error for a database of a newer program."""
    return StateUnusableError(
        Text(
            "项目数据库由更新版本的 SheetSync 建立，本版本不能使用。",
            "The project's database was made by a newer SheetSync; this one cannot use it.",
        ),
        fix=Text("请升级 SheetSync。", "Upgrade SheetSync."),
        where=_where(file),
    )


def _code(error: Exception) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY


def _remedy(file: Path) -> Text:
    copies = copies_of(file)
    if not copies:
        return Text(
            f"还没有备份；把 {file.name} 移走后再运行即从头开始。",
            f"There is no copy of it yet; move {file.name} away to begin anew.",
        )
    return Text(
        f"最近的备份是 {copies[-1]}：删除 {file.name}-wal 和 {file.name}-shm（如有），"
        f"再把备份复制为 {file.name}。要从头开始，请把文件夹 {copies[-1].parent.name} 也移走。",
        f"The last copy is {copies[-1]}: delete {file.name}-wal and {file.name}-shm if they exist, and copy "
        f"it to {file.name}. To begin anew, move the folder {copies[-1].parent.name} away, too.",
    )


def _where(file: Path | None) -> str:
    return f"{FILE_NAME} [state]" if file is None else str(file)
