"""The folder of signing keys: the newest signs, all verify. A key dropped in is used within half a minute."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token
from jwt.algorithms import RSAAlgorithm

from chassis.auth import ALGORITHM
from identity.errors import NoSigningKey

log = structlog.get_logger()

LOOK_SECONDS = 30.0
LEAST_BITS = 2048


@dataclass(frozen=True)
class SigningKey:
    """One private key. ``kid`` is the thumbprint of its public half (RFC 7638), so a name never means two keys."""

    kid: str
    private: RSAPrivateKey
    jwk: dict[str, Any]
    issuer: Flask

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """A token with these claims, signed by this key and naming it."""
        with self.issuer.app_context():
            token: str = create_access_token(
                claims.get("sub"),
                additional_claims=claims,
                additional_headers={"kid": self.kid, "typ": typ},
                expires_delta=False,  # the claims say when it ends
            )
        return token


class SigningKeys:
    """The keys in a folder of RSA private keys in PEM, looked at again every half minute."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: list[SigningKey] = []
        self._looked_at = float("-inf")
        self._lock = Lock()

    def look_again(self) -> None:
        """Read the folder at the next use, without waiting."""
        self._looked_at = float("-inf")

    def newest(self) -> SigningKey:
        """The key that signs. Raises NoSigningKey when the folder holds none."""
        keys = self._current()
        if not keys:
            raise NoSigningKey(headers={"Retry-After": "5"})
        return keys[0]

    def jwks(self) -> dict[str, Any]:
        """The public halves, as published."""
        return {"keys": [key.jwk for key in self._current()]}

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """A token with these claims, signed by the newest key."""
        return self.newest().sign(claims, typ)

    def _current(self) -> list[SigningKey]:
        with self._lock:
            # Looked at every time while there is none: the first key may arrive after the service.
            if not self._keys or time.monotonic() - self._looked_at > LOOK_SECONDS:
                self._keys = _read(self._folder)
                self._looked_at = time.monotonic()
            return self._keys


def _read(folder: Path) -> list[SigningKey]:
    """The folder's keys, newest first; a file that holds no usable key is named in the log and left out."""
    found = []
    for path in sorted(folder.glob("*.pem"), key=_age, reverse=True):
        try:
            found.append(_load(path))
        except (OSError, ValueError, TypeError) as error:
            log.warning("signing_key_unusable", file=path.name, error=type(error).__name__)
    return found


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def _load(path: Path) -> SigningKey:
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, RSAPrivateKey) or private.key_size < LEAST_BITS:
        raise ValueError(f"an RSA key of at least {LEAST_BITS} bits is needed")
    public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    kid = _thumbprint(public)
    jwk = {"kty": "RSA", "n": public["n"], "e": public["e"], "kid": kid, "use": "sig", "alg": ALGORITHM}
    return SigningKey(kid, private, jwk, _issuer(private))


def _issuer(private: RSAPrivateKey) -> Flask:
    """flask-jwt-extended, set to one key: a token can never be signed by one key and name another."""
    issuer = Flask("issuer", static_folder=None)
    issuer.config.update(JWT_ALGORITHM=ALGORITHM, JWT_PRIVATE_KEY=private)
    issuer.config.update(JWT_ENCODE_NBF=False, JWT_COOKIE_CSRF_PROTECT=False)
    JWTManager(issuer)
    return issuer


def _thumbprint(jwk: dict[str, Any]) -> str:
    canonical = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()
