"""The embedded PostgreSQL 18: a server in a folder, and the six databases in it."""

from local.postgres.database import create_database
from local.postgres.server import Server, ServerFailed

__all__ = ["Server", "ServerFailed", "create_database"]
