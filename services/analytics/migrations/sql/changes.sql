-- How each enrolment stands, in days of its organization's time zone.
create view enrolled_days with (security_invoker = true) as
select enrolled.organization_id, enrolled.cohort_id, enrolled.student_id,
    cast(enrolled.began_at at time zone coalesce(organization.time_zone, 'UTC') as date) as began_on,
    cast(enrolled.done_at at time zone coalesce(organization.time_zone, 'UTC') as date) as done_on,
    cast(enrolled.left_at at time zone coalesce(organization.time_zone, 'UTC') as date) as left_on,
    coalesce(student.school, '') as school, coalesce(student.grade_level, '') as grade_level
from enrollments as enrolled
left join organizations as organization on organization.organization_id = enrolled.organization_id
left join students as student on student.organization_id = enrolled.organization_id
    and student.student_id = enrolled.student_id
where enrolled.began_at is not null;

-- When the courses of a cohort were completed: by a result, or by progress.
create view completed_courses with (security_invoker = true) as
select organization_id, cohort_id, student_id, course_id, min(day) as done_on
from (
    select organization_id, cohort_id, student_id, course_id, result_date as day from cohort_results where completed
    union all
    select activity.organization_id, activity.cohort_id, activity.student_id, activity.course_id,
        cast(activity.happened_at at time zone coalesce(organization.time_zone, 'UTC') as date)
    from cohort_activities as activity
    left join organizations as organization on organization.organization_id = activity.organization_id
    where activity.kind = 'progress' and activity.completed
) as told
group by organization_id, cohort_id, student_id, course_id;

-- What counts, from which day to which. ``origin`` is what a period's first day is compared with. The cohort of
-- zeros is the whole organization: ``spread`` says that a cohort's row counts there too; what a person may have in
-- two cohorts has a row of its own for the whole. ``family`` names what is told by the same facts.
create view intervals with (security_invoker = true) as
select 'learning' as family, 'enrolled' as measure, organization_id, cohort_id, true as spread, '' as key, school,
    grade_level, student_id as subject_id, began_on as origin, began_on as start, left_on as stop,
    cast(1 as numeric) as number
from enrolled_days
union all
select 'learning', 'completed', organization_id, cohort_id, true, '', school, grade_level, student_id, began_on,
    done_on, left_on, 1
from enrolled_days where done_on is not null and (left_on is null or left_on > done_on)
union all
select 'learning', 'completion', organization_id, cohort_id, true, '', null, null, student_id, done_on, done_on,
    left_on, 1
from enrolled_days where done_on is not null and (left_on is null or left_on > done_on)
union all
select 'learning', 'placed', organization_id, cohort_id, true, '', null, null, student_id, began_on, placed_on,
    left_on, 1
from (
    select enrolled.*, greatest(done_on, (
        select min(placed_on) from cohort_placements as placed
        where placed.organization_id = enrolled.organization_id and placed.cohort_id = enrolled.cohort_id
            and placed.student_id = enrolled.student_id
    )) as placed_on, exists (
        select from cohort_placements as placed
        where placed.organization_id = enrolled.organization_id and placed.cohort_id = enrolled.cohort_id
            and placed.student_id = enrolled.student_id
    ) as is_placed
    from enrolled_days as enrolled where done_on is not null
) as placed
where is_placed and (left_on is null or left_on > placed_on)
union all
-- People in a cohort, and in the whole, while at least one enrolment stands; their origin is the latest of those.
select 'people', 'people', organization_id, cohort_id, false, '', school, grade_level, student_id, state.origin,
    state.day, state.next, 1
from (
    select organization_id, scope.cohort_id, student_id, min(school) as school, min(grade_level) as grade_level,
        array_agg(began_on) as began, array_agg(left_on) as gone
    from enrolled_days as enrolled
    cross join lateral (values (enrolled.cohort_id), (uuid '00000000-0000-0000-0000-000000000000'))
        as scope (cohort_id)
    group by organization_id, scope.cohort_id, student_id
) as person
cross join lateral (
    select point.day, lead(point.day) over (order by point.day) as next, (
        select max(began_on) from unnest(person.began, person.gone) as enrolled (began_on, left_on)
        where began_on <= point.day and (left_on is null or left_on > point.day)
    ) as origin
    from (select unnest(person.began) as day union select unnest(person.gone)) as point
    where point.day is not null
) as state
where state.origin is not null
union all
-- Two measures, because a result of tomorrow does not count yet, but who has left by a clock ahead of ours has left.
select 'course', told.measure, enrolled.organization_id, enrolled.cohort_id, true, cast(done.course_id as text), null,
    null, done.student_id, enrolled.began_on, told.day, null, 1
from completed_courses as done
join enrolled_days as enrolled on enrolled.organization_id = done.organization_id
    and enrolled.cohort_id = done.cohort_id and enrolled.student_id = done.student_id
