"""Ask privacy whom a partner may see by name."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.wiring import use
from contracts.consent import SPONSOR_VIEW
from programs.clients.privacy import Privacy


def visible_students(
    session: Session, caller: Caller, organization_id: UUID, students: Sequence[UUID], *, purpose: str, log_reads: bool
) -> set[UUID]:
    """Who of these lets the organization see them, asked at once; nobody when privacy cannot be asked."""
    if not students:
        return set()
    return use(session, Privacy).visible(
        caller, organization_id, list(dict.fromkeys(students)), scope=SPONSOR_VIEW, purpose=purpose,
        log_reads=log_reads,
    )  # fmt: skip
