-- A transfer is expected under a reference of ours, which the payer writes on it; its own id comes with the money.
alter table payments
    add column transfer_reference text unique,
    add column verified_by uuid,
    drop constraint payments_state_check,
    drop constraint payments_check,
    drop constraint payments_check1,
    add constraint ck_payments_state check (state in ('pending', 'completed', 'unapplied', 'failed')),
    add constraint ck_payments_reason check ((reason is null) = (state in ('pending', 'completed'))),
    add constraint ck_payments_reference check (reference is not null or state in ('pending', 'failed'));
create index ix_payments_recorded on payments (organization_id, recorded_at, id);
create index ix_payments_pending on payments (checkout_id) where state = 'pending';

-- The provider tells of refunds too.
alter table provider_events rename column checkout_id to subject_id;

-- The line of the checkout that a grant was sold by: what it cost in all, whatever has been refunded since.
alter table seat_grants
    add column position integer,
    drop constraint seat_grants_quantity_check,
    add constraint ck_seat_grants_quantity check (quantity >= 0);
update seat_grants set position = sold.position
from (
    select organization_id, checkout_id, position, quantity, net_minor, row_number() over alike as ordinal
    from checkout_lines where product = 'seat'
    window alike as (partition by checkout_id, quantity, net_minor order by position)
) as sold, (
    select id, row_number() over (partition by checkout_id, quantity, net_minor order by id) as ordinal
    from seat_grants
) as given
where given.id = seat_grants.id and given.ordinal = sold.ordinal
    and sold.organization_id = seat_grants.organization_id and sold.checkout_id = seat_grants.checkout_id
    and sold.quantity = seat_grants.quantity and sold.net_minor = seat_grants.net_minor;
create index ix_seat_grants_payment on seat_grants (organization_id, payment_id);
