"""Taking in one batch: in one transaction with its checkpoint, and split when something in it cannot be stored."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.errors import Busy
from chassis.failures import describe, interrupted
from programs.rules.oneroster.table import Record
from programs.usecases.import_roster.kind import Kind
from programs.usecases.import_roster.run import Refused, Run, Superseded

ATTEMPTS = 5
"""Times a batch is tried that met somebody else's transaction; each begins anew, so none is needed but for luck."""

_UNSTORABLE = "This row could not be stored."

log = structlog.get_logger()

T = TypeVar("T")


class Placed(NamedTuple):
    """A row and its place in the file, from 1."""

    place: int
    record: Record


def take_batch(run: Run, kind: Kind, step: str, rows: Sequence[Placed], end: int) -> None:
    """Take in these rows and be at ``end`` of the step; a row that breaks the batch is refused alone.

    Raises Superseded, and whatever says that the database went away.
    """
    try:
        commit(run, step, end, partial(kind.take, run=run, records=[row.record for row in rows]))
    except Superseded:
        raise
    except Exception as error:
        if interrupted(error) or isinstance(error, Busy | OperationalError) or not rows:
            raise
        if len(rows) == 1:
            log.error(  # noqa: TRY400 - a traceback ends with a message that may quote personal data
                "import_row_unstorable", file=kind.file, line=rows[0].record.line, error=describe(error)
            )
        _split(run, kind, step, rows, end)


def commit(run: Run, step: str, position: int, work: Callable[[Session], T]) -> T:
    """Do the work and move the checkpoint in one transaction; try again when somebody else was in the way."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with run.database.transaction(run.organization_id) as session:
                run.checkpoint(session, step, position)
                found = work(session)
        except (Busy, OperationalError) as error:
            if attempt == ATTEMPTS or interrupted(error):
                raise
        else:
            break
    run.arrived(step, position)
    return found


def _split(run: Run, kind: Kind, step: str, rows: Sequence[Placed], end: int) -> None:
    if len(rows) == 1:
        commit(run, step, end, partial(_refuse, run=run, kind=kind, row=rows[0]))
        return
    middle = len(rows) // 2
    take_batch(run, kind, step, rows[:middle], rows[middle - 1].place)
    take_batch(run, kind, step, rows[middle:], end)


def _refuse(session: Session, run: Run, kind: Kind, row: Placed) -> None:
    sourced_id = row.record.cells.get("sourcedId", "").strip()[:255] or None
    run.count(session, kind.file, {"refused": 1}, read=1)
    run.refuse(session, kind.file, [Refused(row.record.line, "", _UNSTORABLE, sourced_id)])
