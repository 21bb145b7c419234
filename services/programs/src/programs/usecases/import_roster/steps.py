"""The steps of an import, in an order in which nothing comes before what it names.

A step is a generator that yields after each transaction. Its checkpoint is the step's name and a position, so that
whoever goes on with the import knows where.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from programs.queries.roster_items import forget_items, items_after, keep_items, orphans
from programs.rules.oneroster.archive import Archive
from programs.rules.oneroster.table import Record, records
from programs.rules.oneroster.values import TO_BE_DELETED, Cells
from programs.usecases.import_roster.batch import Placed, commit, take_batch
from programs.usecases.import_roster.kind import Kind, unknown
from programs.usecases.import_roster.kinds.students import Students
from programs.usecases.import_roster.run import BATCH, REFUSED, Refused, Run
from programs.usecases.import_roster.told import Told

Steps = Iterator[None]


@dataclass(frozen=True)
class FileStep:
    """The rows of a file that are of one kind; ``which`` tells them from the file's other rows."""

    name: str
    kind: Kind
    which: Callable[[Cells], bool] = lambda _: True

    def work(self, run: Run, archive: Archive) -> Steps:
        """Take in batch after batch from where the checkpoint is."""
        if self.kind.file not in run.modes:
            return
        with archive.open(self.kind.file) as stream:
            for rows, end in self._batches(records(stream, self.kind.file), run.position):
                take_batch(run, self.kind, self.name, rows, end)
                yield

    def _batches(self, found: Iterator[Record], position: int) -> Iterator[tuple[Sequence[Placed], int]]:
        rows: list[Placed] = []
        for place, record in enumerate(found, start=1):
            if place > position and self.which(record.cells):
                rows.append(Placed(place, record))
                if len(rows) == BATCH:
                    yield rows, place
                    rows = []
        if rows:
            yield rows, rows[-1].place


@dataclass(frozen=True)
class OrphanStep:
    """Rows whose parent, or whose user, turned out not to be there once all were read."""

    name: str
    kind: Kind
    other: str
    column: str

    def work(self, run: Run, archive: Archive) -> Steps:  # noqa: ARG002
        """Refuse them, and then those that hung on them."""
        while self.kind.file in run.modes:
            if not commit(run, self.name, run.position + 1, partial(self._refuse, run=run)):
                return
            yield

    def _refuse(self, session: Session, run: Run) -> int:
        found = orphans(session, run.organization_id, self.kind.name, self.other, import_id=run.id, most=BATCH)
        forget_items(session, run.organization_id, self.kind.name, [row.sourced_id for row in found])
        taken_back = Counter(row.outcome for row in found)
        counts = {**{outcome: -count for outcome, count in taken_back.items()}, REFUSED: len(found)}
        run.count(session, self.kind.file, counts)
        run.refuse(session, self.kind.file, [self._why(row) for row in found])
        return len(found)

    def _why(self, row: Any) -> Refused:
        return Refused(row.line, self.column, unknown(self.other, row.named, None), row.sourced_id)


@dataclass(frozen=True)
class AffectedStep:
    """Students whose own row did not come, though what it depends on may have changed."""

    name: str
    files: tuple[str, ...]

    def work(self, run: Run, archive: Archive) -> Steps:  # noqa: ARG002
        """Look at them all, in the order of their ids."""
        after: str | None = "" if set(self.files) & set(run.modes) else None
        while after is not None:
            after = commit(run, self.name, run.position + 1, partial(_look, run=run, after=after))
            yield


def _look(session: Session, run: Run, after: str) -> str | None:
    """Bring students up to date with what surrounds them; returns the last id looked at, None at the end."""
    kind = Students()
    found = items_after(session, run.organization_id, kind.name, after, unseen_in=run.id, most=BATCH)
    rows = [_told(item) for item in found if item.our_id]
    kind.resolve(session, run, rows, {})
    news = [one for one in rows if one.news]
    kind.apply(session, run, news)
    taken = [one for one in news if one.taken]
    keep_items(session, [_kept(run, one) for one in taken])
    return found[-1].sourced_id if found else None


def _told(item: Any) -> Told:
    facts = {"orgs": [], "agents": [], **item.facts}
    one = Told(item.line, item.sourced_id, facts, before=item, our_id=item.our_id)
    one.own_print = bytes(item.fingerprint)[:16]
    return one


def _kept(run: Run, one: Told) -> dict[str, Any]:
    return {
        "organization_id": run.organization_id,
        "kind": Students.name,
        "sourced_id": one.sourced_id,
        "our_id": one.our_id,
        "fingerprint": one.fingerprint,
        "facts": one.kept,
        "seen_in": one.before.seen_in,
        "line": one.line,
        "outcome": one.outcome,
    }


def is_gone(cells: Cells) -> bool:
    """Whether the row says that its object is to be deleted."""
    return cells.get("status", "").strip() == TO_BE_DELETED
