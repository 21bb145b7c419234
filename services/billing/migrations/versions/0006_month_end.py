"""Month end: statements, invoices of a month, what was billed of each usage, reminders."""

from alembic import op

from chassis.migrations import append_only, protect

revision = "0006"
down_revision = "0005"

# An invoice of a month has no checkout until somebody pays it, and is overdue when nobody does.
_INVOICES = """
alter table invoices
    alter column checkout_id drop not null,
    alter column payment_id drop not null,
    alter column payment_reference drop not null,
    alter column payment_method drop not null,
    add column month date check (extract(day from month) = 1),
    drop constraint invoices_state_check,
    drop constraint invoices_check2,
    add constraint invoices_state_check check (state in ('issued', 'overdue', 'paid')),
    add constraint invoices_paid_check check ((paid_at is not null) = (state = 'paid')),
    add constraint invoices_payment_check check (state <> 'paid' or payment_id is not null),
    add constraint invoices_occasion_check check ((checkout_id is null) = (month is not null));
create unique index uq_invoices_month on invoices (organization_id, month, cohort_id, currency)
    nulls not distinct where month is not null;
drop index ix_invoices_open;
create index ix_invoices_open on invoices (due_on) where state <> 'paid';

-- unit: what quantity counts. usage_month: when it was used, of a metered line. corrects: it changes what an earlier
-- invoice billed, or says what came too late for it. placement_id: whose salary a revenue share is of.
alter table invoice_lines
    add column unit text not null default 'seat' check (unit in ('seat', 'session', 'minute', 'placement')),
    add column usage_month date,
    add column corrects boolean not null default false,
    add column placement_id uuid;
alter table checkouts add column invoice_id uuid,
    add foreign key (organization_id, invoice_id) references invoices (organization_id, id);
create index ix_checkouts_invoice on checkouts (organization_id, invoice_id) where invoice_id is not null;

-- Each reminder once. announced: it was sent; not when a later one was due as well.
create table invoice_reminders (
    organization_id uuid not null,
    invoice_id uuid not null,
    after_days integer not null check (after_days > 0),
    announced boolean not null,
    created_at timestamptz not null,
    primary key (organization_id, invoice_id, after_days),
    foreign key (organization_id, invoice_id) references invoices (organization_id, id)
);
"""

# organization_id is who recorded it, payer_id who pays for it, in which of its own cohorts.
# to_bill: recorded or changed since it was last billed.
_USAGE = """
alter table metered_usage
    add column to_bill boolean not null default true,
    add column payer_id uuid,
    add column payer_cohort_id uuid;
create index ix_metered_usage_to_bill on metered_usage (payer_id, occurred_on) where to_bill;
create policy paid_by on metered_usage for select
    using (payer_id = (select nullif(current_setting('app.organization', true), '')::uuid));

-- What each closing billed of a usage. Its sum is what has been billed so far; a correction adds the difference.
-- quantity: sessions, minutes, or salary in minor units. rate: minor units a session or hour, or percent of the salary.
create table billed_usage (
    organization_id uuid not null,
    month date not null,
    recorded_by uuid not null,
    usage_id uuid not null,
    product text not null,
    cohort_id uuid,
    usage_month date not null,
    currency text not null,
    quantity bigint not null check (quantity <> 0),
    rate numeric not null,
    invoice_id uuid not null,
    position integer not null,
    unique nulls not distinct (organization_id, recorded_by, usage_id, month, cohort_id, currency, usage_month),
    foreign key (organization_id, invoice_id, position)
        references invoice_lines (organization_id, invoice_id, position)
);
create index ix_billed_usage_usage on billed_usage (recorded_by, usage_id);

-- Scratch paper of a closing: filled and emptied in its one transaction.
create unlogged table closing_usage (
    organization_id uuid not null,
    line bigint not null,
    recorded_by uuid not null,
    usage_id uuid not null,
    product text not null,
    cohort_id uuid,
    usage_month date not null,
    currency text not null,
    quantity bigint not null,
    rate numeric,
    corrects boolean not null
);
create index ix_closing_usage_organization on closing_usage (organization_id);
"""

_STATEMENTS = """
-- That a month is closed for an organization, and what could not be billed then.
create table month_closings (
    organization_id uuid not null,
    month date not null check (extract(day from month) = 1),
    closed_at timestamptz not null,
    primary key (organization_id, month)
);
create table unbilled_usage (
    organization_id uuid not null,
    month date not null,
    cohort_id uuid,
    product text not null,
    currency text,
    reason text not null check (reason in ('no_price', 'exceeds_invoice')),
    usages bigint not null check (usages > 0),
    unique nulls not distinct (organization_id, month, cohort_id, product, currency, reason)
);
-- cohort_id is null for usage of no cohort.
create table statements (
    organization_id uuid not null,
    month date not null,
    cohort_id uuid,
    cohort_name text,
    seats_used bigint not null check (seats_used >= 0),
    uncovered bigint not null check (uncovered between 0 and seats_used),
    closed_at timestamptz not null,
    unique nulls not distinct (organization_id, month, cohort_id),
    foreign key (organization_id, month) references month_closings (organization_id, month)
        deferrable initially deferred
);
-- Which purchase covered how many of the students who held a seat.
create table statement_seats (
    organization_id uuid not null,
    month date not null,
    cohort_id uuid not null,
    grant_id uuid not null references seat_grants (id),
    students bigint not null check (students > 0),
    primary key (organization_id, month, cohort_id, grant_id),
    foreign key (organization_id, month, cohort_id) references statements (organization_id, month, cohort_id)
);
create index ix_seat_holdings_cohort on seat_holdings (organization_id, cohort_id, assigned_at);
create index ix_seat_holdings_holder on seat_holdings (student_id);
"""

_OWNED = (
    "invoice_reminders", "billed_usage", "closing_usage", "month_closings", "unbilled_usage", "statements",
    "statement_seats",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables."""
    for statements in (_INVOICES, _USAGE, _STATEMENTS):
        op.execute(statements)
    for table in _OWNED:
        protect(op, table)
    for table in ("billed_usage", "month_closings", "unbilled_usage", "statements", "statement_seats"):
        append_only(op, table)
