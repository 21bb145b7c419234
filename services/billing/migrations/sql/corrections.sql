-- credited_minor: taken back by credit notes that correct it; what refunds took back stands in their own. The rest is
-- due. credited: all of it was taken back before anybody paid.
alter table invoices
    add column credited_minor bigint not null default 0,
    drop constraint invoices_state_check,
    add constraint invoices_state_check check (state in ('issued', 'overdue', 'paid', 'credited')),
    add constraint invoices_credited_check check (credited_minor >= 0 and credited_minor <= greatest(total_minor, 0)),
    add constraint invoices_nothing_due_check check (state <> 'credited' or credited_minor = total_minor);

-- month: whose closing took it back; none of a refund's.
alter table credit_notes add column month date check (extract(day from month) = 1);
create index ix_credit_notes_month on credit_notes (month, organization_id) where month is not null;
drop trigger credit_notes_append_only on credit_notes;
create trigger credit_notes_append_only before delete or update of
    id, organization_id, number, year, sequence, invoice_id, refund_id, cohort_id, reason, seller, currency, net_minor,
    tax_minor, total_minor, issued_on, created_at, month
on credit_notes for each row execute function refuse_change();
alter table credit_note_lines
    add column unit text check (unit in ('seat', 'session', 'minute', 'placement', 'contribution')),
    add column usage_month date;

-- Of the payment of an invoice: how much of the refund was credit already, by a credit note that stays as it is.
alter table refunds
    add column credit_minor bigint not null default 0 check (credit_minor between 0 and amount_minor);

-- What is taken back is a negative row of the very line that billed it; its credit note, unless it came to nothing.
alter table billed_usage
    add column credit_note_id uuid,
    add foreign key (organization_id, credit_note_id) references credit_notes (organization_id, id),
    drop constraint billed_usage_organization_id_recorded_by_usage_id_month_coh_key,
    add constraint uq_billed_usage unique nulls not distinct
        (organization_id, recorded_by, usage_id, month, cohort_id, currency, usage_month, invoice_id);
create index ix_billed_usage_line on billed_usage (organization_id, invoice_id, position);
alter table closing_usage
    add column invoice_id uuid,
    add column position integer;