cross join lateral (values
    ('course', greatest(enrolled.began_on, done.done_on)), ('course_left', enrolled.left_on)
) as told (measure, day)
where told.day is not null and (enrolled.left_on is null or enrolled.left_on > greatest(enrolled.began_on, done.done_on))
union all
select 'seat', 'seat', organization_id, cohort_id, true, '', null, null, student_id, assigned_on, assigned_on,
    released_on, 1
from (
    select seat.organization_id, seat.cohort_id, seat.student_id,
        cast(seat.assigned_at at time zone coalesce(organization.time_zone, 'UTC') as date) as assigned_on,
        cast(seat.released_at at time zone coalesce(organization.time_zone, 'UTC') as date) as released_on
    from seats as seat
    left join organizations as organization on organization.organization_id = seat.organization_id
    where seat.assigned_at is not null
) as held
where released_on is null or released_on > assigned_on
union all
select 'placement', told.measure, organization_id, cohort_id, false, told.key, null, null, student_id, placed_on,
    placed_on, null, told.number
from (
    select organization_id, cohort_id, student_id, placement_id, placed_on, salary_minor, currency, salary_class
    from cohort_placements
    union all
    select distinct organization_id, uuid '00000000-0000-0000-0000-000000000000', student_id, placement_id, placed_on,
        salary_minor, currency, salary_class
    from cohort_placements
) as placed
cross join lateral (values
    ('placement', '', cast(1 as numeric)), ('salary', currency, 1), ('salary_total', currency, salary_minor),
    ('salary_class', currency || ' ' || salary_class, 1)
) as told (measure, key, number)
where told.measure = 'placement' or salary_minor is not null and currency is not null
union all
select 'certificate', 'certificate', organization_id, cohort_id, false, '', null, null, student_id, day, day, null, 1
from (
    select organization_id, cohort_id, student_id, activity_id, day from cohort_activities where kind = 'certificate'
    union all
    select distinct organization_id, uuid '00000000-0000-0000-0000-000000000000', student_id, activity_id, day
    from cohort_activities where kind = 'certificate'
) as earned
union all
select 'active', 'active', uuid '00000000-0000-0000-0000-000000000000', uuid '00000000-0000-0000-0000-000000000000',
    false, '', null, null, student_id, max(result_date), max(result_date), null, 1
from cohort_results group by student_id
union all
select 'money', 'paid', payment.organization_id, payment.cohort_id, true, payment.currency, null, null,
    payment.payment_id, day.paid_on, day.paid_on, null, payment.amount_minor
from payments as payment
left join organizations as organization on organization.organization_id = payment.organization_id
cross join lateral (
    select cast(payment.completed_at at time zone coalesce(organization.time_zone, 'UTC') as date) as paid_on
) as day
union all
select 'money', told.measure, invoice.organization_id, invoice.cohort_id, true, invoice.currency, null, null,
    invoice.invoice_id, invoice.issued_on, told.day, null, invoice.total_minor
from invoices as invoice
left join organizations as organization on organization.organization_id = invoice.organization_id
cross join lateral (values
    ('invoiced', invoice.issued_on),
    ('settled', case when invoice.paid_at is not null then greatest(invoice.issued_on,
        cast(invoice.paid_at at time zone coalesce(organization.time_zone, 'UTC') as date)) end)
) as told (measure, day)
where invoice.issued_on is not null and told.day is not null;

-- The same as steps up and down on a day: for a cohort and for the whole, for all and by school and grade level.
create view changes with (security_invoker = true) as
select told.family, told.measure, told.organization_id, scope.cohort_id, dimension.dimension, dimension.key,
    told.subject_id, told.origin, step.day, step.sign * told.number as number
from intervals as told
cross join lateral (values (told.start, 1), (told.stop, -1)) as step (day, sign)
cross join lateral (values
    (told.cohort_id), (case when told.spread then uuid '00000000-0000-0000-0000-000000000000' end)
) as scope (cohort_id)
cross join lateral (values
    ('all', told.key), ('school', told.school), ('grade_level', told.grade_level)
) as dimension (dimension, key)
where step.day is not null and scope.cohort_id is not null and dimension.key is not null;

-- Summed by month, and by the month of the origin or (minus infinity) whatever the origin: what ``cells`` keeps.
-- Activity is asked for in days, so its months are days.
create view month_changes with (security_invoker = true) as
select told.family, told.measure, told.organization_id, told.cohort_id, told.dimension, told.key, told.subject_id,
    origin.origin, told.day - cast(extract(day from told.day) as integer) + 1 as month, told.number
from changes as told
cross join lateral (values
    (date '-infinity'), (told.origin - cast(extract(day from told.origin) as integer) + 1)
) as origin (origin);
