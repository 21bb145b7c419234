"""What stands in the databases of the production world, read as the superuser, as no service may."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from contracts.event import REGISTRY
from contracts.subscriptions import SUBSCRIPTIONS
from world.production import Production
from world.system import eventually


def rows(system: Production, database: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query gives in one service's database."""

    def ask() -> list[tuple[Any, ...]]:
        about = {"host": "127.0.0.1", "user": "postgres", "password": system.secrets["POSTGRES_PASSWORD"]}
        with psycopg.connect(dbname=database, **about) as connection:
            return connection.execute(query, values or None).fetchall()  # type: ignore[arg-type]

    return system.engine.inside("postgres-1", ask)


Published = Mapping[str, Mapping[str, str]]
"""Service to its events: id to type."""


def published_by_now(system: Production) -> Published:
    """Every event there is."""
    return {name: dict(rows(system, name, "select cast(id as text), type from outbox")) for name in _publishers()}


def lost(system: Production, published: Published) -> list[str]:
    """Those of these events that have not come to everybody who listens, or were not handled there."""
    found = []
    for listener, events in SUBSCRIPTIONS.items():
        handled = {id for (id,) in rows(system, listener, "select cast(id as text) from inbox where state = 'done'")}
        types = {event.type: event.publisher for event in events}
        for publisher in set(types.values()):
            owed = {id: kind for id, kind in published[publisher].items() if kind in types}
            found += [f"{kind} {id} at {listener}" for id, kind in owed.items() if id not in handled]
    return found


def all_delivered(system: Production, seconds: float = 60) -> None:
    """Return when every event published by now has been handled wherever somebody listens."""
    found, published = list[str](), published_by_now(system)

    def none_lost() -> bool:
        found[:] = lost(system, published)
        return not found

    try:
        eventually(none_lost, "all events are handled", seconds)
    except AssertionError as error:
        raise AssertionError(f"{len(found)} not handled: {found[:5]}") from error


def check_ledger(system: Production) -> None:
    """Every transaction balances, every payment counts once, invoices are numbered without a gap."""
    sums = "select transaction_id from ledger_entries group by transaction_id, currency having sum(amount_minor) <> 0"
    assert rows(system, "billing", sums) == []
    twice = "select reference from payments where state = 'completed' group by reference having count(*) > 1"
    assert rows(system, "billing", twice) == []
    numbers = sorted(number for (number,) in rows(system, "billing", "select number from invoices"))
    counted = [int(number.rpartition("-")[2]) for number in numbers]
    assert counted == list(range(1, len(counted) + 1)), "invoice numbers without a gap"


def _publishers() -> Iterable[str]:
    return {event.publisher for event in REGISTRY.values()}
