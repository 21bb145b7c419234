"""How a service asks for a PDF: a bounded wait, then a refusal that says when to come back."""

import json
import time
from http.client import HTTPConnection, HTTPException
from threading import BoundedSemaphore
from urllib.parse import urlsplit

import structlog
from prometheus_client import Counter, Histogram

from chassis import trace_context, tracing
from chassis.errors import Refusal

DOCUMENTS = Counter("renderer_documents", "Documents asked of the renderer: made, busy or refused.", ["outcome"])
for _outcome in ("made", "busy", "refused"):
    DOCUMENTS.labels(_outcome)  # from the start, so that the first is an increase
DURATION = Histogram(
    "renderer_document_duration_seconds",
    "Time to get a document, or not to.",
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 25),
)

_CONNECT_SECONDS = 1.0
# A worker that dies takes one request with it; the next worker is already starting.
_ATTEMPTS = 2
_AT_ONCE = 4
_PATIENCE_SECONDS = 1.0


class RendererBusy(Refusal):
    """The renderer did not finish in the time we wait for it, or cannot be reached."""

    code, status = "renderer_busy", 503
    message = "The document cannot be made right now; try again shortly."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"Retry-After": "2"})


class RenderFailed(RuntimeError):
    """The renderer refuses the document itself: a fault of the template, which no retry mends."""


class Renderer:
    """Makes PDFs in the process at ``url``, waiting at most about ``timeout`` seconds for each.

    At most a few threads of a process wait at once: the others stay free for what needs no document.
    """

    def __init__(self, url: str, *, timeout: float = 25.0) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the renderer is an internal http:// address, not {url!r}")
        self._address = (parts.hostname, parts.port or 80)
        self._timeout = timeout
        self._slots = BoundedSemaphore(_AT_ONCE)

    def pdf(self, html: str, css: str = "") -> bytes:
        """The PDF/UA-1 document of a complete HTML page (with a language and a title) and its style sheet.

        Raises ``RendererBusy`` past the wait or when too many wait, ``RenderFailed`` when this page is no document.
        """
        body = json.dumps({"html": html, "css": css}).encode()
        try:
            with tracing.call("render", {"server.address": self._address[0]}), DURATION.time():
                pdf = self._in_turn(body)
        except (RendererBusy, RenderFailed) as error:
            DOCUMENTS.labels("busy" if isinstance(error, RendererBusy) else "refused").inc()
            raise
        DOCUMENTS.labels("made").inc()
        return pdf

    def _in_turn(self, body: bytes) -> bytes:
        if not self._slots.acquire(timeout=_PATIENCE_SECONDS):
            raise RendererBusy
        try:
            return self._made(body)
        finally:
            self._slots.release()

    def _made(self, body: bytes) -> bytes:
        deadline = time.monotonic() + self._timeout
        for _ in range(_ATTEMPTS):
            try:
                status, answer = self._post(body, deadline)
            except TimeoutError as error:
                raise RendererBusy from error
            except (OSError, HTTPException):
                continue
            return _document(status, answer)
        raise RendererBusy

    def _post(self, body: bytes, deadline: float) -> tuple[int, bytes]:
        connection = HTTPConnection(*self._address, timeout=min(_CONNECT_SECONDS, _left(deadline)))
        try:
            connection.connect()
            connection.sock.settimeout(_left(deadline))
            connection.request("POST", "/render", body, _headers())
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _document(status: int, answer: bytes) -> bytes:
    if status == 200:
        return answer
    if status == 503:
        raise RendererBusy
    raise RenderFailed(f"{status}: {answer[:500].decode(errors='replace')}")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _headers() -> dict[str, str]:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    known = {"Content-Type": "application/json", **trace_context.headers()}
    return known | ({"X-Request-ID": str(request_id)} if request_id else {})
