"""Queue the reports whose time has come: one mail a subscription and due time, whatever happens in between.

Nothing is made here. Who the reader still is, and what they may see, is asked when the mail leaves.
"""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from notifications.models import ReportSubscription
from notifications.queries.reports import due
from notifications.rules.report_times import next_due
from notifications.usecases.notify import To, notify

BATCH = 200
_TITLES = {"sponsor": "Sponsor dashboard"}


def queue_reports(database: Database) -> None:
    """All that are due. After a long stop each comes once, not once for every time that was missed."""
    while True:
        with database.transaction(SYSTEM) as session:
            found = due(session, now(), BATCH)
            for subscription in found:
                _queue(session, subscription)
        if len(found) < BATCH:
            return


def _queue(session: Session, subscription: ReportSubscription) -> None:
    data = {"subscription_id": subscription.id, "dashboard_id": subscription.dashboard_id, "at": now().isoformat()}
    notify(
        session,
        "report",
        To(user_id=subscription.user_id, by_mail=True),
        data | {"title": _TITLES.get(subscription.dashboard_id, "Cohort dashboard")},
        organization_id=subscription.organization_id,
        source=f"report:{subscription.id}:{subscription.next_due_at.isoformat()}",
    )
    subscription.next_due_at = next_due(
        now(),
        ZoneInfo(subscription.time_zone),
        frequency=subscription.frequency,
        day=subscription.day,
        hour=subscription.hour,
    )
