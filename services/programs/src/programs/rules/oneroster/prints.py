"""Addresses that an organization's files have told, remembered without being kept."""

import hashlib
from uuid import UUID


def address_print(organization_id: UUID, email: str) -> str:
    """The same for the same normalized address, and another one in every organization."""
    return hashlib.blake2b(email.encode(), key=organization_id.bytes, digest_size=16).hexdigest()
