"""Sponsorships, funded programs and who is in them, and whose learning is told to whom by them."""

from analytics.models import sponsored
from analytics.models.projection import Projection
from contracts.events import programs

_CREATED = """
insert into sponsorships as known (
    organization_id, sponsorship_id, student_id, kind, amount_minor, currency, start_date, end_date, course_ids,
    created_at
)
select distinct on (sponsorship_id) organization_id, sponsorship_id, student_id, kind, amount_minor, currency,
    start_date, end_date, course_ids, created_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, sponsorship_id uuid, student_id uuid, kind text, amount_minor bigint, currency text,
    start_date date, end_date date, course_ids uuid[], created_at timestamptz
)
order by sponsorship_id
on conflict (sponsorship_id) do update set kind = excluded.kind, amount_minor = excluded.amount_minor,
    currency = excluded.currency, start_date = excluded.start_date, end_date = excluded.end_date,
    course_ids = excluded.course_ids, created_at = excluded.created_at
where known.created_at is null
"""
_ACTIVATED = """
insert into sponsorships as known (organization_id, sponsorship_id, student_id, activated_at)
select organization_id, sponsorship_id, student_id, min(activated_at)
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, sponsorship_id uuid, student_id uuid, activated_at timestamptz
)
group by organization_id, sponsorship_id, student_id
on conflict (sponsorship_id) do update set activated_at = least(known.activated_at, excluded.activated_at)
"""
_ENDED = """
insert into sponsorships as known (
    organization_id, sponsorship_id, student_id, ended_at, end_state, end_reason
)
select distinct on (sponsorship_id) organization_id, sponsorship_id, student_id, ended_at, state, reason
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, sponsorship_id uuid, student_id uuid, ended_at timestamptz, state text, reason text
)
order by sponsorship_id, ended_at, state, reason
on conflict (sponsorship_id) do update set ended_at = excluded.ended_at, end_state = excluded.end_state,
    end_reason = excluded.end_reason
where known.ended_at is null or (excluded.ended_at, excluded.end_state, excluded.end_reason)
    < (known.ended_at, known.end_state, known.end_reason)
"""
# Of two words on a program of the same moment the later state stands, then the greater word: order never matters.
_RANK = "array_position(array['planning', 'active', 'paused', 'completed'], {0}.state)"
_WORD = "({0}.changed_at, " + _RANK + ", {0}.name, {0}.target_students, {0}.budget_minor, {0}.end_date)"
_PROGRAM = f"""
insert into funded_programs as known (
    organization_id, program_id, name, state, target_students, budget_minor, currency, start_date, end_date,
    course_ids, changed_at
)
select distinct on (program_id) organization_id, program_id, name, state, target_students, budget_minor, currency,
    start_date, end_date, course_ids, changed_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, program_id uuid, name text, state text, target_students bigint, budget_minor bigint,
    currency text, start_date date, end_date date, course_ids uuid[], changed_at timestamptz
)
order by program_id, {_WORD.format("fact")} desc
on conflict (program_id) do update set name = excluded.name, state = excluded.state,
    target_students = excluded.target_students, budget_minor = excluded.budget_minor, currency = excluded.currency,
    start_date = excluded.start_date, end_date = excluded.end_date, course_ids = excluded.course_ids,
    changed_at = excluded.changed_at
where {_WORD.format("excluded")} > {_WORD.format("known")}
"""  # noqa: S608 - our own words
_IN_PROGRAM = """
insert into program_students as known (organization_id, program_id, student_id, {columns})
select organization_id, program_id, student_id, {values}
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, program_id uuid, student_id uuid, {column} timestamptz
)
group by organization_id, program_id, student_id
on conflict (organization_id, program_id, student_id) do update set
    {column} = greatest(known.{column}, excluded.{column})
"""
_JOINED = (
    _IN_PROGRAM.format(
        column="enrolled_at", columns="began_at, enrolled_at", values="min(enrolled_at), max(enrolled_at)"
    )
    + ", began_at = least(known.began_at, excluded.began_at)"
)
_LEFT = _IN_PROGRAM.format(column="withdrawn_at", columns="withdrawn_at", values="max(withdrawn_at)")

PROJECTION: Projection = {
    programs.SponsorshipCreated: (_CREATED, *sponsored.TELL_OF_STUDENTS),
    programs.SponsorshipActivated: (_ACTIVATED,),
    programs.SponsorshipEnded: (_ENDED,),
    programs.ProgramCreated: (_PROGRAM, *sponsored.TELL_OF_PROGRAMS),
    programs.ProgramUpdated: (_PROGRAM, *sponsored.TELL_OF_PROGRAMS),
    programs.ProgramStudentEnrolled: (_JOINED, *sponsored.TELL_OF_STUDENTS),
    programs.ProgramStudentWithdrawn: (_LEFT,),
}
