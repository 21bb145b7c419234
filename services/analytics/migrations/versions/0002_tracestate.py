"""Events carry the whole trace context."""

from alembic import op

from chassis.migrations import add_tracestate

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Databases made before have no column for ``tracestate``."""
    add_tracestate(op)
