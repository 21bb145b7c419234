"""Whether the process lives, whether it is ready, what it measures.

``/healthz`` answers ``{"status": "ok"}`` whenever the process can answer at all. ``/readyz`` answers 200 when the
database does, 503 when it does not, and tells what is owed and what is pending::

    {"status": "ready",
     "outbox": {"analytics": {"owed": 0, "oldest_seconds": 0.0}},
     "inbox": {"pending": 0, "oldest_seconds": 0.0, "dead": 0}}

``outbox`` names only destinations that are owed something; counts stop at 100,000. ``/metrics`` answers always, with
what it could read: docs/metrics.md.
"""

from typing import Any

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from chassis import inbox, outbox
from chassis.bounded import Bounded
from chassis.database import SYSTEM, Database
from chassis.errors import Busy
from chassis.readings import Readings
from chassis.rendering import answer
from chassis.service import Service
from chassis.telemetry import exposition

PATIENCE = 5.0
"""Seconds ``/readyz`` waits for the database."""


def install(app: Flask, service: Service, database: Database) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``."""
    readings = app.extensions["readings"] = Readings(service, database)
    lags = Bounded("readiness", lambda: _lags(database), PATIENCE)
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok"))
    app.add_url_rule("/readyz", "readyz", lambda: _ready(lags))
    app.add_url_rule("/metrics", "metrics", lambda: _metrics(service.name, readings))


def _ready(lags: Bounded[dict[str, Any]]) -> Response:
    """Ready means: the database answers. Lags are told, they do not make a service unready."""
    try:
        return jsonify({"status": "ready", **lags()})
    except Exception:  # whatever keeps the database from answering makes us unready, and is told as that
        return answer(Busy("The database does not answer."))


def _lags(database: Database) -> dict[str, Any]:
    with database.transaction(SYSTEM) as session:
        owed = outbox.lag(session)
        pending, age, dead = inbox.lag(session)
    return {
        "outbox": {name: {"owed": count, "oldest_seconds": round(oldest, 1)} for name, (count, oldest) in owed.items()},
        "inbox": {"pending": pending, "oldest_seconds": round(age, 1), "dead": dead},
    }


def _metrics(name: str, readings: Readings) -> Response:
    return Response(exposition(name, readings.samples()), content_type=CONTENT_TYPE_LATEST)
