-- requested: the amount is held; approved: programs gave the seats up; pending: the provider has taken it;
-- completed, failed: over. A failed one has given its seats back when returned_at is set.
create table refunds (
    id uuid primary key,
    organization_id uuid not null,
    payment_id uuid not null,
    state text not null check (state in ('requested', 'approved', 'pending', 'completed', 'failed')),
    -- Who asked with which Idempotency-Key, and what for: asking again goes on with this refund. None when it failed.
    request_key text unique,
    fingerprint bytea not null,
    requested_by uuid not null,
    reason text not null,
    credited boolean not null,
    currency text not null,
    net_minor bigint not null check (net_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    amount_minor bigint not null check (amount_minor > 0 and amount_minor = net_minor + tax_minor),
    provider text not null,
    reference text,
    failure text check ((failure is null) = (state <> 'failed')),
    requested_at timestamptz not null,
    checked_at timestamptz not null,
    completed_at timestamptz check ((completed_at is null) = (state <> 'completed')),
    returned_at timestamptz,
    unique (organization_id, id),
    unique (provider, reference),
    check (reference is not null or state <> 'completed'),
    foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index ix_refunds_payment on refunds (organization_id, payment_id);
create index ix_refunds_requested on refunds (organization_id, requested_at, id);
create index ix_refunds_open on refunds (checked_at)
    where state in ('requested', 'approved', 'pending') or (state = 'failed' and returned_at is null);
create table refund_lines (
    organization_id uuid not null,
    refund_id uuid not null,
    position integer not null,
    grant_id uuid not null references seat_grants (id),
    quantity bigint not null check (quantity > 0),
    months integer not null check (months > 0),
    net_minor bigint not null check (net_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    primary key (organization_id, refund_id, position),
    foreign key (organization_id, refund_id) references refunds (organization_id, id)
);
create index ix_refund_lines_grant on refund_lines (organization_id, grant_id);
-- Credit of one payment (the source) that paid something else: the payment it made.
create table credit_applications (
    organization_id uuid not null,
    source_id uuid not null,
    payment_id uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    applied_by uuid not null,
    applied_at timestamptz not null,
    primary key (organization_id, payment_id),
    foreign key (organization_id, source_id) references payments (organization_id, id),
    foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index ix_credit_applications_source on credit_applications (organization_id, source_id);
