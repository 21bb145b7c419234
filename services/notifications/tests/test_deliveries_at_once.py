"""Workers beside each other, on a database that really commits: nobody hears it twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.ids import new_id
from contracts.events.billing import PaymentCompleted
from contracts.events.identity import OrganizationCreated, UserRegistered
from notifications.clients.mailers import Mailer
from notifications.rules.mail import Mail
from notifications.usecases.deliver_due import deliver_due

MAILS = 100


class Counting(Mailer):
    """Counts how often each delivery was handed over."""

    def __init__(self) -> None:
        self.sent: Counter[UUID] = Counter()
        self._lock = Lock()

    def send(self, mail: Mail) -> None:
        with self._lock:
            self.sent[mail.id] += 1


def test_four_workers_send_each_mail_once(committing: Any, service: Any) -> None:
    organization = new_id()
    names = {"name": "T", "kind": "sponsor", "slug": "t", "currency": "KES", "time_zone": "Africa/Nairobi"}
    events: list[Any] = [OrganizationCreated(organization_id=organization, contact_email="o@example.org", **names)]
    for _ in range(MAILS):
        payment = {"payment_id": new_id(), "amount_minor": 1, "currency": "KES", "method": "card"}
        events.append(PaymentCompleted(organization_id=organization, completed_at=datetime.now(UTC), **payment))
        events.append(UserRegistered(user_id=new_id(), email="x@example.org", name="X"))
    with committing.database.transaction(SYSTEM) as session:
        for event in events:
            service.consumers[type(event)](session, event)
    counting = committing.database.provided[Mailer] = Counting()
    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(deliver_due, committing.database) for _ in range(4)]
    assert [done.exception() for done in work] == [None] * 4
    assert set(counting.sent.values()) == {1}
    assert len(counting.sent) == MAILS
    with committing.database.transaction(SYSTEM) as session:
        states = session.execute(text("select channel, state, count(*) from deliveries group by 1, 2")).all()
        assert sorted(states) == [("email", "sent", MAILS), ("in_app", "delivered", MAILS)]
        assert session.scalar(text("select count(*) from inbox_items")) == MAILS


def test_the_same_fact_told_twice_at_once_is_written_about_once(committing: Any, service: Any) -> None:
    event = UserRegistered(user_id=new_id(), email="x@example.org", name="X")

    def tell() -> None:
        with committing.database.transaction(SYSTEM) as session:
            service.consumers[UserRegistered](session, event)

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(tell) for _ in range(8)]
    assert [done.exception() for done in work] == [None] * 8
    with committing.database.transaction(SYSTEM) as session:
        assert session.scalar(text("select count(*) from deliveries")) == 1
