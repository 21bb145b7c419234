-- The provider's word against the ledger's, a day at a time. Of no organization.
create table reconciliations (
    provider text not null,
    day date not null,
    compared_at timestamptz not null,
    cleared integer not null,
    primary key (provider, day)
);
-- What did not clear: named until it does. Amounts are signed: money in is positive, a refund negative.
create table reconciliation_differences (
    provider text not null,
    reference text not null,
    currency text not null,
    day date not null,
    kind text not null check (kind in ('not_in_ledger', 'not_at_provider', 'other_amount')),
    provider_minor bigint,
    ledger_minor bigint,
    organization_id uuid,
    found_at timestamptz not null,
    cleared_at timestamptz,
    primary key (provider, reference, currency)
);
create index ix_reconciliation_differences_open on reconciliation_differences (found_at) where cleared_at is null;
create index ix_reconciliation_differences_day on reconciliation_differences (provider, day);
-- A day of all organizations; entries come in the order of time, so this costs next to nothing.
create index ix_ledger_transactions_occurred on ledger_transactions using brin (occurred_at);
