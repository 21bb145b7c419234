"""Subscribing, looking, changing and taking away; where a webhook may lead."""

from typing import Any

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from chassis.outgoing import Policy
from notifications.clients.webhooks import Receivers
from notifications.rules.webhooks.catalogue import NAMES
from notifications.rules.webhooks.excerpt import excerpt

URL = "/api/v1/notifications/webhooks/"
PUBLIC = "https://8.8.8.8/hook"


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(manager: Any, session: Any) -> None:
    made = manager.subscribe(PUBLIC, "invoice.paid", "invoice.paid", description="Our books")
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert (made["url"], made["events"], made["enabled"]) == (PUBLIC, ["invoice.paid"], True)
    assert manager.get(f"{made['id']}/") == made
    listed = manager.get()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "secret" not in str(listed)
    sealed = session.scalar(text("select sealed from webhook_secrets"))
    assert secret.removeprefix("whsec_").encode() not in bytes(sealed), "encrypted at rest"


def test_nobody_without_the_permission_or_from_another_organization_gets_near(
    manager: Any, client: Any, as_: Any, organization: Any
) -> None:
    webhook = manager.subscribe(PUBLIC)
    paths = {
        "get": ["", "events/", "{id}/", "{id}/deliveries/"],
        "post": ["", "{id}/rotate-secret/", "{id}/test/", "{id}/replay/"],
        "patch": ["{id}/"],
        "delete": ["{id}/"],
    }
    body = {"url": PUBLIC, "events": ["invoice.paid"], "since": "2026-01-01T00:00:00Z"}
    staff = as_("messages.send", organization=organization)
    narrowed = as_(organization=organization, narrowed={new_id(): ["org.manage"]})
    stranger = as_("org.manage", organization=new_id())
    for method, known in paths.items():
        for path in known:
            call = getattr(client, method)
            url = URL + path.format(id=webhook["id"])
            wanted = {key: body[key] for key in ("url", "events")} if path == "" else {}
            wanted = {"since": body["since"]} if "{id}/replay" in path else wanted
            json = wanted if method in ("post", "patch") else None
            assert call(url, json=json).status_code == 401
            assert call(url, json=json, headers=staff).status_code == 403
            if path != "events/":
                assert call(url, json=json, headers=narrowed).status_code == 403, (method, path)
            if "{id}" in path:
                assert call(url, json=json, headers=stranger).status_code == 404, (method, path)
    assert manager.get(f"{webhook['id']}/")["enabled"]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://2130706433/",
        "https://0x7f.1/", "https://0177.0.0.1/", "http://8.8.8.8/", "https://8.8.8.8:22/", "https://a:b@8.8.8.8/",
        "ftp://8.8.8.8/", "nonsense", "https://postgres/", "https://8.8.8.8/#x", "https://0.0.0.0/",
        "https://8.8.8.8/" + "x" * 2000,
    ],
)  # fmt: skip
def test_private_and_doubtful_addresses_are_refused_at_registration_and_at_a_change(manager: Any, url: str) -> None:
    refused = manager.subscribe(url, status=422)
    assert refused["errors"][0]["field"] == "url"
    webhook = manager.subscribe(PUBLIC)
    manager.patch(f"{webhook['id']}/", url=url, status=422)
    assert manager.get(f"{webhook['id']}/")["url"] == PUBLIC


def test_a_name_that_leads_to_a_private_address_is_refused(manager: Any, database: Any) -> None:
    from ipaddress import ip_address

    database.provided[Receivers] = Receivers(Policy(resolve=lambda _host, _port: [ip_address("192.168.1.1")]))
    refused = manager.subscribe("https://hooks.example.org/", status=422)
    assert refused["errors"] == [{"field": "url", "message": "This host is not in the public internet."}]


@pytest.mark.parametrize("events", [[], ["nonsense"], ["webhook.test"], "invoice.paid", [1], None, ["*"]])
def test_only_events_there_are_can_be_asked_for(manager: Any, events: Any) -> None:
    manager.post(body={"url": PUBLIC, "events": events}, status=422)


def test_one_address_once_and_twenty_in_all(manager: Any) -> None:
    manager.subscribe(PUBLIC)
    assert manager.subscribe(PUBLIC, status=409)["code"] == "webhook_taken"
    for number in range(19):
        last = manager.subscribe(f"{PUBLIC}/{number}")
    assert manager.subscribe(f"{PUBLIC}/more", status=409)["code"] == "too_many_webhooks"
    assert manager.patch(f"{last['id']}/", url=PUBLIC, status=409)["code"] == "webhook_taken"
    page = manager.get("?limit=5&page=4")
    assert (page["total"], len(page["items"])) == (20, 5)


def test_what_is_not_named_in_a_change_stays(manager: Any) -> None:
    webhook = manager.subscribe(PUBLIC, "invoice.paid", description="Books")
    changed = manager.patch(f"{webhook['id']}/", events=["seat.assigned", "invoice.paid"])
    assert (changed["events"], changed["url"]) == (["invoice.paid", "seat.assigned"], PUBLIC)
    changed = manager.patch(f"{webhook['id']}/", enabled=False)
    assert (changed["enabled"], changed["disabled_reason"], changed["description"]) == (False, None, "Books")
    manager.patch(f"{webhook['id']}/", secret="whsec_mine", status=422)
    manager.patch(f"{webhook['id']}/", disabled_reason="gone", status=422)


def test_a_webhook_taken_away_takes_all_of_it_along(manager: Any, client: Any, session: Any) -> None:
    webhook = manager.subscribe(PUBLIC)
    manager.post(f"{webhook['id']}/test/", status=202)
    assert client.delete(f"{URL}{webhook['id']}/", headers=manager.headers).status_code == 204
    manager.get(f"{webhook['id']}/", status=404)
    left = "select (select count(*) from webhook_deliveries) + (select count(*) from webhook_secrets)"
    assert session.scalar(text(left)) == 0


def test_every_event_has_a_schema_its_example_obeys(manager: Any) -> None:
    items = manager.get("events/")["items"]
    assert [each["name"] for each in items] == list(NAMES)
    for each in items:
        data, example = each["schema"]["properties"]["data"], each["example"]
        assert example["type"] == each["name"]
        assert set(data["required"]) == set(example["data"]) == set(data["properties"])
        named = {"name", "email", "birth_date", "school", "salary", "score", "percent"} | {"granted_by"}
        assert not named & set(example["data"]), "ids and facts, no names"


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        ("text/plain", b"no such\r\n course", "no such course"),
        ("application/json; charset=utf-8", b'{"error": "bad payload"}', '{"error": "bad payload"}'),
        ("application/problem+json", b'{"title": "x"}', '{"title": "x"}'),
        ("text/html", b"<p>oops</p>", None),
        (None, b"oops", None),
        ("text/plain", b"", None),
        ("text/plain", b"invalid api_key", None),
        ("text/plain", b"Authorization failed", None),
        ("text/plain", b"db: postgres://u:Password1@host", None),
        ("application/json", b'{"x": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}', None),
        ("text/plain", b"\xff\xfe broken \x00 bytes", "\ufffd\ufffd broken bytes"),
        ("text/plain", b"a" * 20 + b" b" * 400, ("a" * 20 + " b" * 400)[:300]),
    ],
)
def test_of_an_answer_is_shown_what_helps_and_nothing_that_could_be_a_secret(
    kind: str | None, body: bytes, shown: str | None
) -> None:
    assert excerpt(kind, body) == shown
