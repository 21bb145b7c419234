"""Usage corrected after it was invoiced is taken back by credit notes, each of the invoice that billed it."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"

_SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Columns with defaults and wider checks: a version that knows nothing of them goes on working."""
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute((_SQL / "corrections.sql").read_text())
