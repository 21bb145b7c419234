"""What a bulk file no longer has: kept, unless whoever sent it said that it goes, and then only if it is little.

See docs/decisions/0015-what-a-bulk-file-leaves-out.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from programs.models import KEEP, REMOVE, RosterImport
from programs.queries.roster_items import absent_items, count_absent, forget_items, list_items
from programs.rules.oneroster.archive import Archive
from programs.rules.oneroster.files import BULK
from programs.rules.oneroster.table import Record
from programs.rules.oneroster.values import LONGEST_ID
from programs.usecases.import_roster.batch import commit
from programs.usecases.import_roster.kind import Kind
from programs.usecases.import_roster.run import BATCH, REMOVED, Run
from programs.usecases.import_roster.steps import FileStep, Steps
from programs.usecases.import_roster.told import Told

_UNREADABLE = "Line {line} of {file} has no readable sourcedId, so nothing that {file} leaves out was removed."
_TOO_MANY = (
    "{file} leaves out {absent} of {every}: more than {limit} percent, so none of them was removed. "
    "Send it again with a higher absent_limit if that is meant."
)


class _Listing(Kind):
    """Notes which ids a bulk file has, before anything else is done with it."""

    def __init__(self, kind: Kind) -> None:
        self.name, self.file = kind.name, kind.file

    def take(self, session: Session, run: Run, records: Sequence[Record]) -> None:
        """Note a batch of them; a row without an id could be anybody's, so then nothing is removed."""
        ids = {record.cells.get("sourcedId", "").strip(): record.line for record in records}
        unreadable = [line for id, line in ids.items() if not 0 < len(id) <= LONGEST_ID]
        if unreadable:
            _keep_all(session, run, _UNREADABLE.format(line=unreadable[0], file=self.file))
        list_items(session, run.organization_id, self.name, [id for id in ids if id], run.id)


@dataclass(frozen=True)
class AbsenceStep:
    """Remove what the bulk file of ``kind`` leaves out; ``leaver`` knows how."""

    name: str
    kind: Kind
    leaver: Kind
    listing: bool

    def work(self, run: Run, archive: Archive) -> Steps:
        """First list, then remove: two steps, so that seats are free again before others ask for them."""
        with run.database.transaction(run.organization_id) as session:
            wanted = session.get_one(RosterImport, (run.organization_id, run.id))
        if wanted.absent != REMOVE or run.modes.get(self.kind.file) != BULK:
            return
        if self.listing:
            yield from FileStep(self.name, _Listing(self.kind)).work(run, archive)
        elif self._few_enough(run, wanted.absent_limit):
            yield from self._remove(run)

    def _few_enough(self, run: Run, limit: int) -> bool:
        """Decided once: a worker that takes over goes on with what was decided."""
        if run.position:
            return True
        return commit(run, self.name, 0, partial(self._decide, run=run, limit=limit))

    def _decide(self, session: Session, run: Run, limit: int) -> bool:
        absent, every = count_absent(session, run.organization_id, self.kind.name, run.id)
        if absent * 100 <= limit * every:
            return True
        run.notice(session, _TOO_MANY.format(file=self.kind.file, absent=absent, every=every, limit=limit))
        return False

    def _remove(self, run: Run) -> Steps:
        after: str | None = ""
        while after is not None:
            after = commit(run, self.name, run.position + 1, partial(self._go, run=run, after=after))
            yield

    def _go(self, session: Session, run: Run, after: str) -> str | None:
        found = absent_items(session, run.organization_id, self.kind.name, after, import_id=run.id, most=BATCH)
        rows = [_leaving(item) for item in found]
        self.leaver.remove(session, run, rows)
        gone = [one.sourced_id for one in rows if one.taken]
        forget_items(session, run.organization_id, self.kind.name, gone)
        run.count(session, self.kind.file, {REMOVED: len(gone)})
        return found[-1].sourced_id if found else None


def _leaving(item: Any) -> Told:
    return Told(0, item.sourced_id, gone=True, before=item, our_id=item.our_id)


def _keep_all(session: Session, run: Run, why: str) -> None:
    found = session.get_one(RosterImport, (run.organization_id, run.id))
    if found.absent == REMOVE:
        found.absent = KEEP
        session.flush()
        run.notice(session, why)
