"""How often: sign-in by address, everything else by organization (or person). Refusals say when to come back."""

import time
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address

from limits import RateLimitItem, parse

from chassis.auth import Caller
from chassis.errors import Refusal
from gateway.counting import Counting
from gateway.settings import Settings

GUESSABLE = (
    "/api/v1/auth/signup",
    "/api/v1/auth/login",
    "/api/v1/auth/password/",
    "/api/v1/auth/email/",
    "/api/v1/auth/invitations/",
)

Standing = dict[str, str]
"""Where a caller stands, as the headers that tell: RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset."""


class TooManyRequests(Refusal):
    """The limit is used up until the moment Retry-After tells."""

    code, status, message = "too_many_requests", 429, "Too many requests; try again later."


class Limits:
    """Counts in memory, or in Redis where several gateways share one count.

    Each check tells in ``standing`` where the caller is, and raises TooManyRequests past the limit.
    """

    def __init__(self, settings: Settings) -> None:
        self._counting = Counting(settings.limits_storage)
        self._sign_in = parse(settings.sign_in_limit)
        self._organization = parse(settings.organization_limit)

    def check_sign_in(self, method: str, path: str, address: str, standing: Standing) -> None:
        """Bound guessing: only paths where a password or a token could be guessed, POST only."""
        if method == "POST" and path.startswith(GUESSABLE):
            self._hit(self._sign_in, "sign-in", _place(address), standing)

    def check_key(self, address: str, standing: Standing) -> None:
        """Bound guessing of API keys, like sign-in: asked only for a key whose token is not at hand."""
        self._hit(self._sign_in, "api-key", _place(address), standing)

    def check_caller(self, caller: Caller | None, address: str, standing: Standing) -> None:
        """Bound use, by organization, else by person, else by address."""
        who = (caller and (caller.organization_id or caller.user_id)) or _place(address)
        self._hit(self._organization, "use", str(who), standing)

    def _hit(self, item: RateLimitItem, kind: str, who: str, standing: Standing) -> None:
        allowed, window = self._counting.hit(item, kind, who)
        wait = str(max(1, round(window.reset_time - time.time())))
        standing["RateLimit-Limit"] = str(item.amount)
        standing["RateLimit-Remaining"] = str(window.remaining)
        standing["RateLimit-Reset"] = wait
        if not allowed:
            raise TooManyRequests(headers={"Retry-After": wait})


@lru_cache(maxsize=4096)
def _place(address: str) -> str:
    """The address itself; of IPv6 the network it is in, for whoever has one address has the whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address) or found.ipv4_mapped:
        return address
    return str(IPv6Network((found.packed, 64), strict=False))
