"""Read models, checkouts, payments, the ledger, invoices and seat grants."""

from alembic import op

from chassis.migrations import append_only, create_chassis_tables, protect

revision = "0001"
down_revision = None

_READ_MODELS = """
create table organizations (
    organization_id uuid primary key,
    name text not null,
    kind text not null,
    currency text not null,
    country text,
    contact_email text
);
create table cohorts (
    organization_id uuid not null,
    cohort_id uuid not null,
    name text not null,
    primary key (organization_id, cohort_id)
);
-- Assigned and released may arrive in either order, so each fills its own column.
create table seat_holdings (
    organization_id uuid not null,
    seat_id uuid not null,
    student_id uuid not null,
    cohort_id uuid not null,
    assigned_at timestamptz,
    released_at timestamptz,
    primary key (organization_id, seat_id),
    check (assigned_at is not null or released_at is not null)
);
create index ix_seat_holdings_student on seat_holdings (organization_id, student_id);
create index ix_seat_holdings_assigned on seat_holdings (organization_id, assigned_at);
"""

_CHECKOUTS = """
create table checkouts (
    id uuid primary key,
    organization_id uuid not null,
    cohort_id uuid,
    created_by uuid,
    state text not null check (state in ('open', 'paid', 'expired', 'cancelled')),
    method text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    net_minor bigint not null,
    tax_minor bigint not null check (tax_minor >= 0),
    amount_minor bigint not null check (amount_minor > 0 and amount_minor = net_minor + tax_minor),
    success_url text not null,
    cancel_url text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    completed_at timestamptz,
    provider text,
    opened_at timestamptz,
    checked_at timestamptz,
    session_id text,
    unique (organization_id, id),
    unique (provider, session_id)
);
create index ix_checkouts_open on checkouts (expires_at) where state = 'open';
create table checkout_lines (
    organization_id uuid not null,
    checkout_id uuid not null,
    position integer not null,
    product text not null,
    quantity bigint not null check (quantity > 0),
    months integer not null check (months > 0),
    unit_minor bigint not null,
    net_minor bigint not null,
    tax_rate numeric not null,
    tax_minor bigint not null,
    primary key (organization_id, checkout_id, position),
    foreign key (organization_id, checkout_id) references checkouts (organization_id, id)
);
create table payments (
    id uuid primary key,
    organization_id uuid not null,
    checkout_id uuid not null,
    provider text not null,
    reference text,
    state text not null check (state in ('completed', 'unapplied', 'failed')),
    reason text check ((reason is null) = (state = 'completed')),
    method text not null,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    unique (organization_id, id),
    unique (provider, reference),
    check (reference is not null or state = 'failed'),
    foreign key (organization_id, checkout_id) references checkouts (organization_id, id)
);
create index ix_payments_checkout on payments (organization_id, checkout_id);
create unique index uq_payments_completed on payments (checkout_id) where state = 'completed';
-- What a provider has told us, each message once. Of no organization until it is settled.
create table provider_events (
    provider text not null,
    event_id text not null,
    type text not null,
    checkout_id uuid not null,
    received_at timestamptz not null,
    settled_at timestamptz,
    primary key (provider, event_id)
);
"""

_INVOICES = """
-- The last number given, a row a year. Its lock is held until commit, so a rollback gives the number back.
create table invoice_counters (
    year integer primary key,
    last integer not null check (last > 0)
);
create table invoices (
    id uuid primary key,
    organization_id uuid not null,
    number text not null unique,
    year integer not null,
    sequence integer not null check (sequence > 0),
    state text not null check (state in ('issued', 'paid')),
    cohort_id uuid,
    checkout_id uuid not null,
    payment_id uuid not null,
    payment_reference text not null,
    payment_method text not null,
    buyer jsonb not null,
    seller jsonb not null,
    currency text not null,
    net_minor bigint not null,
    tax_minor bigint not null,
    total_minor bigint not null check (total_minor = net_minor + tax_minor),
    issued_on date not null,
    due_on date not null check (due_on >= issued_on),
    paid_at timestamptz check ((paid_at is null) = (state = 'issued')),
    created_at timestamptz not null,
    unique (organization_id, id),
    unique (year, sequence),
    foreign key (organization_id, checkout_id) references checkouts (organization_id, id),
    foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index ix_invoices_organization_issued on invoices (organization_id, issued_on, id);
create table invoice_lines (
    organization_id uuid not null,
    invoice_id uuid not null,
    position integer not null,
    product text not null,
    description text not null,
    quantity bigint not null,
    months integer not null,
    unit_minor bigint not null,
    net_minor bigint not null,
    tax_rate numeric not null,
    tax_minor bigint not null,
    primary key (organization_id, invoice_id, position),
    foreign key (organization_id, invoice_id) references invoices (organization_id, id)
);
create table seat_grants (
    id uuid primary key,
    organization_id uuid not null,
    cohort_id uuid,
    checkout_id uuid not null,
    payment_id uuid not null,
    quantity bigint not null check (quantity > 0),
    valid_from timestamptz not null,
    valid_until timestamptz not null check (valid_until > valid_from),
    currency text not null,
    net_minor bigint not null,
    expired_at timestamptz,
    foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index ix_seat_grants_organization on seat_grants (organization_id, valid_until);
create index ix_seat_grants_running on seat_grants (valid_until) where expired_at is null;
"""

