"""Read what became of requests."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden
from chassis.paging import Page, paginate
from contracts.rights import OWNERS
from privacy.models import ACCESS, DONE, ERASURE, DataRequest
from privacy.queries import requests
from privacy.usecases.file_request import receipt_hash
from privacy.usecases.people import person

_SHOWN = (
    "id", "student_id", "user_id", "requested_by", "acts_as", "organization_id", "state", "law", "wanted", "reason",
    "received_at", "due_at", "ended_at", "expires_at",
)  # fmt: skip


def read_request(session: Session, caller: Caller, request_id: UUID) -> dict[str, Any]:
    """One of the caller's own, with its report. Raises NoSuchRequest."""
    return shown(session, requests.own_request(session, person(caller), request_id))


def read_receipt(session: Session, receipt: str) -> dict[str, Any]:
    """The report of the request this receipt was given for: nothing that says whose it is. Raises NoSuchRequest."""
    found = shown(session, requests.by_receipt(session, receipt_hash(receipt)))
    return {
        name: found[name] for name in ("id", "right", "state", "law", "received_at", "due_at", "ended_at", "report")
    }


def list_requests(session: Session, caller: Caller, *, page: int, limit: int, view: str | None = None) -> Page:
    """The caller's own, or with ``view`` organization those that the caller's organization decides."""
    if view != "organization":
        return paginate(session, requests.of_person(person(caller)), page=page, limit=limit)
    if caller.organization_id is None or not caller.may("students.link"):
        raise Forbidden("This needs the permission 'students.link' in an organization.")
    return paginate(session, requests.of_organization(caller.organization_id), page=page, limit=limit)


def shown(session: Session, request: DataRequest) -> dict[str, Any]:
    """A request with what each service has answered."""
    ready = request.kind == ACCESS and request.state == DONE and request.expires_at and request.expires_at > now()
    return {
        **{name: getattr(request, name) for name in _SHOWN},
        "right": request.kind,
        "download_url": f"/api/v1/privacy/data-requests/{request.id}/download/" if ready else None,
        "report": _report(session, request) if request.kind == ERASURE else None,
    }


def _report(session: Session, request: DataRequest) -> dict[str, Any]:
    parts = requests.parts_of(session, request.id)
    return {
        "services": [
            {
                "service": part.service,
                "erased": [{"what": what, "rows": rows} for what, rows in part.erased],
                "kept": [{"what": what, "why": why, "until": until} for what, why, until in part.kept],
                "answered_at": part.answered_at,
            }
            for part in parts
        ],
        "waiting_for": sorted(set(OWNERS) - {part.service for part in parts}),
    }
