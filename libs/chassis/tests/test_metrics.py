"""What a scrape tells: by Prometheus' rules, always, and never at the cost of what it measures."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis import health, inbox, outbox, requests_context, schedules, telemetry
from chassis.database import SYSTEM, Database
from chassis.processor import Processor
from chassis.relay import Relay
from chassis.scheduler import Job, Scheduler, every
from chassis.service import Service
from chassis.settings import ServiceSettings
from contracts.events.identity import UserRegistered

TOY = Service(
    name="identity",  # a publisher the contracts know
    title="Toy",
    settings=ServiceSettings,
    migrations=Path(),
    blueprints=(),
    consumers={},
    wire=lambda database, settings: None,
)
Scrape = Callable[..., float | None]


def client_of(database: Database, **parts: Any) -> FlaskClient:
    """A process of the toy service on this database."""
    app = Flask("toy")
    requests_context.install(app)
    health.install(app, replace(TOY, **parts), database)
    app.add_url_rule("/things/<name>/", "thing", lambda name: name)
    return app.test_client()


def scraped(client: FlaskClient) -> Scrape:
    """Looks up one sample of a scrape by name and labels (``service`` goes without saying)."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    assert {sample.labels["service"] for sample in samples} == {"identity"}

    def find(name: str, **labels: str) -> float | None:
        wanted = {"service": "identity", **labels}
        return next((sample.value for sample in samples if sample.name == name and sample.labels == wanted), None)

    return find


def test_requests_are_counted_by_route_never_by_what_a_client_wrote(publisher: Database) -> None:
    client = client_of(publisher)
    labels = {"method": "GET", "operation": "/things/<name>/", "status": "200"}
    before = scraped(client)("http_requests_total", **labels) or 0
    client.get("/things/amina/")
    client.get("/things/baraka/?whisper=1")
    client.open("/things/chege/", method="BREW")
    found = scraped(client)
    assert found("http_requests_total", **labels) == before + 2
    assert found("http_request_duration_seconds_count", **labels) == before + 2
    assert found("http_requests_total", method="other", operation="unmatched", status="405")
    page = client.get("/metrics").text
    assert not [word for word in ("amina", "baraka", "whisper", "BREW") if word in page]


def test_in_flight_is_the_scrape_itself_and_nothing_is_left_behind(publisher: Database) -> None:
    client = client_of(publisher)
    alone = scraped(client)("http_requests_in_flight")  # with what other tests have left unread
    client.get("/things/\0/")  # refused before it reaches a view
    assert scraped(client)("http_requests_in_flight") == alone >= 1


def test_what_is_owed_is_told_of_every_destination_from_the_start(
    publisher: Database, registered: Callable[..., UserRegistered]
) -> None:
    client = client_of(publisher)
    assert scraped(client)("outbox_owed_events", destination="notifications") == 0
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, registered("Amina"), registered("Baraka"))
    found = scraped(client)
    assert found("outbox_owed_events", destination="notifications") == 2
    assert (found("outbox_oldest_age_seconds", destination="notifications") or 0) > 0
    assert client.get("/readyz").json["outbox"]["notifications"]["owed"] == 2


def test_lags_of_a_large_table_are_found_in_small_indexes(publisher: Database) -> None:
    with publisher.transaction(SYSTEM) as session:
        session.execute(
            text("""
            insert into inbox (id, type, source, subject, position, data, occurred_at, state, attempts, handled_at)
            select gen_random_uuid(), 'x', 's', n::text, n, '{}', now(),
                case when n % 5000 = 0 then 'dead' when n % 4000 = 0 then 'pending' else 'done' end,
                case when n % 5000 = 0 then 12 else 0 end, now()
            from generate_series(1, 40000) as n
        """)
        )
        session.execute(text("insert into outbox_deliveries select 'privacy', n from generate_series(1, 40000) as n"))
        assert inbox.lag(session)[::2] == (8, 8)
        session.execute(text("analyze inbox"))
        session.execute(text("analyze outbox_deliveries"))
        for statement in (inbox._LAG, outbox._LAG):
            explained = text(f"explain {statement.text}")
            plan = "\n".join(session.scalars(explained, {"counted": 10}))
            assert "Seq Scan on inbox" not in plan
            assert "Seq Scan on outbox_deliveries" not in plan, plan


