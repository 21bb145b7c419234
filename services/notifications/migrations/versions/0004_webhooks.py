"""Webhooks out: an organization's endpoints, their secrets, deliveries, and every attempt at one."""

from alembic import op

from chassis.migrations import protect

revision = "0004"
down_revision = "0003"

_TABLES = """
-- ``failing_since`` is when the first of the present run of failures happened; null after a success. ``strained`` says
-- that the last attempt failed or was slow. ``disabled_reason`` is null for an endpoint its organization switched off.
create table webhook_endpoints (
    organization_id uuid not null,
    id uuid not null,
    url text not null check (length(url) <= 2000),
    description text not null,
    events text[] not null check (cardinality(events) > 0),
    enabled boolean not null,
    disabled_reason text check (disabled_reason in ('failing', 'gone')),
    failing_since timestamptz,
    strained boolean not null default false,
    created_by uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, url)
);
-- ``sealed`` is the secret, encrypted for this endpoint. Each signs until ``ends_at``; the current one has none.
create table webhook_secrets (
    organization_id uuid not null,
    endpoint_id uuid not null,
    id uuid not null,
    sealed bytea not null,
    created_at timestamptz not null,
    ends_at timestamptz,
    primary key (organization_id, endpoint_id, id),
    foreign key (organization_id, endpoint_id) references webhook_endpoints on delete cascade
);
create unique index uq_webhook_secrets_current on webhook_secrets (organization_id, endpoint_id)
    where ends_at is null;
-- ``message_id`` is the webhook-id: one for a fact, the same at every endpoint, attempt and replay. ``body`` is what is
-- signed, to the byte. ``tries`` counts within the present schedule, ``attempts`` ever. ``leased_until`` is set while
-- somebody has the row in hand, and then ``next_attempt_at`` is the same: when its lease ends.
create table webhook_deliveries (
    organization_id uuid not null,
    endpoint_id uuid not null,
    message_id uuid not null,
    id uuid not null,
    event text not null,
    body text not null,
    state text not null check (state in ('pending', 'delivered', 'failed')),
    reason text,
    tries integer not null,
    attempts integer not null,
    next_attempt_at timestamptz not null,
    leased_until timestamptz,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (organization_id, endpoint_id, id),
    unique (organization_id, endpoint_id, message_id),
    foreign key (organization_id, endpoint_id) references webhook_endpoints on delete cascade
);
create index ix_webhook_deliveries_due on webhook_deliveries (organization_id, endpoint_id, next_attempt_at, id)
    where state = 'pending';
create index ix_webhook_deliveries_in_hand on webhook_deliveries (organization_id, endpoint_id, leased_until)
    where leased_until is not null;
create index ix_webhook_deliveries_created_at on webhook_deliveries (organization_id, endpoint_id, created_at, id);
create index ix_webhook_deliveries_settled on webhook_deliveries (changed_at) where state <> 'pending';
create table webhook_attempts (
    organization_id uuid not null,
    endpoint_id uuid not null,
    delivery_id uuid not null,
    number integer not null,
    at timestamptz not null,
    status integer,
    reason text,
    duration_ms integer not null,
    response text,
    primary key (organization_id, endpoint_id, delivery_id, number),
    foreign key (organization_id, endpoint_id, delivery_id) references webhook_deliveries on delete cascade
);
"""

TABLES = ("webhook_endpoints", "webhook_secrets", "webhook_deliveries", "webhook_attempts")


def upgrade() -> None:
    """Create the tables; each organization sees its own."""
    op.execute(_TABLES)
    for table in TABLES:
        protect(op, table)
