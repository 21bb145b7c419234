"""A worker is killed at every point of a delivery: each webhook still arrives, always under the same id."""

import os
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
import time_machine
from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.identity import OrganizationCreated
from contracts.events.programs import SeatAssigned
from faults.kills import killed
from faults.receiver import Receiver
from notifications.app import SERVICE
from notifications.clients.couriers import Couriers
from notifications.clients.webhooks import Receivers
from notifications.usecases.webhooks.deliver_webhooks import LEASE, deliver_webhooks

pytestmark = pytest.mark.env(WEBHOOK_ALLOWED_NETWORKS="127.0.0.1/32")
PATIENCE = 30


@pytest.fixture
def service():
    return SERVICE


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running


class Office:
    """An organization that wants to hear of seats, on a database in which every transaction commits."""

    def __init__(self, committing, receiver):
        self.database, self.receiver, self.organization = committing.database, receiver, new_id()
        names = {"name": "T", "kind": "sponsor", "slug": "t", "currency": "KES", "time_zone": "Africa/Nairobi"}
        self.hear(OrganizationCreated(organization_id=self.organization, contact_email=None, **names))
        body = {"url": receiver.url, "events": ["seat.assigned"]}
        headers = headers_of(("org.manage",), organization=self.organization)
        answer = committing.client.post("/api/v1/notifications/webhooks/", json=body, headers=headers)
        assert answer.status_code == 201, answer.text

    def hear(self, event):
        handler = SERVICE.consumers[type(event)]
        with self.database.transaction(SYSTEM) as session:
            handler(session, [event] if getattr(handler, "many", False) else event)

    def tell(self, number):
        """So many things to tell; the ids under which they will be told."""
        before = self.deliveries()
        for _ in range(number):
            ids = {"seat_id": new_id(), "cohort_id": new_id(), "student_id": new_id()}
            self.hear(SeatAssigned(organization_id=self.organization, assigned_at=datetime.now(UTC), **ids))
        return self.deliveries().keys() - before.keys()

    def deliveries(self):
        """The state of each, by the id under which it is told."""
        with self.database.transaction(SYSTEM) as session:
            rows = session.execute(text("select cast(message_id as text) as id, state from webhook_deliveries"))
            return {row.id: row.state for row in rows}

    def deliver(self, tick=None):
        """What a worker of its own does, and ``tick`` before each request."""
        self.database.provided[Couriers] = Couriers()
        receivers = self.database.provided[Receivers]
        if tick is not None:
            self.database.provided[Receivers] = _Ticking(receivers, tick)
        deliver_webhooks(self.database)

    def deliver_after_the_lease(self):
        """Another worker comes, once nobody can be believed to have them in hand any more."""
        with time_machine.travel(datetime.now(UTC) + LEASE + timedelta(seconds=1)):
            ends = monotonic() + PATIENCE
            while set(self.deliveries().values()) != {"delivered"} and monotonic() < ends:
                self.deliver()
                sleep(0.01)


class _Ticking:
    def __init__(self, receivers, tick):
        self._receivers, self._tick = receivers, tick

    def send(self, letter, at):
        self._tick()
        return self._receivers.send(letter, at)


@pytest.fixture
def office(committing, receiver):
    return Office(committing, receiver)


def tell(record_property, office, wanted, kills):
    """What came of all that was to be told."""
    came = office.receiver.came
    record_property("kills", kills)
    record_property("deliveries", len(wanted))
    record_property("arrived_again", sum(came.values()) - len(came))
    record_property("lost", len(wanted - came.keys()))
    record_property("under_another_id", len(came.keys() - wanted))
    states = office.deliveries()
    record_property("not_settled", sum(states[id] != "delivered" for id in wanted))
    assert came.keys() == wanted
    assert {states[id] for id in wanted} == {"delivered"}


@pytest.mark.parametrize("at_once", [1, pytest.param(6, marks=pytest.mark.long)])
def test_a_worker_killed_before_any_step_of_a_delivery_loses_none(office, at_once, record_property):
    wanted, step = set(), 1
    while True:
        wanted |= office.tell(at_once)
        if not killed(office.database, step, office.deliver):
            break
        office.deliver_after_the_lease()
        step += 1
    assert step > 10, "no delivery has so few steps"
    tell(record_property, office, wanted, step - 1)


def test_a_worker_killed_while_the_receiver_has_its_request_tells_it_again(office, tmp_path, record_property):
    wanted, rounds, victim = set(), 10, tmp_path / "pid"

    def work(_):
        victim.write_text(str(os.getpid()))
        office.deliver()

    for _ in range(rounds):
        new = office.tell(1)
        office.receiver.kills = victim
        assert killed(office.database, 10**6, work)
        assert {office.deliveries()[id] for id in new} == {"pending"}
        office.deliver_after_the_lease()
        wanted |= new
    assert sum(office.receiver.came.values()) == 2 * rounds
    tell(record_property, office, wanted, rounds)
