"""A database that was in use before partners paid anything has what it had, and room for what is new."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from billing.app import SERVICE
from chassis.testing import cluster

SYSTEM = text("select set_config('app.scope', 'system', true)")
CHECKOUTS = text("""
insert into checkouts (id, organization_id, state, method, currency, net_minor, tax_minor, amount_minor, success_url,
    cancel_url, created_at, expires_at)
select gen_random_uuid(), gen_random_uuid(), 'open', 'mpesa', 'KES', 100, 0, 100, '', '', '2026-01-01', '2026-01-02'
from generate_series(1, 2)
""")
TRANSFER = text("""
insert into payments (id, organization_id, checkout_id, provider, transfer_reference, state, method, currency,
    amount_minor, occurred_at, recorded_at)
select gen_random_uuid(), organization_id, id, 'bank', id::text, 'pending', 'bank_transfer', 'KES', 100, '2026-01-03',
    '2026-01-03'
from checkouts
""")
PAID = text("""
insert into payments (id, organization_id, checkout_id, provider, reference, state, method, currency, amount_minor,
    occurred_at, recorded_at)
select gen_random_uuid(), organization_id, id, 'sandbox', id::text, 'completed', 'mpesa', 'KES', 100, '2026-01-03',
    '2026-01-03'
from checkouts
""")


@pytest.fixture
def older() -> Iterator[tuple[Config, str]]:
    """A database of the revision before."""
    name = "billing_before_partners"
    cluster().create(name)
    url = cluster().url(name, f"{name}_owner")
    config = Config()
    config.set_main_option("script_location", str(SERVICE.migrations))
    config.attributes["url"] = url
    command.upgrade(config, "0007")
    return config, url


def rows(connection: Connection, statement: str) -> list[tuple[str, ...]]:
    return [tuple(str(value) for value in row) for row in connection.execute(text(statement))]


def test_transfers_are_awaited_since_their_checkout_was_opened(older):
    config, url = older
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (SYSTEM, CHECKOUTS, TRANSFER, PAID):
            connection.execute(statement)
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(SYSTEM)
        found = rows(connection, "select distinct state, awaited, created_at::date from payments order by 1")
        purposes = rows(connection, "select distinct purpose, coalesce(description, '') from checkouts")
    engine.dispose()
    assert found == [("completed", "False", "2026-01-03"), ("pending", "True", "2026-01-01")]
    assert purposes == [("purchase", "")]
