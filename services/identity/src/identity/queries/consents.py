"""What stands of consents, as privacy told it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from chassis.clock import now

_RECEIVED = text("""
select scope, count(distinct student_id) as students from consent_scopes
where organization_id = :organization and (expires_at is null or expires_at > :at)
group by scope order by scope
""")
# An account speaks for a student when it accepted the invitation sent for that student to its address.
_GRANTED = text("""
select distinct c.student_id, c.organization_id, c.scope, c.expires_at
from consent_scopes c
join invitations i on i.student_id = c.student_id and i.state = 'accepted' and i.accepted_by = :user
where c.expires_at is null or c.expires_at > :at
order by c.student_id, c.scope, c.organization_id
limit 1000
""")


def received(session: Session, organization_id: UUID | None) -> Sequence[RowMapping]:
    """Scope and number of students who grant it to the organization."""
    if organization_id is None:
        return []
    return session.execute(_RECEIVED, {"organization": organization_id, "at": now()}).mappings().all()


def granted(session: Session, user_id: UUID) -> Sequence[RowMapping]:
    """What the students linked to this account grant, student by student."""
    values: dict[str, Any] = {"user": user_id, "at": now()}
    return session.execute(_GRANTED, values).mappings().all()
