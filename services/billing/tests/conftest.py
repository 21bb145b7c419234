"""Billing, and what its stories share: a shop that is open for business, on a database that really commits."""

import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from billing.app import SERVICE
from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import Attempt, PaymentGateway, RefundSought, RefundWanted, Wanted
from billing.clients.payment_gateway import Refund as ProviderRefund
from billing.clients.payment_gateway import Session as ProviderSession
from billing.clients.programs import FoundFundable, Programs, RefundedSeats
from billing.sandbox.deliver import deliver_webhooks
from billing.sandbox.server import SandboxServer
from billing.settings import Gateway, Settings
from chassis import outbox
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from chassis.money import Money
from chassis.render import Renderer, RendererBusy
from chassis.service import Service
from chassis.testing import Committing, Headers, headers_of
from chassis.wiring import provide
from contracts.event import Event
from contracts.events.identity import OrganizationCreated, OrganizationUpdated
from contracts.events.programs import CohortCreated

sys.path.insert(0, str(Path(__file__).parent))  # for ledger_model

API = "/api/v1/billing"
SEATS = {"product": "seat", "quantity": 5, "months": 3}
PERMISSIONS = ("billing.pay", "billing.read")


@pytest.fixture
def service() -> Service:
    return SERVICE


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
    def seats(self) -> "FreeSeats":
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


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """Serve a WSGI app on a free port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Callable[[Any], Any]:
    """Serve a WSGI app for a while: ``with serve(app) as url``."""
    return listening


@pytest.fixture
def shop(committing: Committing) -> Iterator[Shop]:
    """The shop, with one organization it has heard of."""
    shop = Shop(committing.app, committing.database, new_id())
    with listening(committing.app) as url:
        gateway = replace(shop.settings.gateway, webhook_url=f"{url}{API}/webhooks/sandbox/")
        provide(shop.database, Settings, replace(shop.settings, gateway=gateway))
        provide(shop.database, Programs, shop.seats)
        shop.use_provider(shop.sandbox.url)
        shop.hear(organization_created(shop.organization))
        yield shop
        shop.sandbox.close()


class Till(PaymentGateway):
    """A provider in memory, for stories that are not about providers: it does what the test says it did."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, lambda: "")
        self.sessions: dict[UUID, ProviderSession] = {}
        self.refunds: dict[UUID, ProviderRefund] = {}
        self.refund_answer: str | type[BaseException] = "succeeded"

    def open(self, wanted: Wanted) -> ProviderSession:
        new = ProviderSession(f"ss_{wanted.checkout_id}", wanted.checkout_id, "https://till.example/", "open")
        return self.sessions.setdefault(wanted.checkout_id, new)

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> ProviderSession | None:  # noqa: ARG002
        return self.sessions.get(checkout_id)

    def refund(self, wanted: RefundWanted) -> ProviderRefund:
        answer = self.refund_answer
        if not isinstance(answer, str):
            raise answer()
        made = ProviderRefund(
            id=f"re_{wanted.refund_id}",
            key=wanted.refund_id,
            attempt=wanted.reference,
            state=answer,
            amount_minor=wanted.amount.minor,
            currency=wanted.amount.currency,
        )
        return self.refunds.setdefault(wanted.refund_id, made)

    def find_refund(self, sought: RefundSought) -> ProviderRefund | None:
        return self.refunds.get(sought.refund_id)

    def settle_refunds(self, state: str) -> None:
        """From now on the provider says this of every refund."""
        for key, refund in self.refunds.items():
            self.refunds[key] = msgspec.structs.replace(refund, state=state)

    def report(self, checkout_id: str, state: str, *attempts: Attempt) -> None:
        """From now on the provider says this of the checkout."""
        key = UUID(checkout_id)
        self.sessions[key] = msgspec.structs.replace(self.sessions[key], state=state, attempts=list(attempts))


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


@dataclass
class QuickShop(Shop):
    """The same doors on a database that is rolled back, with a provider in memory."""

    till: Till

    def pay(self, checkout_id: str, *attempts: Attempt) -> None:
        """The payer paid (or made these attempts) and returns to us."""
        self.client.post(f"/pay/{checkout_id}")
        self.till.report(checkout_id, "paid", *(attempts or [self.attempt(checkout_id)]))
        self.client.get(f"/pay/{checkout_id}/return")

    def attempt(self, checkout_id: str, outcome: str = "paid", **other: Any) -> Attempt:
        """An attempt as the provider reports it; ``other`` replaces what is usual."""
        [(minor, currency)] = self.rows("select amount_minor, currency from checkouts where id = :id", id=checkout_id)
        usual = {"id": f"pay_{new_id()}", "amount_minor": minor, "currency": currency, "at": now()}
        return Attempt(outcome=outcome, **{**usual, **other})

    def buy(self, *items: dict[str, Any], **more: Any) -> str:
        checkout_id = self.checkout(*items, **more)
        self.pay(checkout_id)
        return checkout_id


@pytest.fixture
def quick(app: Flask, database: Database) -> QuickShop:
    """A shop for stories that are not about the provider."""
    till = Till(database.provided[Settings].gateway)  # type: ignore[attr-defined]
    shop = QuickShop(app, database, new_id(), till)
    provide(database, Gateways, Gateways(shop.till))
    provide(database, Programs, shop.seats)
    shop.hear(organization_created(shop.organization))
    return shop


class Printer(Renderer):
    """The renderer's work, done here instead of in its process."""

    def __init__(self) -> None:
        self.busy = False

    def pdf(self, html: str, css: str = "") -> bytes:
        from chassis.render.document import to_pdf

        if self.busy:
            raise RendererBusy
        return to_pdf(html, css)


@pytest.fixture
def printer(quick: QuickShop) -> Printer:
    """What prints the quick shop's documents."""
    printer = Printer()
    provide(quick.database, Renderer, printer)
    return printer


def organization_created(organization_id: UUID, name: str = "Safari Foundation") -> OrganizationCreated:
    return OrganizationCreated(
        organization_id=organization_id,
        name=name,
        kind="sponsor",
        slug=name.lower().replace(" ", "-"),
        currency="KES",
        time_zone="Africa/Nairobi",
        country="KE",
        contact_email="finance@safari.example",
    )


def cohort_created(organization_id: UUID, cohort_id: UUID) -> CohortCreated:
    return CohortCreated(
        cohort_id=cohort_id,
        organization_id=organization_id,
        name="Nairobi 2026",
        kind="sponsor",
        seats=100,
        start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
    )