def test_jobs_tell_when_they_last_succeeded_how_long_it_took_and_how_often_they_are_due(publisher: Database) -> None:
    def fail(_: Any) -> None:
        raise RuntimeError

    jobs = [Job("tidy", every(seconds=3600), lambda _: None), Job("broken", "5 4 * * *", fail)]
    client = client_of(publisher, jobs=jobs)
    assert scraped(client)("job_last_success_timestamp_seconds", job_name="tidy") is None
    always = [replace(job, schedule=every(seconds=3600)) for job in jobs]
    assert Scheduler(publisher, always).run_due() == 2
    found = scraped(client)
    assert (found("job_last_success_timestamp_seconds", job_name="tidy") or 0) > 1e9
    assert found("job_last_success_timestamp_seconds", job_name="broken") is None
    assert [found("job_last_failed", job_name=name) for name in ("tidy", "broken")] == [0, 1]
    assert [found("job_interval_seconds", job_name=name) for name in ("tidy", "broken")] == [3600, 86400]
    assert found("job_runs_total", job_name="broken", outcome="failed")
    with publisher.transaction(SYSTEM) as session:
        session.execute(text("update scheduled_runs set job = 'of an older version' where job = 'tidy'"))
    assert scraped(client)("job_last_failed", job_name="of an older version") is None


@pytest.mark.parametrize(("fields", "seconds"), [("0 8 * * mon-fri", 3 * 86400), ("0 0 1 * *", 31 * 86400)])
def test_the_longest_gap_of_a_schedule_is_its_interval(fields: str, seconds: float) -> None:
    assert schedules.Cron(fields).interval == seconds


def test_figures_that_cannot_be_read_are_left_out_and_said_to_be(publisher: Database) -> None:
    def gauges(_: Database) -> list[telemetry.Sample]:
        raise RuntimeError

    found = scraped(client_of(publisher, gauges=gauges))
    assert found("scrape_collector_success", part="business") == 0
    assert found("scrape_collector_success", part="lags") == 1
    assert found("inbox_pending_events") == 0


def test_costly_figures_are_told_again_a_hundred_times_as_long(publisher: Database) -> None:
    figure = telemetry.Figure("toy_readings", "How often this was read.")
    readings: list[int] = []

    def gauges(database: Database) -> list[telemetry.Sample]:
        with database.transaction(SYSTEM) as session:
            session.execute(text("select pg_sleep(0.1)"))
        readings.append(1)
        return [figure(len(readings))]

    client = client_of(publisher, gauges=gauges)
    assert [scraped(client)("toy_readings") for _ in range(3)] == [1, 1, 1]
    client.application.extensions["readings"].forget()
    assert scraped(client)("toy_readings") == 2
    telemetry.Figure.known.pop("toy_readings")


@pytest.fixture
def silent() -> Iterator[Database]:
    """A database whose server takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Database(f"postgresql+psycopg://nobody:x@127.0.0.1:{server.getsockname()[1]}/nothing")


def test_a_database_that_hangs_holds_up_no_scrape(silent: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.readings.PATIENCE", 0.2)
    monkeypatch.setattr("chassis.health.PATIENCE", 0.2)
    client = client_of(silent)
    for _ in range(3):
        found = scraped(client)
        assert found("scrape_collector_success", part="lags") == 0
        assert found("inbox_pending_events") is None
        assert found("process_start_time_seconds")
    assert [thread.name for thread in threading.enumerate()].count("readings") == 1
    assert client.get("/readyz").status_code == 503


def test_who_gets_no_connection_is_counted(publisher: Database) -> None:
    narrow = Database(publisher.url, pool_size=1)
    client = client_of(publisher)
    before = scraped(client)("database_connection_failures_total", reason="pool_exhausted") or 0
    narrow.engine.pool._timeout = 0  # type: ignore[attr-defined]  # nobody has to wait in a test
    with narrow.transaction(SYSTEM), pytest.raises(PoolTimeout), narrow.transaction(SYSTEM):
        pass
    narrow.engine.dispose()
    found = scraped(client)
    assert found("database_connection_failures_total", reason="pool_exhausted") == before + 1
    assert found("database_connection_wait_seconds_count")
    assert found("database_pool_in_use") == 0
    assert (found("database_pool_size") or 0) >= 5


def test_events_are_counted_on_their_way_and_when_they_fail(
    publisher: Database, subscriber: Database, street: Any, registered: Callable[..., UserRegistered]
) -> None:
    street.homes["notifications"] = subscriber
    client, kind = client_of(publisher), {"type": UserRegistered.type}
    names = ("outbox_relayed_events_total", "events_handled_total", "events_failed_total", "event_delay_seconds_count")
    labels = ({"destination": "notifications"}, kind, {**kind, "outcome": "retry"}, kind)

    def counts() -> list[float]:
        found = scraped(client)
        return [found(name, **chosen) or 0 for name, chosen in zip(names, labels, strict=True)]

    def handle(_: Any, event: UserRegistered) -> None:
        if event.name == "Baraka":
            raise RuntimeError

    before = counts()
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, registered("Amina"), registered("Baraka"))
    Relay(publisher, "identity", street).drain()
    Processor(subscriber, "notifications", {UserRegistered: handle}, strict=False).drain()
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [2, 1, 1, 1]
