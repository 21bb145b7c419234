"""The refusals nginx makes itself, when nobody can be asked for them: fixed texts in the family's two shapes."""

from dataclasses import dataclass

from chassis.errors import Busy, Malformed, NotFound, Refusal, TooLarge
from chassis.rendering import PARTNER, shape
from gateway.limits import TooManyRequests
from gateway.proxy import AWAY, BadGateway, GatewayTimeout

PATH_SHOWN = "$edge_path_shown"
REQUEST_ID = "$edge_id"


class MethodNotAllowed(Refusal):
    """TRACE and CONNECT."""

    code, status, message = "method_not_allowed", 405, "The method is not allowed for the requested URL."


class RequestTimeout(Refusal):
    """The client fell silent in the middle of its body."""

    code, status, message = "request_timeout", 408, "The request did not arrive in time."


class UriTooLong(Refusal):
    """More than a line of nginx's buffers holds."""

    code, status, message = "uri_too_long", 414, "The URL is too long."


class HeadersTooLarge(Refusal):
    """More than nginx's buffers hold."""

    code, status, message = "headers_too_large", 431, "The request's headers are too large."


@dataclass(frozen=True)
class Own:
    """A refusal of nginx's own. ``statuses`` are those of nginx's that become it, separated by spaces."""

    code: str
    status: int
    statuses: str
    retry: str
    problem: str
    partner: str


def own_refusals() -> list[Own]:
    """All of them, as the template needs them. 494 to 497 are nginx's own numbers, for headers and TLS."""
    return [
        _own(Malformed(), "400 495 496 497"),
        _own(NotFound(), "404"),
        _own(MethodNotAllowed(), "405"),
        _own(RequestTimeout(), "408"),
        _own(TooLarge(), "413"),
        _own(UriTooLong(), "414"),
        _own(TooManyRequests(headers={"Retry-After": "1"}), "429"),
        _own(HeadersTooLarge(), "431 494"),
        _own(Busy(), ""),
        _own(Busy(AWAY), "", code="away"),
        _own(BadGateway(), ""),
        _own(GatewayTimeout(), ""),
    ]


def _own(refusal: Refusal, statuses: str, code: str | None = None) -> Own:
    return Own(
        code=code or refusal.code,
        status=refusal.status,
        statuses=statuses,
        retry=refusal.headers.get("Retry-After", ""),
        problem=_shown(refusal, "/"),
        partner=_shown(refusal, PARTNER),
    )


def _shown(refusal: Refusal, path: str) -> str:
    """The body as a quoted string of nginx's."""
    body, _ = shape(refusal.status, refusal.code, refusal.text, path=path, request_id=REQUEST_ID)
    return body.decode().replace('"instance":"/"', f'"instance":"{PATH_SHOWN}"').replace("'", "\\'")
