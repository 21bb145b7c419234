"""Programs, as a test wants it."""

from collections.abc import Sequence
from uuid import UUID

from billing.clients.programs import FoundFundable, RefundedSeats


class FreeSeats:
    """Programs, as a test wants it: every seat is free, unless it refuses; what was taken away and given back.

    ``known`` are sponsorships and programs that it would tell of when asked.
    """

    def __init__(self) -> None:
        self.refuse: type[BaseException] | None = None
        self.known: dict[UUID, FoundFundable] = {}
        self.retired: dict[str, int] = {}
        self.returned: dict[str, int] = {}

    def fundables(self, ids: Sequence[UUID]) -> list[FoundFundable]:
        if ids and self.refuse is not None:
            raise self.refuse()
        return [self.known[id] for id in ids if id in self.known]

    def retire(self, seats: RefundedSeats) -> None:
        if self.refuse is not None:
            raise self.refuse()
        self.retired[str(seats.refund_id)] = sum(seats.quantities.values())

    def give_back(self, seats: RefundedSeats) -> None:
        if self.refuse is not None:
            raise self.refuse()
        self.returned[str(seats.refund_id)] = sum(seats.quantities.values())
