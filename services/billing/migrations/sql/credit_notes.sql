-- As of invoices: the lock of the last number is held until commit, so a rollback gives the number back.
create table credit_note_counters (
    year integer primary key,
    last integer not null check (last > 0)
);
create table credit_notes (
    id uuid primary key,
    organization_id uuid not null,
    number text not null unique,
    year integer not null,
    sequence integer not null check (sequence > 0),
    invoice_id uuid not null,
    refund_id uuid unique,
    cohort_id uuid,
    reason text not null,
    buyer jsonb not null,
    seller jsonb not null,
    currency text not null,
    net_minor bigint not null,
    tax_minor bigint not null,
    total_minor bigint not null check (total_minor > 0 and total_minor = net_minor + tax_minor),
    issued_on date not null,
    created_at timestamptz not null,
    unique (organization_id, id),
    unique (year, sequence),
    foreign key (organization_id, invoice_id) references invoices (organization_id, id),
    foreign key (organization_id, refund_id) references refunds (organization_id, id)
);
create index ix_credit_notes_issued on credit_notes (organization_id, issued_on, id);
create index ix_credit_notes_invoice on credit_notes (organization_id, invoice_id);
create table credit_note_lines (
    organization_id uuid not null,
    credit_note_id uuid not null,
    position integer not null,
    product text not null,
    description text not null,
    quantity bigint not null,
    months integer not null,
    net_minor bigint not null,
    tax_rate numeric not null,
    tax_minor bigint not null,
    primary key (organization_id, credit_note_id, position),
    foreign key (organization_id, credit_note_id) references credit_notes (organization_id, id)
);
-- It never changes, but for the address of a person who is erased.
create trigger credit_notes_append_only before delete or update of
    id, organization_id, number, year, sequence, invoice_id, refund_id, cohort_id, reason, seller, currency, net_minor,
    tax_minor, total_minor, issued_on, created_at
on credit_notes for each row execute function refuse_change();
create trigger credit_notes_no_truncate before truncate on credit_notes
for each statement execute function refuse_change();
