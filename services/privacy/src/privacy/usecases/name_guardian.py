"""Name the guardian of a student the organization knows; it takes effect once that address is verified."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from privacy.errors import AlreadyOfAge, GuardianInterested, NoSuchStudent, NotIntroducedByYou, TooManyGuardians
from privacy.models import Account, Guardianship, Student
from privacy.queries.people import guardians_of, is_member, knows, lock_student
from privacy.rules.majority import is_minor
from privacy.usecases.link_account import hold_address

MOST = 10
"""Guardians a student can have."""


def name_guardian(session: Session, caller: Caller, *, student_id: UUID, email: str) -> Guardianship:
    """Returns the guardianship, new or as it was. Whether the address has an account is not told.

    Raises NoSuchStudent, NotIntroducedByYou, AlreadyOfAge, TooManyGuardians, Invalid, and GuardianInterested when the
    address belongs to a member of the organization itself.
    """
    organization_id = _organization(caller)
    if not knows(session, organization_id, student_id):
        raise NoSuchStudent()
    student = lock_student(session, student_id)
    if student is None:
        raise NoSuchStudent()
    if student.introduced_by != organization_id:
        raise NotIntroducedByYou()
    named = guardians_of(session, student_id)
    for guardianship in named:
        if (guardianship.email, guardianship.named_by) == (email, organization_id):
            return guardianship
    _may_guard(student, email, {guardianship.email for guardianship in named} | {email})
    hold_address(session, email)
    user_id = session.scalar(select(Account.user_id).where(Account.email == email))
    if user_id is not None and is_member(session, organization_id, user_id):
        raise GuardianInterested()
    facts = {"student_id": student_id, "email": email, "named_by": organization_id, "user_id": user_id}
    guardianship = Guardianship(**facts, from_roster=False, created_at=now())
    session.add(guardianship)
    return guardianship


def _organization(caller: Caller) -> UUID:
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    return caller.organization_id


def _may_guard(student: Student, email: str, addresses: set[str]) -> None:
    if not is_minor(student.adult_on, now()):
        raise AlreadyOfAge()
    if email == student.email:
        raise Invalid.field("email", "This is the student's own address.")
    if len(addresses) > MOST:
        raise TooManyGuardians()
