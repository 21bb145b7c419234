"""Uploads are kept for a while after their import, what was refused longer, and what never came in whole not at all."""

from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.wiring import use
from programs.models import DONE, FAILED, RECEIVING, ImportChunk, RosterImport
from programs.settings import Settings

HALF_RECEIVED = timedelta(hours=6)
TOLD = timedelta(days=90)
"""How long an import can be looked at, with the rows it refused."""

_MOST = 50
"""Uploads a run: what is left waits for the next."""


def forget_uploads(session: Session) -> None:
    """Delete uploads of imports that ended long enough ago, abandoned ones, and imports nobody looks at any more."""
    at, own = now(), RosterImport
    ended = own.state.in_((DONE, FAILED))
    session.execute(delete(own).where(own.state == RECEIVING, own.as_of < at - HALF_RECEIVED))
    session.execute(delete(own).where(ended, own.as_of < at - TOLD))
    kept = timedelta(days=use(session, Settings).import_retention_days)
    stored = exists().where(ImportChunk.organization_id == own.organization_id, ImportChunk.import_id == own.id)
    due = select(own.organization_id, own.id).where(ended, own.as_of < at - kept, stored).limit(_MOST)
    for organization_id, import_id in session.execute(due).all():
        mine = (ImportChunk.organization_id == organization_id, ImportChunk.import_id == import_id)
        session.execute(delete(ImportChunk).where(*mine))
