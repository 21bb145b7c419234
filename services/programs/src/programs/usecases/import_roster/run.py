"""One import at work: for whom, in which modes, and its checkpoint, counts and refusals in the database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import Database
from programs.models import ACADEMY, ImportProblem, RosterImport
from programs.queries.bulk import insert_many

BATCH = 1000
"""Rows of a transaction."""

MOST_KEPT = 100_000
"""Refused rows of an import that are kept to be told; all are counted."""

CREATED, UPDATED, UNCHANGED, REMOVED, IGNORED, REFUSED = (
    "created", "updated", "unchanged", "removed", "ignored", "refused",
)  # fmt: skip
OUTCOMES = (CREATED, UPDATED, UNCHANGED, REMOVED, IGNORED, REFUSED)

_COUNT = text("""
update import_files set read = read + :read, created = created + :created, updated = updated + :updated,
    unchanged = unchanged + :unchanged, removed = removed + :removed, ignored = ignored + :ignored,
    refused = refused + :refused
where organization_id = :organization_id and import_id = :import_id and name = :file
""")
_CHECKPOINT = text("""
update imports set step = :step, position = :position, as_of = :at
where organization_id = :organization_id and id = :import_id and state = 'running'
    and step = :step_before and position = :position_before
""")
_REFUSED = text("""
update imports set refused = refused + :more
where organization_id = :organization_id and id = :import_id returning refused - :more
""")


class Superseded(Exception):
    """Another worker has gone on with this import: this one lost its lock and must stop."""


@dataclass(frozen=True)
class Refused:
    """A row that was not taken."""

    line: int
    column: str
    reason: str
    sourced_id: str | None = None


@dataclass
class Run:
    """An import and its checkpoint: what has been committed of it."""

    database: Database
    organization_id: UUID
    id: UUID
    kind: str
    modes: Mapping[str, str]
    today: date
    step: str
    position: int

    @property
    def taught(self) -> bool:
        """Whether the organization teaches whom it registers."""
        return self.kind == ACADEMY

    @property
    def own(self) -> dict[str, UUID]:
        """What every row of the import's tables begins with."""
        return {"organization_id": self.organization_id, "import_id": self.id}

    def checkpoint(self, session: Session, step: str, position: int) -> None:
        """This transaction brings the import from where it was to here. Raises Superseded.

        Call ``arrived`` once it has committed.
        """
        before = {"step_before": self.step, "position_before": self.position}
        values = {**self.own, **before, "step": step, "position": position, "at": now()}
        if session.execute(_CHECKPOINT, values).rowcount != 1:  # type: ignore[attr-defined]
            raise Superseded()

    def arrived(self, step: str, position: int) -> None:
        """The transaction has committed."""
        self.step, self.position = step, position

    def count(self, session: Session, file: str, outcomes: Mapping[str, int], *, read: int = 0) -> None:
        """Add to a file's counts."""
        counts = Counter(outcomes)
        values = {**self.own, "file": file, "read": read, **{name: counts[name] for name in OUTCOMES}}
        session.execute(_COUNT, values)

    def refuse(self, session: Session, file: str, refused: Sequence[Refused]) -> None:
        """Count refused rows, and keep them as long as there is room."""
        if not refused:
            return
        before = session.scalar(_REFUSED, {**self.own, "more": len(refused)}) or 0
        kept = refused[: max(MOST_KEPT - before, 0)]
        rows = [
            {
                **self.own, "number": number, "file": file, "line": one.line, "column_name": one.column,
                "reason": one.reason, "sourced_id": one.sourced_id,
            }
            for number, one in enumerate(kept, start=before + 1)
        ]  # fmt: skip
        insert_many(session, ImportProblem, rows)

    def notice(self, session: Session, message: str, *, most: int | None = None) -> None:
        """Tell the organization something about the import as a whole; of what there can be many, no more than that."""
        found = session.get_one(RosterImport, (self.organization_id, self.id))
        if most is not None and len(found.notices) >= most:
            return
        session.execute(
            update(RosterImport)
            .where(RosterImport.organization_id == self.organization_id, RosterImport.id == self.id)
            .values(notices=[*found.notices, message])
            .execution_options(synchronize_session=False)
        )
