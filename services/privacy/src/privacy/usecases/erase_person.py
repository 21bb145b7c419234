"""Erase a person here, and ask every other owner of personal data to do the same.

Consents end first, so that nobody may see the person from this moment on, whoever has not erased them yet. What stays
are ids: of the student in the history of consents and in the access log, and as tombstones, so that events which come
late do not bring the person back.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.forgetting import redact_person
from chassis.outbox import publish
from chassis.wiring import use
from contracts import rights
from contracts.events.privacy import ErasureRequested
from privacy.models import DataRequest
from privacy.queries.requests import addresses_of
from privacy.rules import periods
from privacy.settings import Settings
from privacy.usecases.object_to_processing import withdraw_all
from privacy.usecases.record_part import record_part

_ERASED = "The person was erased."

_STATEMENTS = {
    "organization_students": "delete from organization_students where student_id = :student_id",
    "students": "delete from students where id = :student_id",
    "guardianships": "delete from guardianships where student_id = :student_id or user_id = :user_id "
    "or email = any(:addresses)",
    "accounts": "delete from accounts where user_id = :user_id",
    "addresses of students": "update students set email = null where email = any(:addresses)",
    "addresses organizations gave": "update organization_students set email = null where email = any(:addresses)",
    "links to students": "update students set user_id = null where user_id = :user_id",
    "copies of the data": """
        delete from export_pieces using data_requests where data_requests.id = request_id
            and (student_id = :student_id or data_requests.user_id = :user_id)""",
    "open requests": """
        update data_requests set state = 'refused', ended_at = :at, reason = :reason, wanted = '{}'
        where (student_id = :student_id or user_id = :user_id) and id <> :request_id
            and state in ('received', 'in_progress')""",
}
_REMEMBER = text("insert into erased (id, at) values (:id, :at) on conflict do nothing")


def erase_person(session: Session, request: DataRequest) -> None:
    """Do privacy's part, and ask for the others'. The caller holds the student."""
    request.start()
    addresses = addresses_of(session, request.student_id, request.user_id)
    digests = sorted(rights.digest(request.id, address) for address in addresses)
    counts = {"grants withdrawn": withdraw_all(session, request)}
    # Else what the statements below delete could still be written by the session.
    session.flush()
    session.expire_all()
    values = {
        "student_id": request.student_id,
        "user_id": request.user_id,
        "addresses": sorted(addresses),
        "request_id": request.id,
        "at": now(),
        "reason": _ERASED,
    }
    counts |= {name: _rows(session, statement, values) for name, statement in _STATEMENTS.items()}
    people = [id for id in (request.student_id, request.user_id) if id is not None]
    session.execute(_REMEMBER, [{"id": id, "at": values["at"]} for id in people])
    counts["events"] = redact_person(session, request.id, people, digests)
    about: dict[str, Any] = {"request_id": request.id, "student_id": request.student_id, "user_id": request.user_id}
    publish(session, ErasureRequested(**about, addresses=tuple(digests)))
    kept = periods.kept(use(session, Settings).proof_months)
    record_part(session, request.id, "privacy", erased=counts, kept=kept)


def _rows(session: Session, statement: str, values: dict[str, Any]) -> int:
    wanted = {name: value for name, value in values.items() if f":{name}" in statement}
    cast_statement = statement
    for name in ("student_id", "user_id", "request_id"):
        cast_statement = cast_statement.replace(f":{name}", f"cast(:{name} as uuid)")
    cast_statement = cast_statement.replace("any(:addresses)", "any(cast(:addresses as text[]))")
    return cast("CursorResult[Any]", session.execute(text(cast_statement), wanted)).rowcount
