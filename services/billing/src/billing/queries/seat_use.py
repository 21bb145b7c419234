"""Seats used in a period, by cohort, and the purchases that covered them: one statement for any number of cohorts.

A period falls into spans in which nothing that a cohort's seats may be drawn on begins or ends. Within a span a seat
that begins is the n-th then held in its cohort: up to what was bought for the cohort it is covered by that, the
rest by what was bought for the whole organization, in the order they were assigned (``rules.is_covered``). Of
several purchases the one that ends first is drawn on first. Running sums say n, so every seat is looked at once a span.
"""

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for "no cohort" where a key may not be null."""

COVERED = """
held as materialized (
    select organization_id, cohort_id, seat_id, student_id, assigned_at, greatest(assigned_at, :begins) as since,
        least(case when released_at >= assigned_at then released_at end, :ends) as until
    from seat_holdings
    where organization_id = any(cast(:organizations as uuid[])) and assigned_at < :ends
        and (released_at is null or released_at > :begins or released_at < assigned_at)
        and released_at is distinct from assigned_at
), bought as materialized (
    select id as grant_id, organization_id, coalesce(cohort_id, cast(:nobody as uuid)) as pool, quantity,
        valid_from, valid_until
    from seat_grants
    where organization_id = any(cast(:organizations as uuid[])) and valid_from < :ends and valid_until > :begins
        and quantity > 0
), cuts as (
    select organization_id, pool, greatest(valid_from, :begins) as at from bought
    union select organization_id, pool, valid_until from bought where valid_until < :ends
), cohorts_held as (
    select distinct organization_id, cohort_id from held
), moments as (
    select organization_id, cohort_id, cast(:begins as timestamptz) as at, true as common from cohorts_held
    union all
    select organization_id, cohort_id, cuts.at, false
    from cohorts_held join cuts using (organization_id) where cuts.pool = cohort_id
    union all
    select organization_id, cohort_id, cuts.at, true
    from cohorts_held join cuts using (organization_id) where cuts.pool = cast(:nobody as uuid)
), spans as (
    select organization_id, cohort_id, at as span, coalesce(lead(at) over spans, :ends) as span_ends,
        max(at) filter (where common) over spans as common_span
    from (
        select organization_id, cohort_id, at, bool_or(common) as common from moments group by 1, 2, 3
    ) as distinct_moments
    window spans as (partition by organization_id, cohort_id order by at)
), own as (
    select spans.*, coalesce(sum(quantity), 0) as own
    from spans left join bought on bought.organization_id = spans.organization_id and bought.pool = spans.cohort_id
        and valid_from <= span and span < valid_until
    group by spans.organization_id, spans.cohort_id, span, span_ends, common_span
), pieces as (
    select held.*, span, common_span, own, greatest(since, span) as starts, least(until, span_ends) as stops
    from held join own using (organization_id, cohort_id) where since < span_ends and until > span
), steps as (
    select organization_id, cohort_id, span, common_span, own, seat_id, student_id, assigned_at, starts as at, 1 as step
    from pieces
    union all
    select organization_id, cohort_id, span, common_span, own, seat_id, student_id, assigned_at, stops, -1 from pieces
), counted as (
    select *, sum(step) over (
        partition by organization_id, cohort_id, span order by at, step, assigned_at, seat_id rows unbounded preceding
    ) as nth
    from steps
), overflowing as (
    select *, case when step = 1 then cast(nth > own as integer) else - cast(nth + 1 > own as integer) end as spilt
    from counted
), pooled as (
    select *, sum(spilt) over (
        partition by organization_id, common_span order by at, step, assigned_at, seat_id rows unbounded preceding
    ) as nth_spilt
    from overflowing
), drawn as (
    select organization_id, cohort_id, student_id,
        case when spilt = 0 then cohort_id else cast(:nobody as uuid) end as pool,
        case when spilt = 0 then span else common_span end as span,
        case when spilt = 0 then nth else nth_spilt end as place
    from pooled where step = 1
), ranges as (
    select organization_id, pool, span, grant_id, sum(quantity) over ranges - quantity as beyond,
        sum(quantity) over ranges as upto
    from (
        select organization_id, cohort_id as pool, span from spans
        union select organization_id, cast(:nobody as uuid), common_span from spans
    ) as pools join bought using (organization_id, pool)
    where valid_from <= span and span < valid_until
    window ranges as (partition by organization_id, pool, span order by valid_until, grant_id)
), covered as materialized (
    select organization_id, cohort_id, student_id, grant_id
    from drawn join ranges using (organization_id, pool, span)
    where place > beyond and place <= upto
)
"""
"""Common table expressions: ``held`` (seats) and ``covered`` (student and grant_id, for each span they began in).

They take ``organizations``, ``begins``, ``ends`` and ``nobody``.
"""
