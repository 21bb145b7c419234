"""Whether the process lives, whether it is ready, what it measures."""

from typing import Any

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from chassis import inbox, outbox
from chassis.database import SYSTEM, Database
from chassis.errors import Busy
from chassis.rendering import answer
from chassis.service import Service
from chassis.telemetry import Sample, gauges


def install(app: Flask, service: Service, database: Database) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``."""
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok"))
    app.add_url_rule("/readyz", "readyz", lambda: _ready(database))
    app.add_url_rule("/metrics", "metrics", lambda: _metrics(service, database))


def _ready(database: Database) -> Response:
    """Ready means: the database answers. Lags are told, they do not make a service unready."""
    try:
        with database.transaction(SYSTEM) as session:
            session.execute(text("select 1"))
            owed = outbox.lag(session)
            pending, age, dead = inbox.lag(session)
    except Exception:  # whatever keeps the database from answering makes us unready, and is told as that
        return answer(Busy("The database does not answer."))
    body: dict[str, Any] = {
        "status": "ready",
        "outbox": {name: {"owed": count, "oldest_seconds": round(oldest, 1)} for name, (count, oldest) in owed.items()},
        "inbox": {"pending": pending, "oldest_seconds": round(age, 1), "dead": dead},
    }
    return jsonify(body)


def _metrics(service: Service, database: Database) -> Response:
    return Response(generate_latest() + _gauges(service, database), content_type=CONTENT_TYPE_LATEST)


def _gauges(service: Service, database: Database) -> bytes:
    with database.transaction(SYSTEM) as session:
        owed = outbox.lag(session)
        pending, age, dead = inbox.lag(session)
    labels = {"service": service.name}
    samples: list[Sample] = [
        ("inbox_pending", labels, pending),
        ("inbox_oldest_seconds", labels, age),
        ("inbox_dead", labels, dead),
    ]
    for subscriber, (count, oldest) in owed.items():
        samples.append(("outbox_owed", {**labels, "subscriber": subscriber}, count))
        samples.append(("outbox_oldest_seconds", {**labels, "subscriber": subscriber}, oldest))
    if service.gauges:
        samples += [(name, {**labels, **more}, value) for name, more, value in service.gauges(database)]
    return gauges(samples)
