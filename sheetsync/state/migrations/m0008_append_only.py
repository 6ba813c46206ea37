"""The audit trail is only ever added to: the database itself refuses anything else."""

from alembic import op

revision = "0008"
down_revision = "0007"

# One day less than the least that `[state] audit_days` may say: times in the table are those of any zone.
_SQLITE = (
    """
    CREATE TRIGGER sheetsync_audit_fixed BEFORE UPDATE ON sheetsync_audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit trail are never changed'); END
    """,
    """
    CREATE TRIGGER sheetsync_audit_kept BEFORE DELETE ON sheetsync_audit
    WHEN OLD.at > datetime('now', '-179 days')
    BEGIN SELECT RAISE(ABORT, 'rows of the audit trail are kept for 180 days'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION sheetsync_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.at <= (now() AT TIME ZONE 'UTC') - interval '179 days' THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'rows of the audit trail are never changed, and kept for 180 days';
    END $$
    """,
    """
    CREATE TRIGGER sheetsync_audit_kept BEFORE UPDATE OR DELETE ON sheetsync_audit
    FOR EACH ROW EXECUTE FUNCTION sheetsync_audit_guard()
    """,
    """
    CREATE TRIGGER sheetsync_audit_whole BEFORE TRUNCATE ON sheetsync_audit
    FOR EACH STATEMENT EXECUTE FUNCTION sheetsync_audit_guard()
    """,
)


def upgrade() -> None:
    """Let the database guard the table of changed cells."""
    statements = _POSTGRESQL if op.get_context().dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        op.execute(statement)
