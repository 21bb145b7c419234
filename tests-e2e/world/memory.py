"""What all databases of a system hold of a person, read as the superuser, as no service may."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from chassis.settings import SERVICE_NAMES
from local.postgres import Server
from world.production import Production
from world.system import System

_TABLES = """
select table_schema, table_name from information_schema.tables
where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
order by table_schema, table_name
"""
# A row as text shows every column of it: words as they are, JSON and arrays within, bytes in hexadecimal.
_MENTIONS = "select each::text from {table} as each where each::text ilike any(%s) limit 3"


def mentions(system: System | Production, words: Iterable[str]) -> list[str]:
    """Table and row, wherever one of these words stands in any column of any table of any service."""
    patterns = [f"%{form}%" for word in words for form in (word, word.encode().hex())]
    if isinstance(system, Production):
        return system.engine.inside("postgres-1", lambda: _look(_production(system), patterns))
    return _look({name: Server(system.home).superuser_dsn(name) for name in SERVICE_NAMES}, patterns)


def _look(databases: dict[str, str], patterns: list[str]) -> list[str]:
    found = []
    for name, dsn in databases.items():
        with _inside(dsn) as connection:
            for schema, table in connection.execute(_TABLES).fetchall():
                query = SQL(_MENTIONS).format(table=Identifier(schema, table))
                rows = connection.execute(query, [patterns]).fetchall()
                found += [f"{name}.{table}: {row[:300]}" for (row,) in rows]
    return found


@contextmanager
def _inside(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(dsn) as connection:
        yield connection


def _production(system: Production) -> dict[str, str]:
    about = {"host": "127.0.0.1", "user": "postgres", "password": system.secrets["POSTGRES_PASSWORD"]}
    return {name: psycopg.conninfo.make_conninfo(dbname=name, **about) for name in SERVICE_NAMES}
