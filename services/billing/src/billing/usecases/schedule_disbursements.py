"""Schedule what is released for a sponsorship or program: a part a month, which add up to all it is to get."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from billing import rules
from billing.models import Disbursement, Fundable
from billing.models.fundables import SPONSORSHIP
from billing.queries import partners
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.billing import DisbursementScheduled

_WHAT = {SPONSORSHIP: "Monthly scholarship disbursement"}


def schedule_disbursements(session: Session, target: Fundable, at: datetime) -> None:
    """From the day it starts, or today when that is later, to its end; at least one part. Say so."""
    begin = max(target.start_date, partners.today(session, target.organization_id, at))
    days = rules.due_days(begin, target.end_date)
    amounts = target.amount.allocate([1] * len(days))
    due = [(day, amount) for day, amount in zip(days, amounts, strict=True) if amount]
    parts = [_part(target, position, day, amount.minor, at) for position, (day, amount) in enumerate(due, start=1)]
    session.add_all(parts)
    session.flush()
    publish(session, *(_scheduled(target, part) for part in parts))


def _part(target: Fundable, position: int, day: date, minor: int, at: datetime) -> Disbursement:
    what = _WHAT.get(target.kind, "Monthly program disbursement")
    return Disbursement(
        id=new_id(),
        organization_id=target.organization_id,
        fundable_id=target.id,
        position=position,
        state="scheduled",
        amount_minor=minor,
        currency=target.currency,
        description=f"{what} - {day:%B %Y}",
        due_on=day,
        scheduled_at=at,
    )


def _scheduled(target: Fundable, part: Disbursement) -> DisbursementScheduled:
    return DisbursementScheduled(
        organization_id=part.organization_id,
        disbursement_id=part.id,
        amount_minor=part.amount_minor,
        currency=part.currency,
        due_on=part.due_on,
        description=part.description,
        scheduled_at=part.scheduled_at,
        **target.names,
    )
