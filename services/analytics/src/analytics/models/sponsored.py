"""Whose results, activities and grades are told to the organizations that fund them: copies, one for each source.

A source is a sponsorship, or a program that a student is in. What a student did is copied for it when the source names
the course, or names none. From which day on it counts, and whether the source stands, is asked when figures are read.
"""

_FACT = "from jsonb_to_recordset(cast(:facts as jsonb)) as fact"
_STUDENTS = f"select distinct student_id {_FACT} (student_id uuid)"
# Everybody who ever was in one of these programs.
_OF_PROGRAMS = f"""
select distinct known.student_id {_FACT} (program_id uuid)
join program_students as known on known.program_id = fact.program_id
"""
_SOURCES = """
with told as materialized ({students}), source as materialized (
    select sponsorship.organization_id, sponsorship.sponsorship_id as source_id, sponsorship.student_id,
        sponsorship.course_ids
    from told join sponsorships as sponsorship on sponsorship.student_id = told.student_id
    where sponsorship.created_at is not null
    union all
    select taken.organization_id, taken.program_id, taken.student_id, program.course_ids
    from told
    join program_students as taken on taken.student_id = told.student_id
    join funded_programs as program on program.program_id = taken.program_id
)"""
_COVERED = "(source.course_ids = '{{}}' or {0}.course_id = any (source.course_ids))"
_GONE = """
gone as (
    delete from {table} as known using told
    where known.student_id = told.student_id and not exists (
        select from due where due.organization_id = known.organization_id and due.source_id = known.source_id
            and due.student_id = known.student_id and due.{key} = known.{key}
    )
    returning known.organization_id
)"""
# A correction may give it to another student.
_MOVED = """
delete from {table} as known using jsonb_to_recordset(cast(:facts as jsonb)) as fact ({key} uuid), {facts} as now
where known.{copy} = fact.{key} and now.{copy} = fact.{key} and known.student_id <> now.student_id
returning known.organization_id
"""
_RESULTS = f"""{_SOURCES}, due as materialized (
    select source.organization_id, source.source_id, result.student_id, result.result_id, result.course_id,
        case when result.max_score > 0 and result.score is not null then cast(
            round(least(greatest(result.score / result.max_score, 0), 1) * 10000) as integer
        ) end as points, result.completed, result.result_date, result.recorded_at
    from source
    join results as result on result.student_id = source.student_id
    where {_COVERED.format("result")}
), {_GONE.format(table="sponsored_results", key="result_id")}, written as (
    insert into sponsored_results as known (
        organization_id, source_id, student_id, result_id, course_id, points, completed, result_date, recorded_at
    )
    select * from due
    on conflict (organization_id, source_id, student_id, result_id) do update set course_id = excluded.course_id,
        points = excluded.points, completed = excluded.completed, result_date = excluded.result_date,
        recorded_at = excluded.recorded_at
    where (known.course_id, known.points, known.completed, known.result_date, known.recorded_at) is distinct from
        (excluded.course_id, excluded.points, excluded.completed, excluded.result_date, excluded.recorded_at)
    returning known.organization_id
)
select organization_id from gone union select organization_id from written
"""  # noqa: S608 - our own words, as below
_ACTIVITIES = f"""{_SOURCES}, due as materialized (
    select source.organization_id, source.source_id, activity.student_id, activity.activity_id, activity.kind,
        activity.course_id, activity.day, activity.happened_at, activity.minutes, activity.completed
    from source
    join activities as activity on activity.student_id = source.student_id
    where {_COVERED.format("activity")} or activity.kind in ('session', 'lab')
), {_GONE.format(table="sponsored_activities", key="activity_id")}, written as (
    insert into sponsored_activities as known (
        organization_id, source_id, student_id, activity_id, kind, course_id, day, happened_at, minutes, completed
    )
    select * from due
    on conflict (organization_id, source_id, student_id, activity_id) do update set course_id = excluded.course_id,
        day = excluded.day, happened_at = excluded.happened_at, minutes = excluded.minutes,
        completed = excluded.completed
    where (known.course_id, known.day, known.happened_at, known.minutes, known.completed) is distinct from
        (excluded.course_id, excluded.day, excluded.happened_at, excluded.minutes, excluded.completed)
    returning known.organization_id
)
select organization_id from gone union select organization_id from written
"""  # noqa: S608
_GRADES = f"""{_SOURCES}, written as (
    insert into sponsored_grades as known (organization_id, student_id, teller_id, told_at, number)
    select distinct source.organization_id, grade.student_id, grade.organization_id, grade.told_at, grade.number
    from source
    join grades as grade on grade.student_id = source.student_id
    on conflict (organization_id, student_id, teller_id, told_at) do update set number = excluded.number
    where known.number is distinct from excluded.number
    returning known.organization_id
)
select organization_id from written
"""  # noqa: S608
_TITLES = f"""
select distinct told.organization_id {_FACT} (course_id uuid)
join sponsored_results as told on told.course_id = fact.course_id
union
select distinct told.organization_id {_FACT} (course_id uuid)
join sponsored_activities as told on told.course_id = fact.course_id
"""

TELL_OF_RESULTS = (
    _MOVED.format(table="sponsored_results", key="result_id", copy="result_id", facts="results"),
    _RESULTS.replace("{students}", _STUDENTS),
)
TELL_OF_ACTIVITIES = (_ACTIVITIES.replace("{students}", _STUDENTS),)
TELL_OF_GRADES = (_GRADES.replace("{students}", _STUDENTS),)
TELL_OF_TITLES = (_TITLES,)
TELL_OF_STUDENTS = tuple(each.replace("{students}", _STUDENTS) for each in (_RESULTS, _ACTIVITIES, _GRADES))
TELL_OF_PROGRAMS = tuple(each.replace("{students}", _OF_PROGRAMS) for each in (_RESULTS, _ACTIVITIES, _GRADES))
