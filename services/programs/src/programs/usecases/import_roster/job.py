"""The job: one import an organization at a time, several organizations by turns, a batch each."""

from collections.abc import Iterator, Mapping
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Busy
from chassis.failures import describe, interrupted
from programs.models import QUEUED, RUNNING, RosterImport
from programs.rules.oneroster.refusals import FileRefused
from programs.usecases.import_roster.run import Superseded
from programs.usecases.import_roster.work import work

AT_ONCE = 8
"""Imports begun and not finished at a time: each has an open zip in memory."""

_OURS = {
    "code": "internal_error",
    "message": "Something went wrong on our side; what was read until then is in, and sending it again is harmless.",
    "file": None,
    "line": None,
}

log = structlog.get_logger()

Key = tuple[UUID, UUID]


def import_rosters(database: Database) -> None:
    """Work until nothing is left to do. Cut off anywhere, the next run goes on from what was committed."""
    at_work: dict[Key, Iterator[None]] = {}
    postponed: set[UUID] = set()
    while True:
        for key in _next(database, {organization_id for organization_id, _ in at_work} | postponed)[
            : AT_ONCE - len(at_work)
        ]:
            at_work[key] = work(database, *key)
        if not at_work:
            return
        for key, steps in list(at_work.items()):
            if not _advance(database, key, steps, postponed):
                del at_work[key]


def _advance(database: Database, key: Key, steps: Iterator[None], postponed: set[UUID]) -> bool:
    """One transaction further; False when there is nothing more to do for now."""
    try:
        next(steps)
    except StopIteration:
        return False
    except Superseded:
        postponed.add(key[0])
    except FileRefused as refused:
        _fail(database, key, refused.told())
    except (Busy, OperationalError) as error:
        if interrupted(error):
            raise
        postponed.add(key[0])
        log.warning("import_postponed", import_id=str(key[1]), error=describe(error))
    except Exception as error:
        if interrupted(error):
            raise
        log.error("import_failed", import_id=str(key[1]), error=describe(error))  # noqa: TRY400 - no payload in logs
        _fail(database, key, _OURS)
    else:
        return True
    return False


def _fail(database: Database, key: Key, problem: Mapping[str, object]) -> None:
    with database.transaction(key[0]) as session:
        session.get_one(RosterImport, key).fail(dict(problem), now())


def _next(database: Database, but: set[UUID]) -> list[Key]:
    """The oldest open import of each organization but of these, the longest waiting first."""
    with database.transaction(SYSTEM) as session:
        found = _oldest(session)
    return [(organization_id, id) for organization_id, id in found if organization_id not in but]


def _oldest(session: Session) -> list[Key]:
    own = RosterImport
    oldest = (
        select(own.organization_id, own.id, own.received_at)
        .where(own.state.in_((QUEUED, RUNNING)))
        .ext(distinct_on(own.organization_id))
        .order_by(own.organization_id, own.received_at, own.id)
        .subquery()
    )
    ordered = select(oldest.c.organization_id, oldest.c.id).order_by(oldest.c.received_at, oldest.c.id)
    return [(row.organization_id, row.id) for row in session.execute(ordered)]
