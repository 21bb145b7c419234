"""An organization keeps a student no longer whom others still know: what it had mailed for them is forgotten.

An invitation that was accepted is the account's own link to the student, and stays.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.events.privacy import RetentionEnded

_INVITATIONS = text("""
delete from invitations
where organization_id = :organization_id and student_id = :student_id and state <> 'accepted'
""")


def let_student_go(session: Session, event: RetentionEnded) -> None:
    """Again, it finds nothing more."""
    session.execute(_INVITATIONS, {"organization_id": event.organization_id, "student_id": event.student_id})
