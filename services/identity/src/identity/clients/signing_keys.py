"""The folder of signing keys: the newest whose time has come signs, all verify.

A key dropped in is published within half a minute, and signs from the moment that is its name.
"""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token
from jwt.algorithms import RSAAlgorithm

from chassis.auth import ALGORITHM
from chassis.clock import now
from identity.clients.key_files import KeyFile, NotAKey, key_files, load
from identity.errors import NoSigningKey

log = structlog.get_logger()

LOOK_SECONDS = 30.0
LEAST_BITS = 2048


@dataclass(frozen=True)
class SigningKey:
    """One private key. ``kid`` is the thumbprint of its public half (RFC 7638), so a name never means two keys."""

    kid: str
    signs_from: datetime
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

    def signer(self) -> SigningKey:
        """The newest key whose time has come, else the oldest. Raises NoSigningKey when the folder holds none."""
        keys = self._current()
        if not keys:
            raise NoSigningKey(headers={"Retry-After": "5"})
        at = now()
        return next((key for key in keys if key.signs_from <= at), keys[-1])

    def jwks(self) -> dict[str, Any]:
        """The public halves, as published."""
        return {"keys": [key.jwk for key in self._current()]}

    def sign(self, claims: dict[str, Any], typ: str) -> str:
        """A token with these claims, signed by the key whose turn it is."""
        return self.signer().sign(claims, typ)

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
    for file in key_files(folder):
        try:
            found.append(_read_one(file))
        except (OSError, NotAKey) as error:
            log.warning("signing_key_unusable", file=file.path.name, error=type(error).__name__)
    return found


def _read_one(file: KeyFile) -> SigningKey:
    private = load(file.path)
    if private.key_size < LEAST_BITS:
        raise NotAKey(f"an RSA key of at least {LEAST_BITS} bits is needed")
    public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    kid = _thumbprint(public)
    jwk = {"kty": "RSA", "n": public["n"], "e": public["e"], "kid": kid, "use": "sig", "alg": ALGORITHM}
    return SigningKey(kid, file.signs_from, private, jwk, _issuer(private))


def kid_of(file: KeyFile) -> str:
    """The name under which a file's key is published. Raises NotAKey, OSError."""
    return _thumbprint(RSAAlgorithm.to_jwk(load(file.path).public_key(), as_dict=True))


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
