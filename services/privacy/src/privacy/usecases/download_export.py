"""Fetch a finished copy, a piece at a time; each fetching is entered in the student's access log."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from privacy.errors import ExportGone, NoSuchRequest, NotReady
from privacy.models import ACCESS, DONE, AccessLog, DataRequest, ExportPiece
from privacy.queries.people import standings
from privacy.queries.requests import own_request
from privacy.usecases.people import person

SCOPE = "data_export"


@dataclass(frozen=True)
class Copy:
    """The bytes, in order, and how many there are."""

    pieces: Iterator[bytes]
    size: int


def download_export(database: Database, caller: Caller, request_id: UUID) -> Copy:
    """Who may is asked again. Raises NoSuchRequest, StudentOfAge, NotReady, ExportGone."""
    with database.transaction(SYSTEM) as session:
        request = own_request(session, person(caller), request_id)
        _still_theirs(session, request)
        size = _size(session, request)
        _enter(session, caller, request)
    return Copy(_pieces(database, request_id), size)


def _still_theirs(session: Session, request: DataRequest) -> None:
    """A child may have come of age, a guardian may no longer be one."""
    if request.student_id is None:
        return
    found = [each for each in standings(session, request.requested_by) if each.student_id == request.student_id]
    if not found:
        raise NoSuchRequest()
    if found[0].role == "guardian":
        found[0].must_decide(now())


def _size(session: Session, request: DataRequest) -> int:
    if request.kind != ACCESS or request.state != DONE:
        raise NotReady()
    pieces = select(func.sum(func.length(ExportPiece.data))).where(ExportPiece.request_id == request.id)
    size = session.scalar(pieces)
    if size is None or request.expires_at is None or request.expires_at <= now():
        raise ExportGone()
    return int(size)


def _enter(session: Session, caller: Caller, request: DataRequest) -> None:
    if request.student_id is None:
        return
    about = {"student_id": request.student_id, "user_id": caller.user_id, "organization_id": None, "grant_id": None}
    what = {"scope": SCOPE, "purpose": "copy of the data", "basis": request.acts_as}
    session.add(AccessLog(id=new_id(), at=now(), **about, **what))


def _pieces(database: Database, request_id: UUID) -> Iterator[bytes]:
    number = 0
    while True:
        with database.transaction(SYSTEM) as session:
            piece = session.get(ExportPiece, (request_id, number))
        if piece is None:
            return
        yield piece.data
        number += 1
