insert into organizations (organization_id, name, kind, currency, country, contact_email)
select cast(md5('org' || o) as uuid), 'Organization ' || o, 'sponsor', 'KES', 'KE', 'finance' || o || '@example.org'
from generate_series(1, {organizations}) as o;
insert into cohorts (organization_id, cohort_id, name)
select cast(md5('org' || 1 + c % {organizations}) as uuid), cast(md5('cohort' || c) as uuid), 'Cohort ' || c
from generate_series(1, {cohorts}) as c;
insert into checkouts (id, organization_id, state, method, currency, net_minor, tax_minor, amount_minor, success_url,
    cancel_url, created_at, expires_at, provider, session_id)
select cast(md5('checkout' || o || '-' || g) as uuid), cast(md5('org' || o) as uuid), 'paid', 'mpesa', 'KES', 100, 0,
    100, '', '', '2026-08-01', '2026-08-02', 'bench', o || '-' || g
from generate_series(1, {organizations}) as o, generate_series(1, 4) as g;
insert into payments (id, organization_id, checkout_id, provider, reference, state, method, currency, amount_minor,
    occurred_at, recorded_at, created_at)
select cast(md5('payment' || o || '-' || g) as uuid), cast(md5('org' || o) as uuid),
    cast(md5('checkout' || o || '-' || g) as uuid), 'bench', o || '-' || g, 'completed', 'mpesa', 'KES', 100,
    '2026-08-01', '2026-08-01', '2026-08-01'
from generate_series(1, {organizations}) as o, generate_series(1, 4) as g;
insert into seat_grants (id, organization_id, cohort_id, checkout_id, payment_id, quantity, valid_from, valid_until,
    currency, net_minor)
select cast(md5('grant' || o || '-' || g) as uuid), cast(md5('org' || o) as uuid), null,
    cast(md5('checkout' || o || '-' || g) as uuid), cast(md5('payment' || o || '-' || g) as uuid),
    1 + {seats} / {organizations} / 3, cast('2026-09-01' as date) + 10 * g, cast('2026-10-05' as date) + 12 * g, 'KES', 100
from generate_series(1, {organizations}) as o, generate_series(1, 4) as g;
insert into seat_holdings (organization_id, seat_id, student_id, cohort_id, assigned_at, released_at)
select cast(md5('org' || 1 + (1 + s % {cohorts}) % {organizations}) as uuid), cast(md5('seat' || s) as uuid),
    cast(md5('student' || s) as uuid), cast(md5('cohort' || 1 + s % {cohorts}) as uuid),
    cast('2026-09-05' as timestamptz) + s % 50 * interval '1 day',
    case when s % 7 = 0 then cast('2026-10-03' as timestamptz) + s % 20 * interval '1 day' end
from generate_series(1, {seats}) as s;
insert into metered_usage (organization_id, id, product, student_id, cohort_id, quantity, currency, occurred_on,
    recorded_at)
select cast(md5('org' || 1 + (1 + u % {cohorts}) % {organizations}) as uuid), cast(md5('usage' || u) as uuid),
    case when u % 50 = 0 then 'revenue_share' when u % 2 = 0 then 'mentor_session' else 'lab_hour' end,
    cast(md5('student' || u) as uuid), cast(md5('cohort' || 1 + u % {cohorts}) as uuid),
    case when u % 50 = 0 then 60000000 else 30 + u % 90 end, case when u % 50 = 0 then 'KES' end,
    cast('2026-10-01' as date) + u % 31, '2026-10-31'
from generate_series(1, {usages}) as u;
