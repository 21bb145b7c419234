"""What people ask of their data, what each service answered, and the ids of who was erased."""

from alembic import op

from chassis.migrations import protect

revision = "0004"
down_revision = "0003"

_REQUESTS = """
alter table organizations add column country text;
create table data_requests (
    id uuid primary key,
    kind text not null check (kind in ('access', 'erasure', 'rectification', 'objection')),
    student_id uuid,
    user_id uuid,
    requested_by uuid not null,
    acts_as text not null check (acts_as in ('self', 'guardian', 'organization')),
    organization_id uuid,
    state text not null check (state in ('received', 'in_progress', 'done', 'refused')),
    law text not null,
    countries text[] not null,
    wanted jsonb not null,
    reason text,
    receipt_hash bytea not null unique,
    received_at timestamptz not null,
    due_at timestamptz not null,
    escalated_at timestamptz,
    ended_at timestamptz,
    expires_at timestamptz,
    check (student_id is not null or user_id is not null),
    check ((kind = 'rectification') = (organization_id is not null)),
    check ((ended_at is null) = (state in ('received', 'in_progress'))),
    check ((reason is not null) = (state = 'refused'))
);
-- One open request of a kind about one person, whoever asks.
create unique index uq_data_requests_open on data_requests (kind, student_id, user_id, organization_id)
    nulls not distinct where state in ('received', 'in_progress');
create index ix_data_requests_organization_id on data_requests (organization_id, received_at, id)
    where organization_id is not null;
create index ix_data_requests_requested_by on data_requests (requested_by, received_at, id);
create index ix_data_requests_student_id on data_requests (student_id) where student_id is not null;
create index ix_data_requests_user_id on data_requests (user_id) where user_id is not null;
create index ix_data_requests_due_at on data_requests (due_at) where state in ('received', 'in_progress');
create index ix_data_requests_expires_at on data_requests (expires_at) where expires_at is not null;
create table data_request_parts (
    request_id uuid not null references data_requests (id) on delete cascade,
    service text not null,
    erased jsonb not null,
    kept jsonb not null,
    answered_at timestamptz not null,
    primary key (request_id, service)
);
-- A finished copy, in pieces. It is compressed already.
create table export_pieces (
    request_id uuid not null references data_requests (id) on delete cascade,
    number bigint not null,
    data bytea not null,
    primary key (request_id, number)
);
alter table export_pieces alter column data set storage external;
-- Ids and nothing else: what arrives late about these people is left out.
create table erased (
    id uuid primary key,
    at timestamptz not null
);
create table retention (
    organization_id uuid primary key,
    inactive_months bigint not null check (inactive_months between 1 and 600),
    changed_by uuid,
    changed_at timestamptz not null
);
"""


def upgrade() -> None:
    """Create the tables; a request is its organization's to see only when that decides."""
    op.execute(_REQUESTS)
    for table in ("data_requests", "retention"):
        protect(op, table)
