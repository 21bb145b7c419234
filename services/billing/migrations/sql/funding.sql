-- Where an organization's days begin and end; the seller's zone until it says.
alter table organizations add column time_zone text;

-- purchase: seats or an invoice. funding: money for what stands in funding_lines, or for nothing yet.
alter table checkouts
    add column purpose text not null default 'purchase' check (purpose in ('purchase', 'funding')),
    add column description text;

-- awaited: it was there before any money, and the first money of its checkout is its own.
-- bank_reference: what the payer says the bank calls the transfer; what the bank says is in reference.
alter table payments
    add column awaited boolean not null default false,
    add column bank_reference text,
    add column created_at timestamptz;
update payments set awaited = transfer_reference is not null, created_at = case
    when transfer_reference is null then recorded_at
    else (select checkouts.created_at from checkouts where checkouts.id = payments.checkout_id)
end;
alter table payments
    alter column created_at set not null,
    add constraint uq_payments_bank_reference unique (organization_id, bank_reference);
create index ix_payments_created on payments (organization_id, created_at, id);

-- An invoice to be, of a payment that is awaited: it has no number, and goes when the payment comes to nothing.
create table invoice_drafts (
    id uuid primary key,
    organization_id uuid not null,
    checkout_id uuid not null,
    created_at timestamptz not null,
    unique (organization_id, checkout_id),
    foreign key (organization_id, checkout_id) references checkouts (organization_id, id)
);
alter table invoice_lines
    drop constraint invoice_lines_unit_check,
    add constraint invoice_lines_unit_check check (unit in ('seat', 'session', 'minute', 'placement', 'contribution'));
create index ix_invoices_created on invoices (organization_id, created_at, id);

-- A sponsorship or a program, as programs tells it. Whoever gives it money or takes some away locks its row.
-- changed_at: of a program, the moment its facts are of. activated_at: its disbursements are scheduled.
create table fundables (
    organization_id uuid not null,
    id uuid not null,
    kind text not null check (kind in ('sponsorship', 'program')),
    name text,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    state text not null check (state in ('pending', 'planning', 'active', 'paused', 'completed', 'cancelled')),
    start_date date not null,
    end_date date not null check (end_date >= start_date),
    changed_at timestamptz,
    activated_at timestamptz,
    primary key (organization_id, id)
);
-- What a checkout is to fund, and with how much.
create table funding_lines (
    organization_id uuid not null,
    checkout_id uuid not null,
    position integer not null,
    fundable_id uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    primary key (organization_id, checkout_id, position),
    foreign key (organization_id, checkout_id) references checkouts (organization_id, id),
    foreign key (organization_id, fundable_id) references fundables (organization_id, id)
);
create index ix_funding_lines_fundable on funding_lines (organization_id, fundable_id);
-- What was given of a payment, and (negative) taken back: one to one with what the ledger holds as funds.
create table allocations (
    id uuid primary key,
    organization_id uuid not null,
    fundable_id uuid not null,
    payment_id uuid not null,
    refund_id uuid,
    reason text not null check (reason in ('payment', 'refund', 'ended')),
    amount_minor bigint not null check (amount_minor <> 0),
    currency text not null,
    allocated_at timestamptz not null,
    check ((amount_minor > 0) = (reason = 'payment')),
    check ((refund_id is not null) = (reason = 'refund')),
    foreign key (organization_id, fundable_id) references fundables (organization_id, id),
    foreign key (organization_id, payment_id) references payments (organization_id, id),
    foreign key (organization_id, refund_id) references refunds (organization_id, id)
);
create index ix_allocations_fundable on allocations (organization_id, fundable_id);
create index ix_allocations_payment on allocations (organization_id, payment_id);
-- Which funds a refund takes, while it is under way and after; what it takes of the credit is in no line.
create table refund_funds (
    organization_id uuid not null,
    refund_id uuid not null,
    position integer not null,
    fundable_id uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    primary key (organization_id, refund_id, position),
    foreign key (organization_id, refund_id) references refunds (organization_id, id),
    foreign key (organization_id, fundable_id) references fundables (organization_id, id)
);
create index ix_refund_funds_fundable on refund_funds (organization_id, fundable_id);

-- What is released, part by part. A part that is due waits until as much is held.
create table disbursements (
    id uuid primary key,
    organization_id uuid not null,
    fundable_id uuid not null,
    position integer not null check (position > 0),
    state text not null check (state in ('scheduled', 'made', 'cancelled')),
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    description text not null,
    due_on date not null,
    scheduled_at timestamptz not null,
    made_on date check ((made_on is not null) = (state = 'made')),
    made_at timestamptz check ((made_at is not null) = (state = 'made')),
    cancelled_at timestamptz check ((cancelled_at is not null) = (state = 'cancelled')),
    unique (organization_id, id),
    unique (organization_id, fundable_id, position),
    foreign key (organization_id, fundable_id) references fundables (organization_id, id)
);
create index ix_disbursements_due on disbursements (due_on) where state = 'scheduled';
create index ix_disbursements_listed on disbursements (organization_id, due_on, id);
