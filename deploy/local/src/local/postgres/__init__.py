"""The embedded PostgreSQL 18: a server in a folder, and the databases in it."""

from local.postgres.server import Server, ServerFailed

__all__ = ["Server", "ServerFailed", "create_database"]


def create_database(superuser_dsn: str, name: str, owner_password: str, app_password: str) -> None:
    """Make the database `name`, owned by `<name>_owner`, used by `<name>_app`; safe to repeat.

    `superuser_dsn` leads to any database of the server. Repeating sets the passwords again, keeps the data.
    """
    # Imported when used: psycopg would double the memory of the supervisor, which only needs the server.
    from local.postgres import database

    database.create(superuser_dsn, name, owner_password, app_password)
