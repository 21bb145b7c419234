"""One request, what it calls and what it leads to are one trace, seen by a collector that speaks OTLP over HTTP."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from chassis import logs, outbox, rendering, requests_context, tracing
from chassis.database import SYSTEM, Database
from chassis.http_client import HttpClient
from chassis.processor import Processor
from chassis.relay import Relay
from contracts.events.identity import EmailVerified, UserRegistered

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
UNSAMPLED = f"00-{TRACE}-b7ad6b7169203331-00"
Start = Callable[..., "Collector"]


@dataclass
class Collector:
    """What has been sent to it."""

    endpoint: str
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    def spans(self) -> list[Span]:
        """Every span, after sending what is left."""
        tracing.close()
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def resource(self) -> dict[str, Any]:
        """Who says so."""
        return values(self.requests[0].resource_spans[0].resource)


def values(thing: Any) -> dict[str, Any]:
    """Attributes as a dictionary."""
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in getattr(thing, "attributes", thing)
    }


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts tracing to a collector; further variables are the SDK's."""
    found = Collector("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.requests.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def start(**variables: str) -> Collector:
        found.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        for name, value in {"OTEL_EXPORTER_OTLP_ENDPOINT": found.endpoint, **variables}.items():
            monkeypatch.setenv(name, value)
        tracing.configure("identity")
        return found

    yield start
    tracing.close()
    server.shutdown()
    server.server_close()


def app_of(database: Database, neighbour: HttpClient | None = None) -> Flask:
    """A service that notes who came, tells its neighbour, and publishes what happened."""
    app = Flask("toy")
    requests_context.install(app)
    rendering.install(app)
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    app.add_url_rule("/internal/poll/", "poll", lambda: "ok")

    @app.post("/people/<name>/")
    def people(name: str) -> str:
        if name == "nobody":
            raise RuntimeError("Amina is at amina@example.org")
        if neighbour:
            neighbour.post(f"/people/{name}/")
        with database.transaction(SYSTEM) as session:
            event = UserRegistered(user_id=BUILD["id"], email="amina@example.org", name=name)
            outbox.publish(session, event)
        return "ok"

    return app


BUILD: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def somebody() -> None:
    from chassis.ids import new_id

    BUILD["id"] = new_id()


@pytest.fixture
def neighbour(subscriber: Database) -> Iterator[HttpClient]:
    """Another service, over real HTTP."""
    server = make_server("127.0.0.1", 0, app_of(subscriber), threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield HttpClient(f"http://127.0.0.1:{server.port}")
    server.shutdown()


def verify(session: Session, event: UserRegistered) -> None:
    """A handler that publishes in its turn."""
    outbox.publish(session, EmailVerified(user_id=event.user_id, email=event.email))


def handle_all(publisher: Database, subscriber: Database, street: Any) -> None:
    """Relay what was published and handle it elsewhere."""
    street.homes["notifications"] = subscriber
    Relay(publisher, "identity", street).drain()
    Processor(subscriber, "notifications", {UserRegistered: verify}, strict=False).drain()


def test_a_request_its_calls_and_the_events_it_leads_to_are_one_trace(
    publisher: Database, subscriber: Database, street: Any, neighbour: HttpClient, collector: Start
) -> None:
    collected = collector()
    client = app_of(publisher, neighbour).test_client()
    assert client.post("/people/amina/", headers={"traceparent": CALLER, "tracestate": "congo=1"}).status_code == 200
    handle_all(publisher, subscriber, street)
    with subscriber.transaction(SYSTEM) as session:
        caused = session.execute(text("select traceparent, tracestate from outbox order by position")).all()[-1]

    spans = collected.spans()
    assert {span.trace_id.hex() for span in spans} == {TRACE}
    by_kind = {Span.SpanKind.Name(span.kind)[10:]: span for span in spans if span.kind != Span.SPAN_KIND_SERVER}
    outer, inner = sorted(
        (span for span in spans if span.kind == Span.SPAN_KIND_SERVER), key=lambda span: span.start_time_unix_nano
    )
    assert outer.parent_span_id.hex() == "b7ad6b7169203331"
    assert by_kind["CLIENT"].parent_span_id == outer.span_id
    assert inner.parent_span_id == by_kind["CLIENT"].span_id
    assert by_kind["PRODUCER"].parent_span_id == by_kind["CONSUMER"].parent_span_id == outer.span_id
    assert caused.traceparent == f"00-{TRACE}-{by_kind['CONSUMER'].span_id.hex()}-01"
    assert {caused.tracestate, *(span.trace_state for span in spans)} == {"congo=1"}


def test_spans_say_what_was_done_and_how_long_the_database_took_and_nothing_of_a_person(
    publisher: Database, subscriber: Database, street: Any, neighbour: HttpClient, collector: Start
) -> None:
    collected = collector()
    client = app_of(publisher, neighbour).test_client()
    client.post("/people/amina/?token=secret", headers={"X-Request-ID": "amina-1234"})
    assert client.post("/people/nobody/").status_code == 500
    handle_all(publisher, subscriber, street)
    spans = collected.spans()
    server = next(
        values(span) for span in spans if span.kind == Span.SPAN_KIND_SERVER and values(span).get("error.type")
    )
    assert server["http.response.status_code"] == 500
    assert server["http.route"] == "/people/<name>/"
    consumer = next(values(span) for span in spans if span.kind == Span.SPAN_KIND_CONSUMER)
    assert consumer["messaging.destination.name"] == UserRegistered.type
    assert consumer["ufadhili.db.statements"] >= 1
    assert consumer["ufadhili.db.seconds"] > 0
    assert collected.resource()["service.name"] == "identity"
    sent = b"".join(request.SerializeToString() for request in collected.requests).lower()
    assert not [word for word in (b"amina", b"example.org", b"secret", b"nobody") if word in sent]


def test_who_does_not_want_to_be_recorded_is_not_but_the_context_travels(
    publisher: Database, subscriber: Database, street: Any, collector: Start
) -> None:
    collected = collector()
    app_of(publisher).test_client().post("/people/amina/", headers={"traceparent": UNSAMPLED})
    handle_all(publisher, subscriber, street)
    with subscriber.transaction(SYSTEM) as session:
        caused = str(session.scalar(text("select traceparent from outbox")))
    assert (caused[:36], caused[-2:]) == (f"00-{TRACE}-", "00")
    assert collected.spans() == []


def test_events_of_many_traces_handled_at_once_are_linked(
    publisher: Database, subscriber: Database, street: Any, collector: Start
) -> None:
    collected = collector()
    client = app_of(publisher).test_client()
    for _ in range(3):
        client.post("/people/amina/")
    handle_all(publisher, subscriber, street)
    spans = collected.spans()
    begun = {(span.trace_id, span.span_id) for span in spans if span.kind == Span.SPAN_KIND_SERVER}
    batch = next(span for span in spans if span.kind == Span.SPAN_KIND_PRODUCER)
    assert {(link.trace_id, link.span_id) for link in batch.links} == begun
    assert batch.trace_id not in {trace for trace, _ in begun}


def test_probes_and_polls_begin_no_trace(publisher: Database, collector: Start) -> None:
    collected = collector()
    client = app_of(publisher).test_client()
    client.get("/healthz", headers={"traceparent": CALLER})
    client.get("/internal/poll/")
    client.get("/internal/poll/", headers={"traceparent": CALLER})
    assert [span.name for span in collected.spans()] == ["GET /internal/poll/"]


def test_the_sdk_is_configured_by_its_own_variables(publisher: Database, collector: Start) -> None:
    collected = collector(OTEL_SERVICE_NAME="ours", OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=rehearsal")
    app_of(publisher).test_client().post("/people/amina/")
    assert len(collected.spans()) == 1
    assert collected.resource()["service.name"] == "ours"
    assert collected.resource()["deployment.environment.name"] == "rehearsal"
    collector(OTEL_TRACES_SAMPLER="always_off")
    app_of(publisher).test_client().post("/people/amina/")
    assert len(collected.spans()) == 1


def test_lines_of_the_log_join_by_trace_and_span(
    publisher: Database, collector: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    collected = collector()
    before = list(logging.getLogger().handlers)
    try:
        logs.configure("identity")
        app_of(publisher).test_client().post("/people/amina/", headers={"traceparent": CALLER})
    finally:
        logging.getLogger().handlers = before
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"request"' in line]
    (span,) = collected.spans()
    assert (line["trace_id"], line["span_id"]) == (TRACE, span.span_id.hex())
    assert line["operation"] == "POST /people/<name>/"


def test_without_a_collector_no_exporter_is_imported() -> None:
    code = "import sys, billing.app, chassis.cli; sys.exit('opentelemetry.exporter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_the_extra_the_system_runs_and_says_why_it_does_not_trace(
    publisher: Database, collector: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "chassis.tracing.otel", None)
    collector()
    assert not tracing.is_on()
    assert app_of(publisher).test_client().post("/people/amina/").status_code == 200
