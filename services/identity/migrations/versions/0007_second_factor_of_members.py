"""An organization can demand a second factor of its members.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nobody demands one yet."""
    op.execute("alter table organizations add column second_factor_since timestamptz")
