"""Ask for a dashboard by mail, week by week or month by month, and end that."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.ids import new_id
from chassis.paging import Page, paginate
from notifications.errors import AlreadySubscribed, NoSuchSubscription, TooManySubscriptions
from notifications.models import ReportSubscription
from notifications.queries.people import contact_of
from notifications.queries.reports import subscriptions_of
from notifications.rules.quiet_hours import zone_of
from notifications.rules.report_times import next_due
from notifications.usecases.people import organization, person

MOST = 20
"""Reports one member may have by mail in one organization."""

_COHORT = re.compile("cohort:([0-9a-f-]{36})")
_END = text("""
update report_subscriptions set ended_at = :at, ended_reason = :reason
where organization_id = :organization_id and id = :id and ended_at is null
""")


def subscribe(session: Session, caller: Caller, **wanted: Any) -> dict[str, Any]:
    """``wanted`` are dashboard_id, frequency, day, hour and time_zone (by default the organization's).

    Raises Forbidden for a dashboard the caller may not see, Invalid, AlreadySubscribed and TooManySubscriptions.
    """
    organization_id, user_id, at = organization(caller), person(caller), now()
    _may_see(caller, wanted["dashboard_id"])
    known = contact_of(session, organization_id)
    zone = zone_of(wanted["time_zone"], known.time_zone if known else None)
    when = {"frequency": wanted["frequency"], "day": wanted["day"], "hour": wanted["hour"]}
    if _number(session, organization_id, user_id) >= MOST:
        raise TooManySubscriptions()
    row = {"id": new_id(), "dashboard_id": wanted["dashboard_id"], **when, "time_zone": zone.key, "created_at": at}
    row["next_due_at"] = next_due(at, zone, **when)
    kept = insert(ReportSubscription).values(organization_id=organization_id, user_id=user_id, **row)
    if session.scalar(kept.on_conflict_do_nothing().returning(ReportSubscription.id)) is None:
        raise AlreadySubscribed()
    return {**row, "ended_at": None, "ended_reason": None}


def list_subscriptions(session: Session, caller: Caller, *, page: int, limit: int) -> Page:
    """The caller's own in the organization, the latest first; those that have ended, too, with the reason."""
    return paginate(session, subscriptions_of(organization(caller), person(caller)), page=page, limit=limit)


def unsubscribe_report(session: Session, caller: Caller, subscription_id: UUID) -> None:
    """No more of it, nor of what is queued. Again changes nothing. Raises NoSuchSubscription."""
    found = session.get(ReportSubscription, (organization(caller), subscription_id))
    if found is None or found.user_id != person(caller):
        raise NoSuchSubscription()
    end_subscription(session, found.organization_id, found.id, "cancelled")


def end_subscription(session: Session, organization_id: UUID, subscription_id: UUID, reason: str) -> None:
    """``reason`` is cancelled, not_allowed or gone. What has ended stays as it ended."""
    values = {"organization_id": organization_id, "id": subscription_id, "reason": reason, "at": now()}
    session.execute(_END, values)


def _may_see(caller: Caller, dashboard_id: str) -> None:
    cohort = _COHORT.fullmatch(dashboard_id)
    try:
        within = UUID(cohort[1]) if cohort else None
    except ValueError:
        within = None
    if within is None and dashboard_id != "sponsor":
        raise Invalid.field("dashboard_id", "Either sponsor, or cohort: and the cohort's id.")
    if caller.is_program or not caller.may("dashboard.view", within=within):
        raise Forbidden("This needs the permission 'dashboard.view' for this dashboard.")


def _number(session: Session, organization_id: UUID, user_id: UUID) -> int:
    statement = select(func.count()).where(
        ReportSubscription.organization_id == organization_id,
        ReportSubscription.user_id == user_id,
        ReportSubscription.ended_at.is_(None),
    )
    return session.scalar(statement) or 0
