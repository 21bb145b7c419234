"""How a student who did not consent is shown: the same everywhere, and different to each organization."""

import hashlib
from uuid import UUID


def pseudonym(organization_id: UUID, student_id: UUID) -> str:
    """A stable name such as ``Student 7F3A``; two organizations cannot join their lists by it."""
    digest = hashlib.sha256(organization_id.bytes + student_id.bytes).hexdigest()
    return f"Student {digest[:4].upper()}"
