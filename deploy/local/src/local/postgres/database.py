"""A service's database and its two roles: the owner migrates it, the runtime role only uses it."""

import psycopg
from psycopg import sql

# Serializes preparations: PostgreSQL refuses two sessions that alter one role at the same moment.
LOCK = "SELECT pg_advisory_lock(hashtext('local.create_database'))"

ROLE = """
{verb} ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {password}
"""

ON_THE_SERVER = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {owner};
GRANT CONNECT ON DATABASE {database} TO {app};
"""

IN_THE_DATABASE = """
ALTER SCHEMA public OWNER TO {owner};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {app};
"""


def create(superuser_dsn: str, name: str, owner_password: str, app_password: str) -> None:
    """What `local.postgres.create_database` promises."""
    names = {
        "database": sql.Identifier(name),
        "owner": sql.Identifier(f"{name}_owner"),
        "app": sql.Identifier(f"{name}_app"),
    }
    with psycopg.connect(superuser_dsn, autocommit=True) as server:
        server.execute(LOCK)
        _role(server, f"{name}_owner", owner_password)
        _role(server, f"{name}_app", app_password)
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
        server.execute(sql.SQL(ON_THE_SERVER).format(**names))
        with psycopg.connect(superuser_dsn, dbname=name) as inside:
            inside.execute(sql.SQL(IN_THE_DATABASE).format(**names))


def _role(server: psycopg.Connection, name: str, password: str) -> None:
    known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    server.execute(sql.SQL(ROLE).format(verb=verb, name=sql.Identifier(name), password=sql.Literal(password)))
