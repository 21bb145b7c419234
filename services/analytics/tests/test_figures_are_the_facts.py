"""Figures come from roll-ups; here they are counted again from the facts, for every kind of period and caller."""

import calendar
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from analytics.queries import edges

pytestmark = pytest.mark.usefixtures("november")

TODAY = date(2026, 11, 22)
PERIODS = [
    {}, {"from": "2026-01-01"}, {"from": "2025-03-17"}, {"to": "2026-06-30"}, {"to": "2026-03-11"},
    {"from": "2025-02-10", "to": "2026-05-20"}, {"from": "2026-03-04", "to": "2026-03-20"}, {"from": "2026-11-05"},
]  # fmt: skip
FACTS = text("""
with counted as (
    select enrolled.*, coalesce(student.school, '') as school, exists (
        select from cohort_placements as placed
        where placed.organization_id = enrolled.organization_id and placed.cohort_id = enrolled.cohort_id
            and placed.student_id = enrolled.student_id and placed.placed_on <= :last
    ) as placed
    from enrollments as enrolled left join students as student using (organization_id, student_id)
    where organization_id = :organization and cohort_id = any (:cohorts) and began_at < :horizon
        and (left_at is null or left_at >= :horizon)
), begun as (select * from counted where began_at >= :starts), placements as (
    select distinct placement_id, salary_minor from cohort_placements
    where organization_id = :organization and cohort_id = any (:cohorts) and placed_on between :since and :last
)
select (select count(*) from begun) as enrolled,
    (select count(*) from begun where done_at < :horizon) as completed,
    (select count(*) from begun where done_at < :horizon and placed) as placed,
    (select count(*) from counted where done_at >= :starts and done_at < :horizon) as completions,
    (select count(distinct student_id) from counted) as active_students,
    (select count(*) from placements) as placements,
    (select count(*) from placements where salary_minor is not null) as salaries,
    (select percentile_disc(0.5) within group (order by salary_minor) from placements) as median,
    (select coalesce(sum(amount_minor), 0) from payments where organization_id = :organization and currency = 'KES'
        and (:whole or cohort_id = any (:cohorts)) and completed_at >= :starts and completed_at < :horizon) as paid,
    (select count(*) from seats where organization_id = :organization and cohort_id = any (:cohorts)
        and assigned_at < :horizon and (released_at is null or released_at >= :horizon)) as assigned,
    (select jsonb_object_agg(school, number) from (select school, count(*) as number from begun group by 1) as s)
        as schools,
    (select jsonb_object_agg(course_id, number) from (
        select course_id, count(*) as number from begun join (
            select distinct cohort_id, student_id, course_id from cohort_results where completed
                and organization_id = :organization and result_date <= :last
        ) as done using (cohort_id, student_id) group by 1
    ) as c) as courses
""")


def world(told, seed):
    """Cohorts, and what happened to thirty students on any days, in any order."""
    pick = random.Random(seed)  # noqa: S311 - a made-up world, not a secret
    courses = [told.course(f"Course {n}") for n in range(3)]
    cohorts = [told.cohort(f"Cohort {n}", courses=[courses[n].course_id, courses[n - 1].course_id]) for n in range(3)]
    events = [told.organization_created(), *courses, *cohorts]

    def day(after=date(2024, 6, 1)):
        return (after + timedelta(days=pick.randrange((TODAY - after).days))).isoformat()

    for number in range(30):
        student = told.student(f"Student {number}", school=pick.choice(["Hill", "Lake", "Town", None]))
        events.append(student)
        for cohort in pick.sample(cohorts, pick.randrange(3)):
            enrolled = told.enrolled(cohort.cohort_id, student.student_id, day())
            seat = told.seat(cohort.cohort_id, student.student_id, day())
            events += [enrolled, seat]
            events += [told.completed(enrolled, day(enrolled.enrolled_at.date()))] * pick.choice([0, 1, 2])
            events += [told.withdrawn(enrolled, day(enrolled.enrolled_at.date()))] * pick.choice([0, 0, 1])
            events += [told.seat_released(seat, day(seat.assigned_at.date()))] * pick.choice([0, 0, 1])
        for _ in range(pick.randrange(3)):
            course = pick.choice(courses).course_id
            events.append(told.result(student.student_id, course, "50", day(), completed=pick.random() < 0.7))
        if pick.random() < 0.5:
            salary, cohort_id = pick.randrange(1_000, 99_999_999), pick.choice([None, cohorts[0].cohort_id])
            events.append(told.placed(student.student_id, day(), pick.choice([None, salary]), cohort_id))
    events += [told.paid(pick.randrange(10**7), day(), pick.choice([None, cohorts[1].cohort_id])) for _ in range(9)]
    pick.shuffle(events)
    return cohorts, events


