"""Imports, for whoever may import."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.database import SYSTEM, Database
from chassis.errors import Forbidden
from chassis.paging import Page, paginate
from programs.errors import NoSuchImport
from programs.models import IMPORT_STATES, ImportFile, ImportProblem, RosterImport
from programs.queries.bulk import among

_PAGE = 1000
_COLUMNS = (
    RosterImport.organization_id, RosterImport.id, RosterImport.state, RosterImport.absent, RosterImport.absent_limit,
    RosterImport.size, RosterImport.sha256, RosterImport.requested_by, RosterImport.received_at,
    RosterImport.started_at, RosterImport.finished_at, RosterImport.as_of, RosterImport.problem, RosterImport.notices,
    RosterImport.refused,
)  # fmt: skip


def list_imports(session: Session, caller: Caller, *, page: int, limit: int, state: str | None) -> Page:
    """A page of the organization's imports, the latest first."""
    _check(caller)
    states = (state,) if state else IMPORT_STATES
    statement = select(*_COLUMNS).where(RosterImport.state.in_(states))
    if caller.organization_id is not None:
        statement = statement.where(RosterImport.organization_id == caller.organization_id)
    ordered = statement.order_by(RosterImport.received_at.desc(), RosterImport.id.desc())
    found = paginate(session, ordered, page=page, limit=limit)
    files = _files(session, [row["id"] for row in found.items])
    return Page([_line(row, files.get(row["id"], [])) for row in found.items], found.total, found.page, found.limit)


def import_for(session: Session, caller: Caller, import_id: UUID) -> dict[str, Any]:
    """The import, for a caller who may import. Raises NoSuchImport, Forbidden."""
    _check(caller)
    return shown(session, caller.organization_id, import_id)


def shown(session: Session, organization_id: UUID | None, import_id: UUID) -> dict[str, Any]:
    """The import as the API shows it; of any organization when none is given. Raises NoSuchImport."""
    statement = select(*_COLUMNS).where(RosterImport.id == import_id, RosterImport.state.in_(IMPORT_STATES))
    if organization_id is not None:
        statement = statement.where(RosterImport.organization_id == organization_id)
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NoSuchImport()
    return _line(row, _files(session, [import_id]).get(import_id, []))


def problems(database: Database, organization_id: UUID, import_id: UUID) -> Iterator[Sequence[Any]]:
    """The refused rows of an import, some at a time, each time in a transaction of its own."""
    after = 0
    own = (ImportProblem.organization_id == organization_id, ImportProblem.import_id == import_id)
    columns = (ImportProblem.number, ImportProblem.file, ImportProblem.line, ImportProblem.column_name)
    while True:
        statement = select(*columns, ImportProblem.reason).where(*own, ImportProblem.number > after)
        with database.transaction(organization_id) as session:
            rows = session.execute(statement.order_by(ImportProblem.number).limit(_PAGE)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].number


def find(database: Database, caller: Caller, import_id: UUID) -> dict[str, Any]:
    """The import, read in a transaction of its own. Raises NoSuchImport, Forbidden."""
    with database.transaction(caller.organization_id or SYSTEM) as session:
        return import_for(session, caller, import_id)


def _check(caller: Caller) -> None:
    if not caller.may("rosters.import") or (caller.organization_id is None and not caller.is_platform):
        raise Forbidden("This needs the permission 'rosters.import' in the whole of an organization.")


def _files(session: Session, imports: Sequence[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    statement = select(ImportFile).where(among(ImportFile.import_id, imports)).order_by(ImportFile.place)
    for file in session.scalars(statement):
        found.setdefault(file.import_id, []).append(file)
    return found


def _line(row: Any, files: Sequence[Any]) -> dict[str, Any]:
    return {
        **row,
        "rows": sum(file.rows for file in files),
        "read": sum(file.read for file in files),
        "errors": row["refused"],
        "files": files,
    }
