"""An organization keeps a student no longer whom others still know: what it said of them goes, the person stays.

Its enrolments, results and seats stay under the id, as after an erasure; so does the id its files use. A file that
names the student again brings them back.
"""

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts import rights
from contracts.events.privacy import RetentionEnded
from contracts.events.programs import StudentUpdated
from programs.models import ACTIVE, Enrollment, OrganizationStudent, Student
from programs.queries.erasure import Traces, traces_of
from programs.queries.organizations import organization_name
from programs.queries.xapi import no_writer
from programs.usecases.erase_person import erase_from_files
from programs.usecases.erase_statements import erase_statements

_KNOWN = text("""
update organization_students set name = :name, email = null, grade_level = null, school = null, county = null,
    guardian_email = null, external_id = case when position('@' in external_id) = 0 then external_id end
where organization_id = :organization_id and student_id = :student_id
""")


def let_student_go(session: Session, event: RetentionEnded) -> None:
    """Again, it finds nothing more. Of who was enrolled there again meanwhile everybody is told anew."""
    no_writer(session, event.organization_id)
    student = session.get(Student, event.student_id, with_for_update=True, populate_existing=True)
    known = session.get(OrganizationStudent, (event.organization_id, event.student_id), populate_existing=True)
    if student is None or known is None or student.registered_by == rights.NOBODY:
        return
    if _is_back(session, event):
        publish(session, _told_anew(session, student, known))
        return
    found = traces_of(session, event.student_id)
    here = Traces(found.student_id, [event.organization_id], found.names, found.addresses, found.external_ids)
    erase_statements(session, here)
    erase_from_files(session, here, event.organization_id)
    whose = {"organization_id": event.organization_id, "student_id": event.student_id}
    session.execute(_KNOWN, {"name": rights.NAME, **whose})


def _is_back(session: Session, event: RetentionEnded) -> bool:
    back = exists().where(
        Enrollment.organization_id == event.organization_id,
        Enrollment.student_id == event.student_id,
        Enrollment.state == ACTIVE,
    )
    return bool(session.scalar(select(back)))


def _told_anew(session: Session, student: Student, known: OrganizationStudent) -> StudentUpdated:
    typed = ("taught", "name", "email", "guardian_email", "grade_level", "school", "county")
    return StudentUpdated(
        student_id=student.id,
        organization_id=known.organization_id,
        organization_name=organization_name(session, known.organization_id),
        birth_date=student.birth_date,
        country=student.country,
        **{name: getattr(known, name) for name in typed},
    )
