"""What all organizations of a currency come to by month: the baseline an organization's own ratios stand beside."""

from alembic import op

revision = "0005"
down_revision = "0004"

# Open to every organization: it holds sums of all of them, and is told only when they are enough (rules.baselines).
_BASELINES = """
create table baselines (
    currency text not null,
    measure text not null,
    month date not null,
    number numeric not null,
    organizations bigint not null,
    made_at timestamptz not null,
    primary key (currency, measure, month)
);
"""


def upgrade() -> None:
    """An empty table; the worker fills it within the hour."""
    op.execute(_BASELINES)
