"""Batches over HTTP: only ours, only fresh, only so large, and acknowledged only once they are safe."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from standardwebhooks import Webhook
from werkzeug.serving import make_server

from chassis import inbox, outbox
from chassis.database import SYSTEM, Database
from chassis.envelope import BATCH_TYPE, to_json
from chassis.errors import Refusal
from chassis.relay import Relay
from chassis.transports.http import BODY_LIMIT, PATH, HttpTransport, NotAcknowledged, receive_blueprint
from contracts.event import Event

SECRET = "whsec_dGhlIHN0cmVldCBrbm93cyB0aGlzIG9uZSEhISE="
OTHER = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCwgbm90IG91cnM="


@pytest.fixture
def door(subscriber: Database) -> Flask:
    """The listening service's app."""
    app = Flask("door")
    app.register_blueprint(receive_blueprint(subscriber, SECRET))
    app.register_error_handler(Refusal, lambda refusal: (refusal.text, refusal.status))
    return app


@pytest.fixture
def client(door: Flask) -> FlaskClient:
    """A stranger at the door."""
    return door.test_client()


@pytest.fixture
def url(door: Flask) -> Iterator[str]:
    """The door, open on a port."""
    server = make_server("127.0.0.1", 0, door, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join()


@pytest.fixture
def body(publisher: Database, street: Any, registered: Callable[..., Event]) -> bytes:
    """A batch of two events, as it travels."""
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, registered("a"), registered("b"))
    Relay(publisher, "identity", street).drain()
    return to_json(street.batches[0][1])


def signed(body: bytes, secret: str = SECRET, moment: datetime | None = None) -> dict[str, str]:
    """The headers of a batch."""
    moment = moment or datetime.now(UTC)
    return {
        "content-type": BATCH_TYPE,
        "webhook-id": "batch-1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("batch-1", moment, body.decode()),
    }


def arrived(database: Database) -> int:
    with database.transaction(SYSTEM) as session:
        return inbox.lag(session)[0]


def test_a_signed_batch_is_stored_then_acknowledged(client: FlaskClient, subscriber: Database, body: bytes) -> None:
    assert client.post(PATH, data=body, headers=signed(body)).status_code == 204
    assert arrived(subscriber) == 2
    assert client.post(PATH, data=body, headers=signed(body)).status_code == 204
    assert arrived(subscriber) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: (body, signed(body, OTHER)),
        lambda body: (body.replace(b'"a"', b'"z"'), signed(body)),
        lambda body: (body, signed(body, moment=datetime.now(UTC) - timedelta(minutes=6))),
        lambda body: (body, signed(body, moment=datetime.now(UTC) + timedelta(minutes=6))),
        lambda body: (body, {**signed(body), "webhook-id": "batch-2"}),
        lambda body: (body, {**signed(body), "webhook-timestamp": "nan"}),
        lambda body: (body, {**signed(body), "webhook-signature": "v1,not base64"}),
        lambda body: (body, {**signed(body), "webhook-signature": "nonsense"}),
        lambda body: (body, {"content-type": BATCH_TYPE}),
        lambda body: (b"\xff\xfe", signed(body)),
    ],
    ids=[
        "another secret", "changed body", "stale", "from the future", "another id", "no time", "no base64",
        "no signature", "no headers", "no text",
    ],
)  # fmt: skip
def test_forged_and_stale_batches_are_refused(
    client: FlaskClient, subscriber: Database, body: bytes, spoil: Callable[[bytes], tuple[bytes, dict[str, str]]]
) -> None:
    data, headers = spoil(body)
    assert client.post(PATH, data=data, headers=headers).status_code == 401
    assert arrived(subscriber) == 0


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[{}]",
        b"not json",
        b"[" * 200_000,
    ],
)
def test_a_signed_body_that_is_no_batch_is_refused(client: FlaskClient, data: bytes) -> None:
    assert client.post(PATH, data=data, headers=signed(data)).status_code == 400


@pytest.mark.parametrize(
    ("given", "instead"),
    [
        (b"/ufadhili/identity", b"https://elsewhere"),
        (b'"position":"', b'"position":"-'),
        (b'"position":"', b'"position":"' + b"9" * 30),
    ],
)
def test_a_source_or_position_we_would_not_write_is_refused(
    client: FlaskClient, body: bytes, given: bytes, instead: bytes
) -> None:
    changed = body.replace(given, instead)
    assert changed != body
    assert client.post(PATH, data=changed, headers=signed(changed)).status_code == 400


def test_a_body_that_is_too_large_or_of_another_type_is_refused(client: FlaskClient, body: bytes) -> None:
    large = b" " * (BODY_LIMIT + 1)
    assert client.post(PATH, data=large, headers=signed(b"")).status_code == 413
    other = {**signed(body), "content-type": "application/json"}
    assert client.post(PATH, data=body, headers=other).status_code == 415


def test_the_relay_delivers_through_a_real_port(
    publisher: Database, subscriber: Database, url: str, registered: Callable[..., Event]
) -> None:
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, *(registered(str(number)) for number in range(1200)))
    transport = HttpTransport({"notifications": url}, SECRET)
    assert Relay(publisher, "identity", transport).drain() == 1200
    with subscriber.transaction(SYSTEM) as session:
        names = list(session.scalars(text("select data ->> 'name' from inbox order by sequence")))
    assert names == [str(number) for number in range(1200)]


def test_full_batches_of_large_events_fit_through_the_door(
    publisher: Database, subscriber: Database, url: str, registered: Callable[..., Event]
) -> None:
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, *(registered("x" * 900_000) for _ in range(6)))
    assert Relay(publisher, "identity", HttpTransport({"notifications": url}, SECRET)).drain() == 6
    assert arrived(subscriber) == 6


def test_whoever_does_not_take_the_batch_has_not_acknowledged_it(url: str) -> None:
    with pytest.raises(NotAcknowledged, match="answered 401"):
        HttpTransport({"notifications": url}, OTHER).send("notifications", [])
    with pytest.raises(NotAcknowledged, match="no URL"):
        HttpTransport({}, SECRET).send("notifications", [])
    with pytest.raises(urllib3.exceptions.HTTPError):
        HttpTransport({"notifications": "http://127.0.0.1:9"}, SECRET).send("notifications", [])


def test_when_the_inbox_cannot_store_it_nothing_is_acknowledged(
    client: FlaskClient, subscriber: Database, body: bytes
) -> None:
    with_nul = body.replace(b'"name": "a"', b'"name": "\\u0000"')
    assert with_nul != body
    client.application.testing = False
    assert client.post(PATH, data=with_nul, headers=signed(with_nul)).status_code == 500
    assert arrived(subscriber) == 0


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 204), (OTHER, 204), ("whsec_bmVpdGhlciBvZiB0aGUgdHdv", 401)])
def test_while_the_secret_changes_the_old_and_the_new_one_hold(
    subscriber: Database, body: bytes, secret: str, status: int
) -> None:
    app = Flask("door")
    app.register_blueprint(receive_blueprint(subscriber, f"{OTHER}, {SECRET}"))
    app.register_error_handler(Refusal, lambda refusal: (refusal.text, refusal.status))
    assert app.test_client().post(PATH, data=body, headers=signed(body, secret)).status_code == status
