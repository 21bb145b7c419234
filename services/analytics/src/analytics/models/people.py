"""What an organization knows of a student beside the name, and what students let organizations see.

The consents kept here are hints for figures about consent itself. Whether a person may be named is asked of
``privacy`` each time, never read from here.
"""

from analytics.models import sponsored
from analytics.models.projection import Projection
from contracts.events import privacy, programs

_STUDENT = """
insert into students (organization_id, student_id, taught, grade_level, school, county)
select organization_id, student_id, taught, grade_level, school, county
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, student_id uuid, taught boolean, grade_level text, school text, county text
)
"""
_SNAPSHOT = """on conflict (organization_id, student_id) do update set taught = excluded.taught,
    grade_level = excluded.grade_level, school = excluded.school, county = excluded.county
"""
# What was first told counts from the beginning, what was told later from the moment analytics was told it.
_GRADE = """
insert into grades (organization_id, student_id, told_at, number)
select distinct on (organization_id, student_id) organization_id, student_id, {told_at}, grade_number(grade_level)
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (organization_id uuid, student_id uuid, grade_level text)
on conflict {conflict}
"""
_FIRST_GRADE = _GRADE.format(told_at="cast('-infinity' as timestamptz)", conflict="do nothing")
_LATER_GRADE = _GRADE.format(
    told_at="cast(:moment as timestamptz)",
    conflict="(organization_id, student_id, told_at) do update set number = excluded.number",
)
_GRANTED = """
insert into consents (grant_id, organization_id, student_id, scope, granted_at, expires_at)
select grant_id, organization_id, student_id, scope, granted_at, expires_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    grant_id uuid, organization_id uuid, student_id uuid, scope text, granted_at timestamptz,
    expires_at timestamptz
)
on conflict (grant_id) do update set granted_at = excluded.granted_at, expires_at = excluded.expires_at
"""
_ENDED = """
insert into consents as known (grant_id, organization_id, student_id, scope, ended_at)
select grant_id, organization_id, student_id, scope, min({column})
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    grant_id uuid, organization_id uuid, student_id uuid, scope text, {column} timestamptz
)
group by grant_id, organization_id, student_id, scope
on conflict (grant_id) do update set ended_at = least(known.ended_at, excluded.ended_at)
"""

PROJECTION: Projection = {
    programs.StudentRegistered: (_STUDENT + "on conflict do nothing", _FIRST_GRADE, *sponsored.TELL_OF_GRADES),
    programs.StudentUpdated: (_STUDENT + _SNAPSHOT, _LATER_GRADE, *sponsored.TELL_OF_GRADES),
    privacy.ConsentGranted: (_GRANTED,),
    privacy.ConsentWithdrawn: (_ENDED.format(column="withdrawn_at"),),
    privacy.ConsentExpired: (_ENDED.format(column="expired_at"),),
}
