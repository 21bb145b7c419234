"""Open invoices are few; they are counted, and soon reminded of, without reading all that were ever paid."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Index what is not paid."""
    op.execute("create index ix_invoices_open on invoices (due_on) where state = 'issued'")
