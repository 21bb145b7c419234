"""Idempotency-Key: the same key and body replays the stored answer, byte for byte, for 24 hours.

The answer is stored in the transaction of its effect, so there is never one without the other. A key that is still
being worked on is refused at once instead of waited for.
"""

import hashlib
from collections.abc import Callable

from flask import Request, Response
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.errors import Conflict, Invalid, Malformed

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_LOCK = text("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_FIND = text(
    "select fingerprint, status, content_type, body from idempotency_keys "
    "where caller = :caller and operation = :operation and key = :key and created_at > now() - interval '24 hours'"
)
_STORE = text(
    "insert into idempotency_keys (caller, operation, key, fingerprint, status, content_type, body) "
    "values (:caller, :operation, :key, :fingerprint, :status, :content_type, :body) "
    "on conflict (caller, operation, key) do update set fingerprint = excluded.fingerprint, "
    "status = excluded.status, content_type = excluded.content_type, body = excluded.body, created_at = now()"
)


class KeyInFlight(Conflict):
    """The first request with this key has not been answered yet."""

    code, message = "idempotency_key_in_flight", "A request with this Idempotency-Key is still being worked on."


class KeyReused(Invalid):
    """The key came before with another request."""

    code, message = "idempotency_key_reused", "This Idempotency-Key was used for another request."


class KeyRequired(Malformed):
    """This operation moves money or rights and must be safe to repeat."""

    code, message = "idempotency_key_required", "This operation needs an Idempotency-Key header."


def once(
    session: Session, caller: str, request: Request, answer: Callable[[], Response], *, body: bytes | None = None
) -> Response:
    """Answer the request at most once for its key. Without a key, simply answer.

    ``body`` stands for a body that was taken in as a stream and is no more to be read.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return answer()
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise Malformed("An Idempotency-Key is 1 to 255 printable characters.")
    names = {"caller": caller, "operation": f"{request.method} {request.path.rstrip('/')}", "key": key}
    if not session.scalar(_LOCK, {"name": "|".join(names.values())}):
        raise KeyInFlight(headers={"Retry-After": "1"})
    sent = request.get_data() if body is None else body
    fingerprint = hashlib.sha256(request.query_string + b"\0" + sent).digest()
    stored = session.execute(_FIND, names).one_or_none()
    if stored is not None:
        if bytes(stored.fingerprint) != fingerprint:
            raise KeyReused()
        replay = Response(bytes(stored.body), stored.status, content_type=stored.content_type)
        replay.headers[REPLAYED] = "true"
        return replay
    response = answer()
    if 200 <= response.status_code < 300:
        found = {"fingerprint": fingerprint, "status": response.status_code, "body": response.get_data()}
        session.execute(_STORE, {**names, **found, "content_type": response.content_type})
    return response
