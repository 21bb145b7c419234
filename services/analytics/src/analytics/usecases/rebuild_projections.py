"""Make every projection again from the events kept, to the same figures."""

from collections.abc import Callable
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.models import TABLES
from analytics.usecases.project_facts import project_facts
from chassis.inbox import LOCK
from contracts.event import REGISTRY

BATCH = 2000

_BATCH = text("""
select position, type, data, stored_at from events where position > :after order by position limit :limit
""")
_COUNT = text("select count(*) from events")

Progress = Callable[[int, int], None]


def rebuild_projections(session: Session, progress: Progress, *, batch: int = BATCH) -> int:
    """Rebuild in the caller's transaction and return how many events were read.

    Readers see the old figures until it commits. It holds the processor's lock, so events that arrive meanwhile wait
    in the inbox. ``progress(done, total)`` is called after each batch.
    """
    session.execute(text(LOCK.replace("pg_try_advisory", "pg_advisory")))
    for table in TABLES:
        session.execute(text(f"delete from {table}"))  # noqa: S608 - our own table names
    total, done, after = session.scalar(_COUNT) or 0, 0, 0
    while rows := session.execute(_BATCH, {"after": after, "limit": batch}).all():
        for (name, moment), run in groupby(rows, key=lambda row: (row.type, row.stored_at)):
            project_facts(session, REGISTRY[name], [row.data for row in run], moment)
        done, after = done + len(rows), rows[-1].position
        progress(done, total)
    return done
