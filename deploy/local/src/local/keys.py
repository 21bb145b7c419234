"""The secrets of one installation: made once, kept in a folder only its owner reads."""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.files import write_whole
from local.names import CLIENTS, SERVICES

RSA_BITS = 2048
SECRET_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """What the processes are told: the events secret, a secret per client, passwords per database."""

    events: str
    clients: dict[str, str]
    databases: dict[str, dict[str, str]]
    signing: Path


def read(folder: Path) -> Keys:
    """The secrets `make` has left in `folder`."""
    kept = _kept(folder)
    return Keys(kept["events"], kept["clients"], kept["databases"], folder / "signing")


def make(folder: Path) -> Keys:
    """Make what is missing in `folder`, keep what is there."""
    kept = _kept(folder)
    kept.setdefault("events", "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())
    for client in CLIENTS:
        kept.setdefault("clients", {}).setdefault(client, secrets.token_urlsafe(SECRET_BYTES))
    for service in SERVICES:
        passwords = kept.setdefault("databases", {}).setdefault(service, {})
        for role in ("owner", "app"):
            passwords.setdefault(role, secrets.token_urlsafe(SECRET_BYTES))
    if kept != _kept(folder):
        write_whole(folder / "secrets.json", json.dumps(kept, indent=2) + "\n", 0o600)
    _make_signing_key(folder / "signing")
    return read(folder)


def _kept(folder: Path) -> dict[str, Any]:
    path = folder / "secrets.json"
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def _make_signing_key(folder: Path) -> None:
    """An RSA key in PEM, named by the moment it was made: the newest signs, all verify."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if any(folder.glob("*.pem")):
        return
    # Imported where it is needed: once in the life of an installation.
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    write_whole(folder / f"{name}.pem", pem.decode(), 0o600)
