"""Erase a person from programs: what says who they are goes, what they reached stays under an id that says nothing.

Who registered an erased student is nobody (``contracts.rights.NOBODY``): files, rows and statements that come later
find them by the id their organization gave, and are refused. So the next roster does not bring them back.
"""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.forgetting import redact_person, theirs
from chassis.outbox import publish
from contracts import rights
from contracts.events.privacy import ErasureRequested
from contracts.events.programs import ErasureDone
from programs.models import ACTIVE, Enrollment, Seat, Student
from programs.queries.erasure import Traces, traces_of
from programs.queries.seating import lock_pool
from programs.queries.xapi import no_writer
from programs.usecases.erase_statements import erase_statements
from programs.usecases.lapse_seats import release
from programs.usecases.leave_funding import leave_funding
from programs.usecases.withdraw_enrollment import withdraw

ERASED = "erased"

KEPT = (
    (
        "enrolments, seats, results, progress, certificates, sponsorships and programs, by an id that leads to nobody",
        "what was funded and reached must stay provable to who paid for it (GDPR article 17(3)(e))",
        "as long as the organizations' cohorts",
    ),
    (
        "the id that an organization's files use",
        "so that its next file does not bring the person back",
        "as long as the organization's cohorts",
    ),
    (
        "files that are still being read",
        "an import cannot be changed while it runs; the person's rows in it are refused",
        "the import's retention, 30 days by default",
    ),
)

# An external id that is an address says who it is, so it goes, too.
_STUDENT = {
    "organization_students": """
        update organization_students set name = :name, email = null, grade_level = null, school = null, county = null,
            guardian_email = null, external_id = case when position('@' in external_id) = 0 then external_id end
        where student_id = :student_id""",
    "students": """
        update students set name = :name, email = null, birth_date = null, country = null, grade_level = null,
            school = null, county = null, registered_by = :nobody
        where id = :student_id""",
    "placements": """
        update placements set employer_name = :name, title = :name, source = null where student_id = :student_id""",
    "mentor_sessions": "update mentor_sessions set mentor = null, topic = null where student_id = :student_id",
    "lab_usage": "update lab_usage set lab = null where student_id = :student_id",
    # Whoever funds a student may have written the name down.
    "sponsorships": "update sponsorships set notes = null where student_id = :student_id",
}
# Guardians whom no other student's row names go with the student.
_FILES = {
    "guardians in files": """
        delete from roster_items as item where item.organization_id = :organization_id and item.kind = 'user'
            and item.our_id is null and item.sourced_id in (
                select guardian from roster_guardians
                where organization_id = :organization_id and student = any(:ids)
                union select jsonb_array_elements_text(facts -> 'agents') from roster_items
                where organization_id = :organization_id and kind = 'user' and sourced_id = any(:ids)
                    and jsonb_typeof(facts -> 'agents') = 'array'
            ) and not exists (
                select from roster_guardians as other where other.organization_id = :organization_id
                    and other.guardian = item.sourced_id and other.student <> all(:ids)
            ) and not exists (
                select from roster_items as other where other.organization_id = :organization_id
                    and other.kind = 'user' and other.sourced_id <> all(:ids)
                    and other.facts -> 'agents' ? item.sourced_id
            )""",
    "guardians named": """
        delete from roster_guardians where organization_id = :organization_id and student = any(:ids)""",
    "rows of files": """
        delete from roster_items where organization_id = :organization_id
            and kind in ('user', 'demographics') and sourced_id = any(:ids)""",
    "rows refused": """
        delete from import_errors where organization_id = :organization_id and (sourced_id = any(:ids)
            or exists (select from unnest(cast(:words as text[])) as word
                where position(lower(word) in lower(reason)) > 0 or position(lower(word) in lower(sourced_id)) > 0))""",
    "notices of imports": """
        update imports set notices = '[]' where organization_id = :organization_id and exists (
            select from unnest(cast(:words as text[])) as word
            where position(lower(word) in lower(cast(notices as text))) > 0)""",
    "uploads": """
        delete from import_chunks using imports where imports.organization_id = :organization_id
            and import_chunks.organization_id = :organization_id and import_chunks.import_id = imports.id
            and imports.state in ('done', 'failed')""",
}
_ACCOUNT = {"accounts": "delete from accounts where user_id = :user_id"}
_ADDRESSES = {
    "addresses of guardians": theirs(
        "update organization_students set guardian_email = null where {theirs}", "guardian_email"
    ),
    "addresses organizations gave": theirs("update organization_students set email = null where {theirs}", "email"),
    "addresses of students": theirs("update students set email = null where {theirs}", "email"),
    "addresses in files": theirs(
        "update roster_items set facts = facts - 'email' where kind = 'user' and {theirs}", "facts ->> 'email'"
    ),
}


