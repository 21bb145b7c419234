"""The only list of paths: pattern, service, who may. The first match wins.

``{name}`` is one segment, ``{name...}`` is the rest. What is not listed does not exist from outside.
"""

import re
from dataclasses import dataclass

from contracts.consent import EMPLOYER_SHARE, PLACEMENT_TRACKING, PUBLIC_PORTFOLIO, SPONSOR_VIEW


@dataclass(frozen=True)
class Consent:
    """Only with a student's leave for ``scope``; the path's ``student_id`` says whose. Asked every time."""

    scope: str
    anonymous: bool = False


@dataclass(frozen=True)
class Role:
    """Only for callers who hold this permission, with the refusal the family's document fixes."""

    name: str


PUBLIC = "public"
SIGNED_IN = "signed in"
Access = str | Consent | Role
GATEWAY = "gateway"
"""The gateway's own pages; nobody is asked for them, and they are counted for nobody."""

_TABLE: tuple[tuple[str, str, Access], ...] = (
    ("/healthz", GATEWAY, PUBLIC),
    ("/readyz", GATEWAY, PUBLIC),
    ("/api/schema", GATEWAY, PUBLIC),
    ("/api/schema/swagger-ui", GATEWAY, PUBLIC),
    ("/api/schema/swagger-ui/{rest...}", GATEWAY, PUBLIC),
    ("/.well-known/jwks.json", "identity", PUBLIC),
    ("/api/v1/auth/consents", "privacy", SIGNED_IN),
    ("/api/v1/auth/signup", "identity", PUBLIC),
    ("/api/v1/auth/login", "identity", PUBLIC),
    ("/api/v1/auth/refresh", "identity", PUBLIC),
    ("/api/v1/auth/email/verify", "identity", PUBLIC),
    ("/api/v1/auth/password/reset", "identity", PUBLIC),
    ("/api/v1/auth/password/reset/confirm", "identity", PUBLIC),
    ("/api/v1/auth/invitations/{token}/accept", "identity", PUBLIC),
    ("/api/v1/auth/{rest...}", "identity", SIGNED_IN),
    ("/api/v1/customers/{rest...}", "identity", SIGNED_IN),
    ("/api/v1/programs/cohorts/{id}/reports", "analytics", SIGNED_IN),
    ("/api/v1/programs/students/{student_id}/profile", "programs", Consent(EMPLOYER_SHARE)),
    ("/api/v1/programs/students/{student_id}/progress", "programs", Consent(SPONSOR_VIEW)),
    ("/api/v1/programs/students/{student_id}/trend", "analytics", Consent(SPONSOR_VIEW)),
    ("/api/v1/programs/students/{student_id}/portfolio", "programs", Consent(PUBLIC_PORTFOLIO, anonymous=True)),
    ("/api/v1/programs/students/{student_id}/placements", "programs", Consent(PLACEMENT_TRACKING)),
    ("/api/v1/programs/certificates/{number}", "programs", PUBLIC),
    ("/api/v1/programs/imports", "programs", SIGNED_IN),
    ("/api/v1/programs/{rest...}", "programs", SIGNED_IN),
    ("/api/v1/xapi/about", "programs", PUBLIC),
    ("/api/v1/xapi/{rest...}", "programs", SIGNED_IN),
    ("/api/v1/billing/webhooks/{provider}", "billing", PUBLIC),
    ("/api/v1/billing/webhooks/{provider}/{token}", "billing", PUBLIC),
    ("/api/v1/billing/{rest...}", "billing", SIGNED_IN),
    ("/pay/{rest...}", "billing", PUBLIC),
    ("/sandbox/{rest...}", "billing", PUBLIC),
    ("/api/v1/privacy/policies", "privacy", PUBLIC),
    ("/api/v1/privacy/clocks", "privacy", PUBLIC),
    ("/api/v1/privacy/receipts/{receipt}", "privacy", PUBLIC),
    ("/api/v1/privacy/{rest...}", "privacy", SIGNED_IN),
    ("/api/v1/notifications/callbacks/{rest...}", "notifications", PUBLIC),
    ("/api/v1/notifications/{rest...}", "notifications", SIGNED_IN),
    ("/unsubscribe/{token}", "notifications", PUBLIC),
    ("/o/{token}", "notifications", PUBLIC),
    ("/api/v1/analytics/{rest...}", "analytics", SIGNED_IN),
    ("/api/v1/partner/sponsorships", "programs", Role("partner")),
    ("/api/v1/partner/sponsorships/{rest...}", "programs", Role("partner")),
    ("/api/v1/partner/programs", "programs", Role("partner")),
    ("/api/v1/partner/programs/{rest...}", "programs", Role("partner")),
    ("/api/v1/partner/payments", "billing", Role("partner")),
    ("/api/v1/partner/payments/{rest...}", "billing", Role("partner")),
    ("/api/v1/partner/disbursements", "billing", Role("partner")),
    ("/api/v1/partner/disbursements/{rest...}", "billing", Role("partner")),
    ("/api/v1/partner/{rest...}", "analytics", Role("partner")),
)

LARGER = {"/api/v1/programs/imports": 201 * 1024 * 1024}
"""Patterns whose bodies may have more bytes than any other's: files. The service knows the exact limit."""


@dataclass(frozen=True)
class Route:
    """One line of the table, ready to match."""

    pattern: str
    service: str
    access: Access
    regex: re.Pattern[str]

    def largest_body(self, usual: int) -> int:
        """The bytes that a body may have; ``usual`` are those of every other route."""
        return max(usual, LARGER.get(self.pattern, 0))


@dataclass(frozen=True)
class Match:
    """The route a path takes."""

    route: Route
    path: str

    @property
    def values(self) -> dict[str, str]:
        """What the route's pattern caught of the path."""
        found = self.route.regex.fullmatch(self.path)
        return found.groupdict() if found else {}


def _compile(pattern: str) -> re.Pattern[str]:
    parts = [
        f"(?P<{name}>.+)" if dots else f"(?P<{name}>[^/]+)" if name else re.escape(literal)
        for name, dots, literal in re.findall(r"\{(\w+)(\.\.\.)?\}|([^{]+)", pattern)
    ]
    return re.compile("".join(parts) + "/?")


_NAME = re.compile(r"\?P<\w+>")
ROUTES = tuple(Route(pattern, service, access, _compile(pattern)) for pattern, service, access in _TABLE)
_ANY = re.compile("|".join(f"({_NAME.sub('?:', route.regex.pattern)})" for route in ROUTES))
"""All routes as one expression: the number of the group that matched is the route's place."""
_AMBIGUOUS = frozenset({"", ".", ".."})


def match(path: str) -> Match | None:
    """The first route that takes this (decoded) path, with or without its trailing slash.

    A path with an empty, ``.`` or ``..`` segment takes none: whoever reads it next may read another path.
    """
    if not _AMBIGUOUS.isdisjoint(path.removesuffix("/").split("/")[1:]):
        return None
    found = _ANY.fullmatch(path)
    return Match(ROUTES[found.lastindex - 1], path) if found and found.lastindex else None
