"""API keys become tokens: each is exchanged once, and its token kept until it ends or the key is revoked."""

import base64
import binascii
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple

from chassis.errors import Unauthenticated

_PREFIX = "ufa_"
_KEY = re.compile(r"ufa_[A-Za-z0-9_-]{43}")
_KEPT = 10_000
_SLACK_SECONDS = 5.0
"""A token is not used in its last seconds: the service behind reads its end later than we do."""
_DOORS = 64

Exchange = Callable[[str], dict[str, Any] | None]


class _Held(NamedTuple):
    token: str
    until: float


class ApiKeys:
    """Exchanges keys by asking ``exchange``, which answers None for a key that opens nothing.

    Keys are kept as hashes only. Those who come at once with one key wait for a single exchange.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self._lock = Lock()
        self._doors = [Lock() for _ in range(_DOORS)]

    def bearer_for(self, authorization: str | None, count_guess: Callable[[], None]) -> str | None:
        """The header with a token in the key's place; any other header as it is.

        ``count_guess`` is called before identity is asked, and may refuse. Raises Unauthenticated.
        """
        key = _key_in(authorization)
        if key is None:
            return authorization
        if not _KEY.fullmatch(key):
            raise _unknown()
        digest = hashlib.sha256(key.encode()).digest()
        token = self._token(digest)
        if token is None:
            with self._doors[digest[0] % _DOORS]:
                token = self._token(digest) or self._exchanged(key, digest, count_guess)
        return f"Bearer {token}"

    def forget(self, bearer: str) -> None:
        """Keep this token no longer: it was found to hold no more."""
        with self._lock:
            for digest in [one for one, held in self._held.items() if f"Bearer {held.token}" == bearer]:
                del self._held[digest]

    def _token(self, digest: bytes) -> str | None:
        held = self._held.get(digest)
        return held.token if held and held.until > time.monotonic() else None

    def _exchanged(self, key: str, digest: bytes, count_guess: Callable[[], None]) -> str:
        count_guess()
        answer = self._exchange(key)
        if answer is None:
            raise _unknown()
        token = str(answer["access_token"])
        with self._lock:
            self._held[digest] = _Held(token, time.monotonic() + float(answer["expires_in"]) - _SLACK_SECONDS)
            self._held.move_to_end(digest)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return token


def _unknown() -> Unauthenticated:
    return Unauthenticated("This API key does not hold.", error="invalid_token")


def _key_in(authorization: str | None) -> str | None:
    """The key of a header: Bearer, or Basic's password (or, without one, its user name). None when it holds none."""
    scheme, _, given = (authorization or "").partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer":
        return given if given.startswith(_PREFIX) else None
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return next((part for part in (password, user) if part.startswith(_PREFIX)), None)
