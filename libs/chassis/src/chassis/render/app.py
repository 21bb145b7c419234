"""The doors of the renderer, a bare WSGI callable: internal, never routed from outside, and asking no token.

POST /render {html, css} → application/pdf; GET /healthz; GET /readyz. A worker serves nothing before it is
warm, so any answer of it means ready; while it makes a document a probe waits its turn.
"""

import gc
import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import structlog

from chassis.errors import Invalid, Malformed, NotFound, Refusal, TooLarge
from chassis.render import document

log = structlog.get_logger()

BODY_LIMIT = 10 * 1024 * 1024

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class TakesTooLong(BaseException):
    """Not an ``Exception``, because WeasyPrint goes on after those."""


class Abandoned(Refusal):
    """Whoever asked has hung up; nobody reads this answer."""

    code, status, message = "abandoned", 503, "Nobody waits for this document."


def make_app(seconds: float) -> Callable[[Environ, StartResponse], list[bytes]]:
    """The WSGI callable; a document may take ``seconds``."""

    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        try:
            kind, body = _route(environ, seconds)
            status = 200
        except Refusal as refusal:
            kind, body, status = "application/problem+json", _problem(refusal), refusal.status
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return _Answer([body])

    return app


class _Answer(list[bytes]):
    """The body; once it is sent, off the client's time, what the document left in memory is collected."""

    def close(self) -> None:
        """Called by the server."""
        gc.collect()


def _route(environ: Environ, seconds: float) -> tuple[str, bytes]:
    match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
        case "GET", "/healthz" | "/readyz":
            return "application/json", b'{"status": "ok"}'
        case "POST", "/render":
            return "application/pdf", _render(environ, seconds)
    raise NotFound


def _render(environ: Environ, seconds: float) -> bytes:
    html, css = _page(environ)
    if _has_hung_up(environ):
        log.info("abandoned", request_id=environ.get("HTTP_X_REQUEST_ID"))
        raise Abandoned
    started = time.perf_counter()
    try:
        with _within(seconds):
            pdf = document.to_pdf(html, css)
    except document.Unfit as unfit:
        raise Invalid(str(unfit)) from unfit
    except TakesTooLong:
        document.forget()
        raise Invalid(f"The document takes more than {seconds:g} seconds.") from None
    except Exception as error:
        # Only the kind of error: its text may quote the page.
        log.warning("unrenderable", error=type(error).__name__, request_id=environ.get("HTTP_X_REQUEST_ID"))
        raise Invalid(f"The page cannot be rendered: {type(error).__name__}.") from error
    ms = round((time.perf_counter() - started) * 1000)
    log.info("rendered", ms=ms, bytes=len(pdf), request_id=environ.get("HTTP_X_REQUEST_ID"))
    return pdf


def _page(environ: Environ) -> tuple[str, str]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > BODY_LIMIT:
        raise TooLarge
    try:
        asked = json.loads(environ["wsgi.input"].read(length))
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON.") from error
    match asked:
        case {"html": str(html)}:
            css, variant = asked.get("css") or "", asked.get("variant", document.VARIANT)
            if isinstance(css, str) and variant == document.VARIANT:
                return html, css
    raise Invalid(f"Send html and css as text; the variant is {document.VARIANT}.")


def _has_hung_up(environ: Environ) -> bool:
    """Whether the client left while it queued: its document would only delay those who still wait."""
    connection: socket.socket | None = environ.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TakesTooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _problem(refusal: Refusal) -> bytes:
    return json.dumps({"status": refusal.status, "code": refusal.code, "detail": refusal.text}).encode()
