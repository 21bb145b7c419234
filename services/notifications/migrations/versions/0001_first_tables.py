"""Messages, one delivery a recipient and channel, the inbox, templates and preferences."""

from alembic import op

from chassis.migrations import create_chassis_tables, protect

revision = "0001"
down_revision = None

_TABLES = """
create table organizations (
    id uuid primary key,
    name text not null,
    contact_email text
);
create table templates (
    id uuid primary key,
    organization_id uuid not null,
    name text not null,
    format text not null check (format in ('text', 'html')),
    subject text not null,
    body text not null,
    variables text[] not null,
    created_at timestamptz not null,
    unique (organization_id, name)
);
-- What is said, once. ``kind`` is 'message' when an organization wrote it, otherwise the notice it is; ``source``
-- names the fact a notice is about, so that the same fact is told once. ``variables`` is null for a body that is
-- meant as it stands, and holds the values of a template's variables otherwise.
create table messages (
    id uuid primary key,
    organization_id uuid,
    kind text not null,
    source text unique,
    sender_id uuid,
    cohort_id uuid,
    channels text[] not null,
    format text not null check (format in ('text', 'html')),
    subject text not null,
    body text not null,
    variables jsonb,
    data jsonb not null,
    recipients integer not null,
    excluded integer not null,
    send_at timestamptz not null,
    created_at timestamptz not null
);
create index ix_messages_organization_id on messages (organization_id, created_at, id) where kind = 'message';
-- Who hears it, how, and what became of it. ``next_attempt_at`` of a row in hand is when its lease ends.
create table deliveries (
    id uuid primary key,
    message_id uuid not null references messages (id),
    organization_id uuid,
    channel text not null check (channel in ('in_app', 'email')),
    recipient text not null,
    student_id uuid,
    user_id uuid,
    name text,
    address text,
    state text not null check (state in ('queued', 'sent', 'delivered', 'opened', 'failed')),
    reason text,
    attempts integer not null,
    next_attempt_at timestamptz not null,
    changed_at timestamptz not null,
    unique (message_id, recipient, channel)
);
create index ix_deliveries_due on deliveries (channel, next_attempt_at, id) where state = 'queued';
create index ix_deliveries_changed_at on deliveries (changed_at) where state <> 'queued' and address is not null;
-- A person's own in-app messages; the id is the delivery's.
create table inbox_items (
    id uuid primary key,
    user_id uuid not null,
    organization_id uuid,
    organization_name text,
    kind text not null,
    subject text not null,
    text text not null,
    html text not null,
    delivered_at timestamptz not null,
    read_at timestamptz
);
create index ix_inbox_items_user_id on inbox_items (user_id, delivered_at, id);
create table preferences (
    user_id uuid not null,
    channel text not null check (channel in ('in_app', 'email')),
    enabled boolean not null,
    primary key (user_id, channel)
);
"""


def upgrade() -> None:
    """Create the tables."""
    create_chassis_tables(op)
    op.execute(_TABLES)
    for table in ("templates", "messages", "deliveries"):
        protect(op, table)
