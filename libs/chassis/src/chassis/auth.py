"""Bearer token to Caller.

A token is verified once and its claims kept (bounded, by the token's hash); ``exp``, and that its key is still
published, are checked at every use.
Every service checks again what the gateway checked. Algorithms are an allow-list of one.
"""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import jwt

from chassis.errors import Refusal, Unauthenticated

ISSUER = "ufadhili"
AUDIENCE = "ufadhili"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - the media type of RFC 9068, not a secret
ALGORITHM = "RS256"

_CACHE_SIZE = 10_000
_REFRESH_SECONDS = 10.0
_KEEP_SECONDS = 300.0
"""How long published keys are believed: a key that was taken back verifies nothing after that."""
_BASE64URL = re.compile(r"^[A-Za-z0-9_-]+$")
_CANONICAL_TAIL = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}

Jwks = Mapping[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who is asking, for which organization, and what they may do there."""

    user_id: UUID | None
    organization_id: UUID | None = None
    organization_kind: str | None = None
    session_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    narrowed: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    service: str | None = None

    @property
    def is_platform(self) -> bool:
        """True for the platform's own administrators, who may do everything, logged."""
        return "platform" in self.permissions

    @property
    def is_program(self) -> bool:
        """True for who came in with an API key: its token's session is the key itself, and nobody is behind it."""
        return self.session_id is not None and self.session_id == self.user_id

    def may(self, permission: str, within: UUID | None = None) -> bool:
        """Whether the caller holds the permission, in the whole organization or within one narrower scope."""
        if self.is_platform or permission in self.permissions:
            return True
        return within is not None and permission in self.narrowed.get(within, frozenset())

    def may_anywhere(self, permission: str) -> bool:
        """Whether the caller holds the permission at least somewhere."""
        return self.may(permission) or any(permission in held for held in self.narrowed.values())

    def reach(self, permission: str) -> frozenset[UUID] | None:
        """The narrower scopes the permission is limited to, or None when it is held in the whole organization."""
        if self.may(permission):
            return None
        return frozenset(scope for scope, held in self.narrowed.items() if permission in held)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "Caller":
        """Read a verified token's claims. Raises Unauthenticated when they are not of our making."""
        try:
            if "client_id" in claims:
                return cls(user_id=None, service=str(claims["client_id"]))
            return cls(
                user_id=UUID(claims["sub"]),
                organization_id=UUID(claims["org"]) if claims.get("org") else None,
                organization_kind=claims.get("org_kind"),
                session_id=UUID(claims["sid"]) if claims.get("sid") else None,
                permissions=frozenset(claims.get("perms", ())),
                narrowed={UUID(k): frozenset(v) for k, v in claims.get("narrow", {}).items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Unauthenticated(error="invalid_token") from None


class _Known(NamedTuple):
    claims: Mapping[str, Any]
    kid: str
    caller: Caller


class TokenVerifier:
    """Verifies access tokens against the published keys. ``fetch`` returns the JWKS document."""

    def __init__(self, fetch: Callable[[], Jwks], audiences: tuple[str, ...]) -> None:
        self._fetch = fetch
        self._audiences = list(audiences)
        self._keys: dict[str, Any] = {}
        self._asked_at = float("-inf")
        self._fetched_at = float("-inf")
        self._cache: OrderedDict[bytes, _Known] = OrderedDict()
        self._lock = Lock()

    def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that holds now. Raises Unauthenticated."""
        return self._hold(token).claims

    def caller(self, token: str) -> Caller:
        """Whose token this is, if it holds now. Raises Unauthenticated."""
        return self._hold(token).caller

    def _hold(self, token: str) -> "_Known":
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._cache.get(digest)
        if known is None:
            claims, kid = self._verify(token)
            known = _Known(claims, kid, Caller.from_claims(claims))
            self._remember(digest, known)
        if known.claims["exp"] <= time.time():
            raise Unauthenticated("The access token has expired.", error="invalid_token")
        self._key(known.kid)
        return known

    def _remember(self, digest: bytes, known: "_Known") -> None:
        with self._lock:
            self._cache[digest] = known
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)

    def _verify(self, token: str) -> tuple[Mapping[str, Any], str]:
        if not _is_canonical(token):
            raise Unauthenticated(error="invalid_token")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TOKEN_TYPE or header.get("alg") != ALGORITHM or "crit" in header:
                raise Unauthenticated(error="invalid_token")
            kid = str(header.get("kid", ""))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                self._key(kid),
                algorithms=[ALGORITHM],
                audience=self._audiences,
                issuer=ISSUER,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The access token has expired.", error="invalid_token") from None
        except jwt.PyJWTError:
            raise Unauthenticated(error="invalid_token") from None
        return claims, kid

    def _key(self, kid: str) -> Any:
        age = time.monotonic() - self._fetched_at
        if kid not in self._keys and age > _REFRESH_SECONDS:
            self._refresh()
        elif age > _KEEP_SECONDS and time.monotonic() - self._asked_at > _REFRESH_SECONDS:
            self._refresh_if_possible()
        if kid not in self._keys:
            raise Unauthenticated(error="invalid_token")
        return self._keys[kid]

    def _refresh(self) -> None:
        # An empty list is identity's trouble, not a reason to turn everybody away.
        self._keys = _usable_keys(self._fetch()) or self._keys
        self._fetched_at = time.monotonic()

    def _refresh_if_possible(self) -> None:
        """Whoever comes meanwhile uses the keys there are; so does everybody when identity does not answer."""
        self._asked_at = time.monotonic()
        with suppress(Refusal):
            self._refresh()


def _usable_keys(document: Jwks) -> dict[str, Any]:
    """The RSA signing keys of a JWKS document, by ``kid``."""
    keys = {}
    for jwk in document.get("keys", []):
        signs = jwk.get("use", "sig") == "sig" and "verify" in jwk.get("key_ops", ["verify"])
        if jwk.get("kty") == "RSA" and signs and jwk.get("alg", ALGORITHM) == ALGORITHM and jwk.get("kid"):
            keys[str(jwk["kid"])] = jwt.PyJWK(jwk, algorithm=ALGORITHM).key
    return keys


def _is_canonical(token: str) -> bool:
    """Three parts of unpadded base64url whose unused trailing bits are zero: one token, one spelling."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > 16_384:
        return False
    for part in parts:
        tail = len(part) % 4
        if not _BASE64URL.match(part) or tail == 1 or (tail and part[-1] not in _CANONICAL_TAIL[tail]):
            return False
    return True


def bearer(header: str | None) -> str:
    """The token of an Authorization header. Raises Unauthenticated when there is none."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated()
    return token.strip()
