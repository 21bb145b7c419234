"""Workers beside each other, on a database that really commits: fair, nothing lost, nothing stuck."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.ids import new_id
from contracts.events.identity import OrganizationCreated
from contracts.events.programs import SeatAssigned
from notifications.queries.webhooks.due import take_webhooks
from notifications.usecases.webhooks.deliver_webhooks import EACH, deliver_webhooks

pytestmark = pytest.mark.env(WEBHOOK_ALLOWED_NETWORKS="127.0.0.1/32")
URL = "/api/v1/notifications/webhooks/"


@pytest.fixture
def place(committing: Any, service: Any, as_: Any) -> Any:
    """An organization that can subscribe and of which events are told."""

    class Place:
        database = committing.database
        organization = new_id()

        def subscribe(self, url: str) -> Any:
            headers = as_("org.manage", organization=self.organization)
            body = {"url": url, "events": ["seat.assigned"]}
            answer = committing.client.post(URL, json=body, headers=headers)
            assert answer.status_code == 201, answer.text
            return answer.json

        def tell(self, number: int) -> None:
            ids = [{"seat_id": new_id(), "cohort_id": new_id(), "student_id": new_id()} for _ in range(number)]
            at = datetime.now(UTC)
            events = [SeatAssigned(organization_id=self.organization, assigned_at=at, **each) for each in ids]
            with self.database.transaction(SYSTEM) as session:
                service.consumers[SeatAssigned](session, events)

        def states(self) -> list[tuple[str, int]]:
            with self.database.transaction(SYSTEM) as session:
                query = "select state, count(*) from webhook_deliveries group by 1 order by 1"
                return [(state, number) for state, number in session.execute(text(query))]

    names = {"name": "T", "kind": "sponsor", "slug": "t", "currency": "KES", "time_zone": "Africa/Nairobi"}
    found = Place()
    with found.database.transaction(SYSTEM) as session:
        event = OrganizationCreated(organization_id=found.organization, contact_email=None, **names)
        service.consumers[OrganizationCreated](session, event)
    return found


def until(look: Any, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < ends, "never happened"
        Event().wait(0.02)


def test_workers_side_by_side_send_each_delivery_once(place: Any, receiver: Any) -> None:
    place.subscribe(receiver.url)
    place.tell(120)
    with ThreadPoolExecutor(3) as pool:
        work = [pool.submit(deliver_webhooks, place.database) for _ in range(3)]
    assert [done.exception() for done in work] == [None] * 3
    until(lambda: place.states() == [("delivered", 120)])
    assert len(set(receiver.ids)) == len(receiver.ids) == 120
    assert receiver.most_at_once <= EACH


def test_a_thousand_events_for_a_receiver_that_says_nothing_hold_up_nobody_else(place: Any, receivers: Any) -> None:
    silent, quick = receivers(), receivers()
    silent.hold = Event()
    place.subscribe(silent.url)
    place.tell(1_000)
    place.subscribe(quick.url)
    worker = Thread(target=deliver_webhooks, args=(place.database,))
    worker.start()
    until(lambda: silent.under_way == EACH)
    began = time.monotonic()
    place.tell(20)
    until(lambda: len(quick.came) == 20)
    assert time.monotonic() - began < 5
    assert len(silent.came) == EACH, "no more of it at a time, however much waits"
    worker.join()
    silent.hold.set()
    until(lambda: ("delivered", 24) in place.states())


def test_what_a_killed_worker_had_in_hand_is_taken_up_when_its_lease_ends(place: Any, receiver: Any) -> None:
    place.subscribe(receiver.url)
    place.tell(3)
    at = datetime.now(UTC)
    with place.database.transaction(SYSTEM) as session:  # taken in hand, and then never heard of again
        taken = take_webhooks(session, at, at + timedelta(seconds=90), limit=9, each=9, strained=False)
    assert len(taken) == 3
    deliver_webhooks(place.database)
    assert receiver.came == []
    with time_machine.travel(at + timedelta(seconds=91)):
        deliver_webhooks(place.database)
        until(lambda: place.states() == [("delivered", 3)])


def test_a_worker_whose_lease_has_ended_does_not_overrule_who_came_after(place: Any, receiver: Any) -> None:
    from notifications.rules.webhooks.schedule import Outcome
    from notifications.usecases.webhooks.settle_webhook import settle_webhook

    place.subscribe(receiver.url)
    place.tell(1)
    at = datetime.now(UTC)
    with place.database.transaction(SYSTEM) as session:
        (late,) = take_webhooks(session, at, at + timedelta(seconds=90), limit=9, each=9, strained=False)
    after = at + timedelta(seconds=91)
    with place.database.transaction(SYSTEM) as session:
        (now_in_hand,) = take_webhooks(session, after, after + timedelta(90), limit=9, each=9, strained=False)
    with place.database.transaction(SYSTEM) as session:
        settle_webhook(session, late, Outcome(None, "timeout", 15_000), at)
        query = "select attempts, leased_until > next_attempt_at - interval '1 second', reason from webhook_deliveries"
        assert tuple(session.execute(text(query)).one()) == (2, True, None), "it stays in hand"
    with place.database.transaction(SYSTEM) as session:
        settle_webhook(session, now_in_hand, Outcome(204, None, 9), after)
        settle_webhook(session, late, Outcome(500, None, 9), after)
    assert place.states() == [("delivered", 1)]


def test_an_endpoint_deleted_while_its_delivery_is_under_way_leaves_nothing(
    place: Any, receiver: Any, committing: Any, as_: Any
) -> None:
    receiver.hold = Event()
    webhook = place.subscribe(receiver.url)
    place.tell(1)
    worker = Thread(target=deliver_webhooks, args=(place.database,))
    worker.start()
    until(lambda: receiver.under_way == 1)
    headers = as_("org.manage", organization=place.organization)
    assert committing.client.delete(f"{URL}{webhook['id']}/", headers=headers).status_code == 204
    receiver.hold.set()
    worker.join()
    assert place.states() == []


def test_registrations_at_once_make_twenty_and_no_more(place: Any, committing: Any, as_: Any) -> None:
    headers = as_("org.manage", organization=place.organization)

    def make(number: int) -> int:
        body = {"url": f"https://8.8.8.8/{number}", "events": ["seat.assigned"]}
        status: int = committing.client.post(URL, json=body, headers=headers).status_code
        return status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(make, range(30)))
    assert sorted(statuses) == [201] * 20 + [409] * 10


def test_failing_endpoints_leave_half_the_room_to_the_others(committing: Any) -> None:
    from notifications.clients.couriers import ROOM, Couriers

    over = Event()
    couriers = Couriers()
    for _ in range(ROOM // 2):
        couriers.send(lambda: over.wait(10) and None, strained=True)
    assert couriers.room(strained=True) == 0
    assert couriers.room(strained=False) == ROOM // 2
    over.set()
    until(lambda: not couriers.wait(0))
    assert couriers.room(strained=True) == ROOM // 2
