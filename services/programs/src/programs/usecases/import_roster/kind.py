"""What every kind of row goes through: read, compared, resolved, applied, kept. Set-based, a batch at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from programs.queries.roster_items import Refs, forget_items, items, keep_items, refused_at
from programs.rules.batches import RowRefused
from programs.rules.oneroster.files import DELTA
from programs.rules.oneroster.table import Record
from programs.rules.oneroster.values import Cells, deleted, identifier
from programs.usecases.import_roster.run import CREATED, IGNORED, REMOVED, UNCHANGED, UPDATED, Refused, Run
from programs.usecases.import_roster.told import Told

Reference = tuple[str, str, str]
"""The column that names something, the kind of what it names, and its id."""

FILES = {
    "org": "orgs.csv",
    "session": "academicSessions.csv",
    "course": "courses.csv",
    "class": "classes.csv",
    "user": "users.csv",
    "category": "categories.csv",
    "lineItem": "lineItems.csv",
}
"""Where each kind of thing that rows name stands."""


class Kind:
    """A kind of row. What a subclass leaves out does nothing: such rows are only kept for others to name."""

    name: str
    file: str

    def read(self, cells: Cells, run: Run) -> dict[str, Any] | None:
        """What the row says; None when it says nothing here. Raises RowRefused."""
        raise NotImplementedError

    def references(self, told: Told) -> Iterable[Reference]:  # noqa: ARG002 - not every kind names something
        """What the row names that must be known."""
        return ()

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:
        """Fill in what the rows' effect depends on, and what is kept of them."""

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Give the rows that are news their effect, or refuse them."""

    def follow(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Do what only can be done once the rows that were news are kept."""

    def remove(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Take back what is to be deleted, or refuse to."""

    def take(self, session: Session, run: Run, records: Sequence[Record]) -> None:
        """Take in a batch of the kind's file, and count what became of it."""
        counts: Counter[str] = Counter()
        refused: list[Refused] = []
        for part in _rounds(records):
            rows = self._read(run, part, refused, counts)
            self.settle(session, run, rows)
            refused += [one.refusal for one in rows if one.refusal]
            counts.update(one.outcome for one in rows if one.taken)
        refused.sort(key=lambda one: one.line)
        counts["refused"] += len(refused)
        run.count(session, self.file, counts, read=len(records))
        run.refuse(session, self.file, refused)

    def settle(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Decide on rows of which no two have the same id, and write down what became of them."""
        known = items(session, run.organization_id, {(self.name, one.sourced_id) for one in rows})
        for one in rows:
            one.before = known.get((self.name, one.sourced_id))
            one.our_id = one.before.our_id if one.before else None
            if one.before and one.before.seen_in == run.id:
                one.refuse("sourcedId", f"Line {one.before.line} has the same sourcedId.")
        self._come([one for one in rows if one.taken and not one.gone], session, run)
        self._go([one for one in rows if one.taken and one.gone], session, run)

    def _read(self, run: Run, records: Sequence[Record], refused: list[Refused], counts: Counter[str]) -> list[Told]:
        rows: list[Told] = []
        for record in records:
            sourced_id = None
            try:
                _check_width(record)
                sourced_id = identifier(record.cells, "sourcedId")
                gone = deleted(record.cells, delta=run.modes[self.file] == DELTA)
                facts = {} if gone else self.read(record.cells, run)
                if facts is None:
                    counts[IGNORED] += 1
                else:
                    rows.append(Told(record.line, sourced_id, facts, gone))
            except RowRefused as why:
                reason = why.reasons[0]
                refused.append(Refused(record.line, reason["field"], reason["message"], sourced_id))
        return rows

    def _come(self, rows: Sequence[Told], session: Session, run: Run) -> None:
        refs = self._refer(session, run, rows)
        rows = [one for one in rows if one.taken]
        self.resolve(session, run, rows, refs)
        news = [one for one in rows if one.taken and one.news]
        for one in news:
            one.outcome = one.outcome if one.ignored else UPDATED if one.before else CREATED
        self.apply(session, run, news)
        # Those that are no news, too: they were seen in this import, on this line.
        keep_items(session, [self._item(run, one) for one in rows if one.taken])
        self.follow(session, run, [one for one in news if one.taken])

    def _go(self, rows: Sequence[Told], session: Session, run: Run) -> None:
        leaving = [one for one in rows if one.before]
        self.remove(session, run, leaving)
        gone = [one for one in leaving if one.taken]
        forget_items(session, run.organization_id, self.name, [one.sourced_id for one in gone])
        for one in gone:
            one.outcome = REMOVED

    def _refer(self, session: Session, run: Run, rows: Sequence[Told]) -> Refs:
        named = {one: list(self.references(one)) for one in rows}
        wanted = {(kind, id) for references in named.values() for _, kind, id in references}
        refs = items(session, run.organization_id, wanted)
        missing = {(FILES[kind], id) for kind, id in wanted if (kind, id) not in refs}
        refused = refused_at(session, run.organization_id, run.id, missing)
        for one, references in named.items():
            for column, kind, id in references:
                if one.taken and (kind, id) not in refs:
                    one.refuse(column, unknown(kind, id, refused.get((FILES[kind], id))))
        return refs

    def _item(self, run: Run, one: Told) -> dict[str, Any]:
        return {
            "organization_id": run.organization_id,
            "kind": self.name,
            "sourced_id": one.sourced_id,
            "our_id": one.our_id,
            "fingerprint": one.fingerprint,
            "facts": one.kept,
            "seen_in": run.id,
            "line": one.line,
            "outcome": one.outcome,
        }


def unknown(kind: str, id: str, line: int | None) -> str:
    """Why a row that names this cannot be taken; ``line`` is where this import refused it."""
    file = FILES[kind]
    if line:
        return f"{id} was refused ({file}, line {line})."
    return f"{id} is not known: it stands in no {file} so far."


def _check_width(record: Record) -> None:
    if record.width is not None:
        raise RowRefused("", f"The row has {record.width} cells; the header has another number of columns.")


def _rounds(records: Sequence[Record]) -> Iterator[list[Record]]:
    """The records in their order, cut where an id comes again: the later row must see what became of the first."""
    part: list[Record] = []
    seen: set[str] = set()
    for record in records:
        id = record.cells.get("sourcedId", "").strip()
        if id in seen:
            yield part
            part, seen = [], set()
        part.append(record)
        seen.add(id)
    if part:
        yield part


__all__ = ["FILES", "UNCHANGED", "Kind", "Reference", "unknown"]
