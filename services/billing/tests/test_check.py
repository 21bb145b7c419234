"""Billing's own points of the checklist, and a webhook's secret that changes without a pause."""

import base64
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from billing.checks import CHECKS
from billing.clients.payment_gateway import PaymentGateway
from billing.errors import NotSigned
from billing.settings import Settings
from chassis.check.points import Point, Situation
from chassis.settings import load
from chassis.testing import ENVIRONMENT

PROVIDER = {
    "DATABASE_URL": "postgresql+psycopg://nobody@localhost/nothing",
    "PAYMENT_GATEWAY_API_KEY": "k" * 20,
    "PAYMENT_GATEWAY_WEBHOOK_SECRET": "whsec_b2xkIHNlY3JldCBvZiB3ZWJob29rcw==,whsec_bmV3IHNlY3JldCBvZiB3ZWJob29rcw==",
}
PRICES = {
    "SPONSOR_SEAT_PRICE_KES": "20000",
    "MENTOR_SESSION_PRICE_KES": "7000",
    "LAB_USAGE_PRICE_KES": "200",
    "REVENUE_SHARE_PERCENTAGE": "3",
}


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Point]]:
    """The points with this environment, by name; of two of a name the worse."""

    def run(**environment: str) -> dict[str, Point]:
        for name, value in {**ENVIRONMENT, **PROVIDER, **environment}.items():
            monkeypatch.setenv(name, value)
        situation = Situation("billing", load(Settings.read), environment)
        points = [point for check in CHECKS for point in check(situation)]
        return {point.name: point for point in sorted(points, key=lambda point: point.state == "FAIL")}

    return run


@pytest.fixture
def provider() -> Iterator[Callable[[int], str]]:
    """A provider's API that answers with this status."""
    status = [200]
    server = make_server("127.0.0.1", 0, Request.application(lambda _: Response(status=status[0])))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def at(code: int) -> str:
        status[0] = code
        return f"http://127.0.0.1:{server.port}"

    yield at
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_sandbox_fails_unless_it_was_asked_for_by_name(look: Callable[..., dict[str, Point]]) -> None:
    assert look()["payment provider"].state == "FAIL"
    asked = look(PAYMENT_SANDBOX="true")["payment provider"]
    assert (asked.state, "for no money" in asked.why) == ("warn", True)


def test_a_provider_answers_and_over_tls(look: Callable[..., dict[str, Point]], provider: Callable[[int], str]) -> None:
    told = look(PAYMENT_GATEWAY_URL=provider(404))
    assert told["payment provider"].why == "PAYMENT_GATEWAY_URL is not https"
    assert told["payment webhooks"].state == "ok"
    assert look(PAYMENT_GATEWAY_URL=provider(503))["payment provider"].why == "answers 503"
    assert "does not answer" in look(PAYMENT_GATEWAY_URL="https://127.0.0.1:9")["payment provider"].why


def test_prices_are_somebodys_decision(look: Callable[..., dict[str, Point]]) -> None:
    without = {name: value for name, value in PRICES.items() if name != "LAB_USAGE_PRICE_KES"}
    assert look(**without)["prices"].why == "not set, so the defaults hold: LAB_USAGE_PRICE_KES"
    assert look(**PRICES)["prices"].state == "ok"


def test_while_the_webhooks_secret_changes_the_old_and_the_new_one_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, **PROVIDER, "PAYMENT_GATEWAY_URL": "https://pay.test"}.items():
        monkeypatch.setenv(name, value)
    gateway = PaymentGateway(load(Settings.read).gateway, lambda: "https://pay.test")
    old, new = PROVIDER["PAYMENT_GATEWAY_WEBHOOK_SECRET"].split(",")
    for secret in (old, new):
        assert gateway.read_webhook(_message(secret)).event_id == "evt_1"
    with pytest.raises(NotSigned):
        gateway.read_webhook(_message("whsec_" + base64.b64encode(b"neither of the two").decode()))


def _message(secret: str) -> Any:
    body, moment = (
        '{"type": "session.paid", "data": {"key": "01a201ee-e087-7600-a858-b985e52d6921"}}',
        datetime.now(UTC),
    )
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", moment, body),
    }
    return Request(EnvironBuilder(method="POST", data=body, headers=headers).get_environ())
