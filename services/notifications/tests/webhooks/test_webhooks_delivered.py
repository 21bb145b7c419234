"""From an event to a receiver: signed, under one id, tried again for days, and what is told of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text
from standardwebhooks import WebhookVerificationError

from chassis.ids import new_id
from contracts.events.billing import InvoicePaid, PaymentCompleted
from contracts.events.privacy import ConsentWithdrawn
from contracts.events.programs import CertificateEarned, SeatAssigned
from notifications.clients.webhooks import Receivers
from notifications.rules.webhooks.schedule import PAUSES

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = [pytest.mark.env(WEBHOOK_ALLOWED_NETWORKS="127.0.0.1/32"), pytest.mark.usefixtures("at_once")]


def paid(organization: UUID, **more: Any) -> InvoicePaid:
    facts = {"invoice_id": new_id(), "number": "INV-2026-001", "total_minor": 2_000_050, "currency": "KES"}
    return InvoicePaid(organization_id=organization, paid_at=NOON, **{**facts, **more})


def assigned(organization: UUID) -> SeatAssigned:
    ids = {"seat_id": new_id(), "cohort_id": new_id(), "student_id": new_id()}
    return SeatAssigned(organization_id=organization, assigned_at=NOON, **ids)


def withdrawn(organization: UUID | None) -> ConsentWithdrawn:
    who = {"grant_id": new_id(), "student_id": new_id(), "scope": "sponsor_view"}
    return ConsentWithdrawn(organization_id=organization, withdrawn_at=NOON, **who)


@pytest.fixture
def webhook(manager: Any, receiver: Any) -> Any:
    return manager.subscribe(receiver.url)


@pytest.fixture
def run(run_job: Callable[[str], None]) -> Callable[..., None]:
    """``run()`` what is due; ``run(after)`` as if so much time had passed."""

    def go(after: timedelta = timedelta()) -> None:
        with time_machine.travel(datetime.now(UTC) + after):
            run_job("deliver_webhooks")

    return go


def test_an_event_arrives_signed_as_the_standard_has_it(
    *, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    event = paid(organization)
    deliver(event)
    run()
    headers, _ = receiver.came[0]
    assert headers["content-type"] == "application/json"
    assert receiver.verified(webhook["secret"]) == {
        "type": "invoice.paid",
        "timestamp": "2026-11-22T12:00:00Z",
        "data": {
            "organization_id": str(organization),
            "invoice_id": str(event.invoice_id),
            "number": "INV-2026-001",
            "total": 20000.5,
            "currency": "KES",
            "cohort_id": None,
            "paid_at": "2026-11-22T12:00:00Z",
        },
    }
    with pytest.raises(WebhookVerificationError):
        receiver.verified("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


def test_only_the_organization_it_is_about_hears_of_it_and_only_what_it_asked_for(
    *, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    other = new_id()
    certificate = CertificateEarned(
        organization_id=organization, certificate_id=new_id(), student_id=new_id(), course_id=None, cohort_id=None,
        number="C-1", earned_on=date(2026, 11, 22), issued_at=NOON,
    )  # fmt: skip
    deliver(paid(other), withdrawn(other), withdrawn(None), certificate)
    run()
    assert receiver.came == []
    deliver(assigned(organization), withdrawn(organization))
    run()
    assert sorted(body["type"] for body in receiver.bodies) == ["consent.withdrawn", "seat.assigned"]
    assert webhook["events"] == sorted(webhook["events"])


def test_a_certificate_is_told_without_its_number_which_would_lead_to_a_name(
    manager: Any, organization: UUID, receiver: Any, deliver: Any, run: Any
) -> None:
    manager.subscribe(receiver.url, "certificate.earned")
    deliver(
        CertificateEarned(
            organization_id=organization,
            certificate_id=new_id(),
            student_id=new_id(),
            course_id=new_id(),
            cohort_id=None,
            number="C-2026-77",
            earned_on=date(2026, 11, 22),
            issued_at=NOON,
        )
    )
    run()
    assert receiver.bodies[0]["data"]["earned_on"] == "2026-11-22"
    assert b"C-2026-77" not in receiver.came[0][1]


def test_the_same_fact_told_twice_is_sent_once_and_to_two_endpoints_under_one_id(
    *, manager: Any, organization: UUID, webhook: Any, receivers: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    second = receivers()
    manager.subscribe(second.url)
    event = paid(organization)
    deliver(event, event)
    run()
    deliver(event)
    run()
    assert len(receiver.came) == len(second.came) == 1
    assert receiver.ids == second.ids
    assert receiver.came[0][0]["webhook-signature"] != second.came[0][0]["webhook-signature"], "a secret for each"


def test_a_service_with_a_notice_of_its_own_tells_the_webhook_too(
    *, organization: UUID, webhook: Any, receiver: Any, mailbox: Any, deliver: Any, run: Any, run_job: Any
) -> None:
    facts = {"payment_id": new_id(), "amount_minor": 700, "currency": "KES", "method": "card", "completed_at": NOON}
    deliver(PaymentCompleted(organization_id=organization, **facts))
    run()
    run_job("deliver_due")
    assert receiver.verified(webhook["secret"])["data"]["amount"] == 7
    assert len(mailbox.mails) == 1


def test_a_failure_is_tried_again_by_the_schedule_under_the_same_id_and_a_new_signature(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    receiver.refuse(500, times=2, body=b"oops", content_type="text/plain")
    deliver(paid(organization))
    run()
    assert manager.deliveries(webhook)[0]["reason"] == "status_500"
    run(timedelta(seconds=4))
    assert len(receiver.came) == 1, "not before its time"
    run(timedelta(seconds=7))
    run(timedelta(minutes=7))
    assert len(receiver.came) == 3
    assert len(set(receiver.ids)) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.came}) > 1
    assert len({body for _, body in receiver.came}) == 1
    (delivered,) = manager.deliveries(webhook)
    assert (delivered["state"], delivered["attempts"], delivered["reason"]) == ("delivered", 3, None)
    tried = [(each["status"], each["response"]) for each in manager.tried(webhook)]
    assert tried == [(500, "oops"), (500, "oops"), (204, None)]


def test_after_ten_attempts_in_three_days_it_has_failed_and_the_endpoint_is_off(
    *,
    manager: Any,
    organization: UUID,
    webhook: Any,
    receiver: Any,
    deliver: Any,
    run: Any,
    run_job: Any,
    mailbox: Any,
    client: Any,
    as_: Any,
) -> None:
    receiver.refuse(503, times=20)
    deliver(paid(organization))
    passed = timedelta()
    run()
    for pause in PAUSES:
        passed += timedelta(seconds=pause * 1.21)
        run(passed)
    assert len(receiver.came) == 10
    assert timedelta(days=3) < passed < timedelta(days=4)
    (delivery,) = manager.deliveries(webhook, "?state=failed")
    assert (delivery["attempts"], delivery["reason"]) == (10, "status_503")
    shown = manager.get(f"{webhook['id']}/")
    assert (shown["enabled"], shown["disabled_reason"]) == (False, "failing")
    with time_machine.travel(datetime.now(UTC) + passed):
        run_job("deliver_due")
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Your webhook was switched off"
    assert receiver.url in mail.get_body(("plain",)).get_content()
    inbox = client.get("/api/v1/notifications/inbox/", headers=as_(user=UUID(shown["created_by"]))).json["items"]
    assert [item["kind"] for item in inbox] == ["webhook_disabled"]


def test_an_endpoint_that_accepts_now_and_then_is_not_switched_off(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    receiver.refuse(500)
    deliver(paid(organization))
    run()
    assert manager.get(f"{webhook['id']}/")["failing_since"]
    run(timedelta(days=1))
    assert manager.get(f"{webhook['id']}/")["failing_since"] is None
    receiver.refuse(500)
    deliver(paid(organization))
    run(timedelta(days=4))
    assert manager.get(f"{webhook['id']}/")["enabled"], "four days since the first failure, but not in a row"


def test_410_switches_it_off_at_once_and_what_waits_can_be_replayed(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    receiver.refuse(500, times=2)
    deliver(paid(organization), paid(organization))
    run()
    receiver.refuse(410)
    deliver(paid(organization))
    run()
    states = {each["reason"] for each in manager.deliveries(webhook, "?state=failed")}
    assert states == {"status_410", "webhook_disabled"}
    assert manager.get(f"{webhook['id']}/")["disabled_reason"] == "gone"
    deliver(paid(organization))
    run(timedelta(days=1))
    assert len(receiver.came) == 3, "nothing is sent to what is off"
    since = {"since": "2020-01-01T00:00:00Z"}
    assert manager.post(f"{webhook['id']}/replay/", since, status=409)["code"] == "webhook_disabled"
    manager.patch(f"{webhook['id']}/", enabled=True)
    assert manager.post(f"{webhook['id']}/replay/", since, status=202) == {"replayed": 3}
    run()
    assert len(receiver.came) == 6
    assert sorted(receiver.ids[:3]) == sorted(receiver.ids[3:])
    assert manager.post(f"{webhook['id']}/replay/", since, status=202) == {"replayed": 0}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_receiver_is_left_alone_as_long_as_it_asks(
    *, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any, status: int, form: str
) -> None:
    then = datetime.now(UTC) + timedelta(hours=1)
    wish = "3600" if form == "seconds" else then.strftime("%a, %d %b %Y %H:%M:%S GMT")
    receiver.refuse(status, retry_after=wish)
    deliver(paid(organization))
    run()
    run(timedelta(minutes=59))
    assert len(receiver.came) == 1
    run(timedelta(minutes=61))
    assert len(receiver.came) == 2
    assert webhook


def test_a_wish_without_measure_is_heeded_for_a_day(
    *, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    receiver.refuse(429, retry_after="99999999")
    deliver(paid(organization))
    run()
    run(timedelta(hours=25))
    assert len(receiver.came) == 2
    assert webhook


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 422, 500])
def test_whatever_is_not_2xx_is_tried_again_and_no_redirect_followed(
    *,
    manager: Any,
    organization: UUID,
    webhook: Any,
    receivers: Any,
    receiver: Any,
    deliver: Any,
    run: Any,
    status: int,
) -> None:
    elsewhere = receivers()
    receiver.refuse(status, location=elsewhere.url)
    deliver(paid(organization))
    run()
    assert manager.deliveries(webhook)[0]["reason"] == f"status_{status}"
    run(timedelta(minutes=1))
    assert manager.deliveries(webhook)[0]["state"] == "delivered"
    assert elsewhere.came == []


def test_an_address_that_became_private_is_refused_at_delivery(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any, database: Any
) -> None:
    from chassis.outgoing import Policy

    database.provided[Receivers] = Receivers(Policy())
    deliver(paid(organization))
    run()
    assert receiver.came == []
    (attempt,) = manager.tried(webhook)
    assert (attempt["status"], attempt["reason"]) == (None, "not_public")


def test_a_test_event_means_nothing_and_arrives_whatever_was_asked_for(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, run: Any
) -> None:
    queued = manager.post(f"{webhook['id']}/test/", status=202)
    assert queued["state"] == "pending"
    run()
    told = receiver.verified(webhook["secret"])
    assert (told["type"], told["data"]["webhook_id"]) == ("webhook.test", webhook["id"])
    assert told["data"]["organization_id"] == str(organization)
    assert receiver.ids == [queued["message_id"]]
    manager.patch(f"{webhook['id']}/", enabled=False)
    manager.post(f"{webhook['id']}/test/", status=409)


def test_one_delivery_is_replayed_under_its_id(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    deliver(paid(organization))
    run()
    (delivery,) = manager.deliveries(webhook, "?state=delivered&event=invoice.paid")
    path = f"{webhook['id']}/deliveries/{delivery['id']}/"
    assert manager.post(f"{path}replay/", status=202)["state"] == "pending"
    run()
    assert receiver.ids == [delivery["message_id"]] * 2
    assert [each["number"] for each in manager.get(path)["tried"]] == [1, 2]
    manager.post(f"{webhook['id']}/deliveries/{new_id()}/replay/", status=404)


def test_while_the_secrets_overlap_both_sign_and_then_only_the_new_one(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    rotated = manager.post(f"{webhook['id']}/rotate-secret/", {"overlap_hours": 2}, status=200)
    assert [each["ends_at"] is None for each in rotated["secrets"]] == [True, False]
    deliver(paid(organization))
    run()
    assert len(receiver.came[0][0]["webhook-signature"].split(" ")) == 2
    for secret in (rotated["secret"], webhook["secret"]):
        assert receiver.verified(secret)["type"] == "invoice.paid"
    deliver(paid(organization))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        run()
        assert receiver.verified(rotated["secret"])
        with pytest.raises(WebhookVerificationError):
            receiver.verified(webhook["secret"])


def test_a_secret_that_leaked_ends_at_once_and_not_too_many_hold(
    *, manager: Any, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any
) -> None:
    path = f"{webhook['id']}/rotate-secret/"
    for _ in range(4):
        manager.post(path, status=200)
    assert manager.post(path, status=409)["code"] == "too_many_secrets"
    last = manager.post(path, {"overlap_hours": 0}, status=200)
    assert len(last["secrets"]) == 1
    deliver(paid(organization))
    run()
    assert len(receiver.came[0][0]["webhook-signature"].split(" ")) == 1
    assert receiver.verified(last["secret"])


def test_settled_deliveries_are_forgotten_after_a_month_and_pending_ones_are_not(
    *, organization: UUID, webhook: Any, receiver: Any, deliver: Any, run: Any, run_job: Any, session: Any
) -> None:
    deliver(paid(organization))
    run()
    receiver.refuse(500)
    deliver(paid(organization))
    run()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        run_job("forget_webhooks")
    assert session.scalars(text("select state from webhook_deliveries")).all() == ["pending"]
    assert webhook


def test_nobody_who_listens_costs_one_statement_for_any_number_of_events(
    organization: UUID, database: Any, session: Any
) -> None:
    from sqlalchemy import event as hook

    from notifications.usecases.webhooks.announce import announce

    asked: list[str] = []
    hook.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    announce(session, [assigned(organization) for _ in range(500)])
    assert len(asked) == 1
