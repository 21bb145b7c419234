"""A credit note of a correction is an invoice the other way round, and says which one it corrects."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Both sets of tables; no such note was told before."""
    for schema in ("public", "aside"):
        op.execute(f"alter table {schema}.invoices add column corrects uuid")
        op.execute(
            f"create index ix_invoices_corrects on {schema}.invoices (organization_id, corrects) "
            "where corrects is not null"
        )
