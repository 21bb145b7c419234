"""Who is in small groups, for groups too small to be told without asking."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import IN_SCOPE, plan_for_groups, plan_for_rows
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

COUNTED = """
began_at < :horizon and (left_at is null or left_at >= :horizon)
    and (cast(:starts_at as timestamptz) is null or began_at >= :starts_at)
"""
_MEMBERS = """
select coalesce(student.{attribute}, '') as "group", array_agg(distinct student.student_id) as students
from {students}
join enrollments on enrollments.organization_id = student.organization_id
    and enrollments.student_id = student.student_id
where {scope} and {counted}
group by 1
"""
_KNOWN = """(
    select organization_id, student_id, {attribute} from students
    where organization_id = :organization and {attribute} = any (cast(:groups as text[]))
) as student"""
# Nothing is known of those without a row, and of those with an empty one.
_UNKNOWN = """(
    select distinct enrolled.organization_id, enrolled.student_id, known.{attribute}
    from enrollments as enrolled
    left join students as known on known.organization_id = enrolled.organization_id
        and known.student_id = enrolled.student_id
    where enrolled.organization_id = :organization and coalesce(known.{attribute}, '') = ''
) as student"""


def members(
    session: Session, scope: Scope, period: Period, attribute: str, groups: Collection[str]
) -> Mapping[str, Sequence[UUID]]:
    """Who is in these groups, by the students' school or grade_level; the empty group is of those not known."""
    found: dict[str, Sequence[UUID]] = {}
    plan_for_rows(session)
    for source, wanted in ((_KNOWN, [group for group in groups if group]), (_UNKNOWN, [g for g in groups if not g])):
        if not wanted:
            continue
        statement = _MEMBERS.format(
            attribute=attribute,
            students=source.format(attribute=attribute),
            scope=IN_SCOPE.format(table="enrollments"),
            counted=COUNTED,
        )
        for row in session.execute(text(statement), {**_values(scope, period), "groups": wanted}):
            found[row.group] = row.students
    plan_for_groups(session)
    return found


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    return {**scope.values, "horizon": period.horizon, "starts_at": period.starts_at}
