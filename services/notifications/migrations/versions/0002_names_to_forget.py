"""What is still to be forgotten of a delivery: an address, or only a name."""

from alembic import op

revision = "0002"
down_revision = "0001"

_INDEX = """
drop index ix_deliveries_changed_at;
create index ix_deliveries_changed_at on deliveries (changed_at)
    where state <> 'queued' and (address is not null or name is not null);
"""


def upgrade() -> None:
    """Index in-app deliveries too, which have a name and no address."""
    op.execute(_INDEX)
