"""The record of rights as a chain: each entry's hash covers the entry and the hash before it.

The database writes the hashes (migration 0005). This is the same recipe a second time, so that whoever checks the
record need not believe the database; docs/decisions/0020 tells it to the record's readers.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

BEGINNING = bytes(32)
"""What the first entry has before it."""

HASHED = ("id", "organization_id", "sequence", "at", "actor_id", "user_id", "action", "details", "prev_hash")


def entry_hash(entry: Mapping[str, Any]) -> bytes:
    """SHA-256 over the entry's canonical JSON: sorted names, no spaces, UTF-8, six digits of a second."""
    facts = {name: _plain(entry[name]) for name in HASHED}
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).digest()


def fault(entry: Mapping[str, Any], sequence: int, prev_hash: bytes) -> str | None:
    """What is wrong with the entry that should be this one and follow that hash; None when nothing is."""
    if entry["sequence"] != sequence:
        return f"entry {sequence} is missing"
    if entry["prev_hash"] != prev_hash:
        return f"entry {sequence} does not follow the one before it"
    if entry["hash"] != entry_hash(entry):
        return f"entry {sequence} was changed"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value
