"""Users who are to be deleted: no longer known to this organization, when nothing holds them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.events.programs import StudentUpdated
from programs.models import ACTIVE, Enrollment, OrganizationStudent, Result, Seat
from programs.queries.bulk import among
from programs.queries.organizations import organization_name
from programs.queries.roster_items import name_students
from programs.queries.seating import lock_pool
from programs.rules.oneroster.values import Cells
from programs.usecases.import_roster.kind import Kind
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told

_ENROLLED = "The student is still enrolled; withdraw the enrolments first."


class Leavers(Kind):
    """A student with an active enrolment stays. One with past enrolments, seats or results stays known for them;
    of the others the organization keeps nothing. It does not say that their guardians are so no longer.
    """

    name, file = "user", "users.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any] | None:  # noqa: ARG002
        """Only rows that are to be deleted come here."""
        return None

    def remove(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Forget them."""
        name_students(session, run.organization_id, {one.sourced_id: () for one in rows})
        students = [one for one in rows if one.our_id]
        if not students:
            return
        lock_pool(session, run.organization_id)
        ids = [one.our_id for one in students]
        active = _enrolled(session, run, ids)
        for one in students:
            if one.our_id in active:
                one.refuse("status", _ENROLLED)
        _forget(session, run, [id for id in ids if id not in active])


def _enrolled(session: Session, run: Run, students: Collection[Any]) -> set[UUID]:
    own = (Enrollment.organization_id == run.organization_id, among(Enrollment.student_id, students))
    return set(session.scalars(select(Enrollment.student_id).where(*own, Enrollment.state == ACTIVE)))


def _forget(session: Session, run: Run, students: Collection[Any]) -> None:
    known = OrganizationStudent
    own = (known.organization_id == run.organization_id, among(known.student_id, students))
    held = [
        exists().where(table.organization_id == known.organization_id, table.student_id == known.student_id)
        for table in (Enrollment, Seat, Result)
    ]
    gone = session.execute(
        delete(known)
        .where(*own, *(~one for one in held))
        .returning(known.student_id, known.name, known.email, known.guardian_email)
        .execution_options(synchronize_session=False)
    ).all()
    name = organization_name(session, run.organization_id) if gone else ""
    publish(
        session,
        *(
            StudentUpdated(
                student_id=row.student_id,
                organization_id=run.organization_id,
                organization_name=name,
                taught=False,
                name=row.name,
                email=row.email,
                guardian_email=row.guardian_email,
            )
            for row in sorted(gone)
        ),
    )
