"""Correct a placement, or say when it ended: a new version, beside which the earlier one stays."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.money import Money
from programs.models import Placement
from programs.queries.activities import placement_for
from programs.queries.organizations import organization_of
from programs.rules.activities import PLACEMENT_FACTS, placement_facts
from programs.rules.batches import UNCHANGED, UPDATED, Outcome, RowRefused
from programs.usecases.record_activity import PLACEMENT
from programs.usecases.record_activity.record import write


def change_placement(session: Session, caller: Caller, placement_id: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """The placement as it holds now; nothing new changes nothing. Raises NoSuchPlacement, Forbidden, Invalid."""
    organization_id = organization_of(caller)
    before = placement_for(session, organization_id, placement_id)
    if not caller.may(PLACEMENT.permission, within=before.cohort_id):
        raise Forbidden(f"This needs the permission '{PLACEMENT.permission}' for this placement.")
    facts = {name: getattr(before, name) for name in PLACEMENT_FACTS}
    try:
        told = placement_facts({**facts, **_salary(before), **changes})
    except RowRefused as why:
        raise Invalid(errors=[dict(reason) for reason in why.reasons]) from None
    outcome = Outcome(1, UPDATED, id=before.id, version=before.version + 1, key=before.key, facts=told)
    if told == facts:
        outcome.status = UNCHANGED
    else:
        write(session, organization_id, PLACEMENT, [outcome], by=caller.user_id, at=now())
    return outcome.shown()


def _salary(placement: Placement) -> dict[str, Any]:
    """As rows give it: in major units."""
    if placement.salary_minor is None or placement.currency is None:
        return {"salary": None, "currency": None}
    return {"salary": Money(placement.salary_minor, placement.currency).decimal(), "currency": placement.currency}
