"""The sandbox is a payment provider of its own: an API, a page, and webhooks that are sent until they are taken."""

from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook
from werkzeug.wrappers import Request, Response

from billing.sandbox.server import make_app
from chassis.clock import now
from chassis.json_provider import moment

API = "/sandbox/v1/sessions"


def body(**other):
    return {
        "key": "order-1",
        "amount_minor": 12345,
        "currency": "KES",
        "return_url": "https://shop.example/back",
        "cancel_url": "https://shop.example/cart",
        "webhook_url": "http://127.0.0.1:9/hook",
        "expires_at": "2030-01-01T00:00:00Z",
        **other,
    }


@pytest.fixture
def api(quick):
    """The provider's API, without the network."""
    return make_app(quick.database).test_client()


@pytest.fixture
def key(quick):
    return {"Authorization": f"Bearer {quick.settings.gateway.api_key}"}


def test_a_session_is_opened_once_for_a_key(api, key):
    first = api.post(API, json=body(), headers=key)
    assert first.status_code == 201
    assert first.json["state"] == "open"
    assert first.json["url"] == f"http://localhost:8000/sandbox/pay/{first.json['id']}"
    assert api.post(API, json=body(), headers=key).json == first.json
    assert api.get(f"{API}/{first.json['id']}", headers=key).json == first.json
    assert api.get(API, query_string={"key": "order-1"}, headers=key).json == {"items": [first.json]}
    assert api.get(API, query_string={"key": "order-2"}, headers=key).json == {"items": []}
    assert api.post(API, json=body(amount_minor=1), headers=key).status_code == 409


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic YTpi", "Bearer"])
def test_the_api_asks_for_its_key(api, header):
    headers = {"Authorization": header} if header else {}
    assert api.post(API, json=body(), headers=headers).status_code == 401
    assert api.get(f"{API}/ss_1", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "other",
    [
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": 1.5},
        {"currency": "kes"},
        {"return_url": "javascript:alert(1)"},
        {"webhook_url": "file:///etc/passwd"},
        {"expires_at": "tomorrow"},
        {"colour": "red"},
    ],
)
def test_the_api_refuses_what_it_cannot_use(api, key, other):
    assert api.post(API, json=body(**other), headers=key).status_code == 422


def open_page(shop, key, **other):
    """The hosted page of a new session and the token of its form."""
    api, client = make_app(shop.database).test_client(), shop.client
    path = api.post(API, json=body(**other), headers=key).json["url"].removeprefix("http://localhost:8000")
    page = client.get(path)
    return path, page, page.text.split('name="token" value="')[1].split('"')[0]


def test_the_page_has_no_script_and_frames_nowhere(quick, key):
    _, page, _ = open_page(quick, key, description="<script>alert(1)</script>")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert "KES 123.45" in page.text


def test_the_form_may_lead_back_to_the_shop_and_wherever_that_sends_the_payer_on(quick, key):
    _, page, _ = open_page(quick, key)
    (allowed,) = (
        rule.split()[1:]
        for rule in page.headers["Content-Security-Policy"].split("; ")
        if rule.startswith("form-action ")
    )
    assert allowed == ["'self'", "https:", "http://localhost:*", "http://127.0.0.1:*"]


def test_only_the_pages_own_form_is_taken(quick, client, key):
    path, _, token = open_page(quick, key)
    tries = [
        ({"outcome": "pay"}, {}),
        ({"outcome": "pay", "token": "0" * 64}, {}),
        ({"outcome": "steal", "token": token}, {}),
        ({"outcome": "pay", "token": token}, {"Sec-Fetch-Site": "cross-site"}),
    ]
    for form, headers in tries:
        assert client.post(path, data=form, headers=headers).status_code == 400
    assert client.post(path, data={"outcome": "pay", "token": token}).location == "https://shop.example/back"


def test_what_is_over_stays_over(quick, client, key):
    path, _, token = open_page(quick, key)
    client.post(path, data={"outcome": "cancel", "token": token})
    assert client.post(path, data={"outcome": "pay", "token": token}).status_code == 409
    assert "was cancelled" in client.get(path).text
    assert client.get("/sandbox/pay/ss_nothing").status_code == 404


@pytest.mark.env(UFADHILI_ENV="production", PAYMENT_GATEWAY_URL="https://pay.example", PAYMENT_GATEWAY_API_KEY="x" * 20,
                 PAYMENT_GATEWAY_WEBHOOK_SECRET="whsec_c2VjcmV0")  # fmt: skip
def test_beside_a_real_provider_there_is_no_sandbox(client, api, key, run_job):
    assert api.post(API, json=body(), headers=key).status_code == 404
    assert client.get("/sandbox/pay/ss_1").status_code == 404
    run_job("deliver_sandbox_webhooks")


class Hook:
    """Somebody who listens to webhooks and answers what the test says."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heard = []

    def __call__(self, environ, start):
        request = Request(environ)
        self.heard.append((dict(request.headers), request.get_data()))
        return Response(status=self.answers.pop(0) if self.answers else 204)(environ, start)


def test_a_webhook_is_sent_again_with_growing_pauses_until_it_is_taken(quick, key, serve):
    hook = Hook(500, 301, 404)
    client = quick.client
    sent_at = now()
    with serve(hook) as url, time_machine.travel(sent_at, tick=False) as clock:
        tomorrow = moment(sent_at + timedelta(days=1))
        path, _, token = open_page(quick, key, webhook_url=f"{url}/hook", expires_at=tomorrow)
        client.post(path, data={"outcome": "pay", "token": token})
        heard = []
        for minute in range(1, 4):
            quick.deliver()
            quick.deliver()
            heard.append(len(hook.heard))
            clock.move_to(sent_at + timedelta(minutes=minute))
        quick.deliver()
        clock.move_to(sent_at + timedelta(days=1))
        quick.deliver()
    assert heard == [1, 2, 3]
    assert len(hook.heard) == 4
    webhook = Webhook(quick.settings.gateway.webhook_secret)
    assert len({headers["Webhook-Id"] for headers, _ in hook.heard}) == 1
    assert len({headers["Webhook-Timestamp"] for headers, _ in hook.heard}) == 4
    headers, sent = hook.heard[-1]
    with time_machine.travel(int(headers["Webhook-Timestamp"])):
        assert webhook.verify(sent, headers)["type"] == "session.paid"


def test_a_session_that_runs_out_is_told_too(quick, key, serve):
    hook = Hook()
    with serve(hook) as url:
        open_page(quick, key, webhook_url=url, expires_at=moment(now() + timedelta(minutes=5)))
        with time_machine.travel(now() + timedelta(minutes=5)):
            quick.deliver()
            quick.deliver()
    [(_, sent)] = hook.heard
    assert b'"type":"session.expired"' in sent


def test_a_dead_listener_is_given_up_on_after_days(quick, key):
    path, _, token = open_page(quick, key)
    quick.client.post(path, data={"outcome": "decline", "token": token})
    quick.change("update sandbox_deliveries set attempts = 299")
    quick.deliver()
    [delivery] = quick.rows("select state, attempts, last_answer from sandbox_deliveries")
    assert tuple(delivery) == ("given_up", 300, "ConnectionError")
