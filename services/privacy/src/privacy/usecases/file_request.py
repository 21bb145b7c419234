"""A person asks for a copy of their data, to be erased, to have something put right, or objects to a use."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.privacy import DataExportRequested, DataRequestReceived
from privacy.clients.owners import Owners
from privacy.errors import AlreadyAsked, NoSuchStudent, StillInCharge
from privacy.models import ACCESS, ERASURE, OBJECTION, RECEIVED, RECTIFICATION, DataRequest
from privacy.queries.people import knows, lock_student, standings
from privacy.queries.requests import countries_of
from privacy.rules.clocks import clock_of
from privacy.rules.granting import Standing
from privacy.usecases.erase_person import erase_person
from privacy.usecases.object_to_processing import object_to_processing
from privacy.usecases.people import person


class About(NamedTuple):
    """Whom a request is about, and as what the caller asks."""

    student_id: UUID | None
    user_id: UUID | None
    acts_as: str


@dataclass(frozen=True)
class Filed:
    """The request, and the receipt that opens its report to who has no account any more. It is shown once."""

    request: DataRequest
    receipt: str


def file_request(
    session: Session,
    caller: Caller,
    *,
    right: str,
    student_id: UUID | None = None,
    organization_id: UUID | None = None,
    confirm: bool = False,
    wanted: Mapping[str, Any] | None = None,
) -> Filed:
    """Take the request in and begin with it.

    Without a student it is about the caller: the account and the student it belongs to. A guardian asks for a minor.
    Raises NotLinked, NoSuchStudent, GuardianNeeded, StudentOfAge, AlreadyAsked, StillInCharge, Invalid.
    """
    user_id = person(caller)
    if caller.is_program:
        raise Forbidden("A person asks this for themselves.")
    about = _about(session, user_id, student_id, right)
    if right == ERASURE:
        _may_be_erased(session, about, confirm=confirm)
    if right == RECTIFICATION:
        _keeps(session, about, organization_id)
    particulars = dict(wanted or {})
    if right == OBJECTION and organization_id:
        particulars["organization_id"] = str(organization_id)
    receipt = secrets.token_urlsafe(24)
    request = _request(session, about, right, particulars)
    request.requested_by, request.receipt_hash = user_id, receipt_hash(receipt)
    request.organization_id = organization_id if right == RECTIFICATION else None
    _add(session, request)
    _BEGIN[right](session, request)
    return Filed(request, receipt)


def _about(session: Session, user_id: UUID, student_id: UUID | None, right: str) -> About:
    """Read under the student's lock: a birth date or a link may be changing."""
    candidates = standings(session, user_id)
    own = [standing for standing in candidates if standing.role == "self"]
    if student_id is None and len(own) > 1:
        raise Invalid.field("student_id", "This account stands for several students: say which.")
    student_id = student_id or (own[0].student_id if own else None)
    if student_id is None:
        return About(None, user_id, "self")
    student = lock_student(session, student_id)
    standing = _standing(standings(session, user_id), student_id)
    if student is None or standing is None:
        raise NoSuchStudent()
    if standing.role == "guardian":
        standing.must_decide(now())
        return About(student_id, student.user_id, "guardian")
    if right == ERASURE:
        standing.must_decide(now())
    # An account that stands for another student, too, is erased with the last of them.
    account = None if right == ERASURE and len(own) > 1 else user_id
    return About(student_id, account, "self")


def _standing(candidates: list[Standing], student_id: UUID) -> Standing | None:
    return next((standing for standing in candidates if standing.student_id == student_id), None)


def _may_be_erased(session: Session, about: About, *, confirm: bool) -> None:
    if not confirm:
        raise Invalid.field("confirm", "Erasing cannot be undone: send true to confirm that it is meant.")
    if about.user_id is None:
        return
    organizations = use(session, Owners).in_charge_of(about.user_id)
    if organizations:
        names = ", ".join(each["name"] for each in organizations)
        raise StillInCharge(f"You are the only administrator of {names}; make somebody else one first.")


def _keeps(session: Session, about: About, organization_id: UUID | None) -> None:
    if about.student_id is None or organization_id is None or not knows(session, organization_id, about.student_id):
        raise Invalid.field("organization_id", "Name an organization that keeps a record of this student.")


def _request(session: Session, about: About, right: str, wanted: dict[str, Any]) -> DataRequest:
    """With the time that the law gives."""
    at = now()
    countries = sorted(countries_of(session, about.student_id, about.user_id))
    clock = clock_of(right, countries, at)
    return DataRequest(
        id=new_id(),
        kind=right,
        **about._asdict(),
        state=RECEIVED,
        law=clock.source,
        countries=countries,
        wanted=wanted,
        received_at=at,
        due_at=clock.ends(at),
    )


def _add(session: Session, request: DataRequest) -> None:
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise AlreadyAsked() from None


def receipt_hash(receipt: str) -> bytes:
    """All that is kept of a receipt."""
    return hashlib.sha256(receipt.encode("utf-8", "surrogatepass")).digest()


def _export(session: Session, request: DataRequest) -> None:
    request.start()
    about = {"student_id": request.student_id, "user_id": request.user_id}
    publish(session, DataExportRequested(request_id=request.id, **about))


def _hand_over(session: Session, request: DataRequest) -> None:
    """The organization that keeps the record decides."""
    if request.organization_id is None:
        raise Invalid.field("organization_id", "Needed.")
    told: dict[str, Any] = {
        "request_id": request.id,
        "organization_id": request.organization_id,
        "due_at": request.due_at,
    }
    publish(session, DataRequestReceived(**told, right=request.kind))


_BEGIN: Mapping[str, Callable[[Session, DataRequest], None]] = {
    ACCESS: _export,
    ERASURE: erase_person,
    RECTIFICATION: _hand_over,
    OBJECTION: object_to_processing,
}
