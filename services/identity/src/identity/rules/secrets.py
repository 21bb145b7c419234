"""Tokens we make up: only their hashes are kept. A refresh token's successor can be made again instead."""

import hashlib
import hmac
import secrets

_BYTES = 32
API_KEY = "ufa_"


def new_token() -> str:
    """An unguessable token, safe in a URL."""
    return secrets.token_urlsafe(_BYTES)


def new_api_key() -> str:
    """A key of an organization's, told from tokens by how it begins."""
    return API_KEY + secrets.token_urlsafe(_BYTES)


def new_nonce() -> bytes:
    """What a successor is made with, beside the key."""
    return secrets.token_bytes(_BYTES)


def hashed(token: str) -> bytes:
    """What is kept of a token. Its entropy is full, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def successor(server_secret: str, token: str, nonce: bytes) -> str:
    """The one token that may follow: the same each time it is asked for, unguessable without all three."""
    key = hmac.digest(server_secret.encode(), b"refresh token successor v1", "sha256")
    return hmac.digest(key, nonce + token.encode("utf-8", "surrogatepass"), "sha256").hex()


def address_hash(server_secret: str, email: str) -> bytes:
    """An address as the lock-out keeps it."""
    return hmac.digest(server_secret.encode(), b"lock-out v1" + email.lower().encode("utf-8", "replace"), "sha256")
