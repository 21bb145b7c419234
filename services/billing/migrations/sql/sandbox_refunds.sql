-- What the payer chose on the page: how the sandbox will treat refunds of this payment.
alter table sandbox_sessions
    add column refunds text not null default 'at_once' check (refunds in ('at_once', 'later', 'never'));
create table sandbox_refunds (
    id text primary key,
    key text not null unique,
    attempt_id text not null references sandbox_attempts,
    session_id text not null references sandbox_sessions,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    state text not null check (state in ('pending', 'succeeded', 'failed')),
    created_at timestamptz not null,
    settles_at timestamptz,
    settled_at timestamptz
);
create index ix_sandbox_refunds_attempt on sandbox_refunds (attempt_id);
create index ix_sandbox_refunds_pending on sandbox_refunds (settles_at) where state = 'pending';
create index ix_sandbox_attempts_at on sandbox_attempts (at, id);
create index ix_sandbox_refunds_settled on sandbox_refunds (settled_at, id) where state = 'succeeded';
