"""Read one student: what each scope shows, for whom privacy and the reader's own role allow it.

Privacy is asked here again, whatever the gateway was told: a caller that came another way gets no more. This asking
enters the read in the student's access log; the gateway's does not, so that each read is there once.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page
from chassis.wiring import use
from contracts.consent import EMPLOYER_SHARE, PLACEMENT_TRACKING, PUBLIC_PORTFOLIO, SPONSOR_VIEW
from contracts.decisions import Viewer
from programs.clients.privacy import Privacy
from programs.models import WITHDRAWN, Enrollment
from programs.queries import students
from programs.queries.bulk import among

NEEDED = {SPONSOR_VIEW: "cohorts.read", PLACEMENT_TRACKING: "cohorts.read", EMPLOYER_SHARE: "candidates.read"}
"""The permission that a member needs to use what was granted to the organization. A public portfolio needs none."""


def read_profile(session: Session, caller: Caller, student_id: UUID, *, purpose: str) -> dict[str, Any]:
    """The candidate's profile. Raises ConsentRequired."""
    _require(session, caller, student_id, EMPLOYER_SHARE, purpose)
    return students.student_profile(session, caller, student_id)


def read_progress(session: Session, caller: Caller, student_id: UUID, *, purpose: str) -> dict[str, Any]:
    """Course by course. Raises ConsentRequired."""
    _require(session, caller, student_id, SPONSOR_VIEW, purpose)
    return students.student_progress(session, caller, student_id)


def read_placements(session: Session, caller: Caller, student_id: UUID, *, purpose: str, page: int, limit: int) -> Page:
    """Work that the student found, whoever recorded it. Raises ConsentRequired."""
    _require(session, caller, student_id, PLACEMENT_TRACKING, purpose)
    return students.student_placements(session, student_id, page=page, limit=limit)


def read_portfolio(session: Session, caller: Caller | None, student_id: UUID, *, purpose: str) -> dict[str, Any]:
    """What the student shows to everybody. Raises ConsentRequired."""
    _require(session, caller, student_id, PUBLIC_PORTFOLIO, purpose)
    return students.student_portfolio(session, student_id)


def _require(session: Session, caller: Caller | None, student_id: UUID, scope: str, purpose: str) -> None:
    viewer = _viewer(session, caller, student_id, NEEDED.get(scope)) if caller else Viewer()
    use(session, Privacy).require(viewer, student_id, scope=scope, purpose=purpose)


def _viewer(session: Session, caller: Caller, student_id: UUID, permission: str | None) -> Viewer:
    """A member whose role does not hold the permission asks as a person only: of themselves and their children."""
    if permission and not _holds(session, caller, student_id, permission):
        return Viewer(user_id=caller.user_id)
    return Viewer(caller.user_id, caller.organization_id, caller.organization_kind, caller.is_platform)


def _holds(session: Session, caller: Caller, student_id: UUID, permission: str) -> bool:
    """Whether it is held in the whole organization, or in a cohort that the student is in."""
    reach = caller.reach(permission)
    if not reach:
        return reach is None
    here = exists().where(
        Enrollment.organization_id == caller.organization_id,
        Enrollment.student_id == student_id,
        among(Enrollment.cohort_id, reach),
        Enrollment.state != WITHDRAWN,
    )
    return bool(session.scalar(here.select()))
