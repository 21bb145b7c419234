"""The files of a folder of signing keys. A file's name is the moment from which its key signs.

A new key is published at once and signs only when every verifier can know it, so its name lies
``PUBLISHED_FIRST`` ahead. A file with another name signs from when it was last written.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

PUBLISHED_FIRST = timedelta(minutes=10)
"""Longer than a published list of keys may be cached (300 s) and than identity's processes look away (30 s)."""

BITS = 2048
"""Of a new key. More would make every sign-in and every service token dearer."""

_MOMENT = "%Y%m%dT%H%M%SZ"
_NAMED = re.compile(r"\d{8}T\d{6}Z")


class NotAKey(Exception):
    """The file holds no RSA private key in PEM."""


@dataclass(frozen=True)
class KeyFile:
    """One file and from when its key signs."""

    path: Path
    signs_from: datetime


def key_files(folder: Path) -> list[KeyFile]:
    """The files of the folder, newest first."""
    found = [KeyFile(path, _signs_from(path)) for path in folder.glob("*.pem")]
    return sorted(found, key=lambda file: (file.signs_from, file.path.name), reverse=True)


def make_key(folder: Path, signs_from: datetime) -> KeyFile:
    """Write a new key, whole or not at all, readable by its owner only. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{signs_from.astimezone(UTC).strftime(_MOMENT)}.pem"
    private = generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = folder / f".{path.name}.{os.getpid()}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, it never replaces a key made in the same second
    finally:
        draft.unlink(missing_ok=True)
    return KeyFile(path, _signs_from(path))


def load(path: Path) -> RSAPrivateKey:
    """The key in a file. Raises NotAKey, OSError."""
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise NotAKey(path.name) from error
    if not isinstance(private, RSAPrivateKey):
        raise NotAKey(path.name)
    return private


def _signs_from(path: Path) -> datetime:
    if _NAMED.fullmatch(path.stem):
        try:
            return datetime.strptime(path.stem, _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            pass  # digits that are no date
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return datetime.fromtimestamp(0, UTC)
