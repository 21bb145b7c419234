"""Users who are no students: guardians, of whom an address is kept, and staff, of whom nothing is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from programs.queries.roster_items import Refs, items, name_students, silence
from programs.rules.oneroster.table import Record
from programs.rules.oneroster.values import Cells, address, choice, many
from programs.usecases.import_roster.kind import Kind
from programs.usecases.import_roster.run import IGNORED, Run
from programs.usecases.import_roster.told import Told

STUDENT = "student"
GUARDIANS = ("guardian", "parent", "relative")
ROLES = ("administrator", "aide", *GUARDIANS[:2], "proctor", GUARDIANS[2], STUDENT, "teacher")


class Adults(Kind):
    """An address in a file proves nothing: it only names who may be invited to speak for the student.

    Staff are kept by role alone, so that other rows may name them, and counted as ignored.
    """

    name, file = "user", "users.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Role, and of guardians the address and the students they name."""
        role = choice(cells, "role", ROLES)
        if role not in GUARDIANS:
            return {"role": role}
        return {"role": role, "email": address(cells, "email"), "students": many(cells, "agentSourcedIds")}

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Nothing depends on anything else."""
        for one in rows:
            one.kept = {"role": one.facts["role"], "email": one.facts.get("email")}
            if one.facts["role"] not in GUARDIANS:
                one.outcome = IGNORED

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Keep which students they name."""
        name_students(session, run.organization_id, {one.sourced_id: one.facts.get("students", ()) for one in rows})


class GoneAdults(Adults):
    """Adults who are to be deleted, before students are read: whoever they spoke for has them as a guardian no more.

    They are counted when they are forgotten, with the students who are (``leavers``).
    """

    def take(self, session: Session, run: Run, records: Sequence[Record]) -> None:
        """They name nobody, and have no address."""
        wanted = {(self.name, record.cells.get("sourcedId", "").strip()) for record in records}
        adults = [row for row in items(session, run.organization_id, wanted).values() if row.our_id is None]
        name_students(session, run.organization_id, {row.sourced_id: () for row in adults})
        silence(session, run.organization_id, self.name, [row.sourced_id for row in adults])


def role_of(cells: Cells) -> str:
    """The role as it stands in the row, good or bad."""
    return cells.get("role", "").strip()
