"""Words for migrations: the chassis' own tables, row-level security, append-only tables.

A service's first migration calls ``create_chassis_tables(op)``; each table of a tenant's data is then protected
with ``protect(op, "invoices")``. The owner role runs migrations, the runtime role only ever uses the tables.
"""

from alembic.operations import Operations

_CHASSIS_TABLES = """
create table outbox (
    position bigint generated always as identity primary key,
    id uuid not null unique,
    type text not null,
    subject text not null,
    organization_id uuid,
    data jsonb not null,
    traceparent text,
    tracestate text,
    occurred_at timestamptz not null default clock_timestamp()
);
-- A row is a debt: this subscriber has not acknowledged that event yet. No foreign key: one statement writes both
-- rows and an outbox row is deleted only without debts, so checking each of 10,000 rows would buy nothing.
create table outbox_deliveries (
    subscriber text not null,
    position bigint not null,
    primary key (subscriber, position)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create table inbox (
    sequence bigint generated always as identity primary key,
    id uuid not null unique,
    type text not null,
    source text not null,
    subject text not null,
    organization_id uuid,
    position bigint not null,
    data jsonb not null,
    traceparent text,
    tracestate text,
    occurred_at timestamptz not null,
    received_at timestamptz not null default clock_timestamp(),
    state text not null default 'pending' check (state in ('pending', 'done', 'dead', 'skipped')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    waiting_since timestamptz,
    error text,
    handled_at timestamptz
);
create index ix_inbox_pending on inbox (sequence) where state = 'pending';
create index ix_inbox_open_subject on inbox (source, subject, position) where state in ('pending', 'dead');
create index ix_inbox_parked on inbox (source, subject, position)
    where attempts > 0 and state in ('pending', 'dead');
create index ix_inbox_handled on inbox (handled_at) where state in ('done', 'skipped');
create table idempotency_keys (
    caller text not null,
    operation text not null,
    key text not null,
    fingerprint bytea not null,
    status integer not null,
    content_type text not null,
    body bytea not null,
    created_at timestamptz not null default now(),
    primary key (caller, operation, key)
);
create index ix_idempotency_keys_created_at on idempotency_keys (created_at);
create table scheduled_runs (
    job text not null,
    due_at timestamptz not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    error text,
    primary key (job, due_at)
);
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
"""


def create_chassis_tables(op: Operations) -> None:
    """Outbox, inbox, idempotency keys, scheduled runs, and the function behind ``append_only``."""
    op.execute(_CHASSIS_TABLES)


def add_tracestate(op: Operations) -> None:
    """For databases made before events carried ``tracestate``."""
    for table in ("outbox", "inbox"):
        op.execute(f"alter table {table} add column if not exists tracestate text")


def protect(op: Operations, table: str, column: str = "organization_id") -> None:
    """Let a transaction see and write only its own organization's rows of ``table``."""
    mine = f"{column} = (select nullif(current_setting('app.organization', true), '')::uuid)"
    everyone = "(select current_setting('app.scope', true)) = 'system'"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy own_organization on {table} using ({mine}) with check ({mine})")
    op.execute(f"create policy system on {table} using ({everyone}) with check ({everyone})")


def append_only(op: Operations, table: str) -> None:
    """Have the database refuse to change or delete a row of ``table``."""
    op.execute(
        f"create trigger {table}_append_only before update or delete on {table} "
        "for each row execute function refuse_change()"
    )
    op.execute(
        f"create trigger {table}_no_truncate before truncate on {table} "
        "for each statement execute function refuse_change()"
    )
