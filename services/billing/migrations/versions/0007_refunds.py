"""Refunds, credit notes, credit that pays, bank transfers, and what does not clear with the provider."""

from pathlib import Path

from alembic import op

from chassis.migrations import append_only, protect

revision = "0007"
down_revision = "0006"

_SQL = Path(__file__).parents[1] / "sql"

_OWNED = ("refunds", "refund_lines", "credit_notes", "credit_note_lines", "credit_applications")


def upgrade() -> None:
    """Create the tables, each organization's rows protected."""
    op.execute("select set_config('app.scope', 'system', true)")
    for name in ("payments", "refunds", "credit_notes", "reconciliation", "sandbox_refunds"):
        op.execute((_SQL / f"{name}.sql").read_text())
    for table in _OWNED:
        protect(op, table)
    for table in ("refund_lines", "credit_note_lines", "credit_applications"):
        append_only(op, table)
