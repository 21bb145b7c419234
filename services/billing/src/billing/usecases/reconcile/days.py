"""The daily job: the days that are over, and every earlier one that did not clear."""

from datetime import timedelta

import structlog

from billing.clients.gateways import Gateways
from billing.errors import ProviderUnavailable
from billing.queries import reconciliation
from billing.settings import Settings
from billing.usecases.reconcile.one_day import reconcile_day
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use

log = structlog.get_logger()

_LATELY = 3
"""Days that are compared again although they cleared: a provider may report late."""


def reconcile_recent_days(database: Database) -> None:
    """Each day of each provider by itself, and none waits for another's.

    Raises ProviderUnavailable: the run is then failed, and the next one makes up for it.
    """
    with database.transaction(SYSTEM) as session:
        names = use(session, Gateways).names
    silent = [name for name in names if not _has_answered(database, name)]
    if silent:
        raise ProviderUnavailable(f"Not reconciled: {', '.join(silent)}.")


def _has_answered(database: Database, provider: str) -> bool:
    try:
        _reconcile(database, provider)
    except ProviderUnavailable:
        return False
    return True


def _reconcile(database: Database, provider: str) -> None:
    with database.transaction(SYSTEM) as session:
        today = now().astimezone(use(session, Settings).time_zone).date()
        days = set(reconciliation.open_days(session, provider))
    days |= {today - timedelta(days=ago) for ago in range(1, _LATELY + 1)}
    for day in sorted(days):
        done = reconcile_day(database, day, provider)
        for difference in done.differences:
            log.error("payment_not_cleared", day=str(day), reference=difference.reference, kind=difference.kind)
