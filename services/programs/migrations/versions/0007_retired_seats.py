"""Seats that are given back: billing asks for them before it refunds their price."""

from alembic import op

from chassis.migrations import protect

revision = "0007"
down_revision = "0006"

# refund_id and grant_id are billing's. A row that was returned without having been retired (retired_at is null) says
# that the refund was given up before its question came through: should it come after all, the answer is no.
_RETIREMENTS = """
create table seat_retirements (
    organization_id uuid not null,
    refund_id uuid not null,
    grant_id uuid not null,
    quantity bigint not null check (quantity > 0),
    retired_at timestamptz,
    returned_at timestamptz,
    primary key (organization_id, refund_id, grant_id),
    check (retired_at is not null or returned_at is not null)
);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(_RETIREMENTS)
    protect(op, "seat_retirements")
