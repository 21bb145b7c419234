"""Put copies together whose parts can all be fetched: a zip with each service's JSON, a manifest and a PDF to read.

Nothing is held open meanwhile. A copy that cannot be made now, because a service or the renderer does not answer, is
made by a later run.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from chassis.json_provider import moment
from chassis.render import Renderer
from chassis.wiring import use
from contracts.rights import OWNERS
from privacy.clients.owners import Owners
from privacy.models import ACCESS, IN_PROGRESS, DataRequest, DataRequestPart, ExportPiece
from privacy.queries.person_data import person_data
from privacy.queries.requests import lock_request
from privacy.rules.readable import page
from privacy.usecases.tell_requester import tell_requester

log = structlog.get_logger()

PIECE = 1024 * 1024
KEPT = timedelta(days=7)
"""How long a finished copy can be fetched."""

_BATCH = 5
_IN_MEMORY = 8 * PIECE
OTHERS = tuple(name for name in OWNERS if name != "privacy")


def assemble_exports(database: Database) -> None:
    """The job: those that are ready to be made, the most urgent first; one that fails is left to the next run."""
    for request in _ready(database):
        try:
            with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
                _write(database, request, file)
                _keep(database, request.id, file)
        except Refusal as error:
            log.warning("export_postponed", request=str(request.id), error=type(error).__name__)


def _ready(database: Database) -> list[DataRequest]:
    answered = (
        select(func.count())
        .where(DataRequestPart.request_id == DataRequest.id, DataRequestPart.service.in_(OTHERS))
        .scalar_subquery()
    )
    due = select(DataRequest).where(
        DataRequest.kind == ACCESS, DataRequest.state == IN_PROGRESS, answered == len(OTHERS)
    )
    with database.transaction(SYSTEM) as session:
        return list(session.scalars(due.order_by(DataRequest.due_at).limit(_BATCH)))


def _write(database: Database, request: DataRequest, file: IO[bytes]) -> None:
    """Raises Unavailable and RendererBusy."""
    at, whom = now(), {"student_id": request.student_id, "user_id": request.user_id}
    with database.transaction(SYSTEM) as session:
        owners, renderer = use(session, Owners), use(session, Renderer)
        texts = {"privacy": _json(person_data(session, **whom))}
    texts |= {name: owners.part(name, **whom) for name in OTHERS}
    parts = [json.loads(texts[name]) for name in OWNERS]
    facts = {"made_at": at.strftime("%-d %B %Y, %H:%M UTC"), "request_id": str(request.id), "law": request.law}
    files = {"your-data.pdf": renderer.pdf(*page(parts, **facts))}
    files |= {f"{name}.json": texts[name] for name in OWNERS}
    manifest = {
        "request_id": request.id,
        **whom,
        "made_at": at,
        "law": request.law,
        "files": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()
        },
    }
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for name, data in {**files, "manifest.json": _json(manifest)}.items():
            zipped.writestr(name, data)


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> str:
    return moment(value) if hasattr(value, "hour") else str(value)


def _keep(database: Database, request_id: UUID, file: IO[bytes]) -> None:
    """Unless the person was erased meanwhile: their request has ended then."""
    with database.transaction(SYSTEM) as session:
        request = lock_request(session, request_id)
        if not request.is_open:
            return
        session.execute(delete(ExportPiece).where(ExportPiece.request_id == request_id))
        _store(session, request_id, file)
        at = now()
        request.finish(at)
        request.expires_at = at + KEPT
        tell_requester(session, request)


def _store(session: Session, request_id: UUID, file: IO[bytes]) -> None:
    for number, data in enumerate(_pieces(file)):
        session.add(ExportPiece(request_id=request_id, number=number, data=data))
        session.flush()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while data := file.read(PIECE):
        yield data
