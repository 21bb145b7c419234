"""The database: reached as the runtime role, at the newest revision, tenants walled off, nothing stuck."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from chassis import inbox, outbox
from chassis.check import network
from chassis.check.points import Check, Point, Situation, fail, ok, warn
from chassis.database import SYSTEM, set_scope

LAG_SECONDS = 60.0
"""Older than this, what is owed or waits is worth a look."""

_ROLE = text("""
select current_user, rolsuper, rolbypassrls, exists (
    select from pg_class where relnamespace = 'public'::regnamespace and pg_has_role(relowner, 'usage')
) from pg_roles where rolname = current_user
""")
_UNFORCED = text("""
select relname from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
    and (relrowsecurity or relforcerowsecurity or exists (select from pg_policy where polrelid = pg_class.oid))
order by relname
""")
_FORCED = text("""
select count(*) from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity and relforcerowsecurity
""")
_ENCRYPTED = text("select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)")


def database(migrations: Path) -> Check:
    """Every point that one connection to the database shows."""

    def look(situation: Situation) -> Iterable[Point]:
        if situation.database is None:
            return
        arguments = {"connect_timeout": 3, "options": "-c statement_timeout=3000"}
        engine = create_engine(situation.database.url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
        try:
            with engine.connect() as connection:
                yield ok("database", "answers")
                yield from _inside(connection, migrations)
        except SQLAlchemyError as error:
            do = "Is it up, and does DATABASE_URL hold the right host, name, role and password?"
            yield fail("database", f"does not answer: {_words(error)}", do)

    return look


def owner_url(situation: Situation) -> Iterable[Point]:
    """What serves must not be able to change the tables."""
    if "DATABASE_OWNER_URL" in situation.environ:
        do = "Give it to `migrate` only; take it out of this environment."
        yield fail("owner role", "DATABASE_OWNER_URL is set in this environment", do)
    else:
        yield ok("owner role", "its address is not in this environment")


def _inside(connection: Connection, migrations: Path) -> Iterator[Point]:
    looks: list[Callable[[], Iterable[Point]]] = [
        lambda: _role(connection),
        lambda: _encryption(connection),
        lambda: _revision(connection, migrations),
        lambda: _walls(connection),
        lambda: _clock(connection),
        lambda: _lags(connection),
    ]
    for look in looks:
        try:
            yield from look()
        except SQLAlchemyError as error:
            yield fail("database", f"a question was refused: {_words(error)}", "Run `migrate`, then check again.")
        connection.rollback()


def _role(connection: Connection) -> Iterator[Point]:
    name, is_super, bypasses, owns = connection.execute(_ROLE).one()
    do = "Connect as the runtime role (<service>_app) in DATABASE_URL; deploy/compose shows how it is made."
    for holds, why in (
        (is_super, f"{name} is a superuser"),
        (bypasses, f"{name} has BYPASSRLS: it sees every organization's rows"),
        (owns, f"{name} owns tables: it could change them"),
    ):
        if holds:
            yield fail("database role", why, do)
            return
    yield ok("database role", f"{name} only uses the tables")


def _encryption(connection: Connection) -> Iterator[Point]:
    driver = connection.connection.driver_connection
    host = str(getattr(getattr(driver, "info", None), "host", "") or "")
    yield network.encryption(
        "database encryption",
        host,
        encrypted=bool(connection.scalar(_ENCRYPTED)),
        how="Add sslmode=verify-full (and sslrootcert) to DATABASE_URL and TLS to the server.",
    )


def _revision(connection: Connection, migrations: Path) -> Iterator[Point]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations))
    heads = set(ScriptDirectory.from_config(config).get_heads())
    if connection.scalar(text("select to_regclass('public.alembic_version')")) is None:
        yield fail("migrations", "were never applied", "Run `migrate` with DATABASE_OWNER_URL.")
        return
    current = set(connection.scalars(text("select version_num from alembic_version")))
    if current == heads:
        yield ok("migrations", f"applied, at {', '.join(sorted(current))}")
    else:
        why = f"the database is at {', '.join(sorted(current)) or 'nothing'}, this code at {', '.join(sorted(heads))}"
        yield fail("migrations", why, "Run `migrate` of this very version with DATABASE_OWNER_URL.")


def _walls(connection: Connection) -> Iterator[Point]:
    do = "As the owner role: alter table … enable row level security, force row level security."
    open_tables = list(connection.scalars(_UNFORCED))
    count = connection.scalar(_FORCED)
    if open_tables:
        yield fail("row-level security", f"is not forced on {', '.join(open_tables)}", do)
    elif not count:
        yield fail("row-level security", "protects no table at all", "Run `migrate`.")
    else:
        yield ok("row-level security", f"is forced on {count} tables")


def _clock(connection: Connection) -> Iterator[Point]:
    began = time.time()
    theirs = float(connection.scalar(text("select extract(epoch from clock_timestamp())")) or 0)
    yield network.skew("the database's clock", theirs - (began + time.time()) / 2)


def _lags(connection: Connection) -> Iterator[Point]:
    with Session(connection) as session:
        set_scope(session, SYSTEM)
        owed = outbox.lag(session)
        pending, age, dead = inbox.lag(session)
    do = "`events lag` tells more; is the worker up, does the broker answer?"
    for subscriber, (count, oldest) in owed.items():
        if oldest > LAG_SECONDS:
            yield warn("outbox", f"{count} events are owed to {subscriber}, the oldest for {oldest:.0f} s", do)
    if not any(oldest > LAG_SECONDS for _, oldest in owed.values()):
        yield ok("outbox", "nothing is owed for long")
    if dead:
        do_dead = "`events list`, then `events replay` or `events skip`."
        yield fail("dead letters", f"{dead} events were given up", do_dead)
    else:
        yield ok("dead letters", "none")
    if age > LAG_SECONDS:
        yield warn("inbox", f"{pending} events wait to be handled, the oldest for {age:.0f} s", do)
    else:
        yield ok("inbox", "nothing waits for long")


def _words(error: SQLAlchemyError) -> str:
    """The driver's first line: which host and why, never the password."""
    told = str(getattr(error, "orig", None) or "").strip().splitlines()
    return told[0].rstrip(".") if told else type(error).__name__
