"""Door 2: says to nginx, for every request, whether it may go on and where, or what refuses it.

nginx asks with ``auth_request`` and tells in headers of its own what was asked of it; nothing of the client's comes
along unasked. It understands 2xx, 401 and 403 only, and never reads a body: so a refusal is a 403 that carries what
the client shall see, ready made, in its headers.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog
from flask import Flask

from chassis import rendering, telemetry, trace_context, tracing
from chassis.errors import Malformed, Refusal
from gateway import cors
from gateway.edge.refusals import UriTooLong
from gateway.gate import Asked, Gate
from gateway.proxy import spelt

log = structlog.get_logger()

PATH = "/internal/decide"
BODY_BYTES = 12_000
"""What nginx's buffer for our headers has room for: a refusal quotes the path, and a path can be long."""
QUOTED = 200
"""Characters of the path that a refusal quotes when there is no room for the whole."""

TARGET_BYTES = 4000
"""The longest path and query a service takes. A path grows when it is spelt anew: nginx's buffer for our headers has no
room for one of 24,000 bytes, and nginx would take a gateway that says such things for a broken one.
"""

Environ = dict[str, Any]
Start = Callable[..., Any]
Headers = list[tuple[str, str]]


class Surprise(Refusal):
    """Our own mistake: told as one, and never as leave to go on."""

    code, status = "internal_error", 500
    message = "Something went wrong on our side; the request id identifies it."


class Authorize:
    """A bare WSGI callable in front of the gateway's Flask app: no framework on the path of every request."""

    def __init__(self, gate: Gate, origins: tuple[str, ...], pages: Flask) -> None:
        self._gate = gate
        self._origins = origins
        self._pages = pages

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request of nginx, or one for the gateway's own pages."""
        if environ["PATH_INFO"] != PATH:
            return self._pages(environ, start)
        status, headers = self._answer(environ)
        headers.append(("Content-Length", "0"))
        start(status, headers)
        return [b""]

    def _answer(self, environ: Environ) -> tuple[str, Headers]:
        asked = _asked(environ)
        structlog.contextvars.bind_contextvars(request_id=environ.get("HTTP_X_REQUEST_ID", ""))
        if tracing.is_on():
            status, headers = self._traced(asked, environ)
        else:
            # The trace is passed on to who is asked for consent; most requests need not even read it.
            asked.around = lambda: trace_context.entered(_caller(environ))
            status, headers = self._decided(asked, environ)
        return ("200 OK" if status == 200 else "403 Forbidden"), headers

    def _traced(self, asked: Asked, environ: Environ) -> tuple[int, Headers]:
        caller = _caller(environ)
        with tracing.span(tracing.Kind.SERVER, "decide", [caller] if caller else []) as span:
            status, headers = self._decided(asked, environ)
            span.describe(f"decide {asked.operation}", {"http.route": asked.operation, "ufadhili.decision": status})
        return status, headers

    def _decided(self, asked: Asked, environ: Environ) -> tuple[int, Headers]:
        began = time.perf_counter()
        try:
            status, headers = 200, self._let_through(asked, environ)
        except Refusal as refusal:
            status, headers = refusal.status, _refused(refusal, asked, environ)
        except Exception as error:
            status, headers = 500, _refused(_surprise(error), asked, environ)
        headers += asked.standing.items()
        headers += self._marks(environ)
        telemetry.observe(asked.method, asked.operation, status, time.perf_counter() - began)
        return status, headers

    def _let_through(self, asked: Asked, environ: Environ) -> Headers:
        if "%00" in environ["HTTP_X_URI"]:
            raise Malformed("The URL holds a NUL character.")
        if cors.is_preflight(asked.method, environ.get("HTTP_X_PREFLIGHT")):
            raise Preflight()
        spelt_anew = spelt(asked.path)
        if len(spelt_anew) + len(environ["HTTP_X_URI"].partition("?")[2]) >= TARGET_BYTES:
            raise UriTooLong()
        service = self._gate.service_for(asked)
        exchanged = [("X-Exchanged", asked.bearer)] if asked.bearer and asked.bearer != asked.authorization else []
        return [("X-Service", service), ("X-Path", spelt_anew), *exchanged, *_known(asked)]

    def _marks(self, environ: Environ) -> Headers:
        marks = [("X-Vary", "Origin")] if self._origins else []
        origin = environ.get("HTTP_ORIGIN")
        return [*marks, ("X-Allowed-Origin", origin)] if origin in self._origins else marks


class Preflight(Refusal):
    """No refusal of anything: a preflight is answered here, without a body."""

    code, status = "preflight", 204


def _asked(environ: Environ) -> Asked:
    length = environ.get("HTTP_X_LENGTH", "")
    return Asked(
        method=environ["HTTP_X_METHOD"],
        path=_path(environ["HTTP_X_URI"]),
        authorization=environ.get("HTTP_AUTHORIZATION"),
        address=environ["HTTP_X_ADDRESS"],
        length=int(length) if length.isdecimal() else 0,
    )


def _surprise(error: Exception) -> Refusal:
    log.error("unhandled", error=type(error).__name__, trace=rendering.places(error))
    return Surprise()


def _caller(environ: Environ) -> trace_context.TraceContext | None:
    return trace_context.parse(environ.get("HTTP_TRACEPARENT"), environ.get("HTTP_TRACESTATE"))


def _path(uri: str) -> str:
    """The path of a request line, decoded once, as door 1 reads it. Not a path at all: one that no route takes."""
    raw = uri.partition("#")[0].partition("?")[0]
    return unquote_to_bytes(raw.encode("latin-1")).decode("utf-8", "replace")


def _known(asked: Asked) -> Headers:
    """What the edge's log tells of the request."""
    known = [("X-Operation", asked.operation)]
    if asked.caller:
        known.append(("X-User", str(asked.caller.user_id)))
        if asked.caller.organization_id:
            known.append(("X-Organization", str(asked.caller.organization_id)))
    return known


def _refused(refusal: Refusal, asked: Asked, environ: Environ) -> Headers:
    headers = [("X-Refusal-Status", str(refusal.status)), *_known(asked)]
    headers += refusal.headers.items()
    if not isinstance(refusal, Preflight):
        body, kind = _body(refusal, asked.path, environ.get("HTTP_X_REQUEST_ID", ""))
        headers += [("X-Refusal-Body", body), ("X-Refusal-Type", kind)]
    return headers


def _body(refusal: Refusal, path: str, request_id: str) -> tuple[str, str]:
    """The rendered refusal in characters that a header may hold."""
    body, kind = _rendered(refusal, path, request_id)
    if len(body) > BODY_BYTES:
        body, kind = _rendered(refusal, path[:QUOTED], request_id)
    return body, kind


def _rendered(refusal: Refusal, path: str, request_id: str) -> tuple[str, str]:
    body, kind = rendering.shape(
        refusal.status,
        refusal.code,
        refusal.text,
        path=path,
        request_id=request_id,
        errors=refusal.errors,
        details=refusal.details,
    )
    text = body.decode()
    if not (text.isascii() and text.isprintable()):
        text = json.dumps(json.loads(text), separators=(",", ":"))
    return text, kind
