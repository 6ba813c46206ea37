"""Bringing a database to the present revision; the one module that loads Alembic."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from sheetsync.state import migrations
from sheetsync.state.tables import revision


def migrate(connection: Connection, present: str | None, wanted: str) -> None:
    """Run the migrations that a database lacks, within the connection's transaction.

    Args:
        connection: The database.
        present: The revision it has come to, None when there is nothing of ours in it.
        wanted: The revision to bring it to.
    """
    scripts = steps()
    context = MigrationContext.configure(connection, opts={"version_table": revision.name})
    with Operations.context(context):
        for step in reversed(list(scripts.iterate_revisions(wanted, present or "base"))):
            step.module.upgrade()
    context.stamp(scripts, wanted)


def steps() -> ScriptDirectory:
    """Return the migrations."""
    folder = Path(migrations.__file__).parent
    return ScriptDirectory(folder, version_locations=[folder])
