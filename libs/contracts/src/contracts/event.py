"""What an event is: a frozen fact in the past tense, owned by the service that publishes it."""

import re
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event.

    A subclass lives in ``contracts/events/<publisher>.py`` (or in a folder of that name) and names the field that
    identifies its aggregate:
    ``class SeatsGranted(Event, subject="organization_id")``. Events of one subject are delivered in order.
    Fields may be str, int, bool, UUID, date, datetime, Decimal (as text), None and tuples of these; they are
    only ever added, with a default.
    """

    type: ClassVar[str]
    publisher: ClassVar[str]
    subject_field: ClassVar[str]

    organization_id: UUID | None = None

    def __init_subclass__(cls, *, subject: str, version: int = 1) -> None:
        cls.publisher = _publisher(cls.__module__)
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.type = f"ufadhili.{cls.publisher}.{name}.v{version}"
        cls.subject_field = subject
        REGISTRY[cls.type] = cls

    @property
    def subject(self) -> str:
        """The aggregate's id: what order is kept for."""
        return str(getattr(self, self.subject_field))


def _publisher(module: str) -> str:
    """The file or folder of ``contracts.events`` that the event lives in; elsewhere (in tests) its own file."""
    _, _, within = module.rpartition("contracts.events.")
    return within.partition(".")[0] if within != module else module.rsplit(".", 1)[-1]
