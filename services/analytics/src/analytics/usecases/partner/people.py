"""Who may be named."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.clients.privacy import Privacy
from analytics.queries import learning
from analytics.rules.scope import Scope
from chassis.auth import Caller
from chassis.wiring import use
from contracts.pseudonym import pseudonym


def named(session: Session, caller: Caller, scope: Scope, students: Collection[UUID], purpose: str) -> dict[UUID, str]:
    """The names of those who agree to being shown, logged; nobody's while privacy cannot be asked."""
    if not students:
        return {}
    agreed = use(session, Privacy).visible(caller, scope.organization_id, set(students), purpose=purpose, named=True)
    return learning.names(session, scope.organization_id, agreed)


def agreeing(session: Session, caller: Caller, scope: Scope, students: Collection[UUID]) -> frozenset[UUID]:
    """Who agrees to being shown; nobody is shown by asking."""
    if not students:
        return frozenset()
    return use(session, Privacy).visible(
        caller, scope.organization_id, set(students), purpose="small_groups", named=False
    )


def shown_name(scope: Scope, names: dict[UUID, str], student_id: UUID) -> str:
    """The name, else the pseudonym."""
    return names.get(student_id) or pseudonym(scope.organization_id, student_id)
