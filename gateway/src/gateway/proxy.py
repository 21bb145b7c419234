"""Door 1: forwards a request over kept-alive connections, streaming both ways."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import structlog
import urllib3
from flask import Request, Response, g
from urllib3 import exceptions as broken

from chassis import trace_context
from chassis.errors import Busy, Refusal
from gateway.settings import Settings

log = structlog.get_logger()

_CHUNK = 64 * 1024
HOP_BY_HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
})  # fmt: skip
_SIGNS = "/:@!$&'()*+,;="
AWAY = "The service does not answer; try again shortly."
FROM_OUTSIDE = (
    "x-forwarded-", "x-real-ip", "forwarded", "x-ufadhili-", "x-user", "x-organization", "trace", "x-client-ip",
    "true-client-ip", "x-cluster-client-ip", "x-original-url", "x-rewrite-url", "x-service", "x-path", "x-operation",
    "x-refusal", "proxy",
)  # fmt: skip
"""How the headers begin that a client may not send to a service: who and where it is, only we say."""


class BadGateway(Refusal):
    """The service broke off its answer."""

    code, status, message = "bad_gateway", 502, "The service broke off; try again shortly."


class GatewayTimeout(Refusal):
    """The service took too long."""

    code, status, message = "gateway_timeout", 504, "The service took too long to answer."


class Proxy:
    """Forwards to the services by name."""

    def __init__(self, settings: Settings) -> None:
        self._urls = settings.service_urls
        self._timeout = urllib3.Timeout(connect=settings.connect_timeout, read=settings.read_timeout)
        self._pool = urllib3.PoolManager(num_pools=16, maxsize=settings.threads, retries=False)

    def forward(self, service: str, request: Request, address: str, largest_body: int, bearer: str | None) -> Response:
        """Send the request on, as ``bearer``, and hand the answer back. Raises Busy, BadGateway, GatewayTimeout."""
        request.max_content_length = largest_body
        upstream = self._send(service, request, _headers(request, address, bearer))
        headers = [(k, v) for k, v in upstream.headers.items() if k.lower() not in HOP_BY_HOP]
        return Response(_stream(upstream), upstream.status, headers, direct_passthrough=True)

    def _send(self, service: str, request: Request, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        query = request.query_string.decode("latin-1")
        # The path the decision was made on, spelt anew: what the request line said may be read in other ways.
        url = self._urls[service] + spelt(request.path)
        try:
            return self._pool.request(
                request.method,
                f"{url}?{query}" if query else url,
                body=_body(request),
                headers=headers,
                timeout=self._timeout,
                preload_content=False,
                redirect=False,
                decode_content=False,
            )
        except (broken.NewConnectionError, broken.ConnectTimeoutError, broken.EmptyPoolError):
            raise Busy(AWAY) from None
        except broken.ReadTimeoutError:
            raise GatewayTimeout() from None
        except (broken.HTTPError, OSError) as error:
            log.warning("upstream_broke", upstream=service, error=type(error).__name__)
            raise BadGateway() from None


def spelt(path: str) -> str:
    """A decoded path as it is sent to a service."""
    return quote(path, safe=_SIGNS)


def _headers(request: Request, address: str, bearer: str | None) -> dict[str, str]:
    named = {token.strip().lower() for token in request.headers.get("Connection", "").split(",")}
    kept = {
        name.lower(): value
        for name, value in request.headers.items()
        if name.lower() not in HOP_BY_HOP | named and not name.lower().startswith(FROM_OUTSIDE)
    }
    more = {"x-forwarded-for": address, "x-request-id": g.request_id, **trace_context.headers()}
    # What was decided on: a key stays here.
    return {**kept, **more, **({"authorization": bearer} if bearer else {})}


def _body(request: Request) -> Any:
    """The body as a stream; None when there is none, so that no length is invented."""
    if request.content_length == 0 or (request.content_length is None and not request.headers.get("Transfer-Encoding")):
        return None
    return request.stream


def _stream(upstream: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from upstream.stream(_CHUNK, decode_content=False)
    finally:
        # Before the connection is given back: what is left of this answer would be read as the next one's.
        upstream.close()
        upstream.release_conn()
