"""A database that was in use before: at some revision, with rows, to be brought to the newest."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import TextClause, create_engine, text

from chassis.service import Service
from chassis.testing.cluster import cluster

_SYSTEM = text("select set_config('app.scope', 'system', true)")


class Older:
    """Made at ``revision`` with the owner's rights; whoever makes it closes it."""

    def __init__(self, service: Service, name: str, revision: str) -> None:
        cluster().create(name)
        self._config = Config()
        self._config.set_main_option("script_location", str(service.migrations))
        self._config.attributes["url"] = cluster().url(name, f"{name}_owner")
        self._engine = create_engine(self._config.attributes["url"])
        self.upgrade(revision)

    def upgrade(self, revision: str = "head") -> None:
        """Bring it to a revision."""
        command.upgrade(self._config, revision)

    def write(self, statement: TextClause, *values: dict[str, Any]) -> None:
        """Write as the whole system may: once, or once for each set of values."""
        with self._engine.begin() as connection:
            connection.execute(_SYSTEM)
            connection.execute(statement, list(values) or None)

    def rows(self, statement: str) -> set[tuple[Any, ...]]:
        """What a query finds, of every organization."""
        with self._engine.begin() as connection:
            connection.execute(_SYSTEM)
            return {tuple(row) for row in connection.execute(text(statement))}

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()
