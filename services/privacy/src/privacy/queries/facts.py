"""What a decision needs to know of one student or of ten thousand: one statement either way."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from privacy.rules.decision import Facts, Viewer

_FACTS = """
select asked.id, students.id is not null, coalesce(students.user_id = :user_id, false),
    :user_id is not null and exists (
        select from guardianships where guardianships.student_id = asked.id
            and guardianships.user_id = :user_id
            and guardianships.user_id is distinct from students.user_id
            and guardianships.email is distinct from students.email
    ),
    coalesce(known.taught, false), students.adult_on,
    grants.id, grants.granted_by, grants.expires_at, grants.policy_version
from unnest(cast(:student_ids as uuid[])) as asked (id)
left join students on students.id = asked.id
left join organization_students as known
    on known.student_id = asked.id and known.organization_id = :organization_id
left join grants on grants.student_id = asked.id and grants.scope = :scope and grants.state = 'granted'
    and {beneficiary}
"""


def _statement(beneficiary: str) -> TextClause:
    statement = _FACTS.format(beneficiary=beneficiary)
    for name in ("user_id", "organization_id"):
        statement = statement.replace(f":{name}", f"cast(:{name} as uuid)")
    return text(statement)


_TO_ORGANIZATION = _statement("grants.organization_id = :organization_id")
_TO_ANYONE = _statement("grants.organization_id is null")


def facts(
    session: Session, viewer: Viewer, student_ids: Sequence[UUID], scope: str, *, for_anyone: bool
) -> list[tuple[UUID, Facts]]:
    """Each student asked for, known or not, with what matters of them to this viewer and scope."""
    values = {
        "student_ids": list(student_ids),
        "user_id": viewer.user_id,
        "organization_id": viewer.organization_id,
        "scope": scope,
    }
    rows = session.execute(_TO_ANYONE if for_anyone else _TO_ORGANIZATION, values)
    return [(row[0], Facts(*row[1:])) for row in rows]
