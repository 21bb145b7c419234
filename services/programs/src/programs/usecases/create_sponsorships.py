"""Create sponsorships, one for each student."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import SponsorshipCreated
from programs.errors import AlreadySponsored
from programs.models import Sponsorship
from programs.models.sponsorship import COURSE_SPECIFIC, PENDING
from programs.queries.bulk import insert_many
from programs.queries.courses import check_courses
from programs.queries.organizations import known_organization, organization_of
from programs.queries.sponsorships import same_open
from programs.queries.xapi import no_writer
from programs.rules.funding import check_days, minor_units
from programs.usecases.take_up_students import find_students, take_up_students


def create_sponsorships(
    session: Session, caller: Caller, *, student_ids: Sequence[UUID], kind: str, course_ids: Sequence[UUID],
    amount: int, currency: str | None, start_date: date, end_date: date, notes: str | None,
) -> dict[str, Any]:  # fmt: skip
    """One for each of these students, or none at all; ``amount`` (major units) is meant for each.

    The organization comes to know the students. They wait for money. Raises Invalid for unknown or repeated students,
    unknown courses, another currency than the organization's or bad dates, AlreadySponsored, OrganizationUnknown.
    """
    organization = known_organization(session, organization_of(caller))
    money = minor_units(amount, currency, organization.currency, field="amount_per_student")
    check_days(start_date, end_date)
    courses, at = _courses(session, kind, course_ids), now()
    _take_up(session, organization.id, student_ids, at)
    _refuse_repeats(session, organization.id, student_ids, kind=kind, start=start_date, end=end_date)
    shared = {
        "organization_id": organization.id, "kind": kind, "course_ids": courses, "amount_minor": money.minor,
        "currency": money.currency, "start_date": start_date, "end_date": end_date, "created_at": at,
    }  # fmt: skip
    rows: list[dict[str, Any]] = [{**shared, "id": new_id(), "student_id": student} for student in student_ids]
    insert_many(session, Sponsorship, [{**row, "state": PENDING, "notes": notes} for row in rows])
    publish(session, *(_event(row) for row in rows))
    ids = [row["id"] for row in rows]
    return {"sponsorship_ids": ids, "total_minor": money.minor * len(ids), "currency": money.currency, "state": PENDING}


def _courses(session: Session, kind: str, named: Sequence[UUID]) -> list[UUID]:
    courses = list(dict.fromkeys(named))
    if kind == COURSE_SPECIFIC and not courses:
        raise Invalid.field("course_ids", "Name the courses that a course_specific sponsorship is for.")
    check_courses(session, courses)
    return courses


def _take_up(session: Session, organization_id: UUID, student_ids: Sequence[UUID], at: datetime) -> None:
    no_writer(session, organization_id)
    entries, refused = find_students(session, organization_id, student_ids)
    if refused:
        places = {student_id: place for place, student_id in enumerate(student_ids)}
        raise Invalid(errors=[{"field": f"student_ids.{places[id]}", "message": why} for id, why in refused.items()])
    take_up_students(session, organization_id, list(entries.values()), at)


def _refuse_repeats(
    session: Session, organization_id: UUID, student_ids: Sequence[UUID], *, kind: str, start: date, end: date
) -> None:
    """The students are locked: of two requests at once, the second sees what the first has made."""
    taken = same_open(session, organization_id, student_ids, kind=kind, start=start, end=end)
    if taken:
        places = ", ".join(f"student_ids.{place}" for place, id in enumerate(student_ids) if id in taken)
        raise AlreadySponsored(f"{AlreadySponsored.message} ({places})")


def _event(row: dict[str, Any]) -> SponsorshipCreated:
    return SponsorshipCreated(
        sponsorship_id=row["id"],
        course_ids=tuple(row["course_ids"]),
        **{name: row[name] for name in _TOLD},
    )


_TOLD = (
    "organization_id", "student_id", "kind", "amount_minor", "currency", "start_date", "end_date", "created_at",
)  # fmt: skip
