-- A prompt on a payer's phone. wanted: to be sent by the worker; sending: on its way, or its answer was lost;
-- sent: M-Pesa has taken it; paid, declined: M-Pesa's word; lost: nobody knows of it, and nobody waits any more.
create table mpesa_pushes (
    id uuid primary key,
    checkout_id uuid not null references checkouts (id),
    -- What M-Pesa shows the payer and gives back with the money.
    account_reference text not null unique check (length(account_reference) <= 12),
    -- Nobody's number is kept once M-Pesa has it.
    phone text check (phone is null or state in ('wanted', 'sending')),
    -- M-Pesa moves whole shillings.
    amount_minor bigint not null check (amount_minor > 0 and amount_minor % 100 = 0),
    state text not null check (state in ('wanted', 'sending', 'sent', 'paid', 'declined', 'lost')),
    merchant_request_id text,
    checkout_request_id text unique,
    receipt text unique,
    result_code text,
    expires_at timestamptz not null,
    wanted_at timestamptz not null,
    sent_at timestamptz check (sent_at is not null or state in ('wanted', 'declined', 'lost')),
    settled_at timestamptz check ((settled_at is null) = (state in ('wanted', 'sending', 'sent')))
);
create index ix_mpesa_pushes_checkout on mpesa_pushes (checkout_id, wanted_at);
-- One phone rings at a time.
create unique index uq_mpesa_pushes_live on mpesa_pushes (checkout_id) where state in ('wanted', 'sending', 'sent');
create index ix_mpesa_pushes_wanted on mpesa_pushes (wanted_at) where state = 'wanted';
create index ix_mpesa_pushes_phone on mpesa_pushes (sent_at) where phone is not null;
-- Money sent back. sending: on its way, or its answer was lost: it is never sent twice.
create table mpesa_reversals (
    refund_id uuid primary key references refunds (id),
    attempt text not null,
    receipt text not null,
    amount_minor bigint not null check (amount_minor > 0 and amount_minor % 100 = 0),
    state text not null check (state in ('sending', 'sent', 'succeeded', 'failed')),
    originator_conversation_id text unique,
    conversation_id text unique,
    -- M-Pesa's receipt of the money that went back.
    transaction_id text unique check (transaction_id is not null or state <> 'succeeded'),
    result_code text,
    sent_at timestamptz not null,
    checked_at timestamptz not null,
    settled_at timestamptz check ((settled_at is null) = (state in ('sending', 'sent')))
);
create index ix_mpesa_reversals_settled on mpesa_reversals (settled_at) where state = 'succeeded';
-- What M-Pesa says came in. It tells of the last 48 hours only, so its word is kept; who paid is not.
create table mpesa_statement (
    receipt text primary key,
    account_reference text not null,
    amount_minor bigint not null,
    at timestamptz not null
);
create index ix_mpesa_statement_at on mpesa_statement (at);
create index ix_mpesa_statement_reference on mpesa_statement (account_reference);
