"""Asking programs, which decides who holds a seat, to take seats away that are refunded."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from billing.errors import SeatsAssigned, SeatsNotThere, SeatsUnavailable, WindowEnded
from chassis.errors import Refusal
from chassis.http_client import HttpClient

_REFUSALS: Mapping[str, type[Refusal]] = {"seats_assigned": SeatsAssigned, "window_ended": WindowEnded}


@dataclass(frozen=True)
class RefundedSeats:
    """The seats of a refund: how many of each grant."""

    organization_id: UUID
    refund_id: UUID
    quantities: Mapping[UUID, int]


class Programs:
    """Both calls may be repeated: programs knows the refund by its id. They raise SeatsUnavailable."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def retire(self, seats: RefundedSeats) -> None:
        """Take the seats away, all or none. Raises SeatsAssigned, WindowEnded, SeatsNotThere."""
        code = self._ask("/internal/seats/retired", seats)
        if code is not None:
            raise _REFUSALS.get(code, SeatsNotThere)()

    def give_back(self, seats: RefundedSeats) -> None:
        """The refund has failed: they may be given again; if they were not taken yet, they never will be."""
        if self._ask("/internal/seats/returned", seats) is not None:
            raise SeatsUnavailable()

    def _ask(self, path: str, seats: RefundedSeats) -> str | None:
        """None when it was done, the code of the conflict when it was not."""
        told = [{"grant_id": str(id), "quantity": quantity} for id, quantity in seats.quantities.items()]
        body = {"organization_id": str(seats.organization_id), "refund_id": str(seats.refund_id), "seats": told}
        try:
            answer = self._http.post(path, json=body, idempotent=True)
            if answer.status_code == 204:
                return None
            code = str(answer.json()["code"])
        except (Refusal, OSError, ValueError, KeyError, TypeError):
            # requests' own exceptions are OSErrors.
            raise SeatsUnavailable() from None
        if answer.status_code != 409:
            raise SeatsUnavailable()
        return code
