"""End sponsorships and programs whose last day has passed in their organization's time zone."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.outbox import publish
from programs.models import FundedProgram, Organization, Sponsorship
from programs.models.funded_program import COMPLETED
from programs.models.sponsorship import OPEN
from programs.rules.days import local_day
from programs.usecases.cancel_sponsorship import ended
from programs.usecases.change_program import updated

AT_ONCE = 1_000
"""Of each kind, in one transaction."""

log = structlog.get_logger()


def end_funding(database: Database) -> None:
    """The job: every organization that has one, a thousand at a time, each in a transaction of its own.

    An organization that fails is left to the next run; the others do not wait for it.
    """
    at = now()
    with database.transaction(SYSTEM) as session:
        organizations = _due(session, at)
    for organization_id in organizations:
        try:
            left = True
            while left:
                with database.transaction(SYSTEM) as session:
                    left = _end_some(session, organization_id, at)
        except Exception as error:
            log.warning("ending_postponed", organization=str(organization_id), error=type(error).__name__)


def _due(session: Session, at: datetime) -> list[UUID]:
    """Organizations that have an open one which ended before their today."""
    today = func.timezone(Organization.time_zone, at).cast(Sponsorship.end_date.type)
    due = [
        select(kind.organization_id)
        .join(Organization, Organization.id == kind.organization_id)
        .where(still_open, kind.end_date < today)
        for kind, still_open in ((Sponsorship, Sponsorship.state.in_(OPEN)), (FundedProgram, _RUNNING))
    ]
    return list(session.scalars(union(*due)))


def _end_some(session: Session, organization_id: UUID, at: datetime) -> bool:
    """End up to ``AT_ONCE`` of each kind. Returns whether there may be more."""
    today = local_day(at, session.get_one(Organization, organization_id).time_zone)
    funded, running = Sponsorship, FundedProgram
    over = select(funded).where(funded.organization_id == organization_id, funded.end_date < today)
    over = over.where(funded.state.in_(OPEN)).order_by(funded.id).limit(AT_ONCE).with_for_update()
    sponsorships = session.scalars(over).all()
    for sponsorship in sponsorships:
        sponsorship.finish(at)
    late = select(running).where(running.organization_id == organization_id, running.end_date < today)
    late = late.where(_RUNNING).order_by(running.id).limit(AT_ONCE).with_for_update()
    programs = session.scalars(late).all()
    for program in programs:
        program.finish(at)
    session.flush()
    publish(session, *(ended(one, at) for one in sponsorships), *(updated(one) for one in programs))
    return AT_ONCE in (len(sponsorships), len(programs))


_RUNNING = FundedProgram.state != COMPLETED
