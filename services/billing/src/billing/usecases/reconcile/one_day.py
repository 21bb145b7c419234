"""One day of the seller's calendar, compared: reference by reference, amount by amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import Moved
from billing.queries import reconciliation
from billing.queries.reconciliation import Difference
from billing.rules import Key, differences
from billing.settings import Settings
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use

_AROUND = timedelta(days=4)
"""How far from ours the provider's day may say that something happened."""


@dataclass(frozen=True)
class Reconciled:
    """``cleared`` payments and refunds are the same on both sides; the others are named."""

    provider: str
    day: date
    cleared: int
    differences: Sequence[Difference]


def reconcile_day(database: Database, day: date, provider: str) -> Reconciled:
    """Compare and remember. Harmless to repeat: what has cleared meanwhile is said to have. Raises ProviderUnavailable.

    Whatever either side has of the day must be on the other with the same amount, on whichever day that was.
    """
    with database.transaction(SYSTEM) as session:
        gateway, zone = use(session, Gateways).named(provider), use(session, Settings).time_zone
    begin, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    around = list(gateway.moved(begin - _AROUND, end + _AROUND))
    at_provider = {_key(gateway.name, moved): moved.signed for moved in around}
    of_the_day = {_key(gateway.name, moved) for moved in around if begin <= moved.at < end}
    with database.transaction(SYSTEM) as session:
        ours = reconciliation.posted(session, gateway.name, begin, end, [reference for reference, _ in of_the_day])
        in_ledger = {(row.reference, row.currency): int(row.amount_minor) for row in ours}
        asked = of_the_day | in_ledger.keys()
        found = differences({key: at_provider[key] for key in asked & at_provider.keys()}, in_ledger)
        owners = {row.reference: row.organization_id for row in ours}
        named = [Difference(*key, *amounts, owners.get(key[0])) for key, amounts in sorted(found.items())]
        cleared = len(asked) - len(named)
        reconciliation.remember(session, gateway.name, day, cleared=cleared, found=named, at=now())
    return Reconciled(gateway.name, day, cleared, named)


def _key(provider: str, moved: Moved) -> Key:
    """The ledger's reference of it, and its currency."""
    return f"{moved.kind}:{provider}:{moved.id}", moved.currency
