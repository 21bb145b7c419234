"""Billing, its sandbox as the provider of payments, and an organization it has heard of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from billing.app import SERVICE
from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import PaymentGateway
from billing.clients.programs import FoundFundable, Programs, RefundedSeats
from billing.sandbox.server import SandboxServer
from billing.settings import Settings
from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.testing import Committing, headers_of
from chassis.wiring import provide
from contracts.event import Event
from contracts.events.identity import OrganizationCreated
from faults.desks.desk import Desk

API = "/api/v1/billing"
URLS = {"success_url": "https://sponsor.example/paid", "cancel_url": "https://sponsor.example/cart"}


class FreeSeats:
    """Programs: every seat is free, and of what billing has not heard it can tell."""

    def __init__(self) -> None:
        self.known: dict[UUID, FoundFundable] = {}

    def fundables(self, ids: Sequence[UUID]) -> list[FoundFundable]:
        return [self.known[id] for id in ids if id in self.known]

    def retire(self, seats: RefundedSeats) -> None:
        """They are gone."""

    def give_back(self, seats: RefundedSeats) -> None:
        """They are there again."""


class Shop(Desk):
    """What the doors of billing need."""

    service = SERVICE

    def __init__(self, committing: Committing) -> None:
        super().__init__(committing)
        self.organization = new_id()
        self.headers = headers_of(("billing.pay", "billing.read"), organization=self.organization)
        self.platform = headers_of(("platform",))
        self.programs = FreeSeats()
        provide(self.database, Programs, self.programs)
        sandbox = self.database.provided[SandboxServer]
        assert isinstance(sandbox, SandboxServer)
        self.sandbox = sandbox.url
        self.begin_anew()
        names = {"name": "Safari Foundation", "slug": "safari", "currency": "KES", "time_zone": "Africa/Nairobi"}
        self.hear(OrganizationCreated(organization_id=self.organization, kind="sponsor", country="KE", **names))

    def begin_anew(self) -> None:
        settings = self.database.provided[Settings]
        assert isinstance(settings, Settings)
        provide(self.database, Gateways, Gateways(PaymentGateway(settings.gateway, lambda: self.sandbox)))

    def hear(self, event: Event) -> None:
        """It arrives from another service."""
        handler = SERVICE.consumers[type(event)]
        with self.database.transaction(SYSTEM) as session:
            handler(session, [event] if getattr(handler, "many", False) else event)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """A look into the database."""
        with self.database.transaction(SYSTEM) as session:
            return list(session.execute(text(statement), values).all())

    def order(self, quantity: int, key: str, method: str = "mpesa") -> Any:
        """POST a checkout of so many seats for a month."""
        items = [{"product": "seat", "quantity": quantity, "months": 1}]
        return self.post(f"{API}/checkout/sessions/", {"items": items, "method": method, **URLS}, key)
