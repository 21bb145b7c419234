"""Certificates: issued once, when a course or a cohort that certifies is completed."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import CertificateEarned
from programs.models import Certificate
from programs.queries.bulk import insert_many
from programs.queries.scope import everywhere

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a digit."""

_OF_COURSES = text("""
select c.organization_id, p.student_id, p.course_id, cast(null as uuid) as cohort_id, c.title,
    p.completed_on as earned_on
from unnest(cast(:students as uuid[]), cast(:courses as uuid[])) as changed (student_id, course_id)
join courses c on c.id = changed.course_id and c.certificate
join course_progress p on p.student_id = changed.student_id and p.course_id = c.id and p.completed_on is not null
where not exists (
    select from certificates held where held.student_id = p.student_id and held.course_id = p.course_id
)
order by p.student_id, p.course_id
""")
_OF_COHORTS = text("""
select c.organization_id, e.student_id, cast(null as uuid) as course_id, c.id as cohort_id, c.name as title,
    cast(e.completed_at at time zone 'UTC' as date) as earned_on
from enrollments e
join cohorts c on c.organization_id = e.organization_id and c.id = e.cohort_id and c.certificate
where e.id = any(cast(:enrollments as uuid[])) and e.state = 'completed' and not exists (
    select from certificates held
    where held.student_id = e.student_id and held.organization_id = e.organization_id and held.cohort_id = c.id
)
order by e.student_id, c.id
""")


def certify_courses(session: Session, students: Sequence[UUID], courses: Sequence[UUID]) -> None:
    """Issue the certificates that these students (each with a course beside) have earned and do not hold."""
    with everywhere(session):
        earned = session.execute(_OF_COURSES, {"students": students, "courses": courses}).mappings().all()
        _issue(session, earned, now())


def certify_enrollments(session: Session, enrollments: Collection[UUID]) -> None:
    """Issue the certificates of cohorts that these completed enrolments earn."""
    if not enrollments:
        return
    with everywhere(session):
        earned = session.execute(_OF_COHORTS, {"enrollments": list(enrollments)}).mappings().all()
        _issue(session, earned, now())


def _issue(session: Session, earned: Sequence[Any], at: datetime) -> None:
    rows = [{**facts, "id": new_id(), "number": _number(), "issued_at": at} for facts in earned]
    issued = {row.id for row in insert_many(session, Certificate, rows, "on conflict do nothing returning id")}
    names = ("organization_id", "student_id", "course_id", "cohort_id", "number", "earned_on", "issued_at")
    publish(
        session,
        *(
            CertificateEarned(certificate_id=row["id"], **{name: row[name] for name in names})
            for row in rows
            if row["id"] in issued
        ),
    )


def _number() -> str:
    """Sixty random bits: it tells nothing, and is not found by trying."""
    parts = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3)]
    return "-".join(["UF", *parts])
