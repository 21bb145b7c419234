"""Verify the record of rights: that no entry was changed, taken out, put in, or cut off the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from identity.queries import audit
from identity.rules.audit_chain import BEGINNING, fault


@dataclass(frozen=True)
class Chain:
    """One organization's record (the platform's own: None), how long it is, and what is wrong with it first."""

    organization_id: UUID | None
    entries: int
    head: bytes
    fault: str | None


def verify_audit(
    session: Session, organization_id: UUID | None = None, *, known: bytes | None = None
) -> Iterator[Chain]:
    """Every chain, or the organization's. ``known`` is a hash somebody kept outside: it must still be in the chain.

    Whoever can write to the database past its triggers can also write a whole new chain; only a kept hash shows that.
    """
    heads = audit.heads(session, organization_id)
    rows = audit.entries(session, organization_id)
    for whose, entries in groupby(rows, key=lambda row: row["organization_id"]):
        yield _verified(whose, entries, heads.pop(whose, (0, BEGINNING)), known)
    for whose, (sequence, head) in heads.items():
        yield Chain(whose, 0, head, f"all {sequence} entries are missing")


def _verified(whose: UUID | None, entries: Iterator[Any], head: tuple[int, bytes], known: bytes | None) -> Chain:
    sequence, latest, wrong, met = 0, BEGINNING, None, known is None
    for entry in entries:
        sequence += 1
        wrong = wrong or fault(entry, sequence, latest)
        latest = entry["hash"]
        met = met or latest == known
    if wrong is None and (sequence, latest) != head:
        wrong = f"it ends at entry {sequence}, but entry {head[0]} was written"
    if wrong is None and not met:
        wrong = "the hash that was kept is not in it"
    return Chain(whose, sequence, latest, wrong)
