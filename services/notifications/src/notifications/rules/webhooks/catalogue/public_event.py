"""One kind of event that goes out."""

from dataclasses import dataclass

from contracts.event import Event


@dataclass(frozen=True)
class PublicEvent:
    """``at`` names the field that says when it happened; without one it is when we heard of it.

    ``fields`` go out beside organization_id; an amount in minor units goes out in major units, without ``_minor``.
    """

    name: str
    meaning: str
    event: type[Event]
    at: str | None
    fields: tuple[str, ...]
