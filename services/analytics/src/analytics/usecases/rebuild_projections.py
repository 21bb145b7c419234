"""Make every projection again from the events kept, to the same figures, while the old ones are served.

It is made in the schema ``aside``, a batch a transaction, with the position reached in the same transaction: killed at
any moment, the next call goes on from there. In the end, under the processor's lock, what arrived meanwhile is added
and the rows that differ are moved over in one transaction: readers see the old figures or the new.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import CursorResult, Row, text
from sqlalchemy.orm import Session

from analytics.models import TABLES
from analytics.queries import rebuilds
from analytics.usecases.project_facts import project_facts, renew
from chassis.database import SYSTEM, Database
from chassis.inbox import LOCK
from contracts.event import REGISTRY

BATCH = 2000
"""Events a transaction."""

_PROCESSOR = text(LOCK.replace("pg_try_advisory", "pg_advisory"))
_ASIDE = text("select set_config('search_path', 'aside, public', true)")
_LIVE = text("select set_config('search_path', 'public', true)")
_PATIENT = text("select set_config('statement_timeout', '0', true)")
_ADVANCE = text("update rebuilds set position = :position, done = done + :number returning done")
_GONE = """
delete from public.{table} as live using (
    select {columns} from public.{table} except select {columns} from aside.{table}
) as gone where {same}
"""
_NEW = """
insert into public.{table} ({columns})
select {columns} from aside.{table} except select {columns} from public.{table}
"""

Progress = Callable[[int, int], None]


def rebuild_projections(database: Database, progress: Progress, *, batch: int = BATCH) -> dict[str, int]:
    """Begin or go on, to the end. Returns how many rows of each table were wrong; none, unless something was.

    ``progress(done, total)`` is called after each batch.
    """
    with database.transaction(SYSTEM) as session:
        _begin(session)
    while _step(database, progress, batch):
        pass
    with database.transaction(SYSTEM) as session:
        session.execute(_PROCESSOR)
        while _go_on(session, progress, batch):
            pass
        if rebuilds.under_way(session) is None:
            return {}  # somebody else has ended it: what is aside is nothing
        session.execute(_PATIENT)
        wrong = {table: number for table in TABLES if (number := _move(session, table))}
        if wrong:
            renew(session, None)
        session.execute(text("delete from rebuilds"))
        _clear(session)
    return wrong


def _begin(session: Session) -> None:
    found = rebuilds.under_way(session)
    if found is not None and found.current:
        return
    session.execute(_PATIENT)
    session.execute(text("delete from rebuilds"))
    _clear(session)
    rebuilds.begin(session)


def _clear(session: Session) -> None:
    for table in TABLES:
        session.execute(text(f"delete from aside.{table}"))  # noqa: S608 - our own table names


def _step(database: Database, progress: Progress, batch: int) -> bool:
    with database.transaction(SYSTEM) as session:
        return _go_on(session, progress, batch)


def _go_on(session: Session, progress: Progress, batch: int) -> bool:
    """Project the next events; whether there were any."""
    found = rebuilds.under_way(session)
    if found is None:
        return False
    rows = rebuilds.batch(session, found.position, batch)
    if not rows:
        return False
    session.execute(_ASIDE)
    _project(session, rows)
    session.execute(_LIVE)
    done = session.scalar(_ADVANCE, {"position": rows[-1].position, "number": len(rows)})
    progress(int(done or 0), rebuilds.count(session))
    return True


def _project(session: Session, rows: Sequence[Row[Any]]) -> None:
    for (name, moment), run in groupby(rows, key=lambda row: (row.type, row.stored_at)):
        project_facts(session, REGISTRY[name], [row.data for row in run], moment)


def _move(session: Session, table: str) -> int:
    """Make the live table what was made aside; how many rows went or came."""
    columns, key = rebuilds.columns(session, table)
    words = {
        "table": table,
        "columns": ", ".join(columns),
        "same": " and ".join(f"live.{column} = gone.{column}" for column in key),
    }
    changed = [session.execute(text(statement.format(**words))) for statement in (_GONE, _NEW)]
    return sum(cast("CursorResult[Any]", each).rowcount for each in changed)
