"""Write down people: those who are new, and what the organization knows of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.events.programs import StudentRegistered, StudentUpdated
from programs.errors import StudentsChanging
from programs.models import OrganizationStudent, Student
from programs.queries.bulk import insert_many
from programs.queries.organizations import organization_name
from programs.queries.people import students_by_email
from programs.rules.rosters import TYPED, Entry

_KEEP = "on conflict (email) do nothing returning id"
_REPLACE = "on conflict (organization_id, student_id) do update set " + ", ".join(
    f"{name} = excluded.{name}" for name in TYPED
)
_FILL_IN = text("""
update students set email = given.email, birth_date = given.birth_date, country = given.country,
    name = given.name, grade_level = given.grade_level, school = given.school, county = given.county
from unnest(
    cast(:ids as uuid[]), cast(:emails as text[]), cast(:birth_dates as date[]), cast(:countries as text[]),
    cast(:names as text[]), cast(:grade_levels as text[]), cast(:schools as text[]), cast(:counties as text[])
) as given (id, email, birth_date, country, name, grade_level, school, county)
where students.id = given.id
""")


class Registrar(Protocol):
    """For whom students are registered: an organization, and whether it teaches. A cohort says both."""

    @property
    def organization_id(self) -> UUID:
        """The organization that comes to know them."""

    @property
    def taught(self) -> bool:
        """Whether it teaches."""


def register(session: Session, registrar: Registrar, entries: Sequence[Entry], at: datetime) -> list[UUID]:
    """Make these students known to the organization, as their entries say, and say so.

    Returns those who are new to it, or of whom it knows something new.
    """
    _add_people(session, [entry for entry in entries if entry.new])
    _change_people(session, [entry for entry in entries if entry.person_changed and not entry.new])
    told = [entry for entry in entries if entry.changed or not entry.known]
    insert_many(session, OrganizationStudent, [_known(registrar, entry, at) for entry in told], _REPLACE)
    name = organization_name(session, registrar.organization_id) if told else ""
    publish(session, *(_event(registrar, name, entry) for entry in told))
    return [entry.student_id for entry in told]


def _add_people(session: Session, entries: Sequence[Entry]) -> None:
    """In the order of their addresses, so that two organizations registering the same people wait, not deadlock."""
    ordered = sorted(entries, key=lambda entry: entry.email or "")
    rows = [_person(entry) for entry in ordered]
    added = {row.id for row in insert_many(session, Student, rows, _KEEP)}
    met = {entry.email: entry for entry in ordered if entry.student_id not in added and entry.email}
    if met:
        # Another organization registered them since we looked: they are the same people.
        for person in students_by_email(session, met):
            met[person.email].student_id = person.id
            met[person.email].registered_by = person.registered_by


def _change_people(session: Session, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    values = {
        "ids": [entry.student_id for entry in entries],
        "emails": [entry.email for entry in entries],
        "birth_dates": [entry.birth_date for entry in entries],
        "countries": [entry.country for entry in entries],
        "names": [entry.personal["name"] for entry in entries],
        "grade_levels": [entry.personal["grade_level"] for entry in entries],
        "schools": [entry.personal["school"] for entry in entries],
        "counties": [entry.personal["county"] for entry in entries],
    }
    try:
        with session.begin_nested():
            session.execute(_FILL_IN, values)
    except IntegrityError:
        raise StudentsChanging() from None


def _person(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.student_id,
        "email": entry.email,
        "birth_date": entry.birth_date,
        "country": entry.country,
        "registered_by": entry.registered_by,
        **entry.personal,
    }


def _known(registrar: Registrar, entry: Entry, at: datetime) -> dict[str, Any]:
    own = {"organization_id": registrar.organization_id, "student_id": entry.student_id}
    return {**own, **entry.typed, "taught": _taught(registrar, entry), "registered_at": at}


def _taught(registrar: Registrar, entry: Entry) -> bool:
    """Only the academy that brought a person in may see them as its own; anybody can call a cohort a class."""
    return registrar.taught and entry.registered_by == registrar.organization_id


def _event(registrar: Registrar, organization: str, entry: Entry) -> StudentRegistered | StudentUpdated:
    kind = StudentUpdated if entry.known else StudentRegistered
    return kind(
        student_id=entry.student_id,
        organization_id=registrar.organization_id,
        organization_name=organization,
        taught=_taught(registrar, entry),
        name=entry.typed["name"] or "",
        email=entry.typed["email"],
        birth_date=entry.birth_date,
        country=entry.country,
        guardian_email=entry.typed["guardian_email"],
        grade_level=entry.typed["grade_level"],
        school=entry.typed["school"],
        county=entry.typed["county"],
    )
