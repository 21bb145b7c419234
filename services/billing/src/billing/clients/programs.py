"""Asking programs: to take seats away that are refunded, and what a sponsorship or program is to get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec
import requests

from billing.errors import FundablesUnavailable, SeatsAssigned, SeatsNotThere, SeatsUnavailable, WindowEnded
from chassis.errors import Refusal
from chassis.http_client import HttpClient

_REFUSALS: Mapping[str, type[Refusal]] = {"seats_assigned": SeatsAssigned, "window_ended": WindowEnded}

_ASKED_AT_MOST = 50
"""Sponsorships asked about for one payment: events are seconds behind, so that more are never unknown for long."""


@dataclass(frozen=True)
class RefundedSeats:
    """The seats of a refund: how many of each grant."""

    organization_id: UUID
    refund_id: UUID
    quantities: Mapping[UUID, int]


@dataclass(frozen=True)
class FoundFundable:
    """A sponsorship or program that no event has told of yet. ``name`` is a program's."""

    id: UUID
    kind: Literal["sponsorship", "program"]
    organization_id: UUID
    amount_minor: int
    currency: str
    state: str
    start_date: date
    end_date: date
    name: str | None = None


class Programs:
    """Every call may be repeated: programs knows the refund by its id. Those about seats raise SeatsUnavailable."""

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

    def fundables(self, ids: Sequence[UUID]) -> list[FoundFundable]:
        """Those that there are, whosever. Raises FundablesUnavailable, also for too many to ask one by one."""
        if len(ids) > _ASKED_AT_MOST:
            raise FundablesUnavailable()
        return [found for id in ids if (found := self._fundable(id)) is not None]

    def _fundable(self, id: UUID) -> FoundFundable | None:
        try:
            answer = self._http.get(f"/internal/fundables/{id}")
            if answer.status_code == 404:
                return None
            if answer.status_code == 200:
                return msgspec.json.decode(answer.content, type=FoundFundable)
        except (Refusal, requests.RequestException, msgspec.DecodeError):
            raise FundablesUnavailable() from None
        raise FundablesUnavailable()

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
