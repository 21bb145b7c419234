"""Whose results, activities and grades are told to the organizations that fund them: copies, one for each source.

A source is a sponsorship, or a program that a student is in. What a student did is copied for it when the source names
the course, or names none. From which day on it counts, and whether the source stands, is asked when figures are read.
"""

_FACT = "from jsonb_to_recordset(cast(:facts as jsonb)) as fact"
_OF_STUDENTS = f"select distinct student_id {_FACT} (student_id uuid)"
_OF_RESULTS = f"select distinct result_id {_FACT} (result_id uuid)"
# Everybody who ever was in one of these programs.
_OF_PROGRAMS = f"""
select distinct known.student_id {_FACT} (program_id uuid)
join program_students as known on known.program_id = fact.program_id
"""
_POINTS = """
case when result.max_score > 0 and result.score is not null
    then cast(round(least(greatest(result.score / result.max_score, 0), 1) * 10000) as integer) end as points
"""
_RESULT = (
    f"result.student_id, result.result_id, result.course_id, {_POINTS}, result.completed, result.result_date, "
    + ("result.recorded_at")
)
_ACTIVITY = (
    "activity.student_id, activity.activity_id, activity.kind, activity.course_id, activity.day, activity.happened_at, "
    "activity.minutes, activity.completed"
)
# A mentor and a lab are no course's own.
_COVERS = {
    "result": "({source}.course_ids = '{{}}' or record.course_id = any ({source}.course_ids))",
    "activity": "({source}.course_ids = '{{}}' or record.course_id = any ({source}.course_ids)"
    " or record.kind in ('session', 'lab'))",
}
# From the few rows of a batch outwards, each join by an index, as usecases.project_facts has it.
_TELL = """
with told as materialized ({keys}), record as materialized (
    select {columns} from told join {table} as {name} on {name}.{key} = told.{key}
), due as materialized (
    select given.organization_id, given.sponsorship_id as source_id, record.*
    from record join sponsorships as given on given.student_id = record.student_id
    where given.created_at is not null and {given}
    union all
    select taken.organization_id, taken.program_id, record.*
    from record
    join program_students as taken on taken.student_id = record.student_id
    join funded_programs as program on program.program_id = taken.program_id
    where taken.began_at is not null and {program}
)
insert into {copies} as known
select * from due
on conflict (organization_id, source_id, student_id, {id}) do update set {changes}
where ({before}) is distinct from ({after})
returning known.organization_id
"""
# What is no longer so: another student's, another course's, of a program that no longer names the course.
_GONE = """
delete from {copies} as known using ({keys}) as told
where known.{key} = told.{key} and not exists (
    select from {table} as record
    where record.{id} = known.{id} and record.student_id = known.student_id and (
        exists (
            select from sponsorships as given where given.sponsorship_id = known.source_id
                and given.student_id = known.student_id and given.created_at is not null and {given}
        ) or exists (
            select from program_students as taken
            join funded_programs as program on program.program_id = taken.program_id
            where taken.organization_id = known.organization_id and taken.program_id = known.source_id
                and taken.student_id = known.student_id and taken.began_at is not null and {program}
        )
    )
)
returning known.organization_id
"""
_MOVED = f"""
delete from sponsored_activities as known using ({_OF_STUDENTS}) as told, activities as now
where now.student_id = told.student_id and known.activity_id = now.activity_id and known.student_id <> now.student_id
returning known.organization_id
"""  # noqa: S608 - our own words


def _statements(name: str, columns: str, changing: tuple[str, ...], keys: str, key: str) -> tuple[str, str]:
    """What goes and what comes, for the records that ``keys`` selects by ``key``."""
    words = {
        "keys": keys, "key": key, "name": name, "id": f"{name}_id", "columns": columns,
        "table": {"result": "results", "activity": "activities"}[name],
        "copies": {"result": "sponsored_results", "activity": "sponsored_activities"}[name],
        "given": _COVERS[name].format(source="given"), "program": _COVERS[name].format(source="program"),
        "changes": ", ".join(f"{column} = excluded.{column}" for column in changing),
        "before": ", ".join(f"known.{column}" for column in changing),
        "after": ", ".join(f"excluded.{column}" for column in changing),
    }  # fmt: skip
    return _GONE.format(**words), _TELL.format(**words)


_RESULTS = ("result", _RESULT, ("course_id", "points", "completed", "result_date", "recorded_at"))
_ACTIVITIES = ("activity", _ACTIVITY, ("course_id", "day", "happened_at", "minutes", "completed"))
_GRADES = """
with told as materialized ({keys}), source as materialized (
    select given.organization_id, given.student_id
    from told join sponsorships as given on given.student_id = told.student_id where given.created_at is not null
    union
    select taken.organization_id, taken.student_id
    from told join program_students as taken on taken.student_id = told.student_id where taken.began_at is not null
), written as (
    insert into sponsored_grades as known (organization_id, student_id, teller_id, told_at, number)
    select distinct source.organization_id, grade.student_id, grade.organization_id, grade.told_at, grade.number
    from source
    join grades as grade on grade.student_id = source.student_id
    on conflict (organization_id, student_id, teller_id, told_at) do update set number = excluded.number
    where known.number is distinct from excluded.number
    returning known.organization_id
)
select organization_id from written
"""
_TITLES = f"""
select distinct told.organization_id {_FACT} (course_id uuid)
join sponsored_results as told on told.course_id = fact.course_id
union
select distinct told.organization_id {_FACT} (course_id uuid)
join sponsored_activities as told on told.course_id = fact.course_id
"""

TELL_OF_RESULTS = _statements(*_RESULTS, _OF_RESULTS, "result_id")
TELL_OF_ACTIVITIES = (_MOVED, *_statements(*_ACTIVITIES, _OF_STUDENTS, "student_id"))
TELL_OF_GRADES = (_GRADES.format(keys=_OF_STUDENTS),)
TELL_OF_TITLES = (_TITLES,)
# A new source takes nothing away.
TELL_OF_STUDENTS = (
    _statements(*_RESULTS, _OF_STUDENTS, "student_id")[1],
    _statements(*_ACTIVITIES, _OF_STUDENTS, "student_id")[1],
    *TELL_OF_GRADES,
)
TELL_OF_PROGRAMS = (
    *_statements(*_RESULTS, _OF_PROGRAMS, "student_id"),
    *_statements(*_ACTIVITIES, _OF_PROGRAMS, "student_id"),
    _GRADES.format(keys=_OF_PROGRAMS),
)
