"""Let a student, or a minor's guardian, grant a scope to an organization or take it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from privacy.errors import NoSuchOrganization, NoSuchStudent, NotLinked, PolicyChanged
from privacy.models import Policy, Terms
from privacy.queries.grants import current_policy, lock_grant, policy_exists
from privacy.queries.people import is_member, lock_student, organization, standings
from privacy.rules.granting import Standing
from privacy.usecases.change_grant import ConsentState, Matter, give, withdraw
from privacy.usecases.people import person


def update_consent(
    session: Session,
    caller: Caller,
    *,
    organization_id: UUID | None,
    scope: str,
    granted: bool,
    student_id: UUID | None = None,
    expires_at: datetime | None = None,
    policy_version: str | None = None,
) -> ConsentState:
    """Grant or withdraw; returns where the student stands now.

    Repeating it changes nothing. Granting needs the student to be of age, or else a guardian who does not belong
    to the organization; withdrawing is open to the student at any age, and to the guardian of a minor.
    Raises NotLinked, NoSuchStudent, NoSuchOrganization, GuardianNeeded, GuardianInterested, StudentOfAge,
    PolicyChanged and Invalid.
    """
    user_id = person(caller)
    policy = _policy(session, scope, organization_id)
    name = _name(session, organization_id)
    student = _choose(standings(session, user_id), student_id).student_id
    lock_student(session, student)
    grant = lock_grant(session, student, organization_id, scope)
    # Read again under the locks: a birth date or a link may have changed while another change was awaited.
    standing, at = _choose(standings(session, user_id), student), now()
    matter = Matter(student, organization_id, scope, name)
    if not granted:
        standing.may_withdraw(at)
        return withdraw(session, matter, grant, at, acted_by=standing.role, user_id=user_id)
    _may_grant(session, standing, user_id, organization_id, at)
    _same_text(session, policy, policy_version)
    _still_to_come(expires_at, at)
    terms = Terms(user_id, standing.role, policy.version, standing.until(expires_at))
    return give(session, matter, grant, terms, at)


def _still_to_come(expires_at: datetime | None, at: datetime) -> None:
    if expires_at is not None and expires_at <= at:
        raise Invalid.field("expires_at", "Must be in the future.")


def _may_grant(session: Session, standing: Standing, user_id: UUID, organization_id: UUID | None, at: datetime) -> None:
    standing.must_decide(at)
    member = organization_id is not None and is_member(session, organization_id, user_id)
    standing.must_be_disinterested(organization_id, member=member)


def _policy(session: Session, scope: str, organization_id: UUID | None) -> Policy:
    policy = current_policy(session, scope, now())
    if policy is None:
        raise Invalid.field("scope", "There is no consent text for this scope; see /api/v1/privacy/policies/.")
    if policy.for_anyone and organization_id is not None:
        raise Invalid.field("organization_id", "This scope is granted to everybody: leave it null.")
    if not policy.for_anyone and organization_id is None:
        raise Invalid.field("organization_id", "Name the organization this scope is granted to.")
    return policy


def _name(session: Session, organization_id: UUID | None) -> str | None:
    if organization_id is None:
        return None
    found = organization(session, organization_id)
    if found is None:
        raise NoSuchOrganization()
    return str(found.name)


def _choose(candidates: list[Standing], student_id: UUID | None) -> Standing:
    if student_id is not None:
        for standing in candidates:
            if standing.student_id == student_id:
                return standing
        raise NoSuchStudent()
    if not candidates:
        raise NotLinked()
    own = [standing for standing in candidates if standing.role == "self"] or candidates
    if len(own) > 1:
        raise Invalid.field("student_id", "This account stands for several students: say which.")
    return own[0]


def _same_text(session: Session, policy: Policy, shown: str | None) -> None:
    if shown is None or shown == policy.version:
        return
    if not policy_exists(session, policy.scope, shown):
        raise Invalid.field("policy_version", "There is no such version of this text.")
    raise PolicyChanged(details={"current": policy.version})
