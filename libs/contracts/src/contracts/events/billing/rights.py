"""What billing says of a person's rights."""

from dataclasses import dataclass
from uuid import UUID

from contracts.event import Event
from contracts.rights import ErasureFacts


@dataclass(frozen=True, kw_only=True)
class ErasureDone(ErasureFacts, Event, subject="request_id"):
    """Billing has erased the person of a request, and says what it keeps and why."""


@dataclass(frozen=True, kw_only=True)
class DataExportPartReady(Event, subject="request_id"):
    """Billing can be asked for its part of a person's data (``/internal/person-data``)."""

    request_id: UUID
