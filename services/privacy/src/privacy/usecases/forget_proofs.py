"""Let go of proofs whose time is over: looks at students, consents that ended, requests that were answered.

Batch by batch, each in a transaction of its own, so that nobody who writes the log waits; what a night leaves over is
the next one's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, TextClause, text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.ids import first_id
from chassis.wiring import use
from privacy.rules.clocks import months_before
from privacy.settings import Settings

log = structlog.get_logger()

BATCH = 10_000
BATCHES = 200
"""Of each table in a night."""

# Ids are made in the order of time: the key finds the oldest, and no further index is written with every look.
_LOOKS = text("""
delete from access_log where id in (
    select id from access_log where id < :first and at < :before order by id limit :batch
)
""")
# An open consent has no end: however old it is, it stays, and so does its history.
_CONSENTS = text("""
with over as (
    select id from grants where ended_at < :before order by ended_at, id limit :batch for update skip locked
), told as (
    delete from grant_history using over where grant_id = over.id
)
delete from grants using over where grants.id = over.id
""")
_REQUESTS = text("""
delete from data_requests where id in (select id from data_requests where ended_at < :before limit :batch)
""")
_ALL: Mapping[str, TextClause] = {"access_log": _LOOKS, "consents": _CONSENTS, "data_requests": _REQUESTS}


def forget_proofs(database: Database) -> None:
    """Runs nightly."""
    with database.transaction(SYSTEM) as session:
        before = months_before(now(), use(session, Settings).proof_months)
    for table, statement in _ALL.items():
        rows = _forget(database, statement, before)
        if rows:
            log.info("proofs_forgotten", table=table, rows=rows, before=before.date().isoformat())


def _forget(database: Database, statement: TextClause, before: datetime) -> int:
    total, values = 0, {"before": before, "batch": BATCH, "first": first_id(before)}
    wanted = {name: value for name, value in values.items() if f":{name}" in statement.text}
    for _ in range(BATCHES):
        with database.transaction(SYSTEM) as session:
            rows = cast("CursorResult[Any]", session.execute(statement, wanted)).rowcount
        total += rows
        if rows < BATCH:
            break
    return total
