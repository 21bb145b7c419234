-- One organization, three years of enrolments, written as sets. {enrollments} and {cohorts} are numbers.
insert into organizations values ('{organization}', 'sponsor', 'KES', 'Africa/Nairobi', 'KE');
insert into courses select md5('course' || n)::uuid, '{academy}', 'Course ' || n, 'Area ' || n / 2, '3'
from generate_series(1, 6) as n;
insert into cohorts select '{organization}', md5('cohort' || n)::uuid, 'Cohort ' || n, 'sponsor',
    {enrollments} / {cohorts}, date '2023-12-01' + n * 1000 / {cohorts}, date '2024-11-30' + n * 1000 / {cohorts}
from generate_series(1, {cohorts}) as n;
insert into cohort_courses select '{organization}', cohort_id, md5('course' || n)::uuid, n
from cohorts cross join generate_series(1, 4) as n;
-- Nine of ten enrolments are of somebody new.
insert into students select '{organization}', md5('student' || n)::uuid, false, (n % 12)::text,
    'School ' || n % 150, 'County ' || n % 47
from generate_series(1, {enrollments} * 9 / 10) as n;
insert into enrollments (
    organization_id, enrollment_id, cohort_id, student_id, began_at, enrolled_at, completed_at, withdrawn_at
)
select '{organization}', md5('enrollment' || n)::uuid, md5('cohort' || n % {cohorts} + 1)::uuid,
    md5('student' || n % ({enrollments} * 9 / 10) + 1)::uuid, began_at, began_at,
    case when n % 10 < 5 then least(began_at + interval '120 days' + n % 97 * interval '1 day', now) end,
    case when n % 10 = 9 then least(began_at + interval '20 days' + n % 61 * interval '1 day', now) end
from generate_series(1, {enrollments}) as n, lateral (select
    timestamptz '2023-12-01 08:00Z' + (n % {cohorts} + 1) * 1000 / {cohorts} * interval '1 day'
        + n % 13 * interval '1 day' as began_at, timestamptz '2026-11-22 08:00Z' as now) as t;
insert into seats select organization_id, enrollment_id, cohort_id, student_id, began_at, withdrawn_at from enrollments;
insert into cohort_results select organization_id, cohort_id, md5('course' || c)::uuid, student_id,
    md5(enrollment_id || '/' || c)::uuid, abs(hashtext(enrollment_id::text || c)) % 101, 100, done_at is not null or c = 1,
    least(began_at::date + 40 + c * 30, date '2026-11-21'), began_at + interval '200 days'
from enrollments cross join generate_series(1, 2) as c where left_at is null;
insert into totals select 'results', count(*) from cohort_results;
insert into cohort_placements select organization_id, cohort_id, student_id, md5(enrollment_id || '/p')::uuid,
    least(done_at::date + 30, date '2026-11-21'), (30 + abs(hashtext(enrollment_id::text)) % 90) * 1000000, 'KES'
from enrollments where done_at is not null and abs(hashtext(enrollment_id::text)) % 4 = 0
on conflict do nothing;
insert into seat_grants select '{organization}', md5('grant' || n)::uuid, null, {enrollments} / 36,
    timestamptz '2023-12-01Z' + n * interval '30 days', timestamptz '2023-12-01Z' + (n + 12) * interval '30 days', null
from generate_series(0, 35) as n;
insert into payments select '{organization}', md5('payment' || n)::uuid, case when n % 3 = 0 then md5('cohort' || n % {cohorts} + 1)::uuid end,
    2000000 + n, 'KES', 'card', timestamptz '2023-12-01 08:00Z' + n % 1080 * interval '1 day'
from generate_series(1, {cohorts} * 4) as n;
insert into invoices select '{organization}', payment_id, cohort_id, 'INV', amount_minor, 'KES',
    completed_at::date - 9, completed_at::date, completed_at from payments;
insert into cells (organization_id, cohort_id, measure, dimension, key, origin, month, number)
select organization_id, cohort_id, measure, dimension, key, origin, month, sum(number) from month_changes
group by organization_id, cohort_id, measure, dimension, key, origin, month having sum(number) <> 0;
insert into freshness values ('{organization}', '2026-11-22 08:00Z');
