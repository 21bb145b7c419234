"""Whose figures this caller may be told."""

from uuid import UUID

from sqlalchemy.orm import Session

from analytics.errors import NoSuchCohort
from analytics.queries import organizations, plan_for_groups
from analytics.rules.periods import zone_of
from analytics.rules.scope import Scope
from chassis.auth import Caller
from chassis.errors import Forbidden

_CURRENCY = "KES"
"""The product's own currency, until an organization's is known."""


def find_scope(session: Session, caller: Caller, permission: str, cohort_id: UUID | None = None) -> Scope:
    """The caller's organization, narrowed to what the caller may reach there and to the cohort asked for.

    Raises NoSuchCohort for a cohort that is not there, not theirs or not known yet, Forbidden without an
    organization.
    """
    plan_for_groups(session)
    reach = caller.reach(permission)
    if cohort_id is not None and reach is not None and cohort_id not in reach:
        raise NoSuchCohort()
    organization_id = caller.organization_id
    if cohort_id is not None:
        owner = organizations.cohort_owner(session, cohort_id)
        if owner is None or organization_id not in (None, owner):
            raise NoSuchCohort()
        organization_id = owner
    if organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    return _scope(session, organization_id, reach if cohort_id is None else frozenset({cohort_id}))


def _scope(session: Session, organization_id: UUID, cohorts: frozenset[UUID] | None) -> Scope:
    known = organizations.find_organization(session, organization_id)
    if known is None:
        return Scope(organization_id, None, _CURRENCY, zone_of(None), cohorts)
    return Scope(organization_id, known.kind, known.currency, zone_of(known.time_zone), cohorts)
