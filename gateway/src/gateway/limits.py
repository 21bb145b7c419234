"""How often: sign-in by address, everything else by organization (or person). Refusals say when to come back."""

import time
from ipaddress import IPv4Address, IPv6Network, ip_address

from flask import Response, g, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from chassis.auth import Caller
from chassis.errors import Refusal
from gateway.settings import Settings

GUESSABLE = (
    "/api/v1/auth/signup",
    "/api/v1/auth/login",
    "/api/v1/auth/password/",
    "/api/v1/auth/email/",
    "/api/v1/auth/invitations/",
)


class TooManyRequests(Refusal):
    """The limit is used up until the moment Retry-After tells."""

    code, status, message = "too_many_requests", 429, "Too many requests; try again later."


class Limits:
    """Counts in memory, or in Redis where several gateways share one count."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage_from_string(settings.limits_storage))
        self._sign_in = parse(settings.sign_in_limit)
        self._organization = parse(settings.organization_limit)

    def check_sign_in(self, path: str, address: str) -> None:
        """Bound guessing: only paths where a password or a token could be guessed, POST only."""
        if request.method == "POST" and path.startswith(GUESSABLE):
            self._hit(self._sign_in, "sign-in", _place(address))

    def check_caller(self, caller: Caller | None, address: str) -> None:
        """Bound use, by organization, else by person, else by address."""
        who = (caller and (caller.organization_id or caller.user_id)) or _place(address)
        self._hit(self._organization, "use", str(who))

    def _hit(self, item: RateLimitItem, kind: str, who: str) -> None:
        allowed = self._limiter.hit(item, kind, who)
        window = self._limiter.get_window_stats(item, kind, who)
        wait = max(1, round(window.reset_time - time.time()))
        g.rate_limit = {
            "RateLimit-Limit": str(item.amount),
            "RateLimit-Remaining": str(window.remaining),
            "RateLimit-Reset": str(wait),
        }
        if not allowed:
            raise TooManyRequests(headers={"Retry-After": str(wait)})


def _place(address: str) -> str:
    """The address itself; of IPv6 the network it is in, for whoever has one address has the whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address) or found.ipv4_mapped:
        return address
    return str(IPv6Network((found.packed, 64), strict=False))


def annotate(response: Response) -> Response:
    """Tell the client where it stands."""
    response.headers.extend(g.get("rate_limit", {}))
    return response
