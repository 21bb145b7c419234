"""An organization keeps a student no longer whom others still know: it forgets the name; the figures know ids only."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.events.privacy import RetentionEnded

_NAME = text("delete from names where organization_id = :organization_id and subject_id = :student_id")


def let_student_go(session: Session, event: RetentionEnded) -> None:
    """Again, it finds nothing more. Files that name the student have ended with the consents."""
    session.execute(_NAME, {"organization_id": event.organization_id, "student_id": event.student_id})
