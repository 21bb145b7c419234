"""What is metered: mentor sessions, lab hours and placements, as programs tells them."""

from alembic import op

from chassis.migrations import protect

revision = "0005"
down_revision = "0004"

# quantity: minutes, or the first year's salary in minor units of currency for a placement.
_USAGE = """
create table metered_usage (
    organization_id uuid not null,
    id uuid not null,
    product text not null check (product in ('mentor_session', 'lab_hour', 'revenue_share')),
    student_id uuid not null,
    cohort_id uuid,
    quantity bigint not null check (quantity >= 0),
    currency text,
    occurred_on date not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id)
);
create index ix_metered_usage_occurred_on on metered_usage (organization_id, occurred_on);
"""


def upgrade() -> None:
    """Create the table."""
    op.execute(_USAGE)
    protect(op, "metered_usage")
