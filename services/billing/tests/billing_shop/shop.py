"""Doors of a running billing service."""

import re
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from billing.app import SERVICE
from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import PaymentGateway
from billing.sandbox.deliver import deliver_webhooks
from billing.sandbox.server import SandboxServer
from billing.settings import Settings
from billing_shop.programs import FreeSeats
from billing_shop.told import cohort_created, organization_created
from chassis import outbox
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from chassis.testing import Headers, headers_of
from chassis.wiring import provide
from contracts.event import Event
from contracts.events.identity import OrganizationUpdated

API = "/api/v1/billing"
SEATS = {"product": "seat", "quantity": 5, "months": 3}
PERMISSIONS = ("billing.pay", "billing.read")


@dataclass
class Shop:
    """Doors of a running billing service. Its provider is the sandbox, reached over real HTTP."""

    app: Flask
    database: Database
    organization: UUID

    @property
    def client(self) -> FlaskClient:
        """A new HTTP client; one a thread."""
        return self.app.test_client()

    @property
    def seats(self) -> FreeSeats:
        """Programs, with which this shop shares its seats."""
        found = self.database.provided.setdefault(FreeSeats, FreeSeats())
        assert isinstance(found, FreeSeats)
        return found

    def balances(self) -> dict[str, int]:
        """What stands on each account, in minor units, without those that are even."""
        rows = self.rows("""
            select code, sum(amount_minor)::bigint from ledger_entries join ledger_accounts on id = account_id
            group by code
        """)
        return {code: minor for code, minor in rows if minor}

    def available(self) -> int:
        """Seats that are bought and that nobody holds."""
        return int(self.get("/entitlements/")["items"][0]["available"])

    def payment(self, state: str = "completed") -> str:
        """The latest payment in this state."""
        return str(self.get("/payments/", status=state)["items"][0]["id"])

    def refund(
        self, *, payment: str | None = None, seats: Any = None, key: str | None = None, **more: Any
    ) -> TestResponse:
        """The platform refunds the latest payment: so many seats of its grant, or all that is left."""
        paid = payment or self.payment()
        if isinstance(seats, int):
            [[grant]] = self.rows("select id from seat_grants where payment_id = :id", id=paid)
            seats = [{"grant_id": str(grant), "quantity": seats}]
        body = {"reason": "Some will not come.", **({} if seats is None else {"seats": seats}), **more}
        headers = {**self.platform, "Idempotency-Key": key or str(new_id())}
        return self.client.post(f"{API}/payments/{paid}/refund/", json=body, headers=headers)

    @cached_property
    def administrator(self) -> UUID:
        """Who acts for the platform."""
        return new_id()

    @property
    def platform(self) -> Headers:
        """The administrator's, who works for no organization."""
        return headers_of(("platform",), user=self.administrator)

    @property
    def headers(self) -> Headers:
        return headers_of(PERMISSIONS, organization=self.organization)

    def hear(self, *events: Event) -> None:
        """Have an event arrive from another service."""
        for event in events:
            handler = SERVICE.consumers[type(event)]
            with self.database.transaction(SYSTEM) as session:
                handler(session, [event] if getattr(handler, "many", False) else event)

    def renamed(self, name: str) -> list[OrganizationUpdated]:
        """The organization says its name is another now."""
        created = asdict(organization_created(self.organization))
        return [OrganizationUpdated(**{**created, "name": name})]

    def now_paying_in(self, currency: str) -> OrganizationUpdated:
        """The organization says its currency is another now, which identity never lets it do."""
        return OrganizationUpdated(**{**asdict(organization_created(self.organization)), "currency": currency})

    def new_cohort(self) -> UUID:
        """A cohort of the organization."""
        cohort_id = new_id()
        self.hear(cohort_created(self.organization, cohort_id))
        return cohort_id

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers the organization."""
        answer = self.client.get(API + path, query_string=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def order(self, *items: dict[str, Any], headers: Headers | None = None, **more: Any) -> TestResponse:
        """POST a checkout."""
        body = {
            "items": list(items) or [SEATS],
            "method": "mpesa",
            "success_url": "https://sponsor.example/paid",
            "cancel_url": "https://sponsor.example/cart",
            **more,
        }
        return self.client.post(f"{API}/checkout/sessions/", json=body, headers=headers or self.headers)

    def checkout(self, *items: dict[str, Any], **more: Any) -> str:
        """Open a checkout; its id."""
        answer = self.order(*items, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def state(self, checkout_id: str) -> str:
        return str(self.get(f"/checkout/sessions/{checkout_id}/")["state"])

    def press_pay(self, checkout_id: str) -> str:
        """Press the button on our page; the path of the provider's page."""
        answer = self.client.post(f"/pay/{checkout_id}")
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.location).path

    def at_provider(self, page: str, outcome: str) -> TestResponse:
        """Choose on the provider's page: pay, decline or cancel."""
        token = re.search(r'name="token" value="(\w+)"', self.client.get(page).text)
        assert token is not None
        return self.client.post(page, data={"token": token[1], "outcome": outcome})

    def buy(self, *items: dict[str, Any], **more: Any) -> str:
        """Buy and pay, up to the moment the provider's webhook has been taken; the checkout's id."""
        checkout_id = self.checkout(*items, **more)
        self.at_provider(self.press_pay(checkout_id), "pay")
        self.deliver()
        return checkout_id

    def deliver(self) -> None:
        """Have the provider send the webhooks that are due."""
        deliver_webhooks(self.database)

    def run(self, name: str) -> None:
        """Run a periodic job now."""
        job = next(job for job in SERVICE.jobs if job.name == name)
        if job.owns_transactions:
            job.usecase(self.database)
            return
        with self.database.transaction(SYSTEM) as session:
            job.usecase(session)

    def said(self, *kinds: type[Event]) -> list[Any]:
        """The events published so far, of these types or of all, oldest first."""
        with self.database.transaction(SYSTEM) as session:
            rows = session.execute(text("select type, data from outbox order by position")).all()
        found = [outbox.decode(row.type, row.data) for row in rows]
        return [event for event in found if isinstance(event, kinds or Event)]

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """A look into the database."""
        with self.database.transaction(SYSTEM) as session:
            return list(session.execute(text(statement), values).all())

    def change(self, statement: str, **values: Any) -> None:
        """Have something happen to the database that no door does."""
        with self.database.transaction(SYSTEM) as session:
            session.execute(text(statement), values)

    def use_provider(self, url: str, **options: Any) -> None:
        """Have billing look for its provider elsewhere."""
        provide(self.database, Gateways, Gateways(PaymentGateway(self.settings.gateway, lambda: url, **options)))

    @property
    def sandbox(self) -> SandboxServer:
        found = self.database.provided[SandboxServer]
        assert isinstance(found, SandboxServer)
        return found

    @property
    def settings(self) -> Settings:
        found = self.database.provided[Settings]
        assert isinstance(found, Settings)
        return found
