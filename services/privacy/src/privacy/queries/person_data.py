"""What privacy keeps of one person, for their copy."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_SECTIONS = {
    "What organizations say of you": """
        select organizations.name as organization, known.name, known.email, known.birth_date, known.country,
            known.adult_on as of_age_on, known.taught
        from organization_students known left join organizations on organizations.id = known.organization_id
        where known.student_id = :student_id order by known.sequence""",
    "Your account's proved address": "select email from accounts where user_id = :user_id",
    "Organizations you belong to": """
        select organizations.name as organization from members
        join organizations on organizations.id = members.organization_id
        where members.user_id = :user_id order by organizations.name""",
    "Guardians": """
        select email, created_at as named_at, user_id is not null as verified from guardianships
        where student_id = :student_id order by created_at, email""",
    "Students you were named guardian of": """
        select student_id, created_at as named_at from guardianships where user_id = :user_id order by created_at""",
    "Consents": """
        select organizations.name as organization, grants.scope, grants.state, grants.granted_by,
            grants.policy_version, grants.granted_at, grants.expires_at, grants.ended_at
        from grants left join organizations on organizations.id = grants.organization_id
        where student_id = :student_id order by granted_at, grants.id""",
    "History of consents": """
        select organizations.name as organization, scope, action, acted_by, policy_version, at, expires_at
        from grant_history left join organizations on organizations.id = grant_history.organization_id
        where student_id = :student_id order by at, grant_history.id""",
    "Who looked at your data": """
        select organizations.name as organization, user_id as by_account, scope, purpose, basis, at
        from access_log left join organizations on organizations.id = access_log.organization_id
        where student_id = :student_id order by at, access_log.id""",
    "What you asked of your data": """
        select kind as "right", state, law, received_at, due_at, ended_at, reason from data_requests
        where student_id = :student_id or user_id = :user_id order by received_at, id""",
}


def person_data(session: Session, *, student_id: UUID | None, user_id: UUID | None) -> dict[str, Any]:
    """Section by section, the empty ones left out."""
    people = {"student_id": student_id, "user_id": user_id}
    found = {title: _rows(session, statement, people) for title, statement in _SECTIONS.items()}
    return {"service": "privacy", "sections": [{"title": k, "rows": rows} for k, rows in found.items() if rows]}


def _rows(session: Session, statement: str, people: dict[str, UUID | None]) -> list[dict[str, Any]]:
    for name in people:
        statement = statement.replace(f":{name}", f"cast(:{name} as uuid)")
    wanted = {name: value for name, value in people.items() if f":{name} " in statement}
    return [dict(row) for row in session.execute(text(statement), wanted).mappings()]