def facts(session, told, cohorts, query, *, whole, until=None):
    """The same figures, one row, counted from the facts of the period (ended at ``until``)."""
    zone = ZoneInfo(told.time_zone)
    last = until or date.fromisoformat(query.get("to", str(TODAY)))
    since = date.fromisoformat(query.get("from", "2000-01-01"))

    def midnight(day):
        return datetime.combine(day, time(), zone).astimezone(UTC)

    return session.execute(FACTS, {
        "organization": told.organization, "cohorts": [each.cohort_id for each in cohorts], "whole": whole,
        "since": since, "last": last, "starts": midnight(since), "horizon": midnight(last + timedelta(days=1)),
    }).one()  # fmt: skip


def month_ends(series, query):
    """Each point with the last day it tells of."""
    last = date.fromisoformat(query.get("to", str(TODAY)))
    for point in series:
        year, month = map(int, point["month"].split("-"))
        yield point, min(last, date(year, month, calendar.monthrange(year, month)[1]))


@pytest.mark.parametrize(
    ("seed", "zone"),
    [
        (1, "Africa/Nairobi"),
        pytest.param(2, "Pacific/Auckland", marks=pytest.mark.long),
        pytest.param(3, "America/Los_Angeles", marks=pytest.mark.long),
    ],
)
def test_every_figure_is_what_the_facts_come_to(told, deliver, session, client, as_, monkeypatch, seed, zone):
    monkeypatch.setattr(edges, "AT_ONCE", 3)  # so that subjects are looked at in many parts
    told.time_zone = zone
    cohorts, events = world(told, seed)
    deliver(*events)
    permissions = ("dashboard.view",)
    callers = [
        (as_(*permissions, organization=told.organization), cohorts, True),
        (as_(organization=told.organization, narrowed={cohorts[0].cohort_id: permissions}), cohorts[:1], False),
        (as_(organization=told.organization, narrowed=dict.fromkeys([c.cohort_id for c in cohorts[:2]], permissions)),
         cohorts[:2], False),
    ]  # fmt: skip
    for headers, reach, whole in callers:
        for query in PERIODS:
            _compare(lambda key, query=query, headers=headers, **more: client.get(
                f"/api/v1/analytics/metrics/{key}/", query_string={**query, **more}, headers=headers
            ).get_json(), lambda until=None, query=query, reach=reach, whole=whole: facts(
                session, told, reach, query, whole=whole, until=until
            ), query)  # fmt: skip


def _compare(metric, counted, query):
    expected = counted()
    completion, placement = metric("completion_rates"), metric("placement_metrics")
    roi, seats = metric("roi_analysis"), metric("seat_utilization")
    assert completion["numbers"] == {"enrolled": expected.enrolled, "completed": expected.completed}
    assert placement["numbers"]["placed"] == expected.placed
    assert placement["numbers"]["salaries"]["count"] == expected.salaries
    if expected.salaries >= 5:
        assert placement["numbers"]["salaries"]["median"] == pytest.approx(expected.median / 100)
    told = ("active_students", "completions", "placements")
    assert [roi["numbers"][name] for name in told] == [getattr(expected, name) for name in told]
    assert roi["numbers"]["paid"] == pytest.approx(float(expected.paid) / 100)
    assert seats["numbers"]["assigned"] == expected.assigned
    cells = metric("completion_rates", group_by="school")["breakdown"]
    schools = {cell["label"].replace("Not known", ""): cell["denominator"] for cell in cells if not cell["withheld"]}
    assert schools.items() <= (expected.schools or {}).items()
    cells = metric("completion_rates", group_by="course")["breakdown"]
    assert {cell["group"]: cell["numerator"] for cell in cells if cell["numerator"]} == (expected.courses or {})
    for point, until in list(month_ends(roi["series"], query))[-9::3]:
        assert point["denominator"] == counted(until).active_students
    for point, until in list(month_ends(completion["series"], query))[-8::3]:
        then = counted(until)
        assert (point["denominator"], point["numerator"]) == (then.enrolled, then.completed)
