"""Tell an organization whether it may see a student, or each of up to a thousand."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM, set_scope
from chassis.errors import Forbidden, Invalid
from privacy.queries.grants import current_policy
from privacy.rules.decision import Viewer
from privacy.usecases.decide import Decisions, decide


def check_consent(
    session: Session,
    caller: Caller,
    *,
    student_ids: Sequence[UUID],
    scope: str,
    organization_id: UUID | None = None,
    purpose: str | None = None,
) -> Decisions:
    """The question is whether the *organization* may, so what its member is in private does not count.

    Asking is not reading. With a ``purpose`` the caller says that it will read, and an allowed answer is entered in
    the student's access log. Another organization than the caller's own may only be asked about by the platform.
    """
    if current_policy(session, scope, now()) is None:
        raise Invalid.field("scope", "There is no such scope; see /api/v1/privacy/policies/.")
    viewer = _viewer(session, caller, organization_id)
    return decide(session, viewer, student_ids=student_ids, scope=scope, purpose=purpose, log=purpose is not None)


def _viewer(session: Session, caller: Caller, organization_id: UUID | None) -> Viewer:
    if not caller.is_platform:
        if organization_id not in (None, caller.organization_id):
            raise Forbidden("Only your own organization's consents can be checked.")
        return Viewer(organization_id=caller.organization_id, organization_kind=caller.organization_kind)
    set_scope(session, SYSTEM)
    if organization_id is not None:
        return Viewer(organization_id=organization_id)
    return Viewer(user_id=caller.user_id, is_platform=True)
