"""Where the project's database is."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from sheetsync.config.section import FILE_NAME
from sheetsync.errors import SpecFileError
from sheetsync.secret import is_reference, reveal
from sheetsync.text import Text

FILE = Path(".sheetsync") / "state.db"
"""The database of a project that names none, in the project folder."""

_POSTGRESQL = {"postgres", "postgresql"}


def address(given: str | None, folder: Path, environ: Mapping[str, str]) -> URL:
    """Return the address of a project's database, with its secrets.

    Args:
        given: `[state] url`: an SQLAlchemy URL whose password is `env:NAME` or `file:PATH`, or such a
            reference to the whole URL; None for a file in the project.
        folder: The project folder, where relative files of SQLite are, too.
        environ: The environment.

    Raises:
        SpecFileError: It is no address, a password stands in it, or a secret is not where it should be.
    """
    if given is None:
        return URL.create("sqlite", database=str((folder / FILE).absolute()))

    def revealed(reference: str) -> str:
        return reveal(reference, folder=folder, environ=environ, where=FILE_NAME)

    try:
        url = make_url(revealed(given) if is_reference(given) else given)
    except ArgumentError as error:
        raise no_address() from error
    if url.password and not is_reference(given):
        if not is_reference(url.password):
            raise SpecFileError(
                Text("[state] url 里写着口令，没有使用。", "[state] url holds a password; it was not used."),
                fix=Text(
                    "请把口令放进环境变量或只有本人可读的文件，这里写 env:变量名 或 file:路径，"
                    "如 postgresql://pm:env:PM_PASSWORD@主机/库。",
                    "Put it into an environment variable or a file that only you may read, and write "
                    "env:NAME or file:PATH here, such as postgresql://pm:env:PM_PASSWORD@host/database.",
                ),
                where=FILE_NAME,
            )
        url = url.set(password=revealed(url.password))
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise no_address()
        return url.set(database=str((folder / url.database).absolute()))
    return url


def no_address() -> SpecFileError:
    """Return the error for an address that no database can have."""
    return SpecFileError(
        Text(
            "[state] url 不是可用的数据库地址，应如 sqlite:///state.db 或 postgresql://用户@主机/库。",
            "[state] url is no usable database address; write it like sqlite:///state.db or "
            "postgresql://user@host/database.",
        ),
        where=FILE_NAME,
    )


def no_driver() -> SpecFileError:
    """Return the error for a database whose driver is not installed."""
    return SpecFileError(
        Text("缺少 [state] url 所需的数据库驱动。", "The database driver that [state] url needs is missing."),
        fix=Text(
            "PostgreSQL 请运行 pip install 'sheetsync[postgresql]'。",
            "For PostgreSQL, run pip install 'sheetsync[postgresql]'.",
        ),
        where=FILE_NAME,
    )
