"""What M-Pesa is asked for and has said: it keeps no session that could be looked up by a key of ours."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"

_SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Create the tables. They are of no organization, as the provider's events: only the system reads them."""
    op.execute((_SQL / "mpesa.sql").read_text())
