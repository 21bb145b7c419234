"""Read one sponsorship: its student's courses, its money and what has happened."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from programs.models import Sponsorship
from programs.queries.disbursements import disbursements_of
from programs.queries.organizations import known_organization, organization_of
from programs.queries.sponsored_learning import covered_courses, reached_since
from programs.queries.sponsorships import sponsorship_for, these_sponsorships
from programs.rules.course_standing import course_standing
from programs.rules.days import earliest_day
from programs.rules.people_shown import sponsored_student, tells_courses
from programs.rules.timeline import Happened, begun, ended, financed, learned
from programs.usecases.see_students import visible_students

PURPOSE = "sponsorship"


def read_sponsorship(session: Session, caller: Caller, sponsorship_id: UUID) -> dict[str, Any]:
    """The sponsorship of the caller's organization. Raises NoSuchSponsorship."""
    found = sponsorship_for(session, organization_of(caller), sponsorship_id)
    organization_id = found.organization_id
    (line,) = these_sponsorships(session, organization_id, [found.id])
    named = visible_students(session, caller, organization_id, [found.student_id], purpose=PURPOSE, log_reads=True)
    by_name = found.student_id in named
    courses = [course_standing(row) for row in covered_courses(session, organization_id, [line])[found.id]]
    made = disbursements_of(session, organization_id, found.id)
    return {
        **line,
        "student": sponsored_student(organization_id, line, by_name=by_name),
        "courses": courses if tells_courses(line, by_name=by_name) else [],
        "financial": _financial(found, made),
        "timeline": _timeline(session, found, [course["id"] for course in courses], made, by_name=by_name),
        "notes": found.notes,
    }


def _financial(found: Sponsorship, made: Sequence[Any]) -> dict[str, Any]:
    disbursed = sum(row["amount_minor"] for row in made)
    return {
        "total_minor": found.amount_minor,
        "disbursed_minor": disbursed,
        "remaining_minor": found.amount_minor - disbursed,
        "currency": found.currency,
        "disbursement_history": made,
    }


def _timeline(
    session: Session, found: Sponsorship, courses: list[UUID], made: Sequence[Any], *, by_name: bool
) -> list[Happened]:
    zone = known_organization(session, found.organization_id).time_zone
    since = earliest_day(found.created_at, zone)
    reached = reached_since(session, found.student_id, courses, since) if courses else []
    titles = by_name or bool(found.course_ids)
    between = [*financed(made), *learned(reached, by_name=by_name, titles=titles)]
    happened = [*begun(found, zone), *between, *ended(found, zone)]
    return sorted(happened, key=lambda one: one.date)
