"""The sandbox payment provider's own tables. Nothing of billing reads them: the two meet over HTTP."""

from alembic import op

revision = "0002"
down_revision = "0001"

_SANDBOX = """
create table sandbox_sessions (
    id text primary key,
    key text not null unique,
    fingerprint text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    description text not null,
    return_url text not null,
    cancel_url text not null,
    webhook_url text not null,
    state text not null check (state in ('open', 'paid', 'expired', 'cancelled')),
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index ix_sandbox_sessions_open on sandbox_sessions (expires_at) where state = 'open';
create table sandbox_attempts (
    id text primary key,
    session_id text not null references sandbox_sessions,
    outcome text not null check (outcome in ('paid', 'declined')),
    at timestamptz not null
);
create index ix_sandbox_attempts_session on sandbox_attempts (session_id);
create unique index uq_sandbox_attempts_paid on sandbox_attempts (session_id) where outcome = 'paid';
create table sandbox_deliveries (
    id text primary key,
    session_id text not null references sandbox_sessions,
    type text not null,
    url text not null,
    body text not null,
    state text not null check (state in ('pending', 'delivered', 'given_up')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    delivered_at timestamptz,
    last_answer text
);
create index ix_sandbox_deliveries_pending on sandbox_deliveries (next_attempt_at) where state = 'pending';
"""


def upgrade() -> None:
    op.execute(_SANDBOX)
