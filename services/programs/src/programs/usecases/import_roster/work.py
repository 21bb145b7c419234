"""One import from its checkpoint to its end, a transaction at a time."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import Database
from programs.models import ImportFile, RosterImport
from programs.queries.bulk import insert_many
from programs.queries.uploads import Upload
from programs.rules.oneroster.archive import Archive
from programs.rules.oneroster.files import COLUMNS, MANIFEST
from programs.rules.oneroster.manifest import modes_of
from programs.rules.oneroster.table import records
from programs.usecases.import_roster.batch import commit
from programs.usecases.import_roster.plan import PLAN
from programs.usecases.import_roster.run import OUTCOMES, Run

_GLANCE = 50_000
"""Rows looked through at a time, so that others get their turn."""

Modes = dict[str, str]


def work(database: Database, organization_id: UUID, import_id: UUID) -> Iterator[None]:
    """Go on with the import; yields after each transaction and now and then while looking through the files.

    Raises FileRefused for an upload that cannot be read: before anything of it has been taken in.
    """
    found = _start(database, organization_id, import_id)
    archive = Archive(Upload(database, organization_id, import_id, found.size))
    if found.step is None:
        yield from _look_through(database, found, archive)
    run = _run(database, organization_id, import_id)
    names = [step.name for step in PLAN]
    for place in range(names.index(run.step), len(PLAN)):
        yield from PLAN[place].work(run, archive)
        if place + 1 < len(PLAN):
            commit(run, names[place + 1], 0, lambda _: None)
        yield
    commit(run, run.step, run.position, partial(_finish, run=run))


def _start(database: Database, organization_id: UUID, import_id: UUID) -> RosterImport:
    with database.transaction(organization_id) as session:
        found = _one(session, organization_id, import_id)
        found.start(now())
    return found


def _look_through(database: Database, found: RosterImport, archive: Archive) -> Iterator[None]:
    """Read every file once without taking anything in: a damaged or foreign one must not be half taken."""
    with archive.open(MANIFEST) as stream:
        modes = modes_of(records(stream, MANIFEST), archive.names)
    rows = dict.fromkeys(modes, 0)
    for name in modes:
        if name not in COLUMNS:
            continue
        with archive.open(name) as stream:
            for count, _ in enumerate(records(stream, name), start=1):
                rows[name] = count
                if count % _GLANCE == 0:
                    yield
    with database.transaction(found.organization_id) as session:
        _note_files(session, found, modes, rows)
    yield


def _note_files(session: Session, found: RosterImport, modes: Modes, rows: dict[str, int]) -> None:
    """From here on the import has a checkpoint."""
    own = {"organization_id": found.organization_id, "import_id": found.id}
    session.execute(
        delete(ImportFile).where(ImportFile.organization_id == found.organization_id, ImportFile.import_id == found.id)
    )
    counts = dict.fromkeys(("read", *OUTCOMES), 0)
    noted = [
        {**own, "name": name, "place": place, "mode": mode, "rows": rows[name], **counts}
        for place, (name, mode) in enumerate(modes.items(), start=1)
    ]
    insert_many(session, ImportFile, noted)
    one = _one(session, found.organization_id, found.id)
    one.step, one.position, one.as_of = PLAN[0].name, 0, now()


def _finish(session: Session, run: Run) -> None:
    _one(session, run.organization_id, run.id).finish(now())


def _run(database: Database, organization_id: UUID, import_id: UUID) -> Run:
    with database.transaction(organization_id) as session:
        found = _one(session, organization_id, import_id)
        files = select(ImportFile.name, ImportFile.mode).where(
            ImportFile.organization_id == organization_id, ImportFile.import_id == import_id
        )
        modes = {row.name: row.mode for row in session.execute(files)}
    step = found.step or PLAN[0].name
    return Run(database, organization_id, import_id, found.kind, modes, _today(), step, found.position)


def _one(session: Session, organization_id: UUID, import_id: UUID) -> RosterImport:
    return session.get_one(RosterImport, (organization_id, import_id))


def _today() -> date:
    """Wherever on Earth it is latest."""
    return (now() + timedelta(hours=14)).date()