def erase_person(session: Session, event: ErasureRequested) -> None:
    """Do programs' part and say so. Again, it finds nothing more."""
    counts: dict[str, int] = {}
    if event.student_id is not None:
        counts |= _erase_student(session, event.student_id)
    if event.user_id is not None:
        counts |= _run(session, _ACCOUNT, {"user_id": event.user_id})
    if event.addresses:
        counts |= _run(session, _ADDRESSES, {"salt": str(event.request_id), "digests": list(event.addresses)})
    people = (event.student_id, event.user_id)
    counts["events"] = redact_person(session, event.request_id, people, event.addresses)
    erased = tuple((name, number) for name, number in counts.items() if number)
    publish(session, ErasureDone(request_id=event.request_id, erased=erased, kept=KEPT))


def _erase_student(session: Session, student_id: UUID) -> dict[str, int]:
    """Locks in the order of everybody else: writers of statements, seats, the student."""
    organizations = traces_of(session, student_id).organizations
    for organization_id in organizations:
        no_writer(session, organization_id)
    for organization_id in organizations:
        lock_pool(session, organization_id)
    locked = select(Student).where(Student.id == student_id).with_for_update()
    student = session.scalar(locked.execution_options(populate_existing=True))
    if student is None or student.registered_by == rights.NOBODY:
        return {}
    traces = traces_of(session, student_id)
    counts = {"seats given back": 0, "enrolments ended": 0, "statements": erase_statements(session, traces)}
    for organization_id in traces.organizations:
        _leave(session, organization_id, student_id, counts)
        for name, number in erase_from_files(session, traces, organization_id).items():
            counts[name] = counts.get(name, 0) + number
    counts |= leave_funding(session, student_id, now())
    session.flush()
    session.expire_all()
    values = {"student_id": student_id, "name": rights.NAME, "nobody": rights.NOBODY}
    return counts | _run(session, _STUDENT, values)


def erase_from_files(session: Session, traces: Traces, organization_id: UUID) -> dict[str, int]:
    """Take a student out of what an organization's files said. Returns rows per table."""
    ids = sorted(traces.external_ids.get(organization_id, ()))
    words = sorted(traces.names | traces.addresses)
    return _run(session, _FILES, {"organization_id": organization_id, "ids": ids, "words": words})


def _leave(session: Session, organization_id: UUID, student_id: UUID, counts: dict[str, int]) -> None:
    """Free the seat first: it goes back because of the erasure, not because an enrolment ended."""
    at = now()
    held = select(Seat.id, Seat.student_id, Seat.cohort_id).where(
        Seat.organization_id == organization_id, Seat.student_id == student_id, Seat.released_at.is_(None)
    )
    seats = session.execute(held).all()
    release(session, organization_id, seats, reason=ERASED, at=at)
    active = select(Enrollment).where(
        Enrollment.organization_id == organization_id, Enrollment.student_id == student_id, Enrollment.state == ACTIVE
    )
    leaving = session.scalars(active.order_by(Enrollment.id).with_for_update()).all()
    if leaving:
        withdraw(session, organization_id, leaving, at)
    counts["seats given back"] += len(seats)
    counts["enrolments ended"] += len(leaving)


def _run(session: Session, statements: dict[str, str], values: dict[str, Any]) -> dict[str, int]:
    wanted = {name: {k: v for k, v in values.items() if f":{k}" in text} for name, text in statements.items()}
    return {
        name: cast("CursorResult[Any]", session.execute(text(_typed(statement)), wanted[name])).rowcount
        for name, statement in statements.items()
    }


def _typed(statement: str) -> str:
    return statement.replace("(:ids)", "(cast(:ids as text[]))")
