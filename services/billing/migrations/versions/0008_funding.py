"""Money for sponsorships and programs: awaited payments, funds, disbursements, invoices that are drafts first."""

from pathlib import Path

from alembic import op

from chassis.migrations import append_only, protect

revision = "0008"
down_revision = "0007"

_SQL = Path(__file__).parents[1] / "sql"

_OWNED = ("invoice_drafts", "fundables", "funding_lines", "allocations", "refund_funds", "disbursements")


def upgrade() -> None:
    """Create the tables, each organization's rows protected."""
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute((_SQL / "funding.sql").read_text())
    for table in _OWNED:
        protect(op, table)
    for table in ("funding_lines", "allocations", "refund_funds"):
        append_only(op, table)
