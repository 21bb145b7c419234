"""Alembic, driven from Python with the owner role. A service's ``migrations/env.py`` is one call to ``run``."""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import create_engine, pool, text

_LOCK = 727_001


def upgrade(migrations: Path, owner_url: str) -> None:
    """Bring the database to the newest revision; several processes at once do it once."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")


def run() -> None:
    """The body of every ``env.py``."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        # Row-level security holds for the owner, too: without a scope a migration would find every table empty.
        connection.execute(text("select set_config('app.scope', 'system', false)"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
