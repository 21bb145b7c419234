"""An organization keeps a student no longer whom others still know: here it forgets them, and the owners of data hear.

The person stays, with what others say of them. The address that the introducing organization gave goes unless an
account has proved it, and so do guardians who never did. Nobody else's address takes their place: whoever names one
could otherwise take the person over. A guardian who proved theirs stays: the child's consents are theirs to give.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from contracts.events.privacy import RetentionEnded
from privacy.queries.grants import lock_live
from privacy.usecases.change_grant import Matter, withdraw
from privacy.usecases.register_students import derive_again

_FORGET = (
    text("delete from organization_students where organization_id = :organization_id and student_id = :student_id"),
    text("""
    delete from guardianships
    where student_id = :student_id and named_by = :organization_id and from_roster and user_id is null
    """),
    text("""
    update students set email = null
    where id = :student_id and introduced_by = :organization_id and user_id is null
    """),
)


def let_student_go(session: Session, organization_id: UUID, student_id: UUID) -> None:
    """What was granted to the organization ends first. The caller holds the student."""
    at = now()
    for grant in lock_live(session, student_id, organization_id):
        matter = Matter(student_id, organization_id, grant.scope, None)
        withdraw(session, matter, grant, at, acted_by="system", user_id=None)
    session.flush()
    for statement in _FORGET:
        session.execute(statement, {"organization_id": organization_id, "student_id": student_id})
    session.expire_all()
    derive_again(session, student_id)
    publish(session, RetentionEnded(student_id=student_id, organization_id=organization_id, ended_at=at))