_LEDGER = """
create table ledger_accounts (
    id uuid primary key,
    organization_id uuid not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    code text not null,
    unique (organization_id, currency, code),
    unique (organization_id, currency, id)
);
create table ledger_transactions (
    id uuid primary key,
    organization_id uuid not null,
    kind text not null,
    -- What moved the money, in the words of who moved it: one set of entries each, ever.
    reference text not null unique,
    description text not null,
    occurred_at timestamptz not null,
    posted_at timestamptz not null default clock_timestamp(),
    posted_by xid8 not null default pg_current_xact_id(),
    unique (organization_id, id)
);
create index ix_ledger_transactions_organization on ledger_transactions (organization_id, occurred_at, id);
create table ledger_entries (
    organization_id uuid not null,
    transaction_id uuid not null,
    position integer not null,
    account_id uuid not null,
    currency text not null,
    -- Debits are positive, credits negative.
    amount_minor bigint not null check (amount_minor <> 0),
    primary key (organization_id, transaction_id, position),
    foreign key (organization_id, transaction_id) references ledger_transactions (organization_id, id),
    foreign key (organization_id, currency, account_id) references ledger_accounts (organization_id, currency, id)
);
create index ix_ledger_entries_account on ledger_entries (organization_id, account_id);

create function refuse_late_entry() returns trigger language plpgsql as $$
begin
    -- Balanced or not, nothing is added to a set of entries once its transaction has ended.
    if not exists (
        select 1 from ledger_transactions
        where organization_id = new.organization_id and id = new.transaction_id
            and posted_by = pg_current_xact_id()
    ) then
        raise exception 'ledger transaction % is closed', new.transaction_id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger ledger_entries_not_late before insert on ledger_entries
    for each row execute function refuse_late_entry();

create function require_balance() returns trigger language plpgsql as $$
declare
    checked uuid;
    entries bigint;
    off text;
begin
    if tg_table_name = 'ledger_entries' then
        checked := new.transaction_id;
    else
        checked := new.id;
    end if;
    select coalesce(sum(n), 0), string_agg(total || ' ' || currency, ', ') filter (where total <> 0)
        into entries, off
        from (
            select currency, count(*) as n, sum(amount_minor) as total from ledger_entries
            where organization_id = new.organization_id and transaction_id = checked group by currency
        ) as sums;
    if entries < 2 or off is not null then
        raise exception 'ledger transaction % has % entries and is off by %', checked, entries, coalesce(off, 'nothing')
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger ledger_transactions_balance after insert on ledger_transactions
    deferrable initially deferred for each row execute function require_balance();
-- Also at each entry, for one that comes after the constraints were asked to hold early.
create constraint trigger ledger_entries_balance after insert on ledger_entries
    deferrable initially deferred for each row execute function require_balance();
"""

_OWNED = (
    "organizations", "cohorts", "seat_holdings", "checkouts", "checkout_lines", "payments", "invoices",
    "invoice_lines", "seat_grants", "ledger_accounts", "ledger_transactions", "ledger_entries",
)  # fmt: skip


def upgrade() -> None:
    create_chassis_tables(op)
    for statements in (_READ_MODELS, _CHECKOUTS, _INVOICES, _LEDGER):
        op.execute(statements)
    for table in _OWNED:
        protect(op, table)
    for table in ("ledger_transactions", "ledger_entries", "invoice_lines"):
        append_only(op, table)
