"""How far a rebuild is, and what it found that differs."""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('analytics.rebuild', 0))")
_UNDER_WAY = text("""
select position, done, revision = (select version_num from alembic_version) as current from rebuilds for update
""")
_BEGIN = text("""
insert into rebuilds (revision, position, done, began_at) select version_num, 0, 0, now() from alembic_version
""")
_BATCH = text("""
select position, type, data, stored_at from events where position > :after order by position limit :limit
""")
_COUNT = text("select count(*) from events")
_COLUMNS = text("""
select attname, exists (
    select from pg_index where indrelid = attrelid and indisprimary and attnum = any (indkey)
) as is_key
from pg_attribute
where attrelid = to_regclass('public.' || :table) and attnum > 0 and not attisdropped and attgenerated = ''
order by attnum
""")


def under_way(session: Session) -> Row[Any] | None:
    """The rebuild's row, locked: position, done, and whether the tables are those it began with."""
    session.execute(_LOCK)
    return session.execute(_UNDER_WAY).one_or_none()


def begin(session: Session) -> None:
    """Note that one is under way, from the beginning."""
    session.execute(_BEGIN)


def batch(session: Session, after: int, limit: int) -> list[Row[Any]]:
    """The next events that were kept."""
    return list(session.execute(_BATCH, {"after": after, "limit": limit}).all())


def count(session: Session) -> int:
    """How many events are kept."""
    return int(session.scalar(_COUNT) or 0)


def columns(session: Session, table: str) -> tuple[list[str], list[str]]:
    """The columns of a table that are written, and its key."""
    found = session.execute(_COLUMNS, {"table": table}).all()
    return [row.attname for row in found], [row.attname for row in found if row.is_key]
