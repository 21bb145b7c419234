"""Reading the record of rights as a whole, to verify it."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from identity.models import AuditEntry, AuditHead

_BATCH = 1000


def heads(session: Session, organization_id: UUID | None) -> dict[UUID | None, tuple[int, bytes]]:
    """How far each chain, or the organization's, has come: its last entry's number and hash."""
    statement = select(AuditHead.organization_id, AuditHead.sequence, AuditHead.hash)
    if organization_id is not None:
        statement = statement.where(AuditHead.organization_id == organization_id)
    return {row.organization_id: (row.sequence, row.hash) for row in session.execute(statement)}


def entries(session: Session, organization_id: UUID | None) -> Iterator[RowMapping]:
    """Every entry, or the organization's, chain by chain in its order; never all in memory."""
    columns = (
        AuditEntry.id,
        AuditEntry.organization_id,
        AuditEntry.sequence,
        AuditEntry.at,
        AuditEntry.actor_id,
        AuditEntry.user_id,
        AuditEntry.action,
        AuditEntry.details,
        AuditEntry.prev_hash,
        AuditEntry.hash,
    )
    statement = select(*columns).order_by(AuditEntry.organization_id, AuditEntry.sequence)
    if organization_id is not None:
        statement = statement.where(AuditEntry.organization_id == organization_id)
    yield from session.execute(statement, execution_options={"yield_per": _BATCH}).mappings()
